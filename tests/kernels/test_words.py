"""Token hashes of many texts at once, on both engines, against the oracle of the text room, text by text."""

from itertools import pairwise
from types import ModuleType

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from xxhash import xxh64_intdigest

from dedup.text import fold
from dedup.text.tokens import tokenize
from tests.text import oracle
from tests.text.scripts import CHARACTERS, SCRIPTS
from tests.text.scripts import texts as in_scripts

Row = tuple[list[int], int]

ASCII = "".join(map(chr, range(128)))
PLAIN = st.text(st.sampled_from(ASCII) | st.sampled_from("aB7' "), max_size=60)
COLLECTIONS = st.lists(
    in_scripts() | PLAIN | st.sampled_from(["", "'", "\u0301", "ำ", "\ud83d", "\ude00"]), max_size=12
)


def packed(texts: list[str]) -> tuple[np.ndarray, np.ndarray]:
    parts = [text.encode("utf-8", "surrogatepass") for text in texts]
    offsets = np.append(0, np.cumsum([len(part) for part in parts])).astype(np.int64)
    return np.frombuffer(b"".join(parts), np.uint8), offsets


def rows(hashes: np.ndarray, bounds: np.ndarray, weights: np.ndarray) -> list[Row]:
    """The hashes and the weight of every text."""
    cuts = pairwise(bounds.tolist())
    return [(hashes[lo:hi].tolist(), weight) for (lo, hi), weight in zip(cuts, weights.tolist(), strict=True)]


def found(kernels: ModuleType, texts: list[str]) -> list[Row]:
    return rows(*kernels.words.word_hashes(*packed(texts), fold.load()))


def expected(texts: list[str]) -> list[Row]:
    tokens = [oracle.tokens([ord(char) for char in text]) for text in texts]
    return [([token.hash for token in row], sum(token.weight for token in row)) for row in tokens]


@settings(max_examples=50)
@given(texts=COLLECTIONS)
def test_each_text_has_the_tokens_that_the_rules_give_it_alone(kernels: ModuleType, texts: list[str]) -> None:
    assert found(kernels, texts) == expected(texts)


@pytest.mark.parametrize("script", SCRIPTS)
@settings(max_examples=10)
@given(data=st.data())
def test_every_script_is_read_by_the_rules(kernels: ModuleType, script: str, data: st.DataObject) -> None:
    texts = data.draw(st.lists(in_scripts(script), min_size=1, max_size=6))
    assert found(kernels, texts) == expected(texts)


@settings(max_examples=30)
@given(texts=st.lists(PLAIN, max_size=12))
def test_texts_of_ascii_are_read_by_the_rules(kernels: ModuleType, texts: list[str]) -> None:
    assert found(kernels, texts) == expected(texts)


def test_every_ascii_character_is_read_by_the_rules_wherever_it_stands(kernels: ModuleType) -> None:
    frames = ["*", "a*", "*a", "a*b", "a**b", "a*7", "7*a", "'*'", "a'*", "*'a", "A*Z z*"]
    texts = [frame.replace("*", char) for char in ASCII for frame in frames]
    assert found(kernels, texts) == expected(texts)


@settings(max_examples=20)
@given(texts=st.lists(in_scripts() | PLAIN, max_size=8))
def test_tokens_are_those_of_one_text_read_alone(kernels: ModuleType, texts: list[str]) -> None:
    alone = [tokenize(text) for text in texts]
    assert found(kernels, texts) == [(row.hashes.tolist(), int(row.weights.sum())) for row in alone]


BORDERS = [
    ("don", "'t"),
    ("don'", "t"),
    ("don’", "t"),
    ("don", "’t"),
    ("don", "'", "t"),
    ("'", "'"),
    ("rock'n", "'roll'"),
    ("resum", "\u0301e"),
    ("resume", "\u0301"),
    ("\u0301", "\u0301a"),
    ("محم", "\u064eد"),
    ("محمّ", "د"),
    ("हिन", "\u094dदी"),
    ("ह", "ि", "न"),
    ("น", "ำ"),
    ("น\u0e49", "ำ"),
    ("a", "ำ"),
    ("ำ", "ำ"),
    ("ນ", "ຳ"),
    ("漢", "字"),
    ("か", "\u3099"),
    ("ｶ", "ﾞ"),
    ("ᄒ", "\u1161", "\u11ab"),
    ("one\u00ad", "two"),
    ("one", "\u200btwo"),
    ("1", "\ufe0f\u20e3"),
    ("👩\u200d", "👧"),
    ("🇫", "🇷"),
    ("12", "34"),
    ("a", "b"),
    ("a", "", "b"),
    ("", "\u0301b", ""),
    ("ä", "b"),
    ("a\ud83d", "\ude00b"),
    ("\ud800", "a", "\udfff"),
]


