"""Exact repeats that go on across the border of a paragraph by chance."""

import pytest

from dedup.lint.diagnose.boundaries import measured
from dedup.match.passages import repeats_in
from dedup.text.reading import read

WORDS = "The north gate stays shut until the last ferry has left the harbour"
OTHER = "Whoever comes by boat may leave it at the office for a night"


def found(*texts, min_words=8):
    """(rule, what stands in the places) of what is repeated in texts."""
    readings = {number: read(text, "markdown", {"prose", "list"}) for number, text in enumerate(texts)}
    repeats = repeats_in(readings, min_words=min_words)
    order = {number: number for number in readings}
    return [
        (one.rule, one.repeat.words, [place.text for place in one.repeat.places])
        for one in measured(list(readings.values()), order, repeats, min_words)
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("", ""), ("Towels can be hired.", "Towels are for sale.")),
        (("", ""), ("Towels.", "Towels are for sale.")),
        (("", ""), ("Please do not run here.", "Please do not swim.")),
        (("So it is said here.", "They all live up here."), ("", "")),
        (("See it here.", "Go on up here."), ("Towels can be hired.", "Towels are for sale.")),
    ],
)
def test_a_paragraph_is_told_as_that_whatever_words_stand_beside_it(before, after):
    texts = [f"{first}\n\n{WORDS}.\n\n{last}\n" for first, last in zip(before, after, strict=True)]
    assert found(*texts) == [("DUP001", 13, [WORDS, WORDS])]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("", ""), ("Towels can be hired.", "Towels are for sale.")),
        (("So it is said here.", "They all live up here."), ("", "")),
        (("See it here.", "Go on up here."), ("Towels can be hired.", "Towels are for sale.")),
    ],
)
def test_so_is_a_paragraph_that_was_changed(before, after):
    changed = WORDS.replace("gate stays", "gate always stays")
    long, other = f"{WORDS} in a storm and in the fog", f"{changed} in a storm and in the fog"
    texts = [f"{a}\n\n{b}.\n\n{c}\n" for a, b, c in zip(before, (long, other), after, strict=True)]
    assert found(*texts) == [("DUP002", 20, [long, other])]
    readings = {number: read(text, "markdown", {"prose", "list"}) for number, text in enumerate(texts)}
    repeats = repeats_in(readings)
    [one] = measured(list(readings.values()), {0: 0, 1: 1}, repeats, 8)
    assert one.repeat.similarity == 20 / 21
    place = one.repeat.places[1]
    assert [place._source[start:end] for start, end in place.matched] == [
        "The north gate",
        other.removeprefix("The north gate always "),
    ]


def test_four_words_of_the_next_paragraph_are_part_of_the_passage():
    texts = [f"{WORDS}.\n\nDo not ever run {more}.\n" for more in ("here", "there")]
    assert found(*texts) == [("DUP003", 17, [f"{WORDS}.\n\nDo not ever run"] * 2)]


def test_a_short_paragraph_that_stands_again_as_a_whole_is_part_of_the_passage():
    texts = [f"- {WORDS}\n- Towels\n"] * 2
    assert found(*texts) == [("DUP001", 14, [f"{WORDS}\n- Towels"] * 2)]


def test_what_is_too_short_without_the_next_paragraph_is_left_out():
    texts = [f"It stays shut until the last ferry.\n\nTowels {more}.\n" for more in ("for sale", "can be hired")]
    assert [words for _, words, _ in found(*texts, min_words=7)] == [7]
    assert found(*texts, min_words=8) == []


def test_what_is_part_of_another_repeat_without_the_next_paragraph_is_left_out():
    same, other = f"{WORDS}.\n\nTowels can be hired.", f"{WORDS}.\n\nTowels are for sale."
    assert found(same, other, f"{WORDS}.\n\n{OTHER}.") == [("DUP001", 13, [WORDS] * 3)]


def test_inside_a_paragraph_every_word_counts():
    texts = [f"{WORDS}. Towels {more}." for more in ("can be hired", "are for sale")]
    assert found(*texts) == [("DUP003", 14, [f"{WORDS}. Towels"] * 2)]


@pytest.mark.parametrize(
    ("paragraph", "beginning", "least"),
    [
        ("渡船早上七点从南码头出发晚上十点回来天气好的时候", "到了周末船开得更勤", 8),
        ("เรือออกจากท่าเรือทางใต้ตอนเจ็ดโมงเช้าและกลับมาตอนสี่ทุ่ม", "ในวันหยุดเรือจะออกบ่อยขึ้น", 16),
        ("नाव सुबह सात बजे दक्षिणी घाट से चलती है और रात को लौटती है", "छुट्टी के दिन नाव", 4),
        ("تبحر العبارة من الرصيف الجنوبي في السابعة صباحا وتعود ليلا", "في أيام العطلة تبحر", 4),
    ],
)
def test_four_words_are_four_words_in_every_script(paragraph, beginning, least):
    starts, ends = (getattr(read(beginning).tokens, side).tolist() for side in ("starts", "ends"))
    assert len(starts) >= least
    for size, whole in ((least - 1, True), (least, False)):
        texts = [f"{paragraph}\n\n{beginning[starts[0] : ends[size - 1]]} {end}\n" for end in ("one", "other")]
        assert [rule for rule, _, _ in found(*texts, min_words=4)] == ["DUP001" if whole else "DUP003"]


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/lists/harbour/2003-October/",
        "HTTP://www.example.org/a/b.html?c=d&amp;e=f#g-h-i-",
        "docs/harbour/north/gate/opening/hours/of/winter.md",
        "C:\\\\harbour\\\\north\\\\gate\\\\opening\\\\hours\\\\of\\\\winter.md",
        "the.harbour.office.of.the.north.gate@boats.example.org",
    ],
)
def test_an_address_is_one_word_to_a_reader(address):
    short, long = f"See {address} for it", f"See {address} for it, and what else is said of the harbour"
    assert found(f"{short}.\n\nOne.", f"{short}!\n\nOther.") == []
    [(rule, words, _)] = found(f"{long}.\n\nOne.", f"{long}!\n\nOther.")
    assert rule == "DUP001"
    assert words > 12


def test_what_a_link_leads_to_is_not_counted_at_all():
    text = "See [the hours of the north gate in winter](https://example.org/harbour/north/gate/hours.html)"
    assert [words for _, words, _ in found(f"{text}.\n\nOne.", f"{text}!\n\nOther.")] == [9]


def test_words_that_are_parted_by_a_stroke_are_words():
    text = "The north/south gates stay shut and/or guarded at night"
    assert [words for _, words, _ in found(f"{text}.\n\nOne.", f"{text}!\n\nOther.")] == [11]
