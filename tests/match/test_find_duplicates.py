"""``find_duplicates`` against a comparison of all pairs, on both engines: what it promises, and what it refuses."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from itertools import pairwise, permutations
from typing import Any

import numpy as np
import polars
import pyarrow
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import dedup
from tests.conftest import ENGINES
from tests.match.duplicates_oracle import Collection, joined, near_pairs
from tests.match.texts import CROWDS, LONG_CROWDS, THRESHOLDS, bags, collections

PAIR = np.dtype([("first", np.int64), ("second", np.int64), ("similarity", np.float64)])


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """Small collections are not worth the threads that they would start."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEDUP_THREADS", "1")
        yield


def found_by(engine: str, texts: Any, **options: Any) -> dedup.Duplicates:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEDUP_ENGINE", engine)
        return dedup.find_duplicates(texts, **options)


def listed(found: dedup.Duplicates) -> list[tuple[int, int, float]]:
    return found.pairs.tolist()


def groups(found: dedup.Duplicates) -> list[list[int]]:
    return [group.tolist() for group in found.groups]


def consistent(found: dedup.Duplicates, count: int) -> bool:
    """Whether groups, labels and what is kept say the same, in the promised types and order."""
    labels = list(range(count))
    for group in groups(found):
        for place in group:
            labels[place] = group[0]
    pairs = [pair[:2] for pair in listed(found)]
    return (
        found.pairs.dtype == PAIR
        and all(0 <= first < second < count for first, second in pairs)
        and all(before < after for before, after in pairwise(pairs))
        and all(group.dtype == np.int64 and len(group) > 1 for group in found.groups)
        and all(group[1:] == sorted(group[1:]) for group in groups(found))
        and [group[0] for group in groups(found)] == sorted(group[0] for group in groups(found))
        and (found.labels.dtype, found.labels.tolist()) == (np.int64, labels)
        and (found.keep.dtype, found.keep.tolist()) == (np.bool_, [labels[place] == place for place in range(count)])
        and (found.because.dtype, np.flatnonzero(found.because < 0).tolist())
        == (np.int64, np.flatnonzero(found.keep).tolist())
        and (found.similarity.dtype, found.similarity.shape) == (np.float64, (count,))
    )


def same(one: dedup.Duplicates, other: dedup.Duplicates) -> bool:
    return (
        one.pairs.dtype == other.pairs.dtype
        and one.pairs.tolist() == other.pairs.tolist()
        and one.labels.dtype == other.labels.dtype
        and one.labels.tolist() == other.labels.tolist()
        and one.because.tolist() == other.because.tolist()
        and np.array_equal(one.similarity, other.similarity, equal_nan=True)
        and (one.threshold, one.measure, one.linkage) == (other.threshold, other.measure, other.linkage)
        and (one.method, one.recall) == (other.method, other.recall)
    )


def by_sets(found: dedup.Duplicates, sets: list[frozenset[str]]) -> Counter[tuple[frozenset[frozenset[str]], float]]:
    """The pairs, by what is alike: of copies another may be the first, with which the others are paired."""
    return Counter((frozenset((sets[first], sets[second])), similarity) for first, second, similarity in listed(found))


# What is found


@pytest.mark.parametrize("measure", ["jaccard", "containment"])
@settings(max_examples=30)
@given(texts=collections(), threshold=st.sampled_from(THRESHOLDS), size=st.sampled_from([1, 2, 3, 3, 5]))
def test_every_pair_at_or_above_the_threshold_is_found(
    engine: str, measure: Any, texts: list[str], threshold: float, size: int
) -> None:
    found = dedup.find_duplicates(
        texts, threshold=threshold, measure=measure, shingle_size=size, method="exact", pairs="all"
    )
    oracle = Collection(texts, size)
    assert listed(found) == oracle.pairs(threshold, measure)
    assert groups(found) == oracle.groups(threshold, measure)
    assert consistent(found, len(texts))
    assert (found.threshold, found.measure, found.linkage) == (threshold, measure, "star")
    assert (found.method, found.recall) == ("exact", 1.0)


