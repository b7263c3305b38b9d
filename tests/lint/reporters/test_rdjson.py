import json
import re

from hypothesis import given

from dedup.lint.reporters import View, renderer
from dedup.lint.reporters.excerpt import harmless
from tests.lint.odd import crowd, nothing, reports
from tests.lint.stale.versions import report_on

SURROGATE = re.compile("[\ud800-\udfff]")


def diagnostics(report, folder: str = "") -> list[dict]:
    text = "".join(renderer("rdjson")(report, View(folder=folder)))
    assert text.isascii()
    data = json.loads(text)
    assert data["source"] == {"name": "dedup"}
    return data["diagnostics"]


def position(source, offset: int) -> dict[str, int]:
    line, column = source.position(offset)
    before = source.text[offset - column + 1 : offset]
    return {"line": line, "column": len(before.encode("utf-8", "surrogatepass")) + 1}


@given(reports())
def test_every_place_is_there_with_columns_in_bytes(report):
    for diagnostic, finding in zip(diagnostics(report), report.findings, strict=True):
        assert diagnostic["code"] == {"value": finding.rule}
        assert diagnostic["severity"] in ("ERROR", "WARNING", "INFO")
        assert SURROGATE.sub("\ufffd", harmless(finding.message)) in diagnostic["message"]
        related = diagnostic.get("related_locations", [])
        assert all(other["message"] for other in related)
        for location, place in zip(
            [diagnostic["location"], *(other["location"] for other in related)], finding.places, strict=True
        ):
            assert location["path"] == SURROGATE.sub("\ufffd", place.path)
            assert location["range"]["start"] == position(place.source, place.start)
            assert location["range"]["end"] == position(place.source, place.end)


def test_columns_on_a_long_line():
    report = crowd(3000, line="één 𝒂 word ")
    [diagnostic] = diagnostics(report)
    for place, other in zip(report.findings[0].places[1:], diagnostic["related_locations"], strict=True):
        assert place.line == 1
        # 11 characters in 16 bytes
        assert other["location"]["range"]["start"]["column"] == place.start // 11 * 16 + 1


def test_paths_are_relative_to_the_working_folder():
    [diagnostic] = diagnostics(crowd(2, path="/r/a b.md"), "/r")
    assert diagnostic["location"]["path"] == "a b.md"


def test_nothing_found_is_an_empty_list():
    assert diagnostics(nothing()) == []


def test_each_stale_copy_has_its_suggestions():
    old = "Das Büro am Hafen öffnet im Winter schon um neun, und schließt wieder um vier."
    before = {"a.md": old, "b.md": f"Zuvor. {old}"}
    finding, copy = diagnostics(report_on(before, {**before, "a.md": old.replace("neun", "zehn")}))
    assert finding["location"]["path"] == "a.md"
    assert "suggestions" not in finding
    assert copy["message"] == "keeps the old wording of a.md:1:1 (stale-copy)"
    assert copy["location"]["path"] == "b.md"
    column = len(before["b.md"].partition("neun")[0].encode()) + 1
    span = {"start": {"line": 1, "column": column}, "end": {"line": 1, "column": column + 4}}
    assert copy["suggestions"] == [{"range": span, "text": "zehn"}]
