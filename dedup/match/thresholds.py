"""What a threshold asks of sets by their sizes alone, to the last bit of the float64 quotient that decides."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def least_common(sizes: Ints, threshold: float) -> Ints:
    """Return the smallest integer o with ``o / size >= threshold``: how much of itself a set must share with any match.

    Parameters
    ----------
    sizes : int64 (n,)
        From 1.

    Notes
    -----
    ``ceil(threshold * size)`` is not the same: ``ceil(.55 * 100)`` is 56.
    """
    return _raised(np.floor(threshold * sizes).astype(np.int64), lambda least: least / sizes >= threshold)


def least_common_with_larger(sizes: Ints, threshold: float) -> Ints:
    """Return the smallest integer o with ``o / (2 * size - o) >= threshold``.

    By Jaccard similarity, a set must share this much with any match that is no smaller than itself (Xiao, Wang, Lin and
    Yu, 2008).
    """
    guess = np.floor(threshold / (1 + threshold) * 2 * sizes).astype(np.int64)
    return _raised(guess, lambda least: least / (2 * sizes - least) >= threshold)


def largest_match(sizes: Ints, threshold: float) -> Ints:
    """Return the largest integer m with ``size / m >= threshold``: no larger set has this Jaccard similarity."""
    with np.errstate(over="ignore"):  # of thresholds next to 0
        most = np.minimum(np.floor(sizes / threshold), 1 << 62).astype(np.int64)
    most -= sizes / np.maximum(most, 1) < threshold
    found: Ints = np.where(sizes / (most + 1) >= threshold, most + 1, most)
    return found


def _raised(least: Ints, reaches: Callable[[Ints], NDArray[np.bool_]]) -> Ints:
    """Numbers at or, by rounding, up to two below the least that reaches the threshold, raised to that."""
    for _ in range(2):
        least = np.where(reaches(least), least, least + 1)
    return least
