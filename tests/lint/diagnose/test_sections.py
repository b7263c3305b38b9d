"""What is copied together is one finding: sections, and whole files."""

from itertools import pairwise

import pytest
from hypothesis import given, settings

from dedup.lint.config import Config
from dedup.lint.diagnose.cut import cut
from dedup.lint.diagnose.sections import GAP, LEAST_SHARE, sections
from dedup.lint.diagnose.table import TokenTable, placed
from dedup.match.merge import repeats_of
from tests.lint.linting import linted, rules_of, texts_of
from tests.lint.repeats import places_in
from tests.lint.test_promise import documents

GATE = "The north gate stays shut until the last ferry has left the harbour at night"
BOAT = "Whoever takes the first boat in the morning may leave a bicycle at the office"
ROPE = "Bring your own rope if you mean to moor beside the old stone bridge"
LAMP = "A lamp on the quay shows green while there is room for one more wagon"
MATE = "Tickets for the small island are sold on board by nobody but its mate"
COMMAND = "```\nopen --gate north --until night --ferry last --harbour old\n```"
HOURS = (
    "| when | what the keeper does |\n|---|---|\n| morning | opens it and counts the boats |\n"
    "| night | lights two lamps |"
)
SECTION = f"## Of the gate and its keeper\n\n{GATE}.\n\n{COMMAND}\n\n{HOURS}\n\n{BOAT}."


def spans(*arguments, **options):
    return [[(one.path, one.text) for one in finding.places] for finding in linted(*arguments, **options)]


def test_a_section_pasted_into_another_file_is_one_finding():
    texts = {"a": f"# One\n\n{MATE}.\n\n{SECTION}\n\n{LAMP}.\n", "b": f"# Two\n\n{ROPE}.\n\n{SECTION}\n"}
    [[(_, one), (_, other)]] = spans(texts)
    assert one == other == SECTION.removeprefix("## ").removesuffix(".")


def test_a_section_pasted_twice_into_one_file_is_one_finding():
    text = f"# One\n\n{MATE}.\n\n{SECTION}\n\n{LAMP}.\n\n{SECTION}\n\n{ROPE}.\n"
    [[(_, one), (_, other)]] = spans({"a": text})
    assert one == other == SECTION.removeprefix("## ").removesuffix(".")


def test_a_section_with_a_changed_paragraph_is_one_near_finding():
    changed = SECTION.replace("last ferry", "first lorry").replace("lights two lamps", "locks both doors")
    [finding] = linted({"a": f"{SECTION}\n\n{ROPE}.\n", "b": f"{LAMP}.\n\n{changed}\n"})
    assert (finding.rule, [place.path for place in finding.places]) == ("DUP002", ["a", "b"])
    assert finding.places[1].text.endswith("office")
    assert 0.8 < finding.similarity < 1


def test_files_that_are_mostly_equal_are_one_finding_with_what_they_share():
    files = {
        path: f"{GATE}.\n\n{BOAT}.\n\n{own}.\n\n{ROPE}.\n\n{LAMP}.\n"
        for path, own in (("a", "This stands in one of them"), ("b", "Nothing like that here below"))
    }
    [finding] = linted(files)
    words = sum(len(part.split()) for part in (GATE, BOAT, ROPE, LAMP))
    assert finding.rule == "DUP002"
    assert finding.similarity == pytest.approx(words / (words + 6), abs=0.03)
    assert [place.text for place in finding.places] == [text.removesuffix(".\n") for text in files.values()]


BODIES = [
    "Fog came early that autumn, and nobody could see the far pier. We counted eleven crates, wrote each weight into a "
    "blue book, then waited. Around noon someone laughed. By evening every crate had gone, although not one cart left.",
    "Whales pass here between May and June. Their backs look like upturned boats, dark and slow. Children run along "
    "the wall shouting numbers; old people only nod. After three weeks it ends, quite suddenly, as winters do.",
]


