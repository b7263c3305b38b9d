"""Exact repeats: maximal token sequences with all their places.

The windows of `min_words` that stand more than once are cut into unitigs, stretches that always occur whole (the
compacted de Bruijn graph: Pevzner, Tang and Waterman, 2001). Over the row of unitigs, a fraction of the tokens, a
suffix array (Manber and Myers, 1990) gives the maximal repeats (Gusfield, 1997, 7.12): sequences that no neighbour on
either side always accompanies.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup import kernels
from dedup.kernels.rows import distinct, owner, spread
from dedup.match.postings import Runs
from dedup.match.stream import Part, Stream, Windows, repeated_windows

Ints = NDArray[np.int64]
Tokens = NDArray[np.int32]

PLACES: Final = 4
"""Places for each token of the texts up to which all repeats are listed; a manual full of repeats has a quarter."""
ALWAYS: Final = 1 << 16
"""Places up to which all repeats are listed, however short the texts are."""
_STEPS: Final = 64  # occurrences of its first unitig that are tried as the period of a sequence


class Occurrences(NamedTuple):
    """Repeats as arrays.

    The places of row r start at tokens ``values[offsets[r]:offsets[r + 1]]``, ascending, and are ``lengths[r]`` long.
    """

    values: NDArray[np.int32]
    offsets: NDArray[np.int64]
    lengths: NDArray[np.int32]


class Unitigs(NamedTuple):
    """Stretches of windows that always occur whole, in reading order: m of them.

    Unitig u begins with window ``first[u]``, holds the tokens ``starts[u] .. ends[u] - 1`` and is of class
    ``classes[u]``; ``joined[u]`` says that the next one follows without a gap.
    """

    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    classes: NDArray[np.int32]
    joined: NDArray[np.bool_]
    first: NDArray[np.int64]


class SuffixArray(NamedTuple):
    """Suffixes of a row of symbols, in order; ``blocks[k][i]`` is equal for equal blocks of 2**k symbols at i."""

    order: NDArray[np.int32]  # (s,) where the suffixes begin
    rank: NDArray[np.int32]  # (s,) its inverse
    blocks: NDArray[np.int32]  # (levels, s)


class Sequences(NamedTuple):
    """Where any sequence of tokens stands that is as heavy as the windows, or heavier."""

    spans: Windows
    unitigs: Unitigs
    symbols: NDArray[np.int32]  # (s,) the row of unitigs: their classes, and separators
    element: NDArray[np.int32]  # (s,) the unitig of each symbol, -1 for a separator
    symbol: Ints  # (m,) where each unitig stands in the row
    suffixes: SuffixArray

    def intervals(self, begin: Ints, end: Ints) -> NDArray[np.int64]:
        """Return where sequences of tokens ``begin .. end - 1`` occur, int64 (4, k).

        The rows are the range ``lo .. hi - 1`` of the suffix array with their places, how many tokens after the first
        one of a unitig they begin, and their lengths. They are equal exactly for equal sequences, and 0 for those that
        occur once.

        The sequences need not begin or end with a unitig. Costs two binary searches for each.
        """
        result = np.zeros((4, len(begin)), dtype=np.int64)
        unitigs, spans = self.unitigs, self.spans
        if not len(unitigs.first):
            return result
        window = np.searchsorted(spans.starts, begin)
        final = np.searchsorted(spans.ends, end, side="right") - 1  # the window that ends with the sequence
        first = np.searchsorted(unitigs.first, window, side="right") - 1
        last = np.searchsorted(unitigs.first, final, side="right") - 1
        whole = (first >= 0) & (spans.ends[window] <= unitigs.ends[first]) & (end <= unitigs.ends[last])
        whole &= self.symbol[last] - self.symbol[first] == last - first
        at = np.flatnonzero(whole)
        first = first[at]
        lo, hi = _interval(self.suffixes, self.symbol[first], last[at] - first + 1)
        result[:, at] = lo, hi, begin[at] - unitigs.starts[first], end[at] - begin[at]
        result[:, result[1] - result[0] < 2] = 0
        return result

    def places(self, lo: Ints, hi: Ints) -> tuple[NDArray[np.int32], Ints]:
        """Return where the unitigs begin at which each range of the suffix array begins, in tokens.

        These are values, ascending within a row, and offsets.
        """
        index, offsets = spread(lo, hi - lo)
        packed = (owner(offsets) << 32) | self.unitigs.starts[self.element[self.suffixes.order[index]]]
        packed.sort()
        return (packed & 0xFFFFFFFF).astype(np.int32), offsets


def sequences(stream: Stream, min_weight: int, part: Part | None = None) -> Sequences:
    """Return the sequences of `min_weight` quarter words or more.

    Parameters
    ----------
    part
        Only sequences inside its stretches are looked for; None: all. A sequence that is in it must be in it at each
        of its places, as in what `dedup.match.scope.part_like` returns.

    Notes
    -----
    Costs O(n log n) in tokens, or in those of the part.
    """
    spans, runs = repeated_windows(stream, min_weight, part)
    unitigs = _unitigs(spans, runs)
    symbols, element = _symbols(unitigs)
    return Sequences(spans, unitigs, symbols, element, np.flatnonzero(element >= 0), _suffix_array(symbols))


def exact_repeats(stream: Stream, found: Sequences, min_weight: int) -> Occurrences:
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
    _, unitigs, symbols, element, _, suffixes = found
    if not len(unitigs.starts):
        return Occurrences(np.zeros(0, np.int32), np.zeros(1, np.int64), np.zeros(0, np.int32))
    lo, hi, depth = _maximal(symbols, suffixes, int(unitigs.classes.max()) + 1)
    first = suffixes.order[lo]
    start = unitigs.starts[element[first]]
    length = unitigs.ends[element[first + depth - 1]] - start

    period = _periods(stream, unitigs, symbols, element, suffixes, first, depth, length, min_weight)
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
    return max(PLACES * len(stream.hashes), ALWAYS)


def few_enough(count: Ints, length: Ints, needed: NDArray[np.bool_], most: int) -> NDArray[np.bool_]:
    """Return which repeats are listed: all, or those that are needed and the longest, up to `most` places."""
    if int(count.sum()) <= most:
        return np.ones(len(count), dtype=bool)
    result = needed.copy()
    longest = np.argsort(-length, kind="stable")
    result[longest[np.cumsum(count[longest]) <= most]] = True
    return result


def _tiles(found: Sequences, begin: Ints, length: Ints, needed: NDArray[np.bool_], most: int) -> Occurrences:
    """Return the places of the sequences of `length` tokens at `begin`, which occur more than once."""
    intervals = found.intervals(begin, begin + length)
    order = np.lexsort((~needed, *intervals[::-1]))
    intervals, needed = intervals[:, order], needed[order]
    fresh = np.append(True, (intervals[:, 1:] != intervals[:, :-1]).any(axis=0))[: len(begin)]
    lo, hi, skip, length = intervals[:, fresh]
    listed = few_enough(hi - lo, length, needed[fresh], most)
    lo, hi, skip, length = lo[listed], hi[listed], skip[listed], length[listed]
    values, offsets = found.places(lo, hi)
    values += np.repeat(skip.astype(np.int32), np.diff(offsets))
    lengths = length.astype(np.int32)
    keep = kernels.engine(len(values)).places.disjoint(values, offsets, np.repeat(lengths, np.diff(offsets)))
    return _kept(values, offsets, lengths, keep)


def _unitigs(spans: Windows, runs: Runs) -> Unitigs:
    """Cut the windows that stand more than once where their neighbours differ. Linear."""
    count = len(runs.offsets) - 1
    of = np.full(len(spans.starts), -1, dtype=np.int32)
    of[runs.values] = np.repeat(np.arange(count, dtype=np.int32), np.diff(runs.offsets))
    at = np.flatnonzero(of >= 0)
    if not len(at):
        empty = np.zeros(0, np.int32)
        return Unitigs(empty, empty, empty, np.zeros(0, np.bool_), np.zeros(0, np.int64))
    after = np.where(np.append(spans.heads[1:], True), np.int32(-1), np.append(of[1:], np.int32(-1)))
    before = np.where(spans.heads, np.int32(-1), np.concatenate([of[:1], of[:-1]]))
    branches = []
    for neighbour in (after, before):
        held = neighbour[runs.values]
        differs = (held < 0) | (held != np.repeat(held[runs.offsets[:-1]], np.diff(runs.offsets)))
        branches.append(np.logical_or.reduceat(differs, runs.offsets[:-1]))
    parts, merges = branches
    previous = before[at]
    fresh = (previous < 0) | parts[previous] | merges[of[at]]
    head = np.flatnonzero(fresh)
    first, last = at[head], at[np.append(head[1:], len(at)) - 1]
    joined = np.append(~spans.heads[first[1:]] & (first[1:] == last[:-1] + 1), False)
    return Unitigs(spans.starts[first], spans.ends[last], of[first], joined, first)


def _symbols(unitigs: Unitigs) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the row of unitig classes, and the unitig of each symbol.

    There is a separator of its own wherever a unitig is not joined to the next.
    """
    ends = np.flatnonzero(~unitigs.joined)
    where = np.arange(len(unitigs.starts)) + np.concatenate([[0], np.cumsum(~unitigs.joined)[:-1]])
    symbols = np.empty(len(where) + len(ends), dtype=np.int32)
    element = np.full(len(symbols), -1, dtype=np.int32)
    symbols[where] = unitigs.classes
    element[where] = np.arange(len(where), dtype=np.int32)
    symbols[where[ends] + 1] = int(unitigs.classes.max(initial=-1)) + 1 + np.arange(len(ends), dtype=np.int32)
    return symbols, element


