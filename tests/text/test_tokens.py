import doctest
import tracemalloc
import unicodedata
from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xxhash import xxh64_intdigest

from dedup.text import tokens as room
from dedup.text.tokens import Tokens, folded, shingles, tokenize
from tests.text import oracle
from tests.text.scripts import SCRIPTS, texts

ENGINES = ["reference", "compiled"] if find_spec("numba") else ["reference"]


def words(text: str) -> list[str]:
    return folded(text, tokenize(text))


def spans(text: str) -> list[str]:
    """The source of every token."""
    tokens = tokenize(text)
    return [text[start:end] for start, end in zip(tokens.starts, tokens.ends, strict=True)]


def weights(text: str) -> list[int]:
    return tokenize(text).weights.tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \t\r\n.,!", []),
        ("The Straße, THE STRASSE", ["the", "strasse", "the", "strasse"]),
        ("İstanbul ISTANBUL", ["istanbul", "istanbul"]),
        ("ΟΔΟΣ οδός", ["οδοσ", "οδοσ"]),
        ("ｆｕｌｌ ﬁne x² ½", ["full", "fine", "x2", "1", "2"]),
        ("snake_case 3.14 COVID-19", ["snake", "case", "3", "14", "covid", "19"]),
        ("مُحَمَّد محمد محـمـد", ["محمد"] * 3),
        ("שָׁלוֹם שלום", ["שלום"] * 2),
        ("हिन्दी \u0958 \u0915\u093c क", ["हिन्दी", "\u0915\u093c", "\u0915\u093c", "क"]),
        ("\ud55c \u1112\u1161\u11ab", ["\u1112\u1161\u11ab"] * 2),
        ("日本語", ["日", "本", "語"]),
        ("\u304c \u304b\u3099 \uff76\uff9e", ["\u304b\u3099", "\u304b\u3099", "\u30ab\u3099"]),
        ("ラーメン", ["ラ", "ー", "メ", "ン"]),
        ("人々", ["人", "々"]),
        ("Python是語言3月", ["python", "是", "語", "言", "3", "月"]),
        ("น้ำ น\u0e49\u0e4dา", ["น\u0e49\u0e4d", "า"] * 2),
        ("a ำ", ["a", "า"]),
        ("👨\u200d👩\u200d👧 ❤\ufe0f 🇫🇷 1\ufe0f\u20e3", ["1"]),
        ("nul\x00nul", ["nul", "nul"]),
        ("a\ud800b", ["a", "b"]),
        ("a\ue000b", ["a", "b"]),
        ("a≠b", ["a", "b"]),
        ("\u0301a (\u0301b", ["a", "b"]),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("1½ cups", "1 1/2 cups"),
        ("3⅓ ½½ 1½m ↉5", "3 1/3 1/2 1/2 1 1/2 m 0/3 5"),
        ("1¹⁄₂", "1 1/2"),
        ("10⁶ 10⁻⁶ 2ⁿ 5₁₀ ²₂", "10 6 10 6 2 n 5 10 2 2"),
        ("H₂O m² CO₂ x₁ ⁵⁷Fe SO₄²⁻", "h2o m2 co2 x1 57fe so4 2"),
        ("x²3 1ᵉʳ 2ª", "x2 3 1er 2a"),
        ("2019² 2019’s²", "2019 2 2019 s2"),
        ("①② 3⒈ 図①の Q⑴ 5㉑", "1 2 3 1 図1の Q 1 5 21"),
        ("ⅩⅡ Ⅷ", "XII VIII"),
        ("㋀㏠ 5㍘ 令和㋀", "1 月 1 日 5 0 点 令和 1 月"),
        ("20℃ 5㎡ 3㎧ ㏂", "20 c 5m2 3m s a.m."),
        ("№5 № 5 ℡03", "No 5 No 5 TEL 03"),
        ("⽇⽊ ㈱山 ㌖ ㍿", "日木 株山 キロメートル 株式会社"),
        ("Ⓗⓔⓛⓛⓞ ⒜ 🄰", "hello a a"),
        ("coŀlegi don＇t", "col·legi dont"),
        ("Windows™", "windows"),
        ("ﷺ", "صلى الله عليه وسلم"),
    ],
)
def test_a_character_that_stands_for_others_is_read_as_them(text: str, same: str) -> None:
    assert words(text) == words(same)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("1½ cups", "112 cups"),
        ("3⅓", "313"),
        ("10⁶", "106"),
        ("2ⁿ", "2n"),
        ("20℃", "20℉"),
        ("5㎡", "5㎥"),
        ("①②", "⑫"),
        ("❶❷", "❶2"),
        ("5㍘", "50点"),
        ("⽇", "⽉"),
    ],
)
def test_numbers_and_units_are_not_taken_for_others(text: str, other: str) -> None:
    assert words(text) != words(other)


