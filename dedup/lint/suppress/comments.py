"""Comments in a text that say which repeats are meant: ``dedup: ignore[DUP003] reason`` and its like."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np

from dedup.lint.rules import RULES
from dedup.text.html.elements import BLOCKS
from dedup.text.marks import Block, Marks
from dedup.text.reading import Reading

ACTIONS: Final = ("ignore", "ignore-file", "off", "on")

_SAID = re.compile(r"\s*dedup:[ \t]*([\w-]*)[ \t]*(\[[^\]\r\n]*\]?)?")
_INLINE = re.compile(r"(?:<!--|\{/\*)\s*(?=dedup:)")
_INLINE_END = re.compile(r"\s*(?:-->|\*/)")
_IN_FRONT = re.compile(
    r"^[ \t]*(?:#[ \t]*|:)?[\"']?(?=dedup[\"']?[ \t]*[:=][ \t]*[\"']?(?:ignore|off|on)\b)[^\r\n]*", re.MULTILINE
)
_FRONT_NOISE = re.compile(r"^dedup[\"']?[ \t]*[:=][ \t]*[\"']?")
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)")
_PARAGRAPH_ENDS = re.compile(r"(?:\r\n?|\n)[ \t>]*(?:\r\n?|\n)")
_NEAR = 1_000  # characters: as long as a comment inside a line may be, and as far behind a paragraph as it may begin


@dataclass(frozen=True, slots=True)
class Suppression:
    """One comment, and what it covers: places that begin in ``[first, behind)`` of its text."""

    start: int
    end: int
    """Where the words of the comment stand."""
    action: str
    codes: tuple[str, ...]
    """Codes of rules, or how they begin."""
    first: int = 0
    behind: int = 0
    fault: str = ""
    """Why it covers nothing, where the text alone tells: the rest of a sentence about it."""

    def covers(self, rule: str, start: int, end: int) -> bool:
        """Whether a place of a finding of this rule is covered. One that begins in a stretch that is off, and goes on
        behind it, is not."""
        reach = self.behind if self.action == "off" else end
        return self.first <= start < self.behind and end <= reach and rule.startswith(self.codes)


@dataclass(frozen=True, slots=True)
class Suppressions:
    """All suppressions of a text, in order."""

    every: tuple[Suppression, ...]
    _by_action: Mapping[str, Sequence[Suppression]]
    """Those without a fault, of each action in the order of what they cover: of two, both cover the same, or end
    alike, or have nothing in common."""

    def covering(self, rule: str, start: int, end: int) -> Iterator[Suppression]:
        """Those that cover a place. O(log n), and linear in those that begin before it and end behind its beginning."""
        for several in self._by_action.values():
            at = bisect_right(several, start, key=lambda one: one.first)
            while at and several[at - 1].behind > start:
                at -= 1
                if several[at].covers(rule, start, end):
                    yield several[at]


NONE: Final = Suppressions((), {})
"""Those of a text without any."""


def suppressions(reading: Reading) -> Suppressions:
    """The suppressions in the comments and the front matter of a text.

    - ``ignore`` in a comment of its own covers the block that follows (a paragraph, an item of a list, a heading); in
      a comment inside a paragraph, or behind it on its last line, that paragraph.
    - ``off`` covers what follows, to the next ``on`` or to the end.
    - ``ignore-file`` covers the whole text. It may stand in front matter: ``dedup: ignore-file``.

    Codes in brackets say of which rules; without them it is all. What comes behind is for people. A comment that does
    not begin with ``dedup:`` is none of these. Linear in the text; a text without that word is not looked at.
    """
    if "dedup" not in reading.text:
        return NONE
    found: list[Suppression] = []
    since: list[int] = []  # those in `found` that are off
    for comment in sorted(_comments(reading.text, reading.marks)):
        one, block = _parsed(comment), comment.block
        if one.fault:
            pass
        elif comment.front and one.action != "ignore-file":
            one = replace(one, fault="stands in front matter, which can only say ignore-file")
        elif one.action == "ignore-file":
            one = replace(one, behind=len(reading.text))
        elif one.action == "ignore" and block is None:
            one = replace(one, fault="covers nothing: nothing follows")
        elif one.action == "ignore":
            one = replace(one, first=int(reading.marks.starts[block]), behind=int(reading.marks.ends[block]))
        elif one.action == "off":
            one = replace(one, first=one.end, behind=len(reading.text))
            since.append(len(found))
        elif since:
            for number in since:
                found[number] = replace(found[number], behind=one.start)
            since.clear()
            continue
        else:
            one = replace(one, fault="ends nothing: nothing is off here")
        found.append(one)
    by_action: dict[str, list[Suppression]] = {}
    for one in sorted(found, key=lambda one: one.first):
        if not one.fault:
            by_action.setdefault(one.action, []).append(one)
    return Suppressions(tuple(found), by_action)


def without_ignores(reading: Reading) -> Reading:
    """The same without the blocks of comments that cover one block, or the file: a passage goes on across them, so that
    such a comment changes nothing but what it covers. A stretch that is off is still one by itself."""
    marks, text = reading.marks, reading.text
    if "dedup:" not in text:
        return reading
    kept = np.ones(len(marks.kinds), np.bool_)
    for number in np.flatnonzero(marks.kinds == Block.COMMENT).tolist():
        said = _SAID.match(text[int(marks.starts[number]) : int(marks.ends[number])])
        kept[number] = said is None or not said[1].startswith("ignore")
    if kept.all():
        return reading
    return replace(reading, marks=marks.take(kept))


class _Comment(NamedTuple):
    start: int
    end: int
    said: str
    front: bool
    block: int | None
    """The block that an ``ignore`` would cover."""


def _comments(text: str, marks: Marks) -> Iterator[_Comment]:
    """All comments that speak to dedup, in any order."""
    starts, ends = marks.starts.tolist(), marks.ends.tolist()
    shown = np.flatnonzero((marks.kinds != Block.COMMENT) & (marks.kinds != Block.FRONT)).tolist()
    for number in np.flatnonzero(marks.kinds == Block.COMMENT).tolist():
        said = text[starts[number] : ends[number]]
        if _SAID.match(said):
            at = bisect_right(shown, number)
            block = shown[at] if at < len(shown) else None
            if at and _same_paragraph(text, ends[shown[at - 1]], starts[number]):
                block = shown[at - 1]
            yield _Comment(starts[number], ends[number], said, False, block)
    front = np.flatnonzero(marks.kinds == Block.FRONT).tolist()
    if front:
        # In fields, as reStructuredText has them, names and values are blocks.
        first = max(text.rfind("\n", 0, starts[front[0]]), text.rfind("\r", 0, starts[front[0]])) + 1
        for line in _IN_FRONT.finditer(text, first, ends[front[-1]]):
            start = text.index("dedup", line.start())
            said = _FRONT_NOISE.sub("dedup: ", text[start : line.end()])
            yield _Comment(start, line.end(), said, True, None)
    if _INLINE.search(text):
        passed = sorted([*marks.hidden.tolist(), *marks.borders.tolist()])
        for opened in _INLINE.finditer(text):
            start = opened.end()
            closed = _INLINE_END.search(text, start, start + _NEAR)
            block = bisect_right(starts, start) - 1
            if closed is None or block < 0 or not _of_paragraph(text, start, ends[block], passed):
                continue
            if marks.kinds[block] not in (Block.COMMENT, Block.FRONT, Block.CODE):
                yield _Comment(start, closed.start(), text[start : closed.start()], False, block)


def _same_paragraph(text: str, end: int, start: int) -> bool:
    """Whether a comment of its own stands on the line on which a paragraph ends, and before the paragraph's end tag."""
    if start - end > _NEAR or text.find("\n", end, start) >= 0 or text.find("\r", end, start) >= 0:
        return False
    return not any(name.lower().encode() in BLOCKS for name in _TAG.findall(text, end, start))


def _of_paragraph(text: str, start: int, end: int, passed: list[list[int]]) -> bool:
    """Whether a comment is passed over inside the paragraph that ends at `end`, or stands behind its last word."""
    if start >= end:
        return start - end <= _NEAR and _PARAGRAPH_ENDS.search(text, end, start) is None
    at = bisect_right(passed, [start, len(text)]) - 1
    return at >= 0 and start < passed[at][1]


def _parsed(comment: _Comment) -> Suppression:
    """What a comment asks, without what it covers."""
    said = _SAID.match(comment.said)
    action, listed = (said[1], said[2]) if said else ("", None)
    one = Suppression(comment.start, comment.end, action, ("DUP",))
    if action not in ACTIONS:
        return replace(one, fault=f"is not understood: allowed are {', '.join(ACTIONS)}")
    if listed is None:
        return one
    if not listed.endswith("]"):
        return replace(one, fault="is not understood: a bracket is not closed")
    codes = tuple(code.strip() for code in listed[1:-1].split(","))
    for code in codes:
        if not code or not any(rule.startswith(code) for rule in RULES):
            return replace(one, fault=f"names {code!r}: allowed are {', '.join(RULES)}, or how they begin")
    return replace(one, codes=codes)
