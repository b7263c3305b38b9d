"""``--format gitlab``: a code quality report as GitLab reads it, which is a part of the Code Climate format."""

import json
from collections.abc import Iterator

from dedup.lint.findings import Finding, Location, Report
from dedup.lint.reporters import View
from dedup.lint.reporters.names import NAMED_PLACES, further, lead, relative, sentence, valid, where
from dedup.lint.rules import RULES, Severity

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTE: "info"}


def render(report: Report, view: View) -> Iterator[str]:
    """Yield one JSON array, in ASCII, with one finding on each line, at its first place. Linear in the places.

    `other_locations` has all other places; GitLab itself shows only the description, which names some of them.
    """
    yield "["
    separator = "\n"
    for finding in report.findings:
        yield separator + json.dumps(_issue(finding, view))
        separator = ",\n"
    yield "\n]\n"


def _issue(finding: Finding, view: View) -> dict[str, object]:
    place, also = lead(finding, view.focus)
    folder = view.folder
    names = [where(other, folder) for other in also[:NAMED_PLACES]]
    rest = further(finding, names)
    rule = RULES[finding.rule]
    return {
        "type": "issue",
        "check_name": f"{finding.rule} {finding.name}",
        "description": valid(f"{finding.rule}: {sentence(finding, folder)}{rest}"),
        "content": {"body": f"{rule.why} {rule.remedy}"},
        "categories": ["Duplication"],
        "severity": _SEVERITIES[finding.severity],
        "fingerprint": finding.fingerprint,
        "location": _location(place, folder),
        "other_locations": [_location(other, folder) for other in also],
    }


def _location(place: Location, folder: str) -> dict[str, object]:
    path = relative(place.path, folder).removeprefix("./")  # GitLab compares it with the paths that git lists
    return {"path": valid(path), "lines": {"begin": place.line, "end": place.end_line}}
