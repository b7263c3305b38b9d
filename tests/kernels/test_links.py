"""Pairs of seeds, runs and chains."""

import itertools
from types import ModuleType

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels import oracle
from tests.kernels.given import Row, rows, types


@st.composite
def seeds(draw: st.DrawFn) -> tuple[list[int], list[bool]]:
    """Classes of seeds (-1 for one that stands alone) and where a stretch begins."""
    names = draw(st.lists(st.integers(0, draw(st.sampled_from([0, 1, 2, 5, 20]))), max_size=40))
    classes = [name if names.count(name) > 1 else -1 for name in names]
    heads = draw(st.lists(st.sampled_from([False, False, False, True]), min_size=len(names), max_size=len(names)))
    return classes, [not index or head for index, head in enumerate(heads)]


@given(given=seeds(), share=st.floats(0, 1), common=st.integers(1, 8))
def test_seeds_are_linked_with_all_others_or_with_the_first_and_the_next(
    kernels: ModuleType, given: tuple[list[int], list[bool]], share: float, common: int
) -> None:
    classes, heads = given
    until = round(share * len(classes))
    names = sorted({name for name in classes if name >= 0}, key=classes.index)
    classes = [names.index(name) if name >= 0 else -1 for name in classes]
    members = [[seed for seed, other in enumerate(classes) if other == name] for name in range(len(names))]
    found = kernels.links.link_seeds(
        np.array(classes, np.int32),
        np.array([seed for row in members for seed in row], np.int32),
        np.append(0, np.cumsum([len(row) for row in members])).astype(np.int64),
        np.array(heads, bool),
        until,
        common,
    )
    assert types(*found) == ["int32"] * 3
    assert list(zip(*(part.tolist() for part in found), strict=True)) == oracle.link_seeds(
        classes, heads, until, common
    )


@given(row=rows(), data=st.data(), step=st.sampled_from([1, -1]))
def test_a_common_run_is_as_long_as_tokens_are_equal(kernels: ModuleType, row: Row, data, step: int) -> None:
    n = len(row.names)
    place = st.integers(0, n - 1)
    pairs = data.draw(st.lists(st.tuples(place, place, st.integers(0, n)), max_size=10))
    pairs = [(a, b, min(most, *(n - k if step > 0 else k + 1 for k in (a, b)))) for a, b, most in pairs]
    a, b, most = np.array(pairs, np.int32).reshape(-1, 3).T.copy()
    found = kernels.links.common_run(row.hashes, a, b, most, step)
    assert found.dtype == np.int32
    assert found.tolist() == [
        next((k for k in range(m) if row.names[x + step * k] != row.names[y + step * k]), m) for x, y, m in pairs
    ]


@given(
    row=rows(min_size=8),
    data=st.data(),
    shift=st.sampled_from([2, 5, 7]),
    gap=st.sampled_from([8, 32, 128]),
    reach=st.integers(1, 5),
)
def test_a_run_is_followed_by_the_best_of_those_near_it(
    kernels: ModuleType, row: Row, data, shift: int, gap: int, reach: int
) -> None:
    n = len(row.names)
    place = st.integers(0, n - 2)
    drawn = data.draw(st.sets(st.tuples(place, place), max_size=20))
    runs = []
    for a, b in sorted((min(pair), max(pair) + 1) for pair in drawn):
        runs.append((a, b, data.draw(st.integers(1, min(8, n - b)))))
    stops = [(data.draw(st.integers(a + size, n)), data.draw(st.integers(b + size, n))) for a, b, size in runs]
    a, b, size = np.array(runs, np.int32).reshape(-1, 3).T.copy()
    a_stop, b_stop = np.array(stops, np.int32).reshape(-1, 2).T.copy()
    diagonal = b.astype(np.int64) - a
    keys = ((diagonal >> shift) << (31 + shift)) | (a.astype(np.int64) << shift) | (diagonal & ((1 << shift) - 1))
    order = np.argsort(keys, kind="stable").astype(np.int32)
    home = diagonal >> shift
    found = kernels.links.chain(a, b, size, a_stop, b_stop, row.before, home, keys[order], order, shift, gap, reach)
    follow, score = found
    assert types(follow, score) == ["int32", "int64"]
    assert (follow.tolist(), score.tolist()) == oracle.chain(runs, stops, row.before.tolist(), shift, gap, reach)


@given(data=st.data(), size=st.integers(0, 25))
def test_chains_are_walked_from_the_best_on_and_share_no_run(kernels: ModuleType, data, size: int) -> None:
    follow = [data.draw(st.just(-1) | st.integers(run + 1, size - 1)) if run + 1 < size else -1 for run in range(size)]
    heads = data.draw(st.permutations(range(size)))[: data.draw(st.integers(0, size))]
    members, offsets = kernels.links.walk(np.array(follow, np.int32), np.array(heads, np.int32))
    assert types(members, offsets) == ["int32", "int64"]
    assert [members[lo:hi].tolist() for lo, hi in itertools.pairwise(offsets)] == oracle.walk(follow, heads)
