"""DUP009: two documents have the same title or the same description."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Final

from dedup.lint.rules.front_fields import Field, fields
from dedup.lint.rules.rule import Compared, Instance, Rule, Severity
from dedup.lint.rules.wording import quoted, wording, words_of

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
    groups: dict[tuple[str, str], list[tuple[int, Field]]] = {}
    for document, reading in enumerate(readings):
        for field in fields(reading):
            groups.setdefault((field.name, wording(field.value)), []).append((document, field))
    used: Counter[str] = Counter()
    shared: Counter[str] = Counter()
    for (name, _), uses in groups.items():
        used[name] += len(uses)
        shared[name] += len(uses) if len(uses) > 1 else 0
    for (name, _), uses in groups.items():
        # two documents alone are no tree whose convention could be seen
        if len(uses) < 2 or (used[name] > 2 and 2 * shared[name] >= used[name]):
            continue
        words = [(document, words_of(readings[document].text, field.start, field.end)) for document, field in uses]
        places = tuple((document, *span) for document, span in words if span is not None)
        if len(places) == len(uses):
            yield Instance(RULE.code, partial(_message, f"{name} {quoted(uses[0][1].value)}"), places)


def _message(subject: str, documents: int) -> str:
    return f"{subject} used by {documents} documents"
