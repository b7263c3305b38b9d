"""``--format json``: everything, for programs."""

import json
from collections.abc import Iterable, Iterator

from dedup.lint.findings import Finding, Location, Report
from dedup.lint.reporters import View
from dedup.lint.reporters.fields import finding_fields, report_fields

VERSION = 1
"""Version of the format: raised when a key changes its meaning or is removed."""


def render(report: Report, view: View) -> Iterator[str]:
    """Yield one JSON object, in ASCII, with one finding on each line.

    Linear in the places; no more than the text of one finding is in memory.
    """
    yield f'{{"version": {VERSION},\n"findings": ['
    separator = "\n"
    for finding in report.findings:
        yield separator + finding_object(finding)
        separator = ",\n"
    fields = ",\n".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in report_fields(report).items())
    yield f"\n],\n{fields}}}\n"


def finding_object(finding: Finding) -> str:
    """Return a finding as a JSON object in ASCII, on one line. Linear in its places and their text."""
    return f'{json.dumps(finding_fields(finding))[:-1]}, "places": [{", ".join(_places(finding.places))}]}}'


def _places(places: Iterable[Location]) -> Iterator[str]:
    # Put together here and not by `json.dumps`, because there are hundreds of thousands. The text of a place is mostly
    # that of the place before, which is escaped already.
    text = escaped = None
    source = path = None
    for origin, start, end, runs, content, _, relation in places:
        if origin is not source:
            source, path = origin, json.dumps(origin.path)
        here = origin.text[start:end]
        if here != text:
            text, escaped = here, json.dumps(here)
        line, column, end_line, end_column = origin.positions(start, end)
        matched = ", ".join([f"[{first}, {stop}]" for first, stop in runs])
        yield (
            f'{{"path": {path}, "start": {start}, "end": {end}, '
            f'"line": {line}, "column": {column}, "end_line": {end_line}, "end_column": {end_column}, '
            f'"text": {escaped}, "matched": [{matched}], "content": "{content}", "relation": "{relation}"}}'
        )
