"""Near repeats: chains of equal runs, what aligns between and beyond them, and the repeats that alignments join."""

from functools import reduce
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup import kernels
from dedup.kernels.rows import changes, heads, owner, spread, sums
from dedup.match.chains import GAP, SEED, Alignments, Region, chained
from dedup.match.ends import parted, trimmed
from dedup.match.exact import ExactRepeats
from dedup.match.scope import Scope
from dedup.match.stream import QUARTERS, Stream, Windows, keys, limits

Ints = NDArray[np.int64]

_DROP: Final = 4 * QUARTERS  # four columns without a match end a passage: half a word each, and scores count in eighths
_ROUNDS: Final = 3
_WORSE: Final = 0.3
_ODD: Final = np.uint64(0x9E3779B97F4A7C15)


class NearRepeats(NamedTuple):
    """Near repeats as arrays.

    The places of row r are ``offsets[r] .. offsets[r + 1] - 1``, ascending, the first place first. Place p is the
    tokens ``start[p] .. end[p] - 1``. It shares with its first place the blocks ``blocks[p] .. blocks[p + 1] - 1``
    (``block_start``, ``block_end``: tokens of the place itself), and `matched` of the `columns` of their alignment by
    weight.
    """

    offsets: Ints
    start: Ints
    end: Ints
    matched: Ints
    columns: Ints
    blocks: Ints
    block_start: Ints
    block_end: Ints

    def take(self, rows: NDArray[np.bool_]) -> "NearRepeats":
        """Return the repeats where `rows` is True."""
        places, offsets = spread(self.offsets[:-1][rows], np.diff(self.offsets)[rows])
        inner, blocks = spread(self.blocks[:-1][places], np.diff(self.blocks)[places])
        return NearRepeats(
            offsets,
            self.start[places],
            self.end[places],
            self.matched[places],
            self.columns[places],
            blocks,
            self.block_start[inner],
            self.block_end[inner],
        )


_NONE: Final = np.zeros(0, dtype=np.int64)
NO_NEAR_REPEATS: Final = NearRepeats(
    np.zeros(1, dtype=np.int64), _NONE, _NONE, _NONE, _NONE, np.zeros(1, dtype=np.int64), _NONE, _NONE
)


def near_repeats(scope: Scope, exact: ExactRepeats, min_similarity: float) -> NearRepeats:
    """Repeats whose places differ in words.

    Parameters
    ----------
    scope : what is searched; as many quarter words as its least weight must match in runs of four words or more, and
        repeats whose first place is not in focus are left out
    exact : the exact repeats with a place in focus
    min_similarity : least share of columns that match, to six decimals

    Cost: a sort of the seeds, then linear in the pairs of seeds that are linked (at most 32 for each) and in the
    cells of the gaps that are aligned.
    """
    stream, min_weight = scope.stream, scope.min_weight
    millionths = round(min_similarity * 1_000_000)
    region = limits(stream)
    chains = chained(stream, region, min_weight, scope.focus, scope.part)
    in_focus = stream._replace(hashes=stream.hashes[: scope.focus])  # as first sides are: others need no key
    chains = chains.take(_telling(in_focus, chains, exact))
    found = _passages(stream, _aligned(stream, region, chains), min_weight, millionths)
    whole, pieces = _tandems(stream, found)
    # a cut may leave an end that costs more than it matches
    pieces = _passages(stream, pieces, min_weight, millionths)
    pieces = pieces.take(_first_of_their_words(pieces, scope))
    items = np.arange(len(whole.offsets) + len(pieces.offsets) - 2) >= len(whole.offsets) - 1
    found = _joined(whole, pieces)
    near = _beside_near(found)
    return _stars(stream, found.take(near), items[near], min_weight, millionths)


