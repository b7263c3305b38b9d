"""`dedup.find_repeats` as its users meet it."""

import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import polars
import pyarrow
import pytest

import dedup
from dedup.match.passages import repeats_in
from dedup.text.reading import read
from tests.match import oracle

ARTICLE = Path(__file__).parents[1] / "article.md"
SENTENCE = "The harbour board voted on Monday to close the eastern pier for repairs until the end of spring."

PARAGRAPHS = {
    "arabic": "قال مدير الميناء إن الرصيف الشرقي سيغلق أمام السفن حتى نهاية الربيع لإجراء إصلاحات عاجلة",
    "chinese": "港务局周一决定关闭东码头进行维修工程直到春季结束为止",
    "hindi": "बंदरगाह बोर्ड ने सोमवार को पूर्वी घाट को मरम्मत के लिए वसंत के अंत तक बंद करने का निर्णय लिया",
    "japanese": "港湾局は月曜日に東桟橋を春の終わりまで修理のため閉鎖することを決めた",
    "korean": "항만 위원회는 월요일에 동쪽 부두를 봄이 끝날 때까지 수리를 위해 폐쇄하기로 결정했다고 밝혔다",
    "russian": "Совет порта решил в понедельник закрыть восточный причал на ремонт до конца весны этого года",
    "thai": "คณะกรรมการท่าเรือลงมติเมื่อวันจันทร์ให้ปิดท่าเทียบเรือฝั่งตะวันออกเพื่อซ่อมแซมจนถึงสิ้นฤดูใบไม้ผลิ",
    "emoji": "we 🚢 sail at dawn 🌅 with the tide 🌊 and return at dusk before the lamps are lit 🏮 again",
    "marks": "le préfet a ouvert la vieille écluse à midi devant une foule étonnée",
}


def spans(repeat: dedup.Repeat) -> list[tuple[object, int, int]]:
    return [(place.document, place.start, place.end) for place in repeat.places]


@pytest.mark.usefixtures("engine")
def test_the_article_repeats_a_sentence_and_a_clause_and_nothing_else() -> None:
    with open(ARTICLE, encoding="utf-8", newline="") as file:
        text = file.read()
    clause, sentence = dedup.find_repeats(text, markup="markdown")
    assert (clause.kind, clause.words, round(clause.similarity, 4)) == ("near", 12, round(12 / 13, 4))
    assert [place.text[:30] for place in clause.places] == ["Salt Basin, which houses custo"] * 2
    assert [place.text[-14:] for place in clause.places] == ["other services", "ublic services"]
    assert (sentence.kind, sentence.words, sentence.similarity) == ("exact", 17, 1.0)
    first, second = sentence.places
    assert first.text == second.text == text[first.start : first.end] == text[second.start : second.end]
    assert first.text.startswith("The port police")
    assert first.text.endswith("guarded Salt Basin")
    assert text[first.end] == "."
    assert text[second.end] == ","


def test_shared_words_that_stand_in_one_short_run_are_no_repeat() -> None:
    first = "The town will not accept noise near the safety of ferry crews in the bay, she said."
    second = "We will not accept that the safety of ferry crews in our waters is at risk, she added."
    assert dedup.find_repeats(f"{first}\n\n{second}") == []


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("name", PARAGRAPHS)
def test_a_copied_paragraph_is_found_to_the_character_in_any_script(name: str) -> None:
    paragraph = PARAGRAPHS[name]
    other = next(text for key, text in PARAGRAPHS.items() if key != name)
    text = f"{other}\r\n\r\n{paragraph}\r\n\r\n{SENTENCE}\r\n\r\n{paragraph}\r\n"
    (repeat,) = dedup.find_repeats(text)
    assert repeat.kind == "exact"
    bare = paragraph.rstrip("🏮 ") if name != "emoji" else paragraph
    assert [place.text for place in repeat.places] == [bare, bare]


def test_folding_forgets_case_accents_emphasis_and_links_but_spans_do_not() -> None:
    plain = "visitors who come before noon may leave their coats at the desk"
    marked = "**Visitors** who come [before noon](https://example.org/hours) may\nleave their *coats* at THE désk"
    (repeat,) = dedup.find_repeats([plain, marked + "."], markup="markdown")
    assert repeat.kind == "exact"
    assert repeat.places[1].text == marked[2:]


