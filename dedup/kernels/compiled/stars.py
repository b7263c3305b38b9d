"""From alignments of two passages to repeats of many places, in Numba.

The twin of ``dedup.kernels.reference.stars``, where the contracts stand.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedup.kernels.compiled.kernel import kernel

Ints = NDArray[np.int64]
Tokens = NDArray[np.int32]

_CELL = 3  # a grid cell is 8 tokens wide
_TRIES = 32


@kernel
def _wider(values: Any, room: int) -> Any:
    result = np.empty((values.shape[0], room), values.dtype)
    result[:, : values.shape[1]] = values
    return result


@kernel
def cut_tandems(a: Tokens, b: Tokens, size: Tokens, offsets: Ints) -> tuple[Tokens, Tokens, Tokens, Ints]:
    """As the reference engine's."""
    out = np.empty((3, len(a) + 64), np.int32)
    rows = np.zeros((1, len(offsets) + 64), np.int64)
    count = made = 0
    for row in range(len(offsets) - 1):
        lo, hi = offsets[row], offsets[row + 1]
        cut = np.int32(b[lo])
        tandem = cut < a[hi - 1] + size[hi - 1]
        for k in range(lo, hi):
            done = np.int32(0)
            while done < size[k]:
                if count + 2 > out.shape[1]:
                    out = _wider(out, 2 * count + 2)
                if made + 3 > rows.shape[1]:  # room for the end of this piece and of its row
                    rows = _wider(rows, 2 * made + 3)
                begin, part = np.int32(a[k] + done), np.int32(size[k] - done)
                if tandem and begin >= cut:
                    if count > rows[0, made]:
                        made += 1
                        rows[0, made] = count
                    cut = np.int32(b[k] + done)
                if tandem:
                    part = np.int32(min(part, cut - begin))
                out[0, count], out[1, count], out[2, count] = begin, b[k] + done, part
                count += 1
                done += part
        made += 1
        rows[0, made] = count
    return out[0, :count].copy(), out[1, :count].copy(), out[2, :count].copy(), rows[0, : made + 1].copy()


@kernel
def _clip(
    lo: Any, hi: Any, first: Any, stop: Any, weight: Ints, a: Tokens, b: Tokens, size: Tokens, run: int
) -> tuple[Any, Any, Any, Any, Any]:
    """Return what the blocks first .. stop - 1 match of [lo, hi).

    These are the matched weight, the columns, the weight matched in runs, and the span on the other side.
    """
    k = first + np.searchsorted(a[first:stop], lo, side="right") - 1
    if k < first or a[k] + size[k] <= lo:
        k += 1
    matched = columns = inside = np.int64(0)
    start = end = np.int64(-1)
    behind = np.int64(lo)
    while k < stop and a[k] < hi:
        x, y = max(np.int64(a[k]), np.int64(lo)), min(np.int64(a[k]) + size[k], np.int64(hi))
        other = b[k] + (x - a[k])
        won, gap = weight[y] - weight[x], weight[x] - weight[behind]
        if start < 0:
            start = other
        else:
            gap = max(gap, weight[other] - weight[end])
        columns += gap + won
        matched += won
        if won >= run:
            inside += won
        end = other + (y - x)
        behind = y
        k += 1
    return matched, columns + weight[hi] - weight[behind], inside, start, end


@kernel
def _covers(places: Ints, p: Any, lo: Any, hi: Any) -> Any:
    return 10 * (min(hi, places[1, p]) - max(lo, places[0, p])) >= 9 * (hi - lo)


