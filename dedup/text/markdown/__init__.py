"""Markdown: CommonMark with tables, strikethrough, task lists, footnotes, definition lists and front matter.

The parser is pyromark (pulldown-cmark), which gives the exact source range of every event. Left off, because the
same characters are common in plain prose: formulas (what stands between dollar signs is read as text), wiki links
and attributes of headings. What publishing systems add to Markdown is blanked before it is parsed.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from dedup.text.front import find_front, with_front
from dedup.text.markdown.events import read_events
from dedup.text.marks import Marks
from dedup.text.pieces import marks_of

if TYPE_CHECKING:
    import pyromark

# What a text has that holds something which publishing systems add to Markdown; most texts have none of it.
_SIGNS = ("{{", "{%", ":::", "``{", "`` {", "~~{", "!!!", "???", '=== "', "===!", "===+")
_CALLOUT = re.compile(r">[ \t]?\[!")
_LONE_CR = re.compile(r"\r(?!\n)")
_SURROGATE = re.compile("[\ud800-\udfff]")
_FENCE_AND_BLANKS = re.compile(r"(?:```|~~~)[ \t]++(?=[\r\n]|\Z)")


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
        marks = marks_of(read_events(_parser().events_with_range(body), data, boxes), text[:begin] + body, data, begin)
        marks = with_passed(marks, masked, text, begin)
    else:
        marks = marks_of(read_events(_parser().events_with_range(body), data), text, data, begin)
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
    """Return a text of the same length that the parser reads as it should, and its bytes."""
    if "\0" in body:
        body = body.replace("\0", "\ufffd")
    # The parser takes a lone CR for a line end in most places, but not after a fence.
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
