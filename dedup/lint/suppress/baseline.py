"""Baselines: known findings, which are not reported, so that dedup can be adopted without fixing existing repeats.

A baseline is a text file that can be merged: a first line with its version, then a line for every passage, sorted: its
content (see ``Location.content``), the number of its places, and their paths, as JSON, relative to the baseline's
folder. It holds no positions, so that it stays valid when text moves.
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
class Entry:
    """A known passage: the number of its places, and their files."""

    count: int
    paths: tuple[str, ...]


Baseline = Mapping[str, Entry]
"""Known passages, by content."""


def is_baseline(text: str) -> bool:
    """Return whether a text is a baseline, of any name: its lines are alike, and no one wrote them."""
    return text.startswith((f"{FIRST_LINE}\n", f"{FIRST_LINE}\r\n"))


def read(path: str) -> Baseline:
    """Return the baseline in a file. If a merge left two lines for one passage, the higher count is used.

    Raises
    ------
    BaselineError
        The file cannot be read, is not a baseline of this version, or has conflict markers of a merge.
    """
    try:
        with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
            lines = file.read().removeprefix("\ufeff").splitlines()
    except OSError as error:
        raise BaselineError(f"{path}: could not be read: {error.strerror or error}") from None
    for number, line in enumerate(lines, 1):
        if line.startswith(_MARKERS):
            raise BaselineError(
                f"{path}:{number}: the merge is not finished; keep the lines of both sides, without the markers"
            )
    if not lines or lines[0] != FIRST_LINE:
        reason = f"its first line is {lines[0][:60]!r}" if lines else "it is empty"
        raise BaselineError(f"{path}: is not a baseline of this version ({reason}, not {FIRST_LINE!r})")
    found: dict[str, Entry] = {}
    for number, line in enumerate(lines[1:], 2):
        if line:
            content, entry = _entry(path, number, line)
            before = found.get(content, Entry(0, ()))
            paths = tuple(sorted({*before.paths, *entry.paths}))
            found[content] = Entry(max(before.count, entry.count), paths)
    return found


def write(baseline: Baseline) -> Iterator[str]:
    """Yield the lines of the file of a baseline."""
    import json  # deferred: a run without a baseline does not need it

    yield FIRST_LINE + "\n"
    for content, entry in sorted(baseline.items()):
        yield f"{content} {entry.count} {json.dumps(entry.paths)}\n"


def of(report: Report, folder: str) -> Baseline:
    """Return the baseline, in a folder, of all findings of a report."""
    counts: dict[str, int] = {}
    paths: dict[str, set[str]] = {}
    for finding in report.findings:
        for content, count in _contents(finding).items():
            counts[content] = max(counts.get(content, 0), count)
        if not finding.unreadable:
            for place in finding.places:
                paths.setdefault(place.content, set()).add(_relative(place.path, folder))
    return {content: Entry(count, tuple(sorted(paths[content]))) for content, count in counts.items()}


def renewed(before: Baseline, now: Baseline, read_paths: set[str], folder: str) -> Baseline:
    """Return an updated baseline: what was found now, and the old entries with a file that exists and was not read.

    Parameters
    ----------
    before, now
        The baseline in the file, and that of this run.
    read_paths
        The files that were read in this run.
    folder
        The folder of the baseline.
    """
    seen = {_relative(path, folder) for path in read_paths}
    kept = {
        content: entry
        for content, entry in before.items()
        if content not in now
        and any(path not in seen and os.path.lexists(os.path.join(folder, path)) for path in entry.paths)
    }
    return {**kept, **now}


def without_known(report: Report, baseline: Baseline) -> Report:
    """Return the report without known findings.

    A finding is known if the baseline has the contents of all its places, each at least as often as the finding. Files
    that could not be read are always reported.
    """
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


def _entry(path: str, number: int, line: str) -> tuple[str, Entry]:
    import json

    content, _, rest = line.partition(" ")
    count, _, paths = rest.partition(" ")
    try:
        names = json.loads(paths)
        if len(content) != _HEXADECIMAL or int(content, 16) < 0 or int(count) < 1 or not isinstance(names, list):
            raise ValueError
        return content, Entry(int(count), tuple(map(str, names)))
    except (ValueError, RecursionError):
        raise BaselineError(
            f"{path}:{number}: not a line of a baseline; create the file again with --update-baseline"
        ) from None


def _relative(path: str, folder: str) -> str:
    return os.path.relpath(path, folder).replace(os.sep, "/")
