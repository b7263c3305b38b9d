"""Runs of equal keys, whoever owns them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.match.postings import runs_of_equal_keys


@pytest.mark.usefixtures("engine")
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 20)), max_size=40))
def test_owners_of_one_key_stand_together_and_keys_of_one_posting_are_left_out(postings: list[tuple[int, int]]) -> None:
    postings = sorted(postings, key=lambda posting: posting[1])
    keys = np.array([key for key, _ in postings], np.uint64)
    owners = np.array([owner for _, owner in postings], np.int32)
    runs = runs_of_equal_keys(keys, owners)
    by_key: dict[int, list[int]] = {}
    for key, owner in postings:
        by_key.setdefault(key, []).append(owner)
    found = [runs.values[lo:hi].tolist() for lo, hi in zip(runs.offsets[:-1], runs.offsets[1:], strict=True)]
    assert found == [held for held in by_key.values() if len(held) > 1]
    alone = runs_of_equal_keys(keys)
    assert owners[alone.values].tolist() == runs.values.tolist()
