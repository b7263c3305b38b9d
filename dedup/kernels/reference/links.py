"""Which seeds are compared, and which of their runs belong together, in NumPy."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Tokens = NDArray[np.int32]

_ROOM: Final = 1 << 22  # pairs of seeds that are looked at together


def link_seeds(
    classes: Tokens, values: Tokens, offsets: Ints, heads: NDArray[np.bool_], until: int, common: int
) -> tuple[Tokens, Tokens, Tokens]:
    """Pairs of equal seeds that are compared, joined where they stand on one diagonal.

    Seeds of a class of at most `common` are compared with all others of it; of a larger class each is compared with
    its first member and with its neighbours.

    Parameters
    ----------
    classes : int32 (w,), the class of each seed window, -1 for one that stands alone
    values, offsets : the members of every class, ascending
    heads : bool (w,), True where a window does not follow the one before
    until : only pairs with u < until are linked

    Returns
    -------
    u, v, length : int32 (p,), runs of linked pairs ``(u, v), (u + 1, v + 1), ...`` with u < v, by u, then v

    Cost: linear in the pairs that are compared, at most `common` / 2 for each seed.
    """
    n = len(classes)
    size = np.diff(offsets)
    member = np.repeat(np.arange(len(size)), size)
    rare = np.zeros(n, dtype=bool)
    rare[values] = (size <= common)[member]
    first = np.zeros(n, dtype=bool)
    first[values[offsets[:-1]]] = True
    after = np.full(n, -1, dtype=np.int32)
    inner = np.ones(len(values), dtype=bool)
    inner[offsets[1:] - 1] = False
    after[values[inner]] = values[np.flatnonzero(inner) + 1]
    partners = np.where(
        rare[values] | first[values], offsets[1:][member] - np.arange(len(values)) - 1, inner.astype(np.int64)
    )
    partners[values >= until] = 0

    def linked(u: Ints, v: Ints) -> NDArray[np.bool_]:
        result: NDArray[np.bool_] = (classes[u] >= 0) & (classes[u] == classes[v])
        result &= rare[u] | first[u] | (after[u] == v)
        return result

    total = np.append(0, np.cumsum(partners))
    begins: list[Ints] = [np.zeros(0, dtype=np.int64)]
    ends: list[Ints] = [np.zeros(0, dtype=np.int64)]
    lo = 0
    while lo < len(values):
        hi = max(lo + 1, int(np.searchsorted(total, total[lo] + _ROOM, side="right")) - 1)
        index = np.repeat(np.arange(lo, hi), partners[lo:hi])
        rank = np.arange(len(index)) - (total[lo:hi] - total[lo])[index - lo]
        u, v = values[index].astype(np.int64), values[index + 1 + rank].astype(np.int64)
        diagonal = (v - u) << 32
        fresh = heads[u] | heads[v] | ~linked(u - 1, v - 1)
        last = np.minimum(v + 1, n - 1)
        final = (v + 1 == n) | (u + 1 >= until) | heads[u + 1] | heads[last] | ~linked(u + 1, last)
        begins.append((diagonal | u)[fresh])
        ends.append((diagonal | u)[final])
        lo = hi
    begin, end = np.concatenate(begins), np.concatenate(ends)
    begin.sort()
    end.sort()
    u = begin & 0xFFFFFFFF
    v = u + (begin >> 32)
    order = np.argsort((u << 32) | v)
    return u[order].astype(np.int32), v[order].astype(np.int32), (end - begin + 1)[order].astype(np.int32)


def common_run(hashes: NDArray[np.uint64], a: Tokens, b: Tokens, most: Tokens, step: int) -> Tokens:
    """How many tokens from a and b on are equal, going by `step` (1 or -1), `most` at the most.

    a, b, most : int32 (p,); the result likewise. Cost: linear in the tokens that are equal.
    """
    result = np.zeros(len(a), dtype=np.int32)
    active = np.flatnonzero(most > 0)
    length = 0
    while len(active):
        active = active[hashes[a[active] + step * length] == hashes[b[active] + step * length]]
        length += 1
        result[active] = length
        active = active[most[active] > length]
    return result


def chain(
    a: Tokens,
    b: Tokens,
    size: Tokens,
    a_stop: Tokens,
    b_stop: Tokens,
    weight: Ints,
    home: Ints,
    keys: Ints,
    order: Tokens,
    shift: int,
    gap: int,
    reach: int,
) -> tuple[Tokens, Ints]:
    """Return the best successor of every run.

    The method is colinear chaining with a gap cost (Abouelhoda and Ohlebusch, 2005; Li, 2018). A run may be followed by
    one that begins after it on both sides, that has something left when their overlap is cut off, that is at most `gap`
    away, and that is on a diagonal of the same or a neighbouring bucket. In each bucket, the first `reach` in order of
    a are considered. A link costs half the drift between the diagonals and an eighth of the gap, so that chains prefer
    to continue: what aligns badly is cut later.

    Parameters
    ----------
    a, b, size : int32 (p,)
        Runs of tokens, ordered by a, then b.
    a_stop, b_stop : int32 (p,)
        Where the regions of each run end.
    weight : int64 (n + 1,)
        Weight before each token.
    home : int64 (p,)
        The bucket of each run's diagonal.
    keys, order : int64 (p,), int32 (p,)
        ``diagonal >> shift, a, diagonal`` of each run in 31 + shift and shift bits, sorted; and the runs in that order.
    gap : int
        Maximum weight between two runs.

    Returns
    -------
    follow : int32 (p,)
        The run that follows, or -1.
    score : int64 (p,)
        Score of the best chain from each run on, in eighths of weight.

    Notes
    -----
    Costs p times log p times `reach`.
    """
    n = len(a)
    a_end, b_end = a + size, b + size
    high = 31 + shift
    low = np.maximum(a + 1, a_end - 3).astype(np.int64) << shift
    edges: list[tuple[Ints, Ints, Ints, Ints]] = []
    for side in (0, 1, -1):
        start = np.searchsorted(keys, ((home + side) << high) | low)
        start[home + side < 0] = n
        for step in range(reach):
            at = start + step
            r = np.flatnonzero(at < n)
            r = r[keys[at[r]] >> high == home[r] + side]
            s = order[at[r]]
            inside = a[s] < a_stop[r]
            r, s = r[inside], s[inside]
            over = np.maximum(0, np.maximum(a_end[r] - a[s], b_end[r] - b[s]))
            inside = (b[s] > b[r]) & (b[s] < b_stop[r]) & (over < size[s])
            r, s, over = r[inside], s[inside], over[inside]
            x = weight[a[s] + over] - weight[a_end[r]]
            y = weight[b[s] + over] - weight[b_end[r]]
            cost = 8 * (weight[a[s] + over] - weight[a[s]]) + 4 * np.abs(x - y) + np.maximum(x, y)
            inside = (x <= gap) & (y <= gap)
            rank = np.full(int(inside.sum()), len(edges), dtype=np.int64)
            edges.append((r[inside], s[inside].astype(np.int64), cost[inside], rank))
    source, target, costs, ranks = (np.concatenate(part) for part in zip(*edges, strict=True))
    # the last run first, since it is followed by none that comes before it; of equals the first that was looked at
    turn = np.lexsort((ranks, -source))
    own = 8 * (weight[a_end] - weight[a])
    score, best, follow = own.tolist(), [0] * n, [-1] * n
    base = own.tolist()
    for r, s, cost in zip(source[turn].tolist(), target[turn].tolist(), costs[turn].tolist(), strict=True):
        value = score[s] - cost
        if value > best[r]:
            best[r] = value
            follow[r] = s
            score[r] = base[r] + value
    return np.array(follow, dtype=np.int32), np.array(score, dtype=np.int64)


def walk(follow: Tokens, heads: Tokens) -> tuple[Tokens, Ints]:
    """Chains: from each head on, as long as runs are not taken by a chain before.

    follow : int32 (p,), the run that follows or -1; heads : int32 (p,), all runs, best first.
    Returns members and offsets of the chains. Cost: linear.
    """
    members: list[int] = []
    offsets = [0]
    used = bytearray(len(follow))
    following = follow.tolist()
    for r in heads.tolist():
        while r >= 0 and not used[r]:
            used[r] = 1
            members.append(r)
            r = following[r]
        if len(members) > offsets[-1]:
            offsets.append(len(members))
    return np.array(members, dtype=np.int32), np.array(offsets, dtype=np.int64)
