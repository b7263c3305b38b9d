"""The lines of a reStructuredText document: where their text begins, and how far they are indented."""

from __future__ import annotations

from array import array
from typing import NamedTuple
from unicodedata import combining, east_asian_width

TAB = 8
"""Columns from one tab stop to the next."""


class Lines(NamedTuple):
    """Lines of a text whose line ends are LF; one entry for each line, in arrays: a text may be all line ends."""

    text: str
    starts: array[int]
    """Where the visible part of each begins."""
    ends: array[int]
    """Where it ends."""
    indents: array[int]
    """The column at which it begins; -1 for a blank line."""
    shallower: array[int]
    """The next line that is not blank and less indented; the number of lines if there is none."""
    following: array[int]
    """The next line that is not blank; the number of lines if there is none."""

    @classmethod
    def of(cls, text: str) -> Lines:
        """Linear in the length of the text."""
        starts, ends, indents = array("q"), array("q"), array("q")
        at = 0
        for line in text.split("\n"):
            visible = line.rstrip()
            shown = visible.lstrip(" \t")
            indent = len(visible) - len(shown)
            starts.append(at + indent)
            ends.append(at + len(visible))
            if not shown:
                indents.append(-1)
            elif "\t" in line and "\t" in visible[:indent]:
                indents.append(len(visible[:indent].expandtabs(TAB)))
            else:
                indents.append(indent)
            at += len(line) + 1
        count = len(indents)
        shallower = array("q", [count]) * count
        following = array("q", [count]) * count
        last = count
        deeper: list[int] = []
        for line_number in range(count - 1, -1, -1):
            following[line_number] = last
            indent = indents[line_number]
            if indent < 0:
                continue
            while deeper and indents[deeper[-1]] >= indent:
                deeper.pop()
            if deeper:
                shallower[line_number] = deeper[-1]
            deeper.append(line_number)
            last = line_number
        return cls(text, starts, ends, indents, shallower, following)

    def block(self, line: int, indent: int) -> tuple[int, int]:
        """Return the smallest indentation of the lines after `line` indented more than `indent`, and their end.

        The indentation is -1 if there are none. Over all blocks of a document this takes linear time: a walk stops at a
        line that is less indented than every line of a block inside.
        """
        at = self.following[line]
        least = -1
        while at < len(self.indents) and self.indents[at] > indent:
            least = self.indents[at]
            at = self.shallower[at]
        return least, at

    def last_visible(self, first: int, end: int) -> int:
        """Return the last line before `end` that is not blank; `first` is not blank."""
        while end > first + 1 and self.indents[end - 1] < 0:
            end -= 1
        return end - 1

    def shown(self, line: int, start: int) -> tuple[str, list[int] | None]:
        """Return a line from `start` on in columns, and the position of each column; None if they are consecutive."""
        raw = self.text[start : self.ends[line]]
        if raw.isascii() and "\t" not in raw:
            return raw, None
        columns: list[str] = []
        positions: list[int] = []
        indent = self.indents[line]
        for position, character in enumerate(raw, start):
            if character == "\t":
                width = TAB - (indent + len(columns)) % TAB
                character = " "
            else:
                width = character_width(character)
            columns.append((character + " " * (width - 1)) if width else "")
            positions.extend([position] * width)
        return "".join(columns), positions


def character_width(character: str) -> int:
    """Columns that a character takes."""
    if combining(character):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def width(text: str) -> int:
    """Columns that a text without tabs takes."""
    return len(text) if text.isascii() else sum(map(character_width, text))


def advance(column: int, passed: str) -> int:
    """Return the column after `passed`, which begins at `column`."""
    if "\t" not in passed:
        return column + len(passed)
    lead = column % TAB
    return column - lead + len((" " * lead + passed).expandtabs(TAB))
