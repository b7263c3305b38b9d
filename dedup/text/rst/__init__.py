"""reStructuredText: the markup of docutils, with the directives of Sphinx.

A scanner of our own, because docutils says of nothing in which column it stands. What a block is follows the
reStructuredText specification (David Goodger and others, docutils).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from itertools import count

import numpy as np
from numpy.typing import NDArray

from dedup.text.front import find_front, with_front
from dedup.text.marks import Block, Marks, Scope
from dedup.text.rst.blocks import BlockScanner, trimmed
from dedup.text.rst.inline import Inline
from dedup.text.rst.lines import Lines
from dedup.text.rst.tables import Cell

DEPTH = 8
"""Tables inside cells are read as tables to this depth, and below as they stand: each level is another pass."""

_LONE_CR = re.compile(r"\r(?!\n)")
_FEEDS = re.compile(r"[\v\f]")
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]*:(?:[ \t]|\Z)")

Found = list[tuple[int, int, Scope]]
"""(start, end, scope) of blocks."""


def mark_rst(text: str) -> Marks:
    """Blocks of a reStructuredText document, and what is passed over inside them.

    - A block is the text of one paragraph, title, definition's term, field's name, option, comment, literal or line
      block, from its first to its last visible character. Where other cells stand between the lines of a cell,
      each line is a block: a block is one range.
    - Paragraphs of lists of any kind are ``LIST``; what is indented below a paragraph is ``QUOTE``, unless it begins
      with a list, a directive or the like: authors indent those without meaning to quote. Literal blocks,
      ``code-block``, ``parsed-literal``, ``math`` and doctests are ``CODE``.
    - The header lines of a PEP, and a field list at the start of the document or below its title, are ``FRONT``; so
      is front matter that begins with a key (`dedup.text.front`).
    - Of directives, names and options are not read. Content is read as body, also that of unknown ones; arguments
      are read where a reader sees them as text: titles (``HEADING``), and what follows the version in
      ``versionadded`` and its like. `dedup.text.rst.directives` lists what is not read at all, such as ``image``,
      ``raw`` and ``toctree``.
    - Footnotes and citations are read as prose, without their labels. Link targets and substitution definitions are
      not read.
    - Hidden are: emphasis marks and ticks, roles and the targets in ``text <target>``, underscores of references,
      the backslash of an escape and white space after it. References to footnotes, citations and substitutions
      separate.

    Any ``str`` can be read: a BOM at the start is passed over; lines end at LF, CRLF or CR; tabs reach to every
    eighth column. What is not closed or not well-formed is text. Linear in the length of the text.
    """
    front = find_front(text, keyed=True)
    begin = front.after
    body = _plain_lines(text[begin:])
    lines = Lines.of(body)
    blocks = BlockScanner(lines, Scope(Block.PROSE), tables=True, numbers=count())
    first = lines.following[0] if lines.indents[0] < 0 else 0
    headers = _headers(lines, first)
    if headers > first:
        blocks.skip(first, headers)
        blocks.add_text(lines.starts[first], lines.ends[headers - 1], Scope(Block.FRONT))
    blocks.read()
    found, inline = _with_cells(blocks)
    found.sort()
    # A cell whose only text is a bar may lie between lines that were joined: it holds no word.
    reach = 0
    kept: Found = []
    for block in found:
        if block[0] >= reach:
            kept.append(block)
            reach = block[1]
    starts = np.array([start for start, _, _ in kept], np.int64)
    ends = np.array([end for _, end, _ in kept], np.int64)
    marks = Marks.of(
        starts + begin,
        ends + begin,
        [scope for _, _, scope in kept],
        _inside(inline.hidden, starts, ends) + begin,
        _inside(inline.borders, starts, ends) + begin,
    )
    numbered = replace(marks, containers=_in_order(marks.containers), items=_in_order(marks.items))
    return with_front(numbered, text, front)


def _in_order(numbers: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the numbers, from 0 in the order in which they first appear: what is inside tables was read last."""
    found, first, places = np.unique(numbers, return_index=True, return_inverse=True)
    ranks = np.full(len(found), -1, np.int32)
    rows = np.flatnonzero(found >= 0)
    ranks[rows[np.argsort(first[rows])]] = np.arange(len(rows))
    return ranks[places]


