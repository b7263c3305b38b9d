"""MDX: Markdown with imports, exports, the tags of JSX and expressions in braces, passed over."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from dedup.text.markdown.flavours import mask_tags
from dedup.text.markdown.masks import FILLER, Layout, Look, Masked, Passed, Spans, blanked, rewritten

# Where something may begin. Braces of formulas and whatever is escaped are text.
_BEGINNING = re.compile(r"(?P<text>\\[A-Za-z]*+\{|\\[<{]|[\^_}]\{)|[<{]|^(?:import|export)[ \t]", re.MULTILINE)
_IMPORT = re.compile(
    r"""import\s++(?:type\s++)?(?:(?:[\w$]++(?:\s*+,\s*+)?)?(?:\{[\w\s$,]*+\}|\*\s++as\s++[\w$]++)?\s*+from\s*+)?
    ("[^"\n]*+"|'[^'\n]*+')[ \t]*+;?[^\n]*+""",
    re.VERBOSE,
)
_EXPORT = re.compile(
    r"""export\s++(?:
        (?:const|let|var)\s++(?:[\w$]++\s*+[=:;,]|[\[{])
        |(?:default\s++)?(?:async\s++)?(?:function\b[\s*]*+[\w$]*+\s*+\(|class\s[^\n]*\{)
        |(?:type|interface|enum)\s++[\w$]++[^\n]*[={]
        |default\s++(?:[({\[<"'`]|[\w$.]++[ \t]*+(?:[(;]|=>|\r?\n|\Z))
        |\*[^\n]*\bfrom\s*+["']|\{[\w\s$,]*+\})""",
    re.VERBOSE,
)
_TAG = re.compile(r"<(?P<close>/?)(?P<name>[A-Za-z_$][\w$.-]*+(?::[A-Za-z_$][\w$-]*+)?)?(?=[\s/>])")
_BLANK_AHEAD = r"(?![ \t]*+\r?(?:\n|\Z))"
_TAG_PART = re.compile(
    rf"""(?:[^<>{{}}"'\n]|\n{_BLANK_AHEAD})*+
    (?:"(?:[^"\n]|\n{_BLANK_AHEAD})*+"|'(?:[^'\n]|\n{_BLANK_AHEAD})*+'|(?P<brace>\{{)|(?P<end>>))""",
    re.VERBOSE,
)
# What JavaScript is made of, as far as braces go.
_SCRIPT = re.compile(
    r"""(?P<comment>/\*(?:(?!/\*).)*?\*/)|(?<!:)//[^\n]*+
    |"(?:[^"\\\n]|\\.)*+"|'(?:[^'\\\n]|\\.)*+'|`(?:[^`\\]|\\.)*+`
    |(?P<open>\{)|(?P<close>\})""",
    re.VERBOSE | re.DOTALL,
)
_COMMENT = re.compile(r"\{\s*+/\*((?:(?!\*/).)*+)\*/\s*+\}", re.DOTALL)
_BLANK_LINE = re.compile(r"\n[ \t]*+\r?(?:\n|\Z)")
_FENCE = re.compile(r"[ \t]*+(?P<fence>`{3,}+(?=[^`\n]*+(?:\n|\Z))|~{3,}+)(?P<info>[^\n]*+)")
_INDENT = re.compile(r"[ \t]*+")
_FILLED = re.compile(r"[^\r\n]")


class _Braces:
    """Which braces of a text belong together. Of braces that stay open, those inside are not looked at again."""

    def __init__(self, body: str) -> None:
        self.body = body
        self.ends: dict[int, int] = {}
        self.seen = len(body)

    def end(self, start: int) -> int | None:
        """Behind the brace that closes the one at `start`; None if none does."""
        if start >= self.seen or start in self.ends:
            return self.ends.get(start)
        open_braces: list[int] = []
        for token in _SCRIPT.finditer(self.body, start):
            if token["open"]:
                open_braces.append(token.start())
            elif token["close"] and open_braces:
                self.ends[open_braces.pop()] = token.end()
                if not open_braces:
                    return token.end()
        self.seen = start
        return None


def mask_mdx(body: str, look: Look) -> Masked:
    """Blank what is script in an MDX text without lone CRs or surrogates, and the directives and templates in it.

    Tags of HTML stay, without attributes that hold expressions. Nothing is code for being indented, so what the
    parser takes for such code is moved: its fences to the left, and its indentation is filled. Linear in the length of
    the text; at most a dozen parses.
    """
    # In MDX no block of HTML keeps Markdown from being read: without `<` the parser sees the code in it.
    for _ in range(2):
        layout = look(body.replace("<", "x"))
        if not layout.indented:
            break
        body = rewritten(body, _outdented(body, layout.indented))
    passed, comments, rewrites = _find(body, layout)
    body = blanked(rewritten(body, rewrites), passed, [])
    masked = mask_tags(body, look)
    body = masked.body
    for _ in range(2):
        layout = look(body)
        if not layout.indented:
            break
        body = rewritten(body, _outdented(body, layout.indented))
    return Masked(body, [*passed, *masked.passed], [*comments, *masked.comments], [])


