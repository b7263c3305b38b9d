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

_BLOCK: Final = 1 << 21  # values or candidates taken at once
_MOST: Final = 65535


def shared(values: Keys, offsets: Ints, order: Ints) -> tuple[Keys, Ints, NDArray[np.uint16]]:
    """Return the rows without the values that occur in one row only, and in how many rows each of the others occurs.

    Parameters
    ----------
    values : uint64 (s,)
        Hashes; no value occurs twice in a row.
    offsets : int64 (k + 1,)
        The rows.
    order : int64 (k,)
        The order in which to return the rows.

    Returns
    -------
    values, offsets, counts
        Counts are uint16, 65,535 for that or anything more.

    Notes
    -----
    Costs linear time and 12 bytes for each value where compiled, otherwise a sort and 25 bytes.
    """
    by_value = np.argsort(values)
    ordered = values[by_value]
    times = np.diff(heads(ordered))
    del ordered
    held = np.empty(len(values), np.uint16)
    held[by_value] = np.repeat(np.minimum(times, _MOST).astype(np.uint16), times)
    del by_value
    at, rows = spread(offsets[:-1][order], np.diff(offsets)[order])
    several = held[at] > 1
    at = at[several]
    return values[at], bounds(several)[rows], held[at]


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
        found.append(_verified(sets, pairs >> 32, pairs & 0xFFFFFFFF, threshold, containment))
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


def _verified(sets: Sets, smaller: Ints, larger: Ints, threshold: float, containment: bool) -> Matches:
    """Of these pairs, those that are similar enough, and what they have in common."""
    lengths = sets.ends - sets.starts
    bound = np.minimum(lengths[smaller], lengths[larger])
    hopeful = similarity(bound, sets.sizes[smaller], sets.sizes[larger], containment) >= threshold
    smaller, larger = smaller[hopeful], larger[hopeful]
    # Each member of the shorter row is looked for in the longer one.
    shorter = np.where(lengths[smaller] <= lengths[larger], smaller, larger)
    longer = smaller + larger - shorter
    common = np.zeros(len(smaller), np.int64)
    totals = bounds(lengths[shorter])
    begin = 0
    while begin < len(smaller):
        end = max(int(np.searchsorted(totals, totals[begin] + _BLOCK, "right")) - 1, begin + 1)
        one, other = shorter[begin:end], longer[begin:end]
        at, rows = spread(sets.starts[one], lengths[one])
        sought = sets.values[at]
        low = np.repeat(sets.starts[other], lengths[one])
        high = np.repeat(sets.ends[other], lengths[one])
        stops = high
        for _ in range(int(lengths[other].max(initial=0)).bit_length()):
            middle = (low + high) >> 1
            below = (low < high) & (sets.values[np.minimum(middle, len(sets.values) - 1)] < sought)
            low, high = np.where(below, middle + 1, low), np.where(below, high, middle)
        hit = (low < stops) & (sets.values[np.minimum(low, len(sets.values) - 1)] == sought)
        common[begin:end] = np.diff(bounds(hit)[rows])
        begin = end
    alike = (common > 0) & (similarity(common, sets.sizes[smaller], sets.sizes[larger], containment) >= threshold)
    return smaller[alike].astype(np.int32), larger[alike].astype(np.int32), common[alike]
