"""Collections of texts, however they are given, against what encoding each text gives."""

import gc
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from typing import Any

import nanoarrow
import numpy as np
import pandas
import polars
import pyarrow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.sketch.collection import CHUNK, TEXTS, Chunk, chunks, counted
from tests.text.scripts import texts as in_scripts

MIXED = [
    "",
    "plain",
    "twelve bytes",
    "thirteen byte",
    "",
    "ärgerlich",
    "漢字",
    "ہے\u200c",
    "😀" * 9,
    "",
    "e\u0301",
    "end",
]

STRING = pyarrow.string()
LARGE = pyarrow.large_string()
VIEW = pyarrow.string_view()

OBJECTS: dict[str, Callable[[list[str]], Any]] = {
    "list": list,
    "tuple": tuple,
    "deque": deque,
    "generator": lambda texts: (text for text in texts),
    "values of a dict": lambda texts: dict(enumerate(texts)).values(),
    "numpy object": partial(np.array, dtype=object),
    "numpy backwards": lambda texts: np.array(texts[::-1], object)[::-1],
    "pandas object": partial(pandas.Series, dtype=object),
    "pandas index": partial(pandas.Index, dtype=object),
}


def halves(kind: pyarrow.DataType, texts: list[str]) -> pyarrow.ChunkedArray:
    middle = len(texts) // 2
    parts = [texts[:middle], [], texts[middle:]]
    return pyarrow.chunked_array([pyarrow.array(part, kind) for part in parts], kind)


ARROW: dict[str, Callable[[list[str]], Any]] = {
    "pyarrow string": lambda texts: pyarrow.array(texts, STRING),
    "pyarrow large_string": lambda texts: pyarrow.array(texts, LARGE),
    "pyarrow string_view": lambda texts: pyarrow.array(texts, VIEW),
    "pyarrow dictionary": lambda texts: pyarrow.array(texts, STRING).dictionary_encode(),
    "pyarrow dictionary of large_string": lambda texts: pyarrow.array(texts, LARGE).dictionary_encode(),
    "pyarrow chunks of string": partial(halves, STRING),
    "pyarrow chunks of large_string": partial(halves, LARGE),
    "pyarrow chunks of string_view": partial(halves, VIEW),
    "pyarrow extension": lambda texts: pyarrow.array(texts, STRING).cast(pyarrow.json_()),
    "polars": lambda texts: polars.Series(texts, dtype=polars.String),
    "polars categories": lambda texts: polars.Series(texts, dtype=polars.Categorical),
    "polars enum": lambda texts: polars.Series(texts, dtype=polars.Enum(list(dict.fromkeys(texts)))),
    "pandas": lambda texts: pandas.Series(texts, dtype="str"),
    "pandas of pyarrow": lambda texts: pandas.Series(texts, dtype="string[pyarrow]"),
    "pandas of objects": lambda texts: pandas.Series(texts, dtype="string[python]"),
    "pandas categories": lambda texts: pandas.Series(texts, dtype="category"),
}
ALL = OBJECTS | ARROW | {"numpy strings": partial(np.array, dtype=np.dtypes.StringDType())}
SLICED = {name: make for name, make in ARROW.items() if not name.startswith("pandas")}


def in_arrow(**sizes: int) -> st.SearchStrategy[list[str]]:
    """Texts that Arrow strings can hold: without lone surrogates."""
    whole = in_scripts().map(lambda text: text.encode("utf-8", "ignore").decode())
    return st.lists(whole | st.sampled_from(MIXED), **sizes)


def encoded(texts: list[str]) -> list[bytes]:
    return [text.encode("utf-8", "surrogatepass") for text in texts]


def rows(found: list[Chunk]) -> list[bytes]:
    return [chunk.data[start:end].tobytes() for chunk in found for start, end in pairwise(chunk.offsets.tolist())]


