import sys
import unicodedata
from subprocess import run

import numpy as np
import pytest

from dedup.kernels import alphabet
from dedup.text import fold, generate
from dedup.text.reading import read_all
from tests.text.oracle import look_up, pieces

RUNNING = tuple(int(number) for number in unicodedata.unidata_version.split("."))
EVERY = range(0x110000)


@pytest.fixture(scope="module")
def rebuilt() -> alphabet.Alphabet:
    return generate.build()


def entries(table: alphabet.Alphabet, points: list[int]) -> list[tuple[int, tuple[object, ...]]]:
    """(class, fold) of each code point; of one that stands for several characters, the same of each of them."""

    def entry(record: int, point: int) -> tuple[int, tuple[object, ...]]:
        start = int(table.offsets[record])
        kind, folded = int(table.classes[record]), table.points[start : start + int(table.counts[record])].tolist()
        if kind == alphabet.COMPOUND:
            return kind, tuple(entry(part, part) for part in folded)
        return kind, (point,) if record < alphabet.IDENTITIES else tuple(folded)

    return [entry(int(table.records[point]), point) for point in points]


@pytest.mark.skipif(RUNNING != fold.UNICODE, reason="this Python has another Unicode version than the table")
def test_the_table_is_what_the_script_makes(rebuilt: alphabet.Alphabet) -> None:
    for made, shipped in zip(rebuilt, fold.load(), strict=True):
        assert made.dtype == shipped.dtype
        assert np.array_equal(made, shipped)


def test_characters_of_both_unicode_versions_have_one_class_and_fold(rebuilt: alphabet.Alphabet) -> None:
    table = fold.load()
    if RUNNING <= fold.UNICODE:
        common = [point for point in EVERY if unicodedata.category(chr(point)) != "Cn"]
    else:  # what is new in the running version separates in the table
        common = np.flatnonzero(table.classes[table.records] != alphabet.SEPARATOR)[:-2].tolist()
    assert len(common) > 100_000
    assert entries(rebuilt, common) == entries(table, common)


def test_the_table_says_which_unicode_it_was_made_from() -> None:
    assert fold.UNICODE == (15, 1, 0)
    assert fold.VERSION == 2


def test_a_table_of_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fold, "VERSION", fold.VERSION + 1)
    with pytest.raises(RuntimeError, match=r"fold\.bin does not belong to this version"):
        fold.load.__wrapped__()


def test_what_is_packed_is_loaded() -> None:
    path = generate.__file__.replace("generate.py", fold.FILE)
    with open(path, "rb") as file:
        assert len(file.read()) < 100_000
    table = fold.load()
    assert len(table.records) == alphabet.SIZE
    assert not any(array.flags.writeable for array in table)
    assert int(table.offsets[-1]) + int(table.counts[-1]) == len(table.points)


def test_folding_what_is_folded_changes_nothing() -> None:
    for point in EVERY:
        for _, folded in pieces(point):
            assert "".join(look_up(ord(char))[1] for char in folded) == folded, hex(point)


def test_a_character_folds_as_its_decomposition_does() -> None:
    for point in EVERY:
        parts = unicodedata.normalize("NFD", chr(point))
        if parts == chr(point):
            continue
        ((kind, folded),) = pieces(point)
        kinds = [look_up(ord(part))[0] for part in parts]
        assert folded == "".join(look_up(ord(part))[1] for part in parts) or kind < alphabet.MARK, hex(point)
        assert kinds[0] == kind, hex(point)
        jamo = kind == alphabet.LETTER and 0xAC00 <= point <= 0xD7A3
        assert set(kinds[1:]) <= {alphabet.LETTER if jamo else alphabet.MARK}, hex(point)


def test_only_sara_am_gives_a_mark_to_the_token_before() -> None:
    table = fold.load()
    split = np.flatnonzero(table.classes[table.records] == alphabet.SPLIT)
    assert [chr(point) for point in split] == ["\u0e33", "\u0eb3"]


def test_a_letter_or_digit_never_folds_to_nothing() -> None:
    table = fold.load()
    assert np.all(table.counts[(table.classes >= alphabet.LETTER)] > 0)


@pytest.mark.parametrize(
    ("char", "folded"),
    [
        ("A", "a"),
        ("é", "e"),
        ("ß", "ss"),
        ("ẞ", "ss"),
        ("İ", "i"),
        ("ı", "ı"),
        ("ς", "σ"),
        ("ﬁ", "fi"),
        ("Ａ", "a"),
        ("１", "1"),
        ("²", "2"),
        ("Ⅷ", "viii"),
        ("\u212a", "k"),
        ("𝐀", "a"),
        ("ᾳ", "αι"),
        ("й", "и"),
        ("أ", "ا"),
        ("ﻻ", "لا"),
        ("ﬆ", "st"),
        ("\ufb2a", "\u05e9"),
        ("\u0958", "\u0915\u093c"),
        ("\u093c", "\u093c"),
        ("ำ", "\u0e4dา"),
        ("ｶ", "カ"),
        ("ﾞ", "\u3099"),
        ("\u304c", "\u304b\u3099"),
        ("ｰ", "ー"),
        ("\uf900", "\u8c48"),
        ("\ud55c", "\u1112\u1161\u11ab"),
        ("\u3131", "\u1100"),
        ("㈠", "一"),
        ("㊊", "月"),
        ("⽇", "日"),
        ("①", "1"),
        ("⒇", "20"),
        ("🄂", "1"),
        ("⅟", "1"),
        ("❶", "❶"),
        ("₂", "2"),
        ("ⁿ", "n"),
        ("Ⓐ", "a"),
        ("㎏", "kg"),
        ("\u0301", ""),
        ("ـ", ""),
        ("َ", ""),
        ("ָ", ""),
    ],
)
def test_folds(char: str, folded: str) -> None:
    assert look_up(ord(char))[1] == folded


