"""The encoding that an HTML page declares: the prescan of the HTML standard, and the labels of the Encoding Standard.

Both are standards of the WHATWG.
"""

from __future__ import annotations

import re
from typing import Final

from dedup.text.html.scanner import MARKUP

LOOKED_AT: Final = 1024
"""Bytes at the start of a page in which a declaration counts."""

_ATTRIBUTE = re.compile(
    rb"""[\t\n\f\r /]*+([^\t\n\f\r />][^\t\n\f\r />=]*+)
    (?:[\t\n\f\r ]*+=[\t\n\f\r ]*+("[^"]*+"|'[^']*+'|[^\t\n\f\r >"'][^\t\n\f\r >]*+|))?+""",
    re.VERBOSE,
)
_CONTENT = re.compile(
    rb"""charset[\t\n\f\r ]*+=[\t\n\f\r ]*+("[^"]*"|'[^']*'|[^\t\n\f\r ;"'][^\t\n\f\r ;]*+)""",
    re.IGNORECASE | re.VERBOSE,
)
_XML = re.compile(rb"""<\?xml[\t\n\f\r ][^>]*?[\t\n\f\r ]encoding[\t\n\f\r ]*+=[\t\n\f\r ]*+("[^">]*"|'[^'>]*')""")

# By the name of Python's codec. What the standard calls ISO-8859-1 and ASCII is windows-1252 to every browser.
_LABELS = """
    utf-8: utf-8 utf8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8 utf-16 utf-16be utf-16le csunicode
        iso-10646-ucs-2 ucs-2 unicode unicodefeff unicodefffe
    cp866: 866 cp866 csibm866 ibm866
    iso8859_2: csisolatin2 iso-ir-101 l2 latin2 iso_8859-2:1987
    iso8859_3: csisolatin3 iso-ir-109 l3 latin3 iso_8859-3:1988
    iso8859_4: csisolatin4 iso-ir-110 l4 latin4 iso_8859-4:1988
    iso8859_5: csisolatincyrillic cyrillic iso-ir-144 iso_8859-5:1988
    iso8859_6: arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6-e iso-8859-6-i iso-ir-127
        iso_8859-6:1987
    iso8859_7: csisolatingreek ecma-118 elot_928 greek greek8 iso-ir-126 sun_eu_greek iso_8859-7:1987
    iso8859_8: csiso88598e csiso88598i csisolatinhebrew hebrew iso-8859-8-e iso-8859-8-i iso-ir-138 logical visual
        iso_8859-8:1988
    iso8859_10: csisolatin6 iso-ir-157 l6 latin6
    iso8859_13:
    iso8859_14:
    iso8859_15: csisolatin9 l9
    iso8859_16: iso-8859-16
    koi8_r: cskoi8r koi koi8 koi8-r koi8_r
    koi8_u: koi8-ru koi8-u
    mac_roman: csmacintosh mac macintosh x-mac-roman
    mac_cyrillic: x-mac-cyrillic x-mac-ukrainian
    cp874: dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874
    cp1250: cp1250 windows-1250 x-cp1250
    cp1251: cp1251 windows-1251 x-cp1251
    cp1252: ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 iso_8859-1
        iso_8859-1:1987 l1 latin1 us-ascii windows-1252 x-cp1252 x-user-defined
    cp1253: cp1253 windows-1253 x-cp1253
    cp1254: cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 latin5
        windows-1254 x-cp1254
    cp1255: cp1255 windows-1255 x-cp1255
    cp1256: cp1256 windows-1256 x-cp1256
    cp1257: cp1257 windows-1257 x-cp1257
    cp1258: cp1258 windows-1258 x-cp1258
    gb18030: chinese csgb2312 csiso58gb231280 gb18030 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk
    big5hkscs: big5 big5-hkscs cn-big5 csbig5 x-x-big5
    euc_jp: cseucpkdfmtjapanese euc-jp x-euc-jp
    iso2022_jp: csiso2022jp iso-2022-jp
    cp932: csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis
    cp949: cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 windows-949
"""


def _codecs() -> dict[str, str]:
    codecs: dict[str, str] = {}
    codec = ""
    for word in _LABELS.split():
        if word.endswith(":"):
            codec = word[:-1]
            part = codec.partition("8859_")[2]
            if part and part != "16":
                names = (f"iso-8859-{part}", f"iso8859-{part}", f"iso8859{part}", f"iso_8859-{part}")
                codecs.update(dict.fromkeys(names, codec))
        else:
            codecs[word] = codec
    return codecs


def declared_charset(data: bytes) -> str | None:
    """Return the name of Python's codec for the encoding that a page declares; None if it declares none that is known.

    A declaration is a ``<meta charset>`` or ``<meta http-equiv="Content-Type">`` in the first 1,024 bytes, or else the
    encoding of an XML declaration at the very start. A page that is read so far and claims to be in UTF-16 is in UTF-8.
    A BOM is not looked at: it comes before any declaration.

    Parameters
    ----------
    data
        The page, or its beginning.
    """
    head = data[:LOOKED_AT]
    for found in MARKUP.finditer(head):
        if found["name"] is not None and found["name"].lower() == b"meta" and not found["close"]:
            codec = _of_meta(found["rest"]) if found[0].endswith(b">") else None
            if codec is not None:
                return codec
    declared = _XML.match(head)
    return None if declared is None else _codec(declared[1])


def _of_meta(rest: bytes) -> str | None:
    attributes: dict[bytes, bytes] = {}
    for found in _ATTRIBUTE.finditer(rest):
        attributes.setdefault(found[1].lower(), found[2] or b"")
    if b"charset" in attributes:
        return _codec(attributes[b"charset"])
    if _unquoted(attributes.get(b"http-equiv", b"")).lower() != b"content-type":
        return None
    content = _CONTENT.search(_unquoted(attributes.get(b"content", b"")))
    return None if content is None else _codec(content[1])


def _unquoted(value: bytes) -> bytes:
    return value[1:-1] if value[:1] in (b'"', b"'") else value


def _codec(label: bytes) -> str | None:
    name = _unquoted(label).strip(b"\t\n\f\r ").lower().decode("ascii", "replace")
    return _codecs().get(name)
