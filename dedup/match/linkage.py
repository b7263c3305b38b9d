"""Which texts belong together, given which pairs match."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dedup import kernels
from dedup.kernels.rows import heads, inverse

Linkage = Literal["star", "single", "complete"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def single(first: Ints, second: Ints, count: int) -> Ints:
    """Return the lowest number that each of `count` things is connected with by pairs, in nearly linear time."""
    labels: Ints = kernels.engine(len(first)).forest.components(first, second, count)
    return labels


def complete(first: Ints, second: Ints, similarity: Floats, fingerprints: NDArray[np.uint64]) -> Ints:
    """Return the lowest number in the cluster of each thing, where any two in a cluster are a pair.

    Agglomerative clustering with complete linkage (Sørensen, 1948): the two clusters whose least similar members are
    the most similar are joined, again and again, as long as all their members match.

    Parameters
    ----------
    first, second : int64 (p,)
        ``first < second``, every matching pair once.
    similarity : float64 (p,)
        Similarity of each pair.
    fingerprints : uint64 (n, 2)
        Ties go to the clusters with the lowest ones, so that the order of the things does not matter.

    Notes
    -----
    Costs linear time in the pairs; where a component is not all pairs, times a logarithm, in plain Python.
    """
    count = len(fingerprints)
    roots = single(first, second, count)
    members, pairs = np.bincount(roots, minlength=count), np.bincount(roots[first], minlength=count)
    loose = pairs < members * (members - 1) // 2
    chosen = np.flatnonzero(loose[roots[first]])
    labels = np.where(loose[roots], np.arange(count), roots)
    order = chosen[np.argsort(roots[first[chosen]], kind="stable")]
    bounds = heads(roots[first[order]]).tolist()
    for begin, end in pairwise(bounds):
        part = order[begin:end]
        things = np.unique(np.concatenate([first[part], second[part]]))
        ranks = inverse(np.lexsort((fingerprints[things, 1], fingerprints[things, 0])))
        one, other = ranks[np.searchsorted(things, first[part])], ranks[np.searchsorted(things, second[part])]
        clusters = _agglomerated(one.tolist(), other.tolist(), similarity[part].tolist(), len(things))
        of_thing = np.array(clusters, np.int64)[ranks]
        lowest = np.full(len(things), count, np.int64)
        np.minimum.at(lowest, of_thing, things)
        labels[things] = lowest[of_thing]
    return labels


def _agglomerated(first: list[int], second: list[int], similarity: list[float], count: int) -> list[int]:
    """Return the cluster of each of `count` things, by its lowest member. Ties go to low numbers."""
    cluster = list(range(count))
    joinable: list[dict[int, float]] = [{} for _ in range(count)]  # by cluster: clusters all of whose members match
    for one, other, alike in zip(first, second, similarity, strict=True):
        joinable[one][other] = joinable[other][one] = alike
    waiting = [
        (-alike, min(one, other), max(one, other)) for one, other, alike in zip(first, second, similarity, strict=True)
    ]
    heapify(waiting)
    while waiting:
        least, one, other = heappop(waiting)
        if joinable[one].get(other) != -least:  # one of them was joined to another since
            continue
        near, far = joinable[one], joinable[other]
        cluster[other] = one
        both = {third: min(near[third], far[third]) for third in near.keys() & far.keys()}
        for third in near:
            del joinable[third][one]
        for third in far:
            joinable[third].pop(other, None)
        joinable[one], joinable[other] = both, {}
        for third, alike in both.items():
            joinable[third][one] = alike
            heappush(waiting, (-alike, min(one, third), max(one, third)))
    for thing in range(count):
        cluster[thing] = cluster[cluster[thing]]
    return cluster
