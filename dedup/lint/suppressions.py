"""Comments in a text that say which repeats are meant: ``dedup: ignore[DUP003] reason`` and its like."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np

from dedup.lint.rules import RULES
from dedup.text.html_elements import BLOCKS
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
    """Why it covers nothing, where the text alone tells."""

    def covers(self, rule: str, start: int, end: int) -> bool:
        """Whether a place of a finding of this rule is covered. One that begins in a stretch that is off, and goes on
        behind it, is not."""
        reach = self.behind if self.action == "off" else end
        return self.first <= start < self.behind and end <= reach and rule.startswith(self.codes)


@dataclass(frozen=True, slots=True)
class Suppressions:
    """All suppressions of a text, in order."""

    every: tuple[Suppression, ...]
    _of_blocks: tuple[Suppression, ...]
    """Those that cover one block, in the order of the blocks."""
    _of_stretches: tuple[Suppression, ...]

    def covering(self, rule: str, start: int, end: int) -> Iterator[Suppression]:
        """Those that cover a place. Cost: the logarithm of those that cover a block, and all others."""
        at = bisect_right(self._of_blocks, start, key=lambda one: one.first)
        while at and self._of_blocks[at - 1].behind > start:
            at -= 1
            if self._of_blocks[at].covers(rule, start, end):
                yield self._of_blocks[at]
        for one in self._of_stretches:
            if one.covers(rule, start, end):
                yield one


NONE: Final = Suppressions((), (), ())
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
            one = replace(one, fault="front matter can only say ignore-file")
        elif one.action == "ignore-file":
            one = replace(one, behind=len(reading.text))
        elif one.action == "ignore" and block is None:
            one = replace(one, fault="nothing follows that it could cover")
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
            one = replace(one, fault="nothing is off here")
        found.append(one)
    sound = [one for one in found if not one.fault]
    of_blocks = sorted((one for one in sound if one.action == "ignore"), key=lambda one: one.first)
    return Suppressions(tuple(found), tuple(of_blocks), tuple(one for one in sound if one.action != "ignore"))


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
    left = replace(marks, starts=marks.starts[kept], ends=marks.ends[kept], kinds=marks.kinds[kept])
    return replace(reading, marks=left)


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
            closed = _INLINE_END.search(text, start)
            block = bisect_right(starts, start) - 1
            if closed is None or block < 0 or not _of_paragraph(text, start, ends[block], passed):
                continue
            if marks.kinds[block] not in (Block.COMMENT, Block.FRONT, Block.CODE):
                yield _Comment(start, closed.start(), text[start : closed.start()], False, block)


def _same_paragraph(text: str, end: int, start: int) -> bool:
    """Whether a comment of its own stands on the line on which a paragraph ends, and before the paragraph's end tag."""
    between = text[end:start]
    if "\n" in between or "\r" in between:
        return False
    return not any(name.lower().encode() in BLOCKS for name in _TAG.findall(between))


def _of_paragraph(text: str, start: int, end: int, passed: list[list[int]]) -> bool:
    """Whether a comment is passed over inside the paragraph that ends at `end`, or stands behind its last word."""
    if start >= end:
        return _PARAGRAPH_ENDS.search(text, end, start) is None
    at = bisect_right(passed, [start, len(text)]) - 1
    return at >= 0 and start < passed[at][1]


def _parsed(comment: _Comment) -> Suppression:
    """What a comment asks, without what it covers."""
    said = _SAID.match(comment.said)
    action, listed = (said[1], said[2]) if said else ("", None)
    one = Suppression(comment.start, comment.end, action, ("DUP",))
    if action not in ACTIONS:
        return replace(one, fault=f"allowed are {', '.join(ACTIONS)}")
    if listed is None:
        return one
    if not listed.endswith("]"):
        return replace(one, fault="a bracket is not closed")
    codes = tuple(code.strip() for code in listed[1:-1].split(","))
    for code in codes:
        if not code or not any(rule.startswith(code) for rule in RULES):
            return replace(one, fault=f"{code!r} is no rule; allowed are {', '.join(RULES)}, or how they begin")
    return replace(one, codes=codes)
