"""Configuration: the table ``[tool.dedup]`` of the nearest pyproject.toml, or a dedup.toml."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import chain
from typing import Any, Final

from dedup.lint.errors import ConfigurationError
from dedup.lint.rules import RULES, Severity
from dedup.lint.sources.patterns import InvalidPatternError, Patterns, check
from dedup.text.markups import EXTENSIONS

FILES: Final = ("dedup.toml", "pyproject.toml")
"""Where configuration is looked for in each folder, the first that speaks of dedup winning."""
DEFAULT: Final = "default"
"""What stands for the file where nothing was configured."""

KEYS: Final = (
    "min-words",
    "min-similarity",
    "select",
    "ignore",
    "include",
    "exclude",
    "headings",
    "cells",
    "quotes",
    "baseline",
    "allow",
    "per-file-ignores",
    "groups",
    "severity",
)
"""Every key of the table."""

_LEAST_WORDS, _MOST_WORDS = 4, 1_000_000


@dataclass(frozen=True, slots=True)
class Config:
    """What is in force. Patterns are those of .gitignore, relative to the folder of the file they stand in."""

    min_words: int = 8
    min_similarity: float = 0.6
    select: tuple[str, ...] = ("DUP",)
    """Rules that are reported: codes, or the beginnings of codes."""
    ignore: tuple[str, ...] = ()
    """Rules that are not, even if selected."""
    include: tuple[str, ...] = ()
    """The corpus: files that those on the command line are compared with."""
    exclude: tuple[str, ...] = ()
    """Files that are never read, even if they are named."""
    headings: bool = False
    cells: bool = False
    quotes: bool = False
    """Whether headings, table cells and block quotes are compared."""
    baseline: str | None = None
    """The file of known findings, as an absolute path."""
    allow: str | None = None
    """The file of standing passages, as an absolute path."""
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By pattern, the rules that are ignored in the files it matches."""
    groups: tuple[tuple[str, ...], ...] = ()
    """Groups of trees that are expected to repeat each other, each tree as a pattern."""
    severity: Mapping[str, str] = field(default_factory=dict)
    """By rule: "error", "warning" or "note"."""
    root: str = "."
    """The folder that patterns are relative to."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """Where each key's value comes from, by key as it is written; `DEFAULT` where it is not here."""

    @property
    def markups(self) -> Mapping[str, str]:
        """The markup by extension."""
        return EXTENSIONS

    @property
    def blocks(self) -> frozenset[str]:
        """The kinds of block that are compared: a heading, a table cell or a quotation that stands twice is most often
        meant."""
        chosen = {"heading": self.headings, "cell": self.cells, "quote": self.quotes}
        return frozenset({"prose", "list", *(kind for kind, wanted in chosen.items() if wanted)})

    def reports(self, rule: str) -> bool:
        """Whether findings of this rule are reported: the longest code that names it decides, and of equal ones
        `ignore`. Files that could not be read are always reported."""
        wanted = max((len(code) for code in self.select if rule.startswith(code)), default=0)
        unwanted = max((len(code) for code in self.ignore if rule.startswith(code)), default=0)
        return rule == "DUP900" or wanted > unwanted

    def severity_of(self, rule: str) -> Severity:
        """How much a finding of this rule weighs."""
        named = self.severity.get(rule)
        return RULES[rule].severity if named is None else Severity[named.upper()]

    def with_rules(self, select: tuple[str, ...], ignore: tuple[str, ...]) -> Config:
        """The same with these rules in the place of those selected and ignored, where any are named.

        ConfigurationError: a code is none, nor the beginning of one.
        """
        _check_codes("--select", select)
        _check_codes("--ignore", ignore)
        return replace(self, select=select or self.select, ignore=ignore or self.ignore)

    def excluded(self, path: str) -> bool:
        """Whether a file is never read. Patterns speak of files below the configuration's folder only."""
        return bool(self.exclude) and _matches(self.exclude, self._below(path))

    def included(self, path: str) -> bool:
        """Whether a file is in the corpus."""
        return bool(self.include) and _matches(self.include, self._below(path))

    def ignored_in(self, path: str) -> tuple[str, ...]:
        """The rules that are ignored in a file: codes, or how they begin."""
        if not self.per_file_ignores:
            return ()
        below, patterns = self._below(path), self.per_file_ignores.items()
        return tuple(code for pattern, codes in patterns if _matches((pattern,), below) for code in codes)

    def tree_of(self, path: str) -> tuple[int, int] | None:
        """The number of the first group, and of the first tree in it, that a file belongs to."""
        if not self.groups:
            return None
        below = self._below(path)
        numbers = ((group, tree) for group, trees in enumerate(self.groups) for tree in range(len(trees)))
        return next(((group, tree) for group, tree in numbers if _matches((self.groups[group][tree],), below)), None)

    def _below(self, path: str) -> str:
        """A path from the configuration's folder; one outside of it begins with "../"."""
        return os.path.relpath(os.path.realpath(path), os.path.realpath(self.root)).replace(os.sep, "/")


