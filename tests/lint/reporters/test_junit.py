import re
from xml.etree import ElementTree

from hypothesis import given

from dedup.lint.reporters import View, renderer
from dedup.lint.reporters.excerpt import harmless
from dedup.lint.rules import Severity
from tests.lint.odd import crowd, nothing, reports

FORBIDDEN = re.compile("[^\t\n\r\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
KINDS = {Severity.ERROR: "error", Severity.WARNING: "failure", Severity.NOTE: "system-out"}


def suite(report, folder: str = "") -> ElementTree.Element:
    text = "".join(renderer("junit")(report, View(folder=folder)))
    assert text.isascii()
    root = ElementTree.fromstring(text)
    assert root.tag == "testsuites"
    [inner] = root
    assert inner.tag == "testsuite"
    assert all(root.get(name) == inner.get(name) for name in ("tests", "failures", "errors"))
    return inner


@given(reports())
def test_a_parser_reads_back_every_finding(report):
    found = suite(report)
    for case, finding in zip(found, report.findings or [None], strict=True):
        if finding is None:
            assert (case.get("name"), len(case)) == ("no repeats", 0)
            continue
        [outcome] = case
        path = FORBIDDEN.sub("\ufffd", finding.places[0].path)
        assert (case.get("file"), case.get("classname"), case.get("line")) == (
            path,
            path,
            str(finding.places[0].line),
        )
        assert outcome.tag == KINDS[finding.severity]
        message = FORBIDDEN.sub("\ufffd", harmless(finding.message))
        if outcome.tag != "system-out":
            assert outcome.get("type") == finding.rule
            assert outcome.get("message").endswith(message)
        assert len(outcome.text.split("\n")) == 1 + len(finding.places)
        assert outcome.text.split("\n")[0].endswith(message)


@given(reports())
def test_the_counts_are_those_of_the_cases(report):
    found = suite(report)
    assert int(found.get("tests")) == len(found) > 0
    assert int(found.get("failures")) == len(found.findall("testcase/failure"))
    assert int(found.get("errors")) == len(found.findall("testcase/error"))


def test_no_two_cases_have_one_name():
    found = suite(crowd(2, findings=50))
    assert len({(case.get("classname"), case.get("name")) for case in found}) == 50


def test_all_places_are_there():
    [case] = suite(crowd(400, path="/r/a.md"), "/r")
    assert case[0].text.split("\n")[-1] == "a.md:400:1"


def test_nothing_found_passes():
    assert suite(nothing()).get("failures") == "0"
