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


@given(given=st.lists(st.tuples(st.sets(st.integers(0, 80), min_size=1, max_size=30), st.integers(1, 20)), max_size=5))
def test_places_that_are_kept_are_the_leftmost_without_overlap(
    kernels: ModuleType, given: list[tuple[set[int], int]]
) -> None:
    starts = [sorted(row) for row, _ in given]
    keep = kernels.places.disjoint(
        np.array([start for row in starts for start in row], np.int32),
        np.append(0, np.cumsum([len(row) for row in starts])).astype(np.int64),
        np.array([length for _, length in given], np.int32),
    )
    assert keep.dtype == np.bool_
    assert keep.tolist() == [
        kept for row, (_, length) in zip(starts, given, strict=True) for kept in oracle.disjoint(row, length)
    ]


def test_a_stretch_of_one_word_is_kept_at_every_length_th_place(kernels: ModuleType) -> None:
    values = np.arange(10_000, dtype=np.int32)
    keep = kernels.places.disjoint(values, np.array([0, 10_000]), np.array([7], np.int32))
    assert np.flatnonzero(keep).tolist() == list(range(0, 10_000, 7))
