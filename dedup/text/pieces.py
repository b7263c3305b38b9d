"""The pieces of text that a reader of Markdown or HTML finds, and the ``Marks`` made of them.

A parser says exactly which parts of the source are text: the pieces. Whatever lies between two pieces of one block is
syntax, so nothing has to be known about it but whether it separates words. Reading the complement is what keeps the
work per event small, and what makes a construct that nobody thought of vanish instead of turning into words.
"""

from __future__ import annotations

from array import array
from itertools import count
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.text import fold
from dedup.text.marks import Block, Marks, Scope


class Pieces(NamedTuple):
    """What grows in reading order; offsets are bytes of the source as UTF-8.

    Arrays of 64 bits, not lists: in hostile text every character is a piece, and as ints that are kept it
    took 131 bytes instead of 76.
    """

    starts: array[int]
    """Where each piece of text begins."""
    ends: array[int]
    """Where each piece ends; not after the next begins."""
    cuts: array[int]
    """Numbers of pieces before which a block ends. The same number may stand twice: its last scope counts."""
    scopes: list[Scope]
    """For each cut, what is known of the block of the pieces that follow."""
    breaks: array[int]
    """Numbers of pieces that something separates from the piece before: a line end, an image."""
    raised: array[int]
    """Numbers of pieces before which superscript or subscript begins or ends. Between two digits that separates: a
    million as ``10<sup>6</sup>`` is not 106, and ``2<sup>nd</sup>`` is one word."""
    stands: list[tuple[int, int, str]]
    """(start, end, characters): parts of pieces that stand for other characters."""
    containers: count[int]
    """The numbers of the next lists and tables."""
    items: count[int]
    """The numbers of the next items of lists and rows of tables."""

    @classmethod
    def empty(cls) -> Pieces:
        """No pieces yet; the first block is prose."""
        prose = [Scope(Block.PROSE)]
        return cls(array("q"), array("q"), array("q", [0]), prose, array("q"), array("q"), [], count(), count())

    def cut(self, scope: Scope) -> None:
        """End the block: pieces that follow belong to a new one in this scope."""
        self.cuts.append(len(self.starts))
        self.scopes.append(scope)

    def drop(self, first: int) -> None:
        """Forget every piece from number ``first`` on; what they held separates."""
        if first < len(self.starts):
            begin = self.starts[first]
            while self.stands and self.stands[-1][0] >= begin:
                self.stands.pop()
            del self.starts[first:]
            del self.ends[first:]
            for numbers in (self.breaks, self.raised):
                while numbers and numbers[-1] > first:
                    numbers.pop()
        self.breaks.append(first)


# Bytes that may begin or end a character that str.strip removes: ASCII white space, and all that is not ASCII.
_MAY_BE_BLANK = np.zeros(256, np.bool_)
_MAY_BE_BLANK[[9, 10, 11, 12, 13, 28, 29, 30, 31, 32]] = True
_MAY_BE_BLANK[128:] = True


def marks_of(pieces: Pieces, text: str, data: bytes, shift: int = 0) -> Marks:
    """Return the marks of a text that was parsed.

    ``data`` is what was parsed, as UTF-8 with one more byte at its end. Its first character is ``text[shift]``, and it
    has one character for every character of ``text`` from there. Blocks without a visible character are left out. Takes
    linear time in the text.
    """
    count = len(pieces.starts)
    cuts = np.array(pieces.cuts, np.int64)
    opens = np.empty(len(cuts), np.bool_)
    opens[:-1] = cuts[1:] > cuts[:-1]
    opens[-1] = cuts[-1] < count
    first = cuts[opens]
    last = np.empty_like(first)
    last[:-1] = first[1:] - 1
    last[-1:] = count - 1

    source = np.frombuffer(data, np.uint8)
    starts = np.array(pieces.starts, np.int64)
    ends = np.array(pieces.ends, np.int64)
    unsure = _MAY_BE_BLANK[source[starts[first]]] | _MAY_BE_BLANK[source[ends[last] - 1]]
    unsure |= (starts[first] == ends[first]) | (starts[last] == ends[last])
    stands = pieces.stands
    if len(data) - 1 + shift == len(text):
        starts += shift
        ends += shift
        if shift:
            stands = [(start + shift, end + shift, chars) for start, end, chars in stands]
    else:
        # Every byte but 0x80-0xBF, which are the least as int8, begins a character: counting those turns offsets into
        # positions. Texts have fewer than 2**31 characters.
        position = np.cumsum(source.view(np.int8) >= -64, dtype=np.uint32)
        before = shift - 1
        starts = position[starts].astype(np.int64) + before
        ends = position[ends].astype(np.int64) + before
        stands = [(int(position[start]) + before, int(position[end]) + before, chars) for start, end, chars in stands]

    block_starts = starts[first]
    block_ends = ends[last]
    for block in np.flatnonzero(unsure).tolist():
        block_starts[block], block_ends[block] = _trimmed(text, starts, ends, int(first[block]), int(last[block]))
    kept = block_starts < block_ends

    gaps = np.empty((max(count - 1, 0), 2), np.int64)
    gaps[:, 0] = ends[:-1]
    gaps[:, 1] = starts[1:]
    lengths = gaps[:, 1] - gaps[:, 0]
    # A gap counts if it lies in one block, between its first and last visible character: so not before a first piece.
    owners = np.repeat(np.arange(len(first)), last - first + 1)[1:]
    inside = (lengths > 0) & (gaps[:, 0] >= block_starts[owners]) & (gaps[:, 1] <= block_ends[owners])
    separated = np.zeros(count + 1, np.bool_)
    separated[pieces.breaks] = True
    if pieces.raised:
        separated[_between_digits(pieces.raised, text, starts, ends, stands)] = True
    separated = separated[1:-1]
    # A line end with at most one more character round it separates by itself, and is by far the commonest gap.
    borders = gaps[inside & separated & (lengths > 2)]
    hidden = gaps[inside & ~separated]
    scopes = [pieces.scopes[cut] for cut in np.flatnonzero(opens)[kept].tolist()]
    return Marks.of(block_starts[kept], block_ends[kept], scopes, hidden, borders, tuple(stands))


def _trimmed(text: str, starts: NDArray[np.int64], ends: NDArray[np.int64], first: int, last: int) -> tuple[int, int]:
    """First and last visible character of the pieces ``first`` to ``last``, half-open; (0, 0) if there is none."""
    while True:
        start, end = int(starts[first]), int(ends[first])
        blank = end - start - len(text[start:end].lstrip())
        if start + blank < end:
            break
        if first == last:
            return 0, 0
        first += 1
    begin = start + blank
    while True:
        start, end = int(starts[last]), int(ends[last])
        length = len(text[start:end].rstrip())
        if length:
            return begin, start + length
        last -= 1


def _between_digits(
    numbers: array[int],
    text: str,
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    stands: list[tuple[int, int, str]],
) -> list[int]:
    """Return the numbers of those pieces that begin with a digit, and before which another piece ends with one."""
    silent = {start for start, _, characters in stands if not characters}  # such as what closes a link
    found = []
    for number in numbers:
        before = number - 1
        while before >= 0 and int(starts[before]) in silent:
            before -= 1
        if before < 0 or number == len(starts) or starts[before] == ends[before] or starts[number] == ends[number]:
            continue
        if fold.is_digit(text[int(ends[before]) - 1]) and fold.is_digit(text[int(starts[number])]):
            found.append(number)
    return found