def sound(found: list[Chunk], limit: int) -> bool:
    """Whether chunks keep their contract, whatever they hold."""
    return all(
        data.dtype == np.uint8
        and offsets.dtype == np.int64
        and data.ndim == offsets.ndim == 1
        and data.flags.c_contiguous
        and not data.flags.writeable
        and offsets[0] == 0
        and offsets[-1] == len(data)
        and (len(offsets) == 2 or (2 < len(offsets) <= TEXTS + 1 and len(data) <= limit))
        and missing is None
        for data, offsets, missing in found
    )


@given(st.lists(in_scripts()), st.integers(1, 200))
def test_texts_come_in_order_as_utf8_in_chunks_of_at_most_so_many_bytes(texts: list[str], limit: int) -> None:
    found = list(chunks(texts, limit=limit))
    assert rows(found) == encoded(texts)
    assert sound(found, limit)
    for chunk, after in pairwise(found):
        assert len(chunk.data) + after.offsets[1] > limit


@pytest.mark.parametrize("name", OBJECTS)
@settings(max_examples=15)
@given(texts=st.lists(in_scripts()), limit=st.integers(1, 200))
def test_every_collection_of_objects_gives_the_same_chunks(name: str, texts: list[str], limit: int) -> None:
    found = list(chunks(OBJECTS[name](texts), limit=limit))
    assert rows(found) == encoded(texts)
    assert sound(found, limit)


@pytest.mark.parametrize("name", [*ARROW, "numpy strings"])
@settings(max_examples=15)
@given(texts=in_arrow(), limit=st.integers(1, 200))
def test_every_array_of_strings_gives_the_texts_it_holds(name: str, texts: list[str], limit: int) -> None:
    found = list(chunks(ALL[name](texts), limit=limit))
    assert rows(found) == encoded(texts)
    assert sound(found, limit)


@pytest.mark.parametrize("name", SLICED)
@settings(max_examples=15)
@given(texts=in_arrow(max_size=30), first=st.integers(0, 30), size=st.integers(0, 30))
def test_a_slice_of_an_arrow_array_gives_its_own_texts(name: str, texts: list[str], first: int, size: int) -> None:
    found = list(chunks(SLICED[name](texts)[first : first + size], limit=50))
    assert rows(found) == encoded(texts[first : first + size])


@pytest.mark.parametrize("name", ALL)
def test_an_empty_collection_has_no_chunks(name: str) -> None:
    assert list(chunks(ALL[name]([]))) == []


@pytest.mark.parametrize(
    "nothing",
    [pyarrow.array([]), polars.Series([]), pandas.Series([]), np.array([])],
    ids=["pyarrow", "polars", "pandas", "numpy"],
)
def test_an_empty_collection_of_no_known_type_has_no_chunks(nothing: Any) -> None:
    assert list(chunks(nothing)) == []


@pytest.mark.parametrize("name", ALL)
def test_empty_texts_are_texts(name: str) -> None:
    (chunk,) = chunks(ALL[name](["", "", ""]))
    assert (chunk.data.tolist(), chunk.offsets.tolist()) == ([], [0, 0, 0, 0])


@pytest.mark.parametrize("name", ALL)
def test_a_text_above_the_limit_is_a_chunk_of_its_own(name: str) -> None:
    huge = "ä" * CHUNK
    found = list(chunks(ALL[name](["before", huge, "behind", "it"])))
    assert [rows([chunk]) for chunk in found] == [[b"before"], encoded([huge]), [b"behind", b"it"]]


@pytest.mark.parametrize("make", [list, SLICED["pyarrow string"], SLICED["polars"], partial(np.array, dtype="U2")])
def test_a_chunk_ends_at_so_many_texts_too(make: Callable[[list[str]], Any]) -> None:
    texts = [str(number % 97) for number in range(2 * TEXTS + 5)]
    found = list(chunks(make(texts)))
    assert [len(chunk.offsets) - 1 for chunk in found] == [TEXTS, TEXTS, 5]
    assert rows(found) == encoded(texts)


def test_a_fixed_width_array_gives_its_texts() -> None:
    texts = [text.rstrip("\0") for text in MIXED] + ["lone \ud800 surrogate", "a\0b"]
    assert rows(list(chunks(np.array(texts)))) == encoded(texts)
    assert rows(list(chunks(np.array(texts).astype(">U20")))) == encoded(texts)


