"""What is passed over in a Markdown text before it is parsed: ranges, the text without them, and its marks with them.

A parser of Markdown knows nothing of what publishing systems add to it, so that is blanked, character for character:
every offset stays what it was. What is code is asked of the same parser first, because a tag shown in code is what
the reader is meant to see. A construct that is not closed is left as it is, or passed over up to the end of its line.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from dedup.text.marks import Block, Marks

Spans = list[tuple[int, int]]

# Stands for what is passed over on a line that holds more. To the parser it is neither a blank (a line of it is no
# blank line, and does not count as indentation) nor the end of a link's target; ``str.strip`` removes it.
FILLER = "\u00a0"
_FILLED = re.compile(r"[^\r\n]")
# Lines with nothing but fillers after the prefix of a quote or a list item.
_ALONE = re.compile(rf"(?:[ \t>]*+(?:(?:[-*+]|\d{{1,9}}[.)])[ \t]++)?[{FILLER} \t]*+(?:\r?\n|\Z))*+\r?\Z")


class Passed(NamedTuple):
    """A range of a text that is passed over."""

    start: int
    end: int
    separates: bool
    """Whether a reader sees something in its place, or a break, when it stands on a line that holds more."""


class Masked(NamedTuple):
    """A text as the parser is to see it, of the same length, and what is gone from it."""

    body: str
    passed: list[Passed]
    comments: Spans
    """The content of comments, which are all passed over."""
    boxes: list[int]
    """Where items of lists begin that stand for boxes; ascending."""


class Layout(NamedTuple):
    """Where the parser sees code, and where a blank line would end more than a paragraph. Ascending, disjoint."""

    code: Spans
    fenced: Spans
    indented: Spans
    """The two kinds of block among `code`. Those that are indented begin after the indentation of their first line."""
    rows: Spans
    """Tables and blocks of HTML."""

    def in_code(self, position: int) -> bool:
        """Whether the character at a position is code."""
        return _holds(self.code, position)


Look = Callable[[str], Layout]
"""Gives the layout of a text; costs one parse, unless it is the text that was looked at before."""


def rewritten(body: str, rewrites: Iterable[tuple[int, str]]) -> str:
    """Return the text with (position, characters) written over it; they ascend and are disjoint."""
    parts: list[str] = []
    at = 0
    for start, characters in rewrites:
        parts += body[at:start], characters
        at = start + len(characters)
    return "".join((*parts, body[at:]))


def blanked(body: str, passed: list[Passed], rows: Spans) -> str:
    """Return the text without what is passed over (ascending, disjoint); a line with nothing else becomes blank.

    In a table or a block of HTML, which a blank line would end, there are fillers on the line instead.
    """
    if not passed:
        return body
    body = rewritten(body, ((start, _FILLED.sub(FILLER, body[start:end])) for start, end, _ in passed))
    blanks = []
    at = 0
    while at < len(passed):
        # the lines of this range, and of all that share a line with it
        first = body.rfind("\n", 0, passed[at].start) + 1
        stop = _line_end(body, passed[at].end)
        at += 1
        while at < len(passed) and passed[at].start < stop:
            if passed[at].end > stop:
                stop = _line_end(body, passed[at].end)
            at += 1
        lines = body[first:stop]
        if _ALONE.fullmatch(lines) is not None and not _holds(rows, first):
            blanks.append((first, lines.replace(FILLER, " ")))
    return rewritten(body, blanks)


def byte_offsets(body: str, positions: list[int]) -> list[int]:
    """Return the offsets in UTF-8 of ascending positions of a text."""
    offsets = []
    at = offset = 0
    for position in positions:
        offset += len(body[at:position].encode())
        at = position
        offsets.append(offset)
    return offsets


def with_passed(marks: Marks, masked: Masked, text: str, shift: int) -> Marks:
    """Return the marks of a masked text with what was blanked, as hidden ranges, borders and comments."""
    marks = _visible(marks, text)
    starts, ends = marks.starts, marks.ends
    hidden = _inside(
        marks, [(part.start, part.end) for part in masked.passed if not part.separates], shift, marks.hidden
    )
    borders = _inside(marks, [(part.start, part.end) for part in masked.passed if part.separates], shift, marks.borders)
    added: Spans = []
    for first, stop in sorted(masked.comments):
        content = text[first + shift : stop + shift]
        start = stop + shift - len(content.lstrip())
        end = first + shift + len(content.rstrip())
        # a comment inside a paragraph is hidden and no block
        before = int(np.searchsorted(starts, end)) - 1
        # nor is one inside another, of another system
        if start < end and (before < 0 or ends[before] <= start) and not (added and start < added[-1][1]):
            added.append((start, end))
    marks = replace(marks, hidden=hidden, borders=borders)
    if not added:
        return marks
    blocks = np.array(added, np.int64)
    return marks.with_blocks(blocks[:, 0], blocks[:, 1], Block.COMMENT)


def _visible(marks: Marks, text: str) -> Marks:
    """Return the marks without blanks of the text at the ends of blocks: a fence may have been moved."""
    starts, ends = marks.starts.copy(), marks.ends.copy()
    for block, (start, end) in enumerate(zip(marks.starts.tolist(), marks.ends.tolist(), strict=True)):
        if text[start].isspace() or text[end - 1].isspace():
            content = text[start:end]
            starts[block] = end - len(content.lstrip())
            ends[block] = max(start + len(content.rstrip()), starts[block])
    return replace(marks, starts=starts, ends=ends).take(starts < ends)


def _inside(marks: Marks, spans: Spans, shift: int, ranges: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the parts of ranges and spans that lie inside blocks, united where they overlap."""
    ranges = np.concatenate((ranges, np.array(spans, np.int64).reshape(-1, 2) + shift))
    owner = np.searchsorted(marks.ends, ranges[:, 0], "right")
    ranges, owner = ranges[owner < len(marks.ends)], owner[owner < len(marks.ends)]
    ranges = np.stack(
        (np.maximum(ranges[:, 0], marks.starts[owner]), np.minimum(ranges[:, 1], marks.ends[owner])), axis=1
    )
    ranges = ranges[ranges[:, 0] < ranges[:, 1]]
    ranges = ranges[np.argsort(ranges[:, 0], kind="stable")]
    if not len(ranges):
        return ranges
    reach = np.maximum.accumulate(ranges[:, 1])
    first = np.ones(len(ranges), np.bool_)
    first[1:] = ranges[1:, 0] >= reach[:-1]
    last = np.append(first[1:], True)
    return np.stack((ranges[first, 0], reach[last]), axis=1)


def _holds(spans: Spans, position: int) -> bool:
    at = bisect_right(spans, position, key=lambda span: span[0]) - 1
    return at >= 0 and position < spans[at][1]


def _line_end(body: str, position: int) -> int:
    """Behind the line end of the line that holds the character before a position."""
    if body[position - 1 : position] == "\n":
        return position
    end = body.find("\n", position)
    return len(body) if end < 0 else end + 1
