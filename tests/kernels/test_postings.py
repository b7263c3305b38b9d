"""Runs of equal keys, and orders."""

import itertools
from types import ModuleType

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels import oracle
from tests.kernels.given import types

KEYS = st.integers(0, 5) | st.integers(0, 2**64 - 1) | st.builds(lambda k: k << 60, st.integers(0, 15))


@given(keys=st.lists(KEYS, max_size=60))
def test_equal_keys_stand_together_by_first_member(kernels: ModuleType, keys: list[int]) -> None:
    values, offsets = kernels.postings.equal_keys(np.array(keys, np.uint64))
    assert types(values, offsets) == ["int32", "int64"]
    runs = [values[lo:hi].tolist() for lo, hi in itertools.pairwise(offsets)]
    assert runs == oracle.equal_keys(keys)
    assert offsets[0] == 0


@given(keys=st.lists(st.integers(0, 9) | st.integers(0, 2**63 - 1), max_size=60))
def test_an_order_sorts_and_leaves_equal_numbers_as_they_are(kernels: ModuleType, keys: list[int]) -> None:
    given = np.array(keys, np.int64)
    order = kernels.postings.ascending(given)
    assert order.dtype == np.int64
    assert order.tolist() == sorted(range(len(keys)), key=keys.__getitem__)
    assert given.tolist() == keys
