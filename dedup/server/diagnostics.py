"""Findings as diagnostics of one document."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from lsprotocol import types

from dedup.lint.findings import Finding, Location, Report
from dedup.lint.reporters.names import RELATIONS, count, sentence, valid
from dedup.lint.rules import Severity
from dedup.server.positions import Positions
from dedup.server.uris import uri_of

SOURCE: Final = "dedup"
RELATED: Final = 50
"""Further places of a finding that a diagnostic refers to; the others are counted in its message."""

_SEVERITIES: Final = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.NOTE: types.DiagnosticSeverity.Information,
}
_UNUSED: Final = "DUP100"


def places_in(report: Report, path: str) -> Iterator[tuple[Finding, int]]:
    """Yield each place of each finding that is in a file, as the finding and the number of the place."""
    for finding in report.findings:
        for number, place in enumerate(finding.places):
            if place.path == path:
                yield finding, number


def others(finding: Finding, number: int) -> Sequence[Location]:
    """Return the places of a finding beside one, those in the same file first."""
    path = finding.places[number].path
    rest = [place for at, place in enumerate(finding.places) if at != number]
    return sorted(rest, key=lambda place: place.path != path)


def diagnostics(
    report: Report, path: str, positions: Positions, page: Callable[[str], str] | None, related: bool
) -> list[types.Diagnostic]:
    """Return the diagnostics of a file: one for each place in it.

    Parameters
    ----------
    report
        What was found.
    path
        The file.
    positions
        Positions in the encoding of the client.
    page
        Returns the address of the page about a rule; None: the client shows no such links.
    related
        Whether the client shows the other places of a finding.
    """
    return [_diagnostic(finding, number, positions, page, related) for finding, number in places_in(report, path)]


def _diagnostic(
    finding: Finding, number: int, positions: Positions, page: Callable[[str], str] | None, related: bool
) -> types.Diagnostic:
    place = finding.places[number]
    rest = others(finding, number)
    message = sentence(finding)
    if len(rest) > RELATED:
        message += f" ({count(len(rest) - RELATED, 'further place')} not listed)"
    return types.Diagnostic(
        range=positions.range(place.source, place.start, place.end),
        message=valid(message),
        severity=_SEVERITIES[finding.severity],
        code=finding.rule,
        code_description=types.CodeDescription(page(finding.rule)) if page else None,
        source=SOURCE,
        tags=[types.DiagnosticTag.Unnecessary] if finding.rule == _UNUSED else None,
        related_information=[_related(other, positions) for other in rest[:RELATED]] if related and rest else None,
        data={"fingerprint": finding.fingerprint, "place": number},
    )


def _related(place: Location, positions: Positions) -> types.DiagnosticRelatedInformation:
    location = types.Location(uri_of(place.path), positions.range(place.source, place.start, place.end))
    relation = RELATIONS[place.relation]
    return types.DiagnosticRelatedInformation(location, f"also here ({relation})" if relation else "also here")
