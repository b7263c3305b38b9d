"""Shingle sets, in NumPy: rows of 64-bit hashes as values and offsets."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from dedup.kernels.reference.text import _digest
from dedup.kernels.rows import bounds as row_bounds
from dedup.kernels.rows import owner, spread

Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]

# What tells the halves of a fingerprint apart, and the multipliers of MurmurHash3's 64-bit finalizer (Austin Appleby,
# 2011).
_HALVES: Final = (np.uint64(0), np.uint64(0x9E3779B97F4A7C15))
_FIRST, _SECOND = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53)


def shingle_rows(hashes: Keys, bounds: Ints, size: int) -> tuple[Keys, Ints]:
    """Return the shingles of every text, in order and with repeats.

    Parameters
    ----------
    hashes : uint64 (t,)
        Token hashes.
    bounds : int64 (k + 1,)
        Text i has the tokens from ``bounds[i]`` to ``bounds[i + 1]``.
    size : int
        Tokens in a shingle, at least 1.

    Returns
    -------
    values, offsets : uint64 (s,), int64 (k + 1,)
        The hash of a shingle is the xxh64, seed 0, of its token hashes as little-endian bytes. A text with fewer than
        `size` tokens has one shingle of all of them, and a text without tokens has none.

    Notes
    -----
    Costs O(t * size) time.
    """
    counts = np.diff(bounds)
    widths = np.minimum(counts, size)
    sizes = np.where(counts > 0, counts - widths + 1, 0)
    at, offsets = spread(bounds[:-1], sizes)
    values = np.empty(offsets[-1], np.uint64)
    of_value = np.repeat(widths, sizes)
    for width in np.flatnonzero(np.bincount(of_value)).tolist():
        first = at[of_value == width]
        words = [hashes[first + k] for k in range(width)]
        values[of_value == width] = _digest(words, np.zeros(len(first), np.uint64), 8 * width)
    return values, offsets


def sorted_rows(values: Keys, offsets: Ints) -> tuple[Keys, Ints]:
    """Every row ascending, each value once.

    values : uint64 (s,); offsets : int64 (k + 1,). Returns the same for what is left. Cost: two sorts of all values.
    """
    rows = owner(offsets)
    order = np.argsort(values)
    order = order[np.argsort(rows[order], kind="stable")]
    values, rows = values[order], rows[order]
    fresh = np.ones(len(values), np.bool_)
    fresh[1:] = (values[1:] != values[:-1]) | (rows[1:] != rows[:-1])
    counts = np.bincount(rows[fresh], minlength=len(offsets) - 1)
    return values[fresh], row_bounds(counts)


def fingerprints(values: Keys, offsets: Ints) -> Keys:
    """128 bits that stand for a set: equal sets have equal ones, and different sets, in all likelihood, have not.

    values : uint64 (s,), no value twice in a row; offsets : int64 (k + 1,). Returns uint64 (k, 2), for each half the
    sum, modulo 2**64, of the values after a bijection that scatters them. Cost: linear.
    """
    found = np.empty((len(offsets) - 1, 2), np.uint64)
    total = np.zeros(len(values) + 1, np.uint64)
    for half, start in enumerate(_HALVES):
        mixed = values ^ start
        mixed = (mixed ^ (mixed >> np.uint64(33))) * _FIRST
        mixed = (mixed ^ (mixed >> np.uint64(33))) * _SECOND
        mixed ^= mixed >> np.uint64(33)
        np.cumsum(mixed, out=total[1:])
        found[:, half] = np.diff(total[offsets])
    return found


def copies(fingerprints: Keys) -> Ints:
    """Return the first row that is equal to each row.

    Parameters
    ----------
    fingerprints : uint64 (n, 2)

    Returns
    -------
    int64 (n,)
        ``found[i] <= i``.

    Notes
    -----
    Costs linear time where compiled, otherwise a sort.
    """
    order = np.lexsort((fingerprints[:, 1], fingerprints[:, 0]))
    ordered = fingerprints[order]
    fresh = np.ones(len(order), np.bool_)
    fresh[1:] = np.any(ordered[1:] != ordered[:-1], axis=1)
    # lexsort is stable, so that the first of equal rows is the lowest.
    found = np.empty(len(order), np.int64)
    found[order] = order[np.flatnonzero(fresh)][np.cumsum(fresh) - 1]
    return found
