"""Shortcodes (Hugo) and tags (Liquid, as Jekyll has them) in Markdown."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from dedup.text.markdown.masks import Layout, Passed, Spans

# None of these reaches across a blank line or the beginning of the next of its kind, so each character is looked at
# a few times at most. `${{ x }}` belongs to other systems and is shown as it stands; so is `{{` with an escape.
_REST = r"(?:(?!{stop})[^\n]|\n(?![ \t>]*+\r?(?:\n|\Z)))*?"
_TAG = re.compile(
    r"\{\{(?P<hugo>[<%])-?\s*+(?P<close>/?)\s*+(?P<shortcode>[A-Za-z_][\w./-]*+)?"
    + _REST.format(stop=r"\{\{[<%]")
    + r"-?(?(hugo)(?:(?<!%)>|%))\}\}"
    + r"|(?<!\{)\{%[-~]?\s*+(?P<tag>\#|[A-Za-z_]\w*+)"
    + _REST.format(stop=r"\{%")
    + r"%\}(?!\})"
    + r"""|(?<![{$\\])\{\{[-~]?[ \t]*+(?:[A-Za-z_][\w.-]*+(?:\[[^]{}\n]*+\][\w.-]*+)*+|"[^"{}\n]*+"|'[^'{}\n]*+')"""
    + r"[ \t]*+(?:[|(][^{}\n]*+|[-~])?\}\}(?!\})"
)
# Tags of Liquid that show nothing of their own.
_SILENT_TAGS = """
    # assign break capture case comment continue decrement else elsif for if ifchanged increment liquid raw set
    tablerow unless when with
"""
_SILENT = frozenset(_SILENT_TAGS.split())


class Templates(NamedTuple):
    """What is passed over, ascending and disjoint; the content of comments; and what code is to look like."""

    passed: list[Passed]
    comments: Spans
    rewrites: list[tuple[int, str]]


class _Found(NamedTuple):
    start: int
    end: int
    name: str
    """``"end" + name`` for what closes a tag or a shortcode."""
    separates: bool


def find_templates(body: str, layout: Layout) -> Templates:
    """Find the shortcodes and tags outside code. Linear in the length of the text.

    What stands between ``raw`` and ``endraw`` is text; between ``comment`` and ``endcomment``, a comment; and what
    ``highlight`` holds on lines of its own is made a fenced block of code. Shortcodes and tags that wrap text are
    hidden, all others separate.
    """
    found = _tags(body, layout)
    closing: dict[str, list[int]] = {}
    for number, tag in enumerate(found):
        if tag.name.startswith("end"):
            closing.setdefault(tag.name, []).append(number)
    passed: list[Passed] = []
    comments: Spans = []
    rewrites: list[tuple[int, str]] = []
    number = 0
    while number < len(found):
        tag = found[number]
        close = None
        if tag.name in ("raw", "comment", "highlight"):
            closes = closing.get("end" + tag.name, [])
            place = bisect_right(closes, number)
            if place < len(closes):
                close = closes[place]
        last = tag if close is None else found[close]
        if close is not None and tag.name == "highlight":
            opened, closed = _line(body, tag), _line(body, last)
            if opened and closed and body.count("\n", tag.end, last.start):
                fence = "~" * min(tag.end - tag.start, last.end - last.start)
                rewrites.append((tag.start, fence.ljust(tag.end - tag.start)))
                rewrites.append((last.start, ("~" * (last.end - last.start))))
                number = close + 1
                continue
        if close is not None and tag.name == "comment":
            passed.append(Passed(tag.start, last.end, False))
            comments.append((tag.end, last.start))
            number = close + 1
            continue
        passed.append(Passed(tag.start, tag.end, tag.separates))
        if close is not None and tag.name == "raw":
            passed.append(Passed(last.start, last.end, False))
            number = close
        number += 1
    return Templates(passed, comments, rewrites)


def _tags(body: str, layout: Layout) -> list[_Found]:
    found: list[_Found] = []
    wrappers: set[str] = set()
    at = 0
    while (match := _TAG.search(body, at)) is not None:
        start, end = match.span()
        at = end
        if layout.in_code(start) or layout.in_code(end - 1):
            at = start + 2
            continue
        if match["hugo"]:
            name = match["shortcode"] or ""
            if match["close"]:
                wrappers.add(name)
            found.append(_Found(start, end, "end" + name if match["close"] else name, True))
        elif match["tag"]:
            name = match["tag"]
            found.append(_Found(start, end, name, name not in _SILENT and not name.startswith("end")))
        else:
            found.append(_Found(start, end, "", True))
    if not wrappers:
        return found
    wraps = wrappers | {"end" + name for name in wrappers}
    return [tag._replace(separates=False) if tag.name in wraps else tag for tag in found]


def _line(body: str, tag: _Found) -> bool:
    """Whether nothing else stands on the line, as far as a prefix of 80 characters and a suffix of 8 tell."""
    before = body[max(tag.start - 80, 0) : tag.start].rpartition("\n")[2]
    after = body[tag.end : tag.end + 8].partition("\n")[0]
    return not before.strip(" \t>") and not after.strip()
