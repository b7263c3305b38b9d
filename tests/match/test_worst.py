"""Texts that are nothing but repetition: what is returned stays in proportion to them, and the promise holds."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dedup
from benchmarks import worst
from dedup.match import exact, near
from tests.match import oracle
from tests.match.test_exact import WEIGHTS, found, regions, stretches
from tests.match.test_promise import answer, texts


@pytest.mark.usefixtures("engine")
@settings(max_examples=200)
@given(regions() | stretches(), st.integers(4, 20), st.sampled_from([{}, WEIGHTS]))
def test_the_promise_holds_where_no_place_is_listed_that_need_not_be(
    rows: list[list[int]], min_weight: int, weights: dict[int, int]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exact, "PLACES", 0)
        patch.setattr(exact, "ALWAYS", 0)
        listed = [list(places) for places in found(rows, weights, min_weight)]
    assert not oracle.broken(oracle.in_regions(rows, weights), min_weight, listed)


@settings(max_examples=60)
@given(texts(), st.integers(4, 10), st.integers(0, 30))
def test_every_answer_keeps_the_contract_however_few_places_it_may_list(
    documents: list[str], min_words: int, always: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exact, "PLACES", 0)
        patch.setattr(exact, "ALWAYS", always)
        repeats = answer(documents, min_words=min_words)
    given_texts = oracle.texts(dict(enumerate(documents)))
    assert oracle.flaws(given_texts, repeats, min_words) == []
    assert not oracle.broken(given_texts.words, 4 * min_words, given_texts.rows(repeats))


@pytest.mark.parametrize("name", worst.TEXTS)
def test_places_grow_in_proportion_to_the_text(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact, "ALWAYS", 0)
    for words in (512, 4_096):
        for similarity in (1.0, 0.6):
            repeats = answer(worst.TEXTS[name](words), min_similarity=similarity)
            assert sum(len(repeat.places) for repeat in repeats) <= 2 * exact.PLACES * words


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("name", ["Thue-Morse", "Fibonacci", "one word"])
def test_a_text_that_repeats_itself_at_every_scale_has_few_near_repeats(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts: list[int] = []

    def counted(*arguments: Any) -> near.NearRepeats:
        result = near.near_repeats(*arguments)
        counts.append(len(result.start))
        return result

    monkeypatch.setattr("dedup.match.merge.near_repeats", counted)
    for words in (2_048, 8_192):
        dedup.find_repeats(worst.TEXTS[name](words))
    assert counts[1] <= counts[0] + 20
