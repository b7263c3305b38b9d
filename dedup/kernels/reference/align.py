"""Alignment of what lies between and beyond equal runs, in NumPy: many gaps of one size at once."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Tokens = NDArray[np.int32]

_DEAD: Final = np.int32(-(1 << 30))
_BOTH, _FIRST, _SECOND, _MATCH = 0, 1, 2, 3
_ROOM: Final = 1 << 22  # cells of alignments that are filled together


def _batches(a_size: Tokens, b_size: Tokens) -> list[Ints]:
    """Return the rows with tokens on both sides, in batches.

    The sizes within a batch are similar (equal up to a power of two), and a batch fits into the room.
    """
    rows = np.flatnonzero((a_size > 0) & (b_size > 0))
    xs = np.frexp(a_size[rows].astype(np.float64))[1]
    ys = np.frexp(b_size[rows].astype(np.float64))[1]
    order = np.argsort((xs << 8) | ys, kind="stable")
    kinds = ((xs << 8) | ys)[order]
    rows = rows[order]
    batches: list[Ints] = []
    for part in np.split(rows, np.flatnonzero(kinds[1:] != kinds[:-1]) + 1):
        if len(part):
            cells = (int(a_size[part].max()) + 1) * (int(b_size[part].max()) + 1)
            batches.extend(np.split(part, range(max(1, _ROOM // cells), len(part), max(1, _ROOM // cells))))
    return batches


def _trace(step: NDArray[np.uint8], x: Ints, y: Ints) -> tuple[Ints, Ints, Ints]:
    """Follow the steps from (x, y) of every row back to the corner: row, x and y of the matches."""
    found: list[tuple[Ints, Ints, Ints]] = []
    row = np.arange(len(x))
    while True:
        inside = (x > 0) & (y > 0)
        row, x, y = row[inside], x[inside], y[inside]
        if not len(row):
            break
        taken = step[x, y, row]
        match = taken == _MATCH
        found.append((row[match], x[match] - 1, y[match] - 1))
        x = x - (taken != _SECOND)
        y = y - (taken != _FIRST)
    if not found:
        empty = np.zeros(0, dtype=np.int64)
        return empty, empty, empty
    return tuple(np.concatenate(part) for part in zip(*found, strict=True))  # type: ignore[return-value]


def _sorted(found: list[tuple[Ints, Ints, Ints]]) -> tuple[Tokens, Tokens, Tokens]:
    if not found:
        empty = np.zeros(0, dtype=np.int32)
        return empty, empty, empty
    rows, a, b = (np.concatenate(part) for part in zip(*found, strict=True))
    order = np.argsort((rows << 32) | a)
    return rows[order].astype(np.int32), a[order].astype(np.int32), b[order].astype(np.int32)


def align_gaps(
    hashes: NDArray[np.uint64], weight: Ints, a: Tokens, a_size: Tokens, b: Tokens, b_size: Tokens
) -> tuple[Tokens, Tokens, Tokens]:
    """Return global alignments of the tokens ``a .. a + a_size - 1`` with ``b .. b + b_size - 1``.

    The method is that of Needleman and Wunsch (1970). A match scores twice its weight; a column without a match (two
    tokens that differ, or one alone) costs the heavier weight. Among equal scores, seen from the end, two tokens side
    by side are preferred to one of a, and one of a to one of b. A token never matches itself or an earlier one, which
    overlapping sides would allow.

    Parameters
    ----------
    hashes : uint64 (n,)
        Token hashes.
    weight : int64 (n + 1,)
        Weight before each token.
    a, a_size, b, b_size : int32 (g,)
        The gaps.

    Returns
    -------
    rows, i, j : int32 (m,)
        Which gap and which two tokens match, by row, ascending.

    Notes
    -----
    Costs the product of the two sizes for each gap.
    """
    found: list[tuple[Ints, Ints, Ints]] = []
    for rows in _batches(a_size, b_size):
        at, bt = a[rows].astype(np.int64), b[rows].astype(np.int64)
        xn, yn = a_size[rows].astype(np.int64), b_size[rows].astype(np.int64)
        xs, ys = int(xn.max()), int(yn.max())
        i = np.minimum(
            at + np.arange(xs)[:, None], len(hashes) - 1
        )  # (xs, rows); what lies beyond a row's size is never traced
        j = np.minimum(bt + np.arange(ys)[:, None], len(hashes) - 1)
        wx, wy = (weight[i + 1] - weight[i]).astype(np.int32), (weight[j + 1] - weight[j]).astype(np.int32)
        hx, hy = hashes[i], hashes[j]
        score = np.empty((xs + 1, ys + 1, len(rows)), dtype=np.int32)
        step = np.empty((xs + 1, ys + 1, len(rows)), dtype=np.uint8)
        score[0, 0] = 0
        np.negative(np.cumsum(wx, axis=0, dtype=np.int32), out=score[1:, 0])
        np.negative(np.cumsum(wy, axis=0, dtype=np.int32), out=score[0, 1:])
        for x in range(1, xs + 1):
            equal = (hx[x - 1] == hy) & (i[x - 1] < j)
            both = score[x - 1, :-1] + np.where(equal, 2 * wx[x - 1], -np.maximum(wx[x - 1], wy))
            taken = np.where(equal, np.uint8(_MATCH), np.uint8(_BOTH))
            first = score[x - 1, 1:] - wx[x - 1]
            taken[first > both] = _FIRST
            np.maximum(both, first, out=both)
            for y in range(1, ys + 1):
                second = score[x, y - 1] - wy[y - 1]
                taken[y - 1][second > both[y - 1]] = _SECOND
                np.maximum(both[y - 1], second, out=score[x, y])
            step[x, 1:] = taken
        row, x_at, y_at = _trace(step, xn, yn)
        found.append((rows[row], at[row] + x_at, bt[row] + y_at))
    return _sorted(found)


def extend(
    hashes: NDArray[np.uint64], weight: Ints, a: Tokens, a_size: Tokens, b: Tokens, b_size: Tokens, way: int, drop: int
) -> tuple[Tokens, Tokens, Tokens]:
    """Return the best alignments that begin with tokens a and b and continue in direction `way`, at most by the sizes.

    Scores are those of `align_gaps`. An alignment ends where its score is highest; among equal scores, after the fewest
    tokens, then the fewest of a. Antidiagonals are filled one by one. A cell more than `drop` below the best score of
    earlier ones is given up, with everything that only it leads to (the X-drop rule of Zhang, Schwartz, Wagner and
    Miller, 2000).

    Parameters and result are those of `align_gaps`, with a and b the first tokens in direction `way`, which is 1 or -1.
    """
    found: list[tuple[Ints, Ints, Ints]] = []
    for rows in _batches(a_size, b_size):
        at, bt = a[rows].astype(np.int64), b[rows].astype(np.int64)
        xn, yn = a_size[rows].astype(np.int64), b_size[rows].astype(np.int64)
        xs, ys = int(xn.max()), int(yn.max())
        # token x of a row at index x, from 1 on; what lies beyond a row's size is dead
        i = np.clip(at + way * np.arange(-1, xs)[:, None], 0, len(hashes) - 1)
        j = np.clip(bt + way * np.arange(-1, ys)[:, None], 0, len(hashes) - 1)
        wx, wy = (weight[i + 1] - weight[i]).astype(np.int32), (weight[j + 1] - weight[j]).astype(np.int32)
        wx[np.arange(xs + 1)[:, None] > xn] = -_DEAD // 2
        wy[np.arange(ys + 1)[:, None] > yn] = -_DEAD // 2
        hx, hy = hashes[i], hashes[j]
        step = np.zeros((xs + 1, ys + 1, len(rows)), dtype=np.uint8)
        best = np.zeros(len(rows), dtype=np.int32)
        best_x, best_y = np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows), dtype=np.int64)
        row = np.arange(len(rows))  # those that are still under way
        top = best.copy()
        # scores of the antidiagonals s - 2 and s - 1, that of x at index x + 1
        older = np.full((xs + 3, len(rows)), _DEAD, dtype=np.int32)
        old = older.copy()
        old[1] = 0
        low, high, first_alive, last_alive = xs, -1, 0, 0
        for s in range(1, xs + ys + 1):
            lo, hi = min(first_alive, low + 1), max(last_alive, high) + 1
            lo, hi = max(lo, s - ys), min(hi, xs, s)
            if lo > hi:
                break
            low, high = first_alive, last_alive
            y = slice(s - hi, s - lo + 1)
            x_weight, y_weight = wx[lo : hi + 1], wy[y][::-1]
            equal = (hx[lo : hi + 1] == hy[y][::-1]) & (i[lo : hi + 1] < j[y][::-1])
            value = older[lo : hi + 1] + np.where(equal, 2 * x_weight, -np.maximum(x_weight, y_weight))
            taken = np.where(equal, np.uint8(_MATCH), np.uint8(_BOTH))
            for other, way_taken in ((old[lo : hi + 1] - x_weight, _FIRST), (old[lo + 1 : hi + 2] - y_weight, _SECOND)):
                taken[other > value] = way_taken
                np.maximum(value, other, out=value)
            value[(value < top - np.int32(drop)) | (x_weight > -_DEAD // 4) | (y_weight > -_DEAD // 4)] = _DEAD
            step[np.arange(lo, hi + 1)[:, None], np.arange(s - lo, s - hi - 1, -1)[:, None], row] = taken
            x = value.argmax(axis=0)
            peak = value[x, np.arange(len(row))]
            better = peak > top
            chosen = row[better]
            top[better] = peak[better]
            best_x[chosen], best_y[chosen] = lo + x[better], s - lo - x[better]
            older, old = old, np.full_like(old, _DEAD)
            old[lo + 1 : hi + 2] = value
            alive = value > _DEAD // 2
            some = np.flatnonzero(alive.any(axis=1))
            first_alive, last_alive = (lo + int(some[0]), lo + int(some[-1])) if len(some) else (xs, -1)
            going = alive.any(axis=0) | (older > _DEAD // 2).any(axis=0)
            if 2 * np.count_nonzero(going) < len(row):
                row, top, older, old = row[going], top[going], older[:, going], old[:, going]
                i, j, wx, wy, hx, hy = (part[:, going] for part in (i, j, wx, wy, hx, hy))
        row, x_at, y_at = _trace(step, best_x, best_y)
        found.append((rows[row], at[row] + way * x_at, bt[row] + way * y_at))
    return _sorted(found)


def maximal_segments(gain: Ints, loss: Ints, offsets: Ints) -> tuple[Ints, Ints]:
    """All maximal scoring segments of rows of blocks (Ruzzo and Tompa, 1999).

    Parameters
    ----------
    gain : int64 (b,), more than 0; loss : int64 (b,), of the gap before a block (not read for the first of a row)
    offsets : int64 (r + 1,), rows of blocks

    Returns
    -------
    first, last : int64 (s,), first and last block of each segment, ascending

    Cost: linear; rows that are not one segment take a loop in Python.
    """
    heads = offsets[:-1]
    change = gain - loss
    change[heads] = gain[heads]
    size = np.diff(offsets)
    row = np.repeat(np.arange(len(size)), size)
    after = np.cumsum(change)
    start = (after - change)[heads]
    # a row is one segment if every beginning and every end of it has a score above 0, cut before a gap and after it
    before_gap = after - start[row]  # of blocks up to this one
    after_gap = before_gap - gain  # ... and the gap after the last of them
    inner = np.ones(len(gain), dtype=bool)
    inner[heads] = False
    total = before_gap[offsets[1:] - 1]
    bad = np.zeros(len(gain), dtype=bool)
    bad[inner] = (after_gap[inner] <= 0) | (after_gap[inner] + loss[inner] >= total[row[inner]])
    whole = np.ones(len(size), dtype=bool)
    whole[row[bad]] = False
    firsts, lasts = heads[whole].tolist(), (offsets[1:] - 1)[whole].tolist()
    for lo, hi in zip(heads[~whole].tolist(), offsets[1:][~whole].tolist(), strict=True):
        segments: list[tuple[int, int, int, int]] = []  # first, last, score before, score after
        score = 0
        for k, (won, lost) in enumerate(zip(gain[lo:hi].tolist(), loss[lo:hi].tolist(), strict=True), lo):
            if k > lo:
                score -= lost
            begin, low = k, score
            score += won
            while True:
                at = len(segments) - 1
                while at >= 0 and segments[at][2] >= low:
                    at -= 1
                if at < 0 or segments[at][3] >= score:
                    break
                begin, _, low, _ = segments[at]
                del segments[at:]
            segments.append((begin, k, low, score))
        firsts.extend(s[0] for s in segments)
        lasts.extend(s[1] for s in segments)
    return np.sort(np.array(firsts, dtype=np.int64)), np.sort(np.array(lasts, dtype=np.int64))