@settings(max_examples=20)
@given(texts=collections(), threshold=st.sampled_from(THRESHOLDS[1:]), size=st.sampled_from([1, 2, 3]))
def test_complete_linkage_cuts_groups_until_all_members_are_alike(
    engine: str, texts: list[str], threshold: float, size: int
) -> None:
    oracle = Collection(texts, size)
    for pairs in ("all", "none"):
        found = dedup.find_duplicates(texts, threshold=threshold, linkage="complete", shingle_size=size, pairs=pairs)
        assert groups(found) == oracle.groups(threshold, linkage="complete")
    assert listed(found) == oracle.pairs(threshold)
    assert consistent(found, len(texts))


@pytest.mark.parametrize(
    ("options", "crowds"),
    [
        ({}, CROWDS),
        ({"linkage": "single"}, CROWDS),
        ({"linkage": "complete"}, bags(6, 1, 6, 9)),
        ({"measure": "containment"}, LONG_CROWDS),
    ],
    ids=["star", "single", "complete", "containment"],
)
@settings(max_examples=40)
@given(data=st.data(), threshold=st.sampled_from(THRESHOLDS))
def test_sets_that_overlap_in_all_ways_have_the_pairs_and_groups_of_the_oracle(
    engine: str, options: Any, crowds: st.SearchStrategy[list[str]], data: st.DataObject, threshold: float
) -> None:
    texts = data.draw(crowds)
    found = dedup.find_duplicates(texts, threshold=threshold, shingle_size=1, pairs="all", **options)
    oracle = Collection(texts, 1)
    assert listed(found) == oracle.pairs(threshold, found.measure)
    assert groups(found) == oracle.groups(threshold, found.measure, found.linkage)
    forest = dedup.find_duplicates(texts, threshold=threshold, shingle_size=1, pairs="forest", **options)
    assert groups(forest) == groups(found)
    assert set(listed(forest)) <= set(listed(found))
    assert len(forest.pairs) == sum(len(group) - 1 for group in found.groups)


@pytest.mark.parametrize("options", [{}, {"linkage": "single"}, {"linkage": "complete"}, {"measure": "containment"}])
@settings(max_examples=20)
@given(texts=collections(), threshold=st.sampled_from(THRESHOLDS), size=st.sampled_from([1, 2, 3]))
def test_a_forest_has_the_groups_of_all_pairs_and_only_pairs_that_join_them(
    engine: str, options: Any, texts: list[str], threshold: float, size: int
) -> None:
    options = {"threshold": threshold, "shingle_size": size, **options}
    whole = dedup.find_duplicates(texts, pairs="all", **options)
    found = dedup.find_duplicates(texts, pairs="forest", **options)
    assert groups(found) == groups(whole)
    assert consistent(found, len(texts))
    assert set(listed(found)) <= set(listed(whole))
    assert len(found.pairs) == sum(len(group) - 1 for group in found.groups)
    assert {frozenset(part) for part in joined(list(range(len(texts))), listed(found)) if len(part) > 1} == {
        frozenset(group) for group in groups(found)
    }


@pytest.mark.parametrize("linkage", ["single", "complete"])
@settings(max_examples=30)
@given(texts=collections() | bags(6, 1, 6, 9), threshold=st.sampled_from(THRESHOLDS), data=st.data())
def test_the_order_of_texts_counts_for_nothing_but_who_is_canonical(
    engine: str, linkage: Any, texts: list[str], threshold: float, data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(texts))))
    options: Any = {"threshold": threshold, "linkage": linkage, "shingle_size": 1}
    found = dedup.find_duplicates(texts, pairs="all", **options)
    moved = dedup.find_duplicates([texts[place] for place in order], pairs="all", **options)
    assert {frozenset(group) for group in groups(found)} == {
        frozenset(order[place] for place in group) for group in groups(moved)
    }
    sets = Collection(texts, 1).sets
    assert by_sets(found, sets) == by_sets(moved, [sets[place] for place in order])


@settings(max_examples=20)
@given(texts=collections(), threshold=st.sampled_from(THRESHOLDS), data=st.data())
def test_pairs_by_containment_are_the_same_in_any_order(
    engine: str, texts: list[str], threshold: float, data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(texts))))
    options: Any = {"threshold": threshold, "measure": "containment", "shingle_size": 2, "pairs": "all"}
    found = dedup.find_duplicates(texts, **options)
    moved = dedup.find_duplicates([texts[place] for place in order], **options)
    sets = Collection(texts, 2).sets
    assert by_sets(found, sets) == by_sets(moved, [sets[place] for place in order])


