"""HTML: whole documents, and parts of them, read as a browser reads them.

The scanner is our own, after the tokenizer of the HTML standard (WHATWG). The standard library's `html.parser` gives
positions as well, but it raises AssertionError for ``<![x]>``, needs seconds for some kilobytes of unclosed tags
(quadratic), and splits the same text differently from one version of Python to the next, where words must not differ.
"""

from __future__ import annotations

import re

import numpy as np

from dedup.text.front import find_front, with_front
from dedup.text.html.elements import BLOCKS, RULES, SEPARATORS
from dedup.text.html.entities import find_references
from dedup.text.html.tags import NOT_SHOWN, TRACKED, UNSEEN, Open
from dedup.text.marks import Block, Marks, Scope
from dedup.text.pieces import Pieces, marks_of

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
_MARKUP = re.compile(
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
_SURROGATE = re.compile("[\ud800-\udfff]")


def mark_html(text: str) -> Marks:
    """Blocks of an HTML text, and what is passed over inside them.

    - A block is what stands between two tags of block elements, from its first to its last visible character: a
      paragraph, heading, cell, item, ``<pre>``. Inside ``<blockquote>`` every block is ``QUOTE``, except comments;
      else the innermost of heading, list item (or definition), cell and code decides. ``<textarea>`` is code.
    - Inline tags, attributes and whatever else is no text are transparent; ``<br>``, images, form controls and rules
      separate. Character references stand for their characters, also without semicolon where browsers take them so.
    - Not read: the title and all else that the head may hold, scripts, styles, ``<noscript>``, templates, drawings
      (``<svg>``) and what stands in for media. A comment is a block, but for one in the middle of a paragraph, which
      is transparent; ``<!DOCTYPE>`` and the like are transparent.
    - Elements whose end tags are left off, and end tags without a start, are taken as browsers take them, with two
      exceptions: a tag of a block element always ends the block, and cells need no table (a template may hold half of
      one). A tag, comment or script that is not closed reaches to the end of the text, as in a browser. In a text
      that begins with an XML declaration ``<x/>`` is closed and CDATA sections are text.
    - Front matter at the very start is ``FRONT``, if it begins with a key: `dedup.text.front`.

    Any text is read: NUL and lone surrogates separate, and lines may end in any way. Costs time linear in the length
    of the text, and memory of some times its size.
    """
    source = _SURROGATE.sub("\ufffd", text) if not text.isascii() else text
    front = find_front(text, keyed=True)
    shift = front.after
    data = source[shift:].encode()
    pieces = Pieces.empty()
    _read(data, pieces)
    if not pieces.starts:
        none = np.empty(0, np.int64)
        return with_front(Marks(none, none, np.empty(0, np.uint8)), text, front)
    return with_front(marks_of(pieces, text, data + b"\n", shift), text, front)


def _read(data: bytes, pieces: Pieces) -> None:
    """Add what a browser shows of a document to ``pieces``, with its comments."""
    is_xml = data.startswith(b"<?xml")
    elements = Open.nothing(pieces)
    drawings = elements.places[b"svg"]
    held: list[tuple[int, int]] = []
    scope = elements.scope
    kind = scope.kind
    at = 0

    def cut(scope: Scope) -> None:
        # Comments behind the last word of a block are blocks of their own.
        for span in held:
            _add_comment(*span, pieces)
        held.clear()
        pieces.cut(scope)

    while (found := _MARKUP.search(data, at)) is not None:
        start, end = found.span()
        if at < start and kind != UNSEEN:
            _add_text(data, at, start, pieces, held)
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
                if knows_sections and kind != UNSEEN:
                    _add_text(data, inside, end, pieces, held, is_raw=True)
            elif found["comment"] is not None and kind != UNSEEN:
                if len(pieces.starts) > pieces.cuts[-1]:
                    held.append(found.span("comment"))
                else:
                    _add_comment(*found.span("comment"), pieces)
                    pieces.cut(scope)
            continue
        name = tag.lower()
        if name not in _KNOWN:
            continue
        closes = bool(found["close"])
        before = kind
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
        kind = scope.kind
        if name in _RAW and not closes and not drawings and not (is_xml and is_empty):
            inside = at
            at = _end_of_raw(data, at, name)
            shown = _RAW[name]
            if shown is not None and kind != UNSEEN:
                cut(scope if kind == Block.QUOTE else scope._replace(kind=shown, level=0))
                _add_text(data, inside, at, pieces, held, is_raw=name != b"textarea")
                cut(scope)
        is_stray = closes and name in NOT_SHOWN and before != UNSEEN
        if kind != UNSEEN and (name in BLOCKS or name in RULES):
            cut(scope)
        elif name in SEPARATORS and not is_stray and not (kind == UNSEEN == before):
            pieces.breaks.append(len(pieces.starts))
    if kind != UNSEEN:
        _add_text(data, at, len(data), pieces, held)
    cut(scope)


def _add_text(
    data: bytes, start: int, end: int, pieces: Pieces, held: list[tuple[int, int]], is_raw: bool = False
) -> None:
    """Add a stretch of text; comments that were held stand inside a block, so they are passed over."""
    if start == end:
        return
    # One of blanks alone only separates: most stand between two blocks, and a block would have to be cut to size.
    if data[start:end].isspace():
        pieces.breaks.append(len(pieces.starts))
        return
    held.clear()
    pieces.starts.append(start)
    pieces.ends.append(end)
    if not is_raw and data.find(b"&", start, end) >= 0:
        pieces.stands.extend(find_references(data, start, end))


def _add_comment(start: int, end: int, pieces: Pieces) -> None:
    pieces.cut(Scope(Block.COMMENT))
    pieces.starts.append(start)
    pieces.ends.append(end)


def _end_of_raw(data: bytes, start: int, name: bytes) -> int:
    """Where the text ends that begins behind a start tag of this name: before its end tag, or with the document."""
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
