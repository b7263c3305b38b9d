"""How the wording of a place is compared and quoted, and where its words begin and end."""

from __future__ import annotations

import re
from typing import Final

from dedup.text.tokens import tokenize

_LONGEST: Final = 60
_TAG: Final = r"</?(?:a|abbr|b|br|code|em|i|img|kbd|li|p|s|small|span|strong|sub|sup|tt|u|var)\b[^<>]*>"
_MARKUP: Final = re.compile(
    r"((?<!`)`++[^`]*+`++(?!_))|\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)|\]\[[^\]\n]*\]|\s<[^<>\n]+>(?=`)|:\w+:(?=`)|[\[\]]|"
    + _TAG
)


def shown(source: str) -> str:
    """Return a source without the targets and brackets of links and the tags of emphasis; code stays as it is."""
    if "]" in source or "<" in source or ":`" in source or "[" in source:
        source = _MARKUP.sub(lambda match: match[1] or "", source)
    return source


def wording(source: str) -> str:
    """Return what makes two places equal: all but the width of blanks, emphasis, links, and signs that end a sentence.

    Other signs count, because words do not tell ``C`` from ``C++``; so does case where there is code.
    """
    line = " ".join(shown(source).split()).rstrip(".,;:")
    return line.replace("`", "").replace("**", "") if "`" in line else line.replace("*", "").casefold()


def wording_at(text: str, start: int, end: int) -> str:
    """Return the wording of a range of a text, which may begin right after the tick that opens code."""
    return wording(text[start - (text[max(0, start - 1) : start] == "`") : end])


def quoted(source: str) -> str:
    """Return a source as a message quotes it: on one line, shortened."""
    line = " ".join(shown(source).split())
    return f'"{line}"' if len(line) <= _LONGEST else f'"{line[: _LONGEST - 1].rstrip()}…"'


def words_of(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return where the first word of a range begins and its last word ends; None if there is no word."""
    tokens = tokenize(text[start:end])
    return (start + int(tokens.starts[0]), start + int(tokens.ends[-1])) if len(tokens.hashes) else None
