"""SARIF 2.1.0, checked against its specification; against the published schema where that is at hand."""

import json
import os
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

import pytest
from hypothesis import given

from dedup.lint.findings import Failure
from dedup.lint.reporters import View, renderer
from dedup.lint.reporters.excerpt import harmless
from dedup.lint.rules import RULES, Severity
from tests.lint.odd import crowd, nothing, reports
from tests.lint.repeats import everywhere, exact, near, place, report_of, spans
from tests.lint.stale.versions import report_on

SURROGATE = re.compile("[\ud800-\udfff]")
# The specification's "embedded link": brackets and backslashes in the text are escaped.
LINK = re.compile(r"\[((?:[^\\\[\]]|\\[\\\[\]])*)\]\(([^()\s]*)\)")

# Properties of the objects that are written, as the specification has them: (required, allowed besides).
OBJECTS = {
    "log": ({"version", "runs"}, {"$schema"}),
    "run": (
        {"tool"},
        {
            *("invocations", "originalUriBaseIds", "language", "columnKind", "newlineSequences", "results"),
        },
    ),
    "driver": ({"name"}, {"version", "rules"}),
    "rule": ({"id"}, {"name", "shortDescription", "fullDescription", "help", "defaultConfiguration"}),
    "result": (
        {"message"},
        {
            *("ruleId", "ruleIndex", "level", "rank", "locations", "relatedLocations"),
            *("partialFingerprints", "properties", "fixes"),
        },
    ),
    "location": (set(), {"id", "physicalLocation", "message"}),
    "physicalLocation": (set(), {"artifactLocation", "region"}),
    "artifactLocation": (set(), {"uri", "uriBaseId"}),
    "region": ({"startLine"}, {"startColumn", "endLine", "endColumn"}),
    "invocation": ({"executionSuccessful"}, {"toolExecutionNotifications"}),
    "notification": ({"message"}, {"level", "locations", "associatedRule"}),
    "text": ({"text"}, {"markdown"}),
    "fix": ({"artifactChanges"}, {"description"}),
    "artifactChange": ({"artifactLocation", "replacements"}, set()),
    "replacement": ({"deletedRegion"}, {"insertedContent"}),
    "artifactContent": (set(), {"text", "binary", "rendered"}),
}
LEVELS = {"none", "note", "warning", "error"}


def text_of(report, folder: str = "") -> str:
    return "".join(renderer("sarif")(report, View(folder=folder)))


def run_of(report, folder: str = "") -> dict:
    text = text_of(report, folder)
    assert text.isascii()
    log = json.loads(text)
    check(log)
    [run] = log["runs"]
    return run


def keys(name: str, thing: dict) -> None:
    required, allowed = OBJECTS[name]
    assert isinstance(thing, dict)
    assert required <= set(thing) <= required | allowed, name


def check(log: dict) -> None:
    keys("log", log)
    assert log["version"] == "2.1.0"
    assert next(iter(log)) == "version"
    for run in log["runs"]:
        keys("run", run)
        assert set(run["tool"]) == {"driver"}
        assert run["columnKind"] in ("unicodeCodePoints", "utf16CodeUnits")
        assert len(set(run["newlineSequences"])) == len(run["newlineSequences"]) > 0
        assert re.fullmatch("[a-z]{2}(-[A-Z]{2})?", run["language"])
        assert all("uri" not in base or base["uri"].endswith("/") for base in run["originalUriBaseIds"].values())
        keys("driver", run["tool"]["driver"])
        rules = run["tool"]["driver"]["rules"]
        for rule in rules:
            keys("rule", rule)
            for name in ("shortDescription", "fullDescription", "help"):
                check_text(rule[name])
            assert rule["defaultConfiguration"]["level"] in LEVELS
        for result in run["results"]:
            keys("result", result)
            check_text(result["message"])
            assert result["level"] in LEVELS
            assert 0 <= result.get("rank", 0) <= 100
            assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
            assert all(isinstance(value, str) for value in result["partialFingerprints"].values())
            related = result.get("relatedLocations", [])
            check_locations([*result["locations"], *related], set(run["originalUriBaseIds"]))
            ids = [location["id"] for location in related]
            assert len(set(ids)) == len(ids)
            assert min(ids, default=0) >= 0
            assert {int(target) for _, target in LINK.findall(result["message"]["text"])} <= set(ids)
        for invocation in run["invocations"]:
            keys("invocation", invocation)
            assert isinstance(invocation["executionSuccessful"], bool)
            for notification in invocation["toolExecutionNotifications"]:
                keys("notification", notification)
                check_text(notification["message"])
                assert notification["level"] in LEVELS
                if rule := notification.get("associatedRule"):
                    assert rules[rule["index"]]["id"] == rule["id"]
                check_locations(notification.get("locations", []), set(run["originalUriBaseIds"]))


