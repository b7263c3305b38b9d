"""Repeats as a table: rows are taken and put behind each other."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.kernels.rows import bounds
from dedup.match.merge import Repeats, repeats_of
from dedup.text.reading import read


def rows(repeats):
    """Return the repeats as plain values, row by row."""
    found = []
    for row, (low, high) in enumerate(pairwise(repeats.offsets.tolist())):
        places = []
        for place in range(low, high):
            span = slice(int(repeats.runs[place]), int(repeats.runs[place + 1]))
            runs = list(zip(repeats.run_first[span].tolist(), repeats.run_stop[span].tolist(), strict=True))
            ends = (int(repeats.first[place]), int(repeats.stop[place]))
            places.append((int(repeats.documents[place]), ends, float(repeats.shares[place]), runs))
        found.append((bool(repeats.near[row]), places))
    return found


def table(given_rows):
    places = [place for _, several in given_rows for place in several]
    runs = np.array([run for *_, several in places for run in several], np.int64).reshape(-1, 2)
    ends = np.array([span for _, span, *_ in places], np.int64).reshape(-1, 2)
    return Repeats(
        bounds(np.array([len(several) for _, several in given_rows], np.int64)),
        np.array([near for near, _ in given_rows], np.bool_),
        np.array([share for _, _, share, _ in places], np.float64),
        np.array([document for document, *_ in places], np.int64),
        ends[:, 0],
        ends[:, 1],
        bounds(np.array([len(several) for *_, several in places], np.int64)),
        runs[:, 0],
        runs[:, 1],
    )


NUMBERS = st.integers(0, 99)
SPANS = st.tuples(NUMBERS, NUMBERS)
PLACES = st.tuples(NUMBERS, SPANS, st.sampled_from([0.5, 1.0]), st.lists(SPANS, min_size=1, max_size=3))
ROWS = st.lists(st.tuples(st.booleans(), st.lists(PLACES, min_size=1, max_size=4)), max_size=6)


@given(ROWS, st.data())
def test_rows_are_taken_whole_and_in_the_order_of_their_numbers(given_rows, data):
    numbers = data.draw(st.lists(st.sampled_from(range(len(given_rows))), max_size=8)) if given_rows else []
    taken = table(given_rows).take(np.array(numbers, np.int64))
    assert rows(taken) == [given_rows[number] for number in numbers]


@given(ROWS, st.data())
def test_a_mask_takes_the_rows_where_it_is_true(given_rows, data):
    mask = data.draw(st.lists(st.booleans(), min_size=len(given_rows), max_size=len(given_rows)))
    taken = table(given_rows).take(np.array(mask, np.bool_))
    assert rows(taken) == [row for row, wanted in zip(given_rows, mask, strict=True) if wanted]


@given(ROWS, ROWS, ROWS)
def test_more_rows_stand_behind_those_there_are(one, other, third):
    joined = table(one).with_more(table(other))
    assert rows(joined) == one + other
    assert rows(joined.with_more(table(third))) == rows(table(one).with_more(table(other).with_more(table(third))))


def test_repeats_stand_by_their_first_places_and_name_the_text_of_each():
    sentences = [
        "The keeper lights the lamp on the old stone path",
        "Gulls sit along the north bridge until the tide turns",
    ]
    readings = [read(text) for text in (f"{sentences[0]}. {sentences[1]}.", f"{sentences[1]}.", f"So: {sentences[0]}.")]
    found = repeats_of(readings, 3, 8, 0.6)
    assert rows(found) == [
        (False, [(0, (0, 10), 1.0, [(0, 10)]), (2, (1, 11), 1.0, [(1, 11)])]),
        (False, [(0, (10, 20), 1.0, [(10, 20)]), (1, (0, 10), 1.0, [(0, 10)])]),
    ]
    assert rows(repeats_of(readings[1:], 2, 8, 0.6)) == []
