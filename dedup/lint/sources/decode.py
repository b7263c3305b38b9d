"""From bytes to text, and back: the only place where a file is decoded."""

import codecs

from dedup.lint.errors import UndecodableError

_UTF32 = ((codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"))
_BY_BOM = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_SHOWN = {"utf-8": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}
_HINT = "; name its encoding with --encoding"


def decode(data: bytes, encoding: str | None = None, markup: str = "plain") -> str:
    """Return the text of a file, without its BOM, line ends untouched.

    Without `encoding`, the text is UTF-8, or UTF-16 with a BOM; a page in HTML without a BOM is in the charset that it
    declares, if it declares one. NUL is a character like any other.

    Parameters
    ----------
    data
        The file.
    encoding
        The name of Python's codec, if the user named one.
    markup
        The name of the file's markup.

    Raises
    ------
    UndecodableError
        The bytes are not text in this encoding.
    """
    if encoding is not None:
        return _decode(data, encoding, 0, encoding, "").removeprefix("\ufeff")
    # The BOM of UTF-16, little-endian, begins that of UTF-32: without this test, such a file would be read as letters
    # between NULs.
    for bom, name in _UTF32:
        if data.startswith(bom):
            raise UndecodableError(f"is UTF-32: name it with --encoding {name}", 0, "")
    bom, name = _by_bom(data)
    if bom:
        return _decode(data[len(bom) :], name, len(bom), _SHOWN[name], _HINT)
    declared = _declared(data, markup)
    if declared is None:
        return _decode(data, "utf-8", 0, "UTF-8", _HINT)
    return _decode(data, declared, 0, f"{_SHOWN.get(declared, declared)}, the charset that the page declares", _HINT)


def encode_like(text: str, data: bytes, encoding: str | None = None, markup: str = "plain") -> bytes:
    """Return a text in the encoding of a file, with a BOM if the file has one.

    Parameters
    ----------
    text
        What to encode.
    data, encoding, markup
        The file, as it was decoded with `decode`.

    Raises
    ------
    UnicodeEncodeError
        The encoding lacks a character.
    """
    if encoding is not None:
        bom = "\ufeff" if data.decode(encoding).startswith("\ufeff") else ""
        return (bom + text).encode(encoding)
    mark, name = _by_bom(data)
    return mark + text.encode(name if mark else _declared(data, markup) or name)


def _by_bom(data: bytes) -> tuple[bytes, str]:
    return next(((bom, name) for bom, name in _BY_BOM if data.startswith(bom)), (b"", "utf-8"))


def _declared(data: bytes, markup: str) -> str | None:
    if markup != "html":
        return None
    from dedup.text.html.charset import declared_charset  # deferred: most files are not HTML

    return declared_charset(data)


def _decode(data: bytes, encoding: str, skipped: int, shown: str, hint: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        readable = data[: error.start].decode(encoding, "replace")
        offset = error.start + skipped
        line = 1 + readable.count("\n") + readable.count("\r") - readable.count("\r\n")
        fault = f"byte 0x{data[error.start]:02x} at offset {offset}" if error.start < len(data) else f"offset {offset}"
        message = f"is not {shown}: {fault} (line {line}), {error.reason}{hint}"
        raise UndecodableError(message, offset, readable) from error
    except UnicodeError as error:  # raised by the few codecs that do not know the position
        raise UndecodableError(f"is not {shown}: {error}", skipped, "") from error
