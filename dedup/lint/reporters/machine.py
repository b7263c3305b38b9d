"""``--format json``: everything that is known, for programs."""

import json
from collections.abc import Iterator

from dedup.lint.findings import Finding, Location, Report
from dedup.lint.reporters import View

VERSION = 1
"""Of the format: raised when a field changes its meaning or goes."""


def render(report: Report, view: View) -> Iterator[str]:
    """One JSON object, in ASCII, with one finding a line. Linear in the places; never holds more than one finding's
    text."""
    yield f'{{"version": {VERSION},\n"findings": ['
    separator = "\n"
    for finding in report.findings:
        yield separator + json.dumps(_finding(finding))
        separator = ",\n"
    errors = [{"path": failure.path, "message": failure.message} for failure in report.errors]
    summary = {
        "rules": dict(report.summary.rules),
        "words": report.summary.words,
        "repeated_words": report.summary.repeated_words,
        "repeated_share": round(report.summary.repeated_share, 6),
    }
    yield f'\n],\n"errors": {json.dumps(errors)},\n"files": {report.files},\n"summary": {json.dumps(summary)}}}\n'


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "name": finding.name,
        "severity": finding.severity.label,
        "message": finding.message,
        "kind": finding.kind,
        "words": finding.words,
        "similarity": finding.similarity,
        "fingerprint": finding.fingerprint,
        "places": [_place(place) for place in finding.places],
    }


def _place(place: Location) -> dict[str, object]:
    line, column = place.source.position(place.start)
    end_line, end_column = place.source.position(place.end)
    return {
        "path": place.path,
        "start": place.start,
        "end": place.end,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "text": place.text,
        "matched": place.matched,
        "content": place.content,
    }
