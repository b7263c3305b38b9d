"""What is reported of several findings of the same words."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.lint.config import Config
from dedup.lint.rank import apart, reported
from dedup.lint.rules import Instance
from dedup.lint.rules.rule import always
from dedup.lint.suppress.apply import Places
from tests.lint.linting import linted, report_on, rules_of
from tests.lint.repeats import by_tokens

GATE = "The north gate stays shut until the last ferry has left the harbour at night"
BOAT = "Whoever takes the first boat in the morning may leave a bicycle at the office"
EXACT, NEAR, PASSAGE = 1, 2, 3
SPANS = st.tuples(st.integers(0, 150), st.integers(1, 90)).map(lambda span: (span[0], span[0] + span[1]))


@st.composite
def _repeat(draw):
    """Places of a repeat, in order and apart."""
    places = []
    for first, stop in sorted(draw(st.lists(SPANS, min_size=2, max_size=5))):
        if not places or places[-1][1] <= first:
            places.append((first, stop))
    return places if len(places) > 1 else [(0, 3), (100, 103)]


@st.composite
def _several(draw):
    """Repeats, many of them the same or part of others."""
    repeats = draw(st.lists(_repeat(), min_size=1, max_size=4))
    for _ in range(draw(st.integers(0, 3))):
        source = draw(st.sampled_from(repeats))
        cut = draw(st.integers(0, 3))
        smaller = [(first + cut, stop) for first, stop in source if first + cut < stop]
        if len(smaller) > 1:
            repeats.append(smaller)
    return draw(st.permutations(repeats))


def is_part(part, whole):
    """Tell whether every place of one repeat lies in a place of another, and not all in the same."""
    held = [[at for at, (low, high) in enumerate(whole) if low <= first and stop <= high] for first, stop in part]
    return all(held) and len({at for places in held for at in places}) > 1


@settings(max_examples=400)
@given(_several(), st.data())
def test_a_repeat_is_reported_unless_it_is_part_of_one_that_is(repeats, data):
    size = len(repeats)
    wanted = data.draw(st.lists(st.booleans(), min_size=size, max_size=size))
    rules = data.draw(st.lists(st.sampled_from((EXACT, NEAR, PASSAGE)), min_size=size, max_size=size))
    found = reported(by_tokens(*repeats), np.array(rules), np.array(wanted)).tolist()
    for row, other in product(range(size), repeat=2):
        if row != other and found[row] and found[other] and repeats[row] != repeats[other]:
            alone = rules[row] == EXACT and rules[other] == PASSAGE
            assert alone or not is_part(repeats[row], repeats[other])
    for row in range(size):
        assert wanted[row] or not found[row]
        if wanted[row] and not found[row]:
            holders = [other for other in range(size) if other != row and found[other]]
            assert any(is_part(repeats[row], repeats[other]) for other in holders)


def test_of_repeats_with_the_same_places_the_first_is_reported():
    places = [(0, 10), (20, 30)]
    found = reported(by_tokens(places, places, places), np.full(3, PASSAGE), np.array([False, True, True]))
    assert found.tolist() == [False, True, False]


def test_a_repeat_inside_one_place_of_another_is_no_part_of_it():
    found = reported(by_tokens([(0, 40), (50, 90)], [(0, 10), (20, 30)]), np.full(2, PASSAGE), np.ones(2, np.bool_))
    assert found.tolist() == [True, True]


def test_an_exact_paragraph_is_no_part_of_a_repeated_passage():
    repeats = by_tokens([(0, 40), (50, 90)], [(5, 15), (55, 65)])
    both = np.ones(2, np.bool_)
    assert reported(repeats, np.array([PASSAGE, EXACT]), both).tolist() == [True, True]
    assert reported(repeats, np.array([NEAR, EXACT]), both).tolist() == [True, False]
    assert reported(repeats, np.array([PASSAGE, NEAR]), both).tolist() == [True, False]


def test_no_repeats_are_reported_of_none():
    assert reported(by_tokens(), np.zeros(0, np.int64), np.zeros(0, np.bool_)).tolist() == []


DRIFTED = {
    "a.md": f"{GATE}.\n\n{BOAT}.\n",
    "b.md": f"{GATE}.\n\n{BOAT.replace('morning', 'evening')}.\n",
}


def test_what_is_part_of_a_finding_is_reported_where_that_is_not():
    assert rules_of(DRIFTED) == [("DUP002", ["a.md", "b.md"])]
    assert rules_of(DRIFTED, config=Config(ignore=("DUP002",))) == [("DUP001", ["a.md", "b.md"])]
    assert rules_of(DRIFTED, config=Config(select=("DUP001",))) == [("DUP001", ["a.md", "b.md"])]
    quiet = Config(per_file_ignores={"b.md": ("DUP002",)})
    assert rules_of(DRIFTED, config=quiet) == [("DUP001", ["a.md", "b.md"])]


def test_what_is_part_of_a_finding_of_less_confidence_is_reported_too():
    every = {one.rule: one.confidence for one in linted(DRIFTED)}
    alone = {one.rule: one.confidence for one in linted(DRIFTED, config=Config(ignore=("DUP002",)))}
    between = (every["DUP002"] + alone["DUP001"]) / 2
    report = report_on(DRIFTED, config=Config(min_confidence=between))
    stronger = max(("DUP001", alone["DUP001"]), ("DUP002", every["DUP002"]), key=lambda pair: pair[1])[0]
    assert [one.rule for one in report.findings] == [stronger]


def test_findings_below_the_confidence_are_counted():
    everything = linted(DRIFTED)
    highest = max(one.confidence for one in everything)
    report = report_on(DRIFTED, config=Config(min_confidence=min(1.0, highest + 0.001)))
    assert report.findings == ()
    assert report.summary.weaker == len(everything)
    assert report_on(DRIFTED).summary.weaker == 0


def test_a_finding_at_the_confidence_that_is_shown_is_reported():
    [finding] = linted(DRIFTED)
    [same] = report_on(DRIFTED, config=Config(min_confidence=finding.confidence)).findings
    assert same.fingerprint == finding.fingerprint


@pytest.mark.parametrize("order", [["a.md", "b.md", "c.md"], ["c.md", "b.md", "a.md"], ["b.md", "a.md", "c.md"]])
def test_findings_stand_in_the_order_of_the_files(order):
    texts = {"a.md": f"{GATE}.", "b.md": f"{BOAT}. And so on.", "c.md": f"Well: {BOAT}\n\n{GATE}."}
    found = linted({path: texts[path] for path in order})
    leading = [(order.index(one.places[0].path), one.places[0].start) for one in found]
    assert len(found) == 2
    assert leading == sorted(leading)
    for one in found:
        assert [place.path for place in one.places] == sorted((place.path for place in one.places), key=order.index)


def _instance(*places):
    return Instance("DUP007", always("twice"), tuple(places))


def test_an_instance_inside_two_places_of_a_reported_passage_is_part_of_it():
    places = Places(np.array([0, 2]), np.array([0, 1]), np.array([10, 0]), np.array([50, 40]))
    inside = _instance((0, 12, 20), (1, 2, 10))
    beside = _instance((0, 12, 20), (1, 42, 50))
    within_one = _instance((0, 12, 20), (0, 30, 38))
    every = [inside, beside, within_one]
    assert apart(every, places, np.array([0])) == [beside, within_one]
    assert apart(every, places, np.array([], np.int64)) == every
    assert apart([replace(inside, message="other")], places, np.array([0])) == []


def spans_in(documents=2, length=900):
    return st.tuples(st.integers(0, documents - 1), st.integers(0, length), st.integers(1, 700)).map(
        lambda span: (span[0], span[1], span[1] + span[2])
    )


def is_apart(instance, passages):
    """Tell whether no passage holds two places of an instance, each in a place of its own."""
    for passage in passages:
        held = {
            at
            for at, (document, low, high) in enumerate(passage)
            for where, start, end in instance.places
            if where == document and low <= start and end <= high
        }
        if len(held) > 1:
            return False
    return True


@settings(max_examples=200)
@given(
    st.lists(st.lists(spans_in(), min_size=2, max_size=4), max_size=4),
    st.lists(st.lists(spans_in(), min_size=2, max_size=3), max_size=4),
    st.data(),
)
def test_instances_are_left_that_no_reported_passage_holds(passages, given_instances, data):
    for places in passages:  # some instances are inside by chance alone too seldom
        if data.draw(st.booleans()):
            given_instances.append([(document, low, min(low + 5, high)) for document, low, high in places])
    instances = [_instance(*places) for places in given_instances]
    flat = np.array([place for places in passages for place in places], np.int64).reshape(-1, 3)
    offsets = np.cumsum([0, *map(len, passages)])
    rows = [row for row in range(len(passages)) if data.draw(st.booleans())]
    shown = [passages[row] for row in rows]
    expected = [instance for instance in instances if is_apart(instance, shown)]
    assert apart(instances, Places(offsets, *flat.T), np.array(rows, np.int64)) == expected
