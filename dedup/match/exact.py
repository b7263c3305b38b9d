"""Exact repeats: maximal token sequences with all their places.

The suffix array of `dedup.match.sequences` gives the maximal repeats (Gusfield, 1997, 7.12): sequences that no
neighbour on either side always accompanies.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup import kernels
from dedup.kernels.rows import changes, distinct, owner, spread
from dedup.match.sequences import Sequences
from dedup.match.stream import Stream

Ints = NDArray[np.int64]
Tokens = NDArray[np.int32]

PLACES: Final = 4
"""Places for each token of the texts up to which all repeats are listed; a manual full of repeats has a quarter."""
ALWAYS: Final = 1 << 16
"""Places up to which all repeats are listed, however short the texts are."""
_STEPS: Final = 64  # occurrences of its first unitig that are tried as the period of a sequence


class ExactRepeats(NamedTuple):
    """Exact repeats as arrays.

    The places of row r start at tokens ``values[offsets[r]:offsets[r + 1]]``, ascending, and are ``lengths[r]`` long.
    """

    values: NDArray[np.int32]
    offsets: NDArray[np.int64]
    lengths: NDArray[np.int32]


def exact_repeats(stream: Stream, found: Sequences, min_weight: int) -> ExactRepeats:
    """All exact repeats of `min_weight` quarter words or more.

    A sequence is a row of its own if it stands somewhere no longer one does; of its places those that do not overlap
    are listed, leftmost first. A sequence that holds two tiles of a period is tiled: in its stead stands the smallest
    multiple of its period that reaches `min_weight`. Where places of a sequence overlap, the tile of that overlap that
    begins the sequence is listed; that which ends it, if it alone begins with a block or there are several distances
    between places that overlap; and the sequence itself, with both, only if one of its places overlaps no other. So
    any two equal runs that do not overlap lie in two places of one row, but for a last incomplete tile and for periods
    lighter than `min_weight`.

    Sequences that differ in where they are cut, as those between edits of a period, can have places by the square of
    the tokens. Where there are more than `PLACES` for each token (and more than `ALWAYS`), the longest sequences are
    listed, and for each window the longest one that stands wherever the window does: what is promised above holds.

    Cost: s log s in symbols, and linear in the places that are listed.
    """
    unitigs, element = found.unitigs, found.element
    if not len(unitigs.starts):
        return ExactRepeats(np.zeros(0, np.int32), np.zeros(1, np.int64), np.zeros(0, np.int32))
    lo, hi, depth = _maximal(found)
    first = found.suffixes.order[lo]
    start = unitigs.starts[element[first]]
    length = unitigs.ends[element[first + depth - 1]] - start

    period = _periods(stream, found, first, depth, length, min_weight)
    whole = period == 0
    start, length = start.astype(np.int64), length.astype(np.int64)
    needed = _closures(found, first, depth, hi - lo)
    begin, tile = start[~whole], _multiple(stream, start[~whole], period[~whole], min_weight)
    tile_needed = needed[~whole]
    lo, hi, start, length, needed = lo[whole], hi[whole], start[whole], length[whole], needed[whole]
    most = most_places(stream)
    listed = few_enough(hi - lo, length, needed, most)
    lo, hi, start, length, needed = lo[listed], hi[listed], start[listed], length[listed], needed[listed]
    values, offsets = found.places(lo, hi)

    # where places of one sequence overlap, the distance between them is a period as well
    row = owner(offsets)
    gap = np.diff(values, append=np.int32(0))
    gap[offsets[1:] - 1] = 0
    close = (gap > 0) & (gap < length[row])
    alone = ~close
    alone[1:] &= ~close[:-1]
    alone = np.logical_or.reduceat(alone, offsets[:-1]) if len(length) else alone
    key = distinct((row[close] << 32) | gap[close])
    row, gap = key >> 32, key & 0xFFFFFFFF
    first_tile = _multiple(stream, start[row], gap, min_weight)
    last_tile = _multiple(stream, start[row] + length[row] - gap, gap, min_weight)
    head = values[offsets[:-1]].astype(np.int64)[row]
    at_block = [_holds(stream.blocks, tile_at) for tile_at in (head, head + length[row] - last_tile)]
    first_fits = first_tile <= length[row]
    several = np.bincount(row, minlength=len(length)) > 1
    last_fits = (last_tile <= length[row]) & (alone[row] | several[row] | (at_block[1] & ~at_block[0]))
    tiled = np.zeros(len(length), dtype=bool)
    tiled[row[first_fits]] = True
    begin = np.concatenate([begin, start[row][first_fits], (start[row] + length[row] - last_tile)[last_fits]])
    tile = np.concatenate([tile, first_tile[first_fits], last_tile[last_fits]])
    tile_needed = np.concatenate([tile_needed, needed[row][first_fits], needed[row][last_fits]])
    tiles = _tiles(found, begin, tile, tile_needed, most)

    lengths = length.astype(np.int32)
    apart = kernels.engine(len(values)).places.disjoint(values, offsets, np.repeat(lengths, np.diff(offsets)))
    # a sequence of which every place overlaps another stands only in stretches that are tiled
    apart &= np.repeat(alone | ~tiled, np.diff(offsets))
    return _distinct(_kept(values, offsets, lengths, apart), tiles)


def _closures(found: Sequences, first: Tokens, depth: Ints, count: Ints) -> NDArray[np.bool_]:
    """Whether each maximal sequence stands wherever one of the windows in it stands.

    Every window has exactly one such sequence. The sequences begin at the symbols `first`, are `depth` symbols long and
    stand in `count` places. Costs s log s in symbols.
    """
    size = len(found.symbols)
    value = (count << 32) | np.arange(len(count))
    level = np.frexp(depth.astype(np.float64))[1] - 1
    # the sequence over each block of 2**k symbols that stands most often, from long blocks down to symbols
    most = np.full(size, -1, dtype=np.int64)
    for k in range(int(level.max(initial=0)), -1, -1):
        half = most.copy()
        half[1 << k :] = np.maximum(most[1 << k :], most[: -(1 << k)])
        at = np.flatnonzero(level == k)
        for begin in (first[at], first[at] + depth[at] - (1 << k)):
            np.maximum.at(half, begin, value[at])
        most = half
    there = found.element >= 0
    often = np.bincount(found.unitigs.classes)[found.symbols[there]]
    most = most[there]
    result = np.zeros(len(count), dtype=bool)
    result[(most & 0xFFFFFFFF)[(most >> 32) == often]] = True
    return result


def _holds(ascending: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each wanted number is among the ascending ones."""
    at = np.searchsorted(ascending, wanted)
    inside = at < len(ascending)
    result = np.zeros(len(wanted), dtype=bool)
    result[inside] = ascending[at[inside]] == wanted[inside]
    return result


