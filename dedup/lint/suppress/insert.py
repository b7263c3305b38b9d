"""Writes comments that suppress findings into a text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from dedup.lint.findings import Report, Source
from dedup.lint.suppress.comments import suppressions
from dedup.text.marks import Block
from dedup.text.markups import MARKUPS
from dedup.text.reading import Reading, read

COMMENTED: Final = frozenset(markup.name for markup in MARKUPS.values() if markup.comments is not None)
"""The markups that have comments."""

_LINE_END = re.compile(r"\r\n|\n|\r")


class Wanted(NamedTuple):
    """A place that a comment must cover: where it begins in its text, and the rule of its finding."""

    start: int
    rule: str


class _Insertion(NamedTuple):
    at: int
    text: str
    block: int
    """The block that it must cover."""


def comment(words: str, markup: str) -> str:
    """Return a comment in a markup.

    Raises
    ------
    ValueError
        The markup has no comments.
    """
    comments = MARKUPS[markup].comments
    if comments is None:
        raise ValueError(f"markup={markup!r} has no comments")
    return comments.written(words)


def wanted(report: Report, writable: Mapping[str, bool]) -> dict[Source, list[Wanted]]:
    """Return the places that comments must cover so that no repeat is reported, by their text.

    Parameters
    ----------
    report
        The findings.
    writable
        For every path in focus, whether comments can be written to it.

    Returns
    -------
    dict
        Of each finding all places in focus. If there are no others, one is left out as the original: the first that
        cannot be written to, or else the first of all.
    """
    found: dict[Source, list[Wanted]] = {}
    for finding in report.findings:
        if finding.kind is None:
            continue
        own = [place for place in finding.places if place.path in writable]
        original = None
        if len(own) == len(finding.places):
            original = next((place for place in own if not writable[place.path]), own[0])
        for place in own:
            if place is not original and writable[place.path]:
                found.setdefault(place.source, []).append(Wanted(place.start, finding.rule))
    return found


def with_ignores(text: str, markup: str, places: Sequence[Wanted]) -> tuple[str, int]:
    """Return a text with comments that cover these places, and the number of comments.

    A place stays uncovered if no comment can cover it, in plain text for example. The words of the text and the kinds
    of its blocks stay the same: this is checked, and a comment that would change them is not written.

    Cost: reading the text twice; if the check fails, up to three times more for each comment.
    """
    before = read(text, markup)
    codes: dict[int, set[str]] = {}
    starts = before.marks.starts.tolist()
    for place in places:
        block = bisect_right(starts, place.start) - 1
        if block >= 0:
            codes.setdefault(block, set()).add(place.rule)
    line_end = _LINE_END.search(text)
    choices = [
        list(_choices(before, markup, block, f"dedup: ignore[{', '.join(sorted(rules))}]", line_end))
        for block, rules in sorted(codes.items())
    ]
    best = [insertions[0] for insertions in choices if insertions]
    if _is_sound(before, markup, best):
        return _inserted(text, best), len(best)
    kept: list[_Insertion] = []
    for insertions in choices:
        for insertion in insertions:
            if _is_sound(before, markup, [*kept, insertion]):
                kept.append(insertion)
                break
    return _inserted(text, kept), len(kept)


def _choices(
    reading: Reading, markup: str, block: int, words: str, line_end: re.Match[str] | None
) -> Iterator[_Insertion]:
    """Yield where a comment that covers a block can be written, the best place first."""
    comments = MARKUPS[markup].comments
    if comments is None:
        return
    text, start = reading.text, int(reading.marks.starts[block])
    line = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    before = text[line:start]
    written, newline = comments.written(words), line_end[0] if line_end else "\n"
    if comments.place == "text":
        yield _Insertion(start, written, block)
    elif comments.place == "paragraph":
        indent = re.sub(r"[^\t]", " ", before)
        yield _Insertion(start, f"{written}{newline}{newline}{indent}", block)
    else:
        if not before.strip() and reading.marks.kinds[block] == Block.PROSE:
            yield _Insertion(line, f"{before}{written}{newline}", block)
        end = _LINE_END.search(text, int(reading.marks.ends[block]))
        yield _Insertion(end.start() if end else len(text), f" {written}", block)
        yield _Insertion(start, written, block)


def _is_sound(before: Reading, markup: str, insertions: Sequence[_Insertion]) -> bool:
    """Return whether insertions leave the words and the kinds of the blocks, and each is a comment that covers its
    block."""
    after = read(_inserted(before.text, insertions), markup)
    old, new = (np.flatnonzero(reading.marks.kinds != Block.COMMENT) for reading in (before, after))
    if not (
        np.array_equal(before.tokens.hashes, after.tokens.hashes)
        and np.array_equal(before.marks.kinds[old], after.marks.kinds[new])
    ):
        return False
    covered = {
        comment.first for comment in suppressions(after).every if comment.action == "ignore" and not comment.fault
    }
    blocks = np.searchsorted(old, [insertion.block for insertion in insertions])
    return covered.issuperset(after.marks.starts[new[blocks]].tolist())


def _inserted(text: str, insertions: Sequence[_Insertion]) -> str:
    parts, done = [], 0
    for insertion in sorted(insertions):
        parts += [text[done : insertion.at], insertion.text]
        done = insertion.at
    return "".join([*parts, text[done:]])