def _outdented(body: str, indented: Spans) -> list[tuple[int, str]]:
    rewrites: list[tuple[int, str]] = []
    for start, end in indented:
        line = body.rfind("\n", 0, start) + 1
        base = max(start - line - 4, 0)
        if body[line + base : start].strip(" \t"):
            base = start - line
        fence = ""
        while line < end:
            stop = body.find("\n", line)
            stop = len(body) if stop < 0 else stop
            begin = min(line + base, stop)
            found = _FENCE.match(body, begin)
            indent = _INDENT.match(body, begin)
            if fence:
                if found is not None and found["fence"].startswith(fence) and not found["info"].strip():
                    rewrites.append((begin, fence.ljust(stop - begin)))
                    fence = ""
            elif found is not None:
                fence = found["fence"]
                rewrites.append((begin, fence.ljust(stop - begin)))
            elif indent is not None and indent.end() < stop:
                rewrites.append((begin, FILLER * (indent.end() - begin)))
            line = stop + 1
    return rewrites


def _find(body: str, layout: Layout) -> tuple[list[Passed], Spans, list[tuple[int, str]]]:
    """Return what is passed over, the content of comments, and attributes to blank."""
    passed: list[Passed] = []
    comments: Spans = []
    rewrites: list[tuple[int, str]] = []
    braces = _Braces(body)
    code = [start for start, _ in layout.code]
    fences = [start for start, _ in layout.fenced]
    blanks = [blank.start() for blank in _BLANK_LINE.finditer(body)]
    closings = [closing.start() for closing in re.finditer("-->", body)]
    at = 0
    while (found := _BEGINNING.search(body, at)) is not None:
        start = found.start()
        at = found.end()
        if found["text"]:
            continue
        block = bisect_right(code, start) - 1
        if block >= 0 and start < layout.code[block][1]:
            at = layout.code[block][1]
            continue
        if body[start] == "{":
            end = braces.end(start)
            if end is None or not _may_reach(body, start, end, fences, blanks):
                continue
            comment = _COMMENT.fullmatch(body, start, end)
            if comment is not None:
                comments.append(comment.span(1))
            passed.append(Passed(start, end, comment is None))
            at = end
        elif body.startswith("<!--", start):
            # Indented, as inside the tags of JSX, the parser would take it for the text of a paragraph.
            place = bisect_left(closings, start + 2)
            if place == len(closings) or not _may_reach(body, start, closings[place] + 3, fences, blanks):
                continue
            comments.append((start + 4, max(start + 4, closings[place])))
            at = closings[place] + 3
            passed.append(Passed(start, at, False))
        elif body[start] == "<":
            tag = _TAG.match(body, start)
            end = None if tag is None else _tag_end(body, tag.end(), braces)
            if tag is None or end is None or layout.in_code(end - 1):
                continue
            at = end
            name = tag["name"] or ""
            if name.islower() and "." not in name:
                attributes = body[tag.end() : end - 1]
                if "{" in attributes:
                    rewrites.append((tag.end(), _FILLED.sub(" ", attributes)))
                continue
            passed.append(Passed(start, end, body[end - 2] == "/" and not tag["close"]))
        elif _opens_block(body, start, passed):
            end = _statement_end(body, start, braces, fences)
            if end is not None:
                passed.append(Passed(start, end, True))
                at = end
    return passed, comments, rewrites


def _may_reach(body: str, start: int, end: int, fences: list[int], blanks: list[int]) -> bool:
    """Whether an expression may hold what this one does: no block of code, and on a line of text no blank line."""
    if bisect_right(fences, start) != bisect_right(fences, end):
        return False
    before = body[max(start - 80, 0) : start].rpartition("\n")[2]
    return not before.strip(" \t>") or bisect_left(blanks, start) == bisect_left(blanks, end)


def _tag_end(body: str, at: int, braces: _Braces) -> int | None:
    """Behind the ``>`` of the tag whose name ends at `at`; None if it is none."""
    while (part := _TAG_PART.match(body, at)) is not None:
        if part["end"]:
            return part.end()
        if part["brace"]:
            end = braces.end(part.start("brace"))
            if end is None:
                return None
            at = end
        else:
            at = part.end()
    return None


def _opens_block(body: str, start: int, passed: list[Passed]) -> bool:
    """Whether a blank line, nothing, or another statement stands before."""
    line = body.rfind("\n", 0, max(start - 1, 0)) + 1
    return not body[line:start].strip() or bool(passed and line <= passed[-1].end - 1 < start)


def _statement_end(body: str, start: int, braces: _Braces, fences: list[int]) -> int | None:
    """Return the end of the line on which an import or export ends; None if it is neither."""
    imported = _IMPORT.match(body, start)
    if imported is not None:
        return imported.end()
    if _EXPORT.match(body, start) is None:
        return None
    at = start
    while True:
        blank = _BLANK_LINE.search(body, at)
        stop = len(body) if blank is None else blank.start()
        while (brace := body.find("{", at, stop)) >= 0:
            end = braces.end(brace)
            if end is None or bisect_right(fences, brace) != bisect_right(fences, end):
                return stop
            at = end
        if at <= stop:
            return stop
