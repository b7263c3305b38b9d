"""Exact repeats are what the oracle lists, on both engines."""

from collections.abc import Collection
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.match.exact import exact_repeats
from dedup.match.sequences import Sequences
from dedup.match.stream import Stream, Windows, equal_windows, windows
from tests.match import oracle

ODD = 0x9E3779B97F4A7C15
WEIGHTS = {0: 4, 1: 2, 2: 1}


@st.composite
def regions(draw: st.DrawFn) -> list[list[int]]:
    """Rows of words over small and large vocabularies, with planted copies, side by side and apart."""
    words = st.integers(0, draw(st.sampled_from([0, 1, 2, 4, 30])))
    rows = draw(st.lists(st.lists(words, max_size=50), min_size=1, max_size=3))
    for _ in range(draw(st.integers(0, 3))):
        source, target = draw(st.sampled_from(rows)), draw(st.sampled_from(rows))
        begin = draw(st.integers(0, len(source)))
        part = source[begin : begin + draw(st.integers(1, 15))] * draw(st.integers(1, 4))
        at = draw(st.integers(0, len(target)))
        target[at:at] = part
    return rows


@st.composite
def stretches(draw: st.DrawFn) -> list[list[int]]:
    """Stretches with a period each, whose periods begin alike."""
    words = st.integers(0, draw(st.sampled_from([1, 2])))
    core = draw(st.lists(words, min_size=2, max_size=7))
    row = []
    for border in range(draw(st.integers(1, 3))):
        period = core + draw(st.lists(words, max_size=3))
        row += period * draw(st.integers(1, 3)) + period[: draw(st.integers(0, len(period)))] + [10 + border]
    return [row]


def stream_of(rows: list[list[int]], weights: dict[int, int], blocks: Collection[int] = ()) -> Stream:
    names = np.array([name for row in rows for name in row], dtype=np.uint64)
    each = np.array([weights.get(name, 4) for row in rows for name in row], dtype=np.int64)
    borders = np.append(0, np.cumsum([len(row) for row in rows])).astype(np.int64)
    weight = np.append(0, np.cumsum(each)).astype(np.int64)
    return Stream(
        (names + np.uint64(1)) * np.uint64(ODD),
        weight,
        np.unique(borders),
        np.array([0, len(names)]),
        np.array(sorted(blocks), dtype=np.int64),
    )


def found(
    rows: list[list[int]], weights: dict[int, int], min_weight: int, blocks: Collection[int] = ()
) -> set[tuple[tuple[int, int], ...]]:
    """The rows of `exact_repeats`, counted with the oracle's border behind every region."""
    stream = stream_of(rows, weights, blocks)
    repeats = exact_repeats(stream, Sequences.of(stream, min_weight), min_weight)
    region = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    result = set()
    for row, length in enumerate(repeats.lengths.tolist()):
        starts = repeats.values[repeats.offsets[row] : repeats.offsets[row + 1]]
        result.add(tuple((int(s + region[s]), int(s + region[s] + length)) for s in starts))
    assert len(result) == len(repeats.lengths)
    return result


@pytest.mark.usefixtures("engine")
@settings(max_examples=100)
@given(regions() | stretches(), st.integers(2, 5))
def test_words_of_equal_weight_repeat_as_the_oracle_says(rows: list[list[int]], min_words: int) -> None:
    assert found(rows, {}, 4 * min_words) == oracle.exact(oracle.in_regions(rows, {}), 4 * min_words)


@pytest.mark.usefixtures("engine")
@settings(max_examples=100)
@given(regions() | stretches(), st.integers(4, 20))
def test_words_of_mixed_weight_repeat_as_the_oracle_says(rows: list[list[int]], min_weight: int) -> None:
    assert found(rows, WEIGHTS, min_weight) == oracle.exact(oracle.in_regions(rows, WEIGHTS), min_weight)


@pytest.mark.usefixtures("engine")
@given(stretches(), st.integers(2, 5), st.sets(st.integers(0, 40), max_size=9))
def test_a_tile_begins_with_a_block_where_one_can(rows: list[list[int]], min_words: int, blocks: set[int]) -> None:
    words = oracle.in_regions(rows, {})
    assert found(rows, {}, 4 * min_words, blocks) == oracle.exact(words, 4 * min_words, blocks)


