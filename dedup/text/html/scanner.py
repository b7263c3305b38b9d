"""What a browser shows of HTML: of a whole document, or of a block of it inside Markdown.

The scanner is our own, after the tokenizer of the HTML standard (WHATWG). The standard library's `html.parser` gives
positions as well, but it raises AssertionError for ``<![x]>``, needs seconds for some kilobytes of unclosed tags
(quadratic), and splits the same text differently from one version of Python to the next, where words must not differ.
"""

from __future__ import annotations

import re

from dedup.text.html.elements import BLOCKS, RAISED, RULES, SEPARATORS
from dedup.text.html.entities import find_references
from dedup.text.html.tags import NOT_SHOWN, TRACKED, UNSEEN, Open
from dedup.text.marks import Block, Scope
from dedup.text.pieces import Pieces

# Elements that are not tracked and end a paragraph.
_PARAGRAPH_ENDS = frozenset((b"hr", b"plaintext", b"xmp"))
# Elements whose inside is not markup, by how their text is taken. None: it is not shown.
_RAW: dict[bytes, int | None] = {
    **dict.fromkeys((b"iframe", b"noembed", b"noframes", b"noscript", b"script", b"style", b"title"), None),
    b"textarea": int(Block.CODE),
    b"xmp": int(Block.CODE),
    b"plaintext": int(Block.CODE),
}
_RAW_END = {name: re.compile(rb"</" + name + rb"(?=[\t\n\f\r />])", re.IGNORECASE) for name in _RAW}
_RAW_END[b"plaintext"] = re.compile(rb"(?!)")
# Tags that end a drawing (SVG) wherever they stand, because they belong to HTML.
_LEAVE_DRAWING = BLOCKS | frozenset(
    b"b big body br code em embed head hr i img meta nobr ruby s small span strong strike sub sup tt u var".split()
)
_KNOWN = TRACKED | RULES | SEPARATORS | frozenset(_RAW) | _LEAVE_DRAWING

# What is not closed reaches to the end of the text, as in a browser; so nothing is ever scanned twice.
MARKUP = re.compile(
    rb"""<(?P<close>/?)(?P<name>[A-Za-z][^\t\n\f\r />]*+)(?P<rest>
        (?:[\t\n\f\r /]++|[^\t\n\f\r />][^\t\n\f\r />=]*+
            (?:[\t\n\f\r ]*+=[\t\n\f\r ]*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\t\n\f\r >"'][^\t\n\f\r >]*+|))?+
        )*+)(?:>|\Z)
    |<!--(?:-?>|(?P<comment>.*?)(?:--!?>|\Z))
    |(?P<section><!\[CDATA\[)
    |<[!?][^>]*+(?:>|\Z)
    |</(?:[^A-Za-z>][^>]*+)?+(?:>|\Z)""",
    re.DOTALL | re.VERBOSE,
)
_SCRIPT = re.compile(rb"<!(?=--)|-->|<(/?)script(?=[\t\n\f\r />])", re.IGNORECASE)


def read_html(data: bytes, pieces: Pieces) -> None:
    """Add what a browser shows of a page to ``pieces``, with its comments. Linear in the length of the page."""
    elements = Open.nothing(pieces, Scope(Block.PROSE), is_page=True)
    _read(data, elements, _Shown(data, pieces, 0, trims=False), is_xml=data.startswith(b"<?xml"))


def read_fragment(data: bytes, scope: Scope, pieces: Pieces, offset: int) -> None:
    """Add what a browser shows of a block of HTML in another text to ``pieces``, with its comments.

    Parameters
    ----------
    data
        The block. Its lines may have spaces in place of what is the other text's markup.
    scope
        That of a paragraph in this place.
    offset
        Where the block begins in the source.
    """
    _read(data, Open.nothing(pieces, scope, is_page=False), _Shown(data, pieces, offset, trims=True), is_xml=False)


