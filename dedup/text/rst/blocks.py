"""The blocks of a reStructuredText document, or of one cell of a table in it."""

from __future__ import annotations

import re
from itertools import count

from dedup.text.marks import Block, Scope
from dedup.text.rst.directives import Treatment, treatment_of
from dedup.text.rst.inline import Inline, escapes_marked, read_inline
from dedup.text.rst.lines import Lines, advance, width
from dedup.text.rst.lists import enumerator, options
from dedup.text.rst.tables import Cell, grid_table, simple_table

_NAME = r"[^\W_]++(?:[-._+:][^\W_]++)*+"
_GAP = r"(?:[ \t]+|\Z)"
_BULLET = re.compile(r"[-+*•‣⁃]" + _GAP)
_FIELD = re.compile(r":(?![: \t])((?:[^:\\]|\\.|:(?![ \t`]|\Z))++)(?<![ \t]):" + _GAP)
_DOCTEST = re.compile(r">>>" + _GAP)
_LINE = re.compile(r"\|" + _GAP)
# What begins an indented part that is no quote, with lists and fields: it is indented for its looks.
_UNQUOTED = re.compile(r"(?:[-+*•‣⁃]|\.\.|__|\||>>>|::)" + _GAP + r"|\+-[-+]+-\+\Z|=+(?: +=+)+\Z")
_EXPLICIT = re.compile(r"\.\." + _GAP)
_ANONYMOUS = re.compile(r"__" + _GAP)
_FOOTNOTE = re.compile(rf"\[(?:[0-9]+|\#(?:{_NAME})?|\*|{_NAME})\]" + _GAP)
_UNREAD = re.compile(r"_(?![ \t]|\Z)|\|(?![ \t|]|\Z)")
# In a directive's name a colon separates only before a letter: "::" ends it.
_DIRECTIVE = re.compile(rf"({_NAME})[ ]?::" + _GAP)
_RULE = re.compile(r"([!-/:-@\[-`{-~])\1*+")
_BLANK = re.compile(r"\s")
_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_MARKERS = _PUNCTUATION | frozenset("•‣⁃")


class _Context:
    """What is open: where its lines begin, the scope of its paragraphs, and the list that its last lines are in."""

    __slots__ = ("before", "container", "indent", "marker", "rows", "scope")

    def __init__(self, indent: int, scope: Scope, rows: int = 0) -> None:
        self.indent = indent
        self.scope = scope
        self.rows = rows
        """2: items of a list here are rows of a table; 1: they are the cells of a row."""
        self.marker = self.before = ""
        """What the items of the list begin with, of the last construct and the one before; empty if that is no item."""
        self.container = -1
        """The number of that list."""


def inside(outer: int, inner: int) -> int:
    """Return the kind of a block inside another block."""
    if outer in (Block.QUOTE, Block.FRONT) or (outer == Block.CELL and inner == Block.LIST):
        return outer
    return inner


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a range without the white space at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


