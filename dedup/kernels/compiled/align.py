"""Alignment of what lies between and beyond equal runs, in Numba.

The twin of ``dedup.kernels.reference.align``, where the contracts stand.
"""

import numpy as np
from numpy.typing import NDArray

from dedup.kernels.compiled.kernel import kernel

Ints = NDArray[np.int64]
Tokens = NDArray[np.int32]

_DEAD = np.int32(-(1 << 30))
_BOTH = np.uint8(0)
_FIRST = np.uint8(1)
_SECOND = np.uint8(2)
_MATCH = np.uint8(3)


@kernel
def _trace(
    out: Tokens, count: int, row: int, step: NDArray[np.uint8], x: int, y: int, a: int, b: int, way: int
) -> tuple[Tokens, int]:
    """Follow the steps from (x, y) back to the corner and append the matches, ascending."""
    begin = count
    while x > 0 and y > 0:
        taken = step[x, y]
        if taken == _MATCH:
            if count == out.shape[1]:
                wider = np.empty((3, 2 * count), np.int32)
                wider[:, :count] = out
                out = wider
            out[0, count], out[1, count], out[2, count] = row, a + way * (x - 1), b + way * (y - 1)
            count += 1
        if taken != _SECOND:
            x -= 1
        if taken != _FIRST:
            y -= 1
    if way > 0:
        lo, hi = begin, count - 1
        while lo < hi:
            for k in range(1, 3):
                out[k, lo], out[k, hi] = out[k, hi], out[k, lo]
            lo += 1
            hi -= 1
    return out, count


@kernel
def align_gaps(
    hashes: NDArray[np.uint64], weight: Ints, a: Tokens, a_size: Tokens, b: Tokens, b_size: Tokens
) -> tuple[Tokens, Tokens, Tokens]:
    """As the reference engine's."""
    side = 0
    for g in range(len(a)):
        if a_size[g] > 0 and b_size[g] > 0:
            side = max(side, a_size[g], b_size[g])
    score = np.zeros((side + 1, side + 1), np.int32)
    step = np.zeros((side + 1, side + 1), np.uint8)
    out = np.empty((3, 1024), np.int32)
    count = 0
    for g in range(len(a)):
        if a_size[g] <= 0 or b_size[g] <= 0:
            continue
        for x in range(a_size[g] + 1):
            score[x, 0] = -np.int32(weight[a[g] + x] - weight[a[g]])
        for y in range(b_size[g] + 1):
            score[0, y] = -np.int32(weight[b[g] + y] - weight[b[g]])
        for x in range(1, a_size[g] + 1):
            i = a[g] + x - 1
            wx = np.int32(weight[i + 1] - weight[i])
            for y in range(1, b_size[g] + 1):
                j = b[g] + y - 1
                wy = np.int32(weight[j + 1] - weight[j])
                if i < j and hashes[i] == hashes[j]:
                    best, taken = np.int32(score[x - 1, y - 1] + np.int32(2) * wx), _MATCH
                else:
                    best, taken = np.int32(score[x - 1, y - 1] - max(wx, wy)), _BOTH
                if score[x - 1, y] - wx > best:
                    best, taken = np.int32(score[x - 1, y] - wx), _FIRST
                if score[x, y - 1] - wy > best:
                    best, taken = np.int32(score[x, y - 1] - wy), _SECOND
                score[x, y], step[x, y] = best, taken
        out, count = _trace(out, count, g, step, a_size[g], b_size[g], a[g], b[g], 1)
    return out[0, :count].copy(), out[1, :count].copy(), out[2, :count].copy()


@kernel
def extend(
    hashes: NDArray[np.uint64], weight: Ints, a: Tokens, a_size: Tokens, b: Tokens, b_size: Tokens, way: int, drop: int
) -> tuple[Tokens, Tokens, Tokens]:
    """As the reference engine's."""
    side = 0
    for g in range(len(a)):
        side = max(side, a_size[g], b_size[g])
    step = np.zeros((side + 1, side + 1), np.uint8)
    # scores of the antidiagonals s - 2, s - 1 and s by x + 1; what lies beside the cells that are alive is dead
    older, old, new = np.empty(side + 3, np.int32), np.empty(side + 3, np.int32), np.full(side + 3, _DEAD, np.int32)
    out = np.empty((3, 1024), np.int32)
    count = 0
    for g in range(len(a)):
        xs, ys = a_size[g], b_size[g]
        if xs <= 0 or ys <= 0:
            continue
        older[:] = _DEAD
        old[:] = _DEAD
        old[1] = 0
        best, best_x, best_y = np.int32(0), 0, 0
        low, high = side, -1  # x of the cells that are alive on antidiagonal s - 2
        first_alive, last_alive = 0, 0  # ... on s - 1
        for s in range(1, xs + ys + 1):
            lo, hi = min(first_alive, low + 1), max(last_alive, high) + 1
            lo, hi = max(lo, s - ys), min(hi, min(xs, s))
            if lo > hi:
                break
            low, high = first_alive, last_alive
            first_alive, last_alive = side, -1
            floor = best - np.int32(drop)
            new[lo] = new[hi + 2] = _DEAD
            for x in range(lo, hi + 1):
                y = s - x
                i, j = a[g] + way * (x - 1), b[g] + way * (y - 1)
                value, taken = _DEAD, _BOTH
                if x > 0 and y > 0 and older[x] > _DEAD:
                    wx, wy = np.int32(weight[i + 1] - weight[i]), np.int32(weight[j + 1] - weight[j])
                    if i < j and hashes[i] == hashes[j]:
                        value, taken = np.int32(older[x] + np.int32(2) * wx), _MATCH
                    else:
                        value = np.int32(older[x] - max(wx, wy))
                if x > 0 and old[x] > _DEAD:
                    other = np.int32(old[x] - np.int32(weight[i + 1] - weight[i]))
                    if other > value:
                        value, taken = other, _FIRST
                if y > 0 and old[x + 1] > _DEAD:
                    other = np.int32(old[x + 1] - np.int32(weight[j + 1] - weight[j]))
                    if other > value:
                        value, taken = other, _SECOND
                if value < floor:
                    value = _DEAD
                else:
                    first_alive, last_alive = min(first_alive, x), x
                    if value > best:
                        best, best_x, best_y = value, x, y
                new[x + 1], step[x, y] = value, taken
            older, old, new = old, new, older
        out, count = _trace(out, count, g, step, best_x, best_y, a[g], b[g], way)
    return out[0, :count].copy(), out[1, :count].copy(), out[2, :count].copy()


@kernel
def maximal_segments(gain: Ints, loss: Ints, offsets: Ints) -> tuple[Ints, Ints]:
    """As the reference engine's."""
    n = len(gain)
    first, last = np.empty(n, np.int64), np.empty(n, np.int64)
    left, right = np.empty(n, np.int64), np.empty(n, np.int64)
    count = 0
    for row in range(len(offsets) - 1):
        base = count
        total = np.int64(0)
        for k in range(offsets[row], offsets[row + 1]):
            if k > offsets[row]:
                total -= loss[k]
            begin, low = k, total
            total += gain[k]
            while True:
                j = count - 1
                while j >= base and left[j] >= low:
                    j -= 1
                if j < base or right[j] >= total:
                    break
                begin, low = first[j], left[j]
                count = j
            first[count], last[count], left[count], right[count] = begin, k, low, total
            count += 1
    return first[:count].copy(), last[:count].copy()
