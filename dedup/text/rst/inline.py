"""Inline markup of reStructuredText: what of a paragraph is hidden, and what stands between words.

The rules are those of the reStructuredText specification ("Inline markup recognition rules"): a start-string stands
after white space or an opening character and before something visible, an end-string the other way round. What is not
closed is text.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple
from unicodedata import category

from dedup.text.fold import is_digit

_NAME = r"[^\W_]++(?:[-._+:][^\W_]++)*+"
_SPECIAL = re.compile(r"[\0*`|_\[]")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED_BLANK = re.compile(r"\s[ \t]*")
_TARGET = re.compile(r"(?:(?<=[ \t\n])|(?<=`))<(?:[^<>\0]|\0.)+>\Z", re.DOTALL)
_PAIRS = frozenset(
    ("''", '""', "<>", "()", "[]", "{}", "«»", "»«", "‹›", "“”", "„“", "„”", "‘’", "‚‘", "‚’", "「」", "『』")
)
# Roles whose text is shown as it stands; with every other, "text <target>" shows the text alone.
_PLAIN = """
    abbr abbreviation ac acronym code command dfn emphasis file guilabel kbd literal mailheader makevar manpage math
    menuselection mimetype newsgroup program raw regexp samp strong sub subscript sup superscript t title
    title-reference
"""
_PLAIN_ROLES = frozenset(_PLAIN.split())
# Roles in which a backslash is a character like any other.
_RAW_ROLES = frozenset(("code", "math", "raw"))
# Roles that raise or lower their text: between two digits, what opens and closes them separates.
_RAISED_ROLES = frozenset(("sub", "subscript", "sup", "superscript"))


class Inline(NamedTuple):
    """Ranges of a text, in any order: what is transparent, and what separates."""

    hidden: list[tuple[int, int]]
    borders: list[tuple[int, int]]


class _Patterns(NamedTuple):
    """How each construct ends, by its start-string, and what may stand before one."""

    ends: dict[str, re.Pattern[str]]
    footnote: re.Pattern[str]
    suffix: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    """Made at the first use: it looks at the category of a hundred thousand characters, which takes 10 ms."""
    other = "".join(
        chr(point) for point in range(0x80, 0x11000) if category(chr(point)) in ("Pe", "Pf", "Pi", "Pd", "Po")
    )
    suffix = rf"(?=[\s\0'\")\]}}>\-/\\:.,;!?{re.escape(other)}]|\Z)"
    visible = r"(?<![\s\0])"
    return _Patterns(
        {
            "**": re.compile(visible + r"\*\*" + suffix),
            "*": re.compile(visible + r"\*" + suffix),
            "``": re.compile(r"(?<!\s)``" + suffix),
            "_`": re.compile(visible + "`" + suffix),
            "|": re.compile(visible + r"\|_{0,2}" + suffix),
            "`": re.compile(r"(?:(?<![\s\0])|(?<=\0\s))`(?P<role>:" + _NAME + r":)?(?P<reference>__?)?" + suffix),
        },
        re.compile(rf"\[(?:[0-9]++|\#(?:{_NAME})?|\*|{_NAME})\]_" + suffix),
        re.compile(suffix),
    )


def _may_precede(character: str) -> bool:
    """Whether a start-string may stand directly after this character."""
    if character.isspace() or character in "'\"<([{-/:":
        return True
    return character >= "\x80" and category(character) in ("Ps", "Pi", "Pf", "Pd", "Po")


def escapes_marked(text: str) -> str:
    """Return the text with NUL for every backslash that escapes, and for nothing else; of the same length."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    return _ESCAPE.sub("\0\\1", text) if "\\" in text else text


def read_inline(text: str, start: int, end: int, found: Inline) -> None:
    """Add what is hidden and what separates in the paragraph ``text[start:end]`` to ``found``.

    ``text`` comes from `escapes_marked`; positions are the same in both.
    Linear in the length of the paragraph: a kind of end-string that was looked for in vain is not looked for again.
    """
    special = _SPECIAL.search(text, start, end)
    if special is None:
        return
    _Paragraph(text, start, end, found).read(special.start())


