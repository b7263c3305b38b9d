"""Groups: what joins sets, in NumPy where many are alike and in plain Python where one hangs on another."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.kernels.candidates import Postings, Sets
from dedup.kernels.reference.pairs import Matches, in_common
from dedup.kernels.rows import bounds, distinct, heads, inverse, owner, spread

Ints = NDArray[np.int64]

PART: Final = 1 << 17
"""Candidates of a part that `stars` decides at once."""

_BLOCK: Final = 1 << 21  # candidates compared at once
_NONE: Final = np.empty(0, np.int64)


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


def stars(
    sets: Sets,
    postings: Postings,
    order: Ints,
    given: NDArray[np.bool_],
    growing: bool,
    threshold: float,
    containment: bool,
) -> Matches:
    """Return what each removed set is removed for: the first kept set that it is like.

    Sets are taken in order. A given set is kept. Another is removed if it is like a set that was taken before it and
    kept; otherwise it is kept.

    Parameters
    ----------
    sets, postings
        As described in `dedup.kernels.candidates`.
    order : int64 (n,)
        The sets in the order in which they are taken.
    given : bool (n,)
        The sets that are kept whatever they are like.
    growing
        Whether sets are also compared with kept ones that are not given.
    threshold
        Minimum |A & B| / |A | B|, or |A & B| / min(|A|, |B|) with `containment`.

    Returns
    -------
    removed, because, common : int32, int32, int64, all (r,)
        Each removed set, ascending by when it was taken; the kept one; and how many values both have.

    Notes
    -----
    A set is compared with kept sets only, so a family of n sets like its first one costs n comparisons where compiled.
    Here the sets are halved by their turns until a part has few candidates: first the earlier half is decided, then the
    later one is compared with what is kept of it, then the rest of the later half is decided. That costs a logarithm
    more, and a few candidates for each part, but comparisons are made many at a time.
    """
    turns = inverse(order)[owner(postings.heads)]
    by_run = np.lexsort((turns, postings.begins))
    held = _Postings(postings.begins[by_run], turns[by_run], postings.leads[by_run])
    stars = _Stars(sets, order, given[order], threshold, containment)
    if growing:
        stars.settle(held, 0, len(order))
    else:
        fixed = stars.given[held.turns]
        stars.remove(*stars.compared(held.where(~fixed), held.where(fixed)))
    removed = np.flatnonzero(stars.center != np.arange(len(order)))
    because = stars.center[removed]
    return order[removed].astype(np.int32), order[because].astype(np.int32), stars.common[removed]


class _Postings(NamedTuple):
    """Postings by run, then by the turn of their set."""

    runs: Ints
    turns: Ints
    leads: NDArray[np.bool_]

    def where(self, chosen: NDArray[np.bool_]) -> _Postings:
        return _Postings(self.runs[chosen], self.turns[chosen], self.leads[chosen])


class _Stars:
    """What is decided so far, by turn."""

    def __init__(self, sets: Sets, order: Ints, given: NDArray[np.bool_], threshold: float, containment: bool) -> None:
        self.sets, self.order, self.given = sets, order, given
        self.threshold, self.containment = threshold, containment
        self.center = np.arange(len(order))
        self.common = np.zeros(len(order), np.int64)

    def settle(self, held: _Postings, low: int, high: int) -> None:
        """Decide the sets with these turns, whose postings are `held`; none is like a set kept before."""
        sizes = np.diff(heads(held.runs))
        if high - low < 2 or int((sizes * (sizes - 1) >> 1).sum()) <= PART:
            self.remove(*self.compared(held, held))
            return
        middle = (low + high) >> 1
        late = held.turns >= middle
        first, second = held.where(~late), held.where(late)
        self.settle(first, low, middle)
        self.remove(*self.compared(second, first.where(self.kept(first.turns))))
        self.settle(second.where(self.kept(second.turns)), middle, high)

    def kept(self, turns: Ints) -> NDArray[np.bool_]:
        kept: NDArray[np.bool_] = self.center[turns] == turns
        return kept

    def compared(self, late: _Postings, early: _Postings) -> tuple[Ints, Ints, Ints]:
        """Return the matches of sets that are not given with earlier ones: (later, earlier, common), ascending."""
        late = late.where(~self.given[late.turns])
        by_turn = np.argsort(late.turns, kind="stable")
        late = _Postings(late.runs[by_turn], late.turns[by_turn], late.leads[by_turn])
        width = np.int64(len(self.order))
        begins = np.searchsorted(early.runs, late.runs)
        ends = np.searchsorted(early.runs * width + early.turns, late.runs * width + late.turns)
        counts = np.maximum(ends - begins, 0)
        totals = bounds(counts)
        cuts = heads(late.turns)  # blocks of whole sets, so that no pair comes up in two of them
        found = [(_NONE, _NONE, _NONE)]
        at = 0
        while at < len(cuts) - 1:
            after = int(np.searchsorted(totals[cuts], totals[cuts[at]] + _BLOCK, "right")) - 1
            after = max(after, at + 1)
            block = slice(cuts[at], cuts[after])
            places, _ = spread(begins[block], counts[block])
            later, other = np.repeat(late.turns[block], counts[block]), early.turns[places]
            one, two = self.order[later], self.order[other]
            smaller, larger = np.maximum(one, two), np.minimum(one, two)
            likely = np.where(one == smaller, np.repeat(late.leads[block], counts[block]), early.leads[places])
            if not self.containment:
                likely &= self.sets.sizes[larger] <= self.sets.limits[smaller]
            found.append(self.verified(distinct(later[likely] << 32 | other[likely])))
            at = after
        later, earlier, common = (np.concatenate(column) for column in zip(*found, strict=True))
        return later, earlier, common

    def verified(self, pairs: Ints) -> tuple[Ints, Ints, Ints]:
        later, earlier = pairs >> 32, pairs & 0xFFFFFFFF
        one, two = self.order[later], self.order[earlier]
        smaller, larger = np.maximum(one, two), np.minimum(one, two)
        common = in_common(self.sets, smaller, larger, self.threshold, self.containment)
        alike = common > 0
        return later[alike], earlier[alike], common[alike]

    def remove(self, later: Ints, earlier: Ints, common: Ints) -> None:
        """Remove sets for the first kept one that they match; matches ascend."""
        center = self.center
        for x, y, both in zip(later.tolist(), earlier.tolist(), common.tolist(), strict=True):
            if center[y] == y and center[x] == x:
                center[x], self.common[x] = y, both


def centers(later: Ints, earlier: Ints, count: int) -> Ints:
    """Return the thing that each thing is removed for, itself for a kept one: what `stars` finds, from all matches.

    Parameters
    ----------
    later, earlier : int64 (p,)
        All matches, by the turns of their sets, ascending by (later, earlier).
    count : int
        Number of things.

    Returns
    -------
    int64 (count,)

    Notes
    -----
    Costs linear time.
    """
    center = list(range(count))
    for x, y in zip(later.tolist(), earlier.tolist(), strict=True):
        if center[y] == y and center[x] == x:
            center[x] = y
    return np.array(center, np.int64)


def _arrays(edges: list[tuple[int, int, int]]) -> Matches:
    columns = np.array(edges, np.int64).reshape(-1, 3)
    return columns[:, 0].astype(np.int32), columns[:, 1].astype(np.int32), columns[:, 2].copy()
