"""An index answers with what is alike, exactly, and with nothing else."""

import doctest
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import datasketch
import numpy as np
import pandas
import polars
import pyarrow
import pytest
from datasketch.storage import DictSetStorage
from hypothesis import given
from hypothesis import strategies as st

from dedup import kernels
from dedup.kernels import reference
from dedup.sketch import index as module
from dedup.sketch.index import LSHIndex
from tests.sketch.brute_force import alike, collections, similarity

THRESHOLDS = st.sampled_from([0.3, 0.5, 0.75, 1.0])
KEYS = st.integers() | st.text(max_size=5) | st.sampled_from(["1", 1, "ключ", "\ud800", 'a"b', "", -1, 10**30])
TEXT = "the quick brown fox jumps over the lazy dog near the river bank"


def complete(threshold: float, **options: int) -> LSHIndex:
    """An index that misses a pair once in ten million times."""
    return LSHIndex(threshold, recall=1 - 1e-7, **options)


@given(texts=collections(), threshold=THRESHOLDS, size=st.integers(1, 4), data=st.data())
def test_answers_are_those_of_brute_force(
    engine: str, texts: list[str], threshold: float, size: int, data: st.DataObject
) -> None:
    keys = data.draw(st.lists(KEYS, min_size=len(texts), max_size=len(texts), unique_by=lambda key: (type(key), key)))
    index, held = complete(threshold, shingle_size=size), dict(zip(keys, texts, strict=True))
    index.add_many(held)
    gone = data.draw(st.sets(st.sampled_from(keys))) if keys else set()
    for key in gone:
        index.remove(key)
        del held[key]
    assert len(index) == len(held)
    for key, text in zip(keys, texts, strict=True):
        assert (key in index) == (key in held)
        assert index.query(text) == alike(text, held, threshold, size)
        assert index.query(text, threshold=0.9 if threshold < 0.9 else 1.0) == alike(
            text, held, 0.9 if threshold < 0.9 else 1.0, size
        )


@given(
    texts=collections(max_size=14),
    queries=collections(max_size=14),
    step=st.integers(1, 5),
    batch=st.integers(1, 5),
    threshold=THRESHOLDS,
)
def test_many_are_queried_as_one_by_one(
    engine: str, texts: list[str], queries: list[str], step: int, batch: int, threshold: float
) -> None:
    index = complete(threshold)
    index.add_many(enumerate(texts))
    for key in range(0, len(texts), 5):
        index.remove(key)
    expected = [index.query(text) for text in queries]
    higher = [index.query(text, threshold=1.0) for text in queries]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_QUERIES", step)
        patch.setattr(module, "_BATCH", batch)
        assert index.query_many(queries) == expected
        assert index.query_many(iter(queries), threshold=1.0) == higher


@pytest.mark.parametrize("make", [list, iter, np.array, pyarrow.array, polars.Series, pandas.Series])
def test_many_are_queried_from_any_collection(make: Callable[[list[str]], Any]) -> None:
    index = LSHIndex()
    index.add_many({"a": TEXT, "b": TEXT.upper()})
    found = index.query_many(make([TEXT, "", "something else entirely here"]))
    assert found == [[("a", 1.0), ("b", 1.0)], [], []]
    assert index.query_many(make([])) == []


