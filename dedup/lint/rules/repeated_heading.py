"""DUP008: a heading stands twice under the same parent, or repeats the title of the page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from typing import Final, NamedTuple

import numpy as np

from dedup.lint.rules.front_fields import Field, fields
from dedup.lint.rules.rule import Compared, Instance, Rule, Severity, always
from dedup.lint.rules.wording import quoted, wording, words_of
from dedup.text.reading import Reading

RULE: Final = Rule(
    code="DUP008",
    name="repeated-heading",
    severity=Severity.WARNING,
    summary="A heading is repeated under the same parent heading, or repeats the title of its page.",
    why=(
        "Two sections with one name under the same heading cannot be told apart in a table of contents, and links to "
        "them lead to the first; often one of them was pasted twice. A page whose first heading is the title in its "
        "front matter shows its title twice, where the site shows that title itself. It is not reported where most "
        "pages with both do so. Headings that come again and again are a pattern, and not reported."
    ),
    remedy="Delete one of them, or name the section after what is in it.",
    example="# Cloud team\n\n## Hiring\n\nWe look for two people.\n\n## Hiring\n\nWrite to us.\n",
    confidence=0.79,
)

_MANY: Final = 4  # copies under one parent: from here on it is a pattern
_BADGE: Final = re.compile(r"\{[#.:/][^{}\n]*\}|<sup\b[^>]*(?:/>|>.{0,99}?</sup\b[^>]*>?)", re.DOTALL | re.IGNORECASE)


class _Heading(NamedTuple):
    block: int
    level: int
    start: int
    end: int
    wording: str


def find(texts: Compared) -> Iterator[Instance]:
    """Yield the headings that stand twice under one parent, or next to each other, and those that repeat a title.

    Of texts that are not in focus, only the titles and first headings count: they show what the pages of a site do.
    Linear in the headings and in the front matter.
    """
    readings = texts.readings
    titles: list[tuple[int, Field, _Heading]] = []
    both = 0
    for document, reading in enumerate(readings):
        if document == texts.focus and (texts.habits or not titles):
            break
        # of a corpus of which most pages do so, or most do not, half is looked at
        if document >= texts.focus and abs(2 * len(titles) - both) > len(readings) - document:
            break
        title = _title(reading)
        if document >= texts.focus and title is None:
            continue
        headings = list(_headings(reading) if document < texts.focus else islice(_headings(reading), 1))
        if not headings:
            continue
        for message, repeated in _repeated(reading, headings) if document < texts.focus else ():
            yield from _instance(readings, message, [(document, heading.start, heading.end) for heading in repeated])
        if title is not None:
            both += 1
            if wording(title.value) == headings[0].wording:
                titles.append((document, title, headings[0]))
    if texts.habits.headed if texts.habits else both > 1 and 2 * len(titles) > both:
        return
    for document, title, heading in titles:
        if document >= texts.focus:
            return
        message = f"heading repeats the page's title {quoted(title.value)}"
        places = [(document, title.start, title.end), (document, heading.start, heading.end)]
        yield from _instance(readings, message, places)


def headed(reading: Reading) -> bool | None:
    """Return whether the first heading of a text repeats its title; None if it has none of either."""
    title = _title(reading)
    heading = next(_headings(reading), None) if title is not None else None
    return None if title is None or heading is None else wording(title.value) == heading.wording


def _title(reading: Reading) -> Field | None:
    return next((field for field in fields(reading) if field.name == "title"), None)


def _instance(readings: Sequence[Reading], message: str, ranges: Sequence[tuple[int, int, int]]) -> Iterator[Instance]:
    """Yield the instance with the words of these ranges; nothing if one has no word."""
    places = []
    for document, start, end in ranges:
        words = words_of(readings[document].text, start, end)
        if words is None:
            return
        places.append((document, *words))
    yield Instance(RULE.code, always(message), tuple(places))


def _headings(reading: Reading) -> Iterator[_Heading]:
    """Yield the headings of a text's outline, without anchors and badges."""
    marks = reading.marks
    blocks = np.flatnonzero((marks.levels > 0) & ~marks.landmarks)
    columns = (blocks, marks.levels[blocks], marks.starts[blocks], marks.ends[blocks])
    for block, level, start, end in zip(*(column.tolist() for column in columns), strict=True):
        begin = start - (reading.text[max(0, start - 1) : start] == "`")
        source = reading.text[begin:end]
        if "{" in source or "<" in source:
            bare = _BADGE.sub("", source)
            if source.startswith(bare.rstrip()):
                end = begin + len(bare.rstrip())
            source = bare
        yield _Heading(block, level, start, end, wording(source))


def _repeated(reading: Reading, headings: list[_Heading]) -> Iterator[tuple[str, list[_Heading]]]:
    """Yield the headings of a text that are repeated, with the message, in order."""
    groups: dict[tuple[int, int, str], list[int]] = {}
    above: list[int] = []
    parents = []
    for number, heading in enumerate(headings):
        while above and headings[above[-1]].level >= heading.level:
            above.pop()
        parents.append(above[-1] if above else -1)
        above.append(number)
        groups.setdefault((parents[number], heading.level, heading.wording), []).append(number)
    for heading, following in pairwise(headings):
        beside = following.block == heading.block + 1 and following.wording == heading.wording
        if beside and heading.level != following.level:
            yield f"heading {_quoted(reading, heading)} repeated right after itself", [heading, following]
    if len(groups) == len(headings):
        return
    sizes = Counter(parents)
    repeats = [numbers for numbers in groups.values() if len(numbers) > 1]
    repeated: Counter[int] = Counter()
    for numbers in repeats:
        repeated[parents[numbers[0]]] += len(numbers)
    for numbers in repeats:
        parent = parents[numbers[0]]
        if len(numbers) < _MANY and (repeated[parent] == 2 or 2 * repeated[parent] <= sizes[parent] + 1):
            below = f" under {_quoted(reading, headings[parent])}" if parent >= 0 else ""
            yield f"heading {_quoted(reading, headings[numbers[0]])} repeated{below}", [headings[n] for n in numbers]


def _quoted(reading: Reading, heading: _Heading) -> str:
    return quoted(reading.text[heading.start : heading.end])
