"""Grid and simple tables of reStructuredText: which parts of which lines are the text of one cell."""

from __future__ import annotations

import re
from typing import NamedTuple

from dedup.text.rst.lines import Lines

Cell = list[tuple[int, int]]
"""The range of the text that each line of a cell takes; empty for a blank line."""

_GRID_BORDER = re.compile(r"\+-[-+]+-\+")
_CORNER = re.compile(r"(?<=[-=])\+|\+(?=[-=])")
_SIMPLE_TOP = re.compile(r"=+(?: +=+)+")
_SIMPLE_BORDER = re.compile(r"=[= ]*")
_SPANS = re.compile(r"-[- ]*")


class Table(NamedTuple):
    """A table: the cells of each row, in reading order, and the first line after it."""

    rows: list[list[Cell]]
    after: int


class _Row(NamedTuple):
    """One line as it stands in columns."""

    shown: str
    start: int
    positions: list[int] | None

    def part(self, first: int, last: int) -> tuple[int, int]:
        """Return the range of the text in columns `first` to `last`, without blanks at its end."""
        shown = self.shown[first:last].rstrip()
        if not shown:
            return self.start, self.start
        stop = first + len(shown)
        if self.positions is None:
            return self.start + first, self.start + stop
        begin = self.positions[first]
        if first and begin == self.positions[first - 1] != self.start:  # what straddles a border stands before it
            begin += 1
        return begin, max(begin, self.positions[stop - 1] + 1)


def grid_table(lines: Lines, first: int, start: int, indent: int) -> Table | None:
    """Return the grid table whose upper border is the line `first` from `start` on; None if it is not one.

    Cells may span columns and rows. Takes linear time in the size of the table.
    """
    if _GRID_BORDER.fullmatch(lines.text, start, lines.ends[first]) is None:
        return None
    rows = [_row(lines, first, start)]
    last = 0
    line = first + 1
    while line < len(lines.indents) and lines.indents[line] == indent and lines.text[lines.starts[line]] in "+|":
        rows.append(_row(lines, line, lines.starts[line]))
        if _GRID_BORDER.fullmatch(rows[-1].shown):
            last = len(rows) - 1
        line += 1
    rows = rows[: last + 1]
    wide = len(rows[0].shown)
    if last < 2 or any(len(row.shown) != wide or row.shown[-1] not in "+|" for row in rows):
        return None
    return Table(_grid_cells(rows), first + last + 1)


def _grid_cells(rows: list[_Row]) -> list[list[Cell]]:
    """Return the cells of each row; a cell that spans rows is part of the first."""
    edges = sorted({0, len(rows[0].shown) - 1}.union(*([at.start() for at in _CORNER.finditer(r.shown)] for r in rows)))
    count = len(edges) - 1
    cells: list[list[Cell]] = []
    # What is open in each column: the cell, and the columns that it spans.
    unfinished: list[tuple[Cell, int, int] | None] = [None] * count

    def add(band: list[_Row], first: int, last: int) -> None:
        found = unfinished[first]
        if found is None or found[1:] != (first, last):
            found = ([], first, last)
            cells[-1].append(found[0])
            unfinished[first:last] = [found] * (last - first)
        for row in band:
            found[0].append(row.part(edges[first] + 1, edges[last]))

    band: list[_Row] = []
    for row in rows:
        ruled = [_is_border(row.shown[edges[column] : edges[column + 1] + 1]) for column in range(count)]
        if not any(ruled):
            band.append(row)
            continue
        for group in (band, [row]):
            if group is not band:
                cells.append([])
            if not group:
                continue
            first = 0
            for column in range(count):
                if group is not band and ruled[column]:
                    unfinished[column] = None
                    first = column + 1
                elif (group is not band and column + 1 < count and ruled[column + 1]) or all(
                    row.shown[edges[column + 1]] in "+|" for row in group
                ):
                    add(group, first, column + 1)
                    first = column + 1
        band = []
    return cells


def _is_border(segment: str) -> bool:
    inner = segment[1:-1]
    return (
        bool(inner) and segment[0] in "+-=" and segment[-1] in "+-=" and (not inner.strip("-") or not inner.strip("="))
    )


def simple_table(lines: Lines, first: int, start: int, indent: int) -> Table | None:
    """Return the simple table whose upper border is the line `first` from `start` on; None if it is not one.

    Takes linear time in the size of the table. If it is not a table, only the text up to the next line like its border
    is read.
    """
    top = lines.text[start : lines.ends[first]]
    if _SIMPLE_TOP.fullmatch(top) is None:
        return None
    rows = [_row(lines, first, start)]
    borders = 0
    line = first + 1
    count = len(lines.indents)
    while True:
        if line == count or -1 < lines.indents[line] < indent:
            return None
        row = _row(lines, line, lines.starts[line], indent)
        rows.append(row)
        if row.shown[:1] == "=" and _SIMPLE_BORDER.fullmatch(row.shown):
            if len(row.shown) != len(top):
                return None
            borders += 1
            if borders == 2 or line + 1 == count or lines.indents[line + 1] < indent:
                break
        line += 1
    return Table(_simple_cells(rows), line + 1)


def _simple_cells(rows: list[_Row]) -> list[list[Cell]]:
    columns = _columns(rows[0].shown)
    first_start, first_end = columns[0]
    cells: list[list[Cell]] = []

    def add(band: list[_Row], spans: list[tuple[int, int]]) -> None:
        cells.append([])
        for column, (start, _) in enumerate(spans):
            # What reaches beyond its column belongs to it up to the next; the last has no end.
            end = spans[column + 1][0] if column + 1 < len(spans) else max((len(row.shown) for row in band), default=0)
            cells[-1].append([row.part(start, end) for row in band])

    begin = 1
    seen = False
    for number, row in enumerate(rows[1:], 1):
        if _SPANS.fullmatch(row.shown) or _SIMPLE_BORDER.fullmatch(row.shown):
            spans = _columns(row.shown) if row.shown[0] == "-" else columns
            if begin < number:
                add(rows[begin:number], spans if spans[0][0] == first_start else columns)
            begin, seen = number + 1, False
        elif row.shown[first_start:first_end].strip():
            if seen and number != begin:
                add(rows[begin:number], columns)
            begin, seen = number, True
        elif not seen:
            begin = number + 1
    return cells


def _columns(border: str) -> list[tuple[int, int]]:
    return [found.span() for found in re.finditer(r"[-=]+", border)]


def _row(lines: Lines, line: int, start: int, indent: int | None = None) -> _Row:
    """Return a line from `start` on, which is in column 0, or after `indent` columns."""
    shown, positions = lines.shown(line, start)
    if indent is not None and lines.indents[line] > indent:
        lead = lines.indents[line] - indent
        shown = " " * lead + shown
        if positions is None and lines.text.startswith(" " * lead, start - lead):
            return _Row(shown, start - lead, None)
        positions = [start] * lead + (list(range(start, start + len(shown) - lead)) if positions is None else positions)
    return _Row(shown, start, positions)