class _Paragraph:
    """One paragraph while it is read."""

    __slots__ = ("begin", "end", "found", "missing", "patterns", "text")

    def __init__(self, text: str, start: int, end: int, found: Inline) -> None:
        self.text = text
        self.end = end
        self.found = found
        self.begin = start
        """Behind the last construct: a start-string may stand here whatever is before."""
        self.missing: set[str] = set()
        """Start-strings for which no end-string follows."""
        self.patterns = _patterns()

    def read(self, at: int) -> None:
        text, end = self.text, self.end
        while True:
            special = _SPECIAL.search(text, at, end)
            if special is None:
                return
            at = special.start()
            character = text[at]
            if character == "\0":
                at = self._escape(at)
            elif character == "*":
                at = self._simple("**" if text.startswith("**", at, end) else "*", at)
            elif character == "`":
                at = self._simple("``", at) if text.startswith("``", at, end) else self._interpreted(at)
            elif character == "|":
                at = at + 2 if text.startswith("||", at, end) else self._simple("|", at)
            elif character == "_":
                at = self._simple("_`", at) if text.startswith("_`", at, end) else self._reference(at)
            else:
                at = self._footnote(at)

    def _escape(self, at: int) -> int:
        """Hide a backslash, and the white space after it."""
        blank = _ESCAPED_BLANK.match(self.text, at + 1, self.end)
        self.found.hidden.append((at, at + 1 if blank is None else blank.end()))
        return min(at + 2, self.end) if blank is None else blank.end()

    def _may_start(self, at: int, after: int) -> bool:
        """Whether a start-string from ``at`` to ``after`` stands where one may."""
        text = self.text
        if after >= self.end or text[after].isspace():
            return False
        return self._may_begin(at) and (at == self.begin or text[at - 1] + text[after] not in _PAIRS)

    def _may_begin(self, at: int) -> bool:
        return at == self.begin or _may_precede(self.text[at - 1])

    def _end_of(self, mark: str, after: int) -> re.Match[str] | None:
        """Return the end-string of a construct whose start-string ends at ``after``, if it is not empty."""
        if mark in self.missing:
            return None
        close = self.patterns.ends[mark].search(self.text, after, self.end)
        if close is None:
            self.missing.add(mark)
            return None
        return close if close.start() > after else None

    def _simple(self, mark: str, at: int) -> int:
        """Read what may be emphasis, a literal, an inline target or a substitution."""
        after = at + len(mark)
        if not self._may_start(at, after):
            # "***" may still be one "*" and the two that open.
            return after if mark != "**" else at + 1 if self.text.startswith("***", at) else after
        close = self._end_of(mark, after)
        if close is None:
            self.begin = after
            return after
        self.begin = close.end()
        if mark == "|":
            self.found.borders.append((at, close.end()))
            return close.end()
        self.found.hidden.append((at, after))
        self.found.hidden.append(close.span())
        if mark != "``":
            self._escapes(after, close.start())
        return close.end()

    def _escapes(self, start: int, end: int) -> None:
        """Hide the backslashes of a construct that holds nothing else."""
        at = self.text.find("\0", start, end)
        while at >= 0:
            at = self.text.find("\0", self._escape(at), end)

    def _interpreted(self, at: int) -> int:
        """Read what may be interpreted text or a phrase reference."""
        text, after = self.text, at + 1
        first = self._role_start(at)
        if after >= self.end or text[after].isspace():
            return after
        if first == at and not self._may_start(at, after):
            return after
        close = self._end_of("`", after)
        if close is None:
            self.begin = after
            return after
        self.begin = close.end()
        role = text[first + 1 : at - 1] if first < at else (close["role"] or "::")[1:-1]
        if close["reference"] and role:  # either, but not both
            return close.end()
        is_raised = role.lower() in _RAISED_ROLES
        self._pass_over(first, after, is_raised)
        stop = close.start()
        if close["reference"] or (role and role.lower().rpartition(":")[2] not in _PLAIN_ROLES):
            stop = self._before_target(after, stop)
        self._pass_over(stop, close.end(), is_raised)
        if role.lower() not in _RAW_ROLES:
            self._escapes(after, stop)
        return close.end()

    def _pass_over(self, start: int, stop: int, is_raised: bool) -> None:
        """Hide what opens or closes a role. Between two digits it separates, if its text is raised or lowered."""
        separates = is_raised and self._is_between_digits(start, stop)
        (self.found.borders if separates else self.found.hidden).append((start, stop))

    def _is_between_digits(self, start: int, stop: int) -> bool:
        """Whether digits stand on both sides of a range, and of what is hidden before it and an escaped blank after."""
        text = self.text
        for first, end in reversed(self.found.hidden):
            if end != start:
                break
            start = first
        if text.startswith("\0", stop, self.end):
            blank = _ESCAPED_BLANK.match(text, stop + 1, self.end)
            stop = stop if blank is None else blank.end()
        return start > 0 and stop < self.end and is_digit(text[start - 1]) and is_digit(text[stop])

    def _before_target(self, start: int, end: int) -> int:
        """Where the text before an embedded ``<target>`` ends; `end` if there is none, or nothing before it."""
        text = self.text
        if text[end - 1] != ">":
            return end
        opening = text.rfind("<", start, end)
        if opening <= start or _TARGET.match(text, opening, end) is None:
            return end
        stop = opening
        while stop > start and text[stop - 1] in " \t\n":
            stop -= 1
        return stop if stop > start else end

    def _role_start(self, tick: int) -> int:
        """Where the ``:role:`` before a tick begins; `tick` if there is none."""
        text = self.text
        first = tick
        if tick - 2 < self.begin or text[tick - 1] != ":":
            return first
        joint = True
        for at in range(tick - 2, self.begin - 1, -1):
            character = text[at]
            if character.isalnum():
                joint = False
            elif joint or character not in "-._+:":
                break
            else:
                joint = True
                if character == ":" and self._may_begin(at):
                    first = at
        return first

    def _reference(self, at: int) -> int:
        """Hide the underscores after a word that is a reference."""
        text = self.text
        after = at + 1
        while after < self.end and text[after] == "_":
            after += 1
        if after - at > 2 or self.patterns.suffix.match(text, after, self.end) is None:
            return after
        first = at
        while True:
            word = first
            while word > self.begin and text[word - 1].isalnum():
                word -= 1
            if word == first:
                return after
            if self._may_begin(word):
                break
            if word == self.begin or text[word - 1] not in "._+":
                return after
            first = word - 1
        self.found.hidden.append((at, after))
        self.begin = after
        return after

    def _footnote(self, at: int) -> int:
        """Separate at what may be a reference to a footnote or citation."""
        if not self._may_begin(at):
            return at + 1
        label = self.patterns.footnote.match(self.text, at, self.end)
        if label is None:
            return at + 1
        self.found.borders.append(label.span())
        self.begin = label.end()
        return label.end()
