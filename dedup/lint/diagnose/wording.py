"""What a feature of a finding says, in words that an editor understands."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Final

from dedup.lint.diagnose.evidence import LONGEST, LONGEST_FILE
from dedup.lint.diagnose.pages import FIRST_LEVEL


def worded(feature: str, value: float) -> str:
    """Return what the value of a feature says about a finding: "17 words", "side by side".

    feature : a name in `dedup.lint.diagnose.confidence.FEATURES`
    value : as `dedup.lint.diagnose.evidence.features` returns it
    """
    return _WORDS[feature](value)


def _words(value: float) -> str:
    return _number(math.exp(value)) + (" or more" if round(math.exp(value)) >= LONGEST else "")


def _unique_words(value: float) -> str:
    number = round(math.expm1(value))
    if not number:
        return "every word stands elsewhere in the file too"
    return f"{number:,} of the words {'stands' if number == 1 else 'stand'} nowhere else in the file"


def _changed_words(value: float) -> str:
    number = round(math.expm1(value))
    return f"{_number(number)} changed" if number else "no words are changed otherwise"


def _slots(value: float) -> str:
    if not value:
        return "no word is replaced one for one, such as a number, a name, or a code"
    return f"{_share(value)} of the words are replaced one for one, such as numbers, names, or codes"


def _side_by_side(value: float) -> str:
    return "long, and side by side" if value else "not side by side, or short"


def _whole_sentences(value: float) -> str:
    return "both places are whole sentences" if value else "a place begins or ends inside a sentence"


def _in_list(value: float) -> str:
    return ("no place is in a list", "a place is in a list", "both places are in lists")[round(value)]


def _file_length(value: float) -> str:
    number = math.expm1(value)
    return f"in a file of {_number(number)}" + (" or more" if round(number) >= LONGEST_FILE else "")


def _pages(value: float) -> str:
    if round(value, 4) <= 0:
        return "its words stand on one page or two"
    return f"its words stand on {max(3, round(FIRST_LEVEL * 2 ** (value - 1)))} pages or more, on average"


def _one_page(value: float) -> str:
    return "all places are on versions of one page" if value else "not on versions of one page alone"


_WORDS: Final[Mapping[str, Callable[[float], str]]] = {
    "words": _words,
    "unique-words": _unique_words,
    "changed-words": _changed_words,
    "slots": _slots,
    "side-by-side": _side_by_side,
    "whole-sentences": _whole_sentences,
    "in-list": _in_list,
    "file-length": _file_length,
    "pages": _pages,
    "one-page": _one_page,
}


def _number(words: float) -> str:
    return f"{round(words):,} {'word' if round(words) == 1 else 'words'}"


def _share(value: float) -> str:
    """Return a share in per cent; "all" and "none" are nothing less and nothing more."""
    if value in (0, 1):
        return "all" if value else "none"
    return f"{min(99, max(1, round(value * 100)))}%"
