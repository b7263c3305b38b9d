"""What a threshold asks of sets by their sizes alone, to the last bit of the float64 quotient that decides."""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def least_common(sizes: Ints, threshold: float) -> Ints:
    """The smallest integer o with ``o / size >= threshold``: so much of itself must a set share with any match.

    sizes : int64 (n,), from 1. (``ceil(threshold * size)`` is not it: ``ceil(.55 * 100)`` is 56.)
    """
    least = np.floor(threshold * sizes).astype(np.int64)
    least -= (least > 0) & ((least - 1) / sizes >= threshold)
    least += least / sizes < threshold
    found: Ints = np.where(least / sizes < threshold, least + 1, least)
    return found


def least_common_with_larger(sizes: Ints, threshold: float) -> Ints:
    """The smallest integer o with ``o / (2 * size - o) >= threshold``: so much must a set share with any match, by
    Jaccard similarity, that is no smaller than itself (Xiao, Wang, Lin and Yu, 2008)."""
    least = np.floor(threshold / (1 + threshold) * 2 * sizes).astype(np.int64)
    least -= (least > 0) & ((least - 1) / (2 * sizes - least + 1) >= threshold)
    least += least / (2 * sizes - least) < threshold
    found: Ints = np.where(least / (2 * sizes - least) < threshold, least + 1, least)
    return found


def largest_match(sizes: Ints, threshold: float) -> Ints:
    """The largest integer m with ``size / m >= threshold``: no larger set has this Jaccard similarity."""
    with np.errstate(over="ignore"):  # of thresholds next to 0
        most = np.minimum(np.floor(sizes / threshold), 1 << 62).astype(np.int64)
    most -= sizes / np.maximum(most, 1) < threshold
    found: Ints = np.where(sizes / (most + 1) >= threshold, most + 1, most)
    return found
