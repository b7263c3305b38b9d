"""The encoding that a page declares."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.text.html import declared_charset


@pytest.mark.parametrize(
    ("page", "codec"),
    [
        (b'<!doctype html><meta charset="windows-1251"><title>', "cp1251"),
        (b"<META CHARSET = koi8-r >", "koi8_r"),
        (b"<meta/charset='Shift_JIS'/>", "cp932"),
        (b"<meta name=a charset=gb2312>", "gb18030"),
        (b"<meta charset=' euc-kr '>", "cp949"),
        (b"<meta charset=iso-8859-1>", "cp1252"),
        (b"<meta charset=ISO-8859-5>", "iso8859_5"),
        (b"<meta charset=latin2>", "iso8859_2"),
        (b"<meta charset=utf-16le>", "utf-8"),
        (b'<meta http-equiv="Content-Type" content="text/html; charset=big5">', "big5hkscs"),
        (b"<meta content='text/html;charset = \"utf-8\"' http-equiv=content-type>", "utf-8"),
        (b'<?xml version="1.0" encoding="windows-1252"?><html>', "cp1252"),
        (b"<?xml version='1.0' encoding='utf-8'?><meta charset=koi8-u>", "koi8_u"),
        (b"<!-- <meta charset=koi8-r> --><meta charset=utf8>", "utf-8"),
        (b'<p title="<meta charset=koi8-r>"><meta charset=utf8>', "utf-8"),
        (b"<meta charset=nosuch><meta charset=utf-8>", "utf-8"),
        (b"<meta charset=koi8-r charset=utf-8>", "koi8_r"),
    ],
)
def test_what_a_page_declares_is_given_as_a_codec_of_python(page, codec):
    assert declared_charset(page) == codec
    assert codecs.lookup(codec).name


@pytest.mark.parametrize(
    "page",
    [
        b"",
        b"<p>charset=utf-8",
        b"<meta name=charset content=utf-8>",
        b"<meta content='text/html; charset=utf-8'>",
        b"<meta http-equiv=refresh content='0; charset=utf-8'>",
        b"</meta charset=utf-8>",
        b"<metal charset=utf-8>",
        b"<!-- <meta charset=utf-8>",
        b"<meta charset=utf-8",
        b"<meta charset=nosuch>",
        b"<meta charset=utf-7>",
        b"<meta charset=rot13>",
        b"<meta charset>",
        b" <?xml version='1.0' encoding='utf-8'?>",
        b" " * 1010 + b"<meta charset=utf-8>",
    ],
)
def test_what_declares_nothing_that_is_known_gives_nothing(page):
    assert declared_charset(page) is None


def test_a_declaration_counts_only_in_the_first_1024_bytes():
    declaration = b"<meta charset=utf-8>"
    assert declared_charset(b" " * (1024 - len(declaration)) + declaration + b"<p>low") == "utf-8"
    assert declared_charset(b" " * (1025 - len(declaration)) + declaration + b"<p>low") is None


@given(
    st.lists(
        st.sampled_from([b"<meta", b" ", b"charset", b"=", b'"', b"'", b"utf-8", b">", b"<!--", b"\xff"]) | st.binary()
    )
)
def test_of_any_bytes_the_answer_is_nothing_or_a_codec_that_decodes(parts):
    codec = declared_charset(b"".join(parts))
    assert codec is None or codecs.lookup(codec)
