"""Findings as diagnostics of one document."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from typing import Final

from lsprotocol import types

from dedup.lint.findings import Finding, Location, Report
from dedup.lint.reporters.names import RELATIONS, count, sentence, valid
from dedup.lint.rules import Severity
from dedup.server.positions import Positions
from dedup.server.uris import Address

SOURCE: Final = "dedup"
RELATED: Final = 50
"""Further places of a finding that a diagnostic refers to; the others are counted in its message."""
ALL_RELATED: Final = 20_000
"""Further places that all diagnostics of a document refer to; if they would be more, each refers to fewer, to one at
least. Otherwise 40,000 paragraphs that are alike would make a message of 500 MB."""

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


def others(finding: Finding, number: int, most: int | None = None) -> Sequence[Location]:
    """Return the places of a finding beside one, or the first of them, those in the same file first."""
    path = finding.places[number].path
    own = (place for at, place in enumerate(finding.places) if place.path == path and at != number)
    elsewhere = (place for place in finding.places if place.path != path)
    return list(islice(chain(own, elsewhere), most))


def diagnostics(
    report: Report,
    path: str,
    positions: Positions,
    page: Callable[[str], str] | None,
    address: Address | None,
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
    address
        Returns where the other places of a finding are; None: the client shows no such places.
    """
    found = list(places_in(report, path))
    most = min(RELATED, max(1, ALL_RELATED // max(1, len(found)))) if address else 0
    return [_diagnostic(finding, number, positions, page, address, most) for finding, number in found]


def _diagnostic(
    finding: Finding,
    number: int,
    positions: Positions,
    page: Callable[[str], str] | None,
    address: Address | None,
    most: int,
) -> types.Diagnostic:
    place = finding.places[number]
    rest = others(finding, number, most)
    message = sentence(finding)
    left = len(finding.places) - 1 - len(rest)
    if left and most:
        message += f" ({count(left, 'further place')} not listed)"
    return types.Diagnostic(
        range=positions.range(place.source, place.start, place.end),
        message=valid(message),
        severity=_SEVERITIES[finding.severity],
        code=finding.rule,
        code_description=types.CodeDescription(page(finding.rule)) if page else None,
        source=SOURCE,
        tags=[types.DiagnosticTag.Unnecessary] if finding.rule == _UNUSED else None,
        related_information=[_related(other, positions, address) for other in rest if address] or None,
        data={"fingerprint": finding.fingerprint, "place": number},
    )


def _related(place: Location, positions: Positions, address: Address) -> types.DiagnosticRelatedInformation:
    location = types.Location(address(place), positions.range(place.source, place.start, place.end))
    relation = RELATIONS[place.relation]
    return types.DiagnosticRelatedInformation(location, f"also here ({relation})" if relation else "also here")