def _suffix_array(symbols: NDArray[np.int32]) -> SuffixArray:
    """Return the suffix array, by prefix doubling that sorts only what is still equal (Larsson and Sadakane, 2007).

    The last symbol must be unique. Costs O(s log s) for each doubling; there are as many as the longest repeat has
    binary digits.
    """
    ascending = kernels.engine(len(symbols)).postings.ascending
    order = ascending(symbols.astype(np.int64)).astype(np.int32)
    ordered = symbols[order]
    fresh = np.append(True, ordered[1:] != ordered[:-1])[: len(order)]
    group = np.maximum.accumulate(np.where(fresh, np.arange(len(order), dtype=np.int32), np.int32(0)))
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = group
    # as many levels as there can be; those that are not reached cost no memory
    blocks = np.empty((len(order).bit_length() + 1, len(order)), dtype=np.int32)
    blocks[0] = rank
    levels = 1
    alone = fresh & np.append(fresh[1:], True)
    place = np.flatnonzero(~alone)  # positions of the order that are not settled
    width = 1
    while len(place):
        active = order[place]
        key = (rank[active].astype(np.int64) << 32) | rank[active + width]
        sort = ascending(key)
        key, active = key[sort], active[sort]
        order[place] = active
        fresh = np.append(True, key[1:] != key[:-1])
        group = np.maximum.accumulate(np.where(fresh, place, 0)).astype(np.int32)
        rank[active] = group
        blocks[levels] = rank
        levels += 1
        place = place[~(fresh & np.append(fresh[1:], True))]
        width *= 2
    return SuffixArray(order, rank, blocks[:levels])


