"""Runs of equal keys: the one place where postings are sorted, whatever the keys are.

A posting says "this owner holds this key". Window keys of passages, prefix-filter keys and MinHash bands all end here;
what is drawn from a run belongs to the branch that asked.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Runs(NamedTuple):
    """Owners that share a key: run r is ``values[offsets[r]:offsets[r + 1]]``, ascending, two members or more."""

    values: NDArray[np.int32]
    offsets: NDArray[np.int64]


def runs_of_equal_keys(keys: NDArray[np.uint64], owners: NDArray[np.int32] | None = None) -> Runs:
    """Sort postings by key, then owner, and keep the runs of two or more.

    Parameters
    ----------
    keys : uint64 (n,)
    owners : int32 (n,), not negative; None stands for 0, 1, ... n - 1

    Cost: one unstable argsort and one sort of n numbers. (A stable argsort of 64-bit keys is a merge sort in NumPy
    and takes three times as long as the vectorised unstable one; the second sort restores the order of the owners.)
    """
    order = np.argsort(keys)
    ordered = keys[order]
    fresh = np.empty(len(keys) + 1, dtype=bool)
    fresh[:1] = fresh[-1:] = True
    np.not_equal(ordered[1:], ordered[:-1], out=fresh[1:-1])
    del ordered
    shared = ~(fresh[1:] & fresh[:-1])  # not alone in its run
    group = np.cumsum((fresh[:-1] & shared)[shared], dtype=np.uint64)
    group -= np.uint64(1)
    held = order[shared] if owners is None else owners[order[shared]]
    packed = (group << np.uint64(32)) | held.astype(np.uint64)
    packed.sort()
    values = (packed & np.uint64(0xFFFFFFFF)).astype(np.int32)
    packed >>= np.uint64(32)
    count = int(packed[-1]) + 1 if len(packed) else 0
    offsets = np.searchsorted(packed, np.arange(count + 1, dtype=np.uint64)).astype(np.int64)
    return Runs(values, offsets)
