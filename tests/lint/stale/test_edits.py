"""The differences between two versions turn one into the other."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.lint.stale.edits import edits


@st.composite
def versions(draw):
    """Two rows of tokens: one, and what some edits made of it."""
    kinds = draw(st.sampled_from([2, 6, 200]))
    old = draw(st.lists(st.integers(0, kinds), max_size=60))
    new = list(old)
    for _ in range(draw(st.integers(0, 5))):
        at = draw(st.integers(0, len(new)))
        new[at : at + draw(st.integers(0, 4))] = draw(st.lists(st.integers(0, kinds), max_size=4))
    return old, new


@given(versions())
def test_edits_turn_the_old_version_into_the_new(case):
    old, new = case
    result, done, new_done = [], 0, 0
    for edit in edits(np.array(old, np.uint64), np.array(new, np.uint64)):
        assert done <= edit.first <= edit.stop
        assert (edit.first, edit.new_first) != (edit.stop, edit.new_stop)
        assert old[done : edit.first] == new[new_done : edit.new_first]
        result += old[done : edit.first] + new[edit.new_first : edit.new_stop]
        done, new_done = edit.stop, edit.new_stop
    assert result + old[done:] == new


def test_one_word_in_a_long_text_is_one_edit():
    old = np.arange(100_000, dtype=np.uint64)
    new = old.copy()
    new[50_000] = 7
    assert edits(old, new) == [(50_000, 50_001, 50_000, 50_001)]
    assert edits(old, np.delete(old, 50_000)) == [(50_000, 50_001, 50_000, 50_000)]
    assert edits(old, old) == []


def test_a_text_that_was_written_anew_is_one_edit():
    old, new = np.arange(5_000, dtype=np.uint64), np.arange(5_000, 10_000, dtype=np.uint64)
    assert edits(old, new) == [(0, 5_000, 0, 5_000)]
