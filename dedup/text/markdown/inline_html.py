"""Raw HTML inside Markdown: which of it a reader sees."""

from __future__ import annotations

import re
from html import unescape
from html.entities import html5

from dedup.text.html.elements import BLOCKS, KINDS, LISTS, RULES, SEPARATORS
from dedup.text.html.scopes import Numbering
from dedup.text.marks import Block, Scope
from dedup.text.pieces import Pieces

# Begin and end blocks here: also what CommonMark or a browser keeps apart from a paragraph, and is not read in pages.
_BLOCKS = BLOCKS | RULES | frozenset(b"link menuitem meta noframes script style template textarea title".split())
# None: what the text was outside the HTML.
_KINDS: dict[bytes, int | None] = {**dict.fromkeys((*LISTS, b"dt", b"tr"), None), **KINDS}

# Whatever is not closed reaches to the end of the block, as in a browser; so nothing is ever scanned twice.
_MARKUP = re.compile(
    rb"""<!--(?:-?>|(?P<comment>.*?)(?:--!?>|\Z))
    |<!\[CDATA\[.*?(?:\]\]>|\Z)
    |<\?.*?(?:\?>|\Z)
    |<![A-Za-z][^>]*+(?:>|\Z)
    |<(?P<close>/?)(?P<name>[A-Za-z][^\s/>]*+)(?:[^>=]|=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|))*+(?:>|\Z)
    |(?P<entity>&\#?[0-9A-Za-z]{1,32};)""",
    re.DOTALL | re.VERBOSE,
)
_ENTITY = re.compile(rb"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][0-9A-Za-z]*);")
_RAW_END = {name: re.compile(rb"</" + name + rb"(?=[\s/>]|\Z)", re.IGNORECASE) for name in (b"script", b"style")}
_TAG_NAME = re.compile(r"</?([A-Za-z][^\s/>]*)")


def separates(tag: str) -> bool:
    """Whether a tag, comment or instruction inside a paragraph stands between words, as ``<br>`` does."""
    found = _TAG_NAME.match(tag)
    if found is None:
        return False
    name = found[1].lower().encode()
    return name in SEPARATORS or name in _BLOCKS


def read_html(data: bytes, base: Scope, pieces: Pieces, offset: int = 0) -> None:
    """Add what a reader sees of one block of HTML to ``pieces``, with its comments.

    ``data`` is the block; ``offset`` is where it begins in the source. ``base`` is the scope of a paragraph at this
    place; headings, list items, cells, quotations and ``<pre>`` have kinds of their own, and inside a quotation
    everything but comments is a quotation. Scripts and styles are not read. Linear in the length of the block.
    """
    open_names: list[bytes] = []
    numbering = Numbering(pieces.containers, pieces.items, {})
    scopes = [base]
    open_counts = dict.fromkeys(_KINDS, 0)
    at = 0
    pieces.cut(base)
    while (found := _MARKUP.search(data, at)) is not None:
        start, end = found.span()
        if found["entity"] is not None:
            _add_text(data, at, start, offset, pieces)
            _add_text(data, start, end, offset, pieces)
            chars = _entity(found["entity"])
            if chars is not None:
                pieces.stands.append((offset + start, offset + end, chars))
            at = end
            continue
        _add_text(data, at, start, offset, pieces)
        at = end
        if found["comment"] is not None:
            pieces.cut(Scope(Block.COMMENT))
            _add_text(data, *found.span("comment"), offset, pieces)
            pieces.cut(scopes[-1])
        elif found["name"] is not None:
            name = found["name"].lower()
            if name in _KINDS:
                if not found["close"]:
                    open_names.append(name)
                    open_counts[name] += 1
                    inner = _KINDS[name]
                    kind = Block.QUOTE if open_counts[b"blockquote"] or base.kind == Block.QUOTE else inner
                    scopes.append(numbering.inside(scopes[-1], name, base.kind if kind is None else kind))
                elif open_counts[name]:
                    while (last := open_names.pop()) != name:
                        open_counts[last] -= 1
                        scopes.pop()
                    open_counts[name] -= 1
                    scopes.pop()
            if name in _BLOCKS:
                pieces.cut(scopes[-1])
            elif name in SEPARATORS:
                pieces.breaks.append(len(pieces.starts))
            if name in _RAW_END and not found["close"]:
                raw_end = _RAW_END[name].search(data, at)
                at = len(data) if raw_end is None else raw_end.start()
    _add_text(data, at, len(data), offset, pieces)


def _add_text(data: bytes, start: int, end: int, offset: int, pieces: Pieces) -> None:
    """Add a stretch of text without the blanks round it, which separate: they may hide the prefix of a quote."""
    text = data[start:end]
    shown = text.strip()
    if text[:1] != shown[:1]:
        pieces.breaks.append(len(pieces.starts))
    if shown:
        begin = offset + start + len(text) - len(text.lstrip())
        pieces.starts.append(begin)
        pieces.ends.append(begin + len(shown))
        if text[-1] != shown[-1]:
            pieces.breaks.append(len(pieces.starts))


def _entity(source: bytes) -> str | None:
    """What an entity with its semicolon stands for; None if there is no such entity."""
    if _ENTITY.fullmatch(source) is None:
        return None
    name = source.decode()
    if name[1] != "#":
        return html5.get(name[1:])
    # html.unescape gives nothing for code points that no text may hold: they separate.
    return unescape(name) or "\ufffd"
