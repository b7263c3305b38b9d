"""From alignments of two passages to repeats of many places.

In plain Python over lists, because every step looks at the result of the one before.
"""

from bisect import bisect_right
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Tokens = NDArray[np.int32]

_CELL: Final = 3  # a grid cell is 8 tokens wide
_TRIES: Final = 32  # how often an alignment is looked at for a repeat of another without joining one
_NOTHING: Final[list[int]] = []


def cut_tandems(a: Tokens, b: Tokens, size: Tokens, offsets: Ints) -> tuple[Tokens, Tokens, Tokens, Ints]:
    """Cut alignments whose second side begins before the first ends: items of a list, each like the next.

    The first side ends where the second begins, and there the next piece begins, which ends where the image of its
    beginning is, and so on: every piece aligns one item with the next.

    Parameters
    ----------
    a, b, size : int32 (k,), blocks of equal tokens, a < b; offsets : int64 (r + 1,), the alignments

    Returns
    -------
    the same, cut. Cost: linear in blocks and pieces.
    """
    last = offsets[1:] - 1
    tandem = b[offsets[:-1]] < a[last] + size[last]
    if not tandem.any():
        return a, b, size, offsets
    out: list[tuple[int, int, int]] = []
    rows = [0]
    for lo, hi, overlaps in zip(offsets[:-1].tolist(), offsets[1:].tolist(), tandem.tolist(), strict=True):
        blocks = zip(a[lo:hi].tolist(), b[lo:hi].tolist(), size[lo:hi].tolist(), strict=True)
        if not overlaps:
            out.extend(blocks)
        else:
            cut = int(b[lo])
            for begin, other, left in blocks:
                while left:
                    if begin >= cut:
                        if len(out) > rows[-1]:
                            rows.append(len(out))
                        cut = other
                    part = min(left, cut - begin)
                    out.append((begin, other, part))
                    begin, other, left = begin + part, other + part, left - part
        rows.append(len(out))
    cut_a, cut_b, cut_size = np.array(out, dtype=np.int32).T.copy()
    return cut_a, cut_b, cut_size, np.array(rows, dtype=np.int64)


class _Repeats:
    """Places found so far: lists in step, and which of them lie in each cell of the grid."""

    def __init__(self, worse: float) -> None:
        self.worse = worse
        self.start: list[int] = []
        self.end: list[int] = []
        self.alignment: list[int] = []
        self.matched: list[int] = []
        self.columns: list[int] = []
        self.row: list[int] = []
        self.rows = [0]
        self.grid: dict[int, list[int]] = {}

    def know(self, blocks: list[tuple[int, int, int, int]], matched: int, columns: int) -> bool:
        """Whether an alignment, as blocks (a, b, size, weight), tells nothing new: see `stars`."""
        a0, a1 = blocks[0][0], blocks[-1][0] + blocks[-1][2]
        b0, b1 = blocks[0][1], blocks[-1][1] + blocks[-1][2]
        start, end, grid = self.start, self.end, self.grid
        wanted = 9 * (a1 - a0)
        for p in grid.get(((a0 + a1) >> 1) >> _CELL, _NOTHING):
            if 10 * (min(a1, end[p]) - max(a0, start[p])) >= wanted:
                wanted = 9 * (b1 - b0)
                for q in grid.get(((b0 + b1) >> 1) >> _CELL, _NOTHING):
                    if self.alignment[q] >= 0 and 10 * (min(b1, end[q]) - max(b0, start[q])) >= wanted:
                        aligned = self.matched[q] + self.worse * self.columns[q]
                        if aligned * columns >= matched * self.columns[q]:
                            return True
                break
        left = matched // 10
        for a, b, size, weight in blocks:
            x, y = a + (size >> 1), b + (size >> 1)
            for p in grid.get(x >> _CELL, _NOTHING):
                if start[p] <= x < end[p]:
                    lo, hi = self.rows[self.row[p]], self.rows[self.row[p] + 1]
                    q = bisect_right(start, y, lo, hi) - 1
                    if q >= lo and q != p and y < end[q]:
                        break
            else:
                left -= weight
                if left < 0:
                    return False
        return True

    def add(self, places: list[tuple[int, int, int, int, int]]) -> None:
        begin = len(self.start)
        for part, values in zip(
            (self.start, self.end, self.alignment, self.matched, self.columns), zip(*places, strict=True), strict=True
        ):
            part.extend(values)
        self.row.extend([len(self.rows) - 1] * len(places))
        self.rows.append(len(self.start))
        for p in range(begin, len(self.start)):
            for cell in range(self.start[p] >> _CELL, ((self.end[p] - 1) >> _CELL) + 1):
                self.grid.setdefault(cell, []).append(p)


def _clip(
    lo: int, hi: int, blocks: list[tuple[int, int, int, int]], weight: Ints, run: int
) -> tuple[int, int, int, int, int]:
    """Return what an alignment matches of [lo, hi): matched, columns, matched in runs, span on the other side."""
    k = bisect_right(blocks, lo, key=lambda block: block[0]) - 1
    if k < 0 or blocks[k][0] + blocks[k][2] <= lo:
        k += 1
    matched = columns = inside = 0
    start = end = -1
    behind = lo
    for a, b, size, won in blocks[k:] if k else blocks:
        if a >= hi:
            break
        x, y = max(a, lo), min(a + size, hi)
        other = b + (x - a)
        if y - x < size:
            won = int(weight[y] - weight[x])
        gap = int(weight[x] - weight[behind])
        if start < 0:
            start = other
        else:
            gap = max(gap, int(weight[other] - weight[end]))
        columns += gap + won
        matched += won
        if won >= run:
            inside += won
        end = other + (y - x)
        behind = y
    return matched, columns + int(weight[hi] - weight[behind]), inside, start, end