def _equal(
    suffixes: SuffixArray, a: NDArray[np.int64], b: NDArray[np.int64], depth: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Whether the `depth` >= 1 symbols at a equal those at b: two blocks that overlap. Constant for each."""
    level = np.frexp(depth.astype(np.float64))[1] - 1
    rest = depth - (np.int64(1) << level)
    fits = (level < len(suffixes.blocks)) & (np.maximum(a, b) + depth <= len(suffixes.order))
    result = np.zeros(len(a), dtype=bool)
    a, b, level, rest = a[fits], b[fits], level[fits], rest[fits]
    blocks = suffixes.blocks
    result[fits] = (blocks[level, a] == blocks[level, b]) & (blocks[level, a + rest] == blocks[level, b + rest])
    return result


def _interval(
    suffixes: SuffixArray, at: NDArray[np.int64], depth: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the range of the suffix array that shares `depth` symbols with the suffix at `at`, by binary search."""
    rank = suffixes.rank[at].astype(np.int64)
    bounds = []
    for outer in (np.full(len(at), -1, dtype=np.int64), np.full(len(at), len(suffixes.order), dtype=np.int64)):
        inner = rank.copy()  # shares the prefix; `outer` does not
        while (open_ := np.flatnonzero(np.abs(outer - inner) > 1)).size:
            middle = (outer[open_] + inner[open_]) // 2
            inside = _equal(suffixes, suffixes.order[middle].astype(np.int64), at[open_].astype(np.int64), depth[open_])
            inner[open_[inside]] = middle[inside]
            outer[open_[~inside]] = middle[~inside]
        bounds.append(inner)
    return bounds[0], bounds[1] + 1


def _maximal(
    symbols: NDArray[np.int32], suffixes: SuffixArray, count: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Suffix-array ranges and depths of the sequences that differ in what follows them and in what precedes them."""
    order, blocks = suffixes.order.astype(np.int64), suffixes.blocks
    a, b = order[:-1].copy(), order[1:].copy()
    shared = np.zeros(len(order), dtype=np.int64)
    for level in range(len(blocks) - 1, -1, -1):
        inside = np.flatnonzero(np.maximum(a, b) < len(order))
        same = inside[blocks[level][a[inside]] == blocks[level][b[inside]]]
        a[same] += 1 << level
        b[same] += 1 << level
        shared[same + 1] += 1 << level
    lo, hi, depth = kernels.engine(len(shared)).places.lcp_intervals(shared)
    before = symbols[order - 1]  # before the first symbol stands the last, a separator
    differs = (before >= count) | np.append(True, before[1:] != before[:-1])
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


def _periods(
    stream: Stream,
    unitigs: Unitigs,
    symbols: NDArray[np.int32],
    element: NDArray[np.int32],
    suffixes: SuffixArray,
    first: NDArray[np.int32],
    depth: NDArray[np.int64],
    length: NDArray[np.int32],
    min_weight: int,
) -> NDArray[np.int64]:
    """Return the smallest period (in tokens) of each sequence that has two tiles of it; 0 for the others.

    A period begins where the first symbol occurs again. Costs linear time in such places within the first half of a
    sequence, `_STEPS` at most: after that the sequence counts as one without a period.
    """
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
        start = unitigs.starts[element[first[row]]]
        period = (unitigs.starts[element[at]] - start).astype(np.int64)
        inside = 2 * _multiple(stream, start, period, min_weight) <= length[row]
        row, at, period = row[inside], at[inside], period[inside]
        begin = first[row].astype(np.int64)
        found = _equal(suffixes, begin, at, depth[row] - (at - begin))
        result[row[found]] = period[found]
        row, at = row[~found], again[at[~found]]
    return result


def _kept(
    values: NDArray[np.int32], offsets: NDArray[np.int64], lengths: NDArray[np.int32], keep: NDArray[np.bool_]
) -> Occurrences:
    """Return the rows that keep two places or more, with the places they keep."""
    sizes = np.add.reduceat(keep, offsets[:-1], dtype=np.int64) if len(lengths) else np.zeros(0, np.int64)
    rows = sizes >= 2
    keep = keep & np.repeat(rows, np.diff(offsets))
    return Occurrences(values[keep], np.append(0, np.cumsum(sizes[rows])), lengths[rows])


def _distinct(a: Occurrences, b: Occurrences) -> Occurrences:
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
    return Occurrences(values[index], offsets, lengths[rows])
