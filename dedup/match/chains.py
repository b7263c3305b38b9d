"""What near repeats grow from: seeds, runs of equal words on a diagonal, and chains of runs.

Seed and extend as in BLAST (Altschul and others, 1990) with chaining as in minimap2 (Li, 2018), over words instead of
bases.
"""

from itertools import accumulate, pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup import kernels
from dedup.kernels import threads
from dedup.kernels.rows import distinct, owner, spread, sums
from dedup.match.stream import QUARTERS, Part, Stream, repeated_windows

Ints = NDArray[np.int64]
Tokens = NDArray[np.int32]
Region = tuple[Tokens, Tokens]  # of every token, as `limits` gives them

SEED: Final = 4 * QUARTERS
"""Weight of a seed, and of a run that counts as evidence."""
COMMON: Final = 64
"""Seeds that stand more often are linked to their first occurrence and their neighbours only."""
GAP: Final = 32 * QUARTERS
"""Weight that may lie between two runs of a passage."""
_REACH: Final = (
    4  # successors that are looked at on each side of a diagonal: 2 finds .2 % fewer marked spans, 8 no more
)
_BEYOND: Final = 32  # tokens
_SHARE: Final = 1 << 18  # links that one thread takes at once


class Alignments(NamedTuple):
    """Pairs of passages as blocks of equal tokens: row r is the blocks ``offsets[r] .. offsets[r + 1] - 1``.

    Block k says that the tokens ``a[k] .. a[k] + size[k] - 1`` equal those from ``b[k]`` on; both sides ascend within
    a row.
    """

    a: Tokens
    b: Tokens
    size: Tokens
    offsets: Ints

    def take(self, rows: NDArray[np.bool_]) -> "Alignments":
        """Return the rows where `rows` is True."""
        index, offsets = spread(self.offsets[:-1][rows], np.diff(self.offsets)[rows])
        return Alignments(self.a[index], self.b[index], self.size[index], offsets)

    def span(self) -> tuple[Ints, Ints, Ints, Ints]:
        """First and one past the last token of each row, on both sides."""
        first, last = self.offsets[:-1], self.offsets[1:] - 1
        a, b, size = self.a.astype(np.int64), self.b.astype(np.int64), self.size
        return a[first], a[last] + size[last], b[first], b[last] + size[last]

    def weigh(self, weight: Ints) -> tuple[Ints, Ints]:
        """Return the weight of each block, and of the columns between it and the block before it in its row.

        The latter is 0 for the first block of a row.
        """
        won = weight[self.a + self.size] - weight[self.a]
        gap = np.zeros(len(self.a), dtype=np.int64)
        a, b, size = self.a, self.b, self.size
        gap[1:] = np.maximum(weight[a[1:]] - weight[a[:-1] + size[:-1]], weight[b[1:]] - weight[b[:-1] + size[:-1]])
        gap[self.offsets[:-1]] = 0
        return won, gap


class _Linked(NamedTuple):
    """Runs of equal tokens, p of them by a, then b, with the best successor of each and the score from it on."""

    a: Tokens
    b: Tokens
    size: Tokens
    follow: Tokens
    score: Ints


def chained(stream: Stream, region: Region, min_weight: int, focus: int, part: Part | None = None) -> Alignments:
    """Chains of runs that hold enough weight, overlaps cut off; first sides are in the first `focus` tokens.

    part : what is like the tokens in focus, as `dedup.match.scope.part_like` returns it

    Cost: a sort of the seeds, then linear in the pairs of seeds that are linked (at most 32 for each).
    """
    weight = stream.weight
    kernel = kernels.engine(len(stream.hashes)).links
    a, b, size, follow, score = _linked(stream, region, focus, part)
    # a run with no neighbour that is too short by itself is no chain
    linked = (follow >= 0) | (weight[a + size] - weight[a] >= min_weight)
    linked[follow[follow >= 0]] = True
    first = np.flatnonzero(linked)
    order = kernels.engine(len(a)).postings.ascending(score.max(initial=0) - score[first])
    members, offsets = kernel.walk(follow, first[order].astype(np.int32))
    a, b, size = a[members], b[members], size[members]
    over = np.zeros(len(a), dtype=np.int32)
    over[1:] = np.maximum(0, np.maximum(a[:-1] + size[:-1] - a[1:], b[:-1] + size[:-1] - b[1:]))
    over[offsets[:-1]] = 0
    a, b, size = a + over, b + over, size - over
    return Alignments(a, b, size, offsets).take(sums(weight[a + size] - weight[a], offsets) >= min_weight)


