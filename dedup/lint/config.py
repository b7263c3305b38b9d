"""The configuration: every key with its type, bounds, default and help, and what follows from the values."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from dedup.lint.config_values import (
    ADDRESS,
    BLOCK,
    CODE,
    EXTENSION,
    MARKUP,
    PATH,
    PATTERN,
    RULE,
    SEVERITY,
    Kind,
    ListOf,
    Number,
    TableOf,
)
from dedup.lint.rules import RULES, Severity
from dedup.text.markups import with_extensions

if TYPE_CHECKING:
    from dedup.lint.sources.patterns import Patterns

DEFAULT: Final = "default"
"""What `dedup config` shows instead of a file for a value that is not configured."""

_EMPTY: Final[Mapping[str, Any]] = MappingProxyType({})


def _key(default: Any, kind: Kind, help_text: str) -> Any:
    """Return a field of `Config` that is a key of the configuration."""
    metadata = {"kind": kind, "help": help_text}
    if isinstance(default, Mapping):
        return field(default_factory=lambda: default, metadata=metadata)
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True)
class Config:
    """The values of all keys. Patterns are those of .gitignore, relative to `root`."""

    min_words: int = _key(8, Number(int, 4, 1_000_000), "Minimum length of a repeated passage, in words.")
    min_similarity: float = _key(
        0.6, Number(float, 0, 1, above=True), "Minimum share of words that changed passages have in common."
    )
    min_confidence: float = _key(
        0.25,
        Number(float, 0, 1),
        "Minimum confidence of a finding: how likely an editor acts on it. At 0 everything is reported.",
    )
    select: tuple[str, ...] = _key(("DUP",), ListOf(CODE), "Rule codes or prefixes to enable.")
    ignore: tuple[str, ...] = _key(
        (), ListOf(CODE), "Rule codes or prefixes to disable. A longer code in `select` overrides a shorter one here."
    )
    include: tuple[str, ...] = _key(
        (), ListOf(PATTERN), "Patterns of the corpus: files that those on the command line are compared with."
    )
    exclude: tuple[str, ...] = _key(
        (), ListOf(PATTERN), "Patterns of files that are never read, even if they are on the command line."
    )
    extensions: Mapping[str, str] = _key(
        _EMPTY,
        TableOf(EXTENSION, MARKUP),
        "Markup of files by extension, beside the known extensions. The longest extension of a name decides.",
    )
    blocks: tuple[str, ...] = _key(
        ("prose", "heading", "list", "cell", "quote", "code", "comment"), ListOf(BLOCK), "Kinds of block that are read."
    )
    baseline: str | None = _key(None, PATH, "File with known findings, which are not reported.")
    allow: str | None = _key(None, PATH, "File with passages that may be repeated anywhere.")
    archive: str | None = _key(
        None, ADDRESS, "Archive of published documents, a file or postgresql://…, whose passages are reported."
    )
    per_file_ignores: Mapping[str, tuple[str, ...]] = _key(
        _EMPTY, TableOf(PATTERN, ListOf(CODE)), "Rule codes or prefixes to disable in the files that a pattern matches."
    )
    groups: tuple[tuple[str, ...], ...] = _key(
        (),
        ListOf(ListOf(PATTERN)),
        "Groups of trees, such as translations or versions, whose corresponding files may repeat each other. Each tree "
        "is a pattern.",
    )
    severity: Mapping[str, str] = _key(_EMPTY, TableOf(RULE, SEVERITY), "Severity by rule: error, warning or note.")
    root: str = "."
    """The folder that patterns are relative to."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """The file of each value, by key; a key that is not configured is missing."""

    @property
    def markups(self) -> Mapping[str, str]:
        """The name of the markup by extension, the known extensions included."""
        return with_extensions(self.extensions)

    def reports(self, rule: str) -> bool:
        """Return whether findings of this rule are reported.

        The longest code that begins the rule's decides, and `ignore` if there is one of equal length in both lists.
        Files that could not be read are always reported.
        """
        wanted = max((len(code) for code in self.select if rule.startswith(code)), default=0)
        unwanted = max((len(code) for code in self.ignore if rule.startswith(code)), default=0)
        return rule == "DUP900" or wanted > unwanted

    def severity_of(self, rule: str) -> Severity:
        """Return the severity of a rule's findings."""
        label = self.severity.get(rule)
        return RULES[rule].severity if label is None else Severity[label.upper()]

    def with_rules(self, select: tuple[str, ...], ignore: tuple[str, ...]) -> Config:
        """Return the same with other rules selected, or ignored, if any are given.

        Raises
        ------
        ConfigurationError
            A code is unknown.
        """
        for option, codes in (("--select", select), ("--ignore", ignore)):
            for code in codes:
                CODE.read(option, code)
        return replace(self, select=select or self.select, ignore=ignore or self.ignore)

    def excluded(self, path: str) -> bool:
        """Return whether a file is never read. Patterns match files below the configuration's folder only."""
        return bool(self.exclude) and _matches(self.exclude, self.below_root(path))

    def included(self, path: str) -> bool:
        """Return whether a file is in the corpus."""
        return bool(self.include) and _matches(self.include, self.below_root(path))

    def ignored_in(self, path: str) -> tuple[str, ...]:
        """Return the codes and prefixes of the rules that are ignored in a file."""
        if not self.per_file_ignores:
            return ()
        below, patterns = self.below_root(path), self.per_file_ignores.items()
        return tuple(code for pattern, codes in patterns if _matches((pattern,), below) for code in codes)

    def tree_of(self, path: str) -> Tree | None:
        """Return the first tree, of the first group, that a file belongs to; None if there is none."""
        if not self.groups:
            return None
        from dedup.lint.sources.trees import page_of  # deferred: most configurations have no groups

        below = self.below_root(path)
        trees = ((group, tree, pattern) for group, each in enumerate(self.groups) for tree, pattern in enumerate(each))
        found = ((group, tree, pattern) for group, tree, pattern in trees if _matches((pattern,), below))
        return next((Tree(group, tree, page_of(pattern, below)) for group, tree, pattern in found), None)

    def below_root(self, path: str) -> str:
        """Return a path relative to the configuration's folder; outside of it, it begins with "../"."""
        return os.path.relpath(os.path.realpath(path), os.path.realpath(self.root)).replace(os.sep, "/")