def check_text(message: dict) -> None:
    keys("text", message)
    for text in message.values():
        assert text
        assert not SURROGATE.search(text)
        assert not re.search(r"[{}]", re.sub(r"\{\{|\}\}", "", text)), "a placeholder without an argument"


def check_locations(locations: list[dict], bases: set[str]) -> None:
    for location in locations:
        keys("location", location)
        physical = location["physicalLocation"]
        keys("physicalLocation", physical)
        keys("artifactLocation", physical["artifactLocation"])
        uri = physical["artifactLocation"]["uri"]
        assert re.fullmatch(r"(?:[A-Za-z0-9._~/:-]|%[0-9A-F]{2})+", uri)
        parts = urlsplit(uri)
        if "uriBaseId" in physical["artifactLocation"]:
            assert physical["artifactLocation"]["uriBaseId"] in bases
            assert (parts.scheme, parts.netloc, parts.path) == ("", "", uri)
            assert not uri.startswith("/")
        else:
            assert parts.scheme == "file"
        if region := physical.get("region"):
            keys("region", region)
            start, end = (region["startLine"], region["startColumn"]), (region["endLine"], region["endColumn"])
            assert (1, 1) <= start <= end
            assert region["endColumn"] >= 1


def sliced(text: str, region: dict, newlines: list[str]) -> str:
    """The text of a region: in code points, with the line ends that the run names."""
    starts = [0, *(end.end() for end in re.finditer("|".join(newlines), text))]
    start = starts[region["startLine"] - 1] + region["startColumn"] - 1
    return text[start : starts[region["endLine"] - 1] + region["endColumn"] - 1]


@given(reports())
def test_every_report_is_valid_and_reads_back(report):
    run = run_of(report)
    for result, finding in zip(run["results"], report.findings, strict=True):
        assert (result["ruleId"], result["level"]) == (finding.rule, finding.severity.label)
        assert result["partialFingerprints"] == {"dedup/v1": finding.fingerprint}
        assert ("rank" in result) == (finding.confidence is not None)
        if finding.confidence is not None:
            assert result["rank"] == pytest.approx(100 * finding.confidence, abs=0.005)
        [first] = result["locations"]
        related = result.get("relatedLocations", [])
        for location, place_of_finding in zip([first, *related], finding.places, strict=True):
            physical = location["physicalLocation"]
            assert (
                sliced(place_of_finding.source.text, physical["region"], run["newlineSequences"])
                == place_of_finding.text
            )
            uri = physical["artifactLocation"]["uri"]
            path = unquote_to_bytes(re.sub("^file:(//)?(/(?=[A-Z]:/))?", "", uri))
            assert path.decode("utf-8", "surrogateescape") == place_of_finding.path
        links = LINK.findall(result["message"]["text"])
        assert [int(target) for _, target in links] == list(range(1, min(len(related), 10) + 1))
        for (link, _), place_of_finding in zip(links, finding.places[1:], strict=False):
            plain = re.sub(r"\\(.)", r"\1", link).replace("{{", "{").replace("}}", "}")
            assert plain == SURROGATE.sub(
                "\ufffd", f"{harmless(place_of_finding.path)}:{place_of_finding.line}:{place_of_finding.column}"
            )


