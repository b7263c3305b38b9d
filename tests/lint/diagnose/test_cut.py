"""Where places end."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings

from dedup.lint.config import Config
from dedup.lint.diagnose.cut import cut
from dedup.lint.diagnose.table import TokenTable, placed
from dedup.match.merge import repeats_of
from dedup.match.stream import QUARTERS
from tests.lint.linting import linted, texts_of
from tests.lint.repeats import by_tokens, places_in
from tests.lint.test_promise import documents

GATE = "The north gate stays shut until the last ferry has left the harbour at night"
BOAT = "Whoever takes the first boat in the morning may leave a bicycle at the office"
ROPE = "Bring your own rope if you mean to moor beside the old stone bridge"
COMMAND = "```\nopen --gate north --until night --ferry last --harbour old\n```\n"
LAMP = "A lamp on the quay shows green while there is room for one more wagon"


def found_in(texts, markup="markdown"):
    """Return the table of some texts, and what is repeated in them."""
    readings = texts_of(texts, markup=markup).readings
    table = TokenTable.of(readings)
    return table, placed(repeats_of(readings, len(readings), 8, 0.6), table.documents)


def texts_of_places(*arguments, **options):
    return [[place.text for place in one.places] for one in linted(*arguments, **options)]


def cut_plainly(table, repeats, least):
    """Cut places one by one: what is shared beyond a border by two places or more, and too short, goes from all."""
    rows = places_in(repeats)
    runs = list(zip(repeats.run_first.tolist(), repeats.run_stop.tolist(), strict=True))
    matched = [runs[low:high] for low, high in pairwise(repeats.runs.tolist())]
    weight = table.weight.tolist()
    blocks = list(zip(table.opening.tolist(), table.closing.tolist(), strict=True))
    found = []
    for row, low in zip(rows, repeats.offsets.tolist(), strict=False):
        spans = list(row)
        shared = matched[low : low + len(row)]
        for end in (False, True):
            extras = []
            for (first, stop), inner in zip(spans, shared, strict=True):
                token = stop - 1 if end else first
                opening, closing = next(block for block in blocks if block[0] <= token < block[1])
                # a run that begins before the place, or ends behind it, was cut with it
                rest = stop - max(first, inner[-1][0]) if end else min(stop, inner[0][1]) - first
                extra = stop - opening if end else closing - first
                crosses = first < opening if end else closing < stop
                amiss = not (table.closes[stop] if end else table.opens[first])
                heavy = weight[stop] - weight[stop - extra] if end else weight[first + extra] - weight[first]
                extras.append((extra if crosses and amiss and heavy < least and extra < rest else 0, rest))
            several = sorted(extra for extra, _ in extras if extra)
            amount = next((one for one, other in pairwise(several) if one == other), 0)
            if amount < min(rest for _, rest in extras):
                spans = [(first, stop - amount) if end else (first + amount, stop) for first, stop in spans]
        if min(weight[stop] - weight[first] for first, stop in spans) >= least:
            found.append(spans)
    return found


@settings(max_examples=30)
@given(documents())
def test_places_are_cut_at_borders_that_several_of_them_go_on_beyond(texts):
    table, repeats = found_in(texts)
    assert places_in(cut(table, repeats, 8)) == cut_plainly(table, repeats, 8 * QUARTERS)


@settings(max_examples=30)
@given(documents())
def test_what_is_matched_lies_in_its_place_when_it_was_cut(texts):
    table, repeats = found_in(texts)
    after = cut(table, repeats, 8)
    of = np.repeat(np.arange(len(after.first)), np.diff(after.runs))
    assert (after.first[of] <= after.run_first).all()
    assert (after.run_first < after.run_stop).all()
    assert (after.run_stop <= after.stop[of]).all()
    assert ((after.shares > 0) & (after.shares <= 1)).all()
    assert (after.shares[after.offsets[:-1]] == 1).all()


@pytest.mark.parametrize("frame", ["{}\n\n{}\n", "- {}\n- {}\n", "> {}\n\n> {}\n", "1. {}\n\n   {}\n"])
def test_a_paragraph_is_found_whole_whatever_the_next_begins_with(frame):
    texts = {"a": frame.format(GATE, f"In the summer {BOAT}"), "b": frame.format(GATE, f"In the summer {ROPE}")}
    assert texts_of_places(texts) == [[GATE, GATE]]


def test_a_paragraph_is_found_whole_whatever_the_one_before_ends_with():
    texts = {"a": f"{BOAT} on a Sunday.\n\n{GATE}", "b": f"{ROPE} on a Sunday.\n\n{GATE}"}
    assert texts_of_places(texts) == [[GATE, GATE]]


def test_enough_words_beyond_a_border_are_a_part_of_the_passage():
    more = " ".join(LAMP.split()[:8])
    texts = {"a": f"{GATE}.\n\n{more} {BOAT}", "b": f"{GATE}.\n\n{more} {ROPE}"}
    assert texts_of_places(texts) == [[f"{GATE}.\n\n{more}"] * 2]


def test_a_sentence_that_a_border_parts_in_one_of_two_places_is_whole():
    half = GATE.split()
    split = f"{' '.join(half[:5])}\n\n{' '.join(half[5:])}"
    assert texts_of_places({"a": GATE, "b": split}) == [[GATE, split]]


def test_words_of_two_paragraphs_that_are_too_few_in_each_are_no_passage():
    texts = {"a": f"{BOAT} one two three.\n\nFour five six seven eight {LAMP}"}
    texts["b"] = f"{ROPE} one two three.\n\nFour five six seven eight {GATE}"
    assert texts_of_places(texts) == []


def test_links_into_one_site_are_no_passage():
    address = "https://harbour.example/north/gate/opening/hours/summer/night.html"
    texts = {"a": f"For that see {address} or the keeper.", "b": f"Times are in {address} as before."}
    assert linted(texts) == ()
    assert len(linted({path: f"{text} {GATE} {address}" for path, text in texts.items()})) == 1


def test_nothing_is_cut_of_nothing():
    table, _ = found_in({"a": GATE})
    assert places_in(cut(table, by_tokens(), 8)) == []


def test_blocks_that_are_not_read_end_a_passage():
    both = f"{GATE}\n\n{COMMAND}\n{BOAT}"
    config = Config(blocks=("prose",))
    assert texts_of_places({"a": both, "b": both}, config=config) == [[GATE, GATE], [BOAT, BOAT]]