@pytest.mark.parametrize(
    ("texts", "error", "message"),
    [
        (TEXT, TypeError, "texts is str, one text"),
        ([TEXT, None], TypeError, r"texts\[1\] is None; allowed is str"),
        ([TEXT, 3], TypeError, r"texts\[1\] is int; allowed is str"),
        (3, TypeError, "texts is int; allowed is a collection of str"),
    ],
)
def test_what_is_no_collection_of_texts_cannot_be_queried(texts: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        LSHIndex().query_many(texts)


def test_many_are_not_queried_below_the_threshold() -> None:
    with pytest.raises(ValueError, match=r"threshold = 0\.5 is out of range"):
        LSHIndex(0.8).query_many([TEXT], threshold=0.5)


@given(texts=collections(max_size=14), others=collections(max_size=14), batch=st.integers(1, 5))
def test_a_merged_index_is_that_of_all_texts(engine: str, texts: list[str], others: list[str], batch: int) -> None:
    one, other, both = complete(0.5), complete(0.5), complete(0.5)
    more = {f"other {number}": text for number, text in enumerate(others)}
    one.add_many(enumerate(texts))
    other.add_many(more)
    both.add_many(enumerate(texts))
    both.add_many(more)
    if more:
        one.add("gone", "to be removed again")
        one.remove("gone")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_BATCH", batch)
        one.merge(other)
    assert (len(one), len(other)) == (len(both), len(others))
    assert one.query_many(texts + others) == both.query_many(texts + others)
    for key in more:
        one.remove(key)
    assert [one.query(text) for text in others] == [
        [answer for answer in both.query(text) if isinstance(answer[0], int)] for text in others
    ]


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"threshold": 0.5}, r"threshold=0\.5 \(here 0\.8\)"),
        ({"shingle_size": 2}, r"shingle_size=2 \(here 3\)"),
        ({"seed": 7}, r"seed=7 \(here 1\)"),
        ({"num_perm": 64}, r"num_perm=64 \(here 128\)"),
        ({"recall": 0.9}, r"recall=0\.9 \(here 0\.95\)"),
    ],
)
def test_an_index_with_other_parameters_is_not_merged(options: dict[str, Any], named: str) -> None:
    index, other = LSHIndex(), LSHIndex(**options)
    other.add("a", TEXT)
    with pytest.raises(ValueError, match=f"other was made with .*{named}"):
        index.merge(other)
    assert len(index) == 0


def test_a_key_of_both_is_named_and_nothing_is_merged() -> None:
    index, other = LSHIndex(), LSHIndex()
    index.add_many({"a": TEXT, 2: TEXT})
    other.add_many({"b": TEXT, "2": TEXT, 2: "another text"})
    with pytest.raises(ValueError, match=r"^other has the key 2, which is in the index already$"):
        index.merge(other)
    with pytest.raises(ValueError, match="which is in the index already"):
        index.merge(index)
    assert index.query(TEXT) == [(2, 1.0), ("a", 1.0)]


def test_only_an_open_index_is_merged() -> None:
    closed = LSHIndex()
    closed.close()
    with pytest.raises(ValueError, match="the index is closed"):
        LSHIndex().merge(closed)
    with pytest.raises(TypeError, match=r"^other is dict; allowed is an LSHIndex$"):
        LSHIndex().merge({"a": TEXT})  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [np.int64, np.uint8, np.int16])
def test_an_integer_of_numpy_is_the_key_of_its_value(kind: type[np.integer[Any]]) -> None:
    index = LSHIndex()
    index.add(kind(7), TEXT)
    index.add_many(zip(np.array([8, 9], kind), [TEXT, TEXT], strict=True))
    assert index.query(TEXT) == [(7, 1.0), (8, 1.0), (9, 1.0)]
    assert {type(key) for key, _ in index.query(TEXT)} == {int}
    assert 7 in index
    assert kind(8) in index
    with pytest.raises(ValueError, match=r"^key=7 is in the index already; remove it first$"):
        index.add(7, TEXT)
    index.remove(kind(7))
    assert 7 not in index


def test_an_index_that_has_read_enough_chooses_the_engine_for_all_its_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("numba")
    import dedup.kernels.compiled  # noqa: F401  # once it is loaded, it is used for work of WORTH_CALLING

    monkeypatch.delenv("DEDUP_ENGINE", raising=False)
    monkeypatch.setattr(kernels, "_ready", True)
    chosen: list[str] = []
    word_hashes = reference.words.word_hashes

    def counting(*given: Any) -> Any:
        chosen.append("reference")
        return word_hashes(*given)

    monkeypatch.setattr(reference.words, "word_hashes", counting)
    index = LSHIndex()
    index.add("a", TEXT)
    first = len(chosen)
    for _ in range(20):
        assert index.query(TEXT) == [("a", 1.0)]
    assert first == 1
    assert len(chosen) < 10
    few = len(chosen)
    for _ in range(20):
        index.query(TEXT)
    assert len(chosen) == few


