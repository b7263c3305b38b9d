"""Names that a text defines twice: link definitions of Markdown, targets and tables of contents of reStructuredText."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import numpy as np

from dedup.lint.rules.wording import quoted, words_of
from dedup.text.reading import Reading

Span = tuple[int, int]

_LONGEST: Final = 1100  # characters from the start of a line: CommonMark allows labels of 999
_LINK: Final = re.compile(r"\]:[ \t]*(?:\r?\n[ \t]*)?<?([^\s<>]+)")
_LABEL: Final = re.compile(r" {0,3}(?:>[ \t]?)*\[(?!\^)((?:[^\[\]\\\r\n]|\\.)+)")
_TARGET: Final = re.compile(r"\.\. _(?!_)(`[^`\n]+`|(?:[^:`\r\n\\]|\\.)+):(?=[ \t\r\n]|\Z)[ \t]*(\S*)")
_CONTENTS: Final = re.compile(r"\.\. toctree::[^\n]*(?:\n|\Z)")
_LINE: Final = re.compile(r"([ \t]*)([^\n]*)(?:\n|\Z)")
_PAGE: Final = re.compile(r".*<([^<>]+)>\Z")


def repeated_definitions(reading: Reading) -> Iterator[tuple[str, list[Span]]]:
    """Yield what is defined twice outside the blocks of a text, as a message and the spans of the definitions.

    Linear in the text.
    """
    text = reading.text
    groups: dict[tuple[str, str], list[Span]] = {}
    if "]:" in text:
        for link in _LINK.finditer(text):
            label = _LABEL.fullmatch(text, _line(text, link.start()), link.start())
            if label is not None and _outside(reading, link.start()):
                name = " ".join(label[1].split()).casefold()
                groups.setdefault(("link defined twice", name), []).append((label.start(1), link.end()))
    if ".. _" in text:
        for target in _TARGET.finditer(text):
            before = text[_line(text, target.start()) : target.start()]
            if not before.strip() and _outside(reading, target.start()):
                name = " ".join(target[1].strip("`").split()).casefold()
                groups.setdefault(("target defined twice", name), []).append((target.start(1), target.end()))
    if ".. toctree::" in text:
        for contents in _CONTENTS.finditer(text):
            if _outside(reading, contents.start()):
                for page, span in _entries(text, contents):
                    groups.setdefault(("page repeated in the tables of contents", page), []).append(span)
    for (message, name), spans in groups.items():
        if len(spans) > 1:
            words = [found for span in spans if (found := words_of(text, *span)) is not None]
            if len(words) > 1:
                yield f"{message}: {quoted(name)}", words


def _line(text: str, place: int) -> int:
    """Return where the line begins that a place is in, or `_LONGEST` before the place if that is later."""
    nearest = max(0, place - _LONGEST)
    return max(nearest, text.rfind("\n", nearest, place) + 1)


def _outside(reading: Reading, place: int) -> bool:
    """Whether a place is in no block."""
    block = int(np.searchsorted(reading.marks.starts, place, side="right")) - 1
    return block < 0 or int(reading.marks.ends[block]) <= place


def _entries(text: str, contents: re.Match[str]) -> Iterator[tuple[str, Span]]:
    """Yield the pages that a table of contents lists, with their lines."""
    margin = contents.start() - _line(text, contents.start())
    place = contents.end()
    while place < len(text):
        line = _LINE.match(text, place)
        assert line is not None
        entry = line[2].rstrip()
        if entry and len(line[1]) <= margin:
            return
        if entry and not entry.startswith(":"):
            page = _PAGE.fullmatch(entry)
            yield (page[1] if page else entry), (line.start(2), line.start(2) + len(entry))
        place = line.end()
