"""Which elements of an HTML document are open: what the kind of its text follows from.

The rules are those by which a browser builds its tree (WHATWG HTML, "tree construction"), as far as blocks depend on
them: elements whose end tags may be left off, end tags without a start, and what an end tag closes besides. Inline
elements play no part in this.
"""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from dedup.text.html.elements import BLOCKS, CELLS, HEADINGS, KINDS
from dedup.text.html.scopes import Numbering, is_landmark
from dedup.text.marks import Block, Scope
from dedup.text.pieces import Pieces

UNSEEN = 255
"""In place of a ``Block``: text that a browser does not show."""

_TERMS = (b"dd", b"dt")
_SECTIONS = (b"tbody", b"tfoot", b"thead")
# Parts of a table, and the open parts of the same table that each closes.
_TABLE_PARTS = {
    **dict.fromkeys(CELLS, (*CELLS, b"caption")),
    b"tr": (*CELLS, b"tr", b"caption"),
    **dict.fromkeys((*_SECTIONS, b"caption"), (*CELLS, b"tr", *_SECTIONS, b"caption")),
}
# Elements that no end tag of an element outside them reaches into.
_FENCES = frozenset((b"caption", b"marquee", b"object", b"table", b"td", b"template", b"th"))
# Elements that a new list item or term does not close, though it may close the item they stand in.
_PASSED = frozenset(b"address audio canvas datalist div meter p progress svg video".split())

NOT_SHOWN = frozenset(b"audio canvas datalist meter progress svg template video".split())
"""Elements whose text is not shown: it is drawn, offered elsewhere, or stands in for what an old browser lacks."""

TRACKED = BLOCKS | NOT_SHOWN | {b"marquee", b"object"}
"""Elements that `Open` tracks."""

# Inside a quotation everything is quoted.
_KINDS = {**KINDS, **dict.fromkeys(NOT_SHOWN, UNSEEN)}


class Open(NamedTuple):
    """The open elements, outermost first; every call costs no more than the elements that it closes."""

    names: list[bytes]
    scopes: list[Scope]
    """What each makes of the text in it; one more than names, the first for text outside all of them."""
    places: defaultdict[bytes, list[int]]
    """For each name, where it stands in `names`."""
    walls: list[int]
    """Where those stand that keep a new list item from closing an outer one."""
    fences: list[int]
    """Where those stand that end tags do not reach across."""

    numbering: Numbering
    is_page: bool
    """Whether landmarks are those of a page."""

    @classmethod
    def nothing(cls, pieces: Pieces, scope: Scope, is_page: bool) -> Open:
        """No element is open, and text is in this scope."""
        numbering = Numbering(pieces.containers, pieces.items, {})
        return cls([], [scope], defaultdict(list), [], [], numbering, is_page)

    @property
    def scope(self) -> Scope:
        """The scope of text that stands here; its kind is a ``Block`` or `UNSEEN`."""
        return self.scopes[-1]

    def start(self, name: bytes, attributes: bytes) -> None:
        """Handle a start tag of one of `TRACKED`."""
        names, places = self.names, self.places
        if name in BLOCKS:
            if name in _TABLE_PARTS:
                limit = self._last(b"table", b"template")
                parts = [places[part][-1] for part in _TABLE_PARTS[name] if places[part]]
                self._close(min((place for place in parts if place > limit), default=len(names)))
                if name in CELLS and limit >= 0 and names[limit] == b"table" and self._last(b"tr") < limit:
                    self.start(b"tr", b"")  # which may be left off
            else:
                if (name == b"li" or name in _TERMS) and self.walls:
                    wall = self.walls[-1]
                    if names[wall] == name or (name in _TERMS and names[wall] in _TERMS):
                        self._close(wall)
                self.end_paragraph()
                if name in HEADINGS and names and names[-1] in HEADINGS:
                    self._close(len(names) - 1)
        outer = self.scopes[-1]
        kind = _KINDS.get(name, outer.kind)
        if outer.kind == UNSEEN or (outer.kind == Block.QUOTE and kind != UNSEEN):
            kind = outer.kind
        landmark = self.is_page and is_landmark(name, attributes, places)
        self.scopes.append(self.numbering.inside(outer, name, kind, landmark))
        places[name].append(len(names))
        if name not in _PASSED:
            self.walls.append(len(names))
        if name in _FENCES:
            self.fences.append(len(names))
        names.append(name)

    def end(self, name: bytes) -> None:
        """Handle an end tag of one of `TRACKED`: close the element that it names and all inside, or nothing."""
        place = self._last(*HEADINGS) if name in HEADINGS else self._last(name)
        if name == b"template":
            limit = -1
        elif name == b"table" or name in _TABLE_PARTS:
            # A part of a table reaches to the table round it, and a table across whatever fences its parts are.
            limit = self._last(b"template") if name == b"table" else self._last(b"table", b"template")
        elif name == b"li":
            limit = max(self._fence(), self._last(b"ul", b"ol"))
        else:
            limit = self._last_fence_but(name)
        if place > limit:
            self._close(place)

    def end_paragraph(self) -> None:
        """Close an open paragraph and all inside: what begins here cannot be in a paragraph."""
        places = self.places[b"p"]
        if places and places[-1] > self._fence():
            self._close(places[-1])

    def leave_drawing(self) -> None:
        """Close a drawing: a tag of HTML inside ``<svg>`` ends it, whether it was closed or not."""
        self._close(self.places[b"svg"][-1])

    def _last(self, *names: bytes) -> int:
        return max(self.places[name][-1] if self.places[name] else -1 for name in names)

    def _fence(self) -> int:
        return self.fences[-1] if self.fences else -1

    def _last_fence_but(self, name: bytes) -> int:
        """Before the innermost fence, if that is what the end tag closes."""
        fence = self._fence()
        return fence - 1 if fence >= 0 and self.names[fence] == name else fence

    def _close(self, place: int) -> None:
        """Close the element at this place and everything inside it."""
        while len(self.names) > place:
            self.places[self.names.pop()].pop()
            self.scopes.pop()
        for marked in (self.walls, self.fences):
            while marked and marked[-1] >= place:
                marked.pop()
