"""Paragraphs of plain text."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from dedup.text.marks import Block, Marks

WINDOW: Final = 1 << 18
"""Code points looked at together."""

_LF: Final = 0x0A
_CR: Final = 0x0D

# What str.isspace calls white space, written out: it is the same in every Unicode version since 6.3.
_SPACES: Final = (
    *range(0x09, 0x0E),
    *range(0x1C, 0x21),
    0x85,
    0xA0,
    0x1680,
    *range(0x2000, 0x200B),
    0x2028,
    0x2029,
    0x202F,
    0x205F,
    0x3000,
)
_IS_SPACE: Final = np.zeros(0x3002, np.bool_)
"""By code point; everything from 0x3001 on is looked up as 0x3001, which is no space."""
_IS_SPACE[list(_SPACES)] = True


def mark_plain(text: str) -> Marks:
    """Paragraphs, all PROSE: separated by blank lines, or every line one where no blank line separates any.

    Lines end at LF, CRLF or lone CR and nowhere else; a line of white space alone is blank. Blocks begin with the
    first and end with the last character of the paragraph that is not white space.

    Costs O(n) time, and beyond its result some megabytes and 24 bytes for each line that is not blank.
    """
    return mark_plain_texts(text, np.zeros(1, np.int64))


def mark_plain_texts(joined: str, starts: NDArray[np.int64]) -> Marks:
    """Return the blocks of several texts: those that `mark_plain` finds in each, where they are in `joined`.

    Parameters
    ----------
    joined
        The texts, with a line feed between any two.
    starts
        int64 (t,): where each text begins.
    """
    lines, firsts, lasts = _written_lines(joined)
    texts = np.searchsorted(starts, firsts, side="right")
    same = texts[1:] == texts[:-1]
    apart = (np.diff(lines) > 1) & same
    spaced = np.zeros(len(starts) + 1, np.bool_)
    spaced[texts[1:][apart]] = True
    begins = np.ones(len(lines), np.bool_)
    begins[1:] = ~same | apart | ~spaced[texts[1:]]
    heads = np.flatnonzero(begins)
    tails = np.append(heads[1:], len(lines))[: len(heads)] - 1
    return Marks(firsts[heads], lasts[tails] + 1, np.full(len(heads), Block.PROSE, np.uint8))


def _written_lines(text: str) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Lines that are not blank: their numbers, and the places of the first and last character that is no space."""
    none = np.empty(0, np.int64)
    numbers, firsts, lasts = [none], [none], [none]
    line = 0
    for start in range(0, len(text), WINDOW):
        # One character more shows whether a CR at the window's end is followed by LF. At the text's end none follows.
        raw = text[start : start + WINDOW + 1].encode("utf-32-le", "surrogatepass")
        ahead = np.frombuffer(raw, "<u4")
        codes = ahead[:WINDOW]
        breaks = codes == _LF
        returns = np.flatnonzero(codes == _CR)
        if len(returns):
            breaks[returns[ahead[np.minimum(returns + 1, len(ahead) - 1)] != _LF]] = True
        ends = np.flatnonzero(breaks)
        written = np.flatnonzero(~_IS_SPACE[np.minimum(codes, 0x3001)])
        bounds = np.searchsorted(written, ends)
        heads = np.concatenate([[0], bounds])
        tails = np.concatenate([bounds, [len(written)]])
        full = np.flatnonzero(heads < tails)
        numbers.append(full + line)
        firsts.append(written[heads[full]] + start)
        lasts.append(written[tails[full] - 1] + start)
        line += len(ends)
    number, first, last = np.concatenate(numbers), np.concatenate(firsts), np.concatenate(lasts)
    # A line that was cut between windows is in several parts.
    fresh = np.ones(len(number), np.bool_)
    fresh[1:] = number[1:] != number[:-1]
    ending = np.ones(len(number), np.bool_)
    ending[:-1] = fresh[1:]
    return number[fresh], first[fresh], last[ending]
