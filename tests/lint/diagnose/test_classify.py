"""Which rule a finding is of, and how its places relate to each other."""

import pytest
from hypothesis import given, settings

from tests.lint.linting import linted, rules_of, texts_of
from tests.lint.test_promise import documents

GATE = "The north gate stays shut until the last ferry has left the harbour at night"
BOAT = "Whoever takes the first boat in the morning may leave a bicycle at the office"
ROPE = "Bring your own rope if you mean to moor beside the old stone bridge"
DRIFTED = GATE.replace("north", "south")


def relations(texts, **options):
    return [(one.rule, [(place.path, place.relation) for place in one.places]) for one in linted(texts, **options)]


def test_a_third_copy_that_drifted_is_a_near_place_of_an_exact_paragraph():
    texts = {"a": GATE, "b": DRIFTED, "c": GATE}
    assert relations(texts) == [("DUP001", [("a", "exact"), ("b", "near"), ("c", "exact")])]


def test_two_equal_copies_of_a_first_place_that_differs_are_an_exact_paragraph():
    texts = {"a": DRIFTED, "b": GATE, "c": GATE}
    assert relations(texts) == [("DUP001", [("a", "near"), ("b", "exact"), ("c", "exact")])]


def test_a_third_copy_inside_a_longer_paragraph_is_part_of_it():
    texts = {"a": GATE, "b": f"As the keeper says: {GATE}, or so.", "c": GATE}
    assert relations(texts) == [("DUP001", [("a", "exact"), ("b", "part"), ("c", "exact")])]


@pytest.mark.parametrize("frame", ["{}", "- {}", "> {}", "1. {}", "> - {}"])
def test_blocks_of_every_kind_of_prose_are_paragraphs(frame):
    assert rules_of({"a": frame.format(GATE), "b": f"{GATE}\n\n{BOAT}"}) == [("DUP001", ["a", "b"])]
    assert rules_of({"a": frame.format(GATE), "b": frame.format(DRIFTED)}) == [("DUP002", ["a", "b"])]


def test_a_sentence_of_a_paragraph_is_a_repeated_passage():
    assert rules_of({"a": GATE, "b": f"{GATE}. {BOAT}."}) == [("DUP003", ["a", "b"])]
    assert rules_of({"a": f"{ROPE}. {GATE}.", "b": f"{GATE}. {BOAT}."}) == [("DUP003", ["a", "b"])]


def test_a_passage_that_holds_a_whole_paragraph_is_an_exact_paragraph():
    end = "the lamp on the quay shows green for as long as there is room"
    texts = {"a": f"{BOAT} while {end}.\n\n{GATE}.", "b": f"{ROPE} because {end}.\n\n{GATE}."}
    assert [one for one, _ in rules_of(texts)] == ["DUP001"]


def test_a_paragraph_of_fewer_words_makes_no_exact_paragraph():
    end = "the lamp on the quay shows green for as long as there is room"
    texts = {"a": f"{BOAT} while {end}.\n\nMind the gap.", "b": f"{ROPE} because {end}.\n\nMind the gap."}
    assert [one for one, _ in rules_of(texts)] == ["DUP003"]


def test_a_changed_copy_may_lack_a_word_at_its_end():
    assert rules_of({"a": f"{GATE} and day", "b": f"{GATE} or early"}) == [("DUP003", ["a", "b"])]
    assert rules_of({"a": f"{DRIFTED} today", "b": f"{GATE} early"}) == [("DUP002", ["a", "b"])]


def blocks_inside(texts, place):
    """Return the weight and the words of the blocks that lie whole in a place, and whether they are all of it."""
    number = [source.path for source in texts.sources].index(place.path)
    reading = texts.readings[number]
    tokens, marks = reading.tokens, reading.marks
    spans = list(zip(tokens.starts.tolist(), tokens.ends.tolist(), strict=True))
    every = [at for at, (start, end) in enumerate(spans) if place.start <= start and end <= place.end]
    inside = []
    for opening, closing in zip(marks.starts.tolist(), marks.ends.tolist(), strict=True):
        block = [at for at, (start, _) in enumerate(spans) if opening <= start < closing]
        if block and block[0] >= every[0] and block[-1] <= every[-1]:
            inside += block
    weight = int(tokens.weights[inside].sum())
    return weight, tuple(tokens.hashes[inside].tolist()), inside == every


@settings(max_examples=50)
@given(documents())
def test_an_exact_paragraph_has_two_places_with_the_same_whole_blocks(texts):
    given_texts = texts_of(texts)
    for finding in linted(texts):
        if finding.rule not in ("DUP001", "DUP002", "DUP003"):
            continue
        several = [blocks_inside(given_texts, place) for place in finding.places]
        exact = finding.kind == "exact"
        cores = [words for weight, words, whole in several if whole or (exact and weight >= 8 * 4)]
        assert (finding.rule == "DUP001") == (len(set(cores)) < len(cores))
        if finding.rule == "DUP002":
            assert finding.kind == "near"
        if finding.kind == "exact":
            assert len({place.content for place in finding.places}) == 1
            assert (finding.rule == "DUP001") or not all(whole for *_, whole in several)


@settings(max_examples=50)
@given(documents())
def test_the_relation_of_a_place_says_whether_its_words_are_those_of_the_strongest(texts):
    for finding in linted(texts):
        if finding.rule not in ("DUP001", "DUP002", "DUP003"):
            continue
        strongest = {place.content for place in finding.places if place.relation != "near"}
        assert len(strongest) == 1
        assert all(place.content not in strongest for place in finding.places if place.relation == "near")
