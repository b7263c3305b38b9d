"""Which sets are alike: rare keys, candidates and exact verification, in Numba.

The twin of ``dedup.kernels.reference.pairs``, where the contracts stand.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dedup.kernels import threads
from dedup.kernels.candidates import Postings, Sets
from dedup.kernels.compiled.kernel import kernel

Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]
Matches = tuple[NDArray[np.int32], NDArray[np.int32], Ints]

_MOST: Final = np.uint64(65535)
_FEW: Final = 64  # a row of so many values is sorted by insertion


def shared(values: Keys, offsets: Ints, order: Ints) -> tuple[Keys, Ints, NDArray[np.uint16]]:
    """As the reference engine's.

    One table of counts for all values would miss the cache at every step. So the values are dealt into parts by their
    highest bits, and each part is counted in a table that fits; since both dealing and collecting go through them in
    order, collecting finds each part's counts in order too. For 58 million values that takes a quarter of the time.
    """
    counts, ranks = _counted(values)
    bounds = np.zeros(len(order) + 1, np.int64)
    _kept_sizes(offsets, order, counts, bounds[1:])
    np.cumsum(bounds, out=bounds)
    # Arrays of NumPy's and not of Numba's making: it asks for large pages, which are there sooner.
    found, found_counts = np.empty(bounds[-1], np.uint64), np.empty(bounds[-1], np.uint16)
    _keep(offsets, order, counts, ranks, found, found_counts)
    return found, bounds, found_counts


def _counted(values: Keys) -> tuple[NDArray[np.uint16], NDArray[np.uint32]]:
    """How often each value occurs, and the rank of those that occur several times."""
    ways = np.uint64(min(max((len(values) >> 15).bit_length(), 1), 11))
    edges = np.linspace(0, len(values), threads.count() + 1).astype(np.int64).tolist()
    ranges = list(pairwise(edges))
    sizes = np.array(list(threads.mapped(lambda part: _dealt_sizes(values, *part, ways), ranges)))
    # By range and part, where its values go: part after part, and in each part range after range.
    starts = np.cumsum(sizes.T).reshape(sizes.T.shape).T - sizes
    dealt = np.empty(len(values), np.uint64)
    threads.each(lambda turn: _deal(values, *ranges[turn], ways, starts[turn].copy(), dealt), range(len(ranges)))
    bounds = np.append(starts[0], len(values))
    edges = np.linspace(0, len(starts[0]), 4 * threads.count() + 1).astype(np.int64).tolist()
    distinct = np.concatenate(list(threads.mapped(lambda parts: _count(dealt, bounds, *parts), pairwise(edges))))
    first_ranks = np.cumsum(distinct) - distinct
    counts, ranks = np.empty(len(values), np.uint16), np.empty(len(values), np.uint32)
    threads.each(
        lambda turn: _collect(values, *ranges[turn], ways, starts[turn].copy(), dealt, first_ranks, counts, ranks),
        range(len(ranges)),
    )
    return counts, ranks


@kernel
def _dealt_sizes(values: Keys, first: int, last: int, ways: np.uint64) -> Ints:
    """How many of a range of values go to each of ``2**ways`` parts."""
    sizes = np.zeros(np.int64(1) << np.int64(ways), np.int64)
    for i in range(first, last):
        sizes[np.int64(values[i] >> (np.uint64(64) - ways))] += 1
    return sizes


@kernel
def _deal(values: Keys, first: int, last: int, ways: np.uint64, ends: Ints, dealt: Keys) -> None:
    for i in range(first, last):
        part = np.int64(values[i] >> (np.uint64(64) - ways))
        dealt[ends[part]] = values[i]
        ends[part] += 1


@kernel
def _count(dealt: Keys, bounds: Ints, first: int, last: int) -> Ints:
    """Replace each value by how often it occurs in its part, times 2**32, plus its rank among those that do so again.

    Returns how many different ones those are, for each part. Counts in a hash table with linear probing, half full at
    the most.
    """
    distinct = np.zeros(last - first, np.int64)
    table = np.empty(0, np.int32)
    for part in range(first, last):
        begin, size = bounds[part], bounds[part + 1] - bounds[part]
        bits = np.uint64(4)
        while np.int64(1) << np.int64(bits) < 2 * size:
            bits += np.uint64(1)
        mask = (np.int64(1) << np.int64(bits)) - 1
        if len(table) <= mask:
            table = np.empty(mask + 1, np.int32)
        table[: mask + 1] = -1
        leader, counts = np.empty(size, np.int32), np.zeros(size, np.uint64)
        several, n = np.empty(size, np.int32), 0
        for i in range(size):
            value = dealt[begin + i]
            slot = np.int64((value * np.uint64(0x9E3779B97F4A7C15)) >> (np.uint64(64) - bits))
            while table[slot] >= 0 and dealt[begin + table[slot]] != value:
                slot = (slot + 1) & mask
            if table[slot] < 0:
                table[slot] = i
            leader[i] = table[slot]
            counts[leader[i]] += np.uint64(1)
            if counts[leader[i]] == np.uint64(2):
                several[n] = leader[i]
                n += 1
        distinct[part - first] = n
        keys = np.empty(n, np.uint64)
        for i in range(n):
            keys[i] = dealt[begin + several[i]]
        order = np.argsort(keys)
        for rank in range(n):
            i = several[order[rank]]
            counts[i] = (min(counts[i], _MOST) << np.uint64(32)) | np.uint64(rank)
        for i in range(size):
            dealt[begin + i] = counts[leader[i]]
    return distinct


@kernel
def _collect(
    values: Keys,
    first: int,
    last: int,
    ways: np.uint64,
    ends: Ints,
    dealt: Keys,
    first_ranks: Ints,
    counts: NDArray[np.uint16],
    ranks: NDArray[np.uint32],
) -> None:
    """Collect counts and ranks, in the order of the values."""
    for i in range(first, last):
        part = np.int64(values[i] >> (np.uint64(64) - ways))
        both = dealt[ends[part]]
        counts[i] = both >> np.uint64(32)
        ranks[i] = first_ranks[part] + np.int64(both & np.uint64(0xFFFFFFFF))
        ends[part] += 1


@kernel
def _kept_sizes(offsets: Ints, order: Ints, counts: NDArray[np.uint16], sizes: Ints) -> None:
    """How many values of each row, in this order, occur in another."""
    for turn in range(len(order)):
        kept = 0
        for i in range(offsets[order[turn]], offsets[order[turn] + 1]):
            kept += counts[i] > 1
        sizes[turn] = kept


@kernel
def _keep(
    offsets: Ints,
    order: Ints,
    counts: NDArray[np.uint16],
    ranks: NDArray[np.uint32],
    found: Keys,
    found_counts: NDArray[np.uint16],
) -> None:
    """Record the ranks of these values, and how often each occurs."""
    n = 0
    for turn in range(len(order)):
        for i in range(offsets[order[turn]], offsets[order[turn] + 1]):
            if counts[i] > 1:
                found[n], found_counts[n] = ranks[i], counts[i]
                n += 1


@kernel
def prefixes(
    values: Keys, offsets: Ints, counts: NDArray[np.uint16], wanted: Ints
) -> tuple[Keys, NDArray[np.int32], NDArray[np.int32]]:
    """As the reference engine's."""
    rows = len(offsets) - 1
    total = 0
    for row in range(rows):
        total += max(min(wanted[row], offsets[row + 1] - offsets[row]), 0)
    keys, owners, turns = np.empty(total, np.uint64), np.empty(total, np.int32), np.empty(total, np.int32)
    few = np.empty(_FEW, np.int64)
    n = 0
    for row in range(rows):
        first, size = offsets[row], offsets[row + 1] - offsets[row]
        if wanted[row] <= 0 or size == 0:
            continue
        if size <= _FEW:
            order = few
            for i in range(size):
                count = counts[first + i]
                k = i
                while k and counts[first + order[k - 1]] > count:
                    order[k] = order[k - 1]
                    k -= 1
                order[k] = i
        else:
            order = np.argsort(counts[first : first + size], kind="mergesort")
        for turn in range(min(wanted[row], size)):
            keys[n], owners[n], turns[n] = values[first + order[turn]], row, turn
            n += 1
    return keys, owners, turns