@pytest.mark.skipif("DEDUP_SARIF_SCHEMA" not in os.environ, reason="DEDUP_SARIF_SCHEMA does not name the schema")
@given(reports())
def test_every_report_is_valid_by_the_published_schema(report):
    import jsonschema

    schema = json.loads(Path(os.environ["DEDUP_SARIF_SCHEMA"]).read_text(encoding="utf-8"))
    jsonschema.Draft4Validator(schema).validate(json.loads(text_of(report)))


def test_a_near_repeat_is_one_result_with_the_others_linked():
    texts = {"a.md": "𝒂 one two\nthree four", "b.md": "one zwei three four\n", "c d.md": "one two three four"}
    repeat = near(
        3,
        0.75,
        place("a.md", ((2, 20),)),
        place("b.md", spans(texts["b.md"], "one", "three four")),
        place("c d.md", ((0, 18),)),
    )
    report = report_of(texts, repeat)
    [result] = run_of(report)["results"]
    message = report.findings[0].message
    assert result["message"]["text"] == f"{message}; also at [b.md:1:1](1), [c d.md:1:1](2)"
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "a.md", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 1, "startColumn": 3, "endLine": 2, "endColumn": 11},
            }
        }
    ]
    assert [one["physicalLocation"]["artifactLocation"]["uri"] for one in result["relatedLocations"]] == [
        "b.md",
        "c%20d.md",
    ]
    assert [one["message"]["text"] for one in result["relatedLocations"]] == [
        "also here (near: some words differ)",
        "also here",
    ]
    assert result["properties"].pop("evidence")
    assert result["properties"] == {"kind": "near", "words": 4, "similarity": 0.75, "confidence": 0.0}


def test_every_rule_is_there_with_its_help():
    rules = run_of(nothing())["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(RULES)
    for written, rule in zip(rules, RULES.values(), strict=True):
        assert rule.remedy in written["help"]["text"]
        assert rule.remedy in written["help"]["markdown"]
        assert rule.example.rstrip() in written["help"]["markdown"]


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("docs/a b.md", "docs/a%20b.md"),
        ("100%.md", "100%25.md"),
        ("a:b.md", "a%3Ab.md"),
        ("a#b?c.md", "a%23b%3Fc.md"),
        ("été\n.md", "%C3%A9t%C3%A9%0A.md"),
        ("caf\udce9.md", "caf%E9.md"),
        ("\ud800.md", "%ED%A0%80.md"),
        ("../a.md", "../a.md"),
        ("-", "-"),
        ("/r/docs/a.md", "docs/a.md"),
        ("/r2/a b.md", "file:///r2/a%20b.md"),
        ("C:/x/a b.md", "file:///C:/x/a%20b.md"),
        ("//host/share/a.md", "file://host/share/a.md"),
    ],
)
def test_paths_are_uris_from_the_working_folder(path, uri):
    [result] = run_of(crowd(2, path=path), "/r")["results"]
    artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact["uri"] == uri
    assert ("uriBaseId" in artifact) is not uri.startswith("file:")


