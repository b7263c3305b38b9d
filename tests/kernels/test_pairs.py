"""Which sets are alike: rare keys, candidates and verification."""

from collections import Counter
from itertools import pairwise
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels.collections import ROWS, THRESHOLDS, by_size, postings, rows, whole
from tests.kernels.given import types

Sets = list[frozenset[int]]


@given(sets=ROWS, data=st.data())
def test_what_stands_in_one_row_is_left_out_and_the_rest_is_ranked_and_counted(
    kernels: ModuleType, sets: Sets, data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(sets))))
    values, offsets, counts = kernels.pairs.shared(*rows(sets), np.array(order, np.int64))
    assert types(values, offsets, counts) == ["uint64", "int64", "uint16"]
    held = Counter(value for row in sets for value in row)
    several = sorted(value for value, count in held.items() if count > 1)
    expected = [sorted(value for value in sets[row] if held[value] > 1) for row in order]
    assert [[several[rank] for rank in values[lo:hi]] for lo, hi in pairwise(offsets)] == expected
    assert counts.tolist() == [held[value] for row in expected for value in row]


@pytest.mark.parametrize("threads", ["1", "3"])
def test_counting_many_values_takes_parts_and_gives_the_same(
    kernels: ModuleType, threads: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEDUP_THREADS", threads)
    random = np.random.default_rng(5)
    pool = random.integers(0, 2**64, 90_000, np.uint64)
    sets = [frozenset(random.choice(pool, 40).tolist()) for _ in range(5_000)]
    values, offsets, counts = kernels.pairs.shared(*rows(sets), np.arange(len(sets)))
    held = Counter(value for row in sets for value in row)
    several = np.array(sorted(value for value, count in held.items() if count > 1), np.uint64)
    expected = [value for row in sets for value in sorted(row) if held[value] > 1]
    assert several[values].tolist() == expected
    assert counts.tolist() == [held[value] for value in expected]
    assert offsets[-1] == len(expected)


def test_a_count_ends_at_the_highest_that_fits(kernels: ModuleType) -> None:
    values = np.full(70_000, 7, np.uint64)
    _, offsets, counts = kernels.pairs.shared(values, np.arange(70_001), np.arange(70_000))
    assert set(counts.tolist()) == {65_535}
    assert offsets[-1] == 70_000


@given(sets=ROWS, data=st.data())
def test_prefixes_are_the_rarest_values_of_a_row(kernels: ModuleType, sets: Sets, data: st.DataObject) -> None:
    values, offsets = rows(sets)
    counts = data.draw(st.lists(st.integers(2, 5), min_size=len(values), max_size=len(values)))
    wanted = data.draw(st.lists(st.integers(-2, 12), min_size=len(sets), max_size=len(sets)))
    keys, owners, turns = kernels.pairs.prefixes(
        values, offsets, np.array(counts, np.uint16), np.array(wanted, np.int64)
    )
    assert types(keys, owners, turns) == ["uint64", "int32", "int32"]
    expected = []
    for row, (lo, hi) in enumerate(pairwise(offsets.tolist())):
        rarest = sorted(zip(counts[lo:hi], values[lo:hi].tolist(), strict=True))[: max(wanted[row], 0)]
        expected += [(value, row, turn) for turn, (_, value) in enumerate(rarest)]
    assert list(zip(keys.tolist(), owners.tolist(), turns.tolist(), strict=True)) == expected


def test_the_rarest_values_of_a_long_row_are_found_too(kernels: ModuleType) -> None:
    random = np.random.default_rng(2)
    values = np.unique(random.integers(0, 2**64, 500, np.uint64))
    counts = random.integers(2, 9, len(values)).astype(np.uint16)
    offsets, wanted = np.array([0, len(values)]), np.array([70])
    keys, _, _ = kernels.pairs.prefixes(values, offsets, counts, wanted)
    assert keys.tolist() == [value for _, value in sorted(zip(counts.tolist(), values.tolist(), strict=True))[:70]]


@given(sets=ROWS, threshold=THRESHOLDS, containment=st.booleans(), data=st.data())
def test_matches_are_the_pairs_that_share_a_leading_key_and_are_alike_enough(
    kernels: ModuleType, sets: Sets, threshold: float, containment: bool, data: st.DataObject
) -> None:
    sets = by_size(sets)
    total = sum(map(len, sets))
    leading = data.draw(st.lists(st.booleans(), min_size=total, max_size=total))
    first = data.draw(st.integers(0, len(sets)))
    last = data.draw(st.integers(first, len(sets)))
    found = kernels.pairs.matches(whole(sets, threshold), postings(sets, leading), threshold, containment, first, last)
    assert types(*found) == ["int32", "int32", "int64"]
    held = iter(leading)
    keys = [{value for value in sorted(row) if next(held)} for row in sets]
    expected = []
    for smaller in range(first, last):
        for larger in range(smaller):
            one, other = sets[smaller], sets[larger]
            alike = len(one & other) / (min(len(one), len(other)) if containment else len(one | other))
            if keys[smaller] & other and alike >= threshold:
                expected.append((smaller, larger, len(one & other)))
    assert list(zip(*(column.tolist() for column in found), strict=True)) == expected


@given(sets=ROWS, threshold=THRESHOLDS, containment=st.booleans(), data=st.data())
def test_pairs_in_any_order_have_what_their_sets_have_in_common(
    kernels: ModuleType, sets: Sets, threshold: float, containment: bool, data: st.DataObject
) -> None:
    sets = by_size(sets)
    pairs = [(smaller, larger) for smaller in range(len(sets)) for larger in range(smaller)]
    pairs = data.draw(st.lists(st.sampled_from(pairs))) if pairs else []
    smaller, larger = np.array(pairs, np.int64).reshape(-1, 2).T.copy()
    found = kernels.pairs.in_common(whole(sets, threshold), smaller, larger, threshold, containment)
    expected = []
    for one, other in ((sets[x], sets[y]) for x, y in pairs):
        common = len(one & other)
        whole_size = min(len(one), len(other)) if containment else len(one | other)
        expected.append(common if common / whole_size >= threshold else 0)
    assert (found.dtype, found.tolist()) == (np.int64, expected)


def test_a_short_row_is_found_in_one_many_times_as_long(kernels: ModuleType) -> None:
    long = [value * 0x9E3779B97F4A7C15 & (2**64 - 1) for value in range(1, 2_000)]
    sets = [frozenset(long), frozenset([*long[100:140:4], 5])]
    for containment, expected in ((True, ([1], [0], [10])), (False, ([], [], []))):
        found = kernels.pairs.matches(whole(sets, 0.9), postings(sets), 0.9, containment, 0, 2)
        assert tuple(column.tolist() for column in found) == expected


def test_a_run_of_thousands_is_taken_in_blocks(kernels: ModuleType) -> None:
    sets = [frozenset([1, 2, 3, 4, 10 + number]) for number in range(2_500)]
    chosen = [value in (1, 2) for row in sets for value in sorted(row)]
    smaller, larger, common = kernels.pairs.matches(whole(sets, 0.6), postings(sets, chosen), 0.6, False, 0, 2_500)
    assert len(smaller) == 2_500 * 2_499 // 2
    assert set(common.tolist()) == {4}
    assert np.all(np.diff(smaller.astype(np.int64) * 2_500 + larger) > 0)


@pytest.mark.parametrize("containment", [False, True])
@pytest.mark.parametrize("threshold", [0.2, 0.5, 0.7])
def test_many_variants_of_templates_are_compared_as_pairs_of_sets_are(
    kernels: ModuleType, threshold: float, containment: bool
) -> None:
    random = np.random.default_rng(3)
    templates = [random.choice(900, size, replace=False) for size in (9, 30, 31, 70, 200)]
    variants = [
        frozenset((*random.choice(template, random.integers(2, len(template))), 1000 + number % 60))
        for number, template in enumerate(templates * 50)
    ]
    sets = by_size(variants)
    found = kernels.pairs.matches(whole(sets, threshold), postings(sets), threshold, containment, 0, len(sets))
    expected = []
    for smaller, one in enumerate(sets):
        for larger, other in enumerate(sets[:smaller]):
            common = len(one & other)
            if common and common / (len(one) if containment else len(one | other)) >= threshold:
                expected.append((smaller, larger, common))
    assert expected
    assert list(zip(*(column.tolist() for column in found), strict=True)) == expected
