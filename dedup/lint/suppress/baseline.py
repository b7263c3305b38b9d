"""What was repeated already when a team began to look: known findings, which are not reported.

A baseline is a text file, made to be merged: a first line that tells its version, then a line for every passage,
sorted: its content (see ``Location.content``), how often it stood, and the paths it stood in, as JSON, relative to the
baseline's folder. Lines are never told by position, so that moving text changes nothing.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from dedup.lint.errors import BaselineError
from dedup.lint.findings import Finding, Report

FIRST_LINE: Final = "dedup baseline 1"

_MARKERS = ("<<<<<<<", "|||||||", "=======", ">>>>>>>")
_HEXADECIMAL = 32


@dataclass(frozen=True, slots=True)
class Known:
    """A passage that is known: how often it stood, and in which files."""

    count: int
    paths: tuple[str, ...]


Baseline = Mapping[str, Known]
"""Known passages by content."""


def read(path: str) -> Baseline:
    """The baseline in a file.

    Where a merge left two lines for one passage, the higher count holds.

    Raises:
        BaselineError: it cannot be read, is no baseline or of another version, or a merge was left unfinished.
    """
    try:
        with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
            lines = file.read().removeprefix("\ufeff").splitlines()
    except OSError as error:
        raise BaselineError(f"{path}: could not be read: {error.strerror or error}") from None
    for number, line in enumerate(lines, 1):
        if line.startswith(_MARKERS):
            raise BaselineError(f"{path}:{number}: a merge was left unfinished; keep the lines of both sides")
    if not lines or lines[0] != FIRST_LINE:
        said = f"its first line is {lines[0][:60]!r}" if lines else "it is empty"
        raise BaselineError(f"{path}: is not a baseline of this version ({said}, not {FIRST_LINE!r})")
    found: dict[str, Known] = {}
    for number, line in enumerate(lines[1:], 2):
        if line:
            content, known = _entry(path, number, line)
            before = found.get(content, Known(0, ()))
            paths = tuple(sorted({*before.paths, *known.paths}))
            found[content] = Known(max(before.count, known.count), paths)
    return found


def write(baseline: Baseline) -> Iterator[str]:
    """A baseline as the lines of its file."""
    import json  # not above: a run without a baseline has no use for it

    yield FIRST_LINE + "\n"
    for content, known in sorted(baseline.items()):
        yield f"{content} {known.count} {json.dumps(known.paths)}\n"


def of(report: Report, folder: str) -> Baseline:
    """What a report finds, as a baseline in a folder."""
    counts: dict[str, int] = {}
    paths: dict[str, set[str]] = {}
    for finding in report.findings:
        for content, count in _contents(finding).items():
            counts[content] = max(counts.get(content, 0), count)
        if not finding.unreadable:
            for place in finding.places:
                paths.setdefault(place.content, set()).add(_relative(place.path, folder))
    return {content: Known(count, tuple(sorted(paths[content]))) for content, count in counts.items()}


def renewed(before: Baseline, now: Baseline, read_paths: set[str], folder: str) -> Baseline:
    """A baseline brought up to date: what was found now, and of what was known before only that which stands in files
    that were not read this time, but are there."""
    seen = {_relative(path, folder) for path in read_paths}
    kept = {
        content: known
        for content, known in before.items()
        if content not in now
        and any(path not in seen and os.path.lexists(os.path.join(folder, path)) for path in known.paths)
    }
    return {**kept, **now}


def without_known(report: Report, baseline: Baseline) -> Report:
    """The report without findings that are known: all of whose places' contents are in the baseline, each at least as
    often as in the finding. Files that could not be read are never known."""
    fresh = tuple(finding for finding in report.findings if not _is_known(finding, baseline))
    rules = Counter(finding.rule for finding in fresh)
    summary = replace(
        report.summary,
        rules={code: rules[code] for code in report.summary.rules if rules[code]},
        known=len(report.findings) - len(fresh),
    )
    return replace(report, findings=fresh, summary=summary)


def _is_known(finding: Finding, baseline: Baseline) -> bool:
    contents = _contents(finding)
    return bool(contents) and all(
        content in baseline and count <= baseline[content].count for content, count in contents.items()
    )


def _contents(finding: Finding) -> Counter[str]:
    return Counter() if finding.unreadable else Counter(place.content for place in finding.places)


def _entry(path: str, number: int, line: str) -> tuple[str, Known]:
    import json

    content, _, rest = line.partition(" ")
    count, _, paths = rest.partition(" ")
    try:
        names = json.loads(paths)
        if len(content) != _HEXADECIMAL or int(content, 16) < 0 or int(count) < 1 or not isinstance(names, list):
            raise ValueError
        return content, Known(int(count), tuple(map(str, names)))
    except ValueError:
        raise BaselineError(
            f"{path}:{number}: is no line of a baseline; write it again, with --update-baseline"
        ) from None


def _relative(path: str, folder: str) -> str:
    return os.path.relpath(path, folder).replace(os.sep, "/")
