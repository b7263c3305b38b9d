"""Which sets are alike: rare keys, candidates and exact verification, in NumPy."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from dedup.kernels.candidates import Postings, Sets, similarity
from dedup.kernels.rows import bounds, distinct, heads, owner, spread

Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]
Matches = tuple[NDArray[np.int32], NDArray[np.int32], Ints]

_BLOCK: Final = 1 << 21  # candidates taken at once
_LOOKED_UP: Final = 1 << 18  # values looked up at once
_MOST: Final = 65535
_SINGLE: Final = (1 << 32) - 1  # in place of a rank: the value occurs in one row only


def shared(values: Keys, offsets: Ints, order: Ints) -> tuple[Keys, Ints, NDArray[np.uint16]]:
    """Return the rows without the values that occur in one row only, and in how many rows each of the others occurs.

    Parameters
    ----------
    values : uint64 (s,)
        Hashes; no value occurs twice in a row.
    offsets : int64 (k + 1,)
        The rows, each ascending.
    order : int64 (k,)
        The order in which to return the rows.

    Returns
    -------
    values, offsets, counts : uint64 (t,), int64 (k + 1,), uint16 (t,)
        Each value is its rank among the different values that are left, from 0, so that rows ascend as before.
        Counts are 65,535 for that or anything more.

    Notes
    -----
    Costs linear time and 14 bytes for each value where compiled, otherwise a sort and 25 bytes.
    """
    by_value = np.argsort(values)
    ordered = values[by_value]
    fresh = np.ones(len(values) + 1, np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=fresh[1:-1])
    del ordered
    several = ~(fresh[:-1] & fresh[1:])
    first = fresh[:-1][several]
    times = np.diff(np.append(np.flatnonzero(first), len(first)))
    ranks = np.full(len(values), _SINGLE, np.uint32)
    ranks[by_value[several]] = np.cumsum(first) - 1
    del by_value
    # Only what is left is moved into the order: temporary arrays of 64-bit places for all values would double the peak.
    left = np.flatnonzero(ranks != _SINGLE)
    ranks = ranks[left]
    rows = np.searchsorted(left, offsets)
    del left
    at, moved = spread(rows[:-1][order], np.diff(rows)[order])
    found = ranks[at].astype(np.uint64)
    return found, moved, np.minimum(times, _MOST).astype(np.uint16)[found]


def prefixes(
    values: Keys, offsets: Ints, counts: NDArray[np.uint16], wanted: Ints
) -> tuple[Keys, NDArray[np.int32], NDArray[np.int32]]:
    """Return the rarest values of every row: the lowest by (count, value).

    Parameters
    ----------
    values, offsets, counts
        Rows as `shared` returns them, each ascending.
    wanted : int64 (k,)
        How many of each row; none if negative, all if the row has fewer.

    Returns
    -------
    keys, owners, turns : uint64, int32, int32, all (p,)
        The values, rarest first within a row, rows in order; the row of each; and its rank within the row, from 0.

    Notes
    -----
    Costs a sort of the rows of which something is wanted.
    """
    sizes = np.diff(offsets)
    rows = np.flatnonzero((wanted > 0) & (sizes > 0))
    lengths = sizes[rows]
    at, starts = spread(offsets[rows], lengths)
    order = np.lexsort((at, counts[at], owner(starts)))  # rows ascend, so that order of place is order of value
    turns = np.arange(starts[-1]) - np.repeat(starts[:-1], lengths)
    chosen = turns < np.repeat(wanted[rows], lengths)
    keys = values[at[order[chosen]]]
    return keys, np.repeat(rows, lengths)[chosen].astype(np.int32), turns[chosen].astype(np.int32)


def matches(sets: Sets, postings: Postings, threshold: float, containment: bool, first: int, last: int) -> Matches:
    """Return every pair of candidates that is similar enough.

    Parameters
    ----------
    sets, postings
        As described in `dedup.kernels.candidates`.
    threshold
        Minimum |A & B| / |A | B|, or |A & B| / min(|A|, |B|) with `containment`, as a quotient in float64.
    first, last
        Only pairs whose smaller set has a number in this range.

    Returns
    -------
    smaller, larger, common : int32, int32, int64, all (p,)
        The pairs by number of their sets, ``larger < smaller``, ascending by (smaller, larger), and how many values
        both sets have.

    Notes
    -----
    Costs linear time in the candidates and the sizes of their sets, and about 30 bytes for each pair found.
    """
    low, high = int(postings.heads[first]), int(postings.heads[last])
    leading = low + np.flatnonzero(postings.leads[low:high])
    owners = np.searchsorted(postings.heads, leading, "right") - 1
    places, begins = postings.places[leading], postings.begins[leading]
    if not containment:
        begins = _fitting(sets, postings.members, begins, places, sets.limits[owners])
    totals = bounds(places - begins)
    # Blocks of whole sets, so that no pair comes up in two of them.
    cuts = heads(owners)
    found: list[Matches] = [(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.int64))]
    turn = 0
    while turn < len(cuts) - 1:
        after = int(np.searchsorted(totals[cuts], totals[cuts[turn]] + _BLOCK, "right")) - 1
        after = max(after, turn + 1)
        chosen = slice(cuts[turn], cuts[after])
        at, _ = spread(begins[chosen], places[chosen] - begins[chosen])
        pairs = distinct(np.repeat(owners[chosen] << 32, places[chosen] - begins[chosen]) | postings.members[at])
        both = in_common(sets, pairs >> 32, pairs & 0xFFFFFFFF, threshold, containment)
        pairs, both = pairs[both > 0], both[both > 0]
        found.append(((pairs >> 32).astype(np.int32), (pairs & 0xFFFFFFFF).astype(np.int32), both))
        turn = after
    smaller, larger, common = zip(*found, strict=True)
    return np.concatenate(smaller), np.concatenate(larger), np.concatenate(common)


def _fitting(sets: Sets, members: NDArray[np.int32], begins: Ints, places: Ints, limits: Ints) -> Ints:
    """Where, from each of `begins` to each of `places`, sets are no larger than the limit: sizes descend in a run."""
    low, high = begins.copy(), places.copy()
    open_ = np.flatnonzero(low < high)
    while len(open_):
        middle = (low[open_] + high[open_]) >> 1
        large = sets.sizes[members[middle]] > limits[open_]
        low[open_[large]] = middle[large] + 1
        high[open_[~large]] = middle[~large]
        open_ = open_[low[open_] < high[open_]]
    return low


def in_common(sets: Sets, smaller: Ints, larger: Ints, threshold: float, containment: bool) -> Ints:
    """Return how many values the sets of each pair have in common, 0 where that is not similar enough.

    Parameters
    ----------
    sets
        As described in `dedup.kernels.candidates`.
    smaller, larger : int64 (p,)
        Numbers of sets, ``larger < smaller``.
    threshold
        Minimum similarity, as `matches` takes it; 0 for none.

    Returns
    -------
    int64 (p,)

    Notes
    -----
    Costs linear time in the sizes of the sets. Here a table has a word for each value, with a bit for each of 64 larger
    sets: whether it has the value. The values of the smaller sets are looked up there, so that a value costs one step,
    where a binary search costs one for each halving: 0.35 instead of 2.5 microseconds for a pair of sets of 30 values.
    """
    values, starts, lengths = sets.values.view(np.int64), sets.starts, sets.ends - sets.starts
    found = np.zeros(len(smaller), np.int64)
    bound = np.minimum(lengths[smaller], lengths[larger])
    hopeful = np.flatnonzero(similarity(bound, sets.sizes[smaller], sets.sizes[larger], containment) >= threshold)
    hopeful = hopeful[np.argsort(larger[hopeful], kind="stable")]
    smaller, larger = smaller[hopeful], larger[hopeful]
    common = np.empty(len(hopeful), np.int64)
    table = np.zeros(int(values.max(initial=-1)) + 1, np.uint64)
    cuts = heads(larger)
    tabled = larger[cuts[:-1]]
    bits = np.arange(len(tabled), dtype=np.uint64) & np.uint64(63)
    bit = np.repeat(bits, np.diff(cuts))
    totals = bounds(lengths[smaller])
    for turn in range(0, len(tabled), 64):
        some = tabled[turn : turn + 64]
        members = values[spread(starts[some], lengths[some])[0]]
        np.bitwise_or.at(table, members, np.repeat(np.uint64(1) << bits[turn : turn + 64], lengths[some]))
        begin, last = int(cuts[turn]), int(cuts[min(turn + 64, len(tabled))])
        while begin < last:
            end = max(int(np.searchsorted(totals, totals[begin] + _LOOKED_UP, "right")) - 1, begin + 1)
            end = min(end, last)
            rows = smaller[begin:end]
            at, offsets = spread(starts[rows], lengths[rows])
            words = table[values[at]] >> np.repeat(bit[begin:end], lengths[rows])
            common[begin:end] = np.diff(bounds(words & np.uint64(1))[offsets])
            begin = end
        table[members] = 0
    alike = similarity(common, sets.sizes[smaller], sets.sizes[larger], containment) >= threshold
    found[hopeful] = np.where(alike, common, 0)
    return found