def stars(
    weight: Ints,
    a: Tokens,
    b: Tokens,
    size: Tokens,
    offsets: Ints,
    order: Ints,
    cells: Ints,
    cell_offsets: Ints,
    min_weight: int,
    millionths: int,
    run: int,
    worse: float,
) -> tuple[Ints, Ints]:
    """Join alignments that share their first place.

    Alignments are taken in `order`. One that tells something new makes a repeat: its first place is the hull of those
    that lie over nearly the same tokens (four fifths of what they cover together), and every alignment over that
    place that tells something new gives a place, clipped to it. Of places that overlap the one that aligns better
    stays.

    An alignment tells nothing new if nine tenths of its matches lie in two places of one repeat, or if each side lies
    (to nine tenths) in a place, the second in one that is aligned at most `worse` worse with its first: a place joins
    the repeat whose first place it aligns with best.

    Parameters
    ----------
    weight : int64 (n + 1,), weight before each token
    a, b, size : int32 (k,), blocks of equal tokens; offsets : int64 (r + 1,), the alignments
    order : int64 (r,)
    cells, cell_offsets : the alignments whose first side touches each cell of 8 tokens
    min_weight : weight that must match in blocks of weight `run` or more
    millionths : least share of columns that match, times 10**6

    Returns
    -------
    places : int64 (5, p): start, end (tokens), alignment (-1 for a first place), weight matched with the first place,
        weight of
        columns
    rows : int64 (q + 1,), the repeats; places ascend within each

    An alignment that was looked at 32 times for repeats of others, and still tells something new, makes its own.

    Cost: linear in the cells that alignments and places touch, times the repeats made there.
    """
    n = len(offsets) - 1
    starts, other, length = a.tolist(), b.tolist(), size.tolist()
    won = (weight[a + size] - weight[a]).tolist()
    gap = np.zeros(len(a), dtype=np.int64)
    gap[1:] = np.maximum(weight[a[1:]] - weight[a[:-1] + size[:-1]], weight[b[1:]] - weight[b[:-1] + size[:-1]])
    gap[offsets[:-1]] = 0
    matched_of = np.add.reduceat(np.array(won, dtype=np.int64), offsets[:-1]).tolist() if n else []
    columns_of = np.add.reduceat(np.array(won, dtype=np.int64) + gap, offsets[:-1]).tolist() if n else []
    bounds = offsets.tolist()
    alignments = [
        list(zip(starts[lo:hi], other[lo:hi], length[lo:hi], won[lo:hi], strict=True)) for lo, hi in pairwise(bounds)
    ]
    held, held_offsets = cells.tolist(), cell_offsets.tolist()
    repeats = _Repeats(worse)
    done, tries = bytearray(n), bytearray(n)
    for k in order.tolist():
        if done[k]:
            continue
        done[k] = 1
        if repeats.know(alignments[k], matched_of[k], columns_of[k]):
            continue
        a0, a1 = alignments[k][0][0], alignments[k][-1][0] + alignments[k][-1][2]
        f0, f1 = a0, a1
        cell = ((a0 + a1) >> 1) >> _CELL
        over = []
        for j in held[held_offsets[cell] : held_offsets[cell + 1]]:
            blocks = alignments[j]
            if j != k:
                if not done[j]:
                    if tries[j] == _TRIES:
                        continue
                    tries[j] += 1
                    done[j] = repeats.know(blocks, matched_of[j], columns_of[j])
                if done[j]:
                    continue
            c0, c1 = blocks[0][0], blocks[-1][0] + blocks[-1][2]
            both = min(a1, c1) - max(a0, c0)
            if 5 * both >= 4 * (max(a1, c1) - min(a0, c0)) and blocks[0][1] >= max(f1, c1):
                f0, f1 = min(f0, c0), max(f1, c1)
            over.append(j)
        found = []
        for j in over:
            matched, columns, inside, start, end = _clip(f0, f1, alignments[j], weight, run)
            if inside >= min_weight and matched * 1000000 >= millionths * columns and start >= f1:
                found.append((start, end, j, matched, columns))
        if not found:
            continue
        found.sort(key=lambda place: place[0])
        whole = int(weight[f1] - weight[f0])
        chosen = [(f0, f1, -1, whole, whole)]
        for place in found:
            if len(chosen) > 1 and place[0] < chosen[-1][1]:
                if 2 * place[3] - place[4] <= 2 * chosen[-1][3] - chosen[-1][4]:
                    continue
                chosen.pop()
            chosen.append(place)
        repeats.add(chosen)
    parts = (repeats.start, repeats.end, repeats.alignment, repeats.matched, repeats.columns)
    return np.array(parts, dtype=np.int64).reshape(5, -1), np.array(repeats.rows, dtype=np.int64)
