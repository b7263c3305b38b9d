"""Groups: what joins sets, in NumPy where many are alike and in plain Python where one hangs on another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dedup.kernels.candidates import Postings, Sets
from dedup.kernels.reference.pairs import Matches

Ints = NDArray[np.int64]


def components(first: Ints, second: Ints, count: int) -> Ints:
    """Return the lowest number that each of `count` things is connected with.

    Parameters
    ----------
    first, second : int64 (p,)
        Pairs that are connected.
    count : int
        Number of things.

    Returns
    -------
    int64 (count,)

    Notes
    -----
    Costs nearly linear time in pairs and things where compiled; here times a logarithm, because labels jump from root
    to root (Shiloach and Vishkin, 1982).
    """
    labels = np.arange(count)
    while True:
        one, other = labels[first], labels[second]
        apart = one != other
        if not np.any(apart):
            return labels
        first, second, one, other = first[apart], second[apart], one[apart], other[apart]
        np.minimum.at(labels, np.maximum(one, other), np.minimum(one, other))
        while np.any((above := labels[labels]) != labels):
            labels = above


def forest(sets: Sets, postings: Postings, threshold: float) -> Matches:
    """Return matches that join everything that matches connect, without looking at the other candidates.

    Parameters
    ----------
    sets, postings
        As described in `dedup.kernels.candidates`.
    threshold
        Minimum Jaccard similarity.

    Returns
    -------
    smaller, larger, common
        As `matches` returns them; fewer than there are sets, in the order in which they were found.

    Notes
    -----
    The sets of a run are kept in chains of sets that are already joined. A set is compared with each chain until one
    member matches, so a run of n sets that are all alike costs n comparisons. If they are not, it may cost n * n / 2.
    """
    values, starts, ends = sets.values.tolist(), sets.starts.tolist(), sets.ends.tolist()
    sizes, limits = sets.sizes.tolist(), sets.limits.tolist()
    members, heads = postings.members.tolist(), postings.heads.tolist()
    places, begins, leads = postings.places.tolist(), postings.begins.tolist(), postings.leads.tolist()
    parent = list(range(len(sizes)))
    held: dict[int, frozenset[int]] = {}
    runs: dict[int, list[list[int]]] = {}  # the chains of a run, the latest first, by where the run begins
    edges: list[tuple[int, int, int]] = []

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    def row(i: int) -> frozenset[int]:
        if i not in held:
            held[i] = frozenset(values[starts[i] : ends[i]])
        return held[i]

    for x in range(len(sizes)):
        compared: set[int] = set()
        for posting in range(heads[x], heads[x + 1]):
            if not leads[posting] or begins[posting] not in runs:
                continue
            merged: dict[int, list[int]] = {}
            for chain in runs[begins[posting]]:
                earlier = merged.setdefault(root(chain[0]), chain)
                if earlier is not chain:  # chains that have come to belong together
                    earlier += chain
            runs[begins[posting]] = list(merged.values())
            for chain in merged.values():
                if root(chain[0]) == root(x):
                    continue
                for y in chain:
                    if y in compared or sizes[y] > limits[x]:
                        continue
                    compared.add(y)
                    common = len(row(x) & row(y))
                    if common and common / (sizes[x] + sizes[y] - common) >= threshold:
                        one, other = root(x), root(y)
                        parent[max(one, other)] = min(one, other)
                        edges.append((x, y, common))
                        break
        for posting in range(heads[x], heads[x + 1]):
            runs.setdefault(begins[posting], []).insert(0, [members[places[posting]]])
    return _arrays(edges)


def stars(sets: Sets, postings: Postings, threshold: float) -> Matches:
    """Return the matches of each dropped set with the kept set that contains most of it; ties are broken by number.

    A set that is not contained in any kept one is kept.

    Parameters
    ----------
    sets, postings
        As described in `dedup.kernels.candidates`.
    threshold
        Minimum |A & B| / |A|, where A is the smaller set.

    Returns
    -------
    smaller, larger, common
        As `matches` returns them, each of `smaller` once, ascending.

    Notes
    -----
    Costs linear time in the candidates that are kept and the sizes of their sets.
    """
    values, starts, ends = sets.values.tolist(), sets.starts.tolist(), sets.ends.tolist()
    sizes = sets.sizes.tolist()
    heads, begins, leads = postings.heads.tolist(), postings.begins.tolist(), postings.leads.tolist()
    kept: dict[int, list[int]] = {}  # the sets of a run that are kept, by where the run begins
    held: dict[int, frozenset[int]] = {}
    edges: list[tuple[int, int, int]] = []
    for x in range(len(sizes)):
        row = frozenset(values[starts[x] : ends[x]])
        compared: set[int] = set()
        for posting in range(heads[x], heads[x + 1]):
            if leads[posting]:
                compared.update(kept.get(begins[posting], ()))
        alike = [(len(row & held[y]), -y) for y in compared]
        most, center = max((pair for pair in alike if pair[0] / sizes[x] >= threshold), default=(0, 0))
        if most:
            edges.append((x, -center, most))
            continue
        held[x] = row
        for posting in range(heads[x], heads[x + 1]):
            kept.setdefault(begins[posting], []).append(x)
    return _arrays(edges)


def centers(smaller: Ints, larger: Ints, similarity: NDArray[np.float64], count: int) -> Ints:
    """Return the set because of which each set is dropped, itself for a kept one: what `stars` finds, from all matches.

    Parameters
    ----------
    smaller, larger : int64 (p,)
        All matches, ascending by (smaller, larger).
    similarity : float64 (p,)
        Similarity of each.
    count : int
        Number of sets.

    Returns
    -------
    int64 (count,)

    Notes
    -----
    Costs linear time.
    """
    center = list(range(count))
    most = [0.0] * count
    for x, y, alike in zip(smaller.tolist(), larger.tolist(), similarity.tolist(), strict=True):
        if center[y] == y and alike > most[x]:
            center[x], most[x] = y, alike
    return np.array(center, np.int64)


def _arrays(edges: list[tuple[int, int, int]]) -> Matches:
    columns = np.array(edges, np.int64).reshape(-1, 3)
    return columns[:, 0].astype(np.int32), columns[:, 1].astype(np.int32), columns[:, 2].copy()
