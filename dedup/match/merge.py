"""Exact and near repeats as one table of arrays: what `dedup.find_repeats` makes objects of, and the linter judges."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup import kernels
from dedup.kernels.rows import bounds, owner, spread, sums
from dedup.match.copies import with_copies
from dedup.match.exact import ExactRepeats, exact_repeats, most_places
from dedup.match.near import NO_NEAR_REPEATS, NearRepeats, near_repeats
from dedup.match.scope import Scope
from dedup.match.stream import QUARTERS, Stream, join
from dedup.text.reading import Reading

Ints = NDArray[np.int64]

_TRIED: Final = 64


class Repeats(NamedTuple):
    """Repeats as arrays, by first place, the longest first.

    The places of repeat r are ``offsets[r] .. offsets[r + 1] - 1``, ascending. Place p is the tokens ``first[p] ..
    stop[p] - 1`` of document ``documents[p]``. It shares with the first place of its repeat the runs ``runs[p] ..
    runs[p + 1] - 1``, which are the tokens ``run_first .. run_stop - 1`` of the same document.
    """

    offsets: Ints
    """int64 (r + 1,)"""
    near: NDArray[np.bool_]
    """bool (r,): whether some places differ in a few words."""
    shares: NDArray[np.float64]
    """float64 (p,): the share of aligned words that are equal, of each place with the first."""
    documents: Ints
    """int64 (p,)"""
    first: Ints
    """int64 (p,)"""
    stop: Ints
    """int64 (p,)"""
    runs: Ints
    """int64 (p + 1,)"""
    run_first: Ints
    """int64 (m,)"""
    run_stop: Ints
    """int64 (m,)"""

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> "Repeats":
        """The repeats with these numbers, in this order, or those where a mask is True. Linear in their places."""
        if rows.dtype == np.bool_:
            rows = np.flatnonzero(rows)
        places, offsets = spread(self.offsets[:-1][rows], np.diff(self.offsets)[rows])
        inner, runs = spread(self.runs[:-1][places], np.diff(self.runs)[places])
        return Repeats(
            offsets,
            self.near[rows],
            self.shares[places],
            self.documents[places],
            self.first[places],
            self.stop[places],
            runs,
            self.run_first[inner],
            self.run_stop[inner],
        )

    def with_more(self, *others: "Repeats") -> "Repeats":
        """Return these repeats and, behind them, those of other tables of the same texts. Linear in their places."""
        tables = (self, *others)

        def joined(name: str) -> NDArray[Any]:
            return np.concatenate([getattr(table, name) for table in tables])

        def offsets(name: str) -> Ints:
            """Return the offsets of the rows of all tables: of repeats, or of runs."""
            return bounds(np.concatenate([np.diff(getattr(table, name)) for table in tables]))

        return Repeats(
            offsets("offsets"),
            joined("near"),
            joined("shares"),
            joined("documents"),
            joined("first"),
            joined("stop"),
            offsets("runs"),
            joined("run_first"),
            joined("run_stop"),
        )


def repeats_of(readings: Sequence[Reading], focus: int, min_words: int, min_similarity: float) -> Repeats:
    """Return the repeats that have a place in one of the first `focus` readings.

    Parameters
    ----------
    readings
        The documents, those in focus first.
    focus
        How many are in focus, 1 or more.
    min_words, min_similarity
        As for `dedup.find_repeats`; they are not checked here.

    Returns
    -------
    Repeats
        Documents are numbered as in `readings`. Cost: n log n in the tokens, linear in the places.
    """
    kernels.expect(sum(len(reading.text) for reading in readings))
    stream = join(readings)
    return repeats_in_stream(stream, int(stream.documents[focus]), min_words, min_similarity)


def repeats_in_stream(stream: Stream, inside: int, min_words: int, min_similarity: float) -> Repeats:
    """Return the repeats that have a place in the first `inside` tokens of a stream, as `repeats_of` does."""
    scope = Scope.of(stream, min_words * QUARTERS, inside)
    exact = exact_repeats(stream, scope.sequences, scope.min_weight)
    exact = _rows(exact, exact.values[exact.offsets[:-1]] < inside)
    near = NO_NEAR_REPEATS
    if min_similarity < 1:
        near = near_repeats(scope, exact, min_similarity)
        near = with_copies(near, scope.around(near.start, near.end), most_places(stream))
        near = near.take(~_inside(near.start, near.end, near.offsets, near, themselves=True))
        begin = exact.values.astype(np.int64)
        end = begin + np.repeat(exact.lengths, np.diff(exact.offsets))
        exact = _rows(exact, ~_inside(begin, end, exact.offsets, near))
    return _table(exact, near, stream.documents)


def _table(exact: ExactRepeats, near: NearRepeats, documents: Ints) -> Repeats:
    begin = exact.values.astype(np.int64)
    end = begin + np.repeat(exact.lengths, np.diff(exact.offsets))
    starts, ends = np.append(begin, near.start), np.append(end, near.end)
    offsets = np.append(exact.offsets, exact.offsets[-1] + near.offsets[1:])
    document = np.searchsorted(documents, starts, side="right") - 1
    shift = documents[document]
    inner = np.append(bounds(np.ones(len(begin), np.int64)), len(begin) + near.blocks[1:])
    moved = np.repeat(shift, np.diff(inner))
    table = Repeats(
        offsets,
        np.repeat([False, True], [len(exact.lengths), len(near.offsets) - 1]),
        np.append(np.ones(len(begin)), near.matched / near.columns),
        document,
        starts - shift,
        ends - shift,
        inner,
        np.append(begin, near.block_start) - moved,
        np.append(end, near.block_end) - moved,
    )
    leading = offsets[:-1]
    return table.take(np.lexsort((starts[leading] - ends[leading], starts[leading])))


def _rows(repeats: ExactRepeats, keep: NDArray[np.bool_]) -> ExactRepeats:
    if keep.all():
        return repeats
    index, offsets = spread(repeats.offsets[:-1][keep], np.diff(repeats.offsets)[keep])
    return ExactRepeats(repeats.values[index], offsets, repeats.lengths[keep])


def _inside(start: Ints, end: Ints, offsets: Ints, near: NearRepeats, themselves: bool = False) -> NDArray[np.bool_]:
    """Whether each repeat is part of another, near one: all its places lie in places of it, each in a place of its own.

    A place may go on from one place of the near repeat into the next where these touch, as the items of a list do, if
    no word of it lies in the same one as its counterpart.

    start, end : int64 (p,), places in tokens; offsets : int64 (r + 1,), the repeats; themselves: they are the near
        repeats.

    Cost: linear in places, times the near repeats beside the first word of a repeat. At most `_TRIED` of their places
        are looked at, those of repeats with the most places first.
    """
    result = np.zeros(len(offsets) - 1, dtype=bool)
    if not len(result) or not len(near.start):
        return result
    near_row, near_size = owner(near.offsets), np.diff(near.offsets)
    cell, bounds = spread(near.start >> 3, ((near.end - 1) >> 3) - (near.start >> 3) + 1)
    place = owner(bounds)
    most_places_first = near_size.max() - near_size[near_row[place]]
    order = kernels.engine(len(cell)).postings.ascending((cell << 32) | most_places_first)
    cell, place = cell[order], place[order]
    first, size = offsets[:-1], np.diff(offsets)
    lo = np.searchsorted(cell, start[first] >> 3)
    hi = np.searchsorted(cell, start[first] >> 3, side="right")
    keys = (near_row << 32) | near.start
    touching = (near_row[1:] == near_row[:-1]) & (near.start[1:] == near.end[:-1])
    stretch = np.append(0, np.cumsum(~touching))

    def holder(places: Ints, rows: Ints) -> Ints:
        """The place of each near row that holds each place, or the first of those that do, or -1."""
        at = np.searchsorted(keys, (rows << 32) | start[places], side="right") - 1
        last = np.searchsorted(keys, (rows << 32) | (end[places] - 1), side="right") - 1
        held = (at >= 0) & (near_row[at] == rows) & (end[places] <= near.end[last])
        return np.where(held & (stretch[at] == stretch[last]), at, -1)

    left = np.arange(len(size))
    for turn in range(_TRIED):
        left = left[lo[left] + turn < hi[left]]
        at = place[lo[left] + turn]
        fits = (near.start[at] <= start[first[left]]) & (start[first[left]] < near.end[at])
        fits &= size[left] <= near_size[near_row[at]]
        row, other = left[fits], near_row[at[fits]]
        fits = holder(offsets[1:][row] - 1, other) >= 0
        row, other = row[fits], other[fits]
        if not len(row):
            continue
        index, bounds = spread(first[row], size[row])
        held = holder(index, np.repeat(other, size[row]))
        good = held >= 0
        # a near place that begins before the end of one place and goes on into the next holds words of both;
        # counterparts only if it is longer than they are apart
        both = near.start[held[1:]] < end[index[:-1]]
        both &= near.end[held[1:]] - near.start[held[1:]] > start[index[1:]] - start[index[:-1]]
        both[bounds[1:-1] - 1] = False
        good[1:] &= ~both
        # of a repeat with the very same places that is not itself, the one that comes first stays
        same = np.ones(len(row), dtype=bool)
        if themselves:
            equal = sums((start[index] == near.start[held]) & (end[index] == near.end[held]), bounds) == size[row]
            same = (row != other) & ~(equal & (size[row] == size[other]) & (row < other))
        result[row[np.logical_and.reduceat(good, bounds[:-1]) & same]] = True
        left = left[~result[left]]
    return result
