"""Markdown: CommonMark with tables, strikethrough, task lists, footnotes, definition lists and front matter.

The parser is pyromark (pulldown-cmark), which gives the exact source range of every event. Left off, because the
same characters are common in plain prose: formulas (what stands between dollar signs is read as text), wiki links
and attributes of headings. What publishing systems add to Markdown is blanked before it is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from dedup.text.front import find_front, with_front
from dedup.text.html.elements import separates
from dedup.text.html.scanner import read_fragment
from dedup.text.marks import Block, Marks, Scope
from dedup.text.pieces import Pieces, marks_of

if TYPE_CHECKING:
    import pyromark

# What a text has that holds something which publishing systems add to Markdown; most texts have none of it.
_SIGNS = ("{{", "{%", ":::", "``{", "`` {", "~~{", "!!!", "???", '=== "', "===!", "===+")
_CALLOUT = re.compile(r">[ \t]?\[!")
_LONE_CR = re.compile(r"\r(?!\n)")
_SURROGATE = re.compile("[\ud800-\udfff]")
_FENCE_AND_BLANKS = re.compile(r"(?:```|~~~)[ \t]++(?=[\r\n]|\Z)")
_ENTITY = re.compile(rb"&#?[0-9A-Za-z]{1,32};")
_AMPERSAND, _TICK = b"&`"
_BLANKS = b" \r\n>"
_NO_LETTER = frozenset(byte for byte in range(128) if not chr(byte).isalnum())
# Tags of events by what they do. Text that follows an item, a cell or a paragraph always has a tag of its own.
_LEAVES = {
    "CodeBlock": Block.CODE,
    "Heading": Block.HEADING,
    "Item": Block.LIST,
    "TableCell": Block.CELL,
}
_CONTAINERS = frozenset(("BlockQuote", "DefinitionListDefinition", "List"))
_CUTTING_ENDS = frozenset(("CodeBlock", "Heading", "HtmlBlock", "Table"))
_ITEMS = frozenset(("DefinitionListTitle", "Item", "TableHead", "TableRow"))
_LISTS = frozenset(("DefinitionList", "List", "Table"))


def mark_markdown(text: str) -> Marks:
    """Blocks of a Markdown text, and what is passed over inside them.

    - A block is the text of one paragraph, heading, cell, code block (without fences and info string), comment or
      front matter (without its fences), from its first to its last visible character. Each paragraph of a list item
      is a block, so is each of a definition; the title of a definition list is a paragraph. Inside a quote every
      block is ``QUOTE``, except comments.
    - Admonitions, alerts, callouts, details and tabs are no quotes and no code: what they hold is read as what it is,
      and the line of their marker and title is not read (`dedup.text.markdown.boxes`).
    - Front matter stands at the very start: ``---`` or ``+++`` alone on the first line, no blank line after it, and
      the same fence (or ``...`` for YAML) alone on a later line.
    - Of HTML, what lies between tags is read, never tags, scripts and styles; headings, list items, cells, quotations
      and ``<pre>`` have their kinds. A comment that is a block of its own is ``COMMENT``; one inside a paragraph is
      hidden.
    - Emphasis marks, ticks, link brackets and targets, inline tags and the backslash of an escape are hidden. Line
      ends, images with their alternative text, footnote references and tags such as ``<br>`` separate.
    - Link reference definitions, task boxes, list markers and labels of footnotes lie outside every block.
    - Fences of directives with their titles and options, shortcodes and template tags are passed over outside code:
      hidden where they wrap text, borders where they show something, blank lines where nothing else stands on the
      line. Comments of Liquid between paragraphs are ``COMMENT``.

    Any ``str`` can be read: a BOM at the start is passed over, lone surrogates and NUL count as U+FFFD. Lines end at
    LF, CRLF or CR. Linear in the length of the text.
    """
    return _mark(text, mdx=False)


def mark_mdx(text: str) -> Marks:
    """Blocks of an MDX text, and what is passed over inside them.

    As `mark_markdown`; imports and exports, the tags of JSX and expressions in braces are passed over too, and nothing
    is code for being indented. Comments in braces between paragraphs are ``COMMENT``.
    """
    return _mark(text, mdx=True)


def _mark(text: str, mdx: bool) -> Marks:
    front = find_front(text)
    begin = front.after
    body, data = _parsable(text[begin:])
    if mdx or any(sign in body for sign in _SIGNS) or ("[!" in body and _CALLOUT.search(body) is not None):
        # Not imported above, for the texts that have none of it.
        from dedup.text.markdown.flavours import layout_of, mask_markdown
        from dedup.text.markdown.masks import byte_offsets, with_passed
        from dedup.text.markdown.mdx import mask_mdx

        # One mask often looks at what the mask before it looked at last. The layout is kept, not the events: those are
        # some hundred bytes for each character of hostile text, and to parse again costs less than to hold them.
        look = lru_cache(maxsize=1)(lambda body: layout_of(body, _parser().events_with_range(body)))
        masked = mask_mdx(body, look) if mdx else mask_markdown(body, look)
        body, data = _parsable(masked.body)
        boxes = frozenset(byte_offsets(body, masked.boxes))
        marks = marks_of(_pieces(_parser().events_with_range(body), data, boxes), text[:begin] + body, data, begin)
        marks = with_passed(marks, masked, text, begin)
    else:
        marks = marks_of(_pieces(_parser().events_with_range(body), data), text, data, begin)
    return with_front(marks, text, front)


@cache
def _parser() -> pyromark.Markdown:
    # Not imported above: a reader of plain text or HTML never pays for it.
    import pyromark

    options = pyromark.Options
    return pyromark.Markdown(
        options=options.ENABLE_TABLES
        | options.ENABLE_STRIKETHROUGH
        | options.ENABLE_TASKLISTS
        | options.ENABLE_FOOTNOTES
        | options.ENABLE_DEFINITION_LIST
        | options.ENABLE_GFM
    )


def _parsable(body: str) -> tuple[str, bytes]:
    """A text of the same length, character for character, that the parser reads as it should; and its bytes."""
    if "\0" in body:
        body = body.replace("\0", "\ufffd")
    # The parser takes a lone CR for a line end in most places, but not behind a fence.
    if body.count("\r") > body.count("\r\n"):
        body = _LONE_CR.sub("\n", body)
    # Nor does it see that a fence ends a code block if tabs follow it. The short strings are searched for at
    # a tenth of the cost of the expression.
    if "`\t" in body or "~\t" in body or " \t" in body:
        body = _FENCE_AND_BLANKS.sub(lambda found: found[0].replace("\t", " "), body)
    try:
        data = body.encode()
    except UnicodeEncodeError:
        body = _SURROGATE.sub("\ufffd", body)
        data = body.encode()
    # With a byte at the end, an empty range at the very end can be looked at like any other.
    return body, data + b"\n"


def _pieces(events: Iterable[tuple[Any, Any]], data: bytes, boxes: frozenset[int] = frozenset()) -> Pieces:
    """Pieces of text that the events of a parse of ``data`` show, each a dict with one key, or a ``str``.

    Items that begin at one of ``boxes`` are none: what is in them is outside the list.
    """
    pieces = Pieces.empty()
    starts, ends, breaks, stands = pieces.starts, pieces.ends, pieces.breaks, pieces.stands
    quotes = lists = images = before_image = 0
    scope = Scope(Block.PROSE)
    outer: list[tuple[int, int]] = []
    outside: list[tuple[int, Scope]] = []
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
            value = None
            if tag.__class__ is dict:
                ((tag, value),) = tag.items()
            if tag in _LISTS:
                outer.append((scope.container, scope.item))
                scope = Scope(scope.kind, next(pieces.containers))
            elif tag in _ITEMS:
                scope = Scope(scope.kind, scope.container, next(pieces.items))
                if boxes and _marker(data, span["start"]) in boxes:
                    outside.append((lists, scope))
                    lists -= 1
                    scope = Scope(_kind(quotes, lists), *outer[-1])
            if tag == "Paragraph" or tag == "DefinitionListTitle":
                pieces.cut(scope)
            elif tag in _LEAVES:
                kind = scope.kind if quotes else _LEAVES[tag]
                level = int(value["level"][1:]) if kind == Block.HEADING and value else 0
                pieces.cut(Scope(kind, scope.container, scope.item, level))
            elif tag in _CONTAINERS:
                if tag == "BlockQuote":
                    quotes += value is None  # what is no alert
                elif tag == "List" or _is_definition(data, span["start"]):
                    lists += 1
                scope = Scope(_kind(quotes, lists), scope.container, scope.item)
                pieces.cut(scope)
            elif tag == "Image":
                if not images:
                    before_image = len(starts)
                images += 1
        elif "End" in event:
            tag = event["End"]
            value = None
            if tag.__class__ is dict:
                ((tag, value),) = tag.items()
            if boxes and tag == "Item" and _marker(data, span["start"]) in boxes:
                lists, scope = outside.pop()
                pieces.cut(scope)
            elif tag in _LISTS:
                scope = Scope(scope.kind, *outer.pop())
            if tag in _CONTAINERS:
                if tag == "BlockQuote":
                    quotes -= value is None
                elif tag == "List" or _is_definition(data, span["start"]):
                    lists -= 1
                scope = Scope(_kind(quotes, lists), scope.container, scope.item)
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
            if separates(event["InlineHtml"]):
                breaks.append(len(starts))
        elif "FootnoteReference" in event:
            breaks.append(len(starts))
    return pieces


def _kind(quotes: int, lists: int) -> Block:
    """The kind of a paragraph inside so many quotations and lists."""
    return Block.QUOTE if quotes else Block.LIST if lists else Block.PROSE


def _marker(data: bytes, start: int) -> int:
    """Where the marker of an item stands that the parser lets begin at ``start``: behind its indentation."""
    while data[start] in b" \t":
        start += 1
    return start


def _is_definition(data: bytes, colon: int) -> bool:
    """Whether a blank follows the colon. The parser takes ``:::note`` for a definition too, which is a directive."""
    return data[colon + 1] in b" \t\r\n"


def _inside_ticks(data: bytes, start: int, end: int, shown: str) -> tuple[int, int]:
    """What an inline code shows: without its ticks, and without the one blank at both ends that is dropped."""
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
    """The lines of a block as one, with spaces where a line carries the prefix of a quote or an indentation."""
    parts = []
    at = lines[0][0]
    for start, end in lines:
        parts.append(b" " * (start - at))
        parts.append(data[start:end])
        at = end
    return b"".join(parts)
