"""Directives in Markdown: fences of colons (Docusaurus, VitePress, MyST, Pandoc) and MyST's fences of ticks."""

from __future__ import annotations

import re
from bisect import bisect_right

from dedup.text.markdown.masks import Layout, Look, Masked, Passed, blanked, rewritten

_COLONS = re.compile(r"^[ \t>]*+(?:(?:[-*+]|\d{1,9}[.)])[ \t]++)?(?P<fence>:{3,}+)(?P<rest>[^\r\n]*+)", re.MULTILINE)
# What is a fence in any case. A name with words after it may be prose; group 1 is a name that touches the colons.
_SURE = re.compile(
    r"""[ \t]*+(?:\{[^{}]++\}.*+
    |\.?[A-Za-z][\w:.-]*+[ \t]*+(?:\[.*\])?[ \t]*+(?:\{[^{}]*+\})?[ \t]*+(?:\w[\w:-]*+=.*+)?:*+[ \t]*+)""",
    re.VERBOSE,
)
_UNSURE = re.compile(r"(?:([A-Za-z][\w:.-]*+)|[ \t]++[A-Za-z][\w:.-]*+)[ \t]++\S.*+")
_NAME = re.compile(r"[ \t]*+\{([\w:.-]++)\}")
_TICKS = re.compile(r"(?P<fence>`{3,}+|~{3,}+)(?P<rest>[ \t]*+\{(?P<name>[\w:.-]++)\}[^\r\n]*+)")
_CLOSING = re.compile(r"[ \t>]*+(?P<fence>`{3,}+|~{3,}+)[ \t]*+\Z")
_LINE = re.compile(r"(?P<prefix>[ \t>]*+)(?P<rest>[^\r\n]*+)(?:\r?\n|\Z)")
_OPTION = re.compile(r":[A-Za-z][\w-]*+:(?:[ \t]|\Z)")
_PROSE_NAMES = """
    admonition attention aside card caution centered container danger deprecated details div dropdown epigraph
    error example exercise figure glossary grid grid-item grid-item-card hint highlights important info
    list-table margin note only proof pull-quote question rubric seealso sidebar solution success tab tab-item
    tab-set tabs tip todo topic versionadded versionchanged versionremoved warning
"""
_PROSE = frozenset(_PROSE_NAMES.split())
_CODE_NAMES = """
    code code-block code-cell csv-table doctest eval-rst graphviz highlight ipython literalinclude math mermaid
    parsed-literal prompt raw sourcecode testcode testoutput toctree
"""
_CODE = frozenset(_CODE_NAMES.split())
# Deeper nesting than anyone writes is left as the code that the parser takes it for.
_DEPTH = 4


def mask_directives(body: str, look: Look) -> Masked:
    """Blank the lines of fences and the options below them; what they hold is read as what it is.

    A fence of ticks is taken for a directive only under a name that is known to hold prose: others hold code, of which
    the options are passed over if the name is known. The content of a directive of colons that is known to hold code
    is fenced as code. Unclosed directives change nothing but their own lines. Linear in the length of the text.
    """
    passed: list[Passed] = []
    if "```{" in body or "~~~{" in body or "``` {" in body:
        for _ in range(_DEPTH):
            layout = look(body)
            opened = _open_fences(body, layout)
            if not opened:
                break
            body = blanked(body, opened, [])
            passed += opened
    if ":::" in body:
        found, rewrites = _colon_fences(body, look(body))
        body = blanked(rewritten(body, rewrites), found, [])
        passed += found
    return Masked(body, passed, [], [])


def _open_fences(body: str, layout: Layout) -> list[Passed]:
    passed: list[Passed] = []
    for start, end in layout.fenced:
        fence = _TICKS.match(body, start, end)
        if fence is not None and fence["name"] in _CODE:
            passed += _options(body, fence.end(), end)
        if fence is None or not (fence["name"] in _PROSE or fence["name"].startswith("prf:")):
            continue
        passed.append(Passed(start, fence.end(), True))
        passed += _options(body, fence.end(), end)
        last = body.rfind("\n", start, len(body[start:end].rstrip()) + start) + 1
        closing = _CLOSING.match(body[last:end].rstrip())
        if last > start and closing is not None and closing["fence"].startswith(fence["fence"]):
            begin = last + closing.start("fence")
            if not passed or passed[-1].end <= begin:
                passed.append(Passed(begin, last + closing.end("fence"), True))
    return passed


def _colon_fences(body: str, layout: Layout) -> tuple[list[Passed], list[tuple[int, str]]]:
    lines = [line for line in _COLONS.finditer(body) if not layout.in_code(line.start("fence"))]
    closers = [number for number, line in enumerate(lines) if not line["rest"].strip()]
    passed: list[Passed] = []
    rewrites: list[tuple[int, str]] = []
    opened = False
    skip = 0
    for number, line in enumerate(lines):
        if number < skip:
            continue
        start, end = line.start("fence"), line.end()
        rest = line["rest"]
        if not rest.strip():
            if opened:
                passed.append(Passed(start, end, True))
            continue
        next_closer = bisect_right(closers, number)
        close = closers[next_closer] if next_closer < len(closers) else None
        if not _opens(rest, close is not None):
            continue
        opened = True
        name = _NAME.match(rest)
        if name is not None and name[1] in _CODE and close is not None:
            last = lines[close]
            if len(last["fence"]) == len(line["fence"]):
                fence = "~" * len(line["fence"])
                rewrites.append((start, fence.ljust(end - start)))
                rewrites.append((last.start("fence"), fence))
                skip = close + 1
                continue
        passed.append(Passed(start, end, True))
        if name is not None:
            passed += _options(body, end, len(body))
    return passed, rewrites


def _opens(rest: str, closed: bool) -> bool:
    """Whether colons followed by this are a fence: a known name does, or a closing fence further down."""
    if _SURE.fullmatch(rest) is not None:
        return True
    named = _UNSURE.fullmatch(rest)
    return named is not None and (closed or named[1] in _PROSE)


def _options(body: str, at: int, end: int) -> list[Passed]:
    """Return the options below the line that ends at `at`: lines such as ``:class: tip``, or lines between ``---``."""
    passed: list[Passed] = []
    at = body.find("\n", at, end) + 1
    line = _LINE.match(body, at, end) if at else None
    if line is None:
        return passed
    if line["rest"].rstrip() == "---":
        while line is not None and line.end() < end:
            passed.append(Passed(line.start("rest"), line.end("rest"), True))
            line = _LINE.match(body, line.end(), end)
            if line is None or not line["rest"].strip() or len(passed) > 50:
                return []
            if line["rest"].rstrip() == "---":
                return [*passed, Passed(line.start("rest"), line.end("rest"), True)]
        return []
    while line is not None and _OPTION.match(line["rest"]) is not None:
        passed.append(Passed(line.start("rest"), line.end("rest"), True))
        line = _LINE.match(body, line.end(), end) if line.end() < end else None
    return passed
