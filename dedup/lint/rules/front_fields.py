"""The title and the description of a page, as its front matter gives them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from dedup.text.marks import Block
from dedup.text.reading import Reading

_FRONT: Final = int(Block.FRONT)
_KEY: Final = re.compile(r"""^(["']?)(title|description)\1[ \t]*[:=](?=[ \t\r\n"'])[ \t]*""", re.MULTILINE)
_TRIPLE: Final = re.compile(r"(\"\"\"|''')(.*?)\1", re.DOTALL)
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*+)"|\'((?:[^\']|\'\')*+)\'', re.DOTALL)
_SCALAR: Final = re.compile(
    r"[|>][-+\d]*[ \t]*(?:#[^\r\n]*)?(?:\r\n?|\n)((?:[ \t]+[^\r\n]*(?:\r\n?|\n|\Z)|[ \t]*(?:\r\n?|\n))*)"
)
_PLAIN: Final = re.compile(r"(?:[^\s#]|(?<=\S)#|[ \t]+(?!#)|(?:\r\n?|\n)[ \t]+(?=[^\s#]))*")


class Field(NamedTuple):
    """A value in front matter."""

    name: str
    """"title" or "description"."""
    start: int
    end: int
    """Where it stands in the text."""
    value: str
    """Without the escapes of quotation marks."""


def fields(reading: Reading) -> Iterator[Field]:
    """Yield the title and the description of a text, if it has front matter with them.

    A key is looked for at the start of a line, in YAML and TOML; the value is the quoted, plain or indented text after
    it. Of two equal keys the first counts. Linear in the front matter.
    """
    marks, text = reading.marks, reading.text
    if not len(marks.kinds) or marks.kinds[0] != _FRONT:
        return
    begin = int(marks.starts[0])
    front = text[begin : int(marks.ends[0])]
    seen = set()
    for key in _KEY.finditer(front):
        start, end = _value(front, key.end())
        if start < end and key[2] not in seen:
            seen.add(key[2])
            value = front[start:end].replace("''", "'").replace('\\"', '"')
            yield Field(key[2], begin + start, begin + end, value)


def _value(front: str, start: int) -> tuple[int, int]:
    """Return the span of the value that begins at `start`."""
    for form in (_TRIPLE, _QUOTED, _SCALAR):
        match = form.match(front, start)
        if match is not None:
            return match.span(match.lastindex or 0)
    match = _PLAIN.match(front, start)
    return match.span() if match is not None else (start, start)
