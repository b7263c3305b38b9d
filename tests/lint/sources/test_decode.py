import codecs

import pytest

from dedup.lint.errors import UndecodableError
from dedup.lint.sources.decode import decode, encode_like

TEXT = "Café – naïve, 東京 🙂\r\nline two\rline three\n"


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
    ],
    ids=["utf-8", "utf-8 with mark", "utf-16-le", "utf-16-be"],
)
def test_text_is_read_without_its_mark_and_with_its_line_ends(data):
    assert decode(data) == TEXT


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-16-le", "shift_jis", "utf-8", "utf-16", "utf-32"])
def test_a_named_encoding_is_taken(encoding):
    text = "Text\n" if encoding == "shift_jis" else "Café\n"
    assert decode(text.encode(encoding), encoding) == text


def test_only_one_mark_is_taken_off_even_where_the_encoding_is_named():
    assert decode(codecs.BOM_UTF8 + "\ufeffA".encode(), "utf-8") == "\ufeffA"
    assert decode("\ufeffA".encode("utf-16-le"), "utf-16-le") == "A"


def test_nul_is_a_character():
    assert decode(b"a\0b\0") == "a\0b\0"


@pytest.mark.parametrize(
    ("data", "offset", "said"),
    [
        (b"abc\xe9def", 3, "is not UTF-8: byte 0xe9 at offset 3 (line 1)"),
        (b"a\nb\r\nc\rd\xff", 8, "is not UTF-8: byte 0xff at offset 8 (line 4)"),
        (codecs.BOM_UTF8 + b"ab\xff", 5, "is not UTF-8: byte 0xff at offset 5 (line 1)"),
        ("é".encode() + b"\x80", 2, "is not UTF-8: byte 0x80 at offset 2 (line 1)"),
        (b"abc\xe2\x82", 3, "is not UTF-8: byte 0xe2 at offset 3 (line 1)"),
        (codecs.BOM_UTF16_LE + b"a\0b", 4, "is not UTF-16: byte 0x62 at offset 4 (line 1)"),
        (codecs.BOM_UTF16_BE + b"\xd8\x00\x00a", 2, "is not UTF-16: byte 0xd8 at offset 2 (line 1)"),
        ("text".encode("utf-32"), 0, "is UTF-32: name it with --encoding utf-32-le"),
        (b"\x89PNG\r\n\x1a\n\0\0", 0, "is not UTF-8: byte 0x89 at offset 0 (line 1)"),
    ],
)
def test_what_is_not_text_is_refused_with_the_byte_offset(data, offset, said):
    with pytest.raises(UndecodableError) as caught:
        decode(data)
    assert str(caught.value).startswith(said)
    assert caught.value.offset == offset


def test_the_text_before_the_fault_is_kept():
    with pytest.raises(UndecodableError) as caught:
        decode("één\nb".encode() + b"\xff tail")
    assert caught.value.readable == "één\nb"


def test_a_hint_names_the_option_unless_it_was_used():
    with pytest.raises(UndecodableError, match="name its encoding with --encoding"):
        decode(b"\xff")
    with pytest.raises(UndecodableError) as caught:
        decode(b"\xff", "ascii")
    assert "--encoding" not in str(caught.value)


def test_a_codec_that_knows_no_position_is_refused_too():
    with pytest.raises(UndecodableError, match="is not idna"):
        decode(b"xn--\xff" + b"a" * 70, "idna")


def page(label: str) -> str:
    return f'<!doctype html><meta charset="{label}"><p>Café – «naïve»\n'


@pytest.mark.parametrize(
    ("label", "encoding"),
    [("windows-1252", "cp1252"), ("ISO-8859-1", "cp1252"), ("GB2312", "gb18030"), ("utf-8", "utf-8")],
)
def test_html_is_decoded_by_the_charset_that_it_declares(label, encoding):
    data = page(label).encode(encoding)
    assert decode(data, None, "html") == page(label)
    assert encode_like(decode(data, None, "html"), data, None, "html") == data


def test_a_bom_and_a_named_encoding_come_before_the_declared_charset():
    assert decode(codecs.BOM_UTF8 + page("windows-1252").encode(), None, "html") == page("windows-1252")
    assert decode(codecs.BOM_UTF16_LE + page("koi8-r").encode("utf-16-le"), None, "html") == page("koi8-r")
    assert decode(page("koi8-r").encode("cp1252"), "cp1252", "html") == page("koi8-r")


def test_only_html_declares_a_charset():
    assert decode(page("windows-1252").encode(), None, "markdown") == page("windows-1252")


@pytest.mark.parametrize(
    ("label", "message"),
    [
        ("euc-jp", "is not euc_jp, the charset that the page declares: byte 0xe9"),
        ("klingon", "is not UTF-8: byte 0xe9"),
    ],
)
def test_html_in_another_charset_than_declared_or_an_unknown_one_is_refused(label, message):
    with pytest.raises(UndecodableError) as caught:
        decode(page(label).encode("cp1252"), None, "html")
    assert str(caught.value).startswith(message)
    assert "--encoding" in str(caught.value)
