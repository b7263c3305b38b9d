import re
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from dedup.lint.findings import Finding, Location, Report, Source, Summary
from dedup.lint.reporters import View, renderer
from dedup.lint.reporters.excerpt import harmless
from dedup.lint.reporters.github import SUMMARY_BYTES
from dedup.lint.rules import Severity
from tests.lint.odd import crowd, nothing, reports

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def commands(report, folder: str = "", **options) -> list[tuple[str, dict[str, str], str]]:
    """What the runner reads: per line the command, its properties and its message."""
    read = []
    for line in "".join(renderer("github")(report, View(folder=folder, **options))).split("\n")[:-1]:
        empty, head, message = line.split("::", 2)
        assert empty == ""
        command, _, properties = head.partition(" ")
        pairs = (pair.split("=", 1) for pair in properties.split(","))
        read.append((command, {name: plain(value, ":,") for name, value in pairs}, plain(message, "")))
    return read


def picture(control: re.Match[str]) -> str:
    return harmless(control[0])


def plain(text: str, also: str) -> str:
    assert "\r" not in text
    for character in (*"\r\n", *also):
        text = text.replace(f"%{ord(character):02X}", character)
    return text.replace("%25", "%")


def report_of(text: str, start: int, end: int, path: str = "a.md") -> Report:
    place = Location(Source(path, text), start, end, (), "")
    found = Finding("DUP003", Severity.WARNING, "message", "exact", 3, 1.0, "0", (place,))
    return Report((found,), (), 1, Summary({}, 0, 0))


@given(reports())
def test_the_runner_reads_back_every_finding(report):
    for (command, properties, message), finding in zip(commands(report), report.findings, strict=True):
        place = finding.places[0]
        assert command == LEVELS[finding.severity]
        assert properties.get("file", "-") == re.sub(
            "[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", picture, place.path
        )
        assert (int(properties["line"]), int(properties["endLine"])) == (place.line, place.end_line)
        assert properties["title"] == f"{finding.rule} {finding.name}"
        sentence, *places = message.split("\n")
        assert sentence.endswith(harmless(finding.message))
        assert len(places) == min(len(finding.places) - 1, 11)


def test_columns_are_inclusive_and_only_within_a_line():
    [(_, properties, _)] = commands(report_of("ab cd ef\ngh", 3, 8))
    assert (properties["col"], properties["endColumn"]) == ("4", "8")
    [(_, properties, _)] = commands(report_of("ab cd ef\ngh", 3, 10))
    assert "col" not in properties
    assert "endColumn" not in properties
    [(_, properties, _)] = commands(report_of("", 0, 0))
    assert (properties["col"], properties["endColumn"]) == ("1", "1")


def test_names_are_escaped():
    text = "".join(renderer("github")(report_of("a", 0, 1, "a,b:c%\r\n.md"), View()))
    assert text.startswith("::warning file=a%2Cb%3Ac%25%0D%0A.md,line=1,")


def test_standard_input_has_no_file():
    [(_, properties, _)] = commands(report_of("a", 0, 1, "-"))
    assert "file" not in properties


def test_paths_are_relative_to_the_working_folder():
    [(_, properties, _)] = commands(report_of("a", 0, 1, "/work here/docs/a.md"), "/work here")
    assert properties["file"] == "docs/a.md"
    [(_, properties, _)] = commands(report_of("a", 0, 1, "/work hereafter/a.md"), "/work here")
    assert properties["file"] == "/work hereafter/a.md"


def test_of_many_places_ten_are_named_and_the_others_counted():
    [(_, _, message)] = commands(crowd(1500))
    assert message.split("\n")[1:3] == ["also at a b.md:2:1", "also at a b.md:3:1"]
    assert message.endswith("also at a b.md:11:1\nand at 1,489 more")


def test_nothing_found_is_no_command():
    assert commands(nothing()) == []


def read_table(markdown: str) -> list[list[str]]:
    """The rows of the table in the summary, cell by cell, as another Markdown reader shows them."""
    rows: list[list[str]] = []
    for token in MarkdownIt("gfm-like", {"html": True, "linkify": False}).parse(markdown):
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and rows and token.level > 1:
            rows[-1].append("".join(child.content for child in token.children if child.type == "text"))
    return rows[1:]


def graded(**counts: int) -> Report:
    """That many findings of each severity, in turns."""
    places = crowd(2).findings[0].places
    severities = [Severity[name.upper()] for name, number in counts.items() for _ in range(number)]
    severities = severities[::2] + severities[1::2]
    findings = [
        Finding("DUP003", severity, f"message {number}", "exact", 3, 1.0, f"{number:032x}", places)
        for number, severity in enumerate(severities)
    ]
    return Report(tuple(findings), (), 1, Summary({"DUP003": len(findings)}, 9, 9))


@given(st.integers(0, 14), st.integers(0, 14), st.integers(0, 14))
def test_no_more_annotations_of_a_type_than_github_shows_and_the_others_in_the_summary(errors, warnings, notes):
    report = graded(error=errors, warning=warnings, note=notes)
    added: list[str] = []
    read = commands(report, add_summary=added.append)
    counts = Counter(command for command, _, _ in read)
    assert max(counts.values(), default=0) <= 10
    messages = [message.split("\n")[0] for _, properties, message in read if properties["title"] != "dedup"]
    others = [row[2].partition(";")[0] for row in read_table("".join(added))]
    every = [finding.message for finding in report.findings]
    assert sorted([*messages, *others]) == sorted(every)
    assert messages == [message for message in every if message in messages]
    assert others == [message for message in every if message in others]
    if max(errors, warnings, notes) <= 10:
        assert others == added == []
        return
    assert (counts["error"], counts["warning"]) == (min(errors, 10), min(warnings, 10))
    assert counts["notice"] == min(notes, 9) + 1
    command, properties, message = read[-1]
    assert (command, properties) == ("notice", {"title": "dedup"})
    assert message.startswith(f"{len(others)} more finding")
    assert message.endswith("in the summary of this step.")


def test_without_a_summary_the_notice_says_how_to_see_the_others():
    *shown, (command, _, message) = commands(graded(warning=25))
    assert len(shown) == 10
    assert (command, message[:16]) == ("notice", "15 more findings")
    assert "--report" in message


def test_a_large_table_is_cut_and_says_so():
    added: list[str] = []
    commands(graded(warning=10_000), add_summary=added.append)
    [text] = added
    assert SUMMARY_BYTES - 1_000 < len(text.encode()) < SUMMARY_BYTES + 100
    rows = read_table(text)
    [rest] = re.findall(r"^… and ([\d,]+) more findings\.$", text, re.MULTILINE)
    assert 10 + len(rows) + int(rest.replace(",", "")) == 10_000


def test_a_row_names_the_place_and_some_of_the_others():
    added: list[str] = []
    report = crowd(6, findings=11, path="a|`b.md")
    commands(report, add_summary=added.append)
    [[rule, place, message]] = read_table("".join(added))
    assert (rule, place) == ("warning DUP003 repeated-passage", "a|`b.md:1:1")
    assert message == "3 words stand; also at a|`b.md:2:1, a|`b.md:3:1, a|`b.md:4:1 and 2 more"