@kernel
def _known(
    first: int,
    stop: int,
    weight: Ints,
    a: Tokens,
    b: Tokens,
    size: Tokens,
    places: Ints,
    rows: Ints,
    grid: Ints,
    nodes: Ints,
    worse: float,
) -> bool:
    """Whether an alignment tells nothing new: see `stars`."""
    a0, a1 = np.int64(a[first]), np.int64(a[stop - 1]) + size[stop - 1]
    b0, b1 = np.int64(b[first]), np.int64(b[stop - 1]) + size[stop - 1]
    matched = columns = np.int64(0)
    for k in range(first, stop):
        matched += weight[a[k] + size[k]] - weight[a[k]]
        if k > first:
            x, y = a[k - 1] + size[k - 1], b[k - 1] + size[k - 1]
            columns += max(weight[a[k]] - weight[x], weight[b[k]] - weight[y])
    columns += matched
    here = there = False
    node = grid[((a0 + a1) >> 1) >> _CELL]
    while node >= 0 and not here:
        here = _covers(places, nodes[0, node], a0, a1)
        node = nodes[1, node]
    if here:
        node = grid[((b0 + b1) >> 1) >> _CELL]
        while node >= 0 and not there:
            p = nodes[0, node]
            if places[2, p] >= 0 and _covers(places, p, b0, b1):
                there = (places[3, p] + worse * places[4, p]) * columns >= matched * places[4, p]
            node = nodes[1, node]
        if there:
            return True
    left = matched // 10
    for k in range(first, stop):
        x, y = np.int64(a[k]) + (size[k] >> 1), np.int64(b[k]) + (size[k] >> 1)
        found = False
        node = grid[x >> _CELL]
        while node >= 0 and not found:
            p = nodes[0, node]
            node = nodes[1, node]
            if places[0, p] <= x < places[1, p]:
                r = places[5, p]
                q = rows[r] + np.searchsorted(places[0, rows[r] : rows[r + 1]], y, side="right") - 1
                found = q >= rows[r] and q != p and y < places[1, q]
        if not found:
            left -= weight[a[k] + size[k]] - weight[a[k]]
            if left < 0:
                return False
    return True


@kernel
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
    """As the reference engine's."""
    n = len(offsets) - 1
    done = np.zeros(n, np.bool_)
    tries = np.zeros(n, np.int64)
    places = np.empty((6, 1024), np.int64)
    count = made = 0
    rows = np.zeros(n + 1, np.int64)
    grid = np.full((len(weight) >> _CELL) + 1, -1, np.int64)
    nodes = np.empty((2, 1024), np.int64)
    used = 0
    found = np.empty((5, 1024), np.int64)  # start, end, alignment, matched, columns
    for k in order:
        if done[k]:
            continue
        done[k] = True
        first, stop = offsets[k], offsets[k + 1]
        if _known(first, stop, weight, a, b, size, places, rows, grid, nodes, worse):
            continue
        a0, a1 = np.int64(a[first]), np.int64(a[stop - 1]) + size[stop - 1]
        cell = ((a0 + a1) >> 1) >> _CELL
        f0, f1 = a0, a1
        total = 0
        for at in range(cell_offsets[cell], cell_offsets[cell + 1]):
            j = cells[at]
            first, stop = offsets[j], offsets[j + 1]
            if j != k:
                if not done[j]:
                    if tries[j] == _TRIES:
                        continue
                    tries[j] += 1
                    done[j] = _known(first, stop, weight, a, b, size, places, rows, grid, nodes, worse)
                if done[j]:
                    continue
            c0, c1 = np.int64(a[first]), np.int64(a[stop - 1]) + size[stop - 1]
            both = min(a1, c1) - max(a0, c0)
            if 5 * both >= 4 * (max(a1, c1) - min(a0, c0)) and b[first] >= max(f1, c1):
                f0, f1 = min(f0, c0), max(f1, c1)
            if total == found.shape[1]:
                found = _wider(found, 2 * total)
            found[2, total] = j
            total += 1
        kept = 0
        for at in range(total):
            j = found[2, at]
            matched, columns, inside, start, end = _clip(f0, f1, offsets[j], offsets[j + 1], weight, a, b, size, run)
            if inside >= min_weight and matched * 1000000 >= millionths * columns and start >= f1:
                found[0, kept], found[1, kept], found[2, kept] = start, end, j
                found[3, kept], found[4, kept] = matched, columns
                kept += 1
        if kept == 0:
            continue
        by_start = np.argsort(found[0, :kept], kind="mergesort")
        while count + kept + 1 > places.shape[1]:
            places = _wider(places, 2 * places.shape[1])
        begin = count
        places[0, count], places[1, count], places[2, count] = f0, f1, -1
        places[3, count] = places[4, count] = weight[f1] - weight[f0]
        count += 1
        for at in by_start:
            before = count - 1
            if before > begin and found[0, at] < places[1, before]:
                if 2 * found[3, at] - found[4, at] <= 2 * places[3, before] - places[4, before]:
                    continue
                count -= 1  # of two places that overlap the one that aligns better
            for field in range(5):
                places[field, count] = found[field, at]
            count += 1
        for p in range(begin, count):
            places[5, p] = made
            for c in range(places[0, p] >> _CELL, ((places[1, p] - 1) >> _CELL) + 1):
                if used == nodes.shape[1]:
                    nodes = _wider(nodes, 2 * used)
                nodes[0, used], nodes[1, used] = p, grid[c]
                grid[c] = used
                used += 1
        made += 1
        rows[made] = count
    return places[:5, :count].copy(), rows[: made + 1].copy()