def _linked(stream: Stream, region: Region, focus: int, part: Part | None) -> _Linked:
    """All runs that hold linked seeds."""
    seeds, equal = repeated_windows(stream, SEED, part, focus)
    until = int(np.searchsorted(seeds.starts, focus))
    classes = np.full(len(seeds.starts), -1, dtype=np.int32)
    classes[equal.values] = owner(equal.offsets).astype(np.int32)
    kernel = kernels.engine(len(stream.hashes)).links
    u, v, length = kernel.link_seeds(classes, equal.values, equal.offsets, seeds.heads, until, COMMON)
    a, b, end = seeds.starts[u], seeds.starts[v], seeds.ends[u + length - 1]
    del seeds, equal, classes, u, v, length
    # no chain leaves the region that its first side begins in
    home = region[0][a]
    borders = np.append(np.flatnonzero(home[1:] != home[:-1]) + 1, len(a))
    wanted = np.append(np.arange(_SHARE, len(a), _SHARE), len(a))
    ends = distinct(borders[np.searchsorted(borders, wanted)])
    # 32 words of drift are 32 spaced tokens, but 128 of Thai
    lightest = stream.origin.lightest if stream.origin else int(np.diff(stream.weight).min(initial=QUARTERS))
    drift = 5 if lightest == QUARTERS else 7

    def share(part: slice) -> _Linked:
        return _followed(stream, region, drift, *_runs(stream, region, a[part], b[part], end[part]))

    parts = list(threads.mapped(share, [slice(*part) for part in pairwise([0, *ends.tolist()])]))
    before = accumulate((len(part.a) for part in parts[:-1]), initial=0)
    follow = [
        np.where(part.follow < 0, part.follow, part.follow + np.int32(k)) for part, k in zip(parts, before, strict=True)
    ]
    a, b, size, _, score = (np.concatenate(column) for column in zip(*parts, strict=True))
    return _Linked(a, b, size, np.concatenate(follow), score)


def _runs(stream: Stream, region: Region, a: Tokens, b: Tokens, end: Tokens) -> tuple[Tokens, Tokens, Tokens]:
    """Return runs of equal tokens on a diagonal that contain a linked seed, at their full length.

    A run is ``a .. end - 1``, equal to the tokens from b on. It extends at most 32 tokens beyond linked seeds.
    """
    kernel = kernels.engine(len(stream.hashes)).links
    shift = b - a
    # seeds that are too common to be linked still match
    first, stop = region
    before = np.minimum(np.minimum(a - first[a], b - first[b]), np.int32(_BEYOND))
    left = kernel.common_run(stream.hashes, a - np.int32(1), b - np.int32(1), before, -1)
    after = np.minimum(np.minimum(stop[a] - end, stop[b] - (end + shift)), np.int32(_BEYOND))
    right = kernel.common_run(stream.hashes, end, end + shift, after, 1)
    a, end = a - left, end + right
    ascending = kernels.engine(len(a)).postings.ascending
    order = ascending((shift.astype(np.int64) << 32) | a)
    a, end, shift = a[order], end[order], shift[order]
    apart = (shift[1:] != shift[:-1]) | (a[1:] > end[:-1])
    for side in (a, a + shift):
        home = first[side]
        apart |= home[1:] != home[:-1]
    fresh = np.flatnonzero(np.append(True, apart)[: len(a)])
    if len(fresh):
        end = np.maximum.reduceat(end, fresh)
    a, shift = a[fresh], shift[fresh]
    order = ascending((a.astype(np.int64) << 32) | (a + shift))
    a, end, shift = a[order], end[order], shift[order]
    return a, a + shift, end - a


def _followed(stream: Stream, region: Region, drift: int, a: Tokens, b: Tokens, size: Tokens) -> _Linked:
    """Which run goes on where each ends: `drift` is the width, in binary digits, of a bucket of diagonals."""
    diagonal = b.astype(np.int64) - a if stream.origin is None else stream.origin.at[b] - stream.origin.at[a]
    keys = ((diagonal >> drift) << (31 + drift)) | (a.astype(np.int64) << drift) | (diagonal & ((1 << drift) - 1))
    order = kernels.engine(len(a)).postings.ascending(keys).astype(np.int32)
    kernel = kernels.engine(len(stream.hashes)).links
    a_stop, b_stop = region[1][a], region[1][b]
    home = diagonal >> drift
    found = kernel.chain(a, b, size, a_stop, b_stop, stream.weight, home, keys[order], order, drift, GAP, _REACH)
    return _Linked(a, b, size, *found)
