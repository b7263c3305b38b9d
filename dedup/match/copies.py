"""Copies of the places of near repeats.

A few passages are aligned; what is listed is every place where their words occur.
"""

import numpy as np
from numpy.typing import NDArray

from dedup import kernels
from dedup.kernels.rows import bounds, changes, heads, owner, spread, sums
from dedup.match.exact import few_enough
from dedup.match.near import NearRepeats
from dedup.match.sequences import Sequences

Ints = NDArray[np.int64]


def with_copies(near: NearRepeats, sequences: Sequences, most: int) -> NearRepeats:
    """Return the near repeats with every place that has exactly the words of one of their places.

    Where they would have more than `most` places together, only those that cover the most text are returned.

    A copy shares with the first place what the place shares that it is a copy of. Left out are copies that overlap a
    place of the repeat or a copy further left, and those before any place with the words of the first place, to which
    all others are aligned.

    Notes
    -----
    Costs n log n in the places, including copies.
    """
    row = owner(near.offsets)
    intervals = sequences.intervals(near.start, near.end)
    # of places of a repeat with the same words one has copies
    order = np.lexsort((*intervals, row))
    ordered = np.vstack([intervals, row])[:, order]
    fresh = changes(ordered)
    like = np.sort(order[fresh & (ordered[1] > ordered[0])])
    count = np.diff(near.offsets) + np.bincount(row[like], (intervals[1] - intervals[0])[like], len(near.offsets) - 1)
    if count.sum() > most:
        covered = sums(near.end - near.start, near.offsets)
        listed = few_enough(count, covered, np.zeros(len(count), dtype=bool), most)
        return with_copies(near.take(listed), sequences, most)
    lo, hi, skip, _ = intervals[:, like]
    values, offsets = sequences.places(lo, hi)
    start = (values + np.repeat(skip, np.diff(offsets))).astype(np.int64)
    like = like[owner(offsets)]
    end = start + (near.end - near.start)[like]

    # the words of the first place stand nowhere further left than here
    head = near.start[near.offsets[:-1]].copy()
    leading = like == near.offsets[:-1][row[like]]
    np.minimum.at(head, row[like[leading]], start[leading])
    # the last place of the repeat that begins before a copy ends
    at = np.searchsorted((row << 32) | near.start, (row[like] << 32) | end) - 1
    free = (at < 0) | (row[at] != row[like]) | (near.end[at] <= start)
    free &= start >= head[row[like]]
    start, end, like = start[free], end[free], like[free]
    order = np.lexsort((-end, start, row[like]))
    start, end, like = start[order], end[order], like[order]
    keep = kernels.engine(len(like)).places.disjoint(
        start.astype(np.int32), heads(row[like]), (end - start).astype(np.int32)
    )
    start, like = start[keep], like[keep]

    place = np.append(np.arange(len(row)), like)
    shift = np.append(np.zeros(len(row), dtype=np.int64), start - near.start[like])
    order = np.lexsort((near.start[place] + shift, row[place]))
    place, shift = place[order], shift[order]
    inner, blocks = spread(near.blocks[:-1][place], np.diff(near.blocks)[place])
    moved = shift[owner(blocks)]
    return NearRepeats(
        bounds(np.bincount(row[place], minlength=len(near.offsets) - 1)),
        near.start[place] + shift,
        near.end[place] + shift,
        near.matched[place],
        near.columns[place],
        blocks,
        near.block_start[inner] + moved,
        near.block_end[inner] + moved,
    )
