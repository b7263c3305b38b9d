"""Runs of equal keys: the one place where postings meet, whatever the keys are.

A posting says "this owner holds this key". Window keys of passages, prefix-filter keys and MinHash bands all end here;
what is drawn from a run belongs to the branch that asked.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup import kernels


class Runs(NamedTuple):
    """Owners that share a key: run r is ``values[offsets[r]:offsets[r + 1]]``, two or more, ascending.

    Runs are ordered by their first owner.
    """

    values: NDArray[np.int32]
    offsets: NDArray[np.int64]


def runs_of_equal_keys(keys: NDArray[np.uint64], owners: NDArray[np.int32] | None = None) -> Runs:
    """Bring postings with equal keys together; keys that one posting holds are left out.

    Parameters
    ----------
    keys : uint64 (n,), n < 2**31
    owners : int32 (n,), ascending; None stands for 0, 1, ... n - 1

    Cost: linear (compiled) or two sorts (reference).
    """
    values, offsets = kernels.engine(len(keys)).postings.equal_keys(keys)
    return Runs(values if owners is None else owners[values], offsets)