def test_a_passage_that_ends_with_a_link_ends_after_it() -> None:
    line = "For more about moving the old ferry landing, read [the plan of the board](plan.md)"
    (repeat,) = dedup.find_repeats(f"{line}.\n\nAnd again. {line}, please.", markup="markdown")
    assert [place.text for place in repeat.places] == [line, line]


def test_a_str_a_sequence_and_a_mapping_name_their_documents() -> None:
    assert spans(*dedup.find_repeats(f"{SENTENCE} {SENTENCE}")) == [(0, 0, 95), (0, 97, 192)]
    assert spans(*dedup.find_repeats([SENTENCE, "", SENTENCE])) == [(0, 0, 95), (2, 0, 95)]
    assert spans(*dedup.find_repeats({"b": SENTENCE, "a": SENTENCE})) == [("b", 0, 95), ("a", 0, 95)]


def test_no_passage_crosses_the_border_of_a_text() -> None:
    words = SENTENCE.split()
    assert dedup.find_repeats([" ".join(words[:7]), " ".join(words[7:]), SENTENCE], min_words=12) == []


@pytest.mark.usefixtures("engine")
def test_against_keeps_only_what_has_a_place_in_the_texts() -> None:
    old = [f"{SENTENCE} {PARAGRAPHS['russian']}", PARAGRAPHS["russian"]]
    (repeat,) = dedup.find_repeats(f"New. {SENTENCE}", against=old)
    assert spans(repeat) == [(0, 5, 100), (1, 0, 95)]
    (repeat,) = dedup.find_repeats({"draft": SENTENCE}, against={"old": SENTENCE})
    assert [place.document for place in repeat.places] == ["draft", "old"]
    with pytest.raises(ValueError, match="against holds the key 'a'"):
        dedup.find_repeats({"a": SENTENCE}, against={"a": SENTENCE})


def test_a_near_copy_joins_the_repeat_of_the_exact_ones() -> None:
    changed = SENTENCE.replace("Monday", "Tuesday")
    (repeat,) = dedup.find_repeats({"a": f"{SENTENCE}\n\nNothing new.\n\n{SENTENCE}", "b": changed})
    assert (repeat.kind, len(repeat.places)) == ("near", 3)
    third = repeat.places[2]
    assert [changed[a:b] for a, b in third.matched] == [
        "The harbour board voted on",
        "to close the eastern pier for repairs until the end of spring",
    ]
    assert dedup.find_repeats([SENTENCE, changed], min_similarity=1, min_words=13) == []


def test_blocks_chooses_what_is_read() -> None:
    text = f"# {SENTENCE}\n\n> {SENTENCE}\n\n{SENTENCE}\n\n```\n{SENTENCE}\n```\n"
    assert len(dedup.find_repeats(text, markup="markdown")[0].places) == 4
    (repeat,) = dedup.find_repeats(text, markup="markdown", blocks=["prose", "heading"])
    assert len(repeat.places) == 2
    assert dedup.find_repeats(text, markup="markdown", blocks=["prose"]) == []


@pytest.mark.parametrize(
    "text",
    ["", "\n\n \r\n\t", "?! … —\n\n.", "word", "\0" * 50, "\ud800 \udfff" * 9, "\ufeff", "a\rb\rc", "🏮" * 40],
)
def test_text_without_a_repeat_gives_none(text: str) -> None:
    assert dedup.find_repeats(text) == []
    assert dedup.find_repeats(text, markup="markdown") == []


@pytest.mark.parametrize("border", ["\n", "\r\n", "\r", "\0", "\ud800", "\u2028"])
def test_any_border_between_copies_leaves_the_spans_exact(border: str) -> None:
    (repeat,) = dedup.find_repeats(f"\ufeff{SENTENCE}{border}{SENTENCE}")
    assert spans(repeat) == [(0, 1, 96), (0, 97 + len(border), 192 + len(border))]


