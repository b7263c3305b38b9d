"""Patterns of gitignore, matched as git matches them.

Git compares bytes, so a pattern and a path are the bytes of the file system here, one character a byte. A pattern
becomes a regular expression whose stars are atomic groups: each star takes the first place where what follows it
matches, and never gives it back, which is enough (the next star could reach at least as far from there). So no pattern
takes exponential time: at most the square of the path's length, times the length of the pattern.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate

_STAR, _CHARACTER, _ANYTHING, _ANY_FOLDERS, _SOME_FOLDERS = range(5)
_Token = int | str | frozenset[str]  # a wildcard, a character, or a set of characters

_SPECIAL = re.compile(r"[*?\[\\]")

_ASCII = frozenset(map(chr, range(128)))
_CLASSES = {
    "alnum": frozenset(filter(str.isalnum, _ASCII)),
    "alpha": frozenset(filter(str.isalpha, _ASCII)),
    "blank": frozenset(" \t"),
    "cntrl": frozenset(map(chr, [*range(32), 127])),
    "digit": frozenset("0123456789"),
    "graph": frozenset(map(chr, range(33, 127))),
    "lower": frozenset(filter(str.islower, _ASCII)),
    "print": frozenset(map(chr, range(32, 127))),
    "punct": frozenset(filter(lambda char: char.isprintable() and not char.isalnum() and char != " ", _ASCII)),
    "space": frozenset(" \t\n\r"),  # git's own list: no form feed, no vertical tab
    "upper": frozenset(filter(str.isupper, _ASCII)),
    "xdigit": frozenset("0123456789abcdefABCDEF"),
}


@dataclass(frozen=True)
class Pattern:
    """One line of a gitignore file.

    Attributes
    ----------
    text
        The pattern without `!`, and without a slash at either end.
    negated
        Whether it brings back what an earlier pattern ignores.
    folders_only
        Whether it matches nothing but folders.
    whole_path
        Whether it is compared with the path, and not with the last part of it alone.
    """

    text: str
    negated: bool
    folders_only: bool
    whole_path: bool

    def matches(self, path: str, is_folder: bool) -> bool:
        """Return whether this pattern, by itself, matches a path.

        Parameters
        ----------
        path
            Relative to the folder that the pattern stands for, as `encoded` returns it, without a slash at either end.
        is_folder
            Whether it is a folder. A link to a folder is none.
        """
        if self.folders_only and not is_folder:
            return False
        subject = path if self.whole_path else path[path.rfind("/") + 1 :]
        prefix, expression = self._compiled
        if not subject.startswith(prefix):
            return False
        if expression is None:
            return len(subject) == len(prefix)
        return expression.match(subject, len(prefix)) is not None

    @cached_property
    def _compiled(self) -> tuple[str, re.Pattern[str] | None]:
        """The characters before the first wildcard, and an expression for the rest, None where there is no wildcard.

        Git, too, cuts the prefix off first: that is why the stars of `a**/b` stand at the beginning of a part for it.
        """
        special = _SPECIAL.search(self.text)
        if special is None:
            return self.text, None
        try:
            expression = _expression(_tokens(self.text, special.start(), self.whole_path))
        except InvalidPatternError:
            expression = "(?!)"
        return self.text[: special.start()], re.compile(expression, re.DOTALL)


class InvalidPatternError(ValueError):
    """A pattern that matches nothing; the message says why."""


def parse(line: str) -> Pattern | None:
    """Return the pattern in a line, as `encoded` returns it, of a gitignore file; None if there is none in it."""
    if line.startswith("#"):
        return None
    text = _without_trailing_spaces(line)
    negated = text.startswith("!")
    text = text.removeprefix("!")
    folders_only = text.endswith("/")
    text = text.removesuffix("/")
    whole_path = "/" in text
    text = text.removeprefix("/")
    return Pattern(text, negated, folders_only, whole_path) if text else None


def check(line: str) -> None:
    """Raise `InvalidPatternError` for a line, as a str, whose pattern matches nothing."""
    pattern = parse(encoded(line))
    if pattern is not None:
        for token in _tokens(pattern.text, 0, pattern.whole_path):
            if token == frozenset():
                raise InvalidPatternError("a set in brackets holds no character")


def encoded(path: str) -> str:
    """Return a path as its bytes in the file system, one character a byte."""
    return path if path.isascii() else os.fsencode(path).decode("latin-1")


@dataclass(frozen=True)
class Patterns:
    """Several patterns that name files, as the configuration holds them.

    The last pattern that matches a path decides. A path that none matches is decided as the folder it lies in. Other
    than in git, a file in a folder that is matched can be taken out again with `!`.
    """

    lines: tuple[str, ...]
    _patterns: tuple[Pattern, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Parse the lines."""
        parsed = (parse(encoded(line)) for line in self.lines)
        object.__setattr__(self, "_patterns", tuple(pattern for pattern in parsed if pattern is not None))

    def match(self, path: str) -> bool:
        """Return whether a file is matched, whose path is relative to the folder that the patterns stand for."""
        path = encoded(path)
        matched = False
        for part in accumulate(path.split("/"), "{}/{}".format):
            pattern = last_match(self._patterns, part, part != path)
            if pattern is not None:
                matched = not pattern.negated
        return matched


