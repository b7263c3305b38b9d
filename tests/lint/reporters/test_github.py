import re

from hypothesis import given

from dedup.lint.findings import Finding, Location, Report, Source, Summary
from dedup.lint.reporters import View, renderer
from dedup.lint.reporters.excerpt import harmless
from dedup.lint.rules import Severity
from tests.lint.odd import crowd, nothing, reports

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def commands(report, folder: str = "") -> list[tuple[str, dict[str, str], str]]:
    """What the runner reads: per line the command, its properties and its message."""
    read = []
    for line in "".join(renderer("github")(report, View(folder=folder))).split("\n")[:-1]:
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


def one(text: str, start: int, end: int, path: str = "a.md") -> Report:
    place = Location(Source(path, text), start, end, (), "")
    found = Finding("DUP003", Severity.WARNING, "said", "exact", 3, 1.0, "0", (place,))
    return Report((found,), (), 1, Summary({}, 0, 0))


@given(reports())
def test_the_runner_reads_back_what_was_said(report):
    for (command, properties, message), finding in zip(commands(report), report.findings, strict=True):
        place = finding.places[0]
        assert command == LEVELS[finding.severity]
        assert properties.get("file", "-") == re.sub("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", picture, place.path)
        assert (int(properties["line"]), int(properties["endLine"])) == (place.line, place.end_line)
        assert properties["title"] == f"{finding.rule} {finding.name}"
        said, *places = message.split("\n")
        assert said.endswith(harmless(finding.message))
        assert len(places) == min(len(finding.places) - 1, 11)


def test_columns_are_told_inclusively_and_of_one_line_only():
    [(_, properties, _)] = commands(one("ab cd ef\ngh", 3, 8))
    assert (properties["col"], properties["endColumn"]) == ("4", "8")
    [(_, properties, _)] = commands(one("ab cd ef\ngh", 3, 10))
    assert "col" not in properties
    assert "endColumn" not in properties
    [(_, properties, _)] = commands(one("", 0, 0))
    assert (properties["col"], properties["endColumn"]) == ("1", "1")


def test_names_are_escaped():
    text = "".join(renderer("github")(one("a", 0, 1, "a,b:c%\r\n.md"), View()))
    assert text.startswith("::warning file=a%2Cb%3Ac%25%0D%0A.md,line=1,")


def test_standard_input_has_no_file():
    [(_, properties, _)] = commands(one("a", 0, 1, "-"))
    assert "file" not in properties


def test_paths_are_told_from_the_working_folder():
    [(_, properties, _)] = commands(one("a", 0, 1, "/work here/docs/a.md"), "/work here")
    assert properties["file"] == "docs/a.md"
    [(_, properties, _)] = commands(one("a", 0, 1, "/work hereafter/a.md"), "/work here")
    assert properties["file"] == "/work hereafter/a.md"


def test_of_many_places_ten_are_named_and_the_others_counted():
    [(_, _, message)] = commands(crowd(1500))
    assert message.split("\n")[1:3] == ["also at a b.md:2:1", "also at a b.md:3:1"]
    assert message.endswith("also at a b.md:11:1\nand at 1,489 more")


def test_nothing_found_is_no_command():
    assert commands(nothing()) == []
