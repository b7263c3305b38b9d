"""Boxes in Markdown that its parsers take for something else: admonitions, details and tabs of MkDocs, and callouts.

What is indented below ``!!! note`` would be code, and Obsidian's ``> [!tip]+ Title`` a quotation with a line of prose.
Both are made into what the parser knows, character for character: the first into an item of a list, whose text begins
in the same column, and the second into an alert of GitHub's.
"""

from __future__ import annotations

import re

from dedup.text.markdown.masks import Look, Masked, Passed, rewritten

_TITLE = r'(?:[ ]++"[^\r\n]*")'
_TYPE = r"[ ]?[\w-]++(?:[ ]++[\w-]++)*+"
_BOX = re.compile(
    rf"""^(?P<prefix>[ \t>]*+)
    (?P<line>(?:!!!{_TYPE}{_TITLE}?|\?\?\?\+?(?:{_TYPE}{_TITLE}?|{_TITLE})|===[!+]{{0,2}}{_TITLE})[ \t]*+)
    (?=[\r\n]|\Z)""",
    re.MULTILINE | re.VERBOSE,
)
_BLANK_LINES = re.compile(r"(?:\r?\n[ \t>]*+(?=[\r\n]))*+\r?\n")
_SIGNS = ("!!!", "???", '=== "', "===!", "===+")
_ITEM = "+   #"
"""An item that begins with an empty heading, and whose text stands in the fifth column."""
_DEPTH = 6
"""Boxes inside more boxes than these are left as the code that the parser takes them for."""

_CALLOUT = re.compile(
    r"""^(?P<prefix>(?:[ \t]*+(?:[-*+]|\d{1,9}[.)])[ \t]++)*+[ \t>]*?>[ \t]?)
    (?P<line>\[!(?P<type>[A-Za-z][\w-]*+)(?:\|[^]\r\n]*+)?\](?![(\[:])[^\r\n]*+)""",
    re.MULTILINE | re.VERBOSE,
)
_QUOTATION = re.compile(r"(?:[ \t]*+(?:[-*+]|\d{1,9}[.)])[ \t]++)*+[ \t>]*+")
_ALERT = "[!TIP]"
_ALERTS = frozenset(("caution", "important", "note", "tip", "warning"))
_QUOTES = frozenset(("cite", "quote"))


def mask_boxes(body: str, look: Look) -> Masked:
    """Rewrite the first lines of boxes, and pass over them. Linear in the length of the text; at most six parses."""
    passed: list[Passed] = []
    boxes: list[int] = []
    candidates: list[re.Match[str]] = []
    # looked for first, because the expressions look at every line
    if any(sign in body for sign in _SIGNS):
        candidates = [found for found in _BOX.finditer(body) if _has_content(body, found)]
    for _ in range(_DEPTH):
        if not candidates:
            break
        layout = look(body)
        outside = [found for found in candidates if not layout.in_code(found.start("line"))]
        if not outside:
            break
        candidates = [found for found in candidates if layout.in_code(found.start("line"))]
        spans = [found.span("line") for found in outside]
        body = rewritten(body, [(start, _ITEM.ljust(end - start)) for start, end in spans])
        passed += [Passed(start, end, True) for start, end in spans]
        boxes += [start for start, _ in spans]
    callouts: list[re.Match[str]] = []
    if "[!" in body:
        callouts = [found for found in _CALLOUT.finditer(body) if _opens_quotation(body, found)]
    if callouts:
        layout = look(body)
        spans = [found.span("line") for found in callouts if not layout.in_code(found.start("line"))]
        body = rewritten(body, [(start, _callout(body[start:end])) for start, end in spans])
        passed += [Passed(start, end, True) for start, end in spans]
    return Masked(body, passed, [], sorted(boxes))


def _has_content(body: str, found: re.Match[str]) -> bool:
    """Whether the next line that is not blank is indented by four columns more."""
    if found.end("line") - found.start("line") < len(_ITEM):
        return False
    blank = _BLANK_LINES.match(body, found.end())
    if blank is None or not body.startswith(found["prefix"], blank.end()):
        return False
    return body.startswith(("    ", "\t"), blank.end() + len(found["prefix"]))


def _opens_quotation(body: str, found: re.Match[str]) -> bool:
    """Whether a callout that the parser does not know stands on the first line of a quotation."""
    if found["type"].lower() in _ALERTS and found["line"].rstrip() == f"[!{found['type']}]":
        return False
    end = found.start()
    above = body[body.rfind("\n", 0, max(end - 1, 0)) + 1 : end]
    prefix = _QUOTATION.match(above)
    return prefix is None or prefix[0].count(">") < found["prefix"].count(">")


def _callout(line: str) -> str:
    """Return the line as the parser is to see it: an alert, or nothing in a quotation."""
    found = _CALLOUT.match(f">{line}")
    is_quote = found is not None and found["type"].lower() in _QUOTES
    return (_ALERT if len(line) >= len(_ALERT) and not is_quote else "").ljust(len(line))
