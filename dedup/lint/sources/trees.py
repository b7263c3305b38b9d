"""Which page of a tree a file is: files of several trees that are the same page correspond."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

_WILDCARD: Final = re.compile(r"\*+|\?|\[!?\]?[^\]]*\]")


def page_of(pattern: str, path: str) -> str:
    """Return a path without what the pattern of its tree names.

    So "guide/a.md" is the page of "en/guide/a.md" in the tree "en/", and "a" that of "a.de.md" in the tree "*.de.md".

    Parameters
    ----------
    pattern
        A pattern of gitignore that matches the path, or a folder that it is in.
    path
        Relative to the folder that patterns are relative to, with slashes.
    """
    parts, at, page = path.split("/"), 0, []
    for piece in filter(None, pattern.split("/")):
        named = _named(piece)
        for number in range(at, len(parts)):
            match = named.fullmatch(parts[number])
            if match is not None:
                page += [*parts[at:number], "".join(match.groups())]
                at = number + 1
                break
    return "/".join(filter(None, page + parts[at:]))


@cache
def _named(piece: str) -> re.Pattern[str]:
    """Return an expression for a part of a path that one of a pattern matches; its groups are what wildcards match."""
    expression, at = "", 0
    for wildcard in _WILDCARD.finditer(piece):
        expression += re.escape(piece[at : wildcard.start()])
        expression += "(.*)" if wildcard[0][0] == "*" else "(.)"
        at = wildcard.end()
    return re.compile(expression + re.escape(piece[at:]), re.DOTALL)