def test_a_file_that_could_not_be_read_is_a_result_and_a_notification():
    run = run_of(report_of({}, failures=(Failure("/r/b c.md", "is not {UTF-8}", "é\nx"),)), "/r")
    [result], [invocation] = run["results"], run["invocations"]
    assert (result["ruleId"], result["level"]) == ("DUP900", "error")
    assert result["message"]["text"] == "b c.md is not {{UTF-8}}"
    assert result["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 2,
        "startColumn": 2,
        "endLine": 2,
        "endColumn": 2,
    }
    assert invocation["executionSuccessful"] is False
    [notification] = invocation["toolExecutionNotifications"]
    assert notification["message"]["text"] == "b c.md is not {{UTF-8}}"
    assert notification["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "b%20c.md"
    assert run_of(nothing())["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]


def test_words_of_a_passage_are_never_a_link_or_a_placeholder():
    texts = {"a.md": "one [see](1) {0} four", "b.md": "one [see](1) {0} four"}
    report = report_of(texts, exact(4, *everywhere(texts, "one [see](1) {0} four")))
    object.__setattr__(report.findings[0], "message", '"[see](1)" -> "{0}\\"')
    [result] = run_of(report)["results"]
    assert result["message"]["text"] == '"[see] (1)" -> "{{0}}\\"; also at [b.md:1:1](1)'


def noted(report) -> tuple[dict, list[str]]:
    """The run, and the notes about what was left out."""
    notes: list[str] = []
    text = "".join(renderer("sarif")(report, View(note=notes.append)))
    check(json.loads(text))
    return json.loads(text)["runs"][0], notes


def test_all_places_are_there_and_ten_are_linked():
    run, notes = noted(crowd(1000))
    [result] = run["results"]
    assert len(result["relatedLocations"]) == 999
    assert len(LINK.findall(result["message"]["text"])) == 10
    assert result["message"]["text"].endswith("(10) and 989 more")
    assert notes == []


def test_places_that_github_does_not_take_are_counted():
    run, notes = noted(crowd(1500, findings=2))
    for result in run["results"]:
        assert len(result["locations"]) + len(result["relatedLocations"]) == 1000
        assert result["message"]["text"].endswith("(10) and 1,489 more, of which 500 are not listed")
    assert notes == ["sarif: 1,000 places of 2 findings left out; a result has at most 1,000 locations."]


def test_results_that_github_does_not_take_are_counted_and_the_most_severe_stay():
    report = crowd(2, findings=25_003)
    grave = [replace(finding, severity=Severity.ERROR) for finding in report.findings[-2:]]
    slight = [replace(finding, severity=Severity.NOTE) for finding in report.findings[:4]]
    run, notes = noted(replace(report, findings=(*slight, *report.findings[4:-2], *grave)))
    assert len(run["results"]) == 25_000
    assert [result["level"] for result in run["results"]].count("note") == 1
    written = [result["partialFingerprints"]["dedup/v1"] for result in run["results"]]
    assert written == [finding.fingerprint for finding in (report.findings[0], *report.findings[4:])]
    [notification] = run["invocations"][0]["toolExecutionNotifications"]
    assert notification["message"]["text"] == "3 findings left out; a run has at most 25,000 results."
    assert notes == [f"sarif: {notification['message']['text']}"]


def test_findings_come_one_by_one():
    pieces = list(renderer("sarif")(crowd(300, findings=5), View()))
    assert sum('"ruleId"' in piece for piece in pieces) == 5


def test_nothing_found_is_a_run_without_results():
    assert run_of(nothing())["results"] == []


def test_a_stale_copy_has_its_replacements():
    old = "Das Büro am Hafen öffnet im Winter schon um neun, und schließt wieder um vier."
    before = {"a.md": old, "b.md": f"# B\n\nZuvor. {old}", "c.md": f"{old}\n\n{old}"}
    run = run_of(report_on(before, {**before, "a.md": old.replace("neun", "zehn")}))
    [fix] = next(result for result in run["results"] if result["ruleId"] == "DUP006")["fixes"]
    keys("fix", fix)
    check_text(fix["description"])
    found = []
    for change in fix["artifactChanges"]:
        keys("artifactChange", change)
        path = change["artifactLocation"]["uri"]
        for replacement in change["replacements"]:
            keys("replacement", replacement)
            keys("artifactContent", replacement["insertedContent"])
            deleted = sliced(before[path], replacement["deletedRegion"], run["newlineSequences"])
            found.append((path, deleted, replacement["insertedContent"]["text"]))
    assert found == [("b.md", "neun", "zehn"), ("c.md", "neun", "zehn"), ("c.md", "neun", "zehn")]
