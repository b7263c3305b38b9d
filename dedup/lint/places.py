"""Places in terms of the tokens they hold: which tokens, and whether they are whole paragraphs."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dedup.text.reading import Reading


def token_runs(
    reading: Reading, starts: Sequence[int] | NDArray[np.int64], ends: Sequence[int] | NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """int64 (n,) twice: the first token of every span and the token behind its last. O(n log tokens)."""
    tokens = reading.tokens
    first = np.searchsorted(tokens.starts, np.asarray(starts, np.int32))
    behind = np.searchsorted(tokens.ends, np.asarray(ends, np.int32), side="right")
    return first.astype(np.int64), behind.astype(np.int64)


def blocks(reading: Reading) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """int64 (k,) twice: the first token of every block that was read and holds any, and the token behind its last."""
    marks, tokens = reading.marks, reading.tokens
    read = np.isin(marks.kinds, np.array([int(kind) for kind in reading.kinds], np.uint8))
    opening = np.searchsorted(tokens.starts, marks.starts[read])
    closing = np.searchsorted(tokens.ends, marks.ends[read], side="right")
    worded = opening < closing
    return opening[worded], closing[worded]


def whole_paragraphs(reading: Reading, first: NDArray[np.int64], behind: NDArray[np.int64]) -> NDArray[np.bool_]:
    """bool (n,): whether a run begins with the first token of a block that was read and ends with the last of one."""
    opening, closing = blocks(reading)
    size = len(reading.tokens.starts) + 1
    opens, closes = np.zeros(size, np.bool_), np.zeros(size, np.bool_)
    opens[opening] = True
    closes[closing] = True
    whole: NDArray[np.bool_] = opens[first] & closes[behind]
    return whole


def covered(size: int, first: NDArray[np.int64], behind: NDArray[np.int64]) -> NDArray[np.bool_]:
    """bool (size,): which tokens lie in at least one run."""
    opened = np.bincount(first, minlength=size + 1)
    closed = np.bincount(behind, minlength=size + 1)
    depth: NDArray[np.int64] = np.cumsum(opened - closed)[:size]
    return depth > 0
