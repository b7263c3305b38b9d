import json

from hypothesis import given

from dedup.lint.reporters import View, renderer
from tests.lint.odd import crowd, nothing, reports


def pieces(report, format_name="jsonl") -> list[str]:
    return list(renderer(format_name)(report, View()))


@given(reports())
def test_the_lines_are_those_of_json(report):
    whole = json.loads("".join(pieces(report, "json")))
    text = "".join(pieces(report))
    assert text.isascii()
    *findings, last = map(json.loads, text.splitlines())
    assert findings == whole.pop("findings")
    assert last == whole


@given(reports())
def test_only_the_last_line_has_a_version_and_only_findings_have_a_rule(report):
    *findings, last = map(json.loads, "".join(pieces(report)).splitlines())
    assert all("rule" in finding and "version" not in finding for finding in findings)
    assert "version" in last
    assert "rule" not in last


def test_nothing_found_is_the_last_line_alone():
    [line] = "".join(pieces(nothing())).splitlines()
    assert json.loads(line)["files"] == 2


def test_findings_come_one_by_one():
    assert len(pieces(crowd(300, findings=4))) == 5
