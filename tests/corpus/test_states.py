"""What matches decide is decided in the same way however the texts are divided."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pa = pytest.importorskip("pyarrow")

from dedup.corpus.batches import ToStates  # noqa: E402

Matches = dict[int, list[int]]


@st.composite
def matches(draw: st.DrawFn) -> Matches:
    """For each text, by its number, the ones before it that it is like."""
    count = draw(st.integers(1, 24))
    return {text: draw(st.lists(st.integers(0, text - 1), max_size=4)) if text else [] for text in range(count)}


def by_the_rule(like: Matches, kept: set[int], blocked: set[int]) -> dict[int, str]:
    """Take the texts in turn; one that was not compared with all before it is only known to go."""
    states: dict[int, str] = {}
    for text, earlier in like.items():
        near = {states[other] for other in earlier}
        if text in kept or not (near & {"kept", "undecided"} or text in blocked):
            states[text] = "kept"
        else:
            states[text] = "gone" if "kept" in near else "undecided"
    return states


def undecided(like: Matches, because: dict[int, int | None], blocked: set[int]) -> Any:
    """The rows of the texts that are undecided, as the plan gives them, in no order."""
    rows = []
    for text in sorted((text for text in like if because[text] is None), key=lambda text: (text * 7 % 5, text)):
        centers = [other for other in like[text] if because[other] == other]
        others = [other for other in like[text] if because[other] is None]
        rows.append(
            {"id": text, "kept": min(centers, default=None), "undecided": others, "compared": text not in blocked}
        )
    kinds = {"id": pa.int64(), "kept": pa.int64(), "undecided": pa.list_(pa.int64()), "compared": pa.bool_()}
    return pa.Table.from_pylist(rows, schema=pa.schema(kinds))


def passes(
    like: Matches, kept: set[int], blocked: set[int], rows: int, at_once: int
) -> Iterator[dict[int, int | None]]:
    """What is decided after each pass, until one decides nothing."""
    because: dict[int, int | None] = {text: text if text in kept else None for text in like}
    before = -1
    while before != (left := list(because.values()).count(None)):
        before = left
        for batch in ToStates(at_once)(iter(undecided(like, because, blocked).to_batches(rows))):
            because.update(zip(*(column.to_pylist() for column in batch.columns), strict=True))
        yield because


@settings(max_examples=60)
@given(matches(), st.data(), st.integers(1, 5), st.integers(1, 8))
def test_passes_come_to_the_sequential_rule(like: Matches, data: st.DataObject, rows: int, at_once: int) -> None:
    some = st.sets(st.sampled_from(list(like)))
    kept, blocked = {text for text in data.draw(some) if not like[text]}, data.draw(some)
    expected = by_the_rule(like, kept, blocked)
    *_, because = passes(like, kept, blocked, rows, at_once)
    for text, center in because.items():
        assert expected[text] == ("undecided" if center is None else "kept" if center == text else "gone")
        assert center in (None, text) or (center in like[text] and expected[center] == "kept")


@given(matches(), st.integers(1, 5))
def test_one_pass_is_enough_for_texts_that_are_decided_together(like: Matches, rows: int) -> None:
    expected = by_the_rule(like, set(), set())
    first = next(passes(like, set(), set(), rows, len(like)))
    assert all(expected[text] == ("kept" if center == text else "gone") for text, center in first.items())
