"""What stays of a full report while its document is being edited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from dedup.lint.findings import Finding, Location, Report, Source
from dedup.server.index import Entry
from dedup.server.positions import difference


class _Edit(NamedTuple):
    """What lies between the common start and the common end of two versions of a text."""

    source: Source
    """The later version."""
    start: int
    end: int
    """Where the common end begins in the earlier version."""
    shift: int
    """By how many characters it has moved."""


def with_kept(report: Report, full: Report, path: str, entries: Mapping[str, Entry]) -> Report:
    """Return a report with what an earlier, full one has found in text that has not changed since.

    Where both found something in the same place, the full one is right: it was compared with all files. Linear in both
    texts, and in the places of the findings.

    Parameters
    ----------
    report, full
        What was found in a file, and in an earlier version of it.
    path
        The file.
    entries
        The files as they are now: a finding with a place in another that has changed is left out.
    """
    now = entries[path].source
    before = next((place.source for finding in full.findings for place in finding.places if place.path == path), now)
    edit = _edit(before, now)
    kept = [moved for finding in full.findings if (moved := _moved(finding, path, edit, entries)) is not None]
    covered = [(place.start, place.end) for finding in kept for place in finding.places if place.path == path]
    fresh = [
        finding
        for finding in report.findings
        if not all(
            any(start <= place.start and place.end <= end for start, end in covered)
            for place in finding.places
            if place.path == path
        )
    ]
    return replace(report, findings=tuple(sorted((*kept, *fresh), key=lambda finding: _first_in(finding, path))))


def _edit(before: Source, now: Source) -> _Edit:
    start, end, end_now = difference(before.text, now.text)
    return _Edit(now, start, end, end_now - end)


def _moved(finding: Finding, path: str, edit: _Edit, entries: Mapping[str, Entry]) -> Finding | None:
    """Return a finding at the places where it is now; None if one of them has changed."""
    places = []
    for place in finding.places:
        if place.path == path:
            if place.end < edit.start:
                places.append(_shifted(place, edit.source, 0))
            elif place.start > edit.end:
                places.append(_shifted(place, edit.source, edit.shift))
            else:
                return None
        elif place.path in entries and entries[place.path].source is not place.source:
            return None
        else:
            places.append(place)
    return replace(finding, places=tuple(places))


def _shifted(place: Location, source: Source, shift: int) -> Location:
    return place._replace(
        source=source,
        start=place.start + shift,
        end=place.end + shift,
        matched=tuple((start + shift, end + shift) for start, end in place.matched),
        changes=tuple(replace(each, start=each.start + shift, end=each.end + shift) for each in place.changes),
    )


def _first_in(finding: Finding, path: str) -> tuple[int, int]:
    return min((place.start, -place.end) for place in finding.places if place.path == path)
