"""Intervals of a suffix array, and places that do not overlap, in NumPy."""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def lcp_intervals(shared: Ints) -> tuple[Ints, Ints, Ints]:
    """Return all ranges of a suffix array with a longer common prefix than any wider range.

    The method is that of Abouelhoda, Kurtz and Ohlebusch (2004).

    Parameters
    ----------
    shared : int64 (s,)
        Number of symbols that suffix k has in common with suffix k - 1 in the order; the first is 0.

    Returns
    -------
    lo, hi, depth : int64 (r,)
        Ranges ``lo .. hi - 1`` with the length of their common prefix, by `hi`, then longest prefix first.

    Notes
    -----
    Costs linear time.
    """
    lo: list[int] = []
    hi: list[int] = []
    depth: list[int] = []
    starts, depths = [0], [0]
    for k, common in enumerate([*shared.tolist(), 0]):
        start = k - 1
        while depths[-1] > common:
            start = starts.pop()
            lo.append(start)
            hi.append(k)
            depth.append(depths.pop())
        if depths[-1] < common:
            starts.append(start)
            depths.append(common)
    return np.array(lo, dtype=np.int64), np.array(hi, dtype=np.int64), np.array(depth, dtype=np.int64)


def disjoint(values: NDArray[np.int32], offsets: Ints, lengths: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Return which places to keep so that those of a row do not overlap.

    The leftmost place is kept, then the leftmost that begins after its end, and so on.

    Parameters
    ----------
    values : int32 (n,)
        Where places begin, ascending within each row.
    offsets : int64 (r + 1,)
        Rows of `values`.
    lengths : int32 (n,)
        Lengths of the places.

    Notes
    -----
    Costs linear time; rows with overlaps cost n log n (the successor of each place is found for all at once, then
    reached by doubling).
    """
    keep = np.ones(len(values), dtype=bool)
    row = np.repeat(np.arange(len(offsets) - 1, dtype=np.int64), np.diff(offsets))
    close = np.zeros(len(offsets) - 1, dtype=bool)
    close[row[1:][(row[1:] == row[:-1]) & (values[1:] - values[:-1] < lengths[:-1])]] = True
    at = np.flatnonzero(close[row])
    if not len(at):
        return keep
    row, key = row[at], (row[at] << 32) | values[at]
    step = np.searchsorted(key, key + lengths[at])
    step = np.where(np.append(row, -1)[step] == row, step, len(at))
    step = np.append(step, len(at))
    reached = np.zeros(len(at) + 1, dtype=bool)
    reached[:-1] = np.append(True, row[1:] != row[:-1])
    while True:
        more = reached.copy()
        more[step[reached]] = True
        more[-1] = False
        if (more == reached).all():
            break
        reached, step = more, step[step]
    keep[at] = reached[:-1]
    return keep
