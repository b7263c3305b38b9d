"""Which seeds are compared, and which of their runs belong together, in Numba.

The twin of ``dedup.kernels.reference.links``, where the contracts stand.
"""

import numpy as np
from numpy.typing import NDArray

from dedup.kernels.compiled.kernel import kernel

Ints = NDArray[np.int64]
Tokens = NDArray[np.int32]


@kernel
def link_seeds(
    classes: Tokens, values: Tokens, offsets: Ints, heads: NDArray[np.bool_], until: int, common: int
) -> tuple[Tokens, Tokens, Tokens]:
    """As the reference engine's."""
    n = len(classes)
    after = np.full(n, -1, np.int32)
    index = np.zeros(n, np.int64)
    rare = np.zeros(n, np.bool_)  # all members of the class are compared with all
    first = np.zeros(n, np.bool_)
    for c in range(len(offsets) - 1):
        lo, hi = offsets[c], offsets[c + 1]
        first[values[lo]] = True
        for k in range(lo, hi):
            index[values[k]] = k
            rare[values[k]] = hi - lo <= common
            if k + 1 < hi:
                after[values[k]] = values[k + 1]
    room = 1024
    out = np.empty((3, room), np.int32)
    count = 0
    for u in range(until):
        if after[u] < 0:
            continue
        stop = offsets[classes[u] + 1] if rare[u] or first[u] else index[u] + 2
        for k in range(index[u] + 1, stop):
            v = values[k]
            if not (heads[u] or heads[v]):
                x = u - 1
                if classes[x] >= 0 and classes[x] == classes[v - 1] and (rare[x] or first[x] or after[x] == v - 1):
                    continue
            length = 1
            while v + length < n and u + length < until and not (heads[u + length] or heads[v + length]):
                x = u + length
                if classes[x] < 0 or classes[x] != classes[v + length]:
                    break
                if not (rare[x] or first[x] or after[x] == v + length):
                    break
                length += 1
            if count == room:
                room *= 2
                wider = np.empty((3, room), np.int32)
                wider[:, :count] = out
                out = wider
            out[0, count], out[1, count], out[2, count] = u, v, length
            count += 1
    return out[0, :count].copy(), out[1, :count].copy(), out[2, :count].copy()


@kernel
def common_run(hashes: NDArray[np.uint64], a: Tokens, b: Tokens, most: Tokens, step: int) -> Tokens:
    """As the reference engine's."""
    result = np.zeros(len(a), np.int32)
    for k in range(len(a)):
        i, j = a[k], b[k]
        while result[k] < most[k] and hashes[i] == hashes[j]:
            result[k] += 1
            i += step
            j += step
    return result


@kernel
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
    """As the reference engine's."""
    n = len(a)
    follow = np.full(n, -1, np.int32)
    score = np.empty(n, np.int64)
    high = np.int64(31) + shift
    # where each bucket begins: what is looked for is in a few dozen keys, not in all
    buckets = np.full((keys[n - 1] >> high) + 3 if n else 1, n, np.int64)
    for k in range(n - 1, -1, -1):
        buckets[keys[k] >> high] = k
    for k in range(len(buckets) - 2, -1, -1):
        buckets[k] = min(buckets[k], buckets[k + 1])
    for r in range(n - 1, -1, -1):
        a_end, b_end = a[r] + size[r], b[r] + size[r]
        best = np.int64(0)
        floor = max(a[r] + 1, a_end - 3)
        for side in range(3):
            bucket = home[r] + (side if side < 2 else -1)
            if bucket < 0 or bucket + 1 >= len(buckets):
                continue
            begin, stop = buckets[bucket], buckets[bucket + 1]
            wanted = (bucket << high) | (np.int64(floor) << shift)
            beyond = stop
            while begin < beyond:
                middle = (begin + beyond) >> 1
                if keys[middle] < wanted:
                    begin = middle + 1
                else:
                    beyond = middle
            for k in range(begin, min(stop, begin + reach)):
                s = order[k]
                if a[s] >= a_stop[r]:
                    break
                over = max(0, a_end - a[s], b_end - b[s])
                if b[s] <= b[r] or b[s] >= b_stop[r] or over >= size[s]:
                    continue
                x = weight[a[s] + over] - weight[a_end]
                y = weight[b[s] + over] - weight[b_end]
                if x > gap or y > gap:
                    continue
                value = score[s] - 8 * (weight[a[s] + over] - weight[a[s]]) - 4 * abs(x - y) - max(x, y)
                if value > best:
                    best = value
                    follow[r] = s
        score[r] = best + 8 * (weight[a_end] - weight[a[r]])
    return follow, score


@kernel
def walk(follow: Tokens, heads: Tokens) -> tuple[Tokens, Ints]:
    """As the reference engine's."""
    n = len(follow)
    used = np.zeros(n, np.bool_)
    members, offsets = np.empty(n, np.int32), np.zeros(n + 1, np.int64)
    count = chains = 0
    for head in heads:
        r = head
        while r >= 0 and not used[r]:
            used[r] = True
            members[count] = r
            count += 1
            r = follow[r]
        if count > offsets[chains]:
            chains += 1
            offsets[chains] = count
    return members[:count].copy(), offsets[: chains + 1].copy()
