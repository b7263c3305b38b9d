"""How the items of reStructuredText's enumerated lists and option lists begin."""

from __future__ import annotations

import re
from typing import Final

_ENUMERATOR = re.compile(r"(\(?)([0-9]{1,18}|[a-zA-Z]|[ivxlcdm]{1,20}|[IVXLCDM]{1,20}|#)([.)])(?:[ \t]+|\Z)")
_ROMAN = re.compile(r"m{0,4}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})")
_NUMERALS: Final = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_ARGUMENT = r"(?:[a-zA-Z][a-zA-Z0-9_-]*+|<[^<>]++>)"
_OPTION = rf"(?:[-+][a-zA-Z0-9](?: ?{_ARGUMENT})?|(?:--|/)[a-zA-Z0-9][a-zA-Z0-9_-]*+(?:[ =]{_ARGUMENT})?)"
_OPTIONS = re.compile(rf"{_OPTION}(?:, {_OPTION})*(?: *\t[ \t]*| {{2,}}| ?\Z)")


def enumerator(text: str, start: int, end: int) -> tuple[int, list[str]] | None:
    """Where the text of an item begins, and how an item on the very next line would have to begin.

    None if the line ``text[start:end]`` is no item.
    """
    found = _ENUMERATOR.match(text, start, end)
    if found is None:
        return None
    opening, number, closing = found.groups()
    if opening and closing == ".":
        return None
    numbers = ["#"]
    if number.isdecimal():
        numbers.append(str(int(number) + 1))
    elif number != "#":
        value = _roman_value(number.lower())
        if len(number) > 1 and value is None:
            return None
        following = [] if value is None else [_roman(value + 1)]
        if len(number) == 1 and number not in "zZ":
            following.append(chr(ord(number.lower()) + 1))
        numbers += [name.upper() if number.isupper() else name for name in following]
    return found.end(), [f"{opening}{name}{closing}" for name in numbers]


def options(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Where the options at the start of a line end, and where their description begins; None if there are none."""
    found = _OPTIONS.match(text, start, end)
    if found is None:
        return None
    return start + len(found[0].rstrip()), found.end()


def _roman_value(numeral: str) -> int | None:
    if not numeral or _ROMAN.fullmatch(numeral) is None:
        return None
    value = at = 0
    for amount, letters in _NUMERALS:
        while numeral.startswith(letters, at):
            value += amount
            at += len(letters)
    return value


def _roman(value: int) -> str:
    letters = ""
    for amount, numeral in _NUMERALS:
        while value >= amount:
            letters += numeral
            value -= amount
    return letters
