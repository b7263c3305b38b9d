import re

from hypothesis import given

from dedup.lint.reporters import View, renderer
from dedup.lint.reporters.excerpt import harmless
from tests.lint.odd import crowd, nothing, reports
from tests.lint.repeats import everywhere, exact, report_of

LINE = re.compile(r"(?P<path>.+?):(?P<line>\d+):(?P<column>\d+): (?P<code>DUP\d{3}) (?P<message>.*)")


def show(report) -> str:
    return "".join(renderer("concise")(report, View()))


def test_a_repeat_is_one_line():
    texts = {"a.md": "Boats were late. The pier is closed.\n", "b.md": "\nThe pier is closed.\n"}
    report = report_of(texts, exact(4, *everywhere(texts, "The pier is closed")))
    assert show(report) == f"a.md:1:18: DUP003 {report.findings[0].message}; also at b.md:2:1\n"


def test_of_many_places_the_first_ones_are_named_and_the_others_counted():
    assert show(crowd(5)).endswith("; also at a b.md:2:1, a b.md:3:1, a b.md:4:1 and 1 more\n")
    assert show(crowd(1500)).endswith("a b.md:4:1 and 1,496 more\n")


def test_nothing_found_is_no_line():
    assert show(nothing()) == ""


@given(reports())
def test_there_is_one_line_a_finding_and_nothing_that_a_terminal_obeys(report):
    shown = show(report)
    lines = shown.splitlines()
    assert lines == shown.split("\n")[:-1]
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown)
    for line, finding in zip(lines, report.findings, strict=True):
        place = finding.places[0]
        assert not line.lstrip().startswith("::")
        assert line.removeprefix("./").startswith(
            f"{harmless(place.path)}:{place.line}:{place.column}: {finding.rule} ".removeprefix("./")
        )
        assert LINE.fullmatch(line)
        assert harmless(finding.message) in line
