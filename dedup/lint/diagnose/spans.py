"""Places in terms of the tokens they hold: which tokens, and whether they are whole paragraphs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.text.marks import Block
from dedup.text.reading import Reading


def token_runs(
    reading: Reading, starts: Sequence[int] | NDArray[np.int64], ends: Sequence[int] | NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """int64 (n,) twice: the first token of every span and the token behind its last. O(n log tokens)."""
    tokens = reading.tokens
    first = np.searchsorted(tokens.starts, np.asarray(starts, np.int32))
    behind = np.searchsorted(tokens.ends, np.asarray(ends, np.int32), side="right")
    return first.astype(np.int64), behind.astype(np.int64)


class Blocks(NamedTuple):
    """The blocks of a text that were read and hold any token."""

    opening: NDArray[np.int64]
    """int64 (k,): the first token of each."""
    closing: NDArray[np.int64]
    """int64 (k,): the token behind its last."""
    opens: NDArray[np.bool_]
    """bool (n + 1,): whether a block begins with a token."""
    closes: NDArray[np.bool_]
    """bool (n + 1,): whether a block ends before a token."""

    @classmethod
    def of(cls, reading: Reading) -> Blocks:
        """Those of a reading. Linear in its tokens."""
        marks, tokens = reading.marks, reading.tokens
        wanted = np.zeros(len(Block), np.bool_)
        wanted[[int(kind) for kind in reading.kinds]] = True
        read = wanted[marks.kinds]
        opening = np.searchsorted(tokens.starts, marks.starts[read])
        closing = np.searchsorted(tokens.ends, marks.ends[read], side="right")
        worded = opening < closing
        opening, closing = opening[worded], closing[worded]
        opens, closes = np.zeros(len(tokens.starts) + 1, np.bool_), np.zeros(len(tokens.starts) + 1, np.bool_)
        opens[opening] = True
        closes[closing] = True
        return cls(opening, closing, opens, closes)

    def whole(self, first: NDArray[np.int64], behind: NDArray[np.int64]) -> NDArray[np.bool_]:
        """bool (n,): whether a run begins with the first token of a block and ends with the last of one."""
        found: NDArray[np.bool_] = self.opens[first] & self.closes[behind]
        return found


def covered(size: int, first: NDArray[np.int64], behind: NDArray[np.int64]) -> NDArray[np.bool_]:
    """bool (size,): which tokens lie in at least one run."""
    opened = np.bincount(first, minlength=size + 1)
    closed = np.bincount(behind, minlength=size + 1)
    depth: NDArray[np.int64] = np.cumsum(opened - closed)[:size]
    return depth > 0