class _Shown:
    """Takes what is shown, in order."""

    __slots__ = ("_comments", "_data", "_offset", "_pieces", "_trims")

    def __init__(self, data: bytes, pieces: Pieces, offset: int, trims: bool) -> None:
        self._data = data
        self._pieces = pieces
        self._offset = offset
        self._trims = trims
        """Whether blanks at the ends of a stretch separate instead of being part of it: they may stand for markup."""
        self._comments: list[tuple[int, int]] = []
        """Comments after the last word. If another word follows, they are inside a paragraph."""

    def cut(self, scope: Scope) -> None:
        """End a block, and begin another in this scope."""
        for span in self._comments:
            self._add_comment(*span)
        self._comments.clear()
        self._pieces.cut(scope)

    def separate(self) -> None:
        """Something stands here that separates words."""
        self._pieces.breaks.append(len(self._pieces.starts))

    def move(self) -> None:
        """Begin or end superscript or subscript."""
        self._pieces.raised.append(len(self._pieces.starts))

    def comment(self, start: int, end: int, scope: Scope) -> None:
        """Take a comment, whose place is in this scope."""
        if len(self._pieces.starts) > self._pieces.cuts[-1]:
            self._comments.append((start, end))
        else:
            self._add_comment(start, end)
            self._pieces.cut(scope)

    def text(self, start: int, end: int, is_raw: bool = False) -> None:
        """Take a stretch of text; one that is raw has no character references."""
        if start == end:
            return
        # One of blanks alone only separates: most stand between two blocks, and a block would have to be cut to size.
        stretch = self._data[start:end]
        if stretch.isspace():
            self.separate()
            return
        self._comments.clear()
        offset = self._offset
        if self._trims:
            self._add_trimmed(start, stretch)
        else:
            self._pieces.starts.append(start + offset)
            self._pieces.ends.append(end + offset)
        if not is_raw and self._data.find(b"&", start, end) >= 0:
            found = find_references(self._data, start, end)
            self._pieces.stands.extend([(first + offset, last + offset, chars) for first, last, chars in found])

    def _add_trimmed(self, start: int, stretch: bytes) -> None:
        lead = len(stretch) - len(stretch.lstrip())
        if lead:
            self.separate()
        length = len(stretch.strip())
        self._pieces.starts.append(self._offset + start + lead)
        self._pieces.ends.append(self._offset + start + lead + length)
        if lead + length < len(stretch):
            self.separate()

    def _add_comment(self, start: int, end: int) -> None:
        self._pieces.cut(Scope(Block.COMMENT))
        stretch = self._data[start:end]
        if not stretch.isspace():
            self._add_trimmed(start, stretch)


def _read(data: bytes, elements: Open, shown: _Shown, is_xml: bool) -> None:
    drawings = elements.places[b"svg"]
    scope = elements.scope
    shown.cut(scope)
    at = 0
    while (found := MARKUP.search(data, at)) is not None:
        start, end = found.span()
        if at < start and scope.kind != UNSEEN:
            shown.text(at, start)
        at = end
        tag = found["name"]
        if tag is None:
            if found["section"] is not None:
                # HTML knows such sections in drawings (and formulas, which are not tracked); else it takes them for a
                # declaration.
                knows_sections = is_xml or bool(drawings)
                inside, closing = end, b"]]>" if knows_sections else b">"
                last = data.find(closing, inside)
                end, at = (len(data), len(data)) if last < 0 else (last, last + len(closing))
                if knows_sections and scope.kind != UNSEEN:
                    shown.text(inside, end, is_raw=True)
            elif found["comment"] is not None and scope.kind != UNSEEN:
                shown.comment(*found.span("comment"), scope)
            continue
        name = tag.lower()
        if name not in _KNOWN:
            continue
        closes = bool(found["close"])
        before = scope.kind
        is_empty = not closes and found["rest"].endswith(b"/")
        if drawings and name in _LEAVE_DRAWING and (not closes or name in (b"br", b"p")):
            elements.leave_drawing()
        if name in TRACKED:
            if closes:
                elements.end(name)
            elif is_empty and (is_xml or name == b"svg"):
                pass  # only XML and drawings know tags that close at once
            elif name == b"svg" or not drawings:
                elements.start(name, found["rest"])
        elif name in _PARAGRAPH_ENDS and not closes:
            elements.end_paragraph()
        scope = elements.scope
        is_shown = scope.kind != UNSEEN
        if name in _RAW and not closes and not drawings and not (is_xml and is_empty):
            inside = at
            at = _end_of_raw(data, at, name)
            kind = _RAW[name]
            if kind is not None and is_shown:
                shown.cut(scope if scope.kind == Block.QUOTE else scope._replace(kind=kind, level=0))
                shown.text(inside, at, is_raw=name != b"textarea")
                shown.cut(scope)
        is_stray = closes and name in NOT_SHOWN and before != UNSEEN
        if is_shown and (name in BLOCKS or name in RULES):
            shown.cut(scope)
        elif name in SEPARATORS and not is_stray and (is_shown or before != UNSEEN):
            shown.separate()
        elif name in RAISED and is_shown:
            shown.move()
    if scope.kind != UNSEEN:
        shown.text(at, len(data))
    shown.cut(scope)


def _end_of_raw(data: bytes, start: int, name: bytes) -> int:
    """Where the text ends that begins after a start tag of this name: before its end tag, or with the document."""
    if name != b"script":
        found = _RAW_END[name].search(data, start)
        return len(data) if found is None else found.start()
    # A script may write scripts: inside <!-- and --> the end tag of an inner one does not end it.
    is_comment = is_inner = False
    for mark in _SCRIPT.finditer(data, start):
        if mark[1] is None:
            is_comment = mark[0] == b"<!"
            is_inner = is_inner and is_comment
        elif not mark[1]:
            is_inner = is_comment
        elif is_inner:
            is_inner = False
        else:
            return mark.start()
    return len(data)