def test_ten_megabytes_on_one_line_are_read() -> None:
    line = " ".join(f"w{number}" for number in range(1_300_000)) + f" {SENTENCE} {SENTENCE}"
    assert len(line) > 10_000_000
    (repeat,) = dedup.find_repeats(line, min_similarity=1)
    assert [place.text for place in repeat.places] == [SENTENCE[:-1]] * 2


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"min_words": 3}, ValueError, r"^min_words = 3 is out of range; allowed: an integer from 4 to 1000000$"),
        ({"min_words": 8.0}, TypeError, r"^min_words = 8.0 is not an integer; allowed: an integer from 4 to"),
        ({"min_similarity": 0}, ValueError, r"min_similarity = 0 is out of range"),
        ({"min_similarity": 1.5}, ValueError, r"min_similarity = 1.5 is out of range"),
        ({"min_similarity": float("nan")}, ValueError, r"min_similarity = nan is out of range"),
        (
            {"min_similarity": "0.6"},
            TypeError,
            "min_similarity = '0.6' is not a number; allowed: a number above 0",
        ),
        ({"markup": "latex"}, ValueError, r"markup='latex' is unknown; allowed: 'plain', 'markdown'"),
        ({"blocks": ["prosa"]}, ValueError, "holds 'prosa', which is unknown"),
        ({"against": 5}, TypeError, "against is int"),
    ],
)
def test_a_wrong_option_is_named_with_what_is_allowed(
    options: dict[str, object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        dedup.find_repeats(SENTENCE, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("texts", [None, 5, b"bytes", [SENTENCE, 5], {"a": b"bytes"}])
def test_texts_that_are_no_text_are_refused(texts: object) -> None:
    with pytest.raises(TypeError, match="texts"):
        dedup.find_repeats(texts)  # type: ignore[arg-type]


def test_results_are_plain_numbers() -> None:
    texts = [f"{SENTENCE} {SENTENCE}", SENTENCE.replace("Monday", "Tuesday")]
    for repeat in [*dedup.find_repeats(texts), *dedup.find_repeats(texts, min_similarity=1)]:
        assert (type(repeat.words), type(repeat.similarity)) == (int, float)
        for place in repeat.places:
            assert {
                type(number) for number in (place.start, place.end, *(x for part in place.matched for x in part))
            } == {int}


def test_no_texts_have_no_repeats() -> None:
    assert dedup.find_repeats([]) == dedup.find_repeats({}) == dedup.find_repeats([], against=[SENTENCE] * 2) == []


def test_a_passage_ends_where_a_block_is_not_read() -> None:
    head, tail = SENTENCE.split(" close ")
    whole, cut = f"{head} close {tail}", f"{head}\n\n```\nsome code\n```\n\nclose {tail}"
    (repeat,) = dedup.find_repeats(f"{cut}\n\n# Plan\n\n{cut}", markup="markdown", blocks=["prose"])
    assert [place.text for place in repeat.places] == [f"close {tail[:-1]}"] * 2
    (repeat,) = dedup.find_repeats(f"{whole}\n\n# Plan\n\n{whole}", markup="markdown", blocks=["prose"])
    assert [place.text for place in repeat.places] == [whole[:-1]] * 2


def test_results_cannot_be_changed() -> None:
    (repeat,) = dedup.find_repeats(f"{SENTENCE} {SENTENCE}")
    with pytest.raises(AttributeError):
        repeat.words = 3  # type: ignore[misc]
    with pytest.raises(AttributeError):
        repeat.places[0].start = 3  # type: ignore[misc]


def trial(rate: float, chance: random.Random) -> bool:
    """Whether a copy of 40 words in a text of 2,000, a share of them edited, is found in the right places, and no
    more."""
    words = [f"w{chance.randrange(5000)}" for _ in range(2000)]
    begin, at = chance.randrange(900), chance.randrange(1000, 1950)
    edits = dict(zip(chance.sample(range(40), round(40 * rate)), "sid" * 14, strict=False))
    copy: list[str] = []
    for k, word in enumerate(words[begin : begin + 40]):
        kind = edits.get(k, "")
        copy += [] if kind == "d" else [f"new{k}"] if kind == "s" else [word, f"new{k}"] if kind == "i" else [word]
    text = words[:at] + copy + words[at:]
    before = [0]
    for word in text:
        before.append(before[-1] + len(word) + 1)
    planted = [(before[begin], before[begin + 40] - 1), (before[at], before[at + len(copy)] - 1)]
    repeats = dedup.find_repeats(" ".join(text))
    assert len(repeats) <= 1
    return bool(repeats) and all(
        (min(place.end, span[1]) - max(place.start, span[0]))
        >= 0.8 * (max(place.end, span[1]) - min(place.start, span[0]))
        for place, span in zip(repeats[0].places, planted, strict=True)
    )


@pytest.mark.parametrize(("rate", "least"), [(0, 25), (0.05, 25), (0.1, 25), (0.2, 24), (0.35, 21)])
def test_an_edited_copy_is_found_and_nothing_else(rate: float, least: int) -> None:
    chance = random.Random(7)
    assert sum(trial(rate, chance) for _ in range(25)) >= least


@pytest.mark.usefixtures("engine")
def test_variants_of_one_template_are_one_near_repeat() -> None:
    template = [f"t{number}" for number in range(60)]
    rows = []
    for number in range(300):
        template[20], template[40] = f"a{number}", f"b{number}"
        rows.append(" ".join(template))
    near = [repeat for repeat in dedup.find_repeats("\n\n".join(rows)) if repeat.kind == "near"]
    assert [len(repeat.places) for repeat in near] == [300]


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("border", ["\n\n", " "])
def test_one_paragraph_three_thousand_times_is_one_repeat_with_three_thousand_places(border: str) -> None:
    (repeat,) = dedup.find_repeats((SENTENCE + border) * 3_000)
    assert (repeat.kind, repeat.words, repeat.similarity) == ("exact", 18, 1.0)
    step = len(SENTENCE + border)
    assert spans(repeat) == [(0, step * k, step * k + len(SENTENCE) - 1) for k in range(3_000)]


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("line", "words", "lines"), [("a b c d e", 10, 2), ("word", 8, 8), ("港", 8, 16), ("ก", 8, 32)]
)
def test_lines_shorter_than_a_repeat_are_tiled_together(line: str, words: int, lines: int) -> None:
    (repeat,) = dedup.find_repeats(f"{line}\n" * 640)
    step = (len(line) + 1) * lines
    assert repeat.words == words
    assert spans(repeat) == [(0, step * k, step * (k + 1) - 1) for k in range(640 // lines)]


def test_two_paragraphs_that_take_turns_are_tiled_together() -> None:
    pair = f"{SENTENCE}\n\n{PARAGRAPHS['russian']}\n\n"
    (repeat,) = dedup.find_repeats(pair * 50)
    assert len(repeat.places) == 50
    assert oracle.flaws(oracle.texts({0: pair * 50}), [repeat]) == []


def test_a_paragraph_after_a_heading_with_its_last_words_is_reported_as_a_paragraph() -> None:
    end = "the plan of the board"
    body = f"Nobody knows what will become of the ferry landing; for more, read {end}"
    text = f"About {end}\n\n{body}\n\n{body}"
    assert [place.text for place in dedup.find_repeats(text)[-1].places] == [body, body]


def test_a_short_text_never_loads_numba_or_datasketch() -> None:
    modules = "print({'numba', 'datasketch', 'rich'} & set(sys.modules))"
    code = f"import dedup, sys; dedup.find_repeats('a b c ' * 50); {modules}"
    environment = {name: value for name, value in os.environ.items() if name != "DEDUP_ENGINE"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout == "set()\n"


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("number", "other"), [("1½", "112"), ("3⅓", "313"), ("10⁶", "106"), ("20℃", "20℉"), ("①②", "12")]
)
def test_a_passage_with_another_number_is_no_exact_repeat(number: str, other: str) -> None:
    text = "In the tall copper kettle heat {} of water before the first guests arrive."
    (repeat,) = dedup.find_repeats([text.format(number), text.format(other)])
    assert repeat.kind == "near"
    (repeat,) = dedup.find_repeats([text.format(number), text.format(number).upper()])
    assert repeat.kind == "exact"
    assert [place.text for place in repeat.places] == [text.format(number)[:-1], text.format(number).upper()[:-1]]


COLLECTIONS: dict[str, Callable[[list[str]], Any]] = {
    "tuple": tuple,
    "generator": iter,
    "values of a dict": lambda texts: dict(enumerate(texts)).values(),
    "numpy": np.array,
    "numpy object": lambda texts: np.array(texts, object),
    "pyarrow": pyarrow.array,
    "pyarrow chunks": lambda texts: pyarrow.chunked_array([texts[:1], [], texts[1:]], pyarrow.string()),
    "pyarrow dictionary": lambda texts: pyarrow.array(texts).dictionary_encode(),
    "polars": polars.Series,
    "pandas": pandas.Series,
    "pandas object": lambda texts: pandas.Series(texts, dtype=object),
}


@pytest.mark.parametrize("name", COLLECTIONS)
def test_texts_come_from_any_collection_that_find_duplicates_takes(name: str) -> None:
    texts = [f"{SENTENCE} 1½ 😀", "", f"Before it: {SENTENCE}", "漢字"]
    make, expected = COLLECTIONS[name], dedup.find_repeats(texts, against=texts[:1])
    assert dedup.find_repeats(make(texts), against=make(texts[:1])) == expected
    assert {place.document for repeat in expected for place in repeat.places} == {0, 2, 4}
    assert [place.text for place in dedup.find_repeats(make(texts))[0].places] == [SENTENCE[:-1]] * 2
    assert dedup.find_repeats(make([])) == []
    assert len(dedup.find_duplicates(make(texts)).keep) == len(texts)


@pytest.mark.parametrize(
    "wrong",
    [None, 3, b"bytes", {SENTENCE}, [SENTENCE, 3], [SENTENCE, b"bytes"], np.array([[SENTENCE]]), np.array([b"bytes"])],
    ids=ascii,
)
def test_what_is_no_collection_of_texts_is_refused_as_by_find_duplicates(wrong: Any) -> None:
    with pytest.raises((TypeError, ValueError)) as expected:
        dedup.find_duplicates(wrong)
    with pytest.raises(expected.type) as found:
        dedup.find_repeats(wrong)
    assert str(found.value) == str(expected.value)
    with pytest.raises(expected.type, match=r"^against\b"):
        dedup.find_repeats(SENTENCE, against=wrong if wrong is not None else 3)


@pytest.mark.parametrize("name", ["tuple", "generator", "numpy object", "pyarrow", "polars", "pandas", "pandas object"])
def test_what_is_missing_in_a_collection_matches_nothing(name: str) -> None:
    texts = [SENTENCE, None, SENTENCE, None]
    (repeat,) = dedup.find_repeats(COLLECTIONS[name](texts))  # type: ignore[arg-type]
    assert [place.document for place in repeat.places] == [0, 2]
    assert len(dedup.find_duplicates(COLLECTIONS[name](texts)).keep) == 4  # type: ignore[arg-type]


def test_a_table_of_one_column_is_that_column_and_a_lazy_frame_is_refused() -> None:
    frame = polars.DataFrame({"text": [SENTENCE, "", SENTENCE]})
    assert dedup.find_repeats(frame) == dedup.find_repeats([SENTENCE, "", SENTENCE])
    with pytest.raises(TypeError, match=r"texts is LazyFrame, .*collect\(\) it"):
        dedup.find_repeats(frame.lazy())


@pytest.mark.parametrize("many", [["one line\r", "\nanother", "\ud83d", "\ude00"], [SENTENCE] * 3 + [""] * 500])
def test_short_texts_have_the_repeats_of_their_readings(many: list[str]) -> None:
    many = [f"{text} {SENTENCE}" if number % 7 else text for number, text in enumerate(many)]
    alone = {number: read(text) for number, text in enumerate(many)}
    assert dedup.find_repeats(many) == repeats_in(alone)


@pytest.mark.usefixtures("engine")
def test_places_that_meet_inside_a_character_for_two_words_both_have_it() -> None:
    words = " apples and bread cost dear every friday given "
    text = f"2{words}½{words}1"
    (repeat,) = dedup.find_repeats(text)
    assert [place.text for place in repeat.places] == [f"2{words}½", f"½{words}1"]