@pytest.mark.skipif(not find_spec("numba"), reason="numba is not installed")
@settings(max_examples=20)
@given(
    texts=collections(),
    threshold=st.sampled_from(THRESHOLDS),
    options=st.sampled_from(
        [
            {},
            {"pairs": "all"},
            {"linkage": "single"},
            {"linkage": "complete"},
            {"measure": "containment"},
            {"measure": "containment", "pairs": "all"},
            {"pairs": "forest"},
            {"measure": "containment", "pairs": "forest"},
            {"linkage": "single", "pairs": "forest"},
            {"method": "lsh", "recall": 0.5},
            {"method": "lsh", "recall": 0.5, "pairs": "forest"},
        ]
    ),
)
def test_both_engines_give_the_same_to_the_last_bit(texts: list[str], threshold: float, options: Any) -> None:
    one, other = (found_by(engine, texts, threshold=threshold, num_perm=32, **options) for engine in ENGINES)
    assert same(one, other)


@pytest.mark.parametrize(
    "options", [{}, {"linkage": "single"}, {"linkage": "complete"}, {"measure": "containment"}], ids=str
)
@settings(max_examples=20)
@given(
    texts=collections(), low=st.sampled_from(THRESHOLDS), high=st.sampled_from(THRESHOLDS), size=st.sampled_from([1, 3])
)
def test_a_higher_threshold_afterwards_gives_what_it_gives_at_once(
    engine: str, options: Any, texts: list[str], low: float, high: float, size: int
) -> None:
    assume(low <= high)
    options = {"shingle_size": size, "pairs": "all", **options}
    found = dedup.find_duplicates(texts, threshold=low, **options)
    assert same(found.at(high), dedup.find_duplicates(texts, threshold=high, **options))
    assert consistent(found.at(high), len(texts))


@settings(max_examples=20)
@given(
    texts=collections(), threshold=st.sampled_from(THRESHOLDS), linkage=st.sampled_from(["star", "single", "complete"])
)
def test_a_group_tells_its_lowest_and_highest_similarity(
    engine: str, texts: list[str], threshold: float, linkage: Any
) -> None:
    found = dedup.find_duplicates(texts, threshold=threshold, linkage=linkage, pairs="all")
    inside = [Collection(texts).inside(group, listed(found)) for group in groups(found)]
    assert (found.lowest.dtype, found.lowest.tolist()) == (np.float64, [min(row) for row in inside])
    assert (found.highest.dtype, found.highest.tolist()) == (np.float64, [max(row) for row in inside])


@settings(max_examples=20)
@given(texts=collections(), threshold=st.sampled_from(THRESHOLDS[1:]), seed=st.integers(0, 3))
def test_lsh_finds_a_part_of_the_exact_pairs_with_the_same_similarities(
    engine: str, texts: list[str], threshold: float, seed: int
) -> None:
    options: Any = {"threshold": threshold, "linkage": "single", "recall": 0.6, "num_perm": 16, "seed": seed}
    found = dedup.find_duplicates(texts, method="lsh", pairs="all", **options)
    exact = dedup.find_duplicates(texts, method="exact", pairs="all", **options)
    copies = {pair for pair in listed(exact) if pair[0] == Collection(texts).leaders[pair[1]]}
    assert copies <= set(listed(found)) <= set(listed(exact))
    assert found.method == "lsh"
    assert 0.6 <= found.recall <= 1.0
    assert consistent(found, len(texts))
    assert {frozenset(group) for group in groups(found)} == {
        frozenset(part) for part in joined(list(range(len(texts))), listed(found)) if len(part) > 1
    }
    forest = dedup.find_duplicates(texts, method="lsh", pairs="forest", **options)
    assert groups(forest) == groups(found)
    assert set(listed(forest)) <= set(listed(found))
    options["linkage"] = "star"
    stars = [dedup.find_duplicates(texts, method="lsh", pairs=pairs, **options) for pairs in ("none", "all")]
    assert stars[0].because.tolist() == stars[1].because.tolist()


