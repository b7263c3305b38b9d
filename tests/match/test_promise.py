"""What every answer of `find_repeats` keeps, on texts in many scripts, on both engines."""

from importlib.util import find_spec

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dedup
from tests.conftest import ENGINES
from tests.match import oracle

VOCABULARIES = {
    "latin": ["river", "bridge", "old", "stone", "path", "lamp", "gull", "north", "keeper", "oil", "Änderung", "naïve"],
    "arabic": ["النهر", "الجسر", "القديم", "حجر", "طريق", "مصباح", "نورس", "شمال"],
    "hindi": ["नदी", "पुल", "पुराना", "पत्थर", "रास्ता", "दीपक", "उत्तर"],
    "chinese": list("河桥老石路灯鸥北守油"),
    "thai": list("กขคงจฉชซญดตถ"),
}


@st.composite
def texts(draw: st.DrawFn) -> list[str]:
    """Texts with planted copies, some of them edited, nested or side by side."""
    scripts = draw(st.lists(st.sampled_from(sorted(VOCABULARIES)), min_size=1, max_size=3, unique=True))
    size = draw(st.sampled_from([1, 2, 4, 12]))
    words = st.sampled_from([(word, script) for script in scripts for word in VOCABULARIES[script][:size]])
    rows = draw(st.lists(st.lists(words, max_size=80), min_size=1, max_size=3))
    for _ in range(draw(st.integers(0, 4))):
        source, target = draw(st.sampled_from(rows)), draw(st.sampled_from(rows))
        begin = draw(st.integers(0, len(source)))
        part = source[begin : begin + draw(st.integers(1, 50))] * draw(st.integers(1, 3))
        for _ in range(draw(st.integers(0, 3))):
            part.insert(draw(st.integers(0, len(part))), draw(words))
        at = draw(st.integers(0, len(target)))
        target[at:at] = part
    return ["".join(word + ("" if script in ("chinese", "thai") else " ") for word, script in row) for row in rows]


def answer(documents: object, **options: object) -> list[dedup.Repeat]:
    """What every engine answers alike."""
    answers = []
    for engine in ENGINES if find_spec("numba") else ENGINES[:1]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DEDUP_ENGINE", engine)
            answers.append(dedup.find_repeats(documents, **options))  # type: ignore[arg-type]
    assert all(other == answers[0] for other in answers)
    return answers[0]


@settings(max_examples=150)
@given(texts(), st.integers(4, 10), st.sampled_from([0.3, 0.6, 0.8, 1.0]))
def test_every_answer_keeps_the_contract(documents: list[str], min_words: int, min_similarity: float) -> None:
    repeats = answer(documents, min_words=min_words, min_similarity=min_similarity)
    given_texts = oracle.texts(dict(enumerate(documents)))
    assert oracle.flaws(given_texts, repeats, min_words, min_similarity) == []
    assert not oracle.broken(given_texts.words, 4 * min_words, given_texts.rows(repeats))


@settings(max_examples=60)
@given(texts(), texts(), st.integers(4, 10))
def test_against_keeps_the_contract_for_words_of_the_texts(drafts: list[str], old: list[str], min_words: int) -> None:
    both = [*drafts, *old]
    in_drafts = [
        repeat
        for repeat in answer(both, min_words=min_words, min_similarity=1)
        if repeat.places[0].document < len(drafts)
    ]
    assert answer(drafts, against=old, min_words=min_words, min_similarity=1) == in_drafts
    repeats = answer(drafts, against=old, min_words=min_words)
    assert all(repeat.places[0].document < len(drafts) for repeat in repeats)
    given_texts = oracle.texts(dict(enumerate(both)))
    assert oracle.flaws(given_texts, repeats, min_words) == []
    inside = len(oracle.texts(dict(enumerate(drafts))).words.names)
    broken = oracle.broken(given_texts.words, 4 * min_words, given_texts.rows(repeats))
    assert not {pair for pair in broken if pair[0] < inside}


@st.composite
def pages(draw: st.DrawFn) -> list[str]:
    """The same in Markdown, cut into blocks of several kinds."""
    frames = ["{}\n\n", "{}\r\n\r\n", "# {}\n\n", "```\n{}\n```\n\n", "- {}\n\n", "<!-- {} -->\n\n"]
    found = []
    for text in draw(texts()):
        rest, page = text, ""
        while rest.strip():
            size = draw(st.sampled_from([12, 40, 150]))
            page += draw(st.sampled_from(frames)).format(rest[:size].strip() or "...")
            rest = rest[size:]
        found.append(page)
    return found


@settings(max_examples=60)
@given(
    pages(), st.integers(4, 10), st.sampled_from([None, ["prose"], ["prose", "list"], ["heading", "code", "comment"]])
)
def test_no_passage_goes_on_behind_a_block_that_is_not_read(
    documents: list[str], min_words: int, blocks: list[str] | None
) -> None:
    repeats = answer(documents, markup="markdown", blocks=blocks, min_words=min_words)
    given_texts = oracle.texts(dict(enumerate(documents)), "markdown", blocks)
    assert oracle.flaws(given_texts, repeats, min_words) == []
    rows = given_texts.rows(repeats)
    assert not oracle.broken(given_texts.words, 4 * min_words, rows)
    borders = [word for word, name in enumerate(given_texts.words.names) if isinstance(name, tuple)]
    assert not any(start < border < end for places in rows for start, end in places for border in borders)