def test_subclasses_of_str_are_texts() -> None:
    assert rows(list(chunks([np.str_("ä"), *np.array(["b", "c"])]))) == encoded(["ä", "b", "c"])


def test_halves_of_a_surrogate_pair_in_two_texts_stay_two() -> None:
    assert rows(list(chunks(["a\ud83d", "\ude00b"]))) == [b"a\xed\xa0\xbd", b"\xed\xb8\x80b"]


def test_a_generator_is_read_no_further_than_one_text_beyond_a_chunk() -> None:
    taken = []

    def texts() -> Iterator[str]:
        for number in range(100):
            taken.append(number)
            yield "ten bytes."

    found = chunks(texts(), limit=50)
    assert taken == []
    assert len(rows([next(found)])) == 5
    assert len(taken) == 6


def test_what_a_generator_raises_passes_through_behind_what_was_whole() -> None:
    class OwnError(TypeError):
        pass

    def texts() -> Iterator[str]:
        yield from ["one", "two", "three"]
        raise OwnError("midway")

    found = chunks(texts(), limit=6)
    assert rows([next(found)]) == [b"one", b"two"]
    with pytest.raises(OwnError, match=r"^midway$"):
        next(found)


@pytest.mark.parametrize(
    "texts",
    [
        polars.Series(MIXED * 50).shuffle(seed=1),
        polars.Series(MIXED * 50).sort(),
        polars.Series(MIXED * 50).filter([number % 3 > 0 for number in range(50 * len(MIXED))]),
        polars.Series(MIXED).append(polars.Series(MIXED)),
        polars.concat([polars.Series(MIXED), polars.Series(["x" * 40])]).gather([8, 8, 3, 12, 0, 7, 12, 11]),
        pyarrow.chunked_array([pyarrow.array(MIXED, VIEW).slice(3, 7), pyarrow.array(MIXED, VIEW).slice(8)]),
        pyarrow.chunked_array([pyarrow.array(MIXED).dictionary_encode(), pyarrow.array(MIXED[4:]).dictionary_encode()]),
    ],
    ids=["shuffled", "sorted", "filtered", "appended", "taken", "pieces", "two dictionaries"],
)
def test_texts_that_lie_anywhere_in_their_buffers_come_in_order(texts: Any) -> None:
    for limit in (1, 40, CHUNK):
        assert rows(list(chunks(texts, limit=limit))) == encoded([str(text) for text in texts])


@pytest.mark.parametrize("index", [pyarrow.int8(), pyarrow.uint16(), pyarrow.int32(), pyarrow.uint64()], ids=str)
def test_a_dictionary_may_have_any_index(index: pyarrow.DataType) -> None:
    numbers = [2, 0, 2, 1, 1]
    texts = pyarrow.DictionaryArray.from_arrays(pyarrow.array(numbers, index), pyarrow.array(MIXED[1:4]))
    assert rows(list(chunks(texts))) == encoded([MIXED[1:4][number] for number in numbers])


def test_arrays_of_nanoarrow_itself_are_read() -> None:
    assert rows(list(chunks(nanoarrow.Array(MIXED, nanoarrow.string())))) == encoded(MIXED)


def test_chunks_of_arrow_strings_are_views_that_outlive_the_array() -> None:
    texts = [f"{number} bottles of cordial" for number in range(1_000)]
    array = pyarrow.array(texts)
    held = np.frombuffer(array.buffers()[2], np.uint8)
    found = list(chunks(array, limit=4_000))
    assert len(found) > 5
    assert all(np.shares_memory(chunk.data, held) for chunk in found)
    del array, held
    gc.collect()
    others = [pyarrow.array([f"{number} bottles of lemonade" for number in range(1_000)]) for _ in range(5)]
    assert rows(found) == encoded(texts)
    assert len(others) == 5


