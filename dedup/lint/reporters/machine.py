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
        yield separator + json.dumps(finding_fields(finding))
        separator = ",\n"
    rest = rest_fields(report)
    fields = ",\n".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in rest.items())
    yield f"\n],\n{fields}}}\n"


def rest_fields(report: Report) -> dict[str, object]:
    """All of a report but its findings, as JSON has it."""
    return {
        "errors": [{"path": failure.path, "message": failure.message} for failure in report.errors],
        "files": report.files,
        "summary": {
            "rules": dict(report.summary.rules),
            "words": report.summary.words,
            "repeated_words": report.summary.repeated_words,
            "repeated_share": round(report.summary.repeated_share, 6),
            "known": report.summary.known,
        },
    }


def finding_fields(finding: Finding) -> dict[str, object]:
    """One finding, as JSON has it."""
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
