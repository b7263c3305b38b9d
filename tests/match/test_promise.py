"""What every answer of `find_repeats` keeps, on texts in many scripts, on both engines."""

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


@settings(max_examples=120)
@given(texts(), st.integers(4, 10), st.sampled_from([0.3, 0.6, 0.8, 1.0]))
def test_every_answer_keeps_the_contract(documents: list[str], min_words: int, min_similarity: float) -> None:
    answers = []
    for engine in ENGINES:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DEDUP_ENGINE", engine)
            answers.append(dedup.find_repeats(documents, min_words=min_words, min_similarity=min_similarity))
    assert answers[0] == answers[1]
    given_texts = oracle.texts(dict(enumerate(documents)))
    assert oracle.flaws(given_texts, answers[0], min_words, min_similarity) == []
    assert not oracle.broken(given_texts.words, 4 * min_words, given_texts.rows(answers[0]))
