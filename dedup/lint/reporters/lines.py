"""Fixes as lines: those that change, and whole files as a unified diff."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from dedup.lint.findings import Fix, Source
from dedup.lint.stale.fixes import applied

_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")


class ChangedLines(NamedTuple):
    """Lines of a file that fixes change."""

    path: str
    line: int
    """The number of the first."""
    old: tuple[str, ...]
    new: tuple[str, ...]


def by_source(fixes: Sequence[Fix]) -> dict[Source, list[Fix]]:
    """Return fixes by their text, in the order in which the texts come first; each in order, and none twice."""
    found: dict[Source, list[Fix]] = {}
    for fix in fixes:
        found.setdefault(fix.source, []).append(fix)
    return {source: sorted(set(several), key=lambda fix: fix[1:]) for source, several in found.items()}


def changed_lines(fixes: Sequence[Fix]) -> list[ChangedLines]:
    """Return the lines that fixes change, those of neighbouring fixes together. Linear in the lines."""
    found = []
    for source, several in by_source(fixes).items():
        groups: list[tuple[int, int, list[Fix]]] = []
        for fix in several:
            first, _, last, _ = source.positions(fix.start, fix.end)
            if groups and first <= groups[-1][1] + 1:
                groups[-1] = groups[-1][0], max(last, groups[-1][1]), [*groups[-1][2], fix]
            else:
                groups.append((first, last, [fix]))
        for first, last, group in groups:
            start, end = source.line_span(first)[0], source.line_span(last)[1]
            old = source.text[start:end]
            moved = [fix._replace(start=fix.start - start, end=fix.end - start) for fix in group]
            new = applied(old, moved)
            found.append(ChangedLines(source.path, first, tuple(_lines(old)), tuple(_lines(new))))
    return found


def diff(fixes: Sequence[Fix]) -> Iterator[str]:
    """Yield the lines of a unified diff of the files that fixes change, as `git apply` takes it."""
    from difflib import unified_diff  # deferred: rarely needed

    for source, several in by_source(fixes).items():
        old, new = (_LINE.findall(text)[:-1] for text in (source.text, applied(source.text, several)))
        for line in unified_diff(old, new, f"a/{source.path}", f"b/{source.path}"):
            yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(text: str) -> Iterator[str]:
    return (match[0].rstrip("\r\n") for match in _LINE.finditer(text) if match[0] or not text)