@pytest.mark.parametrize(
    ("kind", "characters"),
    [
        (alphabet.SEPARATOR, " \n\r\t\x00.,-_/=≠☃™℠₨﷼🅰😀☀🏽🇫・。\u3000\ue000\uffff\u0378\ud800\udfff"),
        (alphabet.TRANSPARENT, "\u00ad\u034f\u200b\u200d\u2060\ufe0f\ufeff\u20e3\u115f\u3164\U000e0041"),
        (alphabet.APOSTROPHE, "'’＇"),
        (alphabet.MARK, "\u0301\u093f\u0e48\u3099ﾞﾟـَ\u0345\u20dd"),
        (alphabet.LETTER, "azÉßﬁªᵉяωאعहᄒ한ʼㄅⅧⒶ🄰㎏㍱㉠"),
        (alphabet.DIGIT, "0９𝟗٣३"),
        (alphabet.SUPERSCRIPT, "²ⁿ"),
        (alphabet.SUBSCRIPT, "₂ₓ"),
        (alphabet.NUMBER, "②⑵⒉🄃㉑❷൴⅟"),
        (alphabet.COMPOUND, "½↉㋀㏠㍘㎡㎧㏂℃℅№ŀ⒜㈎ﷺﷻヿゟໜ㍿㌖"),
        (alphabet.IDEOGRAPH, "中㐀𠀀豈〇々〆かカｶーｰ㈠㈱㊊⼀㆖🈂\U0001b000"),
        (alphabet.SYLLABIC, "กา๑ກຫខ០မ၁\uaa60"),
    ],
)
def test_classes(kind: int, characters: str) -> None:
    table = fold.load()
    found = table.classes[table.records[[ord(char) for char in characters]]]
    assert [(char, int(number)) for char, number in zip(characters, found, strict=True)] == [
        (char, kind) for char in characters
    ]


def test_a_character_for_several_stands_for_simple_ones() -> None:
    table = fold.load()
    compounds = np.flatnonzero(table.classes[table.records] == alphabet.COMPOUND)
    assert compounds.min() == alphabet.FIRST_COMPOUND
    most = 0
    for point in compounds.tolist():
        found = pieces(point)
        assert len(found) > 1
        assert {kind for kind, _ in found} <= {
            alphabet.SEPARATOR,
            alphabet.LETTER,
            alphabet.SUPERSCRIPT,
            alphabet.NUMBER,
            alphabet.IDEOGRAPH,
            alphabet.SYLLABIC,
        }
        most = max(most, sum(kind != alphabet.SEPARATOR for kind, _ in found))
    assert most == alphabet.MOST_TOKENS


# Characters that have a decomposition with letters or digits, and are not read as it: signs, currencies, and the marks
# of Greek and Arabic that stand alone, whose decomposition begins with a space.
SIGNS = "™℠🅪🅫🅬₨﷼"
ABBREVIATIONS = "№℡℻"


def alone(char: str) -> bool:
    """Whether the character is a number with something round it, or two numbers, by what it decomposes to."""
    tag, *parts = unicodedata.decomposition(char).split()
    parts = [chr(int(part, 16)) for part in parts]
    digits = any(part.isdecimal() or unicodedata.decomposition(part).startswith("<circle>") for part in parts)
    return digits and tag in ("<circle>", "<compat>", "<fraction>", "<square>")


def test_a_character_is_read_as_its_compatibility_decomposition_between_any_others() -> None:
    seen = {"numbers": 0, "raised": 0, "others": 0}
    given, read_as = [], []
    for char in map(chr, EVERY):
        tag, *parts = unicodedata.decomposition(char).split() or [""]
        if not tag.startswith("<") or char in SIGNS:
            continue
        shown = "".join(chr(int(part, 16)) for part in parts)
        if shown[0] in " ـ" and all(unicodedata.category(part)[0] == "M" for part in shown[1:]):
            continue  # an accent with nothing under it
        for frame in ("x{}x", "7{}7", "人{}人", "{}", "x'{}", "{}'x"):
            if alone(char) or char in ABBREVIATIONS:
                shown, kind = f" {shown} ", "numbers"
            elif tag == "<sub>" or unicodedata.name(char).startswith("SUPERSCRIPT"):
                shown, kind = f" {shown} " if frame == "7{}7" else shown.strip(), "raised"
                if "'" in frame:  # transparent between letters, which these are not
                    continue
            else:
                kind = "others"
            seen[kind] += 1
            given.append(frame.format(char))
            read_as.append(frame.format(shown))
    for text, one, other in zip(given, read_all(given), read_all(read_as), strict=True):
        assert one.tokens.hashes.tolist() == other.tokens.hashes.tolist(), (text, text.encode("unicode_escape"))
    assert min(seen.values()) > 200, seen


def test_tokenising_never_asks_the_running_python_about_characters() -> None:
    script = (
        "import sys, numpy; sys.modules['unicodedata'] = None\n"
        "from dedup.text.tokens import shingles\n"
        "assert shingles('Caf\\u00e9 \\u65e5\\u672c', 1) == ['cafe', '\\u65e5', '\\u672c']"
    )
    done = run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
