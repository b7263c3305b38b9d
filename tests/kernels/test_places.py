"""Intervals of suffix arrays, and places that do not overlap."""

from types import ModuleType

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels import oracle
from tests.kernels.given import types


@given(shared=st.lists(st.integers(0, 5), max_size=25))
def test_intervals_share_more_than_any_wider_range(kernels: ModuleType, shared: list[int]) -> None:
    shared = [0, *shared]
    found = kernels.places.lcp_intervals(np.array(shared, np.int64))
    assert types(*found) == ["int64"] * 3
    assert list(zip(*(part.tolist() for part in found), strict=True)) == oracle.lcp_intervals(shared)


@given(rows=st.lists(st.lists(st.tuples(st.integers(0, 80), st.integers(1, 20)), min_size=1, max_size=30), max_size=5))
def test_places_that_are_kept_are_the_leftmost_without_overlap(
    kernels: ModuleType, rows: list[list[tuple[int, int]]]
) -> None:
    rows = [sorted(row) for row in rows]
    starts, lengths = np.array([place for row in rows for place in row], np.int32).reshape(-1, 2).T.copy()
    keep = kernels.places.disjoint(
        starts, np.append(0, np.cumsum([len(row) for row in rows])).astype(np.int64), lengths
    )
    assert keep.dtype == np.bool_
    assert keep.tolist() == [kept for row in rows for kept in oracle.disjoint(row)]


def test_a_stretch_of_one_word_is_kept_at_every_length_th_place(kernels: ModuleType) -> None:
    values = np.arange(10_000, dtype=np.int32)
    keep = kernels.places.disjoint(values, np.array([0, 10_000]), np.full(10_000, 7, np.int32))
    assert np.flatnonzero(keep).tolist() == list(range(0, 10_000, 7))