@given(texts=collections(max_size=14), batch=st.integers(1, 5))
def test_many_are_added_as_one_by_one(texts: list[str], batch: int) -> None:
    one_by_one, many = complete(0.5), complete(0.5)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_BATCH", batch)
        for key, text in enumerate(texts):
            one_by_one.add(key, text)
        many.add_many(enumerate(texts))
        assert [many.query(text) for text in texts] == [one_by_one.query(text) for text in texts]
    assert len(many) == len(one_by_one) == len(texts)


@given(texts=collections(), threshold=THRESHOLDS)
def test_a_copy_is_always_found_and_no_answer_is_below_the_threshold(texts: list[str], threshold: float) -> None:
    index = LSHIndex(threshold, recall=0.01, num_perm=16)
    index.add_many(enumerate(texts))
    for text in texts:
        found = index.query(text)
        everything = dict(alike(text, dict(enumerate(texts)), threshold))
        assert {key for key, share in everything.items() if share == 1.0} <= {key for key, _ in found}
        assert dict(found).items() <= everything.items()


@pytest.mark.parametrize(("threshold", "recall"), [(0.8, 0.95), (0.5, 0.9), (0.9, 0.99)])
def test_pairs_at_the_threshold_are_found_as_often_as_promised(threshold: float, recall: float) -> None:
    chance = random.Random(8)
    index = LSHIndex(threshold, recall=recall)
    texts = [[f"w{chance.randrange(10**9)}" for _ in range(42)] for _ in range(400)]
    index.add_many((i, " ".join(words)) for i, words in enumerate(texts))
    kept = round(40 * threshold) + 2  # 40 shingles, of which so many are kept that the similarity is the threshold
    queries = [" ".join(words[:kept]) for words in texts]
    assert similarity(queries[0], " ".join(texts[0])) == threshold
    found = sum(index.query(query) == [(i, threshold)] for i, query in enumerate(queries))
    expected = index.expected_recall(threshold)
    assert expected >= recall
    deviation = (expected * (1 - expected) / 400) ** 0.5
    assert abs(found / 400 - expected) < 4 * deviation


def test_the_expected_recall_is_that_of_the_bands() -> None:
    index = LSHIndex(0.8, recall=0.95, num_perm=128)
    assert index.parameters.bands == (18, 7)
    assert index.expected_recall(0.8) == index.parameters.bands.expected_recall(0.8)
    with pytest.raises(ValueError, match=r"similarity = 1\.5 is out of range"):
        index.expected_recall(1.5)


