"""What speaks for and against a finding, counted word by word beside it."""

from collections import Counter
from math import exp, log, log1p

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.lint.diagnose.confidence import FEATURES, INTERCEPT, confidences, contributions
from dedup.lint.diagnose.diff import changed_runs
from dedup.lint.diagnose.evidence import LONGEST, LONGEST_FILE, SHORTEST, SHORTEST_FILE
from dedup.lint.rules import PASSAGES
from dedup.text.marks import Block
from tests.lint.linting import linted, texts_of
from tests.lint.test_promise import documents

GATE = "The north gate stays shut until the last ferry has left the harbour at night"
BOAT = "Whoever takes the first boat in the morning may leave a bicycle at the office"
NAMES = [feature.name for feature in FEATURES]
STOPS = ".!?\u2026\u3002\uff01\uff1f\u061f\u0964"
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


def blocks_of(reading):
    """Return the kinds and the words of the blocks that were read."""
    marks = reading.marks
    for kind, start, end in zip(marks.kinds.tolist(), marks.starts.tolist(), marks.ends.tolist(), strict=True):
        held = inside(reading.tokens, start, end)
        if Block(kind) in reading.kinds and held:
            yield Block(kind), held


def is_whole(reading, place):
    """Return whether a block or a sentence begins and ends with a place."""
    held = inside(reading.tokens, place.start, place.end)
    starts, ends = reading.tokens.starts.tolist(), reading.tokens.ends.tolist()
    borders = [(words[0], words[-1]) for _, words in blocks_of(reading)]
    before = reading.text[ends[held[0] - 1] : starts[held[0]]] if held[0] else ""
    after = reading.text[ends[held[-1]] : starts[held[-1] + 1]] if held[-1] + 1 < len(starts) else ""
    begins = held[0] in {first for first, _ in borders} or any(sign in before for sign in STOPS)
    return begins and (held[-1] in {last for _, last in borders} or any(sign in after for sign in STOPS))


def is_listed(reading, place):
    """Return whether a place has a word in a list item."""
    held = set(inside(reading.tokens, place.start, place.end))
    return any(kind is Block.LIST and not held.isdisjoint(words) for kind, words in blocks_of(reading))


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
    everywhere = Counter(tokens.hashes.tolist())
    here = Counter(tokens.hashes[held].tolist())
    copies = 1 + (one.path == other.path)
    alone = sum(
        int(tokens.weights[at]) / 4 for at in held if everywhere[word := int(tokens.hashes[at])] <= here[word] * copies
    )
    length = log(min(max(common, 1), LONGEST))
    return {
        "words": length,
        "unique-words": log1p(alone),  # at most: of changed words too
        "changed-words": log1p(edits),
        "slots": slots / (common + slots + edits),
        "side-by-side": max(0.0, length - log(SHORTEST)) * (between <= 3 * 4),
        "whole-sentences": float(all(is_whole(readings[place.path], place) for place in (one, other))),
        "in-list": float(sum(is_listed(readings[place.path], place) for place in (one, other))),
        "file-length": log1p(min(max(int(tokens.weights.sum(dtype=np.int64)) / 4, SHORTEST_FILE), LONGEST_FILE)),
        "one-page": 0.0,
    }


@settings(max_examples=60)
@given(documents())
def test_evidence_is_what_counting_word_by_word_finds(texts):
    given_texts = texts_of(texts)
    for finding in linted(texts):
        if finding.rule not in PASSAGES or len(finding.places) != 2:
            continue
        expected, found = plainly(given_texts, finding), evidence(finding)
        assert found.pop("unique-words") <= expected.pop("unique-words") + SHOWN
        assert 0 <= found.pop("pages") <= max(0.0, log(len(texts) / 1.5, 2)) + SHOWN
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
    assert evidence(slot)["changed-words"] == 0
    [wording] = linted({"a": GATE, "b": GATE.replace("last ferry", "very last small boat")})
    assert evidence(wording)["slots"] == 0
    assert evidence(wording)["changed-words"] == pytest.approx(log1p(3), abs=SHOWN)