def test_chunks_of_long_string_views_are_views_too() -> None:
    texts = polars.Series([f"{number} bottles of lemonade" for number in range(100, 400)])
    (chunk,) = chunks(texts)
    assert chunk.data.base is not None
    assert not isinstance(chunk.data.base, bytes)
    expected = encoded(texts.to_list())
    del texts
    gc.collect()
    assert rows([chunk]) == expected


def test_thousands_of_small_arrays_are_few_chunks() -> None:
    texts = [f"text {number}" for number in range(1_000)]
    found = list(chunks(pyarrow.chunked_array([[text] for text in texts]), limit=2_000))
    assert rows(found) == encoded(texts)
    assert sound(found, 2_000)
    assert len(found) == 4


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ("a text", "corpus is str, one text; .* list"),
        (np.str_("a text"), "corpus is str_, one text; .* list"),
        (b"a text", "corpus is bytes; .*decode"),
        (bytearray(b"a text"), "corpus is bytearray; .* decode"),
        ({"key": "a text"}, "corpus is dict, a mapping; .* values"),
        ({"a text"}, "corpus is set, which has no order; .* list"),
        (frozenset(["a text"]), "corpus is frozenset, which has no order; .* list"),
        (None, "corpus is NoneType; allowed is a collection of str"),
        (7, "corpus is int; allowed is a collection of str"),
        (np.array([b"a text"]), "corpus is an array of bytes; .*decode"),
        (np.array([], "S1"), "corpus is an array of bytes; .*decode"),
        (pyarrow.array([1]), r"corpus is Arrow data, but not of strings \(int64\)"),
        (pyarrow.array([], pyarrow.int8()), r"corpus is Arrow data, but not of strings \(int8\)"),
        (pyarrow.array([b"a text"]), r"corpus is Arrow data, but not of strings \(binary\)"),
        (
            pyarrow.array([1, 1]).dictionary_encode(),
            r"corpus is Arrow data, but not of strings \(a dictionary of int64\)",
        ),
        (pyarrow.chunked_array([[["a text"]]]), r"corpus is Arrow data, but not of strings \(list\)"),
        (
            pyarrow.table({"one": ["a text"], "two": ["a text"]}),
            r"corpus is Arrow data, .*\(a table of 2 columns: hand over one",
        ),
        (polars.DataFrame({"column": [1]}), r"corpus is Arrow data, but not of strings \(int64\)"),
        (polars.LazyFrame({"column": ["a text"]}), r"corpus is LazyFrame, which has no rows yet; .* collect\(\) it"),
        (polars.Series([1.5]), r"corpus is Arrow data, but not of strings \(double\)"),
        (pandas.Series([1], dtype="Int64"), r"corpus is Arrow data, but not of strings \(int64\)"),
    ],
)
def test_what_is_no_collection_of_texts_is_refused_at_once(texts: Any, message: str) -> None:
    with pytest.raises(TypeError, match=f"^{message}"):
        chunks(texts, name="corpus")


@pytest.mark.parametrize("library", [pyarrow.table, pyarrow.record_batch, polars.DataFrame, pandas.DataFrame])
def test_a_table_of_one_column_is_that_column(library: Callable[..., Any]) -> None:
    assert rows(list(chunks(library({"column": MIXED})))) == encoded(MIXED)
    if library is not pandas.DataFrame:
        assert rows(list(chunks(library({"column": MIXED})[2:7]))) == encoded(MIXED[2:7])


def test_texts_may_be_missing_if_that_is_allowed() -> None:
    texts = ["one", None, "", float("nan"), "two"]
    for given_as in (texts, np.array(texts, object), pandas.Series(texts, dtype=object)):
        (chunk,) = chunks(given_as, nulls=True)
        assert rows([chunk]) == [b"one", b"", b"", b"", b"two"]
        assert chunk.missing is not None
        assert chunk.missing.tolist() == [False, True, False, True, False]
    with pytest.raises(TypeError, match=r"texts\[1\] is int"):
        list(chunks(["one", 7], nulls=True))


@pytest.mark.parametrize("shape", [(), (1, 1), (2, 0), (1, 1, 1)])
def test_an_array_must_have_one_dimension(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=f"^texts is an array of {len(shape)} dimensions; allowed is one$"):
        chunks(np.full(shape, "a"))


