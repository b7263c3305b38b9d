"""Where sequences of tokens occur: an index of everything that texts repeat.

The windows of `min_words` that stand more than once are cut into unitigs, stretches that always occur whole (the
compacted de Bruijn graph: Pevzner, Tang and Waterman, 2001). Over the row of unitigs, a fraction of the tokens, lies a
suffix array (Manber and Myers, 1990).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup import kernels
from dedup.kernels.rows import owner, spread
from dedup.match.postings import Runs
from dedup.match.stream import Part, Stream, Windows, repeated_windows

Ints = NDArray[np.int64]


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

    @classmethod
    def of(cls, spans: Windows, runs: Runs) -> "Unitigs":
        """Cut the windows that stand more than once where their neighbours differ. Linear."""
        count = len(runs.offsets) - 1
        of = np.full(len(spans.starts), -1, dtype=np.int32)
        of[runs.values] = np.repeat(np.arange(count, dtype=np.int32), np.diff(runs.offsets))
        at = np.flatnonzero(of >= 0)
        if not len(at):
            empty = np.zeros(0, np.int32)
            return cls(empty, empty, empty, np.zeros(0, np.bool_), np.zeros(0, np.int64))
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
        return cls(spans.starts[first], spans.ends[last], of[first], joined, first)


class SuffixArray(NamedTuple):
    """Suffixes of a row of symbols, in order; ``blocks[k][i]`` is equal for equal blocks of 2**k symbols at i."""

    order: NDArray[np.int32]  # (s,) where the suffixes begin
    rank: NDArray[np.int32]  # (s,) its inverse
    blocks: NDArray[np.int32]  # (levels, s)

    @classmethod
    def of(cls, symbols: NDArray[np.int32]) -> "SuffixArray":
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
        return cls(order, rank, blocks[:levels])

    def equal(self, a: Ints, b: Ints, depth: Ints) -> NDArray[np.bool_]:
        """Whether the `depth` >= 1 symbols at a equal those at b: two blocks that overlap. Constant for each."""
        level = np.frexp(depth.astype(np.float64))[1] - 1
        rest = depth - (np.int64(1) << level)
        fits = (level < len(self.blocks)) & (np.maximum(a, b) + depth <= len(self.order))
        result = np.zeros(len(a), dtype=bool)
        a, b, level, rest = a[fits], b[fits], level[fits], rest[fits]
        blocks = self.blocks
        result[fits] = (blocks[level, a] == blocks[level, b]) & (blocks[level, a + rest] == blocks[level, b + rest])
        return result

    def interval(self, at: Ints, depth: Ints) -> tuple[Ints, Ints]:
        """Return the range of the array that shares `depth` symbols with the suffix at `at`, by binary search."""
        rank = self.rank[at].astype(np.int64)
        bounds = []
        for outer in (np.full(len(at), -1, dtype=np.int64), np.full(len(at), len(self.order), dtype=np.int64)):
            inner = rank.copy()  # shares the prefix; `outer` does not
            while (open_ := np.flatnonzero(np.abs(outer - inner) > 1)).size:
                middle = (outer[open_] + inner[open_]) // 2
                inside = self.equal(self.order[middle].astype(np.int64), at[open_].astype(np.int64), depth[open_])
                inner[open_[inside]] = middle[inside]
                outer[open_[~inside]] = middle[~inside]
            bounds.append(inner)
        return bounds[0], bounds[1] + 1


class Sequences(NamedTuple):
    """Where any sequence of tokens stands that is as heavy as the windows, or heavier."""

    spans: Windows
    unitigs: Unitigs
    symbols: NDArray[np.int32]  # (s,) the row of unitigs: their classes, and separators
    element: NDArray[np.int32]  # (s,) the unitig of each symbol, -1 for a separator
    symbol: Ints  # (m,) where each unitig stands in the row
    suffixes: SuffixArray

    @classmethod
    def of(cls, stream: Stream, min_weight: int, part: Part | None = None) -> "Sequences":
        """Return the sequences of `min_weight` quarter words or more.

        Parameters
        ----------
        part
            Only sequences inside its stretches are looked for; None: all. A sequence that is in it must be in it at
            each of its places, as in what `dedup.match.scope.part_like` returns.

        Notes
        -----
        Costs O(n log n) in tokens, or in those of the part.
        """
        spans, runs = repeated_windows(stream, min_weight, part)
        unitigs = Unitigs.of(spans, runs)
        symbols, element = _symbols(unitigs)
        return cls(spans, unitigs, symbols, element, np.flatnonzero(element >= 0), SuffixArray.of(symbols))

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
        lo, hi = self.suffixes.interval(self.symbol[first], last[at] - first + 1)
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
