"""What speaks for and against a finding, counted word by word beside it."""

from collections import Counter
from math import exp, log, log1p

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.lint.diagnose.confidence import FEATURES, INTERCEPT, confidences, contributions
from dedup.lint.diagnose.diff import changed_runs
from dedup.lint.diagnose.evidence import LONGEST_FILE, SHORTEST_FILE
from dedup.lint.rules import PASSAGES
from tests.lint.linting import linted, texts_of
from tests.lint.test_promise import documents

GATE = "The north gate stays shut until the last ferry has left the harbour at night"
BOAT = "Whoever takes the first boat in the morning may leave a bicycle at the office"
NAMES = [feature.name for feature in FEATURES]
SHOWN = 1e-4  # values are shown to four places


def evidence(finding):
    return {one.feature: one.value for one in finding.evidence}


def inside(tokens, start, end):
    """Return the numbers of the tokens of a span."""
    spans = zip(tokens.starts.tolist(), tokens.ends.tolist(), strict=True)
    return [at for at, (first, last) in enumerate(spans) if start <= first and last <= end]


def changes(tokens, other_tokens, one, other):
    """Return the weights of the words of each change, in the one place and in the other."""
    here, there = inside(tokens, one.start, one.end), inside(other_tokens, other.start, other.end)
    matched = [inside(other_tokens, start, end) for start, end in other.matched]
    runs = [(several[0] - there[0], several[-1] + 1 - there[0]) for several in matched]
    for low, high, start, end in changed_runs(tokens.hashes[here].tolist(), other_tokens.hashes[there].tolist(), runs):
        yield tokens.weights[here[low:high]].tolist(), other_tokens.weights[there[start:end]].tolist()


def plainly(texts, finding):
    """Return the evidence of a finding of two places, counted word by word."""
    readings = {source.path: reading for source, reading in zip(texts.sources, texts.readings, strict=True)}
    one, other = finding.places
    tokens = readings[one.path].tokens
    spans = list(zip(tokens.starts.tolist(), tokens.ends.tolist(), strict=True))
    held = inside(tokens, one.start, one.end)
    words = sum(int(tokens.weights[at]) for at in held) / 4
    lost = slots = edits = 0.0
    for was, now in [] if finding.rule == "DUP001" else changes(tokens, readings[other.path].tokens, one, other):
        size = max(sum(was), sum(now)) / 4
        lost += sum(was) / 4
        if len(was) == len(now) and size <= 2:
            slots += sum(was) / 4
        else:
            edits += size
    common = words - lost
    between = np.inf
    if one.path == other.path:
        between = sum(
            int(size)
            for (start, end), size in zip(spans, tokens.weights.tolist(), strict=True)
            if one.end <= start and end <= other.start
        )
    ends = [
        {int(reading.tokens.ends[reading.tokens.ends <= end].max()) for end in reading.marks.ends.tolist()}
        for reading in (readings[one.path], readings[other.path])
    ]
    everywhere = Counter(tokens.hashes.tolist())
    here = Counter(tokens.hashes[held].tolist())
    copies = 1 + (one.path == other.path)
    alone = sum(
        int(tokens.weights[at]) / 4 for at in held if everywhere[word := int(tokens.hashes[at])] <= here[word] * copies
    )
    return {
        "words": log(max(common, 1)),
        "unique-words": log1p(alone),  # at most: of changed words too
        "similarity": common / (common + slots + edits),
        "slots": slots / (common + slots + edits),
        "side-by-side": float(between <= 3 * 4),
        "ends-block": float(one.end in ends[0] and other.end in ends[1]),
        "file-length": log1p(min(max(int(tokens.weights.sum(dtype=np.int64)) / 4, SHORTEST_FILE), LONGEST_FILE)),
    }


@settings(max_examples=150)
@given(documents())
def test_evidence_is_what_counting_word_by_word_finds(texts):
    given_texts = texts_of(texts)
    for finding in linted(texts):
        if finding.rule not in PASSAGES or len(finding.places) != 2:
            continue
        expected, found = plainly(given_texts, finding), evidence(finding)
        assert found.pop("unique-words") <= expected.pop("unique-words") + SHOWN
        assert found == pytest.approx(expected, abs=SHOWN)