def _telling(stream: Stream, chains: Alignments, exact: ExactRepeats) -> NDArray[np.bool_]:
    """Which chains are not between copies of what other chains are between already.

    A chain of which a side lies inside a copy of something earlier is left out: the chain of what it is a copy of
    stands for it, and its places are listed with that one's (`with_copies`). Of chains of one run, which are exact,
    those that begin at the first place of the run and those that end at the next are enough.
    """
    a_start, a_end, b_start, b_end = chains.span()
    single = np.diff(chains.offsets) == 1
    # how far copies reach that begin at a token or before it
    copy = np.ones(len(exact.values), dtype=bool)
    copy[exact.offsets[:-1]] = False
    begin = exact.values[copy].astype(np.int64)
    end = begin + np.repeat(exact.lengths, np.diff(exact.offsets) - 1)
    order = np.argsort(begin, kind="stable")
    begin = begin[order]
    reach = np.append(np.int64(0), np.maximum.accumulate(end[order]))
    inside = np.zeros(len(a_start), dtype=bool)
    for start, stop in ((a_start, a_end), (b_start, b_end)):
        inside |= reach[np.searchsorted(begin, np.maximum(start - 1, 0), side="right")] > stop
    at = np.flatnonzero(single)
    runs = Windows(a_start[at].astype(np.int32), a_end[at].astype(np.int32), np.zeros(0, np.bool_))
    key = keys(stream, runs)
    order = np.lexsort((b_start[at], a_start[at], key))
    key, at = key[order], at[order]
    fresh = np.append(True, key[1:] != key[:-1])[: len(at)]
    nearest = fresh | np.append(True, a_start[at[1:]] != a_start[at[:-1]])[: len(at)]
    first = a_start[at[np.maximum.accumulate(np.where(fresh, np.arange(len(at)), 0))]] if len(at) else at
    result: NDArray[np.bool_] = ~single
    result[at] = nearest | (a_start[at] == first)
    return result & ~inside


def _aligned(stream: Stream, region: Region, chains: Alignments) -> Alignments:
    """Return the chains with what aligns between their runs and beyond their ends."""
    weight = stream.weight
    region_first, region_stop = region
    kernel = kernels.engine(len(stream.hashes)).align
    a, b, size, offsets = chains
    inner = np.ones(len(a), dtype=bool)
    inner[offsets[:-1]] = False
    at = np.flatnonzero(inner)
    a_gap, b_gap = a[at - 1] + size[at - 1], b[at - 1] + size[at - 1]
    gaps, gap_a, gap_b = kernel.align_gaps(stream.hashes, weight, a_gap, a[at] - a_gap, b_gap, b[at] - b_gap)
    row = owner(offsets)
    rows, parts_a, parts_b = [row, row[at[gaps]]], [a, gap_a], [b, gap_b]
    a_start, a_end, b_start, b_end = chains.span()
    apart = b_start >= a_end
    for way, a_at, b_at in ((-1, a_start, b_start), (1, a_end, b_end)):
        room = []
        for side in (a_at, b_at):
            if way < 0:
                far = np.maximum(region_first[side], np.searchsorted(weight, weight[side] - GAP))
            else:
                far = np.minimum(region_stop[side - 1], np.searchsorted(weight, weight[side] + GAP, side="right") - 1)
            room.append(far)
        # sides that are apart stay apart: the first does not go on into the second, nor the second back into the first
        a_far = np.where(apart, np.minimum(room[0], b_start), room[0])
        b_far = np.where(apart, np.maximum(room[1], a_end), room[1])
        first = [(side - (way < 0)).astype(np.int32) for side in (a_at, b_at)]
        sizes = [((far - side) * way).astype(np.int32) for far, side in ((a_far, a_at), (b_far, b_at))]
        more = kernel.extend(stream.hashes, weight, first[0], sizes[0], first[1], sizes[1], way, _DROP)
        for part, piece in zip((rows, parts_a, parts_b), more, strict=True):
            part.append(piece)
    row, a, b = np.concatenate(rows).astype(np.int64), np.concatenate(parts_a), np.concatenate(parts_b)
    size = np.append(size, np.ones(len(a) - len(size), dtype=np.int32))
    order = kernels.engine(len(a)).postings.ascending((row << 32) | a)
    row, a, b, size = row[order], a[order], b[order], size[order]
    end_a, end_b = a + size, b + size
    fresh = np.append(True, (row[1:] != row[:-1]) | (a[1:] != end_a[:-1]) | (b[1:] != end_b[:-1]))[: len(a)]
    first_of = np.flatnonzero(fresh)
    size = np.add.reduceat(size, first_of, dtype=np.int32) if len(first_of) else size
    return Alignments(a[first_of], b[first_of], size, heads(row[first_of]))


