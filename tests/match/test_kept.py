"""Which texts ``find_duplicates`` keeps, and why the others go, against the rules as they are written."""

import json
import math
import pickle
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas
import polars
import pyarrow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dedup
from tests.match.duplicates_oracle import Collection
from tests.match.texts import CROWDS, LONG_CROWDS, THRESHOLDS, collections

LINKAGES = ["star", "single", "complete"]
WORDLESS = st.sampled_from(["", "---", "…", "👍👍", "👍", None])


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """Small collections are not worth the threads that they would start."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEDUP_THREADS", "1")
        yield


@st.composite
def questions(draw: st.DrawFn, measure: str) -> tuple[list[str | None], dict[str, Any]]:
    """Texts, some of them to compare with, and what is preferred."""
    crowds = LONG_CROWDS if measure == "containment" else CROWDS
    texts: list[str | None] = draw(collections() | crowds)
    texts += draw(st.lists(WORDLESS, max_size=3))
    texts = draw(st.permutations(texts))
    cut = draw(st.just(len(texts)) | st.integers(0, len(texts)))
    scores = st.lists(st.integers(-2, 2) | st.floats(-2, 2), min_size=cut, max_size=cut)
    keep = draw(st.sampled_from(["first", "longest"]) | scores)
    return texts[:cut], {"against": texts[cut:], "keep": keep}


def numbers(values: Any) -> list[float | None]:
    return [None if math.isnan(value) else value for value in values.tolist()]


@pytest.mark.parametrize("pairs", ["none", "forest", "all"])
@pytest.mark.parametrize("measure", ["jaccard", "containment"])
@settings(max_examples=20)
@given(data=st.data(), threshold=st.sampled_from(THRESHOLDS), size=st.sampled_from([1, 1, 3]))
def test_a_text_goes_because_of_the_first_kept_one_that_it_is_like(
    engine: str, measure: Any, pairs: Any, data: st.DataObject, threshold: float, size: int
) -> None:
    texts, options = data.draw(questions(measure))
    found = dedup.find_duplicates(
        texts, threshold=threshold, measure=measure, shingle_size=size, pairs=pairs, method="exact", **options
    )
    oracle = Collection(texts, size, **options)
    labels = oracle.labels(threshold, measure)
    assert (found.labels.dtype, found.labels.tolist()) == (np.int64, labels)
    because = [-1 if label == place else label for place, label in enumerate(labels)]
    assert (found.because.dtype, found.because.tolist()) == (np.int64, because)
    assert numbers(found.similarity) == oracle.alike(threshold, measure)
    assert found.keep.tolist() == [reason < 0 for reason in because]
    assert found.against.tolist() == [max(reason - len(texts), -1) for reason in because]
    assert [group.tolist() for group in found.groups] == oracle.groups(threshold, measure)


@settings(max_examples=20)
@given(data=st.data(), threshold=st.sampled_from(THRESHOLDS), linkage=st.sampled_from(["single", "complete"]))
@pytest.mark.parametrize("pairs", ["none", "forest", "all"])
def test_what_is_like_a_known_text_goes_and_the_others_are_grouped(
    engine: str, pairs: Any, data: st.DataObject, threshold: float, linkage: Any
) -> None:
    texts, options = data.draw(questions("jaccard"))
    found = dedup.find_duplicates(
        texts, threshold=threshold, shingle_size=1, linkage=linkage, pairs=pairs, method="exact", **options
    )
    oracle = Collection(texts, 1, **options)
    labels = oracle.labels(threshold, linkage=linkage)
    assert found.labels.tolist() == labels
    assert found.because.tolist() == [-1 if label == place else label for place, label in enumerate(labels)]
    assert numbers(found.similarity) == oracle.alike(threshold, linkage=linkage)


@pytest.mark.parametrize("measure", ["jaccard", "containment"])
@settings(max_examples=20)
@given(data=st.data(), threshold=st.sampled_from(THRESHOLDS))
def test_each_text_that_goes_is_like_what_it_goes_for_and_no_two_kept_ones_are_alike(
    engine: str, measure: Any, data: st.DataObject, threshold: float
) -> None:
    texts, options = data.draw(questions(measure))
    found = dedup.find_duplicates(texts, threshold=threshold, measure=measure, shingle_size=1, **options)
    oracle = Collection(texts, 1, **options)
    alike = {pair[:2]: pair[2] for pair in oracle.every_pair(threshold, measure)}
    kept = {place for place, keep in enumerate(found.keep.tolist()) if keep}
    assert not [pair for pair in alike if kept.issuperset(pair)]
    for place, reason in enumerate(found.because.tolist()):
        if reason >= 0:
            assert reason in kept or reason >= len(texts)
            assert found.similarity[place] == alike[min(place, reason), max(place, reason)] >= threshold
    assert not kept.intersection(one for one, other in alike if other >= len(texts))


@settings(max_examples=15)
@given(data=st.data(), threshold=st.sampled_from(THRESHOLDS), linkage=st.sampled_from(LINKAGES))
def test_with_a_different_score_for_each_text_the_order_changes_nothing(
    engine: str, data: st.DataObject, threshold: float, linkage: Any
) -> None:
    texts = data.draw(collections() | CROWDS)
    scores = data.draw(st.permutations(range(len(texts))))
    order = data.draw(st.permutations(range(len(texts))))
    options: Any = {"threshold": threshold, "linkage": linkage, "shingle_size": 1}
    found = dedup.find_duplicates(texts, keep=scores, **options)
    moved = dedup.find_duplicates([texts[i] for i in order], keep=[scores[i] for i in order], **options)
    assert [order[label] for label in moved.labels.tolist()] == [found.labels[place] for place in order]
    assert numbers(moved.similarity) == numbers(found.similarity[order])


@pytest.mark.parametrize("measure", ["jaccard", "containment"])
@settings(max_examples=15)
@given(data=st.data(), threshold=st.sampled_from(THRESHOLDS))
def test_pairs_name_both_sides_and_also_follow_copies_if_asked(
    engine: str, measure: Any, data: st.DataObject, threshold: float
) -> None:
    texts, options = data.draw(questions(measure))
    found = dedup.find_duplicates(
        texts, threshold=threshold, measure=measure, shingle_size=1, pairs="all", method="exact", **options
    )
    oracle = Collection(texts, 1, **options)
    assert found.pairs.tolist() == oracle.pairs(threshold, measure)
    assert found.every_pair().tolist() == oracle.every_pair(threshold, measure)


@pytest.mark.parametrize("measure", ["jaccard", "containment"])
@settings(max_examples=15)
@given(data=st.data(), threshold=st.sampled_from(THRESHOLDS), linkage=st.sampled_from(LINKAGES))
def test_a_forest_joins_each_text_that_goes_and_nothing_else(
    engine: str, measure: Any, data: st.DataObject, threshold: float, linkage: Any
) -> None:
    texts, options = data.draw(questions(measure))
    linkage = "star" if measure == "containment" else linkage
    found = dedup.find_duplicates(
        texts, threshold=threshold, measure=measure, linkage=linkage, shingle_size=1, pairs="forest", **options
    )
    assert {*found.pairs.tolist()} <= {*Collection(texts, 1, **options).pairs(threshold, measure)}
    if linkage != "single":
        return
    joins = found.pairs[found.pairs["second"] < len(texts)]
    labels = found.labels[joins["first"]].tolist(), found.labels[joins["second"]].tolist()
    assert labels[0] == labels[1]


@pytest.mark.parametrize("linkage", LINKAGES)
@settings(max_examples=15)
@given(data=st.data(), low=st.sampled_from(THRESHOLDS), high=st.sampled_from(THRESHOLDS))
def test_a_higher_threshold_afterwards_keeps_what_it_keeps_at_once(
    engine: str, linkage: Any, data: st.DataObject, low: float, high: float
) -> None:
    low, high = sorted((low, high))
    texts, options = data.draw(questions("jaccard"))
    options |= {"linkage": linkage, "shingle_size": 1, "method": "exact"}
    later = dedup.find_duplicates(texts, threshold=low, **options).at(high)
    once = dedup.find_duplicates(texts, threshold=high, **options)
    assert (later.threshold, later.labels.tolist()) == (high, once.labels.tolist())
    assert (later.because.tolist(), numbers(later.similarity)) == (once.because.tolist(), numbers(once.similarity))


def variants(count: int) -> list[str]:
    """A text of 60 words with two of them changed, differently in each."""
    words = [f"word{number}" for number in range(60)]
    texts = []
    for number in range(count):
        words[20], words[40] = f"first{number}", f"second{number}"
        texts.append(" ".join(words))
    return texts


@pytest.mark.parametrize("linkage", LINKAGES)
def test_thousands_of_variants_of_a_template_leave_one(engine: str, linkage: Any) -> None:
    found = dedup.find_duplicates(variants(2_500), linkage=linkage)
    assert found.because.tolist() == [-1, *[0] * 2_499]
    assert found.summary.pairs is None


@settings(max_examples=15)
@given(texts=collections() | CROWDS, threshold=st.sampled_from(THRESHOLDS))
def test_a_large_group_is_clustered_like_a_small_one(engine: str, texts: list[str], threshold: float) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dedup.match.kept.LARGE", 2)
        found = dedup.find_duplicates(texts, threshold=threshold, linkage="complete", shingle_size=1)
    assert found.labels.tolist() == Collection(texts, 1).labels(threshold, linkage="complete")


def test_identical_texts_without_a_word_are_copies(engine: str) -> None:
    for measure in ("jaccard", "containment"):
        found = dedup.find_duplicates(["", "---", "👍👍", "…", "👍👍", "", "👍", "---"], measure=measure)
        assert found.because.tolist() == [-1, -1, -1, -1, 2, 0, -1, 1]
        assert found.similarity[~found.keep].tolist() == [1.0, 1.0, 1.0]
        assert "(same words: 3)" in str(found)


NOTHING = [
    [None, "a", None, "", "a"],
    [float("nan"), "a", float("nan"), "", "a"],
    np.array([None, "a", float("nan"), "", "a"], object),
    pandas.Series([None, "a", float("nan"), "", "a"], dtype=object),
    pandas.Series([None, "a", None, "", "a"], dtype="string"),
    [pandas.NA, "a", pandas.NaT, "", "a"],
    polars.Series([None, "a", None, "", "a"]),
    pyarrow.array([None, "a", None, "", "a"]),
    pyarrow.array([None, "a", None, "", "a"], pyarrow.string_view()),
    pyarrow.array([None, "a", None, "", "a"]).dictionary_encode(),
    pyarrow.chunked_array([pyarrow.array([None], pyarrow.string()), pyarrow.array(["a", None, "", "a"])]),
]


@pytest.mark.parametrize("texts", NOTHING, ids=range(len(NOTHING)))
def test_what_is_no_text_is_like_nothing_and_kept(engine: str, texts: Any) -> None:
    found = dedup.find_duplicates(texts)
    assert found.because.tolist() == [-1, -1, -1, -1, 1]
    assert dedup.find_duplicates([None, ""], against=texts).because.tolist() == [-1, 5]


@pytest.mark.parametrize(
    "texts", [pyarrow.nulls(3), pyarrow.nulls(3, pyarrow.string()), polars.Series([None] * 3)], ids=range(3)
)
def test_a_column_of_nothing_is_kept(engine: str, texts: Any) -> None:
    assert dedup.find_duplicates(texts).keep.tolist() == [True] * 3


def test_the_result_is_a_table_for_other_libraries() -> None:
    found = dedup.find_duplicates(["low tide", "high tide", "Low tide!", "spring tide"], against=["Spring tide?"])
    rows = [(0, 0, True, None, None), (1, 1, True, None, None), (2, 0, False, 0, 1.0), (3, 4, False, 4, 1.0)]
    names = ["index", "group", "keep", "because", "similarity"]
    duplicates = found.to_arrow()
    frame = polars.DataFrame(duplicates)
    assert (frame.columns, frame.rows()) == (names, rows)
    assert pyarrow.table(duplicates).to_pylist() == [dict(zip(names, row, strict=True)) for row in rows]
    assert pandas.DataFrame.from_arrow(duplicates)["group"].tolist() == [0, 1, 0, 4]
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    gone = duckdb.sql("select index, because from duplicates where not keep order by index")
    assert gone.fetchall() == [(2, 0), (3, 4)]
    assert polars.DataFrame(dedup.find_duplicates([]).to_arrow()).shape == (0, 5)


def test_a_result_can_be_pickled_and_forgets_the_texts() -> None:
    texts = ["low tide at noon", "high tide at noon", "Low tide at noon!"]
    found = dedup.find_duplicates(texts)
    again = pickle.loads(pickle.dumps(found))
    assert again.because.tolist() == found.because.tolist()
    with pytest.raises(ValueError, match=r"^pairs='none' .*use pairs='all'"):
        again.pairs  # noqa: B018
    assert b"noon" not in pickle.dumps(found)
    listed = dedup.find_duplicates(texts, pairs="all")
    assert pickle.loads(pickle.dumps(listed)).pairs.tolist() == found.pairs.tolist() == [(0, 2, 1.0)]


def test_pairs_are_found_later_while_the_texts_are_there() -> None:
    texts = ["low tide at noon", "high tide at noon", "Low tide at noon!"]
    with pytest.raises(ValueError, match=r"^pairs='none' .*cannot be read again"):
        dedup.find_duplicates(iter(texts)).pairs  # noqa: B018
    found = dedup.find_duplicates(texts)
    texts[0] = "another"
    with pytest.raises(ValueError, match=r"^pairs='none' .*were changed"):
        found.pairs  # noqa: B018


def test_pairs_that_do_not_fit_say_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dedup.match.memory.available", lambda: 1 << 20)
    texts = variants(300)
    with pytest.raises(MemoryError, match=r"GiB for 44,850 pairs .*pairs='none' or pairs='forest'"):
        dedup.find_duplicates(texts, pairs="all")
    with pytest.raises(MemoryError, match="pairs='none'"):
        dedup.find_duplicates(["a"] * 300, pairs="all").every_pair()
    assert dedup.find_duplicates(texts).summary.kept == 1


@pytest.mark.parametrize(
    ("keep", "error", "message"),
    [
        ("last", ValueError, r"keep = 'last' .*'first', 'longest'"),
        ([1.0], ValueError, r"keep has 1 scores for 2 texts"),
        ([1.0, float("nan")], ValueError, r"keep\[1\] is nan"),
        ([["a"], ["b"]], TypeError, r"keep is list .*'first', 'longest', or an array"),
        (["a", "b"], TypeError, r"keep is list .*'first', 'longest', or an array"),
        (None, TypeError, r"keep is NoneType .*'first', 'longest', or an array"),
    ],
    ids=str,
)
def test_a_wrong_preference_is_named(keep: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=f"^{message}"):
        dedup.find_duplicates(["low tide", "high tide"], keep=keep)


@pytest.mark.parametrize("kind", [np.int64, np.uint8, np.float32, np.bool_])
def test_scores_may_be_numbers_of_any_type(kind: Any) -> None:
    scores = np.array([0, 1, 1], kind)
    for keep in (scores, scores.tolist(), polars.Series(scores), pandas.Series(scores)):
        assert dedup.find_duplicates(["a", "A", "a!"], keep=keep).labels.tolist() == [1, 1, 1]
    lowest = np.array([np.iinfo(np.int64).min, 0, 0])
    assert dedup.find_duplicates(["a", "A", "a!"], keep=lowest).labels.tolist() == [1, 1, 1]


def test_what_is_compared_with_is_named_in_errors() -> None:
    with pytest.raises(TypeError, match=r"^against is str"):
        dedup.find_duplicates(["a"], against="a")
    with pytest.raises(TypeError, match=r"^against\[1\] is int"):
        dedup.find_duplicates(["a"], against=["a", 1])


def test_a_repeat_as_data_does_not_carry_the_document() -> None:
    from dataclasses import asdict

    text = "The ferry to the island leaves at noon on Sundays. " * 2 + "x" * 10_000
    (repeat,) = dedup.find_repeats(text)
    assert len(json.dumps(asdict(repeat))) < 1_000
    assert repeat.places[0].text == "The ferry to the island leaves at noon on Sundays"