def last_match(patterns: Iterable[Pattern], path: str, is_folder: bool) -> Pattern | None:
    """Return the last of the patterns that matches a path, None where none does."""
    return next((pattern for pattern in reversed(tuple(patterns)) if pattern.matches(path, is_folder)), None)


def _without_trailing_spaces(line: str) -> str:
    end = len(line)
    while end and line[end - 1] == " ":
        end -= 1
    if end == len(line):
        return line
    backslashes = end - len(line[:end].rstrip("\\"))
    return line[: end + backslashes % 2]


def _tokens(text: str, start: int, whole_path: bool) -> list[_Token]:
    """Cut a pattern into literal characters, sets of characters, and wildcards.

    Raises
    ------
    InvalidPatternError
        It ends inside a set or an escape, or names an unknown class of characters.
    """
    tokens: list[_Token] = []
    at = start
    while at < len(text):
        char = text[at]
        if char == "*":
            end = at
            while end < len(text) and text[end] == "*":
                end += 1
            begins_part = at == start or text[at - 1] == "/"
            if not (whole_path and end - at > 1 and begins_part):
                tokens.append(_STAR)
            elif end == len(text):
                tokens.append(_ANYTHING)
            elif text.startswith("\\/", end):  # an escaped slash: then git wants a folder, at least one
                tokens.append(_SOME_FOLDERS)
                end += 2
            elif text[end] == "/":
                tokens.append(_ANY_FOLDERS)
                end += 1
            else:
                tokens.append(_STAR)
            at = end
        elif char == "?":
            tokens.append(_CHARACTER)
            at += 1
        elif char == "[":
            characters, at = _set(text, at + 1)
            tokens.append(characters)
        else:
            at += char == "\\"
            if at == len(text):
                raise InvalidPatternError("nothing follows its last backslash")
            tokens.append(text[at])
            at += 1
    return tokens


def _set(text: str, at: int) -> tuple[frozenset[str], int]:
    """Return the characters of a set, which begins behind its bracket, and where the set ends."""
    negated = text[at : at + 1] in ("!", "^")
    first = at = at + negated
    characters: set[str] = set()
    before = ""  # what a range may begin with
    while at == first or text[at : at + 1] != "]":
        if at >= len(text):
            raise InvalidPatternError("a bracket is not closed")
        if text.startswith("[:", at):
            end = text.find("]", at + 2)
            if end < 0:
                raise InvalidPatternError("a bracket is not closed")
            if end > at + 2 and text[end - 1] == ":":
                name = text[at + 2 : end - 1]
                if name not in _CLASSES:
                    raise InvalidPatternError(f"[:{name}:] is not a class of characters")
                characters |= _CLASSES[name]
                before, at = "", end + 1
                continue
        is_range = text[at] == "-" and before != "" and text[at + 1 : at + 2] not in ("", "]")
        at += is_range
        at += text[at] == "\\"
        if at >= len(text):
            raise InvalidPatternError("a bracket is not closed")
        if is_range:
            characters.update(map(chr, range(ord(before), ord(text[at]) + 1)))
            before = ""
        else:
            characters.add(text[at])
            before = text[at]
        at += 1
    every = map(chr, range(1, 256)) if negated else characters
    return frozenset(char for char in every if char != "/" and (char in characters) != negated), at + 1


def _expression(tokens: Sequence[_Token]) -> str:
    """Return a regular expression, for `re.DOTALL`, that matches all that is left of a path.

    Folders are matched first as far as they need to reach, then the stars between them; only the last of each may have
    to reach further, because it must reach the end.
    """
    parts: list[tuple[str, list[str]]] = [("", [""])]  # a wildcard for folders, and what follows it, cut before stars
    for token in tokens:
        pieces = parts[-1][1]
        if token in (_ANY_FOLDERS, _SOME_FOLDERS):
            parts.append((f"(?:[^/]*/){'*' if token == _ANY_FOLDERS else '+'}?", [""]))
        elif token == _STAR:
            pieces.append("[^/]*?")
        elif token == _CHARACTER:
            pieces[-1] += "[^/]"
        elif token == _ANYTHING:
            pieces[-1] += ".*"
        elif isinstance(token, frozenset):
            members = "".join(f"\\x{ord(char):02x}" for char in sorted(token))
            pieces[-1] += f"[{members}]" if members else "(?!)"
        else:
            pieces[-1] += re.escape(str(token))
    return _atomic([folders + _atomic(pieces) for folders, pieces in parts]) + r"\Z"


def _atomic(pieces: Sequence[str]) -> str:
    """Return an expression for several, each but the last of which is never matched again in another way."""
    return "".join(f"(?>{piece})" for piece in pieces[:-1]) + pieces[-1]
