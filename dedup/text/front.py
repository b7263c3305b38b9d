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
    """The front matter of a text, whose fences are passed over, and a BOM before them.

    ``---`` or ``+++`` alone on the first line, no blank line after it, and the same fence (or ``...`` for YAML) alone
    on a later line. With `keyed`, only if it is empty or begins with a key or a comment: for markups in which such
    lines mean something else too. Linear in the length of the front matter; where it is not closed, of the text.
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
    """The marks of what comes after the front matter, and its block: between its fences, without blanks round it."""
    content = text[front.start : front.end]
    if not content or content.isspace():
        return marks
    start, end = front.end - len(content.lstrip()), front.start + len(content.rstrip())
    return marks.with_blocks(np.array([start], np.int64), np.array([end], np.int64), Block.FRONT)
