"""The items of lists and the rows of tables in several texts, as runs of tokens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.text.marks import Block
from dedup.text.reading import Reading

Ints = NDArray[np.int64]

_STEP: Final = 0x9E3779B97F4A7C15  # an odd number, so that no power of it is 0 modulo 2**64


class Items(NamedTuple):
    """Items and rows that have words, in reading order within each list: int64 arrays of one length."""

    documents: Ints
    """The number of the text."""
    lists: Ints
    """The number of the list or table, over all texts."""
    outermost: Ints
    """The number of the outermost list around each: equal for the items of a list and of all lists inside it."""
    ranks: Ints
    """How many items of the same list come before."""
    rows: Ints
    """1 for the row of a table, 0 for the item of a list."""
    blocks: Ints
    """The block of its text that each begins with."""
    starts: Ints
    """The character of its text that this block begins with."""
    own: Ints
    """One past its last block before a list inside it."""
    ends: Ints
    """One past its last block, with the lists inside it."""
    first: Ints
    """The token that each begins with, counted over all texts."""
    stop: Ints
    """One past its last token, with the lists inside it."""

    @classmethod
    def of(cls, readings: Sequence[Reading]) -> Items:
        """Return all items of texts, without those in the navigation and the like of a page.

        Linear in the blocks of the texts, n log n in those that are part of a list.
        """
        parts = []
        offset = 0
        for document, reading in enumerate(readings):
            if len(reading.marks.items) and int(reading.marks.items.max()) >= 0:
                parts.append(_blocks(document, reading, offset))
            offset += len(reading.tokens.hashes)
        if not parts:
            return cls(*(np.zeros(0, np.int64) for _ in cls._fields))
        columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
        documents, blocks, starts, kinds, lists, items, first, stop = columns
        # numbers of lists and items begin at 0 in each text: the first block of a part has none
        lists, items = _renumbered(documents, lists), _renumbered(documents, items)
        outermost, list_ends = _nested(lists, kinds == Block.CELL)

        found, start = np.unique(items, return_index=True)
        start = start[(found >= 0) & (lists[start] >= 0)]  # in HTML an item may stand outside any list
        if not len(start):
            return cls(*(np.zeros(0, np.int64) for _ in cls._fields))
        start = start[np.lexsort((start, lists[start]))]
        mine = lists[start]
        end = list_ends[mine]
        follows = np.append(mine[1:] == mine[:-1], False)
        end[follows] = start[1:][follows[:-1]]
        changes = np.append(np.flatnonzero(np.diff(items)) + 1, len(items))
        own = np.minimum(changes[np.searchsorted(changes, start, side="right")], end)
        opening = np.flatnonzero(np.append(True, mine[1:] != mine[:-1]))
        ranks = np.arange(len(mine)) - np.repeat(opening, np.diff(np.append(opening, len(mine))))
        all_items = cls(
            documents[start],
            mine,
            outermost[mine],
            ranks,
            (kinds[start] == Block.CELL).astype(np.int64),
            blocks[start],
            starts[start],
            blocks[own - 1] + 1,
            blocks[end - 1] + 1,
            first[start],
            stop[end - 1],
        )
        return all_items.take(all_items.stop > all_items.first)

    def take(self, rows: NDArray[np.bool_] | Ints) -> Items:
        """Return the items with these numbers, or under this mask."""
        return Items(*(column[rows] for column in self))

    def equal(self, hashes: NDArray[np.uint64]) -> Iterator[list[int]]:
        """Yield the items of one list whose tokens are equal, in order, two or more together.

        hashes : uint64, of all tokens of all texts.

        Linear in the tokens, n log n in the items. Runs of tokens are compared by a polynomial over their hashes
        first, and then token by token.
        """
        powers = np.multiply.accumulate(np.append(np.uint64(1), np.full(len(hashes), _STEP, np.uint64)))
        sums = np.append(np.uint64(0), np.cumsum(hashes * powers[:-1]))
        # each run is moved to the end: a sum times a power, which needs no inverse
        keys = (sums[self.stop] - sums[self.first]) * powers[len(hashes) - self.first]
        order = np.lexsort((self.first, keys, self.lists))
        same = (keys[order][1:] == keys[order][:-1]) & (self.lists[order][1:] == self.lists[order][:-1])
        bounds = np.concatenate(([0], np.flatnonzero(~same) + 1, [len(order)]))
        for number in np.flatnonzero(np.diff(bounds) > 1).tolist():
            by_tokens: dict[bytes, list[int]] = {}
            for row in order[bounds[number] : bounds[number + 1]].tolist():
                by_tokens.setdefault(hashes[self.first[row] : self.stop[row]].tobytes(), []).append(row)
            yield from (rows for rows in by_tokens.values() if len(rows) > 1)


def _blocks(document: int, reading: Reading, offset: int) -> tuple[Ints, ...]:
    """Return document, block, start, kind, list, item, first token and one past the last of each block, after one that
    is part of no list and parts this text from the one before."""
    marks, tokens = reading.marks, reading.tokens.starts
    blocks = np.flatnonzero((marks.kinds != Block.FRONT) & (marks.kinds != Block.COMMENT))
    starts = marks.starts[blocks]
    outside = marks.landmarks[blocks]
    columns = np.empty((8, len(blocks) + 1), np.int64)
    columns[:, 0] = (document, 0, 0, Block.PROSE, -1, -1, offset, offset)
    columns[0, 1:] = document
    columns[1, 1:] = blocks
    columns[2, 1:] = starts
    columns[3, 1:] = marks.kinds[blocks]
    columns[4, 1:] = np.where(outside, -1, marks.containers[blocks])
    columns[5, 1:] = np.where(outside, -1, marks.items[blocks])
    columns[6, 1:] = np.searchsorted(tokens, starts.astype(np.int32)) + offset
    columns[7, 1:] = np.searchsorted(tokens, marks.ends[blocks].astype(np.int32)) + offset
    return tuple(columns)


def _renumbered(documents: Ints, numbers: Ints) -> Ints:
    """Return numbers that are unique over all texts, from numbers that are unique in each; -1 stays."""
    starts = np.flatnonzero(np.append(True, documents[1:] != documents[:-1]))
    counts = np.maximum.reduceat(numbers, starts) + 1
    shift = np.repeat(np.cumsum(counts) - counts, np.diff(np.append(starts, len(numbers))))
    return np.where(numbers < 0, -1, numbers + shift)


def _nested(lists: Ints, is_cell: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """Return, for each list, the outermost list around it, and one past its last block.

    A list that begins right after an item of another, with nothing in between, is taken to be inside that item: blocks
    do not show it. A table right after a table is not.
    """
    count = int(lists.max()) + 1
    outermost, ends = np.arange(count), np.zeros(count, np.int64)
    tables: set[int] = set()
    around: list[int] = []
    starts = np.flatnonzero(np.append(True, lists[1:] != lists[:-1]))
    cells = is_cell[starts].tolist()
    for block, number, cell in zip(starts.tolist(), lists[starts].tolist(), cells, strict=True):
        if number < 0:
            ends[around] = block
            around.clear()
        elif number in around:
            while around[-1] != number:
                ends[around.pop()] = block
        else:
            while cell and around and around[-1] in tables:
                ends[around.pop()] = block
            if cell:
                tables.add(number)
            around.append(number)
            outermost[number] = around[0]
    ends[around] = len(lists)
    return outermost, ends
