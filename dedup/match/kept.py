"""Which sets are kept, without listing all pairs: memory stays linear in the sets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup import kernels
from dedup.kernels import threads
from dedup.kernels.candidates import Postings, Sets, similarity
from dedup.kernels.rows import inverse
from dedup.match import linkage as linkages
from dedup.match.candidates import ranges_of, restricted
from dedup.match.linkage import Linkage
from dedup.match.memory import check
from dedup.progress import Progress, silent

Ints = NDArray[np.int64]
Matches = tuple[Ints, Ints, Ints]
"""Pairs of sets by number, and how many values both have."""

LARGE = 2048
"""Members of a component from which its pairs are counted before any is stored."""
_CLUSTERED = 400
"""Bytes for each pair that is clustered, in plain Python."""


class Kept(NamedTuple):
    """What becomes of each set."""

    center: Ints
    """int64 (n,): the set that each one is removed for, or that stands for its cluster; itself for a kept one."""
    edges: Matches
    """Matches that join the groups: (one, other, common), as many as sets are removed."""


def matches(
    sets: Sets, postings: Postings, threshold: float, containment: bool, report: Progress = silent
) -> Iterator[Matches]:
    """Yield all matches, a part at a time, as the kernel ``pairs.matches`` returns them."""
    kernel = kernels.engine(len(postings.members) + len(sets.values))
    ranges = list(ranges_of(postings)) or [(0, 0)]
    work = partial(kernel.pairs.matches, sets, postings, threshold, containment)
    with closing(threads.mapped(lambda part: work(*part), ranges)) as parts:
        for (_, last), found in zip(ranges, parts, strict=True):
            yield _wide(*found)
            report("comparing texts", last, len(sets.sizes))


def kept(
    linkage: Linkage,
    sets: Sets,
    postings: Postings,
    taken: Ints,
    given: NDArray[np.bool_],
    fingerprints: NDArray[np.uint64],
    threshold: float,
    containment: bool,
) -> Kept:
    """Return which sets are kept.

    Parameters
    ----------
    linkage
        As `dedup.find_duplicates` takes it. With "single" and "complete", the sets that are like a given one are
        removed for the first of them, and the others are clustered among themselves.
    sets, postings
        As described in `dedup.kernels.candidates`.
    taken : int64 (n,)
        The numbers of the sets by priority, given ones first.
    given : bool (n,)
        The sets that are kept in any case.
    fingerprints : uint64 (n, 2)
    threshold, containment
        What is similar.

    Raises
    ------
    MemoryError
        See `complete`.

    Notes
    -----
    Takes linear memory, except for "complete".
    """
    if linkage == "star":
        return _stars(sets, postings, taken, given, True, threshold, containment)
    cluster = single if linkage == "single" else complete
    if not np.any(given):
        return cluster(sets, postings, taken, fingerprints, threshold)
    first = _stars(sets, postings, taken, given, False, threshold, False)
    rest = ~given & (first.center == np.arange(len(taken)))
    numbers, renumbered = np.flatnonzero(rest), np.cumsum(rest) - 1
    others = cluster(*restricted(sets, postings, rest), renumbered[taken[rest[taken]]], fingerprints[rest], threshold)
    center = first.center.copy()
    center[numbers] = numbers[others.center]
    one, other, common = others.edges
    columns = zip(first.edges, (numbers[one], numbers[other], common), strict=True)
    one, other, common = (np.concatenate(column) for column in columns)
    return Kept(center, (one, other, common))


def single(sets: Sets, postings: Postings, taken: Ints, fingerprints: NDArray[np.uint64], threshold: float) -> Kept:
    """Return the components; the set that is taken first stands for each."""
    kernel = kernels.engine(len(postings.members) + len(sets.values))
    edges = _wide(*kernel.forest.forest(sets, postings, threshold))
    turn = inverse(taken)
    labels = linkages.single(turn[edges[0]], turn[edges[1]], len(taken))
    return Kept(taken[labels[turn]], edges)


def complete(sets: Sets, postings: Postings, taken: Ints, fingerprints: NDArray[np.uint64], threshold: float) -> Kept:
    """Return the clusters of ``dedup.match.linkage.complete``; the set that is taken first stands for each.

    Parameters
    ----------
    fingerprints : uint64 (n, 2)
        Of the sets, by number.

    Raises
    ------
    MemoryError
        A component of more than ``LARGE`` members is not all pairs, and its pairs do not fit.

    Notes
    -----
    Compares all pairs of a component. If any two members of it are alike, which is the case of a filled-in template,
    their number alone tells that, and none is stored.
    """
    count = len(taken)
    kernel = kernels.engine(len(postings.members) + len(sets.values))
    one, other, _ = _wide(*kernel.forest.forest(sets, postings, threshold))
    roots = linkages.single(one, other, count)
    members = np.bincount(roots, minlength=count)
    large = members > LARGE
    found = np.zeros(count, np.int64)
    stored: list[Matches] = []

    def store(parts: Iterator[Matches], wanted: NDArray[np.bool_]) -> None:
        for smaller, larger, common in parts:
            np.add.at(found, roots[smaller], 1)
            chosen = wanted[roots[smaller]]
            stored.append((smaller[chosen], larger[chosen], common[chosen]))

    store(matches(sets, postings, threshold, False), ~large)
    loose = large & (found < members * (members - 1) // 2)
    if np.any(loose):
        check(int(found[loose].sum()), _CLUSTERED, "linkage = 'complete' of a large group", "linkage='star'")
        chosen = loose[roots]
        numbers = np.flatnonzero(chosen)
        parts = matches(*restricted(sets, postings, chosen), threshold, False)
        store(((numbers[one], numbers[other], common) for one, other, common in parts), loose)
    smaller, larger, common = (np.concatenate(column) for column in zip(*stored, strict=True))
    turn = inverse(taken)
    one, other = turn[smaller], turn[larger]
    alike = similarity(common, sets.sizes[smaller], sets.sizes[larger], False)
    labels = linkages.complete(np.minimum(one, other), np.maximum(one, other), alike, fingerprints[taken])
    whole = np.flatnonzero((large & ~loose)[roots])  # components of which any two are alike
    lowest = np.full(count, count, np.int64)
    np.minimum.at(lowest, roots[whole], turn[whole])
    labels[turn[whole]] = lowest[roots[whole]]
    center = taken[labels[turn]]
    return Kept(center, with_center(sets, center, threshold, False))


def with_center(sets: Sets, center: Ints, threshold: float, containment: bool) -> Matches:
    """Return the pairs of each removed set with the one it is removed for; 0 in common where these are not alike."""
    removed = np.flatnonzero(center != np.arange(len(center)))
    because = center[removed]
    smaller, larger = np.maximum(removed, because), np.minimum(removed, because)
    kernel = kernels.engine(len(sets.values))
    common: Ints = kernel.pairs.in_common(sets, smaller, larger, threshold, containment)
    return removed, because, common


def _stars(
    sets: Sets,
    postings: Postings,
    taken: Ints,
    given: NDArray[np.bool_],
    growing: bool,
    threshold: float,
    containment: bool,
) -> Kept:
    kernel = kernels.engine(len(postings.members) + len(sets.values))
    found = kernel.forest.stars(sets, postings, taken, given, growing, threshold, containment)
    removed, because, common = _wide(*found)
    center = np.arange(len(taken))
    center[removed] = because
    return Kept(center, (removed, because, common))


def _wide(one: NDArray[np.int32], other: NDArray[np.int32], common: Ints) -> Matches:
    return one.astype(np.int64), other.astype(np.int64), common
