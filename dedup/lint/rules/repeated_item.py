"""DUP007: an item stands twice in one list, a row twice in one table, a link twice in one list."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.lint.rules.definitions import repeated_definitions
from dedup.lint.rules.items import Items
from dedup.lint.rules.rule import Compared, Instance, Rule, Severity, always
from dedup.lint.rules.wording import quoted, shown, wording, wording_at
from dedup.text.reading import Reading

RULE: Final = Rule(
    code="DUP007",
    name="repeated-item",
    severity=Severity.WARNING,
    summary="An item is repeated in its list, or a row in its table.",
    why=(
        "A list in which an item appears twice was most often put together from two, or an entry was added that was "
        "there already. Items and rows are compared with all that is inside them, at any length; links must have the "
        "same targets. An item that is only a link is repeated if another item of the list begins with that link. "
        "Numbered steps, labelled values and rows without words may be repeated."
    ),
    remedy="Delete one of them, or say how they differ.",
    example=(
        "- [Opening hours](hours.md)\n- [Ticket prices](prices.md)\n- [Opening hours](hours.md)\n"
        "- [How to get here](map.md)\n"
    ),
    confidence=0.94,
)

_MANY: Final = 4  # copies in one list: from here on it is a pattern
_TARGET: Final = re.compile(
    r"""\]\(\s*<?([^()\s>]+)|\]\[([^\]\n]+)\]|\bhref\s*=\s*["']?([^"'\s>]+)|<([^<>\n]+)>`|\b(https?://[^\s)<>"'`]+)"""
)
_LINK: Final = re.compile(r"([^\[\]\n]*(?:\[[^\[\]\n]*\][^\[\]\n]*)*)\](?:\(\s*<?([^()\s>]+)[^()\n]*\)|\[([^\]\n]+)\])")
_NUMBERED: Final = re.compile(r"(?:\d{1,9}|[A-Za-z#])[.)]\s+[^\w\s]*\Z")
_NEAR: Final = 20_000  # characters in which the tag of a list is looked for
_LIST_TAG: Final = re.compile(r"<(/?)(ol|ul|dl)\b", re.IGNORECASE)
_LABEL: Final = re.compile(r"[^:：]{1,60}(?<!https)(?<!http)[:：](?=[\s*_`]|\Z)(?=.*\w)", re.DOTALL)
_LETTERS: Final = re.compile(r"[^\W\d_]{2}|[^\W\d_a-zA-Z]")


def find(texts: Compared) -> Iterator[Instance]:
    """Yield the items, rows, links and definitions that stand twice in one text.

    Linear in the texts, n log n in their items.
    """
    readings = texts.in_focus
    items = Items.of(readings)
    if len(items.lists):
        yield from _in_lists(readings, items)
    for document, reading in enumerate(readings):
        for message, spans in repeated_definitions(reading):
            yield Instance(RULE.code, always(message), tuple((document, start, end) for start, end in spans))


class _Repeat(NamedTuple):
    what: str
    rows: list[int]
    stops: list[int]
    """One past the last token of each that is repeated."""


def _in_lists(readings: Sequence[Reading], items: Items) -> Iterator[Instance]:
    """Yield what is repeated in lists and tables, without what is all part of something else that is."""
    hashes = np.concatenate([reading.tokens.hashes for reading in readings])
    offsets = np.cumsum([0] + [len(reading.tokens.hashes) for reading in readings])
    found = [*_equal(readings, items, hashes), *_links(readings, items, offsets)]
    reported = np.zeros(len(hashes), np.bool_)
    for what, rows, stops in sorted(found, key=lambda repeat: (items.first[repeat.rows[0]], -repeat.stops[0])):
        spans = list(zip(items.first[rows].tolist(), stops, strict=True))
        if all(reported[first:stop].all() for first, stop in spans):
            continue
        document = int(items.documents[rows[0]])
        tokens, offset = readings[document].tokens, int(offsets[document])
        places = []
        for first, stop in spans:
            reported[first:stop] = True
            places.append((document, int(tokens.starts[first - offset]), int(tokens.ends[stop - 1 - offset])))
        end = min(places[0][2], int(readings[document].marks.ends[items.own[rows[0]] - 1]))
        source = readings[document].text[places[0][1] : end]
        yield Instance(RULE.code, always(f"{what}: {quoted(source)}"), tuple(places))


