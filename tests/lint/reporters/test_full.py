"""What people see. Findings are made by hand: rendering knows nothing of detection."""

import re

from dedup.lint.diagnose.diff import describe
from dedup.lint.findings import Failure
from dedup.lint.reporters import View, renderer
from tests.lint.repeats import everywhere, exact, near, place, report_of, spans


def show(texts, *repeats, color: bool = False, width: int = 100, **options) -> str:
    return written(report_of(texts, *repeats, **options), View(color, width))


def written(report, view: View | None = None) -> str:
    return "".join(renderer("full")(report, view or View()))


ARTICLE = """\
The mayor spoke on Monday. The old mill by the river will be open again in May.

The old mill by the river will be open again in May, if the roof is mended by then.
"""


def test_a_repeat_is_shown_in_its_lines():
    repeat = exact(12, *everywhere({"a.md": ARTICLE}, "The old mill by the river will be open again in May"))
    report = report_of({"a.md": ARTICLE}, repeat)
    assert written(report) == (
        f"warning[DUP003] repeated-passage: {report.findings[0].message}\n"
        "  --> a.md:1:28\n"
        " 1 | The mayor spoke on Monday. The old mill by the river will be open again in May.\n"
        "   |                            ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n"
        "  --> a.md:3:1\n"
        " 3 | The old mill by the river will be open again in May, if the roof is mended by then.\n"
        "   | ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n"
        "\n"
        "1 finding (1 DUP003) in 1 file; 24 of 36 words (66.7%) are repeated.\n"
    )


def test_words_that_differ_are_marked():
    texts = {"a.md": "東京 has a big gate in the north.\n", "b.md": "東京 has a gate in the\nsouth part.\n"}
    matched = spans(texts["b.md"], "東京 has a", "gate in the")
    repeat = near(6, 0.7, place("a.md", ((0, 30),)), place("b.md", matched, (0, 31)))
    report = report_of(texts, repeat)
    assert written(report) == (
        f"warning[DUP002] near-paragraph: {report.findings[0].message}\n"
        "  --> a.md:1:1\n"
        " 1 | 東京 has a big gate in the north.\n"
        "   | ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n"
        "  --> b.md:1:1 to 2:11\n"
        " 1 | 東京 has a gate in the\n"
        "   | ~~~~~~~~~~^~~~~~~~~~~~\n"
        " 2 | south part.\n"
        "   | ^^^^^^^^^^\n"
        "\n"
        "1 finding (1 DUP002) in 2 files; 16 of 16 words (100.0%) are repeated.\n"
    )


def test_where_there_are_more_places_each_says_how_it_differs():
    texts = {"a.md": "one two three four\n\none two 3 four\n\none two four\n"}
    text = texts["a.md"]
    second, third = spans(text[20:], "one two", "four"), spans(text[36:], "one two four")
    places = [
        place("a.md", ((0, 18),)),
        place("a.md", tuple((start + 20, end + 20) for start, end in second)),
        place("a.md", tuple((start + 36, end + 36) for start, end in third)),
    ]
    report = report_of(texts, near(3, 0.75, *places))
    shown = written(report)
    for place_of_finding in report.findings[0].places[1:]:
        assert shown.count(f"\n   = {describe(place_of_finding.changes)}\n") == 1
    assert '\n   = "three" -> "3"\n' in shown


def test_no_more_than_ten_places_are_shown():
    texts = {"a.md": "one two three four.\n\n" * 1_234}
    shown = show(texts, exact(4, *everywhere(texts, "one two three four")))
    assert shown.count("-->") == 10
    assert "\n    = and 1,224 more places\n" in shown


def test_a_nested_repeat_stands_under_the_longer_one():
    text = "one two three four five six\n\none two three four five six\n\nand three four five again\n"
    outer = exact(6, *everywhere({"a.md": text}, "one two three four five six"))
    inner = exact(3, *everywhere({"a.md": text}, "three four five"))
    report = report_of({"a.md": text}, inner, outer)
    lines = written(report).splitlines()
    message = next(finding.message for finding in report.findings if finding.words == 3)
    start = lines.index(f"  warning[DUP003] repeated-passage, within the passage above: {message}")
    assert lines[0].startswith("warning[DUP001]")
    assert lines[start + 1 :][:4] == [
        "    --> 2 places within the passage above",
        "    --> a.md:5:5",
        "   5 | and three four five again",
        "     |     ~~~~~~~~~~~~~~~",
    ]


def test_of_a_nested_near_repeat_the_first_place_and_one_that_differs_are_shown():
    old, new = "the tools are shown in the hall", "the tools were shown in the hall"
    inner, outer = f"Now {old} again\n\nIn May {new} at noon\n\nIn May {new} at noon\n", f"In May {new} at noon"
    texts = {"a.md": inner}
    first, *others = everywhere(texts, old), *everywhere(texts, new)
    matched = [spans(" " * one.start + new, "the tools", "shown in the hall") for one in others]
    places = [*first, *(place("a.md", span) for span in matched)]
    shown = show(texts, exact(11, *everywhere(texts, outer)), near(7, 0.85, *places))
    nested = shown[shown.index("  warning[DUP002] near-paragraph, within the passage above: 7 words") :].splitlines()
    assert nested[1:-2] == [
        "    --> a.md:1:5",
        f"   1 | Now {old} again",
        "     |     " + "~" * len(old),
        "    --> a.md:3:8",
        f"   3 | In May {new} at noon",
        "     |        ~~~~~~~~~~^^^^~~~~~~~~~~~~~~~~~~",
        '     = "are" -> "were"',
        "     = and 1 more place within the passage above",
    ]


def test_a_place_that_differs_is_shown_even_after_ten_that_do_not():
    texts = {"a.md": "one two three four.\n\n" * 15 + "one two 3 four.\n"}
    places = everywhere(texts, "one two three four")
    changed = place("a.md", spans(" " * 21 * 15 + "one two 3 four", "one two", "four"))
    shown = show(texts, near(4, 0.75, *places, changed))
    assert shown.count("-->") == 10
    assert "31 | one two 3 four.\n    | ~~~~~~~~^~~~~~" in shown
    assert "\n    = and 6 more places\n" in shown


def test_a_file_that_could_not_be_read_is_shown():
    shown = show({"a.md": "One."}, failures=(Failure("b\x1b.md", "is not UTF-8: \x07"),))
    assert shown == (
        "error[DUP900] unreadable-file: b␛.md is not UTF-8: ␇\n"
        "\n"
        "No repeats in 1 file, 1 word; 1 path could not be read.\n"
    )


def test_a_report_without_findings():
    assert show({"a.md": "One two three."}) == "No repeats in 1 file, 3 words.\n"


def test_colour_changes_nothing_but_colour():
    texts = {"a.md": ARTICLE}
    first, second = everywhere(texts, "The old mill by the river will be open again in May")
    second = place("a.md", spans(ARTICLE[second.start :], "The old", "by the river"), None)
    matched = tuple((start + 82, end + 82) for start, end in second.matched)
    repeat = near(5, 0.6, first, place("a.md", matched))
    colored = show(texts, repeat, color=True)
    assert "\x1b[" in colored
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == show(texts, repeat)


def test_a_place_over_several_lines_says_where_it_ends():
    text = "one two\nthree four.\n\nNow one two three\nfour."
    matched = [place("a.md", ((0, 18),)), place("a.md", ((text.index("Now") + 4, len(text) - 1),))]
    shown = show({"a.md": text}, exact(4, *matched))
    assert "--> a.md:1:1 to 2:11\n" in shown
    assert "--> a.md:4:5 to 5:5\n" in shown
