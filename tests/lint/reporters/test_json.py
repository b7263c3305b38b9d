import json

from hypothesis import given

from dedup.lint.diagnose.confidence import FEATURES
from dedup.lint.findings import Failure
from dedup.lint.reporters import View, renderer
from dedup.lint.reporters.json import finding_object
from tests.lint.odd import reports
from tests.lint.repeats import exact, near, place, report_of, spans
from tests.lint.stale.versions import report_on


def data_of(texts, *repeats, **options):
    return written(report_of(texts, *repeats, **options))


def written(report):
    return json.loads("".join(renderer("json")(report, View())))


TEXTS = {"a.md": "𝒂 one two\nthree four", "b.md": "one zwei three four\n"}
REPEAT = near(3, 0.75, place("a.md", ((2, 20),)), place("b.md", spans(TEXTS["b.md"], "one", "three four")))


def test_every_field_is_there():
    report = report_of(TEXTS, REPEAT)
    data = written(report)
    [finding] = data.pop("findings")
    assert data == {
        "version": 1,
        "errors": [],
        "files": 2,
        "summary": {
            "rules": {"DUP002": 1},
            "words": 9,
            "repeated_words": 8,
            "repeated_share": 0.888889,
            "known": 0,
            "weaker": 0,
            "omitted": 0,
        },
    }
    first, second = finding.pop("places")
    assert isinstance(finding.pop("fingerprint"), str)
    evidence = finding.pop("evidence")
    assert list(evidence) == [feature.name for feature in FEATURES]
    assert all(set(fields) == {"value", "contribution"} for fields in evidence.values())
    assert finding == {
        "rule": "DUP002",
        "name": "near-paragraph",
        "severity": "warning",
        "message": report.findings[0].message,
        "kind": "near",
        "words": 4,
        "similarity": 0.75,
        "confidence": 0.0,
    }
    assert len(first.pop("content")) == len(second.pop("content")) == 32
    assert first == {
        "path": "a.md",
        "start": 2,
        "end": 20,
        "line": 1,
        "column": 3,
        "end_line": 2,
        "end_column": 11,
        "text": "one two\nthree four",
        "matched": [[2, 20]],
        "relation": "exact",
    }
    assert (second["start"], second["end"], second["matched"]) == (0, 19, [[0, 3], [9, 19]])
    assert second["relation"] == "near"


def test_all_places_are_there():
    text = "one two three four.\n\n" * 50
    places = [place("a.md", ((start, start + 18),)) for start in range(0, len(text), 21)]
    [finding] = data_of({"a.md": text}, exact(4, *places))["findings"]
    assert len(finding["places"]) == 50
    assert all(text[at["start"] : at["end"]] == at["text"] == "one two three four" for at in finding["places"])


def test_a_file_that_could_not_be_read_is_a_finding_and_an_error():
    data = data_of({"a.md": "One"}, failures=(Failure("b\udcff.md", "gone", "é"),))
    assert data["errors"] == [{"path": "b\udcff.md", "message": "gone"}]
    [finding] = data["findings"]
    [at] = finding["places"]
    assert (finding["rule"], finding["severity"], finding["message"]) == ("DUP900", "error", "gone")
    assert (finding["kind"], finding["words"], finding["similarity"]) == (None, 0, None)
    assert (at["path"], at["start"], at["end"], at["line"], at["column"]) == ("b\udcff.md", 1, 1, 1, 2)
    assert data["files"] == 1
    assert data["summary"]["rules"] == {"DUP900": 1}


@given(reports())
def test_a_finding_is_written_as_the_standard_library_writes_it(report):
    for finding in report.findings:
        line = finding_object(finding)
        assert json.dumps(json.loads(line)) == line
        for place_of_finding, at in zip(finding.places, json.loads(line)["places"], strict=True):
            assert (at["text"], at["path"], at["content"]) == (
                place_of_finding.text,
                place_of_finding.path,
                place_of_finding.content,
            )
            assert (at["line"], at["column"]) == (place_of_finding.line, place_of_finding.column)
            assert (at["end_line"], at["end_column"]) == (place_of_finding.end_line, place_of_finding.end_column)
            assert at["matched"] == [list(span) for span in place_of_finding.matched]


def test_nothing_found_is_an_object_too():
    assert data_of({"a.md": "One"})["findings"] == []


def test_the_output_is_ascii():
    assert "".join(renderer("json")(report_of(TEXTS, REPEAT), View())).isascii()


def test_a_stale_copy_has_its_edits_and_fixes():
    old = "The harbour office opens at nine in winter, and closes again at four."
    before = {"a.md": old, "b.md": old}
    [finding] = report_on(before, {**before, "a.md": old.replace("nine", "ten")}).findings
    data = json.loads(finding_object(finding))
    assert data["edits"] == [{"old": "nine", "new": "ten"}]
    assert data["fixes"] == [{"path": "b.md", "start": 28, "end": 32, "text": "ten"}]
