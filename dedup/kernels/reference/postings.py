"""Which keys are equal, in NumPy."""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def equal_keys(keys: NDArray[np.uint64]) -> tuple[NDArray[np.int32], Ints]:
    """Return the runs of equal keys: their positions, ascending, and the offsets of the runs, ordered by first member.

    Keys that occur once are left out.

    Parameters
    ----------
    keys : uint64 (n,)
        n < 2**31.

    Returns
    -------
    int32 (m,), int64 (r + 1,)

    Notes
    -----
    Costs two sorts of n numbers. A stable argsort of 64-bit keys would be one, but takes longer than an unstable one
    and a sort of its result.
    """
    order = np.argsort(keys)
    ordered = keys[order]
    fresh = np.ones(len(keys) + 1, dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=fresh[1:-1])
    del ordered
    shared = ~(fresh[1:] & fresh[:-1])
    order, first = order[shared], np.flatnonzero(fresh[:-1][shared])
    if not len(first):
        return np.zeros(0, dtype=np.int32), np.zeros(1, dtype=np.int64)
    leader = np.repeat(np.minimum.reduceat(order, first), np.diff(np.append(first, len(order))))
    packed = (leader << 32) | order
    del leader, order
    packed.sort()
    values = (packed & 0xFFFFFFFF).astype(np.int32)
    packed >>= 32
    offsets = np.append(np.flatnonzero(np.append(True, packed[1:] != packed[:-1])), len(packed))
    return values, offsets.astype(np.int64)


def ascending(keys: Ints) -> Ints:
    """Return the order that sorts non-negative numbers; equal ones keep their order.

    Parameters
    ----------
    keys : int64 (n,)

    Returns
    -------
    int64 (n,)

    Notes
    -----
    Costs n log n (linear where compiled).
    """
    return np.argsort(keys, kind="stable")
