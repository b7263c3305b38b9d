"""Groups: what joins sets, in Numba.

The twin of ``dedup.kernels.reference.forest``, where the contracts stand.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dedup.kernels.candidates import Postings, Sets
from dedup.kernels.compiled.kernel import kernel
from dedup.kernels.compiled.pairs import Matches, verified

Ints = NDArray[np.int64]


@kernel
def components(first: Ints, second: Ints, count: int) -> Ints:
    """As the reference engine's: union-find (Tarjan, 1975), the lowest number of a component being its root."""
    parent = np.arange(count)
    for pair in range(len(first)):
        one, other = _root(parent, first[pair]), _root(parent, second[pair])
        if one != other:
            parent[max(one, other)] = min(one, other)
    for i in range(count):
        parent[i] = parent[parent[i]]
    return parent


@kernel
def forest(sets: Sets, postings: Postings, threshold: float) -> Matches:
    """As the reference engine's."""
    n, held = len(sets.sizes), len(postings.members)
    parent = np.arange(n)
    seen = np.full(n, -1, np.int32)
    # Chains of sets in a run that belong together, by the place of their first member in the run.
    follows = np.full(held, -1, np.int64)  # the place of the next member of a chain
    final = np.arange(held)  # the place of the last member of a chain
    chains = np.full(held, -1, np.int64)  # the next chain of a run
    opens = np.full(held, -1, np.int64)  # the first chain of a run, where the run begins
    chain_of = np.full(n, -1, np.int64)  # of a root, the chain of the run that is looked at
    smaller, larger, common = np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n, np.int64)
    edges = 0
    for x in range(n):
        for posting in range(postings.heads[x], postings.heads[x + 1]):
            if not postings.leads[posting]:
                continue
            begin = postings.begins[posting]
            before, chain = np.int64(-1), opens[begin]
            while chain >= 0:
                root = _root(parent, postings.members[chain])
                earlier = chain_of[root]
                if earlier >= 0:  # chains that have come to belong together
                    follows[final[earlier]] = chain
                    final[earlier] = final[chain]
                    chains[before] = chains[chain]
                else:
                    chain_of[root] = chain
                    before = chain
                chain = chains[chain]
            chain = opens[begin]
            while chain >= 0:
                chain_of[_root(parent, postings.members[chain])] = -1
                chain = chains[chain]
            chain = opens[begin]
            while chain >= 0:
                place = chain
                if _root(parent, postings.members[chain]) == _root(parent, x):
                    place = np.int64(-1)
                while place >= 0:
                    y = postings.members[place]
                    if seen[y] != x and sets.sizes[y] <= sets.limits[x]:
                        seen[y] = x
                        both = verified(sets, x, y, threshold, False)
                        if both:
                            one, other = _root(parent, x), _root(parent, y)
                            parent[max(one, other)] = min(one, other)
                            smaller[edges], larger[edges], common[edges] = x, y, both
                            edges += 1
                            break
                    place = follows[place]
                chain = chains[chain]
        for posting in range(postings.heads[x], postings.heads[x + 1]):
            place, begin = postings.places[posting], postings.begins[posting]
            chains[place] = opens[begin]
            opens[begin] = place
    return smaller[:edges].copy(), larger[:edges].copy(), common[:edges].copy()


@kernel
def stars(
    sets: Sets,
    postings: Postings,
    order: Ints,
    given: NDArray[np.bool_],
    growing: bool,
    threshold: float,
    containment: bool,
) -> Matches:
    """As the reference engine's: the kept sets of a run are in two chains, by turn: those whose posting leads first."""
    n, held = len(sets.sizes), len(postings.members)
    turn = np.empty(n, np.int64)
    for t in range(n):
        turn[order[t]] = t
    seen = np.full(n, -1, np.int32)
    follows = np.full(held, -1, np.int32)  # the place of the next kept set of a chain
    opens = np.full((2, held), -1, np.int32)  # the place of its first, where the run begins
    final = np.empty((2, held), np.int32)  # and of its last
    removed, because, common = np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n, np.int64)
    count = 0
    for t in range(n):
        x = order[t]
        center, best, most = np.int64(-1), t, np.int64(0)
        if not given[x]:
            for posting in range(postings.heads[x], postings.heads[x + 1]):
                leads = postings.leads[posting]
                for chain in range(2 if leads else 1):
                    place = opens[chain, postings.begins[posting]]
                    while place >= 0:
                        y = np.int64(postings.members[place])
                        if turn[y] >= best:
                            break
                        place = follows[place]
                        # the smaller one's posting must lead
                        if seen[y] == x or not (leads if y < x else chain == 0):
                            continue
                        smaller, larger = max(x, y), min(x, y)
                        if not containment and sets.sizes[larger] > sets.limits[smaller]:
                            continue
                        seen[y] = x
                        both = np.int64(verified(sets, smaller, larger, threshold, containment))
                        if both:
                            center, best, most = y, turn[y], both
                            break
        if center >= 0:
            removed[count], because[count], common[count] = x, center, most
            count += 1
        elif growing or given[x]:
            for posting in range(postings.heads[x], postings.heads[x + 1]):
                chain = 0 if postings.leads[posting] else 1
                place, begin = postings.places[posting], postings.begins[posting]
                if opens[chain, begin] < 0:
                    opens[chain, begin] = place
                else:
                    follows[final[chain, begin]] = place
                final[chain, begin] = place
    return removed[:count].copy(), because[:count].copy(), common[:count].copy()


@kernel
def centers(later: Ints, earlier: Ints, count: int) -> Ints:
    """As the reference engine's."""
    center = np.arange(count)
    for pair in range(len(later)):
        x, y = later[pair], earlier[pair]
        if center[y] == y and center[x] == x:
            center[x] = y
    return center


@kernel
def _root(parent: Ints, i: int) -> int:
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i
