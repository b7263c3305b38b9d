"""The rules: what each code means. A rule is a page, and a file of its own if it has more to say than that."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from dedup.lint.rules import (
    exact_paragraph,
    near_paragraph,
    passage,
    published_passage,
    repeated_heading,
    repeated_item,
    repeated_passage,
    repeated_title,
    repeated_words,
    stale_copy,
    unreadable_file,
    unused_suppression,
)
from dedup.lint.rules.passage import Passage
from dedup.lint.rules.rule import Compared, Instance, Rule, Severity

__all__ = [
    "DETECTORS",
    "MESSAGES",
    "PASSAGES",
    "REPEATS",
    "RULES",
    "Compared",
    "Instance",
    "Rule",
    "Severity",
    "find_rule",
]

RULES: Final[dict[str, Rule]] = {
    rule.code: rule
    for rule in (
        exact_paragraph.RULE,
        near_paragraph.RULE,
        repeated_passage.RULE,
        published_passage.RULE,
        repeated_words.RULE,
        stale_copy.RULE,
        repeated_item.RULE,
        repeated_heading.RULE,
        repeated_title.RULE,
        unused_suppression.RULE,
        unreadable_file.RULE,
    )
}
"""Every rule by its code, in the order of codes."""

PASSAGES: Final = (
    exact_paragraph.RULE.code,
    near_paragraph.RULE.code,
    repeated_passage.RULE.code,
    published_passage.RULE.code,
)
"""The rules about passages that are found by comparing texts."""

MESSAGES: Final[Mapping[str, Callable[[Passage], str]]] = {
    exact_paragraph.RULE.code: exact_paragraph.message,
    near_paragraph.RULE.code: passage.message,
    repeated_passage.RULE.code: passage.message,
    published_passage.RULE.code: published_passage.message,
}
"""How each of them words a finding."""

REPEATS: Final = tuple(code for code in RULES if code not in (unused_suppression.RULE.code, unreadable_file.RULE.code))
"""The rules about repeats of any kind: the others are about comments and files."""

DETECTORS: Final[Mapping[str, Callable[[Compared], Iterable[Instance]]]] = {
    repeated_words.RULE.code: repeated_words.detect,
    repeated_item.RULE.code: repeated_item.find,
    repeated_heading.RULE.code: repeated_heading.find,
    repeated_title.RULE.code: repeated_title.find,
}
"""The rules that look at the texts themselves."""


def find_rule(code_or_name: str) -> Rule | None:
    """Return the rule of that code or name, in upper or lower case; None if there is none."""
    wanted = code_or_name.strip().casefold()
    return next((rule for rule in RULES.values() if wanted in (rule.code.casefold(), rule.name)), None)
