"""Comments that suppress findings: ``dedup: ignore[DUP003] reason``, ``off`` and ``on``, ``ignore-file``."""

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
from dedup.text.tokens import Tokens

ACTIONS: Final = ("ignore", "ignore-file", "off", "on")

_DIRECTIVE = re.compile(r"\s*dedup:[ \t]*([\w-]*)[ \t]*(\[[^\]\r\n]*\]?)?")
_INLINE = re.compile(r"(?:<!--|\{/\*)\s*(?=dedup:)")
_INLINE_END = re.compile(r"\s*(?:-->|\*/)")
_IN_FRONT = re.compile(
    r"^[ \t]*(?:#[ \t]*|:)?[\"']?(?=dedup[\"']?[ \t]*[:=][ \t]*[\"']?(?:ignore|off|on)\b)[^\r\n]*", re.MULTILINE
)
_FRONT_NOISE = re.compile(r"^dedup[\"']?[ \t]*[:=][ \t]*[\"']?")
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)")
_PARAGRAPH_ENDS = re.compile(r"(?:\r\n?|\n)[ \t>]*(?:\r\n?|\n)")
_NEAR = 1_000  # characters: the most in a comment inside a line, and between a paragraph and a comment after it


@dataclass(frozen=True, slots=True)
class Suppression:
    """One comment, and what it covers: places that begin in ``[first, stop)`` of its text.

    Attributes
    ----------
    start, end
        The span of the words of the comment.
    action
        One of `ACTIONS`, or what is written instead.
    codes
        Codes of rules, or prefixes of codes.
    first, stop
        What it covers, in characters.
    fault
        If the comment has an error, the rest of a sentence about it; it then covers nothing.
    """

    start: int
    end: int
    action: str
    codes: tuple[str, ...]
    first: int = 0
    stop: int = 0
    fault: str = ""

    def covers(self, rule: str, start: int, end: int) -> bool:
        """Return whether a place of a finding of this rule is covered. ``off`` covers only what ends before ``on``."""
        reach = self.stop if self.action == "off" else end
        return self.first <= start < self.stop and end <= reach and rule.startswith(self.codes)


@dataclass(frozen=True, slots=True)
class Suppressions:
    """All suppressions of a text, in order."""

    every: tuple[Suppression, ...]
    _by_action: Mapping[str, Sequence[Suppression]]
    """Those without a fault, by action, in the order of what they cover. Two of one action cover the same, end
    together, or do not overlap."""

    def covering(self, rule: str, start: int, end: int) -> Iterator[Suppression]:
        """Yield those that cover a place. O(log n), and linear in those that cover the place's first character."""
        for candidates in self._by_action.values():
            at = bisect_right(candidates, start, key=lambda suppression: suppression.first)
            while at and candidates[at - 1].stop > start:
                at -= 1
                if candidates[at].covers(rule, start, end):
                    yield candidates[at]


NONE: Final = Suppressions((), {})
"""The suppressions of a text that has none."""


def suppressions(reading: Reading) -> Suppressions:
    """Return the suppressions in the comments and the front matter of a text.

    - ``ignore`` in a comment of its own covers the block that follows: a paragraph, a list item, a heading. In a
      comment inside a paragraph, or after it on its last line, it covers that paragraph.
    - ``off`` covers what follows, to the next ``on`` or to the end.
    - ``ignore-file`` covers the whole text. It may also be in front matter: ``dedup: ignore-file``.

    Without codes in brackets, all rules are suppressed. The rest of the comment is a reason, for people. Comments that
    do not begin with ``dedup:`` are not looked at. Linear in the text; a text without that word is not read again.
    """
    if "dedup" not in reading.text:
        return NONE
    found: list[Suppression] = []
    open_off: list[int] = []  # those in `found` that no `on` has ended
    for comment in sorted(_comments(reading.text, reading.marks)):
        suppression, block = _parsed(comment), comment.block
        if suppression.fault:
            pass
        elif comment.front and suppression.action != "ignore-file":
            suppression = replace(suppression, fault="is in front matter, where only ignore-file is allowed")
        elif suppression.action == "ignore-file":
            suppression = replace(suppression, stop=len(reading.text))
        elif suppression.action == "ignore" and block is None:
            suppression = replace(suppression, fault="covers nothing: no text follows it")
        elif suppression.action == "ignore":
            suppression = replace(
                suppression, first=int(reading.marks.starts[block]), stop=int(reading.marks.ends[block])
            )
        elif suppression.action == "off":
            suppression = replace(suppression, first=suppression.end, stop=len(reading.text))
            open_off.append(len(found))
        elif open_off:
            for number in open_off:
                found[number] = replace(found[number], stop=suppression.start)
            open_off.clear()
            continue
        else:
            suppression = replace(suppression, fault="ends nothing: there is no off before it")
        found.append(suppression)
    by_action: dict[str, list[Suppression]] = {}
    for suppression in sorted(found, key=lambda suppression: suppression.first):
        if not suppression.fault:
            by_action.setdefault(suppression.action, []).append(suppression)
    return Suppressions(tuple(found), by_action)


