"""The kernels of passages, written for clarity: one pair, one cell, one place at a time."""

from itertools import accumulate

Pairs = list[tuple[int, int]]
Block = tuple[int, int, int]  # a, b, size
Match = tuple[int, int, int]  # row, i, j


def equal_keys(keys: list[int]) -> list[list[int]]:
    found: dict[int, list[int]] = {}
    for index, key in enumerate(keys):
        found.setdefault(key, []).append(index)
    return [indices for indices in found.values() if len(indices) > 1]


def link_seeds(classes: list[int], heads: list[bool], until: int, common: int) -> list[Block]:
    members: dict[int, list[int]] = {}
    for seed, number in enumerate(classes):
        if number >= 0:
            members.setdefault(number, []).append(seed)
    linked = set()
    for seeds in members.values():
        for index, u in enumerate(seeds):
            partners = seeds[index + 1 :] if len(seeds) <= common or index == 0 else seeds[index + 1 : index + 2]
            linked.update((u, v) for v in partners if u < until)

    def goes_on(u: int, v: int) -> bool:
        return (u, v) in linked and not heads[u] and not heads[v]

    runs = []
    for u, v in sorted(linked):
        if goes_on(u, v) and (u - 1, v - 1) in linked:
            continue
        length = 1
        while (u + length, v + length) in linked and goes_on(u + length, v + length):
            length += 1
        runs.append((u, v, length))
    return runs


def chain(
    runs: list[Block], stops: Pairs, weight: list[int], shift: int, gap: int, reach: int
) -> tuple[list[int], list[int]]:
    follow, score = [-1] * len(runs), [0] * len(runs)
    for r in reversed(range(len(runs))):
        a, b, size = runs[r]
        best = 0
        for side in (0, 1, -1):
            bucket = ((b - a) >> shift) + side
            near = sorted(
                (x, y - x, s)
                for s, (x, y, _) in enumerate(runs)
                if (y - x) >> shift == bucket >= 0 and x >= max(a + 1, a + size - 3)
            )
            for x, _, s in near[:reach]:
                y, length = runs[s][1:]
                over = max(0, a + size - x, b + size - y)
                if not (x < stops[r][0] and b < y < stops[r][1] and over < length):
                    continue
                across = weight[x + over] - weight[a + size]
                down = weight[y + over] - weight[b + size]
                if max(across, down) > gap:
                    continue
                lost = 8 * (weight[x + over] - weight[x]) + 4 * abs(across - down) + max(across, down)
                if score[s] - lost > best:
                    best, follow[r] = score[s] - lost, s
        score[r] = best + 8 * (weight[a + size] - weight[a])
    return follow, score


def walk(follow: list[int], heads: list[int]) -> list[list[int]]:
    used: set[int] = set()
    chains = []
    for run in heads:
        members = []
        while run >= 0 and run not in used:
            used.add(run)
            members.append(run)
            run = follow[run]
        if members:
            chains.append(members)
    return chains


def align_gap(names: list[int], weights: list[int], a: range, b: range) -> Pairs:
    """The matches of one global alignment."""
    best: dict[tuple[int, int], tuple[int, Pairs]] = {}
    for x in range(len(a) + 1):
        for y in range(len(b) + 1):
            if not x or not y:
                best[x, y] = -sum(weights[k] for k in [*a[:x], *b[:y]]), []
                continue
            i, j = a[x - 1], b[y - 1]
            score, matches = best[x - 1, y - 1]
            if i < j and names[i] == names[j]:
                choices = [(score + 2 * weights[i], [*matches, (i, j)])]
            else:
                choices = [(score - max(weights[i], weights[j]), matches)]
            choices.append((best[x - 1, y][0] - weights[i], best[x - 1, y][1]))
            choices.append((best[x, y - 1][0] - weights[j], best[x, y - 1][1]))
            best[x, y] = max(choices, key=lambda choice: choice[0])  # the first of equals
    return best[len(a), len(b)][1]


def extend(names: list[int], weights: list[int], a: range, b: range, drop: int) -> Pairs:
    """The matches of the best alignment of beginnings, `a` and `b` in the direction it goes."""
    alive: dict[tuple[int, int], tuple[int, Pairs]] = {(0, 0): (0, [])}
    top, result = 0, Pairs()
    for tokens in range(1, len(a) + len(b) + 1):
        floor = top - drop
        for x in range(max(0, tokens - len(b)), min(len(a), tokens) + 1):
            y = tokens - x
            choices = []
            if x and y and (x - 1, y - 1) in alive:
                i, j = a[x - 1], b[y - 1]
                score, matches = alive[x - 1, y - 1]
                if i < j and names[i] == names[j]:
                    choices.append((score + 2 * weights[i], [*matches, (i, j)]))
                else:
                    choices.append((score - max(weights[i], weights[j]), matches))
            if x and (x - 1, y) in alive:
                choices.append((alive[x - 1, y][0] - weights[a[x - 1]], alive[x - 1, y][1]))
            if y and (x, y - 1) in alive:
                choices.append((alive[x, y - 1][0] - weights[b[y - 1]], alive[x, y - 1][1]))
            best = max(choices, key=lambda choice: choice[0], default=(floor - 1, []))
            if best[0] >= floor:
                alive[x, y] = best
                if best[0] > top:
                    top, result = best
    return sorted(result)


def maximal_segments(gain: list[int], loss: list[int]) -> Pairs:
    """First and last block of the segments of one row: those that score more than any part of them, and that lie in
    no other such segment.
    """

    def score(first: int, last: int) -> int:
        return sum(gain[first : last + 1]) - sum(loss[first + 1 : last + 1])

    spans = [(first, last) for first in range(len(gain)) for last in range(first, len(gain))]

    def inside(one: tuple[int, int], other: tuple[int, int]) -> bool:
        return one != other and other[0] <= one[0] and one[1] <= other[1]

    better = [span for span in spans if all(score(*part) < score(*span) for part in spans if inside(part, span))]
    return [span for span in better if not any(inside(span, other) for other in better)]


def lcp_intervals(shared: list[int]) -> list[tuple[int, int, int]]:
    found = []
    for lo in range(len(shared)):
        for hi in range(lo + 2, len(shared) + 1):
            depth = min(shared[lo + 1 : hi])
            if depth > shared[lo] and (hi == len(shared) or depth > shared[hi]):
                found.append((lo, hi, depth))
    return sorted(found, key=lambda interval: (interval[1], -interval[2]))


def disjoint(places: list[tuple[int, int]]) -> list[bool]:
    """Of (start, length)."""
    keep, free = [], 0
    for start, length in places:
        keep.append(start >= free)
        if start >= free:
            free = start + length
    return keep


def cut_tandem(blocks: list[Block]) -> list[list[Block]]:
    """The pieces of one alignment, token by token."""
    if blocks[0][1] >= blocks[-1][0] + blocks[-1][2]:
        return [blocks]
    cut = blocks[0][1]
    pieces: list[list[Block]] = [[]]
    for a, b, size in blocks:
        fresh = True
        for k in range(size):
            if a + k >= cut:
                pieces.append([])
                cut, fresh = b + k, True
            if fresh:
                pieces[-1].append((a + k, b + k, 1))
                fresh = False
            else:
                x, y, length = pieces[-1][-1]
                pieces[-1][-1] = (x, y, length + 1)
    return pieces


def before(weights: list[int]) -> list[int]:
    """The weight before each token, and of all."""
    return [0, *accumulate(weights)]
