"""Which keys are equal, in Numba.

The twin of ``dedup.kernels.reference.postings``, where the contract stands.
"""

import numpy as np
from numpy.typing import NDArray

from dedup.kernels.compiled.kernel import kernel

Ints = NDArray[np.int64]


@kernel
def equal_keys(keys: NDArray[np.uint64]) -> tuple[NDArray[np.int32], Ints]:
    """As the reference engine's: a hash table with linear probing, half full at the most, instead of sorts."""
    n = len(keys)
    bits = np.uint64(4)
    while np.int64(1) << np.int64(bits) < 2 * n:
        bits += np.uint64(1)
    mask = (np.int64(1) << np.int64(bits)) - 1
    table = np.full(mask + 1, -1, np.int32)  # the first index of a key
    leader = np.empty(n, np.int32)
    count = np.zeros(n, np.int32)
    for k in range(n):
        slot = np.int64((keys[k] * np.uint64(0x9E3779B97F4A7C15)) >> (np.uint64(64) - bits))
        while table[slot] >= 0 and keys[table[slot]] != keys[k]:
            slot = (slot + 1) & mask
        if table[slot] < 0:
            table[slot] = k
        leader[k] = table[slot]
        count[table[slot]] += 1
    runs = total = 0
    for k in range(n):
        if count[k] > 1:
            runs += 1
            total += count[k]
    offsets = np.zeros(runs + 1, np.int64)
    values = np.empty(total, np.int32)
    place = np.empty(n, np.int32)  # where the next member of a run goes, by its first index
    runs = total = 0
    for k in range(n):
        if count[k] > 1:
            place[k] = total
            total += count[k]
            runs += 1
            offsets[runs] = total
    for k in range(n):
        first = leader[k]
        if count[first] > 1:
            values[place[first]] = k
            place[first] += 1
    return values, offsets


@kernel
def ascending(keys: Ints) -> Ints:
    """As the reference engine's: a radix sort, eleven bits a pass, passes in which all digits are equal left out."""
    n = len(keys)
    count = np.zeros((6, 2048), np.int64)
    for k in range(n):
        key = keys[k]
        for digit in range(6):
            count[digit, (key >> (11 * digit)) & 2047] += 1
    order, other = np.arange(n), np.empty(n, np.int64)
    ordered, target = keys.copy(), np.empty(n, np.int64)
    for digit in range(6):
        shift = 11 * digit
        if n == 0 or count[digit, (keys[0] >> shift) & 2047] == n:
            continue
        total = np.int64(0)
        for value in range(2048):
            held = count[digit, value]
            count[digit, value] = total
            total += held
        for k in range(n):
            value = (ordered[k] >> shift) & 2047
            at = count[digit, value]
            count[digit, value] = at + 1
            target[at], other[at] = ordered[k], order[k]
        ordered, target = target, ordered
        order, other = other, order
    return order
