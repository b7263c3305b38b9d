"""Which repeats are passages to a reader."""

import pytest

from dedup.lint.config import Config
from dedup.lint.diagnose.readable import readable
from dedup.lint.diagnose.table import TokenTable
from tests.lint.linting import linted, rules_of, texts_of
from tests.lint.repeats import by_tokens

GATE = "The north gate stays shut until the last ferry has left the harbour at night"
BOAT = "Whoever takes the first boat in the morning may leave a bicycle at the office"
ROPE = "Bring your own rope if you mean to moor beside the old stone bridge"
COMMAND = "```\nopen --gate north --until night --ferry last --harbour old\n```\n"
HEADING = "How the north gate is opened when the keeper is away"
CALL = "gate.open(north=True, until=night); ferry.wait(last=1)"
REMARK = "every gate but the north one is opened by hand"


def places_of(texts, **options):
    return [[place.text for place in one.places] for one in linted(texts, **options)]


def fenced(*lines):
    return "\n".join(["```", *lines, "```", "", ""])


def test_code_alone_is_no_finding():
    assert linted({"a": f"{GATE}\n\n{COMMAND}", "b": f"{BOAT}\n\n{COMMAND}"}) == ()


def test_code_that_is_text_elsewhere_is_a_finding_only_if_it_is_text_twice():
    text = "open --gate north --until night --ferry last --harbour old"
    assert linted({"a": f"{GATE}\n\n{COMMAND}", "b": f"{BOAT} {text}"}) == ()
    assert rules_of({"a": COMMAND, "b": text, "c": text}) == [("DUP001", ["a", "b", "c"])]


def test_code_between_two_paragraphs_is_part_of_the_finding():
    both = f"{GATE}\n\n{COMMAND}\n{BOAT}"
    assert places_of({"a": both, "b": both}) == [[both, both]]


def test_a_heading_that_others_refer_to_is_no_finding():
    heading = f"# {HEADING}\n\n"
    assert linted({"a": f"{heading}{GATE}", "b": f"See “{HEADING}” for that."}) == ()
    assert linted({"a": f"{heading}{GATE}", "b": f"{heading}{BOAT}"}) == ()


def test_two_paragraphs_with_the_words_of_a_heading_are_a_finding():
    texts = {"a": f"# {HEADING}\n\n{GATE}", "b": f"{HEADING}\n\n{BOAT}", "c": f"{HEADING}\n\n{ROPE}"}
    assert rules_of(texts) == [("DUP001", ["a", "b", "c"])]


@pytest.mark.parametrize("tag", ["nav", "footer", "aside", "header"])
def test_the_landmarks_of_several_pages_are_no_finding(tag):
    landmark = f"<{tag}><p>{GATE}</p></{tag}>"
    pages = {"a": f"{landmark}<p>{BOAT}</p>", "b": f"{landmark}<p>{ROPE}</p>"}
    assert linted(pages, markup="html") == ()
    assert rules_of({**pages, "c": f"<p>{GATE}</p>"}, markup="html") == [("DUP001", ["a", "b", "c"])]


def test_a_landmark_twice_in_one_page_is_a_finding():
    page = f"<nav><p>{GATE}</p></nav><p>{BOAT}</p><nav><p>{GATE}</p></nav>"
    assert rules_of({"a": page}, markup="html") == [("DUP001", ["a", "a"])]


@pytest.mark.parametrize("mark", ["#", "//", "--", ";", "%", "#|"])
def test_comments_of_a_program_are_text(mark):
    first = fenced("start()", f"{mark} {REMARK}", "stop(1)")
    second = fenced("x = begin", f"{mark} {REMARK}", "end(2)")
    assert places_of({"a": f"{first}{GATE}\n\n{second}"}) == [[REMARK, REMARK]]
    assert linted({"a": f"{first}{GATE}", "b": f"{second}{BOAT}"}) == ()  # one program beside another


def test_text_that_a_fence_has_swallowed_is_text():
    assert places_of({"a": f"{GATE}\n\n{BOAT}\n\n{fenced(GATE)}"}) == [[GATE, GATE]]


def test_what_a_program_prints_again_and_again_is_no_text():
    lines = [f"hello number {number} from the thread" for number in range(6)]
    assert linted({"a": f"{fenced('one', *lines)}{GATE}\n\n{fenced('two', *lines, 'three')}"}) == ()


def test_calls_are_no_text_but_twice_in_a_row():
    assert linted({"a": f"{fenced('one', CALL)}{GATE}\n\n{fenced(CALL, 'two')}"}) == ()
    assert linted({"a": fenced("one", CALL, "two", CALL)}) == ()
    assert len(linted({"a": fenced("one", CALL, CALL, "two")})) == 1
    assert linted({"a": fenced("one", f"{CALL} {CALL}", "two")}) == ()  # not as lines
    assert linted({"a": fenced(CALL), "b": fenced(CALL)}) == ()


@pytest.mark.parametrize(
    ("markup", "comment"), [("markdown", "<!-- {} -->"), ("rst", ".. {}"), ("html", "<!-- {} -->")]
)
def test_a_comment_is_read_with_the_text_around_it(markup, comment):
    prompt = comment.format(GATE)
    paragraph = f"<p>{GATE}</p>" if markup == "html" else GATE
    assert places_of({"a": f"{prompt}\n\n{paragraph}\n"}, markup=markup) == [[GATE, GATE]]
    assert linted({"a": f"{prompt}\n", "b": f"{paragraph}\n"}, markup=markup) == ()
    assert linted({"a": f"{prompt}\n", "b": f"{prompt}\n"}, markup=markup) == ()
    assert linted({"a": f"{prompt}\n\nThe end.\n\n{prompt}\n"}, markup=markup) == ()


def test_twice_in_one_comment_is_a_finding():
    assert places_of({"a": f"<!-- {GATE}. {BOAT}. {GATE} -->\n\n{ROPE}"}) == [[GATE, GATE]]


def test_no_passage_goes_on_into_a_comment():
    half = GATE.split()
    whole, parted = f"{GATE}. {BOAT}", f"{GATE}\n\n<!-- {BOAT} -->\n"
    assert [len(one) for one in places_of({"a": f"{whole}\n\n{parted}"})] == [2, 2]
    few = f"{' '.join(half[:7])}\n\n<!-- {' '.join(half[7:14])} -->\n"
    assert linted({"a": f"{GATE}\n\n{few}"}) == ()


def test_comments_for_dedup_are_not_read():
    reason = f"<!-- dedup: ignore[DUP003] {GATE} -->"
    assert linted({"a": f"{reason}\n\n{GATE}\n"}, config=Config(select=("DUP00",))) == ()


def test_what_is_readable_of_nothing_is_nothing():
    readings = texts_of({"a": GATE}).readings
    assert len(readable(TokenTable.of(readings), by_tokens(), readings, 8)) == 0
