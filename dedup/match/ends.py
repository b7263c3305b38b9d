"""Where a near repeat ends: at a block without a match, and before what little lies beyond a border of blocks."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from dedup.kernels.rows import distinct, heads, owner, spread
from dedup.match.chains import SEED, Alignments
from dedup.match.stream import QUARTERS, Stream

Ints = NDArray[np.int64]

_BLOCK: Final = 2 * QUARTERS
"""Weight of the blocks without a match that part a repeat."""


def parted(stream: Stream, found: Alignments) -> Alignments:
    """Return the alignments, each in parts where whole blocks without a match lie between two runs, on either side.

    Two pages with the same header and footer are not one repeat: whoever removes that would remove the body. Blocks
    that hold one word together part nothing: a cell, a heading or a label that was changed. Of 103 passages that
    editors removed as duplicates, 94 are found in one repeat; with a border of one word 91.

    Cost: linear in the blocks of equal tokens, with a search in the borders for each.
    """
    borders = distinct(np.concatenate([stream.documents, stream.blocks]))
    apart = np.zeros(len(found.a), dtype=bool)
    for side in (found.a, found.b):
        before, after = side[:-1] + found.size[:-1], side[1:]
        first = borders[np.minimum(np.searchsorted(borders, before), len(borders) - 1)]
        last = borders[np.searchsorted(borders, after, side="right") - 1]
        apart[1:] |= stream.weight[last] - stream.weight[first] >= _BLOCK
    return Alignments(found.a, found.b, found.size, heads(owner(found.offsets) + np.cumsum(apart)))


def trimmed(stream: Stream, found: Alignments, min_weight: int) -> tuple[Alignments, NDArray[np.bool_]]:
    """Alignments without stray ends, and which of them lost one.

    A run at an end goes if a border of blocks lies between it and the run beside it, on either side, and it weighs less
    than four words and stops inside a block on a side: "... in the signature. ¶ Because the" beside "... in the
    signature of the". Inside a block every word counts: were ends of fewer than four words, or of one, trimmed there
    too, of passages of 40 words with 14 edited 88 in 100 would be found to four fifths, and not 98.

    Where a run goes on over a border for less than four words and stops inside a block on a side, it is cut there,
    unless it weighs `min_weight` or more: that would be an exact repeat, and be reported beside the near one.

    All this is done over again until no end is stray; no alignment loses its last run.

    Cost: linear in the blocks, with a search in the borders for each run looked at.
    """
    borders = distinct(np.concatenate([stream.documents, stream.blocks]))
    parts = Alignments(found.a.copy(), found.b.copy(), found.size.copy(), found.offsets)
    first, last = found.offsets[:-1].copy(), found.offsets[1:] - 1
    touched = np.zeros(len(first), dtype=bool)
    for way, end in ((-1, first), (1, last)):
        rows = np.arange(len(end))
        while len(rows):
            at = end[rows]
            size = parts.size[at]
            stray = (first < last)[rows] & _stray(stream, borders, parts, at, way)
            cut = np.where(stray, size, _beyond(stream, borders, parts, at, way, min_weight))
            some = cut > 0
            rows, at, cut, stray = rows[some], at[some], cut[some], stray[some]
            touched[rows] = True
            end[rows[stray]] -= way
            at, cut = at[~stray], cut[~stray].astype(np.int32)
            parts.size[at] -= cut
            if way < 0:
                parts.a[at] += cut
                parts.b[at] += cut
    index, offsets = spread(first, last - first + 1)
    return Alignments(parts.a[index], parts.b[index], parts.size[index], offsets), touched


def _stray(stream: Stream, borders: Ints, found: Alignments, at: Ints, way: int) -> NDArray[np.bool_]:
    """Whether each run, the first of its alignment (way -1) or the last (1), goes with the change beside it.

    at : int64 (r,), the runs; of an alignment of one run the answer means nothing
    """
    beside = np.clip(at - way, 0, len(found.a) - 1)
    one, two = (beside, at) if way > 0 else (at, beside)
    over, whole = np.zeros(len(at), dtype=bool), np.ones(len(at), dtype=bool)
    for side in (found.a, found.b):
        before, after = side[one] + found.size[one], side[two]
        over |= np.searchsorted(borders, before) < np.searchsorted(borders, after, side="right")
        edge = side[at] + found.size[at] if way > 0 else side[at]
        whole &= borders[np.searchsorted(borders, edge)] == edge
    won = stream.weight[found.a[at] + found.size[at]] - stream.weight[found.a[at]]
    stray: NDArray[np.bool_] = over & ~whole & (won < SEED)
    return stray


def _beyond(stream: Stream, borders: Ints, found: Alignments, at: Ints, way: int, min_weight: int) -> Ints:
    """How many tokens of each run lie beyond a border of blocks in it and are too few to go on for: else 0."""
    weight, size = stream.weight, found.size[at].astype(np.int64)
    result = np.zeros(len(at), dtype=np.int64)
    whole = np.ones(len(at), dtype=bool)
    for side in (found.a, found.b):
        begin = side[at].astype(np.int64)
        end = begin + size
        if way > 0:
            beyond = np.minimum(end - borders[np.searchsorted(borders, end) - 1], size)
            won = weight[end] - weight[end - beyond]
            edge = end
        else:
            beyond = np.minimum(borders[np.searchsorted(borders, begin, side="right")] - begin, size)
            won = weight[begin + beyond] - weight[begin]
            edge = begin
        np.maximum(result, np.where((beyond < size) & (won < SEED), beyond, 0), out=result)
        whole &= borders[np.searchsorted(borders, edge)] == edge
    exact = weight[found.a[at] + size] - weight[found.a[at]] >= min_weight
    return np.where(whole | exact, 0, result)
