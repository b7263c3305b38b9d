"""Shingle sets, on both engines: shingles against ``dedup.shingles``, sets and fingerprints against plain Python."""

import random
from itertools import pairwise
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xxhash import xxh64_digest, xxh64_intdigest

import dedup
from dedup.text import fold
from tests.kernels.test_words import packed
from tests.text.scripts import texts as in_scripts

KEY = st.integers(0, 2**64 - 1)
# Any values; few values, so that they repeat; and values with equal highest bits, which no hash would have by chance.
ROW = (
    st.lists(KEY, max_size=40)
    | st.lists(st.sampled_from([0, 1, 2**32, 2**63, 2**64 - 1]), max_size=40)
    | st.lists(st.integers(0, 200), max_size=200)
    | st.lists(st.integers(2**64 - 99, 2**64 - 1), max_size=99)
)
ROWS = st.lists(ROW, max_size=8)


def flat(rows: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    values = np.array([value for row in rows for value in row], np.uint64)
    return values, np.append(0, np.cumsum([len(row) for row in rows])).astype(np.int64)


def unflat(values: np.ndarray, offsets: np.ndarray) -> list[list[int]]:
    assert (values.dtype, offsets.dtype) == (np.uint64, np.int64)
    assert (offsets[0], offsets[-1]) == (0, len(values))
    return [values[lo:hi].tolist() for lo, hi in pairwise(offsets.tolist())]


def shingled(kernels: ModuleType, texts: list[str], size: int) -> list[list[int]]:
    hashes, bounds, _ = kernels.words.word_hashes(*packed(texts), fold.load())
    return unflat(*kernels.sets.shingle_rows(hashes, bounds, size))


def shingle_hash(shingle: str) -> int:
    """From its words: the digest of their digests, which xxHash gives with the highest byte first."""
    return xxh64_intdigest(b"".join(xxh64_digest(word.encode())[::-1] for word in shingle.split(" ")))


def expected(texts: list[str], size: int) -> list[list[int]]:
    return [[shingle_hash(shingle) for shingle in dedup.shingles(text, size)] for text in texts]


@settings(max_examples=25)
@given(texts=st.lists(in_scripts() | st.text("ab 'é漢", max_size=30), max_size=6), size=st.integers(1, 7))
def test_every_text_has_its_shingles_in_order(kernels: ModuleType, texts: list[str], size: int) -> None:
    assert shingled(kernels, texts, size) == expected(texts, size)


@pytest.mark.parametrize("size", range(1, 8))
@pytest.mark.parametrize(
    "texts",
    [
        ["The quick brown fox jumps over the lazy dog", "", "The quick", "one", "and so on and so on and so on"],
        ["اللغة العربية جميلة جدًّا", "السلام عليكم"],
        ["我们在图书馆里读书", "读书"],
        ["น้ำตาลทรายขาว", "น้ำ"],
        ["हिन्दी में एक छोटा वाक्य", "वाक्य"],
        ["👍 thumbs 👍🏽 up", "👍"],
        ["it's the dogs' bone", "'", "rock", "'n'", "roll"],
        ["a\ud800b c", "\udfff", "d e"],
    ],
    ids=["latin", "arabic", "chinese", "thai", "hindi", "emoji", "apostrophes", "surrogates"],
)
def test_shingles_of_every_size_are_hashed_as_documented(kernels: ModuleType, texts: list[str], size: int) -> None:
    assert shingled(kernels, texts, size) == expected(texts, size)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 9])
def test_a_text_with_fewer_tokens_than_a_shingle_is_one_shingle_of_them(kernels: ModuleType, size: int) -> None:
    hashes = np.arange(1, 21, dtype=np.uint64)
    bounds = np.array([0, 0, 1, 3, 6, 10, 15, 15, 20], np.int64)
    rows = unflat(*kernels.sets.shingle_rows(hashes, bounds, size))
    counts = np.diff(bounds).tolist()
    assert [len(row) for row in rows] == [max(count - size, 0) + 1 if count else 0 for count in counts]
    for row, (lo, hi) in zip(rows, pairwise(bounds.tolist()), strict=True):
        data = hashes[lo:hi].astype("<u8").tobytes()
        width = 8 * min(size, hi - lo)
        assert row == [xxh64_intdigest(data[8 * place : 8 * place + width]) for place in range(len(row))]