def _passages(stream: Stream, found: Alignments, min_weight: int, millionths: int) -> Alignments:
    """Return the stretches of the alignments that score best, are similar enough, and are cut at ends and blocks.

    What loses an end is scored again: of 250,000 alignments of five collections, 30,000 lose one in the first round, 60
    in the second, and two in the third and last. Costs linear time in the blocks.
    """
    done, left = [], parted(stream, found)
    for _ in range(_ROUNDS):
        won, gap = left.weigh(stream.weight)
        left = _segments(stream, left, 2 * won, gap, min_weight)
        won, gap = left.weigh(stream.weight)
        matched = sums(won, left.offsets)
        poor = matched * 1_000_000 < millionths * (matched + sums(gap, left.offsets))
        again = left.take(poor)
        won, gap = again.weigh(stream.weight)
        again = _segments(stream, again, won * (1_000_000 - millionths), gap * millionths, min_weight)
        left, touched = trimmed(stream, _joined(left.take(~poor), again), min_weight)
        enough = _in_runs(stream, left) >= min_weight
        done.append(left.take(enough & ~touched))
        left = left.take(enough & touched)
    return reduce(_joined, [*done, left])


def _segments(stream: Stream, found: Alignments, gain: Ints, loss: Ints, min_weight: int) -> Alignments:
    """Return the maximal scoring segments of the alignments that still match enough in runs."""
    kernel = kernels.engine(len(stream.hashes)).align
    first, last = kernel.maximal_segments(gain, loss, found.offsets)
    index, offsets = spread(first, last - first + 1)
    parts = Alignments(found.a[index], found.b[index], found.size[index], offsets)
    return parts.take(_in_runs(stream, parts) >= min_weight)


def _in_runs(stream: Stream, found: Alignments) -> Ints:
    """Return the weight that each alignment matches in runs of four words or more."""
    won = stream.weight[found.a + found.size] - stream.weight[found.a]
    return sums(np.where(won >= SEED, won, 0), found.offsets)


def _joined(one: Alignments, other: Alignments) -> Alignments:
    a, b, size = (np.concatenate(part) for part in zip(one[:3], other[:3], strict=True))
    return Alignments(a, b, size, np.append(one.offsets, other.offsets[1:] + len(one.a)))


def _beside_near(found: Alignments) -> NDArray[np.bool_]:
    """Return which alignments are kept: all but those of one block that touch no other.

    Those are exact repeats, and no near repeat needs them.
    """
    single = np.diff(found.offsets) == 1
    a_start, a_end, b_start, b_end = found.span()
    length = int(b_end.max(initial=0)) + 1
    change = np.zeros(length + 1, dtype=np.int64)
    for start, end in ((a_start, a_end), (b_start, b_end)):
        change += np.bincount(start[~single], minlength=length + 1) - np.bincount(end[~single], minlength=length + 1)
    near = np.append(0, np.cumsum(np.cumsum(change) > 0))
    result: NDArray[np.bool_] = ~single | (near[a_end] > near[a_start]) | (near[b_end] > near[b_start])
    return result


def _tandems(stream: Stream, found: Alignments) -> tuple[Alignments, Alignments]:
    """Return the alignments whose sides do not overlap, and pieces of the others.

    A piece aligns an item with the next one.
    """
    kernel = kernels.engine(len(stream.hashes)).stars
    _, end, other, _ = found.span()
    return found.take(other >= end), Alignments(*kernel.cut_tandems(*found.take(other < end)))


def _first_of_their_words(found: Alignments, scope: Scope) -> NDArray[np.bool_]:
    """Whether each alignment is the first one between passages with its words.

    The places of the others are copies of its places. Without this a text that repeats itself at every scale, as the
    words of the Thue-Morse sequence do, has as many near repeats as words, and each of them as many places.
    """
    a_start, a_end, b_start, b_end = found.span()
    sequences = scope.around(np.append(a_start, b_start), np.append(a_end, b_end))
    sides = np.vstack([sequences.intervals(a_start, a_end), sequences.intervals(b_start, b_end)])
    order = np.lexsort((a_start, *sides))
    ordered = sides[:, order]
    fresh = changes(ordered)
    result = np.empty(len(order), dtype=bool)
    result[order] = fresh | (ordered[1] == 0) | (ordered[5] == 0)
    return result