def test_evidence_is_of_the_two_strongest_places():
    texts = {"a": GATE.replace("harbour", "village"), "b": f"{GATE}", "c": GATE}
    [finding] = linted(texts)
    assert finding.rule == "DUP001"
    assert finding.similarity < 1
    assert evidence(finding)["slots"] == 0


@pytest.mark.parametrize(("between", "beside"), [("", 1), ("One two three.", 1), ("One two three four.", 0)])
def test_places_with_at_most_three_words_between_them_stand_side_by_side(between, beside):
    [finding] = linted({"a": f"{GATE}.\n\n{between}\n\n{GATE}."})
    length = log(len(GATE.split()) / SHORTEST)
    assert evidence(finding)["side-by-side"] == pytest.approx(beside * length, abs=SHOWN)
    [finding] = linted({"a": f"{GATE}.\n\n{between}", "b": f"{GATE}."})
    assert evidence(finding)["side-by-side"] == 0


def test_whether_both_places_are_whole_sentences_is_evidence():
    [whole] = linted({"a": f"Now. {GATE}.", "b": f"{BOAT}. {GATE}."})
    [part] = linted({"a": f"Now {GATE}.", "b": f"{GATE}. {BOAT}."})
    assert [evidence(one)["whole-sentences"] for one in (whole, part)] == [1, 0]
    assert whole.confidence > part.confidence


def test_items_of_lists_are_evidence():
    [item] = linted({"a": f"- {GATE}\n", "b": GATE})
    [items] = linted({"a": f"- {GATE}\n", "b": f"- {GATE}\n"})
    assert [evidence(one)["in-list"] for one in (item, items)] == [1, 2]


@pytest.mark.parametrize(("count", "level"), [(2, 0), (3, 1), (5, 1), (6, 2), (12, 3)])
def test_words_on_many_pages_are_evidence(count, level):
    [finding] = linted({f"{number}": GATE for number in range(count)})
    assert evidence(finding)["pages"] == level


def test_words_of_a_finding_on_two_pages_may_stand_on_many():
    texts = {f"{number}": GATE for number in range(10)}
    texts |= dict.fromkeys(("a", "b"), f"{GATE}\n\n{BOAT}")
    [shorter, longer] = sorted(linted(texts), key=lambda finding: -len(finding.places))
    assert len(longer.places) == 2
    share = len(GATE.split()) / len(f"{GATE} {BOAT}".split())
    assert evidence(longer)["pages"] == pytest.approx(3 * share, abs=SHOWN)
    assert evidence(shorter)["pages"] == 3


def test_versions_of_one_page_are_evidence_unless_one_repeats_itself():
    others = {f"{folder}/{name}": f"{folder} {name} alone" for folder in ("v1", "v2") for name in ("c", "d", "e")}
    [versions] = linted({**others, "v1/a": GATE, "v2/a": GATE})
    assert evidence(versions)["one-page"] == 1
    [pages] = linted({**others, "v1/a": GATE, "v2/b": GATE})
    assert evidence(pages)["one-page"] == 0
    [twice] = linted({**others, "v1/a": f"{GATE}\n\n{GATE}", "v2/a": GATE})
    assert evidence(twice)["one-page"] == 0
    assert versions.confidence < 0.25 < pages.confidence


UNIT = st.floats(0, 1)
ROWS = st.lists(st.lists(st.floats(0, 12), min_size=len(NAMES), max_size=len(NAMES)), min_size=1, max_size=5)


@given(ROWS)
def test_a_confidence_is_a_probability_and_its_odds_are_the_sum(rows):
    found = confidences(np.array(rows))
    assert ((found >= 0) & (found <= 1)).all()
    odds = INTERCEPT + contributions(np.array(rows)).sum(axis=1)
    np.testing.assert_allclose(found, [1 / (1 + exp(-one)) for one in odds.tolist()])


@pytest.mark.parametrize("feature", ["changed-words", "pages", "one-page"])
@given(row=st.lists(st.floats(0, 10), min_size=len(NAMES), max_size=len(NAMES)), values=st.tuples(UNIT, UNIT))
def test_of_findings_alike_one_with_more_of_this_is_not_more_likely_acted_on(feature, row, values):
    features = np.array([row, row])
    features[:, NAMES.index(feature)] = sorted(values)
    less, more = confidences(features).tolist()
    assert less >= more