def test_pages_with_a_body_of_their_own_share_header_and_footer_and_no_more():
    pages = {path: f"{GATE}.\n\n{body}\n\n{LAMP}.\n" for path, body in zip("ab", BODIES, strict=True)}
    assert spans(pages) == [[("a", GATE), ("b", GATE)], [("a", LAMP), ("b", LAMP)]]
    assert [one for one, _ in rules_of(pages)] == ["DUP001", "DUP001"]


def test_no_section_goes_on_across_a_stretch_that_is_off():
    stretch = f"<!-- dedup: off -->\n\n{ROPE}.\n\n<!-- dedup: on -->\n\n"
    texts = {"a": f"{GATE}.\n\nShort.\n\n{BOAT}.\n", "b": f"{GATE}.\n\n{stretch}{BOAT}.\n"}
    assert [one for one in rules_of(texts) if one[0] != "DUP100"] == [("DUP001", ["a", "b"])] * 2


def test_no_section_goes_on_across_blocks_that_are_not_read():
    texts = {path: f"{GATE}.\n\n{COMMAND}\n\n{own}\n\n{BOAT}.\n" for path, own in (("a", "One."), ("b", "Two."))}
    assert rules_of(texts) == [("DUP002", ["a", "b"])]
    assert rules_of(texts, config=Config(blocks=("prose",))) == [("DUP001", ["a", "b"])] * 2


@pytest.mark.parametrize("times", [2, 3, 4])
def test_a_section_does_not_run_into_its_own_copy(times):
    text = "".join(
        f"{GATE}.\n\nPart {number} of it.\n\n{BOAT}.\n\n" for number in ["one", "two", "three", "four"][:times]
    )
    for finding in linted({"a": text}):
        for one, other in pairwise(finding.places):
            assert one.end <= other.start
    paragraphs = [{place.start for place in one.places} for one in linted({"a": text}) if one.rule != "DUP003"]
    assert any(len(starts) == times for starts in paragraphs)


def test_parts_in_another_order_are_findings_of_their_own():
    texts = {"a": f"{GATE}.\n\n{BOAT}.\n\n{ROPE}.\n", "b": f"{ROPE}.\n\n{GATE}.\n\n{BOAT}.\n"}
    assert spans(texts) == [[("a", f"{GATE}.\n\n{BOAT}"), ("b", f"{GATE}.\n\n{BOAT}")], [("a", ROPE), ("b", ROPE)]]


def test_a_section_in_three_files_is_one_finding_of_all():
    texts = {path: f"{GATE}.\n\nThis is file {path}.\n\n{BOAT}.\n\n{ROPE}.\n" for path in ("one", "two", "three")}
    assert rules_of(texts) == [("DUP002", ["one", "two", "three"])]


@settings(max_examples=40)
@given(documents())
def test_sections_hold_repeats_that_follow_each_other_in_stretches_that_are_read(texts):
    readings = texts_of(texts).readings
    table = TokenTable.of(readings)
    repeats = cut(table, placed(repeats_of(readings, len(readings), 8, 0.6), table.documents), 8)
    found = sections(table, repeats)
    beginnings = {first for places in places_in(repeats) for first, _ in places}
    ends = {stop for places in places_in(repeats) for _, stop in places}
    borders = table.regions.tolist()
    runs = list(zip(found.run_first.tolist(), found.run_stop.tolist(), strict=True))
    for row, places in enumerate(places_in(found)):
        assert len(places) > 1
        for place, (first, stop) in enumerate(places, int(found.offsets[row])):
            assert first in beginnings
            assert stop in ends
            assert not any(first < border < stop for border in borders)
            assert found.shares[place] >= LEAST_SHARE
            inner = runs[int(found.runs[place]) : int(found.runs[place + 1])]
            assert all(first <= start < end <= stop for start, end in inner)
            for (_, end), (start, _) in pairwise(inner):
                assert end <= start
                assert int(table.weight[start] - table.weight[end]) <= GAP
        for (_, end), (start, _) in pairwise(places):
            assert end <= start