class Tree(NamedTuple):
    """A tree of a group that a file belongs to."""

    group: int
    number: int
    page: str
    """The file's path without what the pattern of the tree names: files of several trees with one page correspond."""


class Key(NamedTuple):
    """A key of the configuration.

    Attributes
    ----------
    name
        As it is written in TOML.
    kind
        What its value may be.
    default
        Its value if it is not configured; None if it has none.
    help
        What it does, in one or two sentences.
    """

    name: str
    kind: Kind
    default: Any
    help: str

    @property
    def field(self) -> str:
        """The name of its field in `Config`."""
        return self.name.replace("-", "_")


def _keys() -> Mapping[str, Key]:
    keys = {}
    for declared in fields(Config):
        if declared.metadata:
            name = declared.name.replace("_", "-")
            default = declared.default if declared.default_factory is MISSING else declared.default_factory()
            keys[name] = Key(name, declared.metadata["kind"], default, declared.metadata["help"])
    return MappingProxyType(keys)


KEYS: Final = _keys()
"""Every key by its name, in the order in which they are shown."""


def _matches(patterns: tuple[str, ...], below: str) -> bool:
    return not below.startswith("../") and _patterns(patterns).match(below)


@cache
def _patterns(lines: tuple[str, ...]) -> Patterns:
    from dedup.lint.sources.patterns import Patterns  # deferred: most runs have no pattern

    return Patterns(lines)
