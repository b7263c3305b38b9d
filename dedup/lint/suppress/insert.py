"""Writes the comments that ignore what was found."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from dedup.lint.findings import Report
from dedup.lint.suppress.comments import suppressions
from dedup.text.marks import Block
from dedup.text.markups import MARKUPS
from dedup.text.reading import Reading, read

COMMENTED: Final = frozenset(markup.name for markup in MARKUPS.values() if markup.comments is not None)
"""The markups that have comments."""

_LINE_END = re.compile(r"\r\n|\n|\r")


class Wanted(NamedTuple):
    """A place that a comment is to cover, in one text."""

    start: int
    end: int
    rule: str


class _Insertion(NamedTuple):
    at: int
    text: str
    block: int
    """The block that it is to cover."""


def comment(said: str, markup: str) -> str:
    """A comment in one of the markups that have them."""
    comments = MARKUPS[markup].comments
    if comments is None:
        raise ValueError(f"markup={markup!r} has no comments")
    return comments.written(said)


def wanted(report: Report, focus: Mapping[str, bool]) -> dict[str, list[Wanted]]:
    """The places that have to be ignored for no repeat to be reported, by path.

    `focus` tells of every path in focus whether it can be written to and has comments. Of each repeat these are the
    places in focus; where there are no others, one is left, which is taken for the original: the first, or one that no
    comment can cover.
    """
    found: dict[str, list[Wanted]] = {}
    for finding in report.findings:
        if finding.kind is None:
            continue
        own = [place for place in finding.places if place.path in focus]
        original = None
        if len(own) == len(finding.places):
            original = next((place for place in own if not focus[place.path]), own[0])
        for place in own:
            if place is not original and focus[place.path]:
                found.setdefault(place.path, []).append(Wanted(place.start, place.end, finding.rule))
    return found


def with_ignores(text: str, markup: str, places: Sequence[Wanted]) -> tuple[str, int]:
    """A text with comments that cover these places, and how many comments there are.

    A place is left uncovered where there is no room for a comment: in plain text, say. What the text says and how its
    blocks are read stays as it was: that is checked, and comments that would change it are not written. Cost: that of
    reading the text twice; where that check fails, once more for every comment.
    """
    before = read(text, markup)
    rules: dict[int, set[str]] = {}
    starts = before.marks.starts.tolist()
    for place in places:
        block = bisect_right(starts, place.start) - 1
        if block >= 0:
            rules.setdefault(block, set()).add(place.rule)
    ends = _LINE_END.search(text)
    choices = [
        list(_choices(before, markup, block, f"dedup: ignore[{', '.join(sorted(codes))}]", ends[0] if ends else "\n"))
        for block, codes in sorted(rules.items())
    ]
    firsts = [one[0] for one in choices if one]
    if _sound(before, markup, firsts):
        return _inserted(text, firsts), len(firsts)
    kept: list[_Insertion] = []
    for several in choices:
        for one in several:
            if _sound(before, markup, [*kept, one]):
                kept.append(one)
                break
    return _inserted(text, kept), len(kept)


def _choices(reading: Reading, markup: str, block: int, said: str, line_end: str) -> Iterator[_Insertion]:
    """Where a comment that covers a block may stand, the best place first."""
    text, start = reading.text, int(reading.marks.starts[block])
    line = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    before = text[line:start]
    comments = MARKUPS[markup].comments
    if comments is None:
        return
    written = comments.written(said)
    if comments.place == "text":
        yield _Insertion(start, written, block)
    elif comments.place == "paragraph":
        below = re.sub(r"[^\t]", " ", before)
        yield _Insertion(start, f"{written}{line_end}{line_end}{below}", block)
    else:
        if not before.strip() and reading.marks.kinds[block] == Block.PROSE:
            yield _Insertion(line, f"{before}{written}{line_end}", block)
        end = _LINE_END.search(text, int(reading.marks.ends[block]))
        yield _Insertion(end.start() if end else len(text), f" {written}", block)
        yield _Insertion(start, written, block)


def _sound(before: Reading, markup: str, insertions: Sequence[_Insertion]) -> bool:
    """Whether a text with these insertions says what it said, in the same kinds of block, and each is read as a comment
    that covers its block."""
    after = read(_inserted(before.text, insertions), markup)
    shown, still = (np.flatnonzero(reading.marks.kinds != Block.COMMENT) for reading in (before, after))
    if not (
        np.array_equal(before.tokens.hashes, after.tokens.hashes)
        and np.array_equal(before.marks.kinds[shown], after.marks.kinds[still])
    ):
        return False
    covered = {one.first for one in suppressions(after).every if one.action == "ignore" and not one.fault}
    blocks = np.searchsorted(shown, [one.block for one in insertions])
    return covered.issuperset(after.marks.starts[still[blocks]].tolist())


def _inserted(text: str, insertions: Sequence[_Insertion]) -> str:
    parts, done = [], 0
    for at, said, _ in sorted(insertions):
        parts += [text[done:at], said]
        done = at
    return "".join([*parts, text[done:]])
