"""What joins sets: components, forests and stars."""

from types import ModuleType

import numpy as np
import pytest
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
def test_both_engines_grow_the_same_forest(sets: Sets, threshold: float, data: st.DataObject) -> None:
    sets = by_size(sets)
    total = sum(map(len, sets))
    held = postings(sets, data.draw(st.lists(st.booleans(), min_size=total, max_size=total)))
    one, other = (engine.forest.forest(whole(sets, threshold), held, threshold) for engine in (reference, compiled))
    assert [column.tolist() for column in one] == [column.tolist() for column in other]
    assert types(*one) == types(*other)


@pytest.mark.parametrize("part", [0, 1 << 17])
@pytest.mark.parametrize("growing", [True, False])
@given(sets=ROWS, threshold=THRESHOLDS, containment=st.booleans(), data=st.data())
def test_a_set_is_removed_for_the_first_kept_one_that_it_is_like(
    kernels: ModuleType, part: int, growing: bool, sets: Sets, threshold: float, containment: bool, data: st.DataObject
) -> None:
    sets = by_size(sets)
    total = sum(map(len, sets))
    leading = data.draw(st.lists(st.booleans(), min_size=total, max_size=total))
    order = data.draw(st.permutations(range(len(sets))))
    fixed = data.draw(st.lists(st.booleans(), min_size=len(sets), max_size=len(sets)))
    led = iter(leading)
    keys = [{value for value in sorted(row) if next(led)} for row in sets]
    matches = {
        pair: both
        for pair, both in similar(sets, threshold, containment).items()
        if keys[pair[0]] & sets[pair[1]]  # the smaller one's posting leads
    }
    expected, kept = [], []
    for number in order:
        like = [other for other in kept if (max(number, other), min(number, other)) in matches]
        if like and not fixed[number]:
            expected.append((number, like[0], matches[max(number, like[0]), min(number, like[0])]))
        elif growing or fixed[number]:
            kept.append(number)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reference.forest, "PART", part)
        found = kernels.forest.stars(
            whole(sets, threshold),
            postings(sets, leading),
            np.array(order, np.int64),
            np.array(fixed, np.bool_),
            growing,
            threshold,
            containment,
        )
    assert types(*found) == ["int32", "int32", "int64"]
    assert list(zip(*(column.tolist() for column in found), strict=True)) == expected


@given(pairs=st.sets(st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda pair: pair[0] > pair[1])))
def test_from_all_matches_a_thing_is_removed_for_the_first_kept_one(
    kernels: ModuleType, pairs: set[tuple[int, int]]
) -> None:
    center = list(range(12))
    for thing in range(12):
        center[thing] = min((y for x, y in pairs if x == thing and center[y] == y), default=thing)
    columns = np.array(sorted(pairs), np.int64).reshape(-1, 2)
    found = kernels.forest.centers(columns[:, 0].copy(), columns[:, 1].copy(), 12)
    assert (found.dtype, found.tolist()) == (np.int64, center)