def most_places(stream: Stream) -> int:
    """Return how many places are listed at most of what need not be listed."""
    tokens = len(stream.hashes) if stream.origin is None else stream.origin.tokens
    return max(PLACES * tokens, ALWAYS)


def few_enough(count: Ints, length: Ints, needed: NDArray[np.bool_], most: int) -> NDArray[np.bool_]:
    """Return which repeats are listed: all, or those that are needed and the longest, up to `most` places."""
    if int(count.sum()) <= most:
        return np.ones(len(count), dtype=bool)
    result = needed.copy()
    longest = np.argsort(-length, kind="stable")
    result[longest[np.cumsum(count[longest]) <= most]] = True
    return result


def _tiles(found: Sequences, begin: Ints, length: Ints, needed: NDArray[np.bool_], most: int) -> ExactRepeats:
    """Return the places of the sequences of `length` tokens at `begin`, which occur more than once."""
    intervals = found.intervals(begin, begin + length)
    order = np.lexsort((~needed, *intervals[::-1]))
    intervals, needed = intervals[:, order], needed[order]
    fresh = changes(intervals)
    lo, hi, skip, length = intervals[:, fresh]
    listed = few_enough(hi - lo, length, needed[fresh], most)
    lo, hi, skip, length = lo[listed], hi[listed], skip[listed], length[listed]
    values, offsets = found.places(lo, hi)
    values += np.repeat(skip.astype(np.int32), np.diff(offsets))
    lengths = length.astype(np.int32)
    keep = kernels.engine(len(values)).places.disjoint(values, offsets, np.repeat(lengths, np.diff(offsets)))
    return _kept(values, offsets, lengths, keep)