@kernel
def matches(sets: Sets, postings: Postings, threshold: float, containment: bool, first: int, last: int) -> Matches:
    """As the reference engine's."""
    smaller, larger = np.empty(1024, np.int32), np.empty(1024, np.int32)
    common = np.empty(1024, np.int64)
    seen = np.full(last, -1, np.int32)  # the set that a set was last compared with
    marks = np.full(np.int64(sets.values.max()) + 1 if len(sets.values) else 0, -1, np.int32)  # who has a value
    n = 0
    for x in range(first, last):
        begun = n
        for i in range(sets.starts[x], sets.ends[x]):
            marks[sets.values[i]] = x
        for posting in range(postings.heads[x], postings.heads[x + 1]):
            if not postings.leads[posting]:
                continue
            for place in range(postings.places[posting] - 1, postings.begins[posting] - 1, -1):
                y = postings.members[place]
                if not containment and sets.sizes[y] > sets.limits[x]:
                    break
                if seen[y] == x:
                    continue
                seen[y] = x
                if 8 * (sets.ends[x] - sets.starts[x]) < sets.ends[y] - sets.starts[y]:
                    both = verified(sets, x, y, threshold, containment)
                else:
                    both = _marked(sets, x, y, threshold, containment, marks)
                if both:
                    if n == len(smaller):
                        smaller = np.concatenate((smaller, np.empty_like(smaller)))
                        larger = np.concatenate((larger, np.empty_like(larger)))
                        common = np.concatenate((common, np.empty_like(common)))
                    smaller[n], larger[n], common[n] = x, y, both
                    n += 1
        if n - begun > 1:
            order = np.argsort(larger[begun:n])
            larger[begun:n] = larger[begun:n][order]
            common[begun:n] = common[begun:n][order]
    return smaller[:n].copy(), larger[:n].copy(), common[:n].copy()


