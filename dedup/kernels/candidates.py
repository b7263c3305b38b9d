"""What the kernels that compare sets work on, as plain arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


class Sets(NamedTuple):
    """Sets in order of size, largest first; set i holds ``values[starts[i]:ends[i]]``, ascending.

    What stands in one set only may be left out of `values`; `sizes` counts it.
    """

    values: NDArray[np.uint64]
    """uint64 (s,): small numbers that stand for members, because kernels take tables as long as the highest."""
    starts: Ints
    """int64 (n,)"""
    ends: Ints
    """int64 (n,)"""
    sizes: Ints
    """int64 (n,): members of each whole set."""
    limits: Ints
    """int64 (n,): the largest set that can match this one."""


class Postings(NamedTuple):
    """Who holds which key, by key and by holder.

    The holders of one key are a run: adjacent in `members`, ascending. The postings of set i are those with index
    ``heads[i]`` to ``heads[i + 1]``. A set is compared with the sets before it in the runs of its postings that lead.
    """

    members: NDArray[np.int32]
    """int32 (m,): holders, run after run."""
    heads: Ints
    """int64 (n + 1,)"""
    places: Ints
    """int64 (m,): where a posting stands in `members`."""
    begins: Ints
    """int64 (m,): where its run begins there."""
    leads: NDArray[np.bool_]
    """bool (m,)"""


def similarity(common: Ints, one: Ints, other: Ints, containment: bool) -> NDArray[np.float64]:
    """Of sets with these sizes and so many values in common: |A & B| / |A | B|, or |A & B| / min(|A|, |B|)."""
    quotient: NDArray[np.float64] = common / (np.minimum(one, other) if containment else one + other - common)
    return quotient
