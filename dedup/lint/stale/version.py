"""A version of a text as runs of tokens: its sentences, its blocks, and the rows of its tables."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from dedup.lint.diagnose.table import TokenTable
from dedup.lint.rules.surface import Surface
from dedup.text.marks import Block
from dedup.text.reading import Reading

Run = tuple[int, int]
"""Tokens [first, stop)."""


class Version:
    """One version of a text. Sentences are looked for only around the tokens that are asked about."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.size = len(reading.tokens.hashes)

    @cached_property
    def table(self) -> TokenTable:
        """Its tokens and blocks."""
        return TokenTable.of([self.reading])

    @cached_property
    def surface(self) -> Surface:
        """What lies between its tokens."""
        return Surface(self.reading)

    @cached_property
    def _rows(self) -> list[int]:
        """Of each block with a token, the number of the table row that it is part of; -1 for none."""
        marks = self.reading.marks
        block = np.searchsorted(marks.starts, self.reading.tokens.starts[self.table.opening], side="right") - 1
        rows: list[int] = np.where(marks.kinds[block] == Block.CELL, marks.items[block], -1).tolist()
        return rows

    def weight(self, run: Run) -> int:
        """Return the weight of a run, in quarter words."""
        return int(self.table.weight[run[1]] - self.table.weight[run[0]])

    def ends_block(self, token: int) -> bool:
        """Return whether a block begins or ends right before a token."""
        return bool(self.table.opens[token] or self.table.closes[token])

    def ends_sentence(self, token: int) -> bool:
        """Return whether a sentence, a block, or a line of code ends right before a token."""
        if token in (0, self.size) or self.ends_block(token):
            return True
        if self.table.kinds[self._block(token)] == Block.CODE:
            return "\n" in self.surface.source(token)
        return self.surface.ends_sentence(token)

    def sentence(self, first: int, stop: int) -> Run:
        """Return the sentences that hold these tokens, one or more; in a table, the rows."""
        first, stop = max(first, 0), min(stop, self.size)
        if self._rows[self._block(first)] >= 0:
            return self.block(first, stop)
        while not self.ends_sentence(first):
            first -= 1
        while not self.ends_sentence(stop):
            stop += 1
        return first, stop

    def block(self, first: int, stop: int) -> Run:
        """Return the blocks that hold these tokens, one or more; in a table, the rows."""
        low, high = self._block(max(first, 0)), self._block(min(stop, self.size) - 1)
        rows = self._rows
        while low and rows[low] >= 0 and rows[low - 1] == rows[low]:
            low -= 1
        while high + 1 < len(rows) and rows[high] >= 0 and rows[high + 1] == rows[high]:
            high += 1
        return int(self.table.opening[low]), int(self.table.closing[high])

    def blocks(self, first: int, stop: int) -> list[Run]:
        """Return the parts of these tokens in each block; in a table, in each row."""
        parts = []
        while first < stop:
            end = min(stop, self.block(first, first + 1)[1])
            parts.append((first, end))
            first = end
        return parts

    def is_code(self, run: Run) -> bool:
        """Return whether a run lies in blocks of code."""
        return bool((self.table.kinds[self._block(run[0]) : self._block(run[1] - 1) + 1] == Block.CODE).all())

    def prose(self, run: Run) -> int:
        """Return the weight of those tokens of a run that are no code, in quarter words."""
        low, high = self._block(run[0]), self._block(run[1] - 1) + 1
        first = np.maximum(self.table.opening[low:high], run[0])
        stop = np.minimum(self.table.closing[low:high], run[1])
        return int(self.table.weight_of(first, stop)[self.table.kinds[low:high] != Block.CODE].sum())

    def region(self, token: int) -> Run:
        """Return the tokens around a token that are read without a break."""
        regions = self.table.regions
        at = int(np.searchsorted(regions, token, side="right"))
        return int(regions[at - 1]), int(regions[at])

    def _block(self, token: int) -> int:
        return int(np.searchsorted(self.table.opening, token, side="right")) - 1
