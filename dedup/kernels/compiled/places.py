"""Intervals of a suffix array, and places that do not overlap, in Numba."""

import numpy as np
from numpy.typing import NDArray

from dedup.kernels.compiled.kernel import kernel

Ints = NDArray[np.int64]


@kernel
def lcp_intervals(shared: Ints) -> tuple[Ints, Ints, Ints]:
    """As the reference engine's."""
    n = len(shared)
    lo, hi, depth = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n, np.int64)
    starts, depths = np.empty(n + 1, np.int64), np.empty(n + 1, np.int64)
    starts[0] = depths[0] = 0
    top = 0
    count = 0
    for k in range(n + 1):
        common = shared[k] if k < n else 0
        start = k - 1
        while depths[top] > common:
            start = starts[top]
            lo[count], hi[count], depth[count] = start, k, depths[top]
            count += 1
            top -= 1
        if depths[top] < common:
            top += 1
            starts[top], depths[top] = start, common
    return lo[:count].copy(), hi[:count].copy(), depth[:count].copy()


@kernel
def disjoint(values: NDArray[np.int32], offsets: Ints, lengths: NDArray[np.int32]) -> NDArray[np.bool_]:
    """As the reference engine's."""
    keep = np.zeros(len(values), np.bool_)
    for row in range(len(offsets) - 1):
        free = np.int64(-1)
        for k in range(offsets[row], offsets[row + 1]):
            if values[k] >= free:
                keep[k] = True
                free = np.int64(values[k]) + np.int64(lengths[k])
    return keep