@pytest.mark.parametrize("texts", BORDERS, ids=ascii)
def test_no_token_reaches_over_the_border_of_a_text(kernels: ModuleType, texts: tuple[str, ...]) -> None:
    assert found(kernels, list(texts)) == expected(list(texts))
    # The border counts and nothing else: the same in the midst of others.
    framed = ["before it", *texts, "nach ihm: Größe"]
    assert found(kernels, framed) == expected(framed)


@settings(max_examples=20)
@given(text=in_scripts() | PLAIN, place=st.integers(0, 40))
@example(text="a\u0301", place=1)
def test_a_text_cut_in_two_is_two_texts(kernels: ModuleType, text: str, place: int) -> None:
    halves = [text[:place], text[place:]]
    assert found(kernels, halves) == expected(halves)


@pytest.mark.parametrize("unit", ["a", "Q", "7", "æ", "ж", "ह", "\U00010400"])
def test_a_token_of_any_length_has_the_hash_of_its_folded_bytes(kernels: ModuleType, unit: str) -> None:
    folded = oracle.look_up(ord(unit))[1]
    texts = [unit * length for length in range(1, 101)]
    hashes = [xxh64_intdigest((folded * length).encode()) for length in range(1, 101)]
    assert found(kernels, texts) == [([value], 4) for value in hashes]
    assert found(kernels, [" ".join(texts)]) == [(hashes, 400)]


def test_an_apostrophe_may_stand_at_any_byte_of_a_word(kernels: ModuleType) -> None:
    texts = ["x" * lead + "'" + "y" * tail for lead in range(1, 40) for tail in (1, 2, 8, 31)]
    assert found(kernels, texts) == expected(texts)


def test_texts_of_every_kind_follow_each_other(kernels: ModuleType) -> None:
    characters = CHARACTERS + "a b'" * 40
    texts = [characters[first : first + size] for first in range(0, len(characters), 7) for size in (0, 5, 23, 400)]
    assert found(kernels, texts) == expected(texts)


@pytest.mark.parametrize("char", "½㌖㍿ﷺ㏂")
def test_texts_with_more_tokens_than_bytes_leave_room_for_those_after_them(kernels: ModuleType, char: str) -> None:
    texts = ["a b", char, char * 50, "c d e f", char * 300 + " x", "", "g", "y y y y y " * 40, char]
    assert found(kernels, texts) == expected(texts)


@pytest.mark.parametrize("texts", [["", "", ""], [" ", "…", "\u0301", "'"], ["👍🏽", "\ud800", "\x00"]])
def test_texts_without_a_token_have_none(kernels: ModuleType, texts: list[str]) -> None:
    assert found(kernels, texts) == [([], 0)] * len(texts)


def test_a_text_weighs_what_its_tokens_weigh(kernels: ModuleType) -> None:
    texts = ["two words", "漢字", "Pythonは言語", "ภาษา", "မြန်", "", "हिन्दी 7"]
    assert [weight for _, weight in found(kernels, texts)] == [8, 4, 10, 4, 2, 0, 8]


def test_part_of_a_chunk_may_be_read(kernels: ModuleType) -> None:
    texts = ["straße", "plain words", "", "น้ำ", "end's"]
    data, offsets = packed(texts)
    for first in range(len(texts)):
        for last in range(first + 1, len(texts) + 1):
            answer = kernels.words.word_hashes(data, offsets[first : last + 1], fold.load())
            assert rows(*answer) == expected(texts[first:last])


@pytest.mark.parametrize("texts", [[""], ["plain"], ["größer", ""]])
def test_types_of_the_arrays_are_fixed(kernels: ModuleType, texts: list[str]) -> None:
    hashes, bounds, weights = kernels.words.word_hashes(*packed(texts), fold.load())
    assert [array.dtype for array in (hashes, bounds, weights)] == [np.uint64, np.int64, np.int64]
    assert bounds[0] == 0
    assert bounds[-1] == len(hashes)
    assert len(bounds) == len(weights) + 1 == len(texts) + 1
