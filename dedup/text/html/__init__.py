"""HTML: whole documents, and parts of them, read as a browser reads them."""

from __future__ import annotations

import re

import numpy as np

from dedup.text.front import find_front, with_front
from dedup.text.html.charset import declared_charset as declared_charset
from dedup.text.html.scanner import read_html
from dedup.text.marks import Marks
from dedup.text.pieces import Pieces, marks_of

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
    read_html(data, pieces)
    if not pieces.starts:
        none = np.empty(0, np.int64)
        return with_front(Marks(none, none, np.empty(0, np.uint8)), text, front)
    return with_front(marks_of(pieces, text, data + b"\n", shift), text, front)