@settings(max_examples=60)
@given(documents())
def test_what_the_evidence_contributes_adds_up_to_the_confidence(texts):
    for finding in linted(texts):
        if finding.rule in PASSAGES:
            assert [one.feature for one in finding.evidence] == NAMES
            odds = INTERCEPT + sum(one.contribution for one in finding.evidence)
            assert finding.confidence == pytest.approx(1 / (1 + exp(-odds)), abs=4 * SHOWN)
            assert 0 <= finding.confidence <= 1
        else:
            assert finding.evidence == ()


def test_words_that_stand_nowhere_else_in_the_text_are_unique():
    [finding] = linted({"a": f"{GATE}.\n\nA ferry, a harbour and the night.", "b": GATE})
    others = sum(word not in ("ferry", "harbour", "night", "the") for word in GATE.lower().split())
    assert evidence(finding)["unique-words"] == pytest.approx(log1p(others), abs=SHOWN)


def test_words_of_all_places_in_one_text_are_not_elsewhere():
    [finding] = linted({"a": f"{GATE}.\n\n{GATE}."})
    assert evidence(finding)["unique-words"] == pytest.approx(log1p(len(GATE.split())), abs=SHOWN)


def test_a_name_for_another_fills_a_slot_and_a_longer_change_does_not():
    [slot] = linted({"a": GATE, "b": GATE.replace("north", "south")})
    assert evidence(slot)["slots"] == pytest.approx(1 / 15, abs=SHOWN)
    assert evidence(slot)["similarity"] == pytest.approx(14 / 15, abs=SHOWN)
    [wording] = linted({"a": GATE, "b": GATE.replace("last ferry", "very last small boat")})
    assert evidence(wording)["slots"] == 0


def test_evidence_is_of_the_two_strongest_places():
    texts = {"a": GATE.replace("harbour", "village"), "b": f"{GATE}", "c": GATE}
    [finding] = linted(texts)
    assert finding.rule == "DUP001"
    assert finding.similarity < 1
    assert evidence(finding)["similarity"] == 1


@pytest.mark.parametrize(("between", "beside"), [("", 1), ("One two three.", 1), ("One two three four.", 0)])
def test_places_with_at_most_three_words_between_them_stand_side_by_side(between, beside):
    [finding] = linted({"a": f"{GATE}.\n\n{between}\n\n{GATE}."})
    assert evidence(finding)["side-by-side"] == beside
    [finding] = linted({"a": f"{GATE}.\n\n{between}", "b": f"{GATE}."})
    assert evidence(finding)["side-by-side"] == 0


def test_whether_both_places_end_with_a_block_is_evidence():
    [ends] = linted({"a": f"Now {GATE}.", "b": f"{BOAT}. {GATE}."})
    [goes_on] = linted({"a": f"Now {GATE}.", "b": f"{GATE}. {BOAT}."})
    assert [evidence(one)["ends-block"] for one in (ends, goes_on)] == [1, 0]
    assert ends.confidence > goes_on.confidence


ROWS = st.lists(st.lists(st.floats(0, 12), min_size=len(NAMES), max_size=len(NAMES)), min_size=1, max_size=5)


@given(ROWS)
def test_a_confidence_is_a_probability_and_its_odds_are_the_sum(rows):
    found = confidences(np.array(rows))
    assert ((found >= 0) & (found <= 1)).all()
    odds = INTERCEPT + contributions(np.array(rows)).sum(axis=1)
    np.testing.assert_allclose(found, [1 / (1 + exp(-one)) for one in odds.tolist()])


@given(st.lists(st.floats(0, 10), min_size=len(NAMES), max_size=len(NAMES)), st.floats(0, 1), st.floats(0, 1))
def test_of_findings_alike_the_more_similar_is_not_less_likely_acted_on(row, one, other):
    features = np.array([row, row])
    features[:, NAMES.index("similarity")] = sorted((one, other))
    less, more = confidences(features).tolist()
    assert less <= more
