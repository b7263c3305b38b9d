"""From bytes to text, and back: the only place where a file is decoded."""

import codecs

from dedup.lint.errors import UndecodableError

_UTF32 = ((codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"))
_BY_MARK = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_SHOWN = {"utf-8": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}
_HINT = "; name its encoding with --encoding"


def decode(data: bytes, encoding: str | None = None) -> str:
    """The text of a file, without its byte order mark, line ends untouched.

    Without `encoding`: UTF-8, or UTF-16 where a byte order mark says so. NUL is a character like any other.
    Raises `UndecodableError` for anything else.
    """
    if encoding is not None:
        return _decode(data, encoding, 0, encoding, "").removeprefix("\ufeff")
    # the mark of UTF-16, little-endian, begins that of UTF-32: without this test such a file would be read as
    # letters between NULs
    for mark, name in _UTF32:
        if data.startswith(mark):
            raise UndecodableError(f"is UTF-32: name it with --encoding {name}", 0, "")
    for mark, name in _BY_MARK:
        if data.startswith(mark):
            return _decode(data[len(mark) :], name, len(mark), _SHOWN[name], _HINT)
    return _decode(data, "utf-8", 0, "UTF-8", _HINT)


def encode_like(text: str, data: bytes, encoding: str | None = None) -> bytes:
    """A text as the bytes of a file that is encoded as `data` is, which was decoded with `encoding`.

    Raises `UnicodeEncodeError` for a character that the encoding lacks.
    """
    if encoding is not None:
        kept = "\ufeff" if data.decode(encoding).startswith("\ufeff") else ""
        return (kept + text).encode(encoding)
    mark, name = next(((mark, name) for mark, name in _BY_MARK if data.startswith(mark)), (b"", "utf-8"))
    return mark + text.encode(name)


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
    except UnicodeError as error:  # raised by the few codecs that know no position
        raise UndecodableError(f"is not {shown}: {error}", skipped, "") from error
