"""``--format rdjson``: the Reviewdog Diagnostic Format, which reviewdog posts as comments on the lines of a change."""

import json
from collections.abc import Iterator

from dedup.lint.findings import Finding, Location, Report, Source
from dedup.lint.reporters import View
from dedup.lint.reporters.names import lead, relative, sentence, valid, where
from dedup.lint.rules import Severity

_SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.NOTE: "INFO"}
_STEP = 256  # characters; 4096 takes twice as long where places are close together


def render(report: Report, view: View) -> Iterator[str]:
    """Yield one JSON object (a `DiagnosticResult`), in ASCII, with one finding on each line.

    A finding is at its first place, with all others as related locations. Because a suggestion belongs to the file of
    its diagnostic, each stale copy that can be brought up to date has a diagnostic of its own with suggestions. Takes
    linear time in the places and the texts.
    """
    columns = _Columns()
    yield '{"source": {"name": "dedup"},\n"diagnostics": ['
    separator = "\n"
    for finding in report.findings:
        yield separator + json.dumps(_diagnostic(finding, view, columns))
        separator = ",\n"
        for diagnostic in _suggestions(finding, view, columns):
            yield separator + json.dumps(diagnostic)
    yield "\n]}\n"


class _Columns:
    """Columns as the format counts them, in bytes of UTF-8.

    A text is measured once, in steps, so that a long line is not read again for each of its places.
    """

    def __init__(self) -> None:
        self._steps: dict[Source, list[int]] = {}

    def position(self, source: Source, offset: int) -> dict[str, int]:
        line, column = source.position(offset)
        if source not in self._steps:
            self._steps[source] = _measure(source.text)
        steps, text = self._steps[source], source.text
        if steps:
            start, end = (
                steps[at // _STEP] + _bytes(text[at - at % _STEP : at]) for at in (offset - column + 1, offset)
            )
            column = end - start + 1
        return {"line": line, "column": column}


def _measure(text: str) -> list[int]:
    """Return the bytes before every `_STEP`-th character; an empty list if each character is one byte."""
    if text.isascii():
        return []
    steps = [0]
    for start in range(0, len(text), _STEP):
        steps.append(steps[-1] + _bytes(text[start : start + _STEP]))
    return steps


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _diagnostic(finding: Finding, view: View, columns: _Columns) -> dict[str, object]:
    place, also = lead(finding, view.focus)
    folder = view.folder
    diagnostic: dict[str, object] = {
        "message": valid(f"{sentence(finding, folder)} ({finding.name})"),
        "location": _location(place, folder, columns),
        "severity": _SEVERITIES[finding.severity],
        "code": {"value": finding.rule},
    }
    related = [{"message": "also here", "location": _location(other, folder, columns)} for other in also]
    return diagnostic | ({"related_locations": related} if related else {})


def _suggestions(finding: Finding, view: View, columns: _Columns) -> Iterator[dict[str, object]]:
    for place in finding.places[1:]:
        fixes = finding.fixes_of(place)
        if fixes:
            original = where(finding.places[0], view.folder)
            yield {
                "message": valid(f"keeps the old wording of {original} ({finding.name})"),
                "location": _location(place, view.folder, columns),
                "severity": _SEVERITIES[finding.severity],
                "code": {"value": finding.rule},
                "suggestions": [
                    {"range": _range(fix.source, fix.start, fix.end, columns), "text": valid(fix.text)} for fix in fixes
                ],
            }


def _location(place: Location, folder: str, columns: _Columns) -> dict[str, object]:
    return {
        "path": valid(relative(place.path, folder)),
        "range": _range(place.source, place.start, place.end, columns),
    }


def _range(source: Source, start: int, end: int, columns: _Columns) -> dict[str, dict[str, int]]:
    return {"start": columns.position(source, start), "end": columns.position(source, end)}