class BlockScanner:
    """A scanner over lines. Nesting is a list of what is open, so its depth is bounded by nothing."""

    def __init__(self, lines: Lines, scope: Scope, tables: bool, numbers: count[int]) -> None:
        """Begin a document if the scope's kind is ``PROSE``, otherwise a cell.

        `tables` says whether tables in it are read as tables.
        """
        self.lines = lines
        self.found: list[tuple[int, int, Scope]] = []
        """(start, end, scope) of every block outside of cells."""
        self.inline = Inline([], [])
        self.tables: list[tuple[list[list[Cell]], Scope]] = []
        """The rows of each table, and the scope of a paragraph in them but for its item."""
        self.numbers = numbers
        """The numbers of the next lists and items."""
        self._levels: dict[tuple[str, bool], int] = {}
        """The level of each adornment of titles: its character, and whether there is a line above."""
        self._read_tables = tables
        self._escaped = escapes_marked(lines.text)
        indents = lines.indents
        is_document = scope.kind == Block.PROSE
        self._open = [_Context(0 if is_document else min(i for i in indents if i >= 0), scope)]
        self._passed = bytearray(len(indents))
        self._at_front = is_document

    def skip(self, first: int, end: int) -> None:
        """Pass over the lines from `first` to `end`, as if they were blank."""
        if first < end:
            self._passed[first:end] = b"\1" * (end - first)

    def add(self, start: int, end: int, scope: Scope) -> None:
        """Add a block as it stands, without blanks round it."""
        start, end = trimmed(self.lines.text, start, end)
        if start < end:
            self.found.append((start, end, scope))

    def add_text(self, start: int, end: int, scope: Scope) -> None:
        """Add a block with inline markup."""
        start, end = trimmed(self.lines.text, start, end)
        if start < end:
            self.found.append((start, end, scope))
            read_inline(self._escaped, start, end, self.inline)

    def _inside(self, kind: Block) -> Scope:
        """Return the scope of a block of this kind in what is open."""
        outer = self._open[-1].scope
        return Scope(inside(outer.kind, kind), outer.container, outer.item)

    def _begin_item(self, marker: str) -> Scope:
        """Return the scope of an item that begins here.

        It belongs to the list before it if its marker is the same, otherwise to a new list.
        """
        context = self._open[-1]
        kind = inside(context.scope.kind, Block.LIST)
        if kind == Block.FRONT:
            return Scope(kind)
        if context.rows == 1:
            return self._inside(Block.LIST)
        if context.before != marker:
            context.container = next(self.numbers)
        context.marker = marker
        return Scope(kind, context.container, next(self.numbers))

    def _title(self, start: int, end: int, character: str, overlined: bool) -> None:
        """Add a title. Levels are in the order in which their adornments are first used."""
        scope = self._inside(Block.HEADING)
        if scope.kind == Block.HEADING:
            level = self._levels.setdefault((character, overlined), len(self._levels) + 1)
            scope = scope._replace(level=min(level, 6))
        self.add_text(start, end, scope)

    def _is_blank(self, line: int) -> bool:
        return line >= len(self._passed) or self.lines.indents[line] < 0 or bool(self._passed[line])

    def read(self) -> None:
        """Read every line."""
        lines, opened = self.lines, self._open
        count = len(lines.indents)
        line = 0
        # Where the text of an item begins after its marker, and the column; None: at the beginning of a line.
        rest: tuple[int, int] | None = None
        while True:
            if rest is None:
                while line < count and self._is_blank(line):
                    line += 1
                if line == count:
                    return
                start, column = lines.starts[line], lines.indents[line]
                while len(opened) > 1 and column < opened[-1].indent:
                    opened.pop()
                if column > opened[-1].indent:
                    self._open_indented(line, start, column)
            else:
                start, column = rest
            line, rest = self._read_at(line, start, column)

    def _open_indented(self, line: int, start: int, column: int) -> None:
        self._open[-1].marker = ""
        outer = self._open[-1].scope
        text, end = self.lines.text, self.lines.ends[line]
        if (
            _UNQUOTED.match(text, start, end) is not None
            or _FIELD.match(text, start, end) is not None
            or self._item(line, start, end, column) is not None
        ):
            self._open.append(_Context(column, outer))
        else:
            self._open.append(_Context(column, self._inside(Block.QUOTE)))

    def _read_at(self, line: int, start: int, column: int) -> tuple[int, tuple[int, int] | None]:
        """Read the construct that begins here; the next line, and what of it remains after a marker."""
        lines = self.lines
        text, end = lines.text, lines.ends[line]
        context = self._open[-1]
        context.before, context.marker = context.marker, ""
        item = None
        marker = text[start]
        if marker in _MARKERS:
            if (found := _BULLET.match(text, start, end)) is not None:
                item = found.end()
            elif (found := _FIELD.match(text, start, end)) is not None:
                at_front = self._at_front and len(self._open) == 1
                scope = Scope(Block.FRONT) if at_front else self._begin_item("field")
                self.add_text(*found.span(1), scope)
                return self._body(line, found.end(), column, scope)
            elif (found := _EXPLICIT.match(text, start, end)) is not None:
                return self._explicit(line, found.end(), column)
            elif (found := _ANONYMOUS.match(text, start, end)) is not None:
                return self._to_blank(line, column), None
        if item is None:
            item = self._item(line, start, end, column)
            if item is not None:
                marker = ("(" if marker == "(" else "") + text[start:item].rstrip()[-1]
        self._leave_front(line, start)
        if item is not None:
            scope = self._begin_item(marker)
            rows = max(context.rows - 1, 0)
            if item < end:
                inner = advance(column, text[start:item])
                self._open.append(_Context(inner, scope, rows))
                return line, (item, inner)
            return self._body(line, end, column, scope, rows)
        if text[start] in _PUNCTUATION:
            special = self._special(line, start, column)
            if special is not None:
                return special
        return self._text(line, start, column)

    def _leave_front(self, line: int, start: int) -> None:
        """End the part where fields are front matter, unless this is a title or a comment."""
        if not self._at_front or len(self._open) > 1:
            return
        lines = self.lines
        ruled = _RULE.fullmatch(lines.text, start, lines.ends[line])
        if ruled is None and not self._is_blank(line + 1) and lines.indents[line + 1] == self._open[-1].indent:
            ruled = _RULE.fullmatch(lines.text, lines.starts[line + 1], lines.ends[line + 1])
        self._at_front = ruled is not None

    def _item(self, line: int, start: int, end: int, column: int) -> int | None:
        """Where the text of an item of an enumerated list begins; None if this is none."""
        text = self.lines.text
        if not (text[start].isalnum() or text[start] in "(#"):
            return None
        found = enumerator(text, start, end)
        if found is None:
            return None
        if self._is_blank(line + 1) or self.lines.indents[line + 1] != self._open[-1].indent:
            return found[0]
        below = self.lines.starts[line + 1]
        if any(
            text.startswith(head, below) and text[below + len(head) : below + len(head) + 1] in ("", " ", "\t", "\n")
            for head in found[1]
        ):
            return found[0]
        return None

    def _body(
        self, line: int, rest: int, column: int, scope: Scope, rows: int = 0
    ) -> tuple[int, tuple[int, int] | None]:
        """Open what is indented below a line, whose text may begin on it, at `rest`."""
        least, _ = self.lines.block(line, column)
        indent = column + 1 if least < 0 else least
        self._open.append(_Context(indent, scope, rows))
        if rest < self.lines.ends[line]:
            return line, (rest, indent)
        return line + 1, None

    def _to_blank(self, line: int, column: int) -> int:
        line += 1
        while not self._is_blank(line) and self.lines.indents[line] > column:
            line += 1
        return line

    def _special(self, line: int, start: int, column: int) -> tuple[int, tuple[int, int] | None] | None:
        """Read what begins with punctuation but lists and explicit markup; None if it is a paragraph."""
        lines = self.lines
        text, end = lines.text, lines.ends[line]
        first = text[start]
        if first in "-+/" and (found := options(text, start, end)) is not None:
            if found[1] < end or lines.block(line, column)[0] >= 0:
                scope = self._begin_item("option")
                self.add_text(start, found[0], scope)
                return self._body(line, found[1], column, scope)
        elif first == ">" and _DOCTEST.match(text, start, end) is not None:
            after = line + 1
            while not self._is_blank(after) and lines.indents[after] >= column:
                after += 1
            self.add(start, lines.ends[after - 1], self._inside(Block.CODE))
            return after, None
        elif first == "|" and _LINE.match(text, start, end) is not None:
            return self._line_block(line, start, column), None
        if first in "+=" and self._read_tables:
            table = (grid_table if first == "+" else simple_table)(lines, line, start, column)
            if table is not None:
                scope = self._inside(Block.CELL)._replace(container=next(self.numbers))
                self.tables.append((table.rows, scope))
                return table.after, None
        if _RULE.fullmatch(text, start, end) is not None and (end - start >= 4 or self._is_short_title(line, start)):
            return self._ruled(line, start), None
        return None

    def _is_short_title(self, line: int, start: int) -> bool:
        """Whether a line of one to three characters of punctuation stands above a title that is no longer than it."""
        lines = self.lines
        indent, length = self._open[-1].indent, lines.ends[line] - start
        if any(self._is_blank(below) or lines.indents[below] != indent for below in (line + 1, line + 2)):
            return False
        title, under = (lines.text[lines.starts[below] : lines.ends[below]] for below in (line + 1, line + 2))
        return under == lines.text[start : lines.ends[line]] and width(title) <= length

    def _line_block(self, line: int, start: int, column: int) -> int:
        lines = self.lines
        first = start
        while True:
            after = self._to_blank(line, column)
            found = _LINE.match(lines.text, start, lines.ends[line])
            if found is not None:
                read_inline(self._escaped, found.end(), lines.ends[after - 1], self.inline)
            last, line = after - 1, after
            if self._is_blank(line) or lines.indents[line] != column:
                break
            start = lines.starts[line]
            if _LINE.match(lines.text, start, lines.ends[line]) is None:
                break
        self.add(first, lines.ends[last], self._open[-1].scope)
        return line

    def _ruled(self, line: int, start: int) -> int:
        """Read a transition, or a title below a line of punctuation."""
        lines = self.lines
        indent = self._open[-1].indent
        if not self._is_blank(line + 1) and not self._is_blank(line + 2) and lines.indents[line + 2] == indent:
            over = lines.text[start : lines.ends[line]]
            under = lines.text[lines.starts[line + 2] : lines.ends[line + 2]]
            if over == under and lines.indents[line + 1] >= indent:
                self._title(lines.starts[line + 1], lines.ends[line + 1], over[0], overlined=True)
                return line + 3
        return line + 1

    def _text(self, line: int, start: int, column: int) -> tuple[int, tuple[int, int] | None]:
        """Read a paragraph, a title with a line below it, or the term of a definition."""
        lines = self.lines
        text = lines.text
        after = line + 1
        if not self._is_blank(after):
            if lines.indents[after] > column:
                scope = self._begin_item("term")
                self.add_text(start, lines.ends[line], scope)
                self._open.append(_Context(lines.block(line, column)[0], scope))
                return after, None
            if lines.indents[after] == column:
                rule = _RULE.fullmatch(text, lines.starts[after], lines.ends[after])
                if rule is not None:
                    length = rule.end() - rule.start()
                    if length >= 4 or length >= width(text[start : lines.ends[line]]):
                        self._title(start, lines.ends[line], rule[1], overlined=False)
                        return after + 1, None
        while not self._is_blank(after) and lines.indents[after] == column:
            after += 1
        end = lines.ends[after - 1]
        self.add_text(start, end, self._open[-1].scope)
        # In the marked text an escaped colon has a NUL before it.
        if text.endswith("::", start, end) and self._escaped[max(end - 3, start)] != "\0":
            return self._literal(after - 1, column), None
        return after, None

    def _literal(self, line: int, column: int) -> int:
        """Read the literal block below the paragraph that ends on this line; the line after it."""
        lines = self.lines
        scope = self._inside(Block.CODE)
        least, after = lines.block(line, column)
        first = lines.following[line]
        if least >= 0:
            self.add(lines.starts[first], lines.ends[lines.last_visible(first, after)], scope)
            return after
        after = line + 1
        if first == len(lines.indents) or first == after or lines.indents[first] != column:
            return after
        mark = lines.text[lines.starts[first]]
        if mark not in _PUNCTUATION:
            return after
        after = first
        while not self._is_blank(after) and lines.indents[after] == column and lines.text[lines.starts[after]] == mark:
            after += 1
        if after > first:
            self.add(lines.starts[first], lines.ends[after - 1], scope)
        return after

    def _explicit(self, line: int, rest: int, column: int) -> tuple[int, tuple[int, int] | None]:
        """Read what follows two dots: a footnote, a target, a directive or a comment."""
        lines = self.lines
        text, end = lines.text, lines.ends[line]
        if (found := _FOOTNOTE.match(text, rest, end)) is not None:
            self._at_front = self._at_front and len(self._open) > 1
            return self._body(line, found.end(), column, self._open[-1].scope)
        if (unread := _UNREAD.match(text, rest, end)) is not None:
            return self._to_blank(line, column) if unread[0] == "_" else lines.block(line, column)[1], None
        if (found := _DIRECTIVE.match(text, rest, end)) is not None:
            self._at_front = self._at_front and len(self._open) > 1
            return self._directive(line, found.end(), column, treatment_of(found[1]))
        if rest >= end and self._is_blank(line + 1):  # an empty comment ends what is above it
            return line + 1, None
        _, after = lines.block(line, column)
        last = lines.last_visible(line, after)
        if rest >= end and last > line:
            rest = lines.starts[lines.following[line]]
        self.add(rest, lines.ends[last], Scope(Block.COMMENT))
        return after, None

    def _directive(self, line: int, rest: int, column: int, treatment: Treatment) -> tuple[int, tuple[int, int] | None]:
        lines = self.lines
        end = lines.ends[line]
        _, after = lines.block(line, column)
        if treatment is Treatment.NOTHING:
            return after, None
        # The first lines, up to a blank one, hold the arguments or the first paragraph, then the options.
        head = line + 1
        options_at = line if _FIELD.match(lines.text, rest, end) is not None else 0
        while head < after and not self._is_blank(head):
            if not options_at and _FIELD.match(lines.text, lines.starts[head], lines.ends[head]) is not None:
                options_at = head
            head += 1
        options_at = options_at or head
        scope = self._open[-1].scope
        if treatment in (Treatment.CODE, Treatment.LITERAL):
            if treatment is Treatment.LITERAL:
                begin = line + 1
                if options_at > line and rest < end:
                    self.add(rest, lines.ends[max(options_at - 1, line)], self._inside(Block.CODE))
                elif options_at > begin:
                    self.add(lines.starts[begin], lines.ends[options_at - 1], self._inside(Block.CODE))
            if head < after:
                first = lines.following[head]
                if first < after:
                    last = lines.last_visible(first, after)
                    self.add(lines.starts[first], lines.ends[last], self._inside(Block.CODE))
            return after, None
        self.skip(max(options_at, line + 1), head)
        if treatment is Treatment.QUOTE:
            scope = self._inside(Block.QUOTE)
        if treatment in (Treatment.CONTENT, Treatment.QUOTE):
            return self._body(line, rest if options_at > line else end, column, scope)
        if rest < end and options_at > line:
            stop = lines.ends[options_at - 1]
            if treatment in (Treatment.TITLE, Treatment.CELLS):
                self.add_text(rest, stop, self._inside(Block.HEADING))
            elif treatment is Treatment.VERSION:
                blank = _BLANK.search(lines.text, rest, stop)
                if blank is not None:
                    begin = stop - len(lines.text[blank.start() : stop].lstrip())
                    self.add_text(begin, stop, scope)
            self.skip(line + 1, head)
        if treatment is Treatment.CELLS:
            return self._body(line, end, column, self._inside(Block.CELL), rows=2)
        return self._body(line, end, column, scope)
