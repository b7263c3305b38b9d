"""DUP009: two documents have the same title or the same description."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final

from dedup.lint.rules.front_fields import Field, fields
from dedup.lint.rules.rule import Compared, Instance, Rule, Severity
from dedup.lint.rules.wording import quoted, wording, words_of
from dedup.text.reading import Reading

Value = tuple[str, str]
"""The name of a field, and its wording."""

RULE: Final = Rule(
    code="DUP009",
    name="repeated-title",
    severity=Severity.WARNING,
    summary="Two documents have the same title or description in their front matter.",
    why=(
        "Pages with one title cannot be told apart in search results, menus and bookmarks. Often a page was begun as a "
        "copy of another, and its front matter was forgotten. Where at least half of the pages share their "
        "title with another, as in folders for several versions, titles are not reported; so it is for descriptions."
    ),
    remedy="Give each document a title and a description of its own.",
    example='---\ntitle: "Opening hours in winter"\n---\n\nThe museum closes at four.\n',
    confidence=0.83,
)


def find(texts: Compared) -> Iterator[Instance]:
    """Yield the titles and descriptions that several documents have; none if each is compared with itself only.

    Linear in the front matter.
    """
    if texts.within:
        return
    readings = texts.readings
    groups: dict[Value, list[tuple[int, Field]]] = {}
    for document in texts.habits.documents if texts.habits else range(len(readings)):
        for field in fields(readings[document]):
            groups.setdefault((field.name, wording(field.value)), []).append((document, field))
    habit = texts.habits.shared if texts.habits else often_shared({key: len(uses) for key, uses in groups.items()})
    for (name, _), uses in groups.items():
        if len(uses) < 2 or name in habit:
            continue
        words = [(document, words_of(readings[document].text, field.start, field.end)) for document, field in uses]
        places = tuple((document, *span) for document, span in words if span is not None)
        if len(places) == len(uses):
            yield Instance(RULE.code, partial(_message, f"{name} {quoted(uses[0][1].value)}"), places)


def values(reading: Reading) -> frozenset[Value]:
    """Return the title and the description of a text, as they are compared. Linear in its front matter."""
    return frozenset((field.name, wording(field.value)) for field in fields(reading))


def often_shared(uses: Mapping[Value, int]) -> set[str]:
    """Return of which fields at least half of the values are shared, given in how many documents each is."""
    used: Counter[str] = Counter()
    shared: Counter[str] = Counter()
    for (name, _), count in uses.items():
        used[name] += count
        shared[name] += count if count > 1 else 0
    # two documents alone are no tree whose convention could be seen
    return {name for name in used if used[name] > 2 and 2 * shared[name] >= used[name]}


def _message(subject: str, documents: int) -> str:
    return f"{subject} used by {documents} documents"
