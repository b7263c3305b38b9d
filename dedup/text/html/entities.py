"""Character references of HTML: what ``&eacute;``, ``&eacute`` and ``&#233;`` stand for."""

from __future__ import annotations

import re
from html import unescape
from html.entities import html5

# The longest name has 32 characters, its semicolon among them.
_REFERENCE = re.compile(rb"&(?:#(?:[0-9]++|[xX][0-9A-Fa-f]++);?|[A-Za-z][0-9A-Za-z]{0,31};?)")
_LONGEST_WITHOUT_SEMICOLON = max(len(name) for name in html5 if not name.endswith(";"))
_DIGITS = 7
"""More digits than these are no character, in whichever base."""


def find_references(data: bytes, start: int, end: int) -> list[tuple[int, int, str]]:
    """(start, end, characters) of every reference in ``data[start:end]``, as a browser reads it between tags.

    Numbers need no semicolon, nor do the names that were known before HTML 5 (``&notit`` is "¬it"). A number that is
    no character stands for U+FFFD, a name that is unknown for itself. Linear in the length.
    """
    found = []
    for reference in _REFERENCE.finditer(data, start, end):
        source = reference[0]
        if source[1] == 0x23:
            found.append((reference.start(), reference.end(), _numbered(source.decode())))
        else:
            name = source[1:].decode()
            characters = html5.get(name) if name.endswith(";") else None
            length = len(name)
            if characters is None:
                length = min(length, _LONGEST_WITHOUT_SEMICOLON)
                while length and (characters := html5.get(name[:length])) is None:
                    length -= 1
            if characters is not None:
                found.append((reference.start(), reference.start() + 1 + length, characters))
    return found


def _numbered(source: str) -> str:
    # Leading zeros are any number; Python refuses to read numbers of thousands of digits.
    digits = source[2:].removesuffix(";")
    is_hex = digits[0] in "xX"
    digits = digits.lstrip("xX0") or "0"
    if len(digits) > _DIGITS:
        return "\ufffd"
    # html.unescape gives nothing for code points that no text may hold: they separate.
    return unescape(f"&#{'x' if is_hex else ''}{digits};") or "\ufffd"
