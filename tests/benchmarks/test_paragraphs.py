"""The generator of collections: its answers are what was planted."""

import re
from collections import Counter
from itertools import combinations

import numpy as np
import pytest

from benchmarks import paragraphs
from benchmarks.paragraphs import PLACES, Collection, Mix, mixed
from benchmarks.systems import shingles, words

RATES = (0.05, 0.1, 0.5)


@pytest.fixture(scope="module")
def collection() -> Collection:
    return mixed(600, 1, mix=Mix(near=0.3, rates=RATES, copies=0.1, boilerplate=0.2, kinds=3))


@pytest.fixture(scope="module")
def texts(collection: Collection) -> list[str]:
    return list(collection.texts())


def shared(one: list[str], other: list[str]) -> int:
    """Words of a longest common subsequence."""
    row = [0] * (len(other) + 1)
    for word in one:
        above = row
        row = [0]
        for at, match in enumerate(other):
            row.append(above[at] + 1 if word == match else max(above[at + 1], row[at]))
    return row[-1]


def test_the_same_seed_gives_the_same_texts_and_another_seed_others(texts: list[str]) -> None:
    again = mixed(600, 1, mix=Mix(near=0.3, rates=RATES, copies=0.1, boilerplate=0.2, kinds=3))
    assert list(again.texts()) == texts
    assert not set(mixed(600, 2).texts()) & set(texts)


def test_a_collection_holds_the_shares_it_was_asked_for(collection: Collection) -> None:
    copied = collection.origin != np.arange(600)
    near = collection.edits > 0
    assert (copied.sum(), near.sum()) == (360, 180)
    assert Counter(collection.edits[near].tolist()) == dict.fromkeys(RATES, 60)
    exact = Counter(collection.origin[copied & ~near].tolist())
    assert sum(count for _, count in exact.most_common(3)) >= 120


def test_exact_copies_are_equal_to_their_origin_and_no_origin_was_copied(
    collection: Collection, texts: list[str]
) -> None:
    origins = collection.origin.tolist()
    assert all(origins[one] == one for one in origins)
    assert all(texts[one] == texts[origin] for one, origin in enumerate(origins) if collection.edits[one] == 0)
    own = [text for one, text in enumerate(texts) if origins[one] == one]
    assert len(set(own)) == len(own)


def test_a_near_copy_differs_by_as_many_words_as_were_edited(collection: Collection, texts: list[str]) -> None:
    seen = set()
    for one in np.flatnonzero(collection.edits).tolist():
        copy, origin = words(texts[one]), words(texts[collection.origin[one]])
        edits = round(collection.edits[one] * len(origin))
        common = shared(copy, origin)
        # an edit may undo another, or put a word in the place of the same one; a few do
        assert 0.6 * edits - 1 <= max(len(copy), len(origin)) - common <= edits
        seen.add((len(copy) > len(origin)) - (len(copy) < len(origin)))
    assert seen == {-1, 0, 1}


def test_paragraphs_are_sentences_of_about_as_many_words_as_were_asked_for(texts: list[str]) -> None:
    lengths = [len(words(text)) for text in texts]
    assert 55 < sum(lengths) / len(lengths) < 65
    assert min(lengths) < 45
    assert max(lengths) > 75
    own = list(mixed(50, 3, words=12, mix=Mix(near=0, copies=0, boilerplate=0)).texts())
    assert all(re.fullmatch(r"([A-Z][a-z]*(,? [a-z]+)*\.( |$))+", text) for text in own)
    assert 10 < sum(len(words(text)) for text in own) / 50 < 14


def test_a_paragraph_is_repeated_as_often_as_was_asked() -> None:
    collection = paragraphs.repeated(40, 20, 1)
    texts = list(collection.texts())
    assert sorted(Counter(texts).values()) == [1] * 20 + [40]
    assert all(texts[one] == texts[origin] for one, origin in enumerate(collection.origin.tolist()))
    assert Counter(Counter(collection.origin.tolist()).values()) == {1: 20, 40: 1}


def test_variants_differ_in_the_same_two_words_and_nowhere_else() -> None:
    collection = paragraphs.variants(30, 20, 1)
    texts = list(collection.texts())
    chosen = [words(text) for text, edits in zip(texts, collection.edits, strict=True) if edits]
    assert len(chosen) == 30
    for one, other in combinations(chosen, 2):
        assert [at for at, pair in enumerate(zip(one, other, strict=True)) if len(set(pair)) > 1] == [*PLACES]
    sets = [set(shingles(" ".join(text))) for text in chosen]
    assert {len(one & other) / len(one | other) for one, other in combinations(sets, 2)} == {52 / 64}


@pytest.mark.parametrize("count", [0, paragraphs.SIZE + 1])
def test_more_variants_than_words_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match=f"count={count} variants; allowed: 1 to {paragraphs.SIZE}"):
        paragraphs.variants(count, 1, 1)


def test_a_mix_of_nothing_but_copies_is_refused() -> None:
    with pytest.raises(ValueError, match="leaves 0 of 10 paragraphs to copy from"):
        mixed(10, 1, mix=Mix(near=0.5, copies=0.5, boilerplate=0))
