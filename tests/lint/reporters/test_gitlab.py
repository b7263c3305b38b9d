import json
import re

from hypothesis import given

from dedup.lint.reporters import View, renderer
from dedup.lint.rules import Severity
from tests.lint.odd import crowd, nothing, reports
from tests.lint.repeats import exact, place, report_of

SURROGATE = re.compile("[\ud800-\udfff]")


def issues(report, folder: str = "") -> list[dict]:
    text = "".join(renderer("gitlab")(report, View(folder=folder)))
    assert text.isascii()
    return json.loads(text)


@given(reports())
def test_what_gitlab_requires_is_there(report):
    found = issues(report)
    assert len({issue["fingerprint"] for issue in found}) == len(found)
    for issue, finding in zip(found, report.findings, strict=True):
        assert issue["type"] == "issue"
        assert issue["description"]
        assert issue["check_name"].split() == [finding.rule, finding.name]
        assert issue["fingerprint"] == finding.fingerprint
        assert issue["severity"] in ("info", "minor", "major", "critical", "blocker")
        for location, place_of_finding in zip(
            [issue["location"], *issue["other_locations"]], finding.places, strict=True
        ):
            assert location["path"] == SURROGATE.sub("\ufffd", place_of_finding.path.removeprefix("./"))
            assert location["lines"] == {"begin": place_of_finding.line, "end": place_of_finding.end_line}
        assert not SURROGATE.search(issue["description"])


def test_severities_keep_their_order():
    order = ["info", "minor", "major", "critical", "blocker"]
    ranks = []
    for severity in sorted(Severity):
        report = crowd(2)
        object.__setattr__(report.findings[0], "severity", severity)
        ranks.append(order.index(issues(report)[0]["severity"]))
    assert ranks == sorted(set(ranks))


def test_fingerprints_of_equal_passages_in_different_repeats_differ():
    text = "One two three four. One two three four. " * 2
    repeat = exact(4, place("a.md", ((0, 18),)), place("a.md", ((20, 38),)))
    other = exact(4, place("a.md", ((40, 58),)), place("a.md", ((60, 78),)))
    first, second = issues(report_of({"a.md": text}, repeat, other))
    assert first["fingerprint"] != second["fingerprint"]


def test_paths_are_relative_to_the_working_folder():
    [issue] = issues(crowd(2, path="/r/a.md"), "/r")
    assert issue["location"]["path"] == "a.md"
    assert "also at a.md:2:1" in issue["description"]


def test_paths_are_written_as_git_lists_them():
    [issue] = issues(crowd(2, path="./-"))
    assert issue["location"]["path"] == issue["other_locations"][0]["path"] == "-"


def test_all_places_are_there():
    [issue] = issues(crowd(400))
    assert len(issue["other_locations"]) == 399
    assert issue["description"].endswith("and 389 more")


def test_nothing_found_is_an_empty_list():
    assert issues(nothing()) == []