def _maximal(found: Sequences) -> tuple[Ints, Ints, Ints]:
    """Suffix-array ranges and depths of the sequences that differ in what follows them and in what precedes them."""
    order, blocks = found.suffixes.order.astype(np.int64), found.suffixes.blocks
    a, b = order[:-1].copy(), order[1:].copy()
    shared = np.zeros(len(order), dtype=np.int64)
    for level in range(len(blocks) - 1, -1, -1):
        inside = np.flatnonzero(np.maximum(a, b) < len(order))
        same = inside[blocks[level][a[inside]] == blocks[level][b[inside]]]
        a[same] += 1 << level
        b[same] += 1 << level
        shared[same + 1] += 1 << level
    lo, hi, depth = kernels.engine(len(shared)).places.lcp_intervals(shared)
    before = found.symbols[order - 1]  # before the first symbol stands the last, a separator
    differs = (found.element[order - 1] < 0) | np.append(True, before[1:] != before[:-1])
    total = np.append(0, np.cumsum(differs))
    diverse = total[hi] > total[lo + 1]
    return lo[diverse], hi[diverse], depth[diverse]


def _multiple(
    stream: Stream, start: NDArray[np.int32], period: NDArray[np.int64], min_weight: int
) -> NDArray[np.int64]:
    """Return the smallest multiple of a period (in tokens) that reaches `min_weight`."""
    weight: NDArray[np.int64] = stream.weight[start + period] - stream.weight[start]
    times: NDArray[np.int64] = -(-min_weight // np.maximum(weight, 1))
    return period * times


def _periods(stream: Stream, found: Sequences, first: Tokens, depth: Ints, length: Tokens, min_weight: int) -> Ints:
    """Return the smallest period (in tokens) of each sequence that has two tiles of it; 0 for the others.

    A period begins where the first symbol occurs again. Costs linear time in such places within the first half of a
    sequence, `_STEPS` at most: after that the sequence counts as one without a period.
    """
    symbols, starts = found.symbols, found.unitigs.starts
    again = np.full(len(symbols), -1, dtype=np.int64)
    order = kernels.engine(len(symbols)).postings.ascending(symbols.astype(np.int64))
    same = symbols[order[1:]] == symbols[order[:-1]]
    again[order[:-1][same]] = order[1:][same]
    result = np.zeros(len(first), dtype=np.int64)
    row = np.arange(len(first))
    at = again[first]
    for _ in range(_STEPS):
        inside = (at >= 0) & (at < first[row] + depth[row])
        row, at = row[inside], at[inside]
        start = starts[found.element[first[row]]]
        period = (starts[found.element[at]] - start).astype(np.int64)
        inside = 2 * _multiple(stream, start, period, min_weight) <= length[row]
        row, at, period = row[inside], at[inside], period[inside]
        begin = first[row].astype(np.int64)
        fits = found.suffixes.equal(begin, at, depth[row] - (at - begin))
        result[row[fits]] = period[fits]
        row, at = row[~fits], again[at[~fits]]
    return result


def _kept(
    values: NDArray[np.int32], offsets: NDArray[np.int64], lengths: NDArray[np.int32], keep: NDArray[np.bool_]
) -> ExactRepeats:
    """Return the rows that keep two places or more, with the places they keep."""
    sizes = np.add.reduceat(keep, offsets[:-1], dtype=np.int64) if len(lengths) else np.zeros(0, np.int64)
    rows = sizes >= 2
    keep = keep & np.repeat(rows, np.diff(offsets))
    return ExactRepeats(values[keep], np.append(0, np.cumsum(sizes[rows])), lengths[rows])


def _distinct(a: ExactRepeats, b: ExactRepeats) -> ExactRepeats:
    """Return the rows of both, by first place, longest first; rows with the same places once."""
    values = np.concatenate([a.values, b.values])
    lengths = np.concatenate([a.lengths, b.lengths])
    starts = np.concatenate([a.offsets[:-1], b.offsets[:-1] + len(a.values)])
    sizes = np.concatenate([np.diff(a.offsets), np.diff(b.offsets)])
    if not len(lengths):
        return a
    key = (values[starts].astype(np.int64) << 32) | (np.int64(2**31) - lengths)
    _, rows = np.unique(key, return_index=True)
    index, offsets = spread(starts[rows], sizes[rows])
    return ExactRepeats(values[index], offsets, lengths[rows])