def without_directives(reading: Reading) -> Reading:
    """Return the same, without the words of comments that are meant for dedup."""
    marks, tokens = reading.marks, reading.tokens
    if "dedup:" not in reading.text or Block.COMMENT not in reading.kinds:
        return reading
    unread = np.zeros(len(tokens.starts), np.bool_)
    for number in np.flatnonzero(marks.kinds == Block.COMMENT).tolist():
        start, end = int(marks.starts[number]), int(marks.ends[number])
        if _DIRECTIVE.match(reading.text[start:end]):
            unread |= (tokens.starts >= start) & (tokens.ends <= end)
    if not unread.any():
        return reading
    kept = ~unread
    return replace(
        reading, tokens=Tokens(tokens.hashes[kept], tokens.starts[kept], tokens.ends[kept], tokens.weights[kept])
    )


def without_ignores(reading: Reading) -> Reading:
    """Return the same without the comments that cover one block, or the file, which has no words of them any more.

    Passages go on across them, so that such a comment changes nothing but what it covers. ``off`` and ``on`` still
    end a passage.
    """
    marks, text = reading.marks, reading.text
    if "dedup:" not in text:
        return reading
    kept = np.ones(len(marks.kinds), np.bool_)
    for number in np.flatnonzero(marks.kinds == Block.COMMENT).tolist():
        directive = _DIRECTIVE.match(text[int(marks.starts[number]) : int(marks.ends[number])])
        kept[number] = directive is None or not directive[1].startswith("ignore")
    if kept.all():
        return reading
    return replace(reading, marks=marks.take(kept))


class _Comment(NamedTuple):
    start: int
    end: int
    words: str
    front: bool
    block: int | None
    """The block that ``ignore`` would cover."""


def _comments(text: str, marks: Marks) -> Iterator[_Comment]:
    """Yield all comments that begin with ``dedup:``, in any order."""
    starts, ends = marks.starts.tolist(), marks.ends.tolist()
    shown = np.flatnonzero((marks.kinds != Block.COMMENT) & (marks.kinds != Block.FRONT)).tolist()
    for number in np.flatnonzero(marks.kinds == Block.COMMENT).tolist():
        words = text[starts[number] : ends[number]]
        if _DIRECTIVE.match(words):
            at = bisect_right(shown, number)
            block = shown[at] if at < len(shown) else None
            if at and _same_paragraph(text, ends[shown[at - 1]], starts[number]):
                block = shown[at - 1]
            yield _Comment(starts[number], ends[number], words, False, block)
    front = np.flatnonzero(marks.kinds == Block.FRONT).tolist()
    if front:
        # In fields, as reStructuredText has them, names and values are blocks.
        first = max(text.rfind("\n", 0, starts[front[0]]), text.rfind("\r", 0, starts[front[0]])) + 1
        for line in _IN_FRONT.finditer(text, first, ends[front[-1]]):
            start = text.index("dedup", line.start())
            words = _FRONT_NOISE.sub("dedup: ", text[start : line.end()])
            yield _Comment(start, line.end(), words, True, None)
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
    """Return whether a comment begins on the line on which a paragraph ends, before the paragraph's end tag."""
    if start - end > _NEAR or text.find("\n", end, start) >= 0 or text.find("\r", end, start) >= 0:
        return False
    return not any(name.lower().encode() in BLOCKS for name in _TAG.findall(text, end, start))


def _of_paragraph(text: str, start: int, end: int, passed: list[list[int]]) -> bool:
    """Return whether a comment is inside the paragraph that ends at `end`, or right after its last word."""
    if start >= end:
        return start - end <= _NEAR and _PARAGRAPH_ENDS.search(text, end, start) is None
    at = bisect_right(passed, [start, len(text)]) - 1
    return at >= 0 and start < passed[at][1]


def _parsed(comment: _Comment) -> Suppression:
    """Return what a comment says, without what it covers."""
    directive = _DIRECTIVE.match(comment.words)
    action, listed = (directive[1], directive[2]) if directive else ("", None)
    suppression = Suppression(comment.start, comment.end, action, ("DUP",))
    if action not in ACTIONS:
        return replace(suppression, fault=f"is not understood; allowed: {', '.join(ACTIONS)}")
    if listed is None:
        return suppression
    if not listed.endswith("]"):
        return replace(suppression, fault="is not understood: the closing bracket is missing")
    codes = tuple(code.strip() for code in listed[1:-1].split(","))
    for code in codes:
        if not code or not any(rule.startswith(code) for rule in RULES):
            allowed = f"a rule code, or its first letters: {', '.join(RULES)}"
            return replace(suppression, fault=f"names {code!r}, which is unknown; allowed: {allowed}")
    return replace(suppression, codes=codes)