def twins(number: int, one: int, other: int, common: int) -> tuple[str, str]:
    """Two texts of so many words, of which so many are common, that share no word with other twins."""
    words = [f"w{number}x{place}" for place in range(one + other - common)]
    return " ".join(words[:one]), " ".join(words[one - common :])


@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_pairs_exactly_at_the_threshold_are_found_and_pairs_just_below_are_not(engine: str, threshold: float) -> None:
    texts: list[str] = []
    expected = []
    for union in [*range(1, 105, 3), 100, 200, 1_000]:
        # The fewest words in common whose quotient reaches the threshold, and one less.
        enough = next(common for common in range(union + 1) if common / union >= threshold)
        for common in (enough, enough - 1):
            for one in {common + (union - common) // 2, common, union - 1}:
                if common < one < union or (one == common and 0 < common < union):
                    if common == enough:
                        expected.append((len(texts), len(texts) + 1, common / union))
                    texts += twins(len(texts), one, union - one + common, common)
    assert listed(dedup.find_duplicates(texts, threshold=threshold, shingle_size=1)) == expected


@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_containment_exactly_at_the_threshold_is_found_and_just_below_is_not(engine: str, threshold: float) -> None:
    texts: list[str] = []
    expected = []
    for least in [*range(8, 105, 3), 100]:
        enough = next(common for common in range(least + 1) if common / least >= threshold)
        for common in (enough, enough - 1):
            for most in (least, least + 1, 3 * least):
                if 0 < common < most:
                    if common == enough:
                        expected.append((len(texts), len(texts) + 1, common / least))
                    texts += twins(len(texts), least, most, common)
    found = dedup.find_duplicates(texts, threshold=threshold, measure="containment", shingle_size=1)
    assert listed(found) == expected


def drifting(count: int, seed: int) -> list[str]:
    """Texts of ordinary words, some frequent and most rare, with copies near and far among them."""
    chance = random.Random(seed)
    words = [f"word{rank}" for rank in range(600)]
    odds = [1 / (rank + 1) for rank in range(len(words))]
    texts: list[str] = []
    while len(texts) < count:
        if texts and chance.random() < 0.6:
            row = chance.choice(texts).split()
            for _ in range(chance.choice([0, 1, 1, 2, 4])):
                row[chance.randrange(len(row))] = chance.choice(words)
        else:
            row = chance.choices(words, odds, k=chance.randint(4, 60))
        texts.append(" ".join(row))
    return texts


@pytest.mark.parametrize("threads", ["1", "3"])
def test_thousands_of_texts_have_all_their_pairs(engine: str, threads: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEDUP_THREADS", threads)
    texts = drifting(2_000, 7)
    for linkage in ("star", "single", "complete"):
        found = dedup.find_duplicates(texts, threshold=0.5, linkage=linkage, pairs="all")
        assert listed(found) == near_pairs(texts, 0.5)
        assert consistent(found, len(texts))
        for pairs in ("none", "forest"):
            other = dedup.find_duplicates(texts, threshold=0.5, linkage=linkage, pairs=pairs)
            assert other.because.tolist() == found.because.tolist()


def test_lsh_finds_as_much_at_the_threshold_as_it_promises(engine: str) -> None:
    texts = [text for number in range(400) for text in twins(number, 45, 45, 30)]
    for recall in (0.5, 0.9):
        found = dedup.find_duplicates(texts, threshold=0.5, shingle_size=1, method="lsh", recall=recall)
        assert found.recall >= recall
        assert abs(len(found.pairs) / 400 - found.recall) < 0.08
    assert found.recall == dedup.find_duplicates([], threshold=0.5, method="lsh", recall=0.9).recall


# Groups


A = "the ferry leaves the island at noon and comes back before the evening tide"
B = "the ferry leaves the island at noon and comes back before the morning tide"
C = "the ferry leaves the harbor at noon and comes back before the morning tide"


def test_a_chain_is_one_group_and_may_be_cut_where_it_is_weakest(engine: str) -> None:
    star = dedup.find_duplicates([A, B, C], threshold=0.5)
    assert (groups(star), star.because.tolist()) == ([[0, 1]], [-1, 0, -1])
    single = dedup.find_duplicates([A, B, C], threshold=0.5, linkage="single")
    assert (single.because.tolist(), np.isnan(single.similarity).tolist()) == ([-1, 0, 0], [True, False, True])
    assert listed(single) == [(0, 1, 10 / 14), (1, 2, 9 / 15)]
    assert groups(single) == [[0, 1, 2]]
    cut = dedup.find_duplicates([A, B, C], threshold=0.5, linkage="complete")
    assert listed(cut) == listed(single)
    assert groups(cut) == [[0, 1]]


def test_a_copy_is_paired_once_and_near_pairs_stand_between_first_occurrences(engine: str) -> None:
    found = dedup.find_duplicates([A, B, A.upper(), B + ".", A], threshold=0.5)
    alike = Collection([A, B]).similarity(0, 1, "jaccard")
    assert listed(found) == [(0, 1, alike), (0, 2, 1.0), (0, 4, 1.0), (1, 3, 1.0)]
    assert groups(found) == [[0, 1, 2, 3, 4]]


def test_texts_without_a_word_match_none_that_differs(engine: str) -> None:
    for measure in ("jaccard", "containment"):
        found = dedup.find_duplicates(["", "…", " ", "\u0301", "a", "."], threshold=0.1, measure=measure, pairs="all")
        assert (listed(found), groups(found)) == ([], [])
        assert found.keep.all()


def test_thousands_of_copies_are_paired_with_the_first_alone(engine: str) -> None:
    texts = [A] * 3_000
    for options in ({}, {"linkage": "single"}, {"measure": "containment"}, {"method": "lsh"}, {"linkage": "complete"}):
        found = dedup.find_duplicates(texts, pairs="forest", **options)
        assert listed(found) == [(0, place, 1.0) for place in range(1, 3_000)]
        assert groups(found) == [list(range(3_000))]


def test_a_forest_of_hundreds_of_variants_has_one_pair_fewer_than_texts(engine: str) -> None:
    words = (A + " " + C.replace("ferry", "barge")).split()
    texts = [" ".join([f"a{number}", *words, f"z{number}"]) for number in range(300)]
    found = dedup.find_duplicates(texts, pairs="forest", linkage="single")
    assert len(found.pairs) == 299
    assert groups(found) == [list(range(300))]


def test_a_collection_of_one_text_has_nothing(engine: str) -> None:
    found = dedup.find_duplicates([A])
    assert (listed(found), groups(found), found.labels.tolist(), found.keep.tolist()) == ([], [], [0], [True])


@pytest.mark.parametrize(
    "options", [{}, {"method": "lsh"}, {"measure": "containment"}, {"linkage": "complete"}], ids=str
)
def test_an_empty_collection_has_nothing(engine: str, options: Any) -> None:
    found = dedup.find_duplicates([], **options)
    assert (found.pairs.dtype, found.pairs.shape) == (PAIR, (0,))
    assert found.groups == []
    assert (found.labels.dtype, found.labels.shape) == (np.int64, (0,))
    assert (found.keep.dtype, found.keep.shape) == (np.bool_, (0,))
    assert found.lowest.shape == found.highest.shape == (0,)
    assert found.at(0.9).pairs.shape == (0,)
    assert found.summary.texts == found.summary.kept == found.summary.groups == found.summary.largest == 0
    assert str(found).startswith("0 texts")


# Containment


PARAGRAPH = f"On weekdays nobody hurries. {A}. Whoever misses it may sleep in the boathouse, which is never locked."


def test_a_sentence_inside_a_paragraph_is_found_at_one(engine: str) -> None:
    found = dedup.find_duplicates(["something else", A, PARAGRAPH], threshold=1.0, measure="containment")
    assert listed(found) == [(1, 2, 1.0)]
    assert groups(found) == [[2, 1]]
    assert found.keep.tolist() == [True, False, True]
    assert len(dedup.find_duplicates([A, PARAGRAPH], threshold=0.5).pairs) == 0


def test_which_copy_comes_first_does_not_decide_whether_a_text_is_too_short(engine: str) -> None:
    six, ten = "go stop " * 3, "go stop " * 5  # the same two shingles
    around = ten + "now we walk on to the end of the lane"
    for order in permutations([six, ten, around]):
        found = dedup.find_duplicates(list(order), threshold=1.0, measure="containment")
        assert found.pairs["similarity"].tolist() == [1.0, 1.0]


def test_texts_of_fewer_than_eight_words_are_contained_in_copies_only(engine: str) -> None:
    seven, eight = (" ".join(A.split()[:count]) for count in (7, 8))
    found = dedup.find_duplicates([A, seven, eight, seven.upper()], threshold=1.0, measure="containment")
    assert listed(found) == [(0, 2, 1.0), (1, 3, 1.0)]
    characters = "渡船每天中午離開小島並在傍晚漲潮"
    texts = [characters + "之前回來", characters[:15], characters[:16]]
    assert listed(dedup.find_duplicates(texts, threshold=1.0, measure="containment")) == [(0, 2, 1.0)]
    syllables = "กขคงจชซดตถทธนบปผฝพฟภมยรลวศสหอฮฉฐ"
    for words, count in ((31, 0), (32, 1)):
        texts = [syllables[:words], syllables + "ไ"]
        assert len(dedup.find_duplicates(texts, threshold=1.0, measure="containment").pairs) == count


@settings(max_examples=20)
@given(texts=collections(longest=24), threshold=st.sampled_from(THRESHOLDS))
def test_by_containment_a_text_is_dropped_only_for_a_kept_one_that_contains_it(
    engine: str, texts: list[str], threshold: float
) -> None:
    found = dedup.find_duplicates(texts, threshold=threshold, measure="containment", shingle_size=2)
    held = Collection(texts, 2)
    for group in groups(found):
        for place in group[1:]:
            if not held.sets[place]:
                assert texts[place] == texts[group[0]]
                continue
            assert len(held.sets[place]) <= len(held.sets[group[0]])
            assert held.similarity(place, group[0], "containment") >= threshold
    kept = np.flatnonzero(found.keep).tolist()
    assert not [pair for pair in listed(found) if pair[0] in kept and pair[1] in kept]


def some_words(*ranges: tuple[int, int]) -> str:
    return " ".join(f"w{place}" for first, last in ranges for place in range(first, last))


def stars(texts: list[str], threshold: float) -> list[list[int]]:
    """The groups by containment, whether all pairs are listed or not."""
    options: Any = {"threshold": threshold, "measure": "containment", "shingle_size": 1}
    whole, forest = (dedup.find_duplicates(texts, pairs=pairs, **options) for pairs in ("all", "forest"))
    assert groups(whole) == groups(forest)
    return groups(whole)


def test_by_containment_a_text_is_not_dropped_for_one_that_is_dropped_itself(engine: str) -> None:
    large, middle, small = some_words((0, 12)), some_words((3, 12), (20, 21)), some_words((5, 12), (20, 21))
    # The middle one holds all of the small one, and 9/10 of it is held by the large one, as 7/8 of the small one is.
    assert stars([small, middle, large], 0.8) == [[2, 0, 1]]
    assert stars([small, middle, large], 0.9) == [[2, 1]]


def test_by_containment_a_text_goes_because_of_the_largest_that_contains_it(engine: str) -> None:
    large, other = some_words((0, 14)), some_words((6, 12), (20, 27))
    most = some_words((6, 12), (20, 22))  # 6/8 of it in the large one, all of it in the other
    assert stars([other, large, most], 0.6) == [[1, 2]]
    assert stars([other, large, most], 0.8) == [[0, 2]]


# The rest of what it takes and gives


@pytest.mark.parametrize(
    "make",
    [
        tuple,
        iter,
        lambda texts: np.array(texts),
        lambda texts: np.array(texts, object),
        lambda texts: pyarrow.array(texts),
        lambda texts: polars.Series(texts),
        lambda texts: (text for text in texts),
    ],
    ids=["tuple", "iterator", "fixed width", "objects", "pyarrow", "polars", "generator"],
)
def test_a_collection_may_be_given_in_any_form(engine: str, make: Callable[[list[str]], Any]) -> None:
    texts = [A, "", "漢字かな交じり文", B, "漢字かな交じり文", C]
    one, other = (dedup.find_duplicates(given, threshold=0.5, pairs="all") for given in (make(texts), texts))
    assert same(one, other)


def test_auto_is_exact_for_paragraphs_and_lsh_for_long_texts(engine: str) -> None:
    long = [" ".join(f"w{place}" for place in range(first, first + 600)) for first in (0, 20)]
    found = dedup.find_duplicates(long)
    assert (found.method, [pair[:2] for pair in listed(found)]) == ("lsh", [(0, 1)])
    assert 0.95 <= found.recall < 1
    for texts, options in (
        ([A, B], {}),
        (long, {"measure": "containment"}),
        (long, {"method": "exact"}),
        ([*long, A], {}),
    ):
        found = dedup.find_duplicates(texts, **options)
        assert (found.method, found.recall) == ("exact", 1.0)


def test_what_was_found_is_told_in_numbers_and_in_words(engine: str) -> None:
    texts = [A, B, C, A, "something else", "", A.title()]
    found = dedup.find_duplicates(texts, threshold=0.5, linkage="single", pairs="all")
    told = found.summary
    assert (told.texts, told.kept, told.dropped) == (7, 3, 4)
    assert (told.groups, told.largest, told.copies, told.pairs) == (1, 5, 2, len(found.pairs))
    for number in ("7 texts", "0.5", "5", "3 texts", "4 duplicates"):
        assert number in str(found)
    assert "\n" not in repr(found)


def test_what_was_found_cannot_be_changed(engine: str) -> None:
    found = dedup.find_duplicates([A, B])
    with pytest.raises(AttributeError):
        found.threshold = 0.1  # type: ignore[misc]


def told(calls: list[tuple[str, int, int | None]], *call: Any) -> None:
    calls.append(call)


def test_progress_is_told_until_all_is_done(engine: str) -> None:
    for texts, total in (([A, B, C] * 5, 15), (iter([A, B, C] * 5), None)):
        calls: list[tuple[str, int, int | None]] = []
        dedup.find_duplicates(texts, progress=partial(told, calls))
        steps: dict[str, list[tuple[int, int | None]]] = {}
        for step, done, whole in calls:
            steps.setdefault(step, []).append((done, whole))
        first, *others = steps.values()
        assert first[-1] == (15, total)
        assert all(row == sorted(row, key=lambda pair: pair[0]) for row in steps.values())
        assert all(row[-1][0] == row[-1][1] for row in others)


def test_silence_is_kept_where_there_is_no_terminal(engine: str, capfd: pytest.CaptureFixture[str]) -> None:
    for progress in (None, False, True):
        dedup.find_duplicates([A, B], progress=progress)
    assert capfd.readouterr() == ("", "")


def test_an_interrupt_ends_all_threads(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEDUP_THREADS", "3")
    texts = drifting(500, 3)
    before = threading.active_count()
    for wanted in ("reading", "comparing"):

        def progress(step: str, done: int, total: int | None, wanted: str = wanted) -> None:
            if step.startswith(wanted):
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            dedup.find_duplicates(texts, progress=progress)
        assert threading.active_count() == before


def test_what_a_collection_raises_passes_through(engine: str) -> None:
    class OwnError(Exception):
        pass

    def texts() -> Iterator[str]:
        yield A
        raise OwnError

    before = threading.active_count()
    with pytest.raises(OwnError):
        dedup.find_duplicates(texts())
    assert threading.active_count() == before


# What is refused


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"threshold": 0}, ValueError, r"threshold = 0 .*above 0"),
        ({"threshold": -0.1}, ValueError, r"threshold = -0.1 "),
        ({"threshold": 1.01}, ValueError, r"threshold = 1.01 .*at most 1"),
        ({"threshold": float("nan")}, ValueError, r"threshold = nan "),
        ({"threshold": "0.8"}, TypeError, r"threshold = '0.8' "),
        ({"threshold": None}, TypeError, r"threshold = None "),
        ({"threshold": True}, TypeError, r"threshold = True "),
        ({"measure": "cosine"}, ValueError, r"measure = 'cosine' .*'jaccard', 'containment'"),
        ({"measure": None}, TypeError, r"measure = None .*'jaccard', 'containment'"),
        ({"method": "fast"}, ValueError, r"method = 'fast' .*'auto', 'exact', 'lsh'"),
        ({"pairs": "some"}, ValueError, r"pairs = 'some' .*'none', 'forest', 'all'"),
        ({"linkage": "average"}, ValueError, r"linkage = 'average' .*'star', 'single', 'complete'"),
        ({"shingle_size": 0}, ValueError, r"shingle_size = 0 .*from 1 to 1000000"),
        ({"shingle_size": 2.0}, TypeError, r"shingle_size = 2.0 "),
        ({"shingle_size": True}, TypeError, r"shingle_size = True "),
        ({"num_perm": 1}, ValueError, r"num_perm = 1 .*from 2 to 65535"),
        ({"num_perm": "128"}, TypeError, r"num_perm = '128' "),
        ({"recall": 0}, ValueError, r"recall = 0 .*above 0"),
        ({"recall": 1}, ValueError, r"recall = 1 .*below 1"),
        ({"recall": float("nan")}, ValueError, r"recall = nan "),
        ({"recall": "0.9"}, TypeError, r"recall = '0.9' "),
        ({"seed": -1}, ValueError, r"seed = -1 .*from 0"),
        ({"seed": 2**32}, ValueError, r"seed = 4294967296 .*4294967295"),
        ({"seed": 1.0}, TypeError, r"seed = 1.0 "),
        ({"progress": 7}, TypeError, r"progress = 7 "),
        ({"measure": "containment", "method": "lsh"}, ValueError, r"method = 'lsh' .*containment"),
        ({"measure": "containment", "linkage": "complete"}, ValueError, r"linkage = 'complete' .*allowed: 'star'"),
        ({"measure": "containment", "linkage": "single"}, ValueError, r"linkage = 'single' .*allowed: 'star'"),
        (
            {"method": "lsh", "threshold": 0.01, "num_perm": 4},
            ValueError,
            r"num_perm = 4 .*; allowed: an integer of 299 or more",
        ),
    ],
    ids=str,
)
def test_a_wrong_argument_is_named_with_what_is_allowed(options: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=f"^{message}"):
        dedup.find_duplicates([A, B], **options)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (A, "texts is str, one text"),
        (None, "texts is NoneType"),
        ({"a": A}, "texts is dict, a mapping"),
        ({A, B}, "texts is set"),
        ([A, b"bytes"], r"texts\[1\] is bytes"),
        (np.array([1, 2]), r"texts\[0\] is int"),
    ],
    ids=["str", "None", "dict", "set", "bytes inside", "ints"],
)
def test_what_is_no_collection_of_texts_is_refused(texts: Any, message: str) -> None:
    with pytest.raises(TypeError, match=f"^{message}"):
        dedup.find_duplicates(texts)