@pytest.mark.parametrize("limit", [1, CHUNK])
@pytest.mark.parametrize("place", [0, 3])
@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (None, "None; .* leave it out"),
        (float("nan"), r"float \(nan\); .* leave it out"),
        (7, "int; allowed is str"),
        (b"bytes", "bytes; allowed is str: decode it"),
        (["a"], "list; allowed is str"),
        (pandas.NA, "NAType; allowed is str"),
    ],
)
def test_what_is_no_text_is_named_with_its_index(wrong: object, named: str, place: int, limit: int) -> None:
    texts: list[object] = ["one", "lone \ud800", "two", "three"]
    texts.insert(place, wrong)
    array = np.empty(5, object)
    array[:] = texts
    for given_as in (texts, iter(texts), array, pandas.Series(texts, dtype=object)):
        with pytest.raises(TypeError, match=rf"^corpus\[{place}\] is {named}"):
            list(chunks(given_as, name="corpus", limit=limit))


@pytest.mark.parametrize(
    ("texts", "named"),
    [
        (np.array([1, 2]), r"\[0\] is int;"),
        (np.array(["a", None], np.dtypes.StringDType(na_object=None)), r"\[1\] is None;"),
        (np.array(["a", np.nan], np.dtypes.StringDType(na_object=np.nan)), r"\[1\] is float \(nan\);"),
        (np.ma.masked_array(["a", "b"], [False, True]), r"\[1\] is None;"),
        (pandas.Series([1, 2]), r"\[0\] is int;"),
        (pandas.Index(["a", None]), r"\[1\] is float \(nan\);"),
        (pandas.Series(["a", 7], dtype="category"), r"\[1\] is int;"),
    ],
)
def test_what_an_array_holds_instead_of_a_text_is_named(texts: Any, named: str) -> None:
    with pytest.raises(TypeError, match=f"^texts{named}"):
        list(chunks(texts))


@pytest.mark.parametrize("name", ARROW)
@pytest.mark.parametrize("place", [0, 9, 21])
def test_a_null_is_named_with_its_index(name: str, place: int) -> None:
    texts: list[Any] = [f"text number {number}" for number in range(22)]
    texts[place] = None
    if name == "polars enum":
        given_as = polars.Series(texts, dtype=polars.Enum([text for text in texts if text]))
    else:
        given_as = ARROW[name](texts)
    with pytest.raises(TypeError, match=rf"^texts\[{place}\] is null; allowed is str"):
        list(chunks(given_as, limit=30))
    if name in SLICED and place:
        with pytest.raises(TypeError, match=rf"^texts\[{place - 2}\] is null; allowed is str"):
            list(chunks(given_as[2:], limit=30))
        assert len(rows(list(chunks(given_as[:place])))) == place


def test_a_null_in_a_dictionary_is_named_where_it_is_used() -> None:
    words = pyarrow.array(["a", None, "b"])
    texts = pyarrow.DictionaryArray.from_arrays(pyarrow.array([0, 2, 1, 0]), words)
    with pytest.raises(TypeError, match=r"^texts\[2\] is null"):
        list(chunks(texts))
    assert rows(list(chunks(texts[:2]))) == [b"a", b"b"]


def test_an_array_of_nothing_but_nulls_names_the_first() -> None:
    with pytest.raises(TypeError, match=r"^texts\[0\] is null"):
        list(chunks(pyarrow.array([None, None])))