@pytest.mark.usefixtures("engine")
@settings(max_examples=100)
@given(regions() | stretches(), st.integers(4, 20), st.sampled_from([{}, WEIGHTS]))
def test_every_word_and_its_counterpart_lie_in_two_places_of_one_repeat(
    rows: list[list[int]], min_weight: int, weights: dict[int, int]
) -> None:
    words = oracle.in_regions(rows, weights)
    listed = [list(places) for places in found(rows, weights, min_weight)]
    assert not oracle.broken(words, min_weight, listed)


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("row", ["220121 2220121 2220121 9 220121 220121 220121 8", "11100111001100110001010101101"])
def test_a_sequence_that_overlaps_itself_at_two_distances_keeps_the_promise(row: str) -> None:
    rows = [[int(name) for name in row if name != " "]]
    listed = [list(places) for places in found(rows, {}, 16)]
    assert not oracle.broken(oracle.in_regions(rows, {}), 16, listed)


@given(regions(), st.integers(4, 20))
def test_a_run_is_equal_to_another_exactly_if_the_windows_in_it_are(rows: list[list[int]], min_weight: int) -> None:
    stream = stream_of(rows, WEIGHTS)
    spans = windows(stream, min_weight)
    weight = stream.weight
    assert (weight[spans.ends] - weight[spans.starts] >= min_weight).all()
    inner = list(zip(spans.starts.tolist(), spans.ends.tolist(), strict=True))
    assert inner == sorted(inner)
    for lo, hi in zip(stream.regions[:-1].tolist(), stream.regions[1:].tolist(), strict=True):
        for start in range(lo, hi):
            for end in range(start + 1, hi + 1):
                if weight[end] - weight[start] >= min_weight:
                    held = [span for span in inner if start <= span[0] and span[1] <= end]
                    assert (held[0][0], held[-1][1]) == (start, end)


@pytest.mark.usefixtures("engine")
def test_windows_with_one_key_are_told_apart_by_their_words() -> None:
    rows = [[1, 2, 3, 9, 3, 2, 1, 9, 1, 2, 3]]
    spans = Windows(np.array([0, 4, 8], np.int32), np.array([3, 7, 11], np.int32), np.array([True, False, False]))
    runs = equal_windows(stream_of(rows, {}), spans, base=1)  # a sum, in which order does not count
    assert runs.values.tolist() == [0, 2]
    assert runs.offsets.tolist() == [0, 2]


@pytest.mark.usefixtures("engine")
def test_a_paragraph_many_times_is_one_repeat() -> None:
    assert found([list(range(60)) * 500], {}, 32) == {tuple((60 * k, 60 * k + 60) for k in range(500))}


@pytest.mark.usefixtures("engine")
def test_short_lines_are_tiled_by_the_smallest_multiple_that_is_long_enough() -> None:
    assert found([list(range(5)) * 400], {}, 32) == {tuple((10 * k, 10 * k + 10) for k in range(200))}


@pytest.mark.usefixtures("engine")
@settings(max_examples=50)
@given(regions(), st.integers(4, 40), st.data())
def test_any_sequence_is_found_wherever_it_stands(rows: list[list[int]], min_weight: int, data: st.DataObject) -> None:
    stream = stream_of(rows, WEIGHTS)
    found = Sequences.of(stream, min_weight)
    spans = [
        (start, end)
        for first, stop in pairwise(stream.regions.tolist())
        for start in range(first, stop)
        for end in range(start + 1, stop + 1)
        if stream.weight[end] - stream.weight[start] >= min_weight
    ]
    if not spans:
        return
    chosen = data.draw(st.lists(st.sampled_from(spans), max_size=20))
    begin, end = np.array(chosen, np.int64).reshape(-1, 2).T
    lo, hi, skip, length = found.intervals(begin, end)
    values, offsets = found.places(lo, hi)
    names = stream.hashes.tolist()
    for k, (start, stop) in enumerate(chosen):
        again = [a for a, b in spans if names[a:b] == names[start:stop]]
        if len(again) == 1:
            assert (lo[k], hi[k], skip[k], length[k]) == (0, 0, 0, 0)
        else:
            assert (values[offsets[k] : offsets[k + 1]] + skip[k]).tolist() == again
            assert length[k] == stop - start