@pytest.mark.parametrize("size", [1, 3, 4])
def test_texts_that_begin_behind_others_have_their_own_shingles(kernels: ModuleType, size: int) -> None:
    texts = ["one two three four", "five six seven eight nine", "ten"]
    hashes, bounds, _ = kernels.words.word_hashes(*packed(texts), fold.load())
    values, offsets = kernels.sets.shingle_rows(hashes, bounds[1:], size)
    assert unflat(values, offsets) == expected(texts[1:], size)


@settings(max_examples=25)
@given(rows=ROWS)
def test_sorted_rows_ascend_and_hold_each_value_once(kernels: ModuleType, rows: list[list[int]]) -> None:
    assert unflat(*kernels.sets.sorted_rows(*flat(rows))) == [sorted(set(row)) for row in rows]


@pytest.mark.parametrize("size", [63, 64, 65, 1_000, 5_000])
def test_long_rows_are_sorted_whatever_they_hold(kernels: ModuleType, size: int) -> None:
    chance = random.Random(size)
    rows = [
        [chance.getrandbits(64) for _ in range(size)],
        list(range(size, 0, -1)),
        [chance.getrandbits(3) for _ in range(size)],
        [7],
        [(2**63) | chance.getrandbits(40) for _ in range(size)],
        [],
        [chance.choice([0, 2**64 - 1]) for _ in range(size)],
    ]
    assert unflat(*kernels.sets.sorted_rows(*flat(rows))) == [sorted(set(row)) for row in rows]


def test_sorting_leaves_what_it_was_given(kernels: ModuleType) -> None:
    values, offsets = flat([[3, 1, 3], [], [2, 1]])
    kernels.sets.sorted_rows(values, offsets)
    assert values.tolist() == [3, 1, 3, 2, 1]


def fingerprint(row: list[int]) -> list[int]:
    """Two sums of the values, each value scattered by the finalizer of MurmurHash3, with two beginnings."""
    sums = []
    for start in (0, 0x9E3779B97F4A7C15):
        total = 0
        for value in row:
            mixed = value ^ start
            for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
                mixed = (mixed ^ mixed >> 33) * factor % 2**64
            total += mixed ^ mixed >> 33
        sums.append(total % 2**64)
    return sums


@settings(max_examples=20)
@given(rows=ROWS)
def test_a_fingerprint_is_two_sums_of_scattered_values(kernels: ModuleType, rows: list[list[int]]) -> None:
    found = kernels.sets.fingerprints(*flat(rows))
    assert (found.dtype, found.shape) == (np.uint64, (len(rows), 2))
    assert found.tolist() == [fingerprint(row) for row in rows]


def test_different_sets_have_different_fingerprints(kernels: ModuleType) -> None:
    chance = random.Random(1)
    sets = [[chance.getrandbits(64)] for _ in range(100)] + [[small] for small in range(100)]
    sets += [[small, small + 1] for small in range(100)] + [[0, small, 2**63] for small in range(1, 100)] + [[]]
    found = kernels.sets.fingerprints(*flat(sets)).tolist()
    assert len({tuple(halves) for halves in found}) == len(sets)


@settings(max_examples=25)
@given(
    rows=st.lists(st.tuples(KEY, KEY), max_size=30)
    | st.lists(st.tuples(st.sampled_from([0, 1, 2**63]), st.sampled_from([0, 1, 2**64 - 1])), max_size=60)
)
def test_a_copy_is_known_by_the_first_row_with_both_halves(kernels: ModuleType, rows: list[tuple[int, int]]) -> None:
    found = kernels.sets.copies(np.array(rows, np.uint64).reshape(-1, 2))
    assert found.dtype == np.int64
    assert found.tolist() == [rows.index(row) for row in rows]


def test_thousands_of_copies_are_known_by_their_first(kernels: ModuleType) -> None:
    chance = random.Random(2)
    some = [(chance.getrandbits(64), chance.getrandbits(64)) for _ in range(3_000)]
    rows = [chance.choice(some[:50] if number % 2 else some) for number in range(10_000)]
    first: dict[tuple[int, int], int] = {}
    assert kernels.sets.copies(np.array(rows, np.uint64)).tolist() == [
        first.setdefault(row, number) for number, row in enumerate(rows)
    ]