def test_the_buckets_are_those_of_datasketch(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[datasketch.MinHashLSH] = []

    class Kept(datasketch.MinHashLSH):
        def __init__(self, **options: object) -> None:
            super().__init__(**options)
            made.append(self)

    monkeypatch.setattr(datasketch, "MinHashLSH", Kept)
    index = LSHIndex()
    index.add_many({"fox": TEXT, "other": "nothing of the kind stands in this one", "copy": TEXT.upper()})
    hasher = index.parameters.hasher
    (buckets,) = made
    signature = hasher.to_datasketch(hasher.sketch([TEXT])[0])
    assert sorted(buckets.query(signature)) == [b'"copy"', b'"fox"']
    theirs = datasketch.MinHashLSH(params=index.parameters.bands, num_perm=128)
    theirs.insert(b'"fox"', signature)
    assert theirs.keys[b'"fox"'] == buckets.keys[b'"fox"']
    index.remove("fox")
    assert buckets.query(signature) == [b'"copy"']
    assert b'"fox"' not in buckets


def test_answers_are_sorted_by_similarity_then_numbers_then_words() -> None:
    index = complete(0.5)
    near = TEXT.replace("bank", "side")
    index.add_many({"b": TEXT, 10: TEXT, "a": near, 9: TEXT, "10": TEXT, -3: near})
    found = index.query(TEXT)
    assert [key for key, _ in found] == [9, 10, "10", "b", -3, "a"]
    assert [share for _, share in found] == [1.0] * 4 + [similarity(TEXT, near)] * 2


def test_a_number_and_its_digits_are_two_keys() -> None:
    index = LSHIndex()
    index.add(1, "one text of some words")
    assert 1 in index
    assert "1" not in index
    index.add("1", "another text of other words")
    assert index.query("one text of some words") == [(1, 1.0)]
    index.remove("1")
    assert 1 in index
    assert len(index) == 1


@pytest.mark.parametrize("key", [None, 1.5, True, b"a", ("a",)])
def test_other_keys_are_refused_and_never_held(key: object) -> None:
    index = LSHIndex()
    index.add(1, "some words")
    with pytest.raises(TypeError, match=r"key=.* is (NoneType|float|bool|bytes|tuple); allowed is str or int"):
        index.add(key, "some words")
    assert key not in index
    with pytest.raises(KeyError):
        index.remove(key)
    assert len(index) == 1


@pytest.mark.parametrize("text", [None, b"bytes", 7, ["a", "list"]])
def test_other_texts_are_refused(text: object) -> None:
    index = LSHIndex()
    with pytest.raises(TypeError, match=r"text is (None|bytes|int|list); allowed is str"):
        index.add("a", text)
    with pytest.raises(TypeError, match=r"text is (None|bytes|int|list); allowed is str"):
        index.query(text)
    with pytest.raises(TypeError, match=r"pairs\[1\]: text of key='a' is (None|bytes|int|list); allowed is str"):
        index.add_many([("b", "some words"), ("a", text)])
    assert "a" not in index


def test_a_key_is_not_added_twice() -> None:
    index = LSHIndex()
    index.add("a", TEXT)
    with pytest.raises(ValueError, match="key='a' is in the index already; remove it first"):
        index.add("a", "another text of some words")
    assert index.query(TEXT) == [("a", 1.0)]
    assert index.query("another text of some words") == []


def test_a_key_may_come_back_with_another_text() -> None:
    index = LSHIndex()
    index.add("a", TEXT)
    index.remove("a")
    index.add("a", "another text of some words")
    assert index.query(TEXT) == []
    assert index.query("another text of some words") == [("a", 1.0)]
    index.remove("a")
    assert len(index) == 0


def test_what_is_not_there_cannot_be_removed() -> None:
    index = LSHIndex()
    with pytest.raises(KeyError, match="'a'"):
        index.remove("a")


@pytest.mark.parametrize("text", ["", " ", "...", "\u0301", "’"])
def test_a_text_without_a_token_is_held_and_matches_nothing(engine: str, text: str) -> None:
    index = LSHIndex()
    index.add("nothing", text)
    index.add_many({"again": text, "word": "word"})
    assert len(index) == 3
    assert "nothing" in index
    assert index.query(text) == []
    assert index.query("word") == [("word", 1.0)]
    index.remove("nothing")
    assert "nothing" not in index
    index.add("nothing", "word")
    assert index.query("word") == [("nothing", 1.0), ("word", 1.0)]


def test_texts_shorter_than_a_shingle_match_their_copies() -> None:
    index = LSHIndex()
    index.add_many(enumerate(["one", "one two", "One, two!", "two one"]))
    assert index.query("one two") == [(1, 1.0), (2, 1.0)]


def test_a_text_that_stands_a_thousand_times_is_found_a_thousand_times() -> None:
    index = LSHIndex()
    index.add_many((number, TEXT) for number in range(5_000))
    assert index.query(TEXT) == [(number, 1.0) for number in range(5_000)]


def test_a_threshold_lower_than_that_of_the_index_is_refused() -> None:
    index = LSHIndex(0.8)
    with pytest.raises(ValueError, match=r"^threshold = 0.79 is out of range; allowed: a number from 0.8 to 1$"):
        index.query(TEXT, threshold=0.79)
    for threshold in (1.01, 0, -1):
        with pytest.raises(ValueError, match=rf"threshold = {threshold} is out of range"):
            index.query(TEXT, threshold=threshold)
    with pytest.raises(TypeError, match="threshold = '1' is not a number"):
        index.query(TEXT, threshold="1")


def test_a_bad_pair_is_named_and_those_before_it_are_in() -> None:
    for bad, error, named in (
        (("a", "some other words"), ValueError, r"pairs\[5\]: key='a' is in the index already"),
        ((2, "some other words"), ValueError, r"pairs\[5\]: key=2 is in the index already"),
        ((None, "some other words"), TypeError, r"pairs\[5\]: key=None is NoneType; allowed is str or int"),
        ((5, None), TypeError, r"pairs\[5\]: text of key=5 is None; allowed is str"),
        ((5,), TypeError, r"pairs\[5\] is tuple; allowed is a pair \(key, text\)"),
        ("ab", TypeError, r"pairs\[5\] is str; allowed is a pair \(key, text\)"),
    ):
        for batch in (2, 100):
            index = LSHIndex()
            index.add("a", TEXT)
            pairs = [(number, f"{TEXT} and {number} more times") for number in range(5)]
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(module, "_BATCH", batch)
                with pytest.raises(error, match=named):
                    index.add_many([*pairs, bad, (6, "never reached")])
            assert len(index) == 6
            assert 6 not in index
            assert all(index.query(text)[0] == (number, 1.0) for number, text in pairs)
            assert index.query(TEXT)[0] == ("a", 1.0)


def test_what_the_iterable_raises_is_raised_and_what_came_before_is_in() -> None:
    def pairs() -> Iterator[tuple[str, str]]:
        yield "a", TEXT
        yield "b", "some other words"
        raise RuntimeError("the source is gone")

    index = LSHIndex()
    with pytest.raises(RuntimeError, match="the source is gone"):
        index.add_many(pairs())
    assert len(index) == 2
    assert index.query(TEXT) == [("a", 1.0)]


@pytest.mark.parametrize("pairs", [None, "ab", b"ab", 3])
def test_what_holds_no_pairs_is_refused(pairs: object) -> None:
    with pytest.raises(TypeError, match=r"pairs is (NoneType|str|bytes|int); allowed is an iterable of \(key, text\)"):
        LSHIndex().add_many(pairs)


def test_no_pairs_add_nothing() -> None:
    index = LSHIndex()
    index.add_many([])
    index.add_many({})
    assert len(index) == 0
    assert index.query(TEXT) == []


@pytest.mark.parametrize("number", [0, 1, 9, 17, 18, 30])
def test_an_interrupted_addition_leaves_a_key_out_or_in_but_never_half(
    monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    index = LSHIndex()
    index.add("other", "nothing of the kind stands in this one")
    insert, calls = DictSetStorage.insert, iter(range(1_000))

    def interrupted(self: DictSetStorage, *row: object, **options: object) -> None:
        if next(calls) == number:
            raise KeyboardInterrupt
        insert(self, *row, **options)

    with monkeypatch.context() as patch:
        patch.setattr(DictSetStorage, "insert", interrupted)
        try:
            index.add("fox", TEXT)
        except KeyboardInterrupt:
            assert "fox" not in index
            assert len(index) == 1
            assert index.query(TEXT) == []
            index.add("fox", TEXT)
    assert index.query(TEXT) == [("fox", 1.0)]
    index.remove("fox")
    assert index.query(TEXT) == []
    index.add("fox", "some other words")
    assert index.query("some other words") == [("fox", 1.0)]
    assert index.query(TEXT) == []


@pytest.mark.parametrize("number", [0, 5, 17])
def test_an_interrupted_removal_takes_a_key_out(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    index = LSHIndex()
    index.add_many({"fox": TEXT, "copy": TEXT})
    remove, calls = DictSetStorage.remove_val, iter(range(1_000))

    def interrupted(self: DictSetStorage, *row: object, **options: object) -> None:
        if next(calls) == number:
            raise KeyboardInterrupt
        remove(self, *row, **options)

    with monkeypatch.context() as patch:
        patch.setattr(DictSetStorage, "remove_val", interrupted)
        with pytest.raises(KeyboardInterrupt):
            index.remove("fox")
    assert index.query(TEXT) == [("copy", 1.0)]
    index.add("fox", "some other words")
    index.remove("copy")
    assert index.query(TEXT) == []
    assert index.query("some other words") == [("fox", 1.0)]
    index.remove("fox")
    assert len(index) == 0


def test_a_closed_index_says_so() -> None:
    with LSHIndex() as index:
        index.add("a", TEXT)
    for use in (lambda: index.query(TEXT), lambda: len(index), lambda: "a" in index, lambda: index.add("b", TEXT)):
        with pytest.raises(ValueError, match="the index is closed"):
            use()
    index.close()


@pytest.mark.parametrize(
    ("options", "error", "named"),
    [
        ({"threshold": 0}, ValueError, "threshold = 0 is out of range; allowed: a number above 0 and at most 1"),
        ({"threshold": 1.1}, ValueError, "threshold = 1.1 is out of range"),
        ({"threshold": None}, TypeError, "threshold = None is not a number"),
        ({"recall": 1}, ValueError, "recall = 1 is out of range; allowed: a number above 0 and below 1"),
        ({"num_perm": 1}, ValueError, "num_perm = 1 is out of range; allowed: an integer from 2 to 65535"),
        (
            {"threshold": 0.05, "num_perm": 16},
            ValueError,
            "^num_perm = 16 is out of range .*; allowed: an integer of 59 or more",
        ),
        ({"seed": -1}, ValueError, "seed = -1 is out of range"),
        ({"shingle_size": 0}, ValueError, "shingle_size = 0 is out of range"),
        ({"storage_config": "redis"}, TypeError, "storage_config is str; allowed is a mapping"),
        ({"storage_config": {}}, ValueError, r"storage_config\['type'\]=None; allowed is 'dict', 'redis', 'cassandra'"),
        ({"storage_config": {"type": "mongo"}}, ValueError, r"storage_config\['type'\]='mongo'; allowed"),
        ({"storage_config": {"type": "redis", "basename": "a"}}, ValueError, r"storage_config\['redis'\]=None"),
        (
            {"storage_config": {"type": "redis", "redis": {"port": 1}}},
            ValueError,
            r"storage_config\['basename'\]=None; allowed is any str or bytes but an empty one: without a name",
        ),
        (
            {"storage_config": {"type": "redis", "basename": b"", "redis": {"port": 1}}},
            ValueError,
            r"storage_config\['basename'\]=b''",
        ),
        (
            {"storage_config": {"type": "redis", "basename": "a", "redis": {"port": 1, "decode_responses": True}}},
            ValueError,
            r"storage_config\['redis'\]\['decode_responses'\] is set",
        ),
    ],
)
def test_arguments_outside_are_refused(options: dict[str, object], error: type[Exception], named: str) -> None:
    with pytest.raises(error, match=named):
        LSHIndex(**options)


@pytest.mark.parametrize("kind", ["redis", "cassandra"])
def test_a_storage_whose_package_is_missing_says_what_to_install(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr("dedup.sketch.index_storage.find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match=rf"storage_config\['type'\]='{kind}' needs the package {kind}: pip"):
        LSHIndex(storage_config={"type": kind, "basename": "a", kind: {"port": 1}})


def test_an_index_shows_its_parameters() -> None:
    assert repr(LSHIndex(1)) == "LSHIndex(threshold=1.0, recall=0.95, num_perm=128, seed=1, shingle_size=3)"


def test_the_example_in_the_docstring_is_true() -> None:
    assert doctest.testmod(module) == (0, 7)


def test_datasketch_is_imported_with_the_first_index() -> None:
    program = (
        "import sys; from dedup.sketch.index import LSHIndex; print('datasketch' in sys.modules); "
        "LSHIndex(); print('datasketch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
