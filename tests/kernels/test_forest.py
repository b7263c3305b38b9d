"""What joins sets: components, forests and stars."""

from types import ModuleType

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.kernels import compiled, reference
from tests.kernels.collections import ROWS, THRESHOLDS, by_size, postings, whole
from tests.kernels.given import types

Sets = list[frozenset[int]]
PAIRS = st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=25)


def joined(pairs: list[tuple[int, int]], count: int) -> list[int]:
    """The lowest number each is connected with, by colouring again and again."""
    labels = list(range(count))
    for _ in range(count):
        for one, other in pairs:
            labels[one] = labels[other] = min(labels[one], labels[other])
    return labels


def similar(sets: Sets, threshold: float, containment: bool) -> dict[tuple[int, int], int]:
    """What the pairs that match have in common, by (smaller, larger)."""
    found = {}
    for smaller, one in enumerate(sets):
        for larger, other in enumerate(sets[:smaller]):
            if len(one & other) / (len(one) if containment else len(one | other)) >= threshold:
                found[smaller, larger] = len(one & other)
    return found


@given(pairs=PAIRS)
def test_a_component_is_known_by_its_lowest_number(kernels: ModuleType, pairs: list[tuple[int, int]]) -> None:
    columns = np.array(pairs, np.int64).reshape(-1, 2)
    labels = kernels.forest.components(columns[:, 0].copy(), columns[:, 1].copy(), 20)
    assert labels.dtype == np.int64
    assert labels.tolist() == joined(pairs, 20)


def test_a_long_chain_is_one_component(kernels: ModuleType) -> None:
    order = np.random.default_rng(1).permutation(3_000)
    assert not np.any(kernels.forest.components(order[:-1].copy(), order[1:].copy(), 3_000))


@given(sets=ROWS, threshold=THRESHOLDS)
def test_a_forest_joins_what_matches_join_and_nothing_twice(kernels: ModuleType, sets: Sets, threshold: float) -> None:
    sets = by_size(sets)
    found = kernels.forest.forest(whole(sets, threshold), postings(sets), threshold)
    assert types(*found) == ["int32", "int32", "int64"]
    matches = similar(sets, threshold, containment=False)
    edges = {(x, y): both for x, y, both in zip(*(column.tolist() for column in found), strict=True)}
    assert edges.items() <= matches.items()
    labels = joined(list(matches), len(sets))
    assert joined(list(edges), len(sets)) == labels
    assert len(found[0]) == len(sets) - len({*labels})


@given(sets=ROWS, threshold=THRESHOLDS, data=st.data())
def test_both_engines_grow_the_same_forest_and_stars(sets: Sets, threshold: float, data: st.DataObject) -> None:
    sets = by_size(sets)
    total = sum(map(len, sets))
    held = postings(sets, data.draw(st.lists(st.booleans(), min_size=total, max_size=total)))
    for name in ("forest", "stars"):
        one, other = (
            getattr(engine.forest, name)(whole(sets, threshold), held, threshold) for engine in (reference, compiled)
        )
        assert [column.tolist() for column in one] == [column.tolist() for column in other]
        assert types(*one) == types(*other)


@given(sets=ROWS, threshold=THRESHOLDS)
def test_a_set_is_dropped_for_the_kept_one_that_contains_most_of_it(
    kernels: ModuleType, sets: Sets, threshold: float
) -> None:
    sets = by_size(sets)
    matches = similar(sets, threshold, containment=True)
    center = list(range(len(sets)))
    for smaller in range(len(sets)):
        kept = [larger for larger in range(smaller) if center[larger] == larger and (smaller, larger) in matches]
        center[smaller] = max(kept, key=lambda larger: (matches[smaller, larger], -larger), default=smaller)
    found = kernels.forest.stars(whole(sets, threshold), postings(sets), threshold)
    assert types(*found) == ["int32", "int32", "int64"]
    edges = [(x, y, matches[x, y]) for x, y in enumerate(center) if x != y]
    assert list(zip(*(column.tolist() for column in found), strict=True)) == edges

    columns = np.array([(x, y, both / len(sets[x])) for (x, y), both in matches.items()]).reshape(-1, 3)
    smaller, larger, alike = columns[:, 0].astype(np.int64), columns[:, 1].astype(np.int64), columns[:, 2].copy()
    centers = kernels.forest.centers(smaller, larger, alike, len(sets))
    assert centers.dtype == np.int64
    assert centers.tolist() == center