def _inside(ranges: list[tuple[int, int]], starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """Those ranges that lie in a block: others, in white space between the lines of a cell, mean nothing."""
    found = np.array(ranges, np.int64).reshape(-1, 2)
    if not len(starts):
        return found[:0]
    owner = np.searchsorted(starts, found[:, 0], "right") - 1
    kept: NDArray[np.bool_] = (owner >= 0) & (found[:, 1] <= ends[owner])
    return np.compress(kept, found, axis=0)


def _plain_lines(body: str) -> str:
    """Return the text with LF for every line end and spaces for other vertical blanks, at the same length."""
    if "\r" in body:
        body = _LONE_CR.sub("\n", body).replace("\r\n", " \n")
    return _FEEDS.sub(" ", body)


def _headers(lines: Lines, first: int) -> int:
    """Where a block of header lines, as PEPs and mails have them, ends; `first` if there are not two of them."""
    count = 0
    line = first
    while line < len(lines.indents) and lines.indents[line] >= 0:
        if lines.indents[line] == 0:
            if _HEADER.match(lines.text, lines.starts[line], lines.ends[line]) is None:
                return first
            count += 1
        elif not count:
            return first
        line += 1
    return line if count > 1 else first


def _with_cells(blocks: BlockScanner) -> tuple[Found, Inline]:
    """Return the blocks of a document and of all cells in it, with offsets in the document."""
    found, inline = list(blocks.found), blocks.inline
    tables = [(rows, scope, 1) for rows, scope in blocks.tables]
    while tables:
        rows, scope, depth = tables.pop()
        for row in rows:
            in_row = scope._replace(item=next(blocks.numbers))
            for cell in row:
                inner = _add_cell(cell, in_row, depth < DEPTH, blocks, (found, inline))
                tables += [(nested, nested_scope, depth + 1) for nested, nested_scope in inner]
    return found, inline


def _add_cell(
    cell: Cell, scope: Scope, tables: bool, blocks: BlockScanner, into: tuple[Found, Inline]
) -> list[tuple[list[list[Cell]], Scope]]:
    """Add the blocks of a cell and what is passed over in it; the tables in the cell."""
    found, inline = into
    source = blocks.lines.text
    sources = [start for start, _ in cell]
    places = [0]
    for start, end in cell:
        places.append(places[-1] + end - start + 1)
    text = "\n".join([source[start:end] for start, end in cell])
    if not text or text.isspace():
        return []
    inner = BlockScanner(Lines.of(text), scope, tables, blocks.numbers)
    inner.read()
    for start, end, inner_scope in inner.found:
        # Lines of one block, with nothing of another cell between them, stay one block.
        joined = False
        for part in _sources(start, end, places, sources):
            first, last = trimmed(source, *part)
            if first == last:
                continue
            before = found[-1] if found and joined else None
            if before is not None and not source[before[1] : first].strip(" \t\n|"):
                found[-1] = (before[0], last, inner_scope)
            else:
                found.append((first, last, inner_scope))
            joined = True
    for ranges, passed in ((inner.inline.hidden, inline.hidden), (inner.inline.borders, inline.borders)):
        for start, end in ranges:
            passed.extend(_sources(start, end, places, sources))

    def in_document(nested: Cell) -> Cell:
        return [(_sources(start, end, places, sources) or [(0, 0)])[0] for start, end in nested]

    return [([[in_document(nested) for nested in row] for row in rows], scope) for rows, scope in inner.tables]


def _sources(start: int, end: int, places: list[int], sources: list[int]) -> Cell:
    """Return the parts of the document for ``[start, end)`` of a cell's text."""
    parts: Cell = []
    line = bisect_right(places, start) - 1
    while start < end:
        stop = min(end, places[line + 1] - 1)
        if start < stop:
            shift = sources[line] - places[line]
            parts.append((start + shift, stop + shift))
        start = places[line + 1]
        line += 1
    return parts
