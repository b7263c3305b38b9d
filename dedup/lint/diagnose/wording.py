"""What a feature of a finding says, in words that an editor understands."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Final

from dedup.lint.diagnose.evidence import LONGEST_FILE


def worded(feature: str, value: float) -> str:
    """Return what the value of a feature says about a finding: "17 words", "side by side".

    feature : a name in `dedup.lint.diagnose.confidence.FEATURES`
    value : as `dedup.lint.diagnose.evidence.features` returns it
    """
    return _WORDS[feature](value)


def _words(value: float) -> str:
    return _number(math.exp(value))


def _unique_words(value: float) -> str:
    number = round(math.expm1(value))
    if not number:
        return "every word stands elsewhere in the file too"
    return f"{number:,} of the words {'stands' if number == 1 else 'stand'} nowhere else in the file"


def _similarity(value: float) -> str:
    return f"{_share(value)} of the words are the same"


def _slots(value: float) -> str:
    if not value:
        return "no word is replaced one for one, such as a number, a name, or a code"
    return f"{_share(value)} of the words are replaced one for one, such as numbers, names, or codes"


def _side_by_side(value: float) -> str:
    return "side by side" if value else "not side by side"


def _ends_block(value: float) -> str:
    return "both places end with a paragraph" if value else "a place ends inside a paragraph"


def _file_length(value: float) -> str:
    number = math.expm1(value)
    return f"in a file of {_number(number)}" + (" or more" if round(number) >= LONGEST_FILE else "")


_WORDS: Final[Mapping[str, Callable[[float], str]]] = {
    "words": _words,
    "unique-words": _unique_words,
    "similarity": _similarity,
    "slots": _slots,
    "side-by-side": _side_by_side,
    "ends-block": _ends_block,
    "file-length": _file_length,
}


def _number(words: float) -> str:
    return f"{round(words):,} {'word' if round(words) == 1 else 'words'}"


def _share(value: float) -> str:
    """Return a share in per cent; "all" and "none" are nothing less and nothing more."""
    if value in (0, 1):
        return "all" if value else "none"
    return f"{min(99, max(1, round(value * 100)))}%"
