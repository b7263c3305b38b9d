"""Shingle sets, in Numba: one pass over the rows.

The twin of ``dedup.kernels.reference.sets``, where the contracts stand.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from dedup.kernels.compiled.kernel import kernel
from dedup.kernels.compiled.xxh64 import PRIME5, finish, mix_lane, roll, take_lane

_HALVES: Final = (np.uint64(0), np.uint64(0x9E3779B97F4A7C15))
_FIRST: Final = np.uint64(0xFF51AFD7ED558CCD)
_SECOND: Final = np.uint64(0xC4CEB9FE1A85EC53)
_CROWD: Final = 32  # so many values of one row in one bucket are no accident, and the row is sorted otherwise

Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]


@kernel
def shingle_rows(hashes: Keys, bounds: Ints, size: int) -> tuple[Keys, Ints]:
    """As the reference engine's. Up to three tokens wide, what a token adds to a hash is worked out once."""
    texts = len(bounds) - 1
    offsets = np.zeros(texts + 1, np.int64)
    for text in range(texts):
        count = bounds[text + 1] - bounds[text]
        offsets[text + 1] = offsets[text] + (max(count - size, 0) + 1 if count else 0)
    values = np.empty(offsets[texts], np.uint64)
    lanes = np.empty(np.int64(bounds[texts]) if size <= 3 else 0, np.uint64)
    for i in range(len(lanes)):
        lanes[i] = mix_lane(np.uint64(0), hashes[i])
    for text in range(texts):
        first, last = offsets[text], offsets[text + 1]
        width = min(bounds[text + 1] - bounds[text], size)
        if size > 3:
            if width:
                roll(hashes[bounds[text] : bounds[text + 1]], width, values[first:last])
            continue
        for i in range(last - first):
            h = PRIME5 + np.uint64(8 * width)
            for k in range(width):
                h = take_lane(h, lanes[bounds[text] + i + k])
            values[first + i] = finish(h)
    return values, offsets


@kernel
def sorted_rows(values: Keys, offsets: Ints) -> tuple[Keys, Ints]:
    """Return what the reference engine returns.

    Values are hashes: once they are scattered by their highest bits into as many buckets as there are values, they are
    nearly in order, and an insertion sort finishes in linear time.
    """
    rows = len(offsets) - 1
    kept = np.empty_like(values)
    bounds = np.zeros(rows + 1, np.int64)
    counts = np.empty(64, np.int64)
    n = 0
    for row in range(rows):
        first, last = offsets[row], offsets[row + 1]
        size = last - first
        bits = np.uint64(1)
        while np.int64(1) << np.int64(bits) < size:
            bits += np.uint64(1)
        buckets = np.int64(1) << np.int64(bits)
        if buckets >= len(counts):
            counts = np.empty(2 * buckets, np.int64)
        counts[: buckets + 1] = 0
        shift = np.uint64(64) - bits
        for i in range(first, last):
            counts[np.int64(values[i] >> shift) + 1] += 1
        crowd = np.int64(0)
        for bucket in range(buckets):
            crowd = max(crowd, counts[bucket + 1])
            counts[bucket + 1] += counts[bucket]
        for i in range(first, last):
            own = np.int64(values[i] >> shift)
            kept[n + counts[own]] = values[i]
            counts[own] += 1
        if crowd > _CROWD:
            kept[n : n + size].sort()
        else:
            for i in range(n + 1, n + size):
                value = kept[i]
                k = np.int64(i)
                while k > n and kept[k - 1] > value:
                    kept[k] = kept[k - 1]
                    k -= 1
                kept[k] = value
        end = n
        for i in range(n, n + size):
            if end == n or kept[i] != kept[end - 1]:
                kept[end] = kept[i]
                end += 1
        n = end
        bounds[row + 1] = n
    return kept[:n].copy(), bounds


@kernel
def fingerprints(values: Keys, offsets: Ints) -> Keys:
    """As the reference engine's."""
    found = np.zeros((len(offsets) - 1, 2), np.uint64)
    for row in range(len(offsets) - 1):
        for i in range(offsets[row], offsets[row + 1]):
            for half in range(2):
                mixed = values[i] ^ _HALVES[half]
                mixed = (mixed ^ (mixed >> np.uint64(33))) * _FIRST
                mixed = (mixed ^ (mixed >> np.uint64(33))) * _SECOND
                found[row, half] += mixed ^ (mixed >> np.uint64(33))
    return found


@kernel
def copies(fingerprints: NDArray[np.uint64]) -> Ints:
    """As the reference engine's: a hash table with linear probing, half full at the most."""
    n = len(fingerprints)
    bits = np.uint64(4)
    while np.int64(1) << np.int64(bits) < 2 * n:
        bits += np.uint64(1)
    mask = (np.int64(1) << np.int64(bits)) - 1
    table = np.full(mask + 1, -1, np.int64)
    leader = np.empty(n, np.int64)
    for i in range(n):
        slot = np.int64((fingerprints[i, 0] * np.uint64(0x9E3779B97F4A7C15)) >> (np.uint64(64) - bits))
        while table[slot] >= 0 and (
            fingerprints[table[slot], 0] != fingerprints[i, 0] or fingerprints[table[slot], 1] != fingerprints[i, 1]
        ):
            slot = (slot + 1) & mask
        if table[slot] < 0:
            table[slot] = i
        leader[i] = table[slot]
    return leader