@kernel
def in_common(sets: Sets, smaller: Ints, larger: Ints, threshold: float, containment: bool) -> Ints:
    """As the reference engine's."""
    common = np.empty(len(smaller), np.int64)
    for pair in range(len(smaller)):
        common[pair] = verified(sets, smaller[pair], larger[pair], threshold, containment)
    return common


@kernel
def _marked(sets: Sets, x: int, y: int, threshold: float, containment: bool, marks: NDArray[np.int32]) -> int:
    """As `verified`, with the values of `x` marked: a step for each value of `y`, without a branch to predict."""
    one, other = sets.sizes[x], sets.sizes[y]
    least = min(sets.ends[x] - sets.starts[x], sets.ends[y] - sets.starts[y])
    if least < (one if containment else (one + other) / (1 + threshold)) * threshold - 1:
        return 0
    common = 0
    for i in range(sets.starts[y], sets.ends[y]):
        common += marks[sets.values[i]] == x
    whole = one if containment else one + other - common
    return common if common / whole >= threshold else 0


@kernel
def verified(sets: Sets, x: int, y: int, threshold: float, containment: bool) -> int:
    """How many values two sets have in common, 0 if that is not enough. Set `x` is not larger than `y`."""
    i, end = sets.starts[x], sets.ends[x]
    k, stop = sets.starts[y], sets.ends[y]
    one, other = sets.sizes[x], sets.sizes[y]
    # One less than is needed, so that rounding is left to the quotient below.
    least = (one if containment else (one + other) / (1 + threshold)) * threshold - 1
    spare = min(end - i, stop - k) - least  # so many may be missing from the shorter row
    if spare < 0:
        return 0
    common = 0
    if 8 * (end - i) < stop - k:
        while i < end and spare >= 0:
            at = k + np.searchsorted(sets.values[k:stop], sets.values[i])
            if at < stop and sets.values[at] == sets.values[i]:
                common += 1
                at += 1
            else:
                spare -= 1
            k = at
            i += 1
    else:
        room, rest = end - i - least, stop - k - least
        while i < end and k < stop:
            a, b = sets.values[i], sets.values[k]
            if a == b:
                common += 1
                i += 1
                k += 1
            elif a < b:
                i += 1
                room -= 1
                if room < 0:
                    return 0
            else:
                k += 1
                rest -= 1
                if rest < 0:
                    return 0
    whole = one if containment else one + other - common
    return common if common / whole >= threshold else 0
