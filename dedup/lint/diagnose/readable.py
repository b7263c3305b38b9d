"""Which repeats are passages to a reader: code, comments, headings and navigation alone are not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dedup.kernels.rows import owner
from dedup.lint.diagnose.table import TokenTable
from dedup.match.merge import Repeats
from dedup.match.stream import QUARTERS
from dedup.text.marks import Block
from dedup.text.reading import Reading

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_LONGEST_HEADING: Final = 20 * QUARTERS
"""What is longer is text above a line of dashes: what a merge left behind, say."""
_REMARK: Final = re.compile(
    r"^[ \t]*(?:#[#|!]*|;+|%+|//+!?|--+|/\*+|<!--|REM)(?=\s)|(?<=\s)(?:#+|//+|--)(?=\s)", re.MULTILINE
)
"""Where a remark begins that a program has for its readers: it ends with its line."""
_LEAST_SHARE: Final = 0.25
"""The least share of the words of code in its remarks, if it is read for them. Words that repeat do not count."""
_LEAST_ALIKE: Final = 0.85
"""Code that is less alike is one example beside another."""


def readable(table: TokenTable, repeats: Repeats, readings: Sequence[Reading], min_words: int) -> Bools:
    """Return which repeats are passages to a reader.

    Two places or more must stand in text. A passage is none either if it is a heading and no more in one place, for
    the others refer to it unless two are whole blocks; and if it stands in nothing but the navigation, banners and
    footers of several pages. All in one text, these are passages too: what stands in text and in code or a comment;
    what stands twice in one comment, or on lines that follow each other; and code with remarks, which are text.

    Linear in the places, and in the characters of those that are code alone.
    """
    if not len(repeats.first):
        return np.zeros(0, np.bool_)
    block, last = table.block_of(repeats.first), table.block_of(repeats.stop - 1)
    starts = repeats.offsets[:-1]
    code = _only(table.kinds == Block.CODE, block, last)
    comment = _only(table.kinds == Block.COMMENT, block, last)
    heading = _only(table.kinds == Block.HEADING, block, last)
    heading &= table.weight_of(repeats.first, repeats.stop) <= _LONGEST_HEADING
    landmark = _only(table.landmarks, block, last)
    several = np.minimum.reduceat(repeats.documents, starts) != np.maximum.reduceat(repeats.documents, starts)
    text = ~code & ~comment
    whole = table.whole(repeats.first, repeats.stop) & text & ~heading
    blocks = np.add.reduceat(whole.astype(np.int64), starts)
    good: Bools = np.add.reduceat(text.astype(np.int64), starts) >= 2
    alone = np.flatnonzero(~good & ~several)
    pure = _only((table.kinds != Block.CODE) & (table.kinds != Block.COMMENT), block, last)
    some = _twice_in(repeats, block, comment) | _beside(repeats, pure, code | comment)
    for row in alone.tolist():
        good[row] = (
            some[row]
            or _in_a_row(table, repeats, readings, row)
            or _has_remarks(table, repeats, readings, row, code, min_words)
        )
    good &= (blocks >= 2) | ~np.logical_or.reduceat(heading, starts)
    good &= ~(np.logical_and.reduceat(landmark, starts) & several)
    return good


def _only(wanted: Bools, block: Ints, last: Ints) -> Bools:
    """Return which runs of blocks hold none but wanted ones."""
    count = np.append(0, np.cumsum(wanted))
    found: Bools = count[last + 1] - count[block] == last + 1 - block
    return found


def _twice_in(repeats: Repeats, block: Ints, wanted: Bools) -> Bools:
    """Return which repeats have two places in one block, of the wanted places."""
    found = np.zeros(len(repeats.near), np.bool_)
    keys, counts = np.unique(((owner(repeats.offsets) << 32) | block)[wanted], return_counts=True)
    found[keys[counts > 1] >> 32] = True
    return found


def _beside(repeats: Repeats, text: Bools, other: Bools) -> Bools:
    """Return which repeats have places of both kinds."""
    found: Bools = np.logical_or.reduceat(text, repeats.offsets[:-1])
    return found & np.logical_or.reduceat(other, repeats.offsets[:-1])


def _in_a_row(table: TokenTable, repeats: Repeats, readings: Sequence[Reading], row: int) -> bool:
    """Return whether two equal places of whole lines are among those of a repeat, one where the other ends."""
    places = np.arange(repeats.offsets[row], repeats.offsets[row + 1] - 1)
    places = places[repeats.stop[places] == repeats.first[places + 1]]
    places = places[(repeats.shares[places] == 1) & (repeats.shares[places + 1] == 1)]
    return any(
        all(
            _is_between_lines(table, int(repeats.documents[place]), readings, int(token))
            for token in (repeats.first[place], repeats.stop[place], repeats.stop[place + 1])
        )
        for place in places.tolist()
    )


def _is_between_lines(table: TokenTable, document: int, readings: Sequence[Reading], token: int) -> bool:
    """Return whether a line of a text ends before a token, or the text begins or ends there."""
    tokens = readings[document].tokens
    at = token - int(table.documents[document])
    if at in (0, len(tokens.starts)):
        return True
    between = readings[document].text[tokens.ends[at - 1] : tokens.starts[at]]
    return "\n" in between or "\r" in between


def _has_remarks(
    table: TokenTable, repeats: Repeats, readings: Sequence[Reading], row: int, code: Bools, min_words: int
) -> bool:
    """Return whether the first place of a repeat and the one most like it are code of one text, with remarks."""
    low, high = int(repeats.offsets[row]), int(repeats.offsets[row + 1])
    other = low + 1 + int(np.argmax(repeats.shares[low + 1 : high]))
    if repeats.documents[low] != repeats.documents[other] or repeats.shares[other] < _LEAST_ALIKE:
        return False
    return all(code[place] and _is_remark(table, repeats, readings, place, min_words) for place in (low, other))


def _is_remark(table: TokenTable, repeats: Repeats, readings: Sequence[Reading], place: int, min_words: int) -> bool:
    """Return whether `min_words` words of a place, and a share of all, stand once in its remarks."""
    document = int(repeats.documents[place])
    text, tokens, shift = readings[document].text, readings[document].tokens, int(table.documents[document])
    first, stop = int(repeats.first[place]), int(repeats.stop[place])
    line = text.rfind("\n", 0, int(tokens.starts[first - shift])) + 1
    end = int(tokens.ends[stop - 1 - shift])
    words = np.zeros(stop - first, np.bool_)
    starts = tokens.starts[first - shift : stop - shift]
    for sign in _REMARK.finditer(text, line, end):
        behind = text.find("\n", sign.end(), end)
        low, high = np.searchsorted(starts, (sign.end(), end if behind < 0 else behind))
        words[low:high] = True
    inside = first + np.flatnonzero(words)
    _, index, counts = np.unique(table.hashes[inside], return_index=True, return_counts=True)
    single = inside[index[counts == 1]]
    weight = int(table.weight_of(single, single + 1).sum())
    return weight >= max(min_words * QUARTERS, _LEAST_SHARE * int(table.weight[stop] - table.weight[first]))