def test_options_are_given_by_name_only() -> None:
    with pytest.raises(TypeError):
        dedup.find_duplicates([A], 0.8)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("threshold", "error", "message"),
    [
        (0.5, ValueError, r"threshold = 0.5 .*from 0.6 to 1"),
        (1.1, ValueError, r"threshold = 1.1 .*from 0.6 to 1"),
        ("1", TypeError, r"threshold = '1' "),
        (True, TypeError, r"threshold = True "),
    ],
)
def test_another_threshold_must_be_no_lower(threshold: Any, error: type[Exception], message: str) -> None:
    found = dedup.find_duplicates([A, B], threshold=0.6)
    with pytest.raises(error, match=f"^{message}"):
        found.at(threshold)
    assert same(found.at(0.6), found)


@pytest.mark.parametrize("measure", ["jaccard", "containment"])
def test_a_forest_does_not_tell_what_takes_all_pairs(measure: Any) -> None:
    found = dedup.find_duplicates([A, B, C], threshold=0.5, pairs="forest", measure=measure)
    for ask in (lambda: found.at(0.9), lambda: found.lowest, lambda: found.highest, found.every_pair):
        with pytest.raises(ValueError, match=r"^pairs='forest' .*pairs='all'"):
            ask()
    assert "joining them" in str(found)