def find(folder: str) -> Config:
    """The configuration of the nearest file, from a folder upwards; the defaults where there is none.

    A pyproject.toml without ``[tool.dedup]`` is passed over. The search ends at the root of a git repository.

    Raises:
        ConfigurationError: the file found cannot be read, or says something that is not allowed.
    """
    folder = os.path.realpath(folder)
    while True:
        for name in FILES:
            path = os.path.join(folder, name)
            if os.path.isfile(path):
                table = _table(path)
                if table is not None:
                    return _checked(path, table)
        above = os.path.dirname(folder)
        if above == folder or os.path.lexists(os.path.join(folder, ".git")):
            return Config()
        folder = above


def load(path: str) -> Config:
    """The configuration of one file, named by the user: a pyproject.toml must have the table, any other file is it.

    Raises:
        ConfigurationError: it cannot be read, has no such table, or says something that is not allowed.
    """
    table = _table(path)
    if table is None:
        raise ConfigurationError(f"{path}: has no table [tool.dedup]")
    return _checked(path, table)


def _table(path: str) -> dict[str, Any] | None:
    in_project = os.path.basename(path) == "pyproject.toml"
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        raise ConfigurationError(f"{path}: could not be read: {error.strerror or error}") from None
    if in_project and b"dedup" not in data:  # most projects' files: 3 ms are saved, which tomllib takes to import
        return None
    import tomllib

    try:
        whole = tomllib.loads(data.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: is not TOML: {error}") from None
    if not in_project:
        return whole
    tool = whole.get("tool", {})
    table = tool.get("dedup") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise ConfigurationError(f"{path}: tool.dedup is {table!r}; allowed is a table")
    return table


def _checked(path: str, table: Mapping[str, Any]) -> Config:
    """A configuration from what stands in a file."""
    import msgspec

    try:
        values: Any = msgspec.convert(table, _schema(), strict=True)
    except msgspec.ValidationError as error:
        raise ConfigurationError(f"{path}: {_explained(str(error), table)}") from None
    given = {_name(key): getattr(values, _name(key)) for key in table}
    for key in ("select", "ignore"):
        _check_codes(f"{path}: {key}", given.get(key, ()))
    for code, severity in given.get("severity", {}).items():
        if code not in RULES:
            raise ConfigurationError(f"{path}: severity is set for {code!r}; {_rules()}")
        if severity.upper() not in Severity.__members__:
            allowed = ", ".join(repr(one.label) for one in Severity)
            raise ConfigurationError(f"{path}: severity of {code} is {severity!r}; allowed: {allowed}")
    for pattern, codes in given.get("per_file_ignores", {}).items():
        _check_codes(f"{path}: per-file-ignores of {pattern!r}", codes)
    patterns = {
        "include": given.get("include", ()),
        "exclude": given.get("exclude", ()),
        "per-file-ignores": tuple(given.get("per_file_ignores", ())),
        "groups": tuple(chain.from_iterable(given.get("groups", ()))),
    }
    for key, several in patterns.items():
        for pattern in several:
            try:
                check(pattern)
            except InvalidPatternError as error:
                message = f"{path}: {key} holds {pattern!r}, an invalid gitignore pattern: {error}"
                raise ConfigurationError(message) from None
    root = os.path.dirname(os.path.abspath(path))
    for key in ("baseline", "allow"):
        if key in given:
            given[key] = os.path.join(root, given[key])
    return Config(**given, root=root, sources=dict.fromkeys(table, path))


def _check_codes(where: str, codes: tuple[str, ...]) -> None:
    for code in codes:
        if not code or not any(rule.startswith(code) for rule in RULES):
            raise ConfigurationError(f"{where} holds {code!r}; {_rules()}")


def _schema() -> type:
    """What may stand in the table, for msgspec to check."""
    from typing import Annotated

    from msgspec import UNSET, Meta, UnsetType, defstruct

    types: dict[str, Any] = {
        "min-words": Annotated[int, Meta(ge=_LEAST_WORDS, le=_MOST_WORDS)],
        "min-similarity": Annotated[float, Meta(gt=0, le=1)],
        "headings": bool,
        "cells": bool,
        "quotes": bool,
        "baseline": str,
        "allow": str,
        "per-file-ignores": dict[str, tuple[str, ...]],
        "groups": tuple[tuple[str, ...], ...],
        "severity": dict[str, str],
    }
    fields = [(_name(key), types.get(key, tuple[str, ...]) | UnsetType, UNSET) for key in KEYS]
    return defstruct("Table", fields, rename="kebab", forbid_unknown_fields=True)


def _name(key: str) -> str:
    return key.replace("-", "_")


def _explained(message: str, table: Mapping[str, Any]) -> str:
    """What msgspec says, with the nearest key for one that is not known."""
    unknown = [key for key in table if key not in KEYS]
    if not unknown:
        return message
    from difflib import get_close_matches

    near = get_close_matches(unknown[0].replace("_", "-"), KEYS, n=1)
    suggestion = f"did you mean {near[0]!r}?" if near else f"allowed: {', '.join(KEYS)}"
    return f"{unknown[0]!r} is not known; {suggestion}"


def _rules() -> str:
    return f"allowed are codes of rules, or how they begin: {', '.join(RULES)}"


def _matches(patterns: tuple[str, ...], below: str) -> bool:
    return not below.startswith("../") and _patterns(patterns).match(below)


@cache
def _patterns(lines: tuple[str, ...]) -> Patterns:
    return Patterns(lines)
