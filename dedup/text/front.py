"""Front matter: what site generators (Jekyll, Hugo, Docusaurus) read from the very start of a text, YAML or TOML."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from dedup.text.marks import Block, Marks

_OPEN = re.compile(r"(---|\+\+\+)[ \t]*(?:\r\n?|\n)(?=[ \t]*[^ \t\r\n])")
_KEY = re.compile(r"#|[\"']?[A-Za-z_][\w .-]*+[\"']?[ \t]*+[:=]|(?:---|\+\+\+)[ \t]*+(?:[\r\n]|\Z)")
_CLOSE = {
    "---": re.compile(r"(?<=[\r\n])(?:---|\.\.\.)[ \t]*(?=[\r\n]|\Z)"),
    "+++": re.compile(r"(?<=[\r\n])\+\+\+[ \t]*(?=[\r\n]|\Z)"),
}


class Front(NamedTuple):
    """Where front matter stands."""

    start: int
    end: int
    """What stands between the fences; nothing if there is no front matter."""
    after: int
    """Where the text begins."""


def find_front(text: str, keyed: bool = False) -> Front:
    """Return the front matter of a text, without its fences and without a BOM before them.

    It begins with ``---`` or ``+++`` alone on the first line, not followed by a blank line, and ends with the same
    fence (or ``...`` for YAML) alone on a later line. With `keyed`, it must be empty, or begin with a key or a comment:
    for markups in which such lines have another meaning too. Takes linear time in the front matter, or in the text if
    it is not closed.
    """
    begin = 1 if text.startswith("\ufeff") else 0
    opened = _OPEN.match(text, begin)
    if opened is None or (keyed and _KEY.match(text, opened.end()) is None):
        return Front(begin, begin, begin)
    closed = _CLOSE[opened[1]].search(text, opened.end())
    if closed is None:
        return Front(begin, begin, begin)
    return Front(opened.end(), closed.start(), closed.end())


def with_front(marks: Marks, text: str, front: Front) -> Marks:
    """Return the marks of what follows the front matter, and of its block: between its fences, without blanks."""
    content = text[front.start : front.end]
    if not content or content.isspace():
        return marks
    start, end = front.end - len(content.lstrip()), front.start + len(content.rstrip())
    return marks.with_blocks(np.array([start], np.int64), np.array([end], np.int64), Block.FRONT)