def _equal(readings: Sequence[Reading], items: Items, hashes: NDArray[np.uint64]) -> Iterator[_Repeat]:
    """Yield the items and rows that are repeated as a whole in their list or table."""
    groups = [same for rows in items.equal(hashes) for same in _alike(readings, items, rows)]
    sizes = Counter(items.lists.tolist())
    repeated: Counter[int] = Counter()
    for rows in groups:
        repeated[int(items.lists[rows[0]])] += len(rows)
    for rows in groups:
        number = int(items.lists[rows[0]])
        # where half of a list is repeated, or an item often, its items are data
        if len(rows) >= _MANY or 2 * repeated[number] > sizes[number] + 1:
            continue
        reading = readings[int(items.documents[rows[0]])]
        source = shown(_source(reading, items, rows[0]))
        if not _LETTERS.search(source):
            continue
        is_row = bool(items.rows[rows[0]])
        # "Components: the server" may belong to several entries, and a step may have to be done again
        again = not is_row and (_LABEL.match(source) or any(_numbered(reading, items, row) for row in rows))
        if again and not all(np.diff(items.ranks[rows]) == 1):
            continue
        what = "row repeated in this table" if is_row else "item repeated in this list"
        yield _Repeat(what, rows, items.stop[rows].tolist())


def _alike(readings: Sequence[Reading], items: Items, rows: list[int]) -> Iterator[list[int]]:
    """Yield those items with equal words that also have the same signs, and the same targets or none."""
    by_look: dict[object, dict[tuple[str, ...], list[int]]] = {}
    for row in rows:
        reading = readings[int(items.documents[row])]
        source = _source(reading, items, row)
        blocks = slice(int(items.blocks[row]), int(items.ends[row]))
        spans = zip(reading.marks.starts[blocks].tolist(), reading.marks.ends[blocks].tolist(), strict=True)
        look = tuple(wording_at(reading.text, start, end) for start, end in spans), wording(source).casefold()
        opening = _before(reading, items, row).rpartition("\n")[2]
        targets = tuple(next(filter(None, match.groups())) for match in _TARGET.finditer(opening + source))
        by_look.setdefault(look, {}).setdefault(targets, []).append(row)
    for by_targets in by_look.values():
        if len(by_targets) == 2 and () in by_targets:
            yield sorted(row for same in by_targets.values() for row in same)
        else:
            yield from (same for same in by_targets.values() if len(same) > 1)


def _source(reading: Reading, items: Items, row: int) -> str:
    """Return an item as it stands in the text, with the lists inside it."""
    marks = reading.marks
    return reading.text[int(marks.starts[items.blocks[row]]) : int(marks.ends[items.ends[row] - 1])]


def _before(reading: Reading, items: Items, row: int) -> str:
    """Return what stands between an item and the block before it: the last of it."""
    block = int(items.blocks[row])
    start = int(reading.marks.starts[block])
    return reading.text[max(int(reading.marks.ends[block - 1]) if block else 0, start - 400) : start]


def _numbered(reading: Reading, items: Items, row: int) -> bool:
    """Whether an item has a number or a letter: steps may be repeated."""
    before = _before(reading, items, row)
    if "<" not in before:
        return _NUMBERED.search(before) is not None
    start = int(reading.marks.starts[items.blocks[row]])
    opened = list(_LIST_TAG.finditer(reading.text, max(0, start - _NEAR), start))
    depth = 0
    for tag in reversed(opened):
        depth += 1 if tag[1] else -1
        if depth < 0:
            return tag[2].lower() == "ol"
    return False


def _links(readings: Sequence[Reading], items: Items, offsets: NDArray[np.int64]) -> Iterator[_Repeat]:
    """Yield the items that begin with one link, if one of them is the beginning of the others.

    Items of one list and of the lists inside it are compared; those with the address of another page, in the whole
    text: in collections of links, an entry that was added twice is often in two sections. Links to a section of the
    same page, and those whose target is defined elsewhere, are cross references, and often repeated in several lists.
    """
    leads: dict[tuple[bool, int, str, str], list[int]] = {}
    rests: dict[int, str] = {}
    columns = (items.documents, items.starts, items.own, items.outermost, items.rows)
    for row, (document, start, own, root, is_row) in enumerate(zip(*(c.tolist() for c in columns), strict=True)):
        text = readings[document].text
        if start and text[start - 1] == "[" and (link := _LINK.match(text, start)) is not None:
            another_page = link[2] is not None and not link[2].startswith("#")
            if another_page or not is_row:
                key = (another_page, document if another_page else root, wording(link[1]), link[2] or link[3])
                leads.setdefault(key, []).append(row)
                rests[row] = text[link.end() : max(link.end(), int(readings[document].marks.ends[own - 1]))]
    for rows in leads.values():
        if 2 <= len(rows) < _MANY:
            first, *others = sorted((wording(rests[row]) for row in rows), key=len)
            if not all(other.startswith(first) for other in others):
                continue
            rows.sort(key=lambda row: int(items.first[row]))
            reading = readings[document := int(items.documents[rows[0]])]
            ends = reading.marks.ends[items.own[rows] - 1]
            stops = (np.searchsorted(reading.tokens.starts, ends) + offsets[document]).tolist()
            one = len(set(items.outermost[rows].tolist())) == 1
            yield _Repeat("link repeated in this list" if one else "link repeated in another list", rows, stops)