def test_all_words_of_a_character_have_its_span() -> None:
    assert spans("add 1½ ㎧") == ["add", "1", "½", "½", "㎧", "㎧"]
    tokens = tokenize("add 1½ ㎧")
    for first in range(6):
        part = Tokens(*(getattr(tokens, name)[first:] for name in ("hashes", "starts", "ends", "weights")))
        assert folded("add 1½ ㎧", part) == ["add", "1", "1", "2", "m", "s"][first:]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("don't don’t", ["dont", "dont"]),
        ("rock'n'roll", ["rocknroll"]),
        ("dogs' 'quoted'", ["dogs", "quoted"]),
        ("l'e\u0301te\u0301'a", ["letea"]),
        ("a''b", ["a", "b"]),
        ("5'10 x'5 5'x", ["5", "10", "x", "5", "5", "x"]),
        ("don\u00ad'\u200bt", ["dont"]),
        ("a'\u0301b", ["a", "b"]),
        ("'", []),
        ("a'", ["a"]),
        ("'a", ["a"]),
    ],
)
def test_an_apostrophe_is_passed_over_only_between_two_letters(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize("inside", ["\u00ad", "\u200b", "\u200d", "\u2060", "\ufeff", "\ufe0f", "\u20e3", "\u034f"])
def test_what_is_transparent_neither_separates_nor_counts(inside: str) -> None:
    text = f"{inside}para{inside}graph{inside} x"
    assert words(text) == ["paragraph", "x"]
    assert spans(text) == [f"para{inside}graph", "x"]


def test_a_span_holds_the_marks_of_its_last_letter() -> None:
    assert spans("cafe\u0301 ก\u0e48า मि محمدٌ") == ["cafe\u0301", "ก\u0e48", "า", "मि", "محمدٌ"]


def test_spans_count_code_points_whatever_stands_between() -> None:
    text = "😀\r\nÄ\r\n🇫🇷 𐐀b\ud800c"
    assert spans(text) == ["Ä", "𐐀b", "c"]
    assert tokenize(text).starts.tolist() == [3, 9, 12]


def test_weights_are_quarter_words() -> None:
    assert weights("word 12") == [4, 4]
    assert weights("日ー") == [2, 2]
    assert weights("กກខမ") == [1, 1, 1, 1]


def test_a_hash_is_that_of_the_folded_word() -> None:
    assert tokenize("Straße").hashes.tolist() == [xxh64_intdigest(b"strasse")]


@settings(deadline=None)
@given(text=texts())
def test_tokens_are_what_the_rules_say(text: str) -> None:
    expected = oracle.tokens([ord(char) for char in text])
    tokens = tokenize(text)
    assert tokens.hashes.tolist() == [token.hash for token in expected]
    assert list(zip(tokens.starts, tokens.ends, strict=True)) == [(token.start, token.end) for token in expected]
    assert tokens.weights.tolist() == [token.weight for token in expected]
    assert folded(text, tokens) == [token.fold for token in expected]


@pytest.mark.parametrize("script", [name for name in SCRIPTS if name != "odd"])
@settings(deadline=None, max_examples=50)
@given(data=st.data())
def test_composed_and_decomposed_text_have_the_same_tokens(script: str, data: st.DataObject) -> None:
    text = data.draw(texts(script))
    composed, decomposed = (tokenize(unicodedata.normalize(form, text)) for form in ("NFC", "NFD"))
    assert composed.hashes.tolist() == decomposed.hashes.tolist()
    assert composed.weights.tolist() == decomposed.weights.tolist()


@settings(deadline=None)
@given(text=texts("latin", "greek", "cyrillic"))
def test_case_folded_text_has_the_same_tokens(text: str) -> None:
    text = text.replace("\u0345", "")  # folds to a letter, which begins a word where the mark does not
    assert tokenize(text.casefold()).hashes.tolist() == tokenize(text).hashes.tolist()


@settings(deadline=None)
@given(text=texts())
def test_the_words_of_the_folded_words_are_the_folded_words(text: str) -> None:
    # Runs of digits and superscripts are one token, and so is a letter with this mark, but not what they fold to.
    apart = str.maketrans(dict.fromkeys("²ⁿ₂ₓ❶\u0345", " "))
    first = words(text.translate(apart))
    assert words(" ".join(first)) == first


@settings(deadline=None)
@given(left=texts(), right=texts())
def test_texts_joined_by_a_line_end_have_the_tokens_of_both(left: str, right: str) -> None:
    both = tokenize(left + "\n" + right)
    assert both.hashes.tolist() == tokenize(left).hashes.tolist() + tokenize(right).hashes.tolist()


@settings(deadline=None)
@given(text=texts(), data=st.data())
def test_any_part_of_the_tokens_can_be_folded_alone(text: str, data: st.DataObject) -> None:
    tokens = tokenize(text)
    chosen = np.flatnonzero([data.draw(st.booleans()) for _ in tokens.starts])
    part = Tokens(*(array[chosen] for array in (tokens.hashes, tokens.starts, tokens.ends, tokens.weights)))
    assert [xxh64_intdigest(word.encode()) for word in folded(text, part)] == part.hashes.tolist()


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_gives_the_same_arrays_over_many_windows(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "".join(SCRIPTS.values()) * 2_000 + "x" * 300_000 + " end"
    monkeypatch.setenv("DEDUP_ENGINE", "reference")
    expected = tokenize(text)
    monkeypatch.setenv("DEDUP_ENGINE", engine)
    found = tokenize(text)
    assert len(found.hashes) > 100_000
    for name in ("hashes", "starts", "ends", "weights"):
        assert np.array_equal(getattr(found, name), getattr(expected, name))
    assert folded(text, found)[-2:] == ["x" * 300_000, "end"]
    assert [xxh64_intdigest(word.encode()) for word in folded(text, found)] == found.hashes.tolist()


@pytest.mark.parametrize("engine", ENGINES)
def test_memory_does_not_grow_with_the_text_beyond_its_tokens(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEDUP_ENGINE", engine)
    text = "One paragraph, of which a mirror kept very many copies.\n\n" * 70_000
    tokenize(text[:100])
    tracemalloc.start()
    tokens = tokenize(text)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(tokens.hashes) == 700_000
    assert peak < 2 * 17 * len(tokens.hashes) + 80 * (1 << 18)


def test_a_text_too_long_for_its_spans_is_refused() -> None:
    class Endless(str):
        def __len__(self) -> int:
            return 1 << 31

    with pytest.raises(ValueError, match="text has 2,147,483,648 code points; allowed are fewer"):
        tokenize(Endless())


def test_shingles_are_folded_tokens_in_a_row_with_repeats_kept() -> None:
    assert shingles("The CAT, the cat!", 2) == ["the cat", "cat the", "the cat"]
    assert shingles("The cat sat") == ["the cat sat"]
    assert shingles("The cat sat", size=1) == ["the", "cat", "sat"]


def test_a_text_shorter_than_a_shingle_is_one_shingle() -> None:
    assert shingles("The cat", 3) == ["the cat"]
    assert shingles("…", 3) == []


@pytest.mark.parametrize("size", [0, -1])
def test_a_shingle_has_at_least_one_token(size: int) -> None:
    with pytest.raises(ValueError, match=rf"^size = {size} is out of range; allowed: an integer from 1 to 1000000$"):
        shingles("a", size)


@pytest.mark.parametrize("size", [1.0, "3", None, True])
def test_a_shingle_size_is_an_int(size: object) -> None:
    with pytest.raises(TypeError, match=r"^size = .* is not an integer; allowed: an integer from 1 to 1000000$"):
        shingles("a", size)  # type: ignore[arg-type]


def test_the_examples_in_the_docstrings_are_true() -> None:
    examples = doctest.testmod(room)
    assert examples.attempted
    assert not examples.failed