@pytest.mark.parametrize("kind", [STRING, LARGE, VIEW], ids=str)
@pytest.mark.parametrize(
    ("texts", "place", "byte"),
    [
        ([b"fine", b"ends in a \xe2\x82", b"fine"], 1, 10),
        ([b"fine", b"a \xff byte, and it is a long text"], 1, 2),
        ([b"fine", b"", b"cut \xe2\x82", b"\xac here, and no place else"], 2, 4),
        ([b"fine", b"\xac begins inside", b"\xac"], 1, 0),
        ([b"surrogate \xed\xa0\x80"], 0, 10),
        ([b"overlong \xc0\xaf"], 0, 9),
        ([b"fine"] * 40_000 + [b"\xf0\x9f\x98"], 40_000, 0),
        ([b"x" * 200_001 + b"\xe2\x82", b"\xac"], 0, 200_001),
    ],
)
def test_bytes_that_are_no_utf8_are_named_with_their_index(
    kind: pyarrow.DataType, texts: list[bytes], place: int, byte: int
) -> None:
    binary = {STRING: pyarrow.binary(), LARGE: pyarrow.large_binary(), VIEW: pyarrow.binary_view()}[kind]
    array = pyarrow.array(texts, binary).view(kind)
    for limit in (30, CHUNK):
        with pytest.raises(ValueError, match=rf"^corpus\[{place}\] is not valid UTF-8 at its byte {byte}:"):
            list(chunks(array, name="corpus", limit=limit))


def test_a_long_text_is_checked_past_every_step() -> None:
    for lead in range(4):
        text = "a" * lead + "😀" * 40_000
        assert rows(list(chunks(pyarrow.array([text])))) == encoded([text])


def test_offsets_that_leave_their_buffer_are_refused() -> None:
    offsets, data = pyarrow.py_buffer(np.array([0, 9, 2], np.int32)), pyarrow.py_buffer(b"abc")
    with pytest.raises(ValueError, match=r"^texts is Arrow data whose offsets do not fit its buffers"):
        list(chunks(pyarrow.Array.from_buffers(STRING, 2, [None, offsets, data])))


@pytest.mark.parametrize("dtype", [object, "string[python]", "category"])
def test_a_series_needs_no_pyarrow(monkeypatch: pytest.MonkeyPatch, dtype: Any) -> None:
    texts = pandas.Series(pandas.Series(MIXED, dtype=object), dtype=dtype)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert rows(list(chunks(texts, limit=20))) == encoded(MIXED)


def test_a_missing_value_of_a_series_is_named_without_pyarrow_too(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = pandas.Series(["a", None], dtype="string[python]")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(TypeError, match=r"^texts\[1\] is NAType; allowed is str"):
        list(chunks(texts))


def test_a_frame_is_refused_without_pyarrow_too(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pandas.DataFrame({"column": ["a"]}, dtype=object)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ValueError, match=r"^texts is an array of 2 dimensions"):
        chunks(frame)


LONE = ["fine", "lone \ud800"]


@pytest.mark.parametrize(
    "series",
    [
        pandas.Series(LONE, dtype=object),
        pandas.Series(LONE, dtype="string[python]"),
        pandas.Series(pandas.Categorical.from_codes([0, 1], pandas.Index(LONE, dtype=object))),
    ],
    ids=["object", "string", "category"],
)
def test_a_series_may_hold_a_lone_surrogate(series: Any) -> None:
    assert rows(list(chunks(series))) == encoded(LONE)


@pytest.mark.parametrize("fault", [ValueError, TypeError, NotImplementedError, pyarrow.ArrowInvalid])
@pytest.mark.parametrize("method", ["__arrow_c_stream__", "__arrow_c_array__"])
def test_what_an_exporter_raises_reaches_the_user(method: str, fault: type[Exception]) -> None:
    def export(_: object, requested_schema: object = None) -> object:
        raise fault("out of paper")

    for others in ({}, {"__array__": lambda *_: np.array(MIXED, object)}):
        exporter = type("Exporter", (), {method: export, **others})()
        with pytest.raises(fault, match=r"^out of paper$"):
            chunks(exporter)


def test_texts_are_counted_where_that_takes_no_reading() -> None:
    for name, make in ALL.items():
        assert counted(make(MIXED)) == (None if name == "generator" else len(MIXED))
    assert counted(iter(MIXED)) is None
    assert counted(np.array("a")) is None


def test_nanoarrow_is_not_imported_for_a_list() -> None:
    code = (
        "import sys; from dedup.sketch.collection import chunks; list(chunks(['a'])); print('nanoarrow' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
