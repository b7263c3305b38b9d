"""``--format github``: workflow commands, which GitHub Actions shows as annotations on the lines of a change.

GitHub shows ten annotations of each type (error, warning, notice) for a step and drops the others, so that only as many
are written. The others become a table in the summary of the step.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from dedup.lint.findings import Finding, Report
from dedup.lint.reporters import View
from dedup.lint.reporters.excerpt import harmless_name
from dedup.lint.reporters.names import NAMED_PLACES, count, further, lead, relative, sentence, valid, where
from dedup.lint.rules import Severity
from dedup.lint.sources.discover import STANDARD_INPUT

MAX_ANNOTATIONS = 10
"""Annotations of one type that GitHub shows for a step."""

SUMMARY_BYTES = 500_000
"""Size of the table in UTF-8. GitHub takes 1 MiB for the summary of a step, which other commands may write to as well,
and drops a larger one."""

_TYPES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_IN_MESSAGE = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})
_SIGN = re.compile(r"[^\w\s\"'%(),./;=?+-]|_|(?i:www)")
_NAMED_IN_ROW = 3  # further places: more would make a row too high


def render(report: Report, view: View) -> Iterator[str]:
    """Yield a command for each finding that GitHub shows, then a notice about the others. Linear in the findings.

    A finding is annotated at its first place; the message names the others. What does not fit is appended to the
    summary of the step, where there is one.
    """
    annotated, others = _annotated(report.findings)
    for finding in annotated:
        yield _command(finding, view)
    if not others:
        return
    rest = (
        f"{count(len(others), 'more finding')} not shown here: GitHub shows {MAX_ANNOTATIONS} annotations of each type."
    )
    if view.add_summary is None:
        rest += " To see all, write another report, such as --report html=FILE."
    else:
        view.add_summary("".join(_table(others, view)))
        rest += " They are in the summary of this step."
    yield f"::notice title=dedup::{rest.translate(_IN_MESSAGE)}\n"


def _annotated(findings: Sequence[Finding]) -> tuple[list[Finding], list[Finding]]:
    """Return the findings that become annotations, and the others; both in the order of the report."""
    room = dict.fromkeys(Severity, MAX_ANNOTATIONS)
    counts = Counter(finding.severity for finding in findings)
    if any(counts[severity] > room[severity] for severity in Severity):
        room[Severity.NOTE] -= 1  # the notice about the others is one itself
    annotated: list[Finding] = []
    others: list[Finding] = []
    for finding in findings:
        (annotated if room[finding.severity] else others).append(finding)
        room[finding.severity] = max(0, room[finding.severity] - 1)
    return annotated, others


def _command(finding: Finding, view: View) -> str:
    place, also = lead(finding, view.focus)
    folder = view.folder
    properties: dict[str, str | int] = {}
    if place.path != STANDARD_INPUT:
        properties["file"] = harmless_name(relative(place.path, folder))
    properties |= {"line": place.line, "endLine": place.end_line}
    if place.line == place.end_line:  # the runner drops columns that belong to different lines
        properties |= {"col": place.column, "endColumn": max(place.column, place.end_column - 1)}
    properties["title"] = f"{finding.rule} {finding.name}"
    head = ",".join(f"{name}={str(value).translate(_IN_PROPERTY)}" for name, value in properties.items())
    lines = [sentence(finding, folder), *(f"also at {where(other, folder)}" for other in also[:NAMED_PLACES])]
    if len(also) > NAMED_PLACES:
        lines.append(f"and at {len(also) - NAMED_PLACES:,} more")
    message = "\n".join(lines).translate(_IN_MESSAGE)
    return f"::{_TYPES[finding.severity]} {head}::{message}\n"


def _table(findings: Sequence[Finding], view: View) -> Iterator[str]:
    """Yield the findings as a Markdown table of at most about `SUMMARY_BYTES`, and how many did not fit."""
    head = f"### dedup: {count(len(findings), 'more finding')}\n\n| rule | place | message |\n|---|---|---|\n"
    yield head
    room = SUMMARY_BYTES - len(head)
    for number, finding in enumerate(findings):
        row = _row(finding, view)
        room -= len(row.encode("utf-8"))
        if room < 0:
            yield f"\n… and {count(len(findings) - number, 'more finding')}.\n"
            return
        yield row
    yield "\n"


def _row(finding: Finding, view: View) -> str:
    place, also = lead(finding, view.focus)
    names = [_code(where(other, view.folder)) for other in also[:_NAMED_IN_ROW]]
    rest = further(finding, names)
    return (
        f"| {finding.severity.label} {finding.rule} {finding.name} | {_code(where(place, view.folder))} "
        f"| {_code(sentence(finding, view.folder))}{rest} |\n"
    )


def _code(text: str) -> str:
    """Return one line of text as code in a cell of a Markdown table.

    Signs that may mean something are references: readers differ in how a bar after a backslash is escaped between
    backticks.
    """
    signs = _SIGN.sub(lambda found: f"&#{ord(found[0][0])};{found[0][1:]}", valid(text))
    return f"<code>{signs}</code>"