def _stars(
    stream: Stream, found: Alignments, items: NDArray[np.bool_], min_weight: int, millionths: int
) -> NearRepeats:
    """Return the repeats that the alignments join, with what each place shares with the first."""
    weight = stream.weight
    kernel = kernels.engine(len(stream.hashes)).stars
    start, end, other, _ = found.span()
    # items of a list first, the shortest first (else a list of n items were two of n / 2); then by first place, the
    # longest first
    items |= (other < end) | ((other == end) & ~np.isin(end, stream.regions))  # not the end of one text and the next
    order = np.lexsort((other, np.where(items, end - start, start - end), start, ~items))
    touched, _ = spread(start >> 3, ((end - 1) >> 3) - (start >> 3) + 1)
    held = np.repeat(np.arange(len(start)), ((end - 1) >> 3) - (start >> 3) + 1)
    by_cell = kernels.engine(len(touched)).postings.ascending(touched)
    cell_offsets = np.searchsorted(touched[by_cell], np.arange((len(weight) >> 3) + 2))
    places, offsets = kernel.stars(
        weight,
        found.a,
        found.b,
        found.size,
        found.offsets,
        order,
        held[by_cell],
        cell_offsets,
        min_weight,
        millionths,
        SEED,
        _WORSE,
    )
    return _finished(stream, found, places, offsets, millionths)


def _finished(stream: Stream, found: Alignments, places: Ints, offsets: Ints, millionths: int) -> NearRepeats:
    """Return the repeats without places that prove nothing.

    Each first place is as wide as the others share it, and has all blocks.
    """
    start, end, alignment, matched, columns = places
    row, head, own = owner(offsets), offsets[:-1], alignment < 0
    shared = np.flatnonzero(~own)
    index, sizes = spread(found.offsets[alignment[shared]], np.diff(found.offsets)[alignment[shared]])
    place = shared[owner(sizes)]
    begin, size = found.b[index].astype(np.int64), found.size[index]
    lo, hi = np.maximum(begin, start[place]), np.minimum(begin + size, end[place])
    inside = lo < hi
    place, lo, hi, shift = place[inside], lo[inside], hi[inside], (begin - found.a[index])[inside]

    keep = own | _distinct_enough(stream, place, lo, hi, matched, columns, millionths)
    kept = keep[place]
    place, lo, hi, shift = place[kept], lo[kept], hi[kept], shift[kept]
    first, last = end[head], start[head]
    np.minimum.at(first, row[place], lo - shift)
    np.maximum.at(last, row[place], hi - shift)
    weight = stream.weight
    # words of the first place that no other shares have been columns of all
    columns = columns - (weight[first] - weight[start[head]] + weight[end[head]] - weight[last])[row]
    start[head], end[head] = first, last
    matched = np.where(own, columns, matched)

    count = np.bincount(row[keep], minlength=len(head))
    changed = np.bincount(row[keep & (matched != columns)], minlength=len(head)) > 0
    keep &= ((count >= 2) & changed)[row]
    kept = keep[place]
    place = np.append(np.flatnonzero(own & keep), place[kept])
    lo, hi = np.append(start[own & keep], lo[kept]), np.append(end[own & keep], hi[kept])
    order = np.argsort(place, kind="stable")
    return NearRepeats(
        heads(row[keep]),
        start[keep],
        end[keep],
        matched[keep],
        columns[keep],
        heads(place[order]),
        lo[order],
        hi[order],
    )


def _distinct_enough(
    stream: Stream, place: Ints, lo: Ints, hi: Ints, matched: Ints, columns: Ints, millionths: int
) -> NDArray[np.bool_]:
    """Whether places are similar enough even where two words that stand together twice in what they match count once.

    Two stretches of a list of like items match in many words, whichever items are laid side by side: that says
    nothing. Places of which nine tenths match need no such proof.
    """
    doubtful = (columns > matched) & (10 * matched < 9 * columns)
    chosen = doubtful[place]
    place, lo, hi = place[chosen], lo[chosen], hi[chosen]
    size = hi - lo - 1
    index, _ = spread(lo, size)
    row = np.repeat(place, size)
    hashes = stream.hashes
    pair = (hashes[index] * _ODD + hashes[index + 1]) * _ODD + row.astype(np.uint64)
    again, offsets = kernels.engine(len(pair)).postings.equal_keys(pair)
    twice = np.delete(again, offsets[:-1])
    weight = (stream.weight[index + 1] - stream.weight[index])[twice]
    repeated = np.bincount(row[twice], weights=weight, minlength=len(matched)).astype(np.int64)
    return ~doubtful | ((matched - repeated) * 1_000_000 >= millionths * (columns - repeated))
