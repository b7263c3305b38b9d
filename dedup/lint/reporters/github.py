"""``--format github``: workflow commands, which GitHub Actions shows as annotations on the lines of a change."""

from collections.abc import Iterator

from dedup.lint.findings import Finding, Report
from dedup.lint.reporters import View
from dedup.lint.reporters.addresses import NAMED_PLACES, lead, relative, sentence, where
from dedup.lint.rules import Severity
from dedup.lint.sources.discover import STANDARD_INPUT

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_IN_MESSAGE = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def render(report: Report, view: View) -> Iterator[str]:
    """One command a finding, at its first place; the message names the others. Linear in the findings."""
    for finding in report.findings:
        yield _command(finding, view)


def _command(finding: Finding, view: View) -> str:
    place, also = lead(finding, view.focus)
    folder = view.folder
    properties: dict[str, str | int] = {}
    if place.path != STANDARD_INPUT:
        properties["file"] = relative(place.path, folder)
    properties |= {"line": place.line, "endLine": place.end_line}
    if place.line == place.end_line:  # the runner drops columns that belong to different lines
        properties |= {"col": place.column, "endColumn": max(place.column, place.end_column - 1)}
    properties["title"] = f"{finding.rule} {finding.name}"
    head = ",".join(f"{name}={str(value).translate(_IN_PROPERTY)}" for name, value in properties.items())
    lines = [sentence(finding, folder), *(f"also at {where(one, folder)}" for one in also[:NAMED_PLACES])]
    if len(also) > NAMED_PLACES:
        lines.append(f"and at {len(also) - NAMED_PLACES:,} more")
    message = "\n".join(lines).translate(_IN_MESSAGE)
    return f"::{_COMMANDS[finding.severity]} {head}::{message}\n"
