"""Texts in focus repeat what they do when everything is searched, and not only what is like them."""

from itertools import chain
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.match.merge import Repeats, repeats_of
from dedup.match.scope import Scope, part_like
from dedup.match.sequences import Sequences
from dedup.match.stream import Stream, join
from dedup.text.reading import read_all
from tests.match.texts import WORDS, collections


def whole(stream: Stream, min_weight: int, focus: int) -> Scope:
    """A scope that leaves nothing out."""
    return Scope(stream, min_weight, focus, None, Sequences.of(stream, min_weight))


def rows(texts: list[str], focus: int, min_words: int, min_similarity: float) -> tuple[list[object], list[object]]:
    """What is found in the scope of what is in focus, and in everything."""
    readings = read_all(texts)

    def found() -> list[object]:
        repeats: Repeats = repeats_of(readings, focus, min_words, min_similarity)
        return [column.tolist() for column in repeats]

    part = found()
    with patch("dedup.match.merge.Scope.of", whole):
        return part, found()


@pytest.mark.usefixtures("engine")
@settings(max_examples=50)
@given(collections(12, 40), st.integers(1, 4), st.integers(4, 7), st.sampled_from([0.4, 0.6, 0.9, 1.0]))
def test_a_few_texts_repeat_what_they_do_when_everything_is_searched(
    texts: list[str], focus: int, min_words: int, min_similarity: float
) -> None:
    if texts:
        part, everything = rows(texts, min(focus, len(texts)), min_words, min_similarity)
        assert part == everything


@pytest.mark.usefixtures("engine")
@settings(max_examples=15)
@given(st.data(), st.sampled_from(sorted(WORDS)))
def test_so_does_a_text_with_many_copies_that_differ_from_it(data: st.DataObject, script: str) -> None:
    words, gap = WORDS[script]
    word = st.sampled_from(words)
    row = data.draw(st.lists(word, min_size=8, max_size=40))

    def variant() -> list[str]:
        changed = list(row)
        for place in data.draw(st.lists(st.integers(0, len(row) - 1), max_size=4)):
            changed[place : place + 1] = data.draw(st.lists(word, max_size=3))
        return changed

    several = [variant() for _ in range(data.draw(st.integers(1, 3)))]
    focus = [word for text in [row, *several][: data.draw(st.integers(1, 4))] for word in text]
    copies = [[gap.join(variant())] * data.draw(st.sampled_from([1, 2, 70])) for _ in several]
    texts = [gap.join(focus), *data.draw(st.permutations(list(chain.from_iterable(copies))))]
    part, everything = rows(texts, 1, data.draw(st.integers(4, 8)), 0.6)
    assert part == everything


@pytest.mark.usefixtures("engine")
def test_copies_that_no_chain_leads_to_are_found_by_words_that_are_not_in_focus() -> None:
    one, other = "the harbour board closed the old pier", "until the end of the next spring"
    # Each half alone is too short for a repeat, but comes first; so the whole is linked to its neighbour only.
    apart = " ".join(f"w{number}" for number in range(80))
    focus = f"{one} {apart} {other} {apart.upper()[::-1]} now {one} on Monday {other}."
    texts = [focus, *[f"{number} times {one} last Friday {other}, they said" for number in range(100, 180)]]
    part, everything = rows(texts, 1, 8, 0.6)
    assert part == everything
    assert len(part[2]) == 81


@pytest.mark.usefixtures("engine")
@given(collections(8, 40), st.integers(0, 60), st.integers(4, 30))
def test_every_place_of_four_tokens_of_a_run_is_in_the_part(texts: list[str], begin: int, size: int) -> None:
    stream = join(read_all(["", *texts]))
    hashes = stream.hashes.tolist()
    end = min(begin + size, len(hashes))
    grams = {tuple(hashes[at : at + 4]) for at in range(begin, end - 3)}
    hits = [at for at in range(len(hashes) - 3) if tuple(hashes[at : at + 4]) in grams]
    tokens = sorted({token for at in hits for token in range(at, at + 4)})
    part = part_like(stream, np.array([begin]), np.array([end]))
    assert part.tokens.tolist() == tokens
    assert part.stream.hashes.tolist() == [hashes[token] for token in tokens]
