"""From the events of a Markdown parse to the pieces of text in it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any

from dedup.text.html.elements import RAISED, SEPARATING, element_of
from dedup.text.html.scanner import read_fragment
from dedup.text.marks import Block, Scope
from dedup.text.pieces import Pieces

_ENTITY = re.compile(rb"&#?[0-9A-Za-z]{1,32};")
_AMPERSAND, _TICK = b"&`"
_BLANKS = b" \r\n>"
_NO_LETTER = frozenset(byte for byte in range(128) if not chr(byte).isalnum())
# Tags of events by what they do. Text that follows an item, a cell or a paragraph always has a tag of its own.
_LEAVES = {"CodeBlock": Block.CODE, "Heading": Block.HEADING, "TableCell": Block.CELL}
_LISTS = frozenset(("DefinitionList", "List", "Table"))
_ITEMS = frozenset(("DefinitionListTitle", "Item", "TableHead", "TableRow"))
_NESTING_ENDS = _LISTS | {"BlockQuote", "DefinitionListDefinition"}
_NESTING = _NESTING_ENDS | _ITEMS
_CODE = Scope(Block.CODE)
_KIND_CHANGES = frozenset(("BlockQuote", "DefinitionListDefinition", "List"))
_CUTTING_ENDS = frozenset(("CodeBlock", "Heading", "HtmlBlock"))


def read_events(events: Iterable[tuple[Any, Any]], data: bytes, boxes: Collection[int] = ()) -> Pieces:
    """Return the pieces of text that a parse shows. Linear in the number of events.

    Parameters
    ----------
    events
        (event, range) of pyromark. An event is a dict with one key, or a ``str``; ranges are bytes of ``data``.
    data
        What was parsed, with one byte more at its end.
    boxes
        Where markers of items stand that are no items: what is in them is outside the list.
    """
    pieces = Pieces.empty()
    starts, ends, breaks, stands = pieces.starts, pieces.ends, pieces.breaks, pieces.stands
    cuts, scopes = pieces.cuts, pieces.scopes
    images = before_image = 0
    nesting = _Nesting(data, pieces, boxes)
    scope = nesting.scope
    html: list[tuple[int, int]] = []
    for event, span in events:
        if "Text" in event:
            start = span["start"]
            starts.append(start)
            ends.append(span["end"])
            if data[start] == _AMPERSAND:
                source = data[start : span["end"]]
                chars = event["Text"]
                if _ENTITY.fullmatch(source) is not None and chars.encode() != source:
                    stands.append((start, span["end"], chars))
        elif event.__class__ is str:
            if event == "Rule":
                pieces.cut(scope)
            else:
                breaks.append(len(starts))
        elif "Code" in event:
            start, end = _inside_ticks(data, span["start"], span["end"], event["Code"])
            starts.append(start)
            ends.append(end)
        elif "Start" in event:
            tag = event["Start"]
            if tag.__class__ is dict:
                (tag,) = tag
            if tag == "Paragraph":
                cuts.append(len(starts))
                scopes.append(scope)
            elif tag in _NESTING:
                scope = nesting.open(tag, event["Start"], span["start"])
                cuts.append(len(starts))
                scopes.append(scope)
            elif tag in _LEAVES:
                cuts.append(len(starts))
                scopes.append(nesting.leaf(tag, event["Start"]))
            elif tag == "Image":
                if not images:
                    before_image = len(starts)
                images += 1
        elif "End" in event:
            tag = event["End"]
            if tag.__class__ is dict:
                (tag,) = tag
            if tag in _NESTING_ENDS or (boxes and tag == "Item"):
                scope = nesting.close(tag, event["End"], span["start"])
                pieces.cut(scope)
            elif tag in _CUTTING_ENDS:
                if html:
                    read_fragment(_joined(data, html), scope, pieces, html[0][0])
                    html.clear()
                pieces.cut(scope)
            elif tag == "Link":
                # What closes a link goes with its last word, so that a passage which ends with a link ends after it;
                # and so does the full stop of a link that is a sentence.
                if (
                    starts
                    and ends[-1] > span["start"]
                    and data[span["end"] - 1] in b")]"
                    and len(starts) not in breaks[-1:]
                ):
                    if data[span["end"]] in _NO_LETTER:
                        while ends[-1] - 1 > starts[-1] and data[ends[-1] - 1] in b".,;:!?":
                            ends[-1] -= 1
                    starts.append(ends[-1])
                    ends.append(span["end"])
                    stands.append((starts[-1], span["end"], ""))
            elif tag == "Image":
                images -= 1
                if not images:
                    pieces.drop(before_image)
        elif "Html" in event:
            html.append((span["start"], span["end"]))
        elif "InlineHtml" in event:
            element = element_of(event["InlineHtml"])
            if element in SEPARATING:
                breaks.append(len(starts))
            elif element in RAISED:
                pieces.raised.append(len(starts))
        elif "FootnoteReference" in event:
            breaks.append(len(starts))
    return pieces


class _Nesting:
    """The quotations, lists and tables that are open."""

    __slots__ = ("_boxes", "_data", "_lists", "_outer", "_outside", "_pieces", "_quotes", "scope")

    def __init__(self, data: bytes, pieces: Pieces, boxes: Collection[int]) -> None:
        self._data = data
        self._pieces = pieces
        self._boxes = boxes
        self._quotes = self._lists = 0
        self._outer: list[tuple[int, int]] = []
        """Container and item round each open list or table."""
        self._outside: list[tuple[int, Scope]] = []
        """For each open box, the number of lists and the scope of the list that it seems to be an item of."""
        self.scope = Scope(Block.PROSE)
        """The scope of a paragraph here."""

    def open(self, tag: str, value: Any, start: int) -> Scope:
        """Open a quotation, a list or table, or a part of one; the scope inside."""
        scope = self.scope
        kind, container, item = scope.kind, scope.container, scope.item
        if tag in _LISTS:
            self._outer.append((container, item))
            container, item = next(self._pieces.containers), -1
        elif tag in _ITEMS:
            item = next(self._pieces.items)
            if self._is_box(start):
                self._outside.append((self._lists, scope))
                self._lists -= 1
                kind = self._kind()
                container, item = self._outer[-1]
        if tag in _KIND_CHANGES:
            self._count(tag, value, start, 1)
            kind = self._kind()
        self.scope = Scope(kind, container, item)
        return self.scope

    def close(self, tag: str, value: Any, start: int) -> Scope:
        """Close what was opened, and the scope outside; an item that is no box changes nothing."""
        if tag == "Item":
            if self._is_box(start):
                self._lists, self.scope = self._outside.pop()
            return self.scope
        container, item = self._outer.pop() if tag in _LISTS else self.scope[1:3]
        if tag in _KIND_CHANGES:
            self._count(tag, value, start, -1)
        self.scope = Scope(self._kind(), container, item)
        return self.scope

    def leaf(self, tag: str, value: Any) -> Scope:
        """Return the scope of a heading, a block of code or a cell."""
        scope = self.scope
        if self._quotes:
            return scope
        if tag == "CodeBlock" and scope.container < 0:
            return _CODE  # most are, and each would be made anew
        level = int(value[tag]["level"][1:]) if tag == "Heading" else 0
        return Scope(_LEAVES[tag], scope.container, scope.item, level)

    def _count(self, tag: str, value: Any, start: int, step: int) -> None:
        if tag != "BlockQuote":
            # The parser takes ``:::note`` for a definition too, which is a directive.
            if tag == "List" or self._data[start + 1] in b" \t\r\n":
                self._lists += step
        elif value["BlockQuote"] is None:  # what is no alert
            self._quotes += step

    def _kind(self) -> Block:
        return Block.QUOTE if self._quotes else Block.LIST if self._lists else Block.PROSE

    def _is_box(self, start: int) -> bool:
        """Whether a box stands for the item: the parser may let an item begin before its marker."""
        if not self._boxes:
            return False
        while self._data[start] in b" \t":
            start += 1
        return start in self._boxes


def _inside_ticks(data: bytes, start: int, end: int, shown: str) -> tuple[int, int]:
    """Return what an inline code shows: without its ticks, and without the one blank at both ends that is dropped."""
    while data[start] == _TICK:
        start += 1
        end -= 1
    # A blank that is a line end may drag the prefix of a quote along, so what is shown says where the code begins.
    # There the parser makes two blanks of CRLF, one too many.
    if data[start] in _BLANKS:
        if data.startswith(b"\r\n", start):
            shown = shown[1:]
        if not shown.startswith(" "):
            start = max(start, data.find(shown[:1].encode(), start, end))
    if data[end - 1] in _BLANKS:
        if data[start:end].rstrip(b" >").endswith(b"\r\n"):
            shown = shown[:-1]
        if not shown.endswith(" "):
            last = shown[-1:].encode()
            end = max(start, data.rfind(last, start, end) + len(last))
    return start, end


def _joined(data: bytes, lines: list[tuple[int, int]]) -> bytes:
    """Return the lines of a block as one, with spaces where a line carries the prefix of a quote or an indentation."""
    parts = []
    at = lines[0][0]
    for start, end in lines:
        parts.append(b" " * (start - at))
        parts.append(data[start:end])
        at = end
    return b"".join(parts)
