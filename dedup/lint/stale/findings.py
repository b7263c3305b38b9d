"""From edited passages and their stale copies to findings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np

from dedup.lint.config import Config
from dedup.lint.diagnose.contents import contents
from dedup.lint.diagnose.diff import Changes, Difference, Words, describe, joined
from dedup.lint.diagnose.quotes import Quoter
from dedup.lint.diagnose.table import TokenTable
from dedup.lint.findings import Finding, Location, Relation
from dedup.lint.rules import Severity, stale_copy
from dedup.lint.stale.copies import Copy, Stale, places
from dedup.lint.stale.fixes import fixes
from dedup.lint.stale.version import Run
from dedup.lint.texts import Texts
from dedup.match.stream import QUARTERS
from dedup.text.reading import Reading

_GLUE: Final = re.compile(r"[-._:/@+~#]+")

Fingerprint = Callable[[str, str], str]
"""From a rule and the smallest content of a finding to its fingerprint."""


def stale_findings(
    texts: Texts, table: TokenTable, found: Sequence[Stale], config: Config, fingerprint: Fingerprint
) -> Iterator[tuple[int, int, Finding]]:
    """Yield the finding of each edited passage, after the number of its text and where it begins.

    It is at its place in the new text, with the copies as further places.

    Cost: linear in the words of the places, and in each text with a copy.
    """
    quoters: dict[int, Quoter] = {}

    def quoter(document: int) -> Quoter:
        return quoters.setdefault(document, Quoter(texts.readings[document]))

    suggested = fixes(texts, found) if texts.markups else [()] * len(found)
    for stale, changed in zip(found, suggested, strict=True):
        passage = stale.passage
        runs = places(texts, stale)
        new = runs[0][1:]
        old = Words(Quoter(texts.before[stale.document][0]), *passage.unit)
        now = Words(quoter(stale.document), *new)
        if passage.deleted:
            at = passage.new_unit[0] - new[0]
            differences = [(0, old.stop - old.first, at, at)]
        else:
            differences = joined(old, now, _whole_words(_differences(stale), old, now))
        edits = Changes(old, now, differences)
        documents, first, stop = np.array(runs, np.int64).T
        hashed = contents(texts.readings, table, *(table.documents[documents] + side for side in (first, stop)))
        locations = [_location(texts, stale.document, new, [new], hashed[0], (), "exact")]
        for copy, content in zip(stale.copies, hashed[1:], strict=True):
            shift = passage.unit[0] + copy.shift - copy.first
            there = Words(quoter(copy.document), copy.first, copy.stop)
            size = copy.stop - copy.first
            turned = [(c, d, max(a + shift, 0), min(b + shift, size)) for a, b, c, d in differences]
            changes = Changes(now, there, turned)
            same = _unchanged(stale, copy)
            locations.append(_location(texts, copy.document, (copy.first, copy.stop), same, content, changes, "near"))
        weights = [_weight(texts.readings[document], (first, stop)) for document, first, stop in runs]
        severity = config.severity_of(stale_copy.RULE.code)
        slight = passage.deleted or len(stale.copies) > stale_copy.MANY
        if slight and stale_copy.RULE.code not in config.severity:
            severity = Severity.NOTE
        weight = _weight(texts.before[stale.document][0], passage.unit)
        words = max(1, (weight if passage.deleted else min(weights)) // QUARTERS)
        deleted = words if passage.deleted else 0
        message = stale_copy.message(describe(edits), len(stale.copies), len(stale.alike), deleted)
        finding = Finding(
            rule=stale_copy.RULE.code,
            severity=severity,
            message=message,
            kind="near",
            words=words,
            similarity=0.0 if passage.deleted else _similarity(stale, texts),
            fingerprint=fingerprint(stale_copy.RULE.code, min(hashed)),
            places=tuple(locations),
            confidence=stale_copy.RULE.confidence,
            edits=edits,
            fixes=changed,
        )
        yield stale.document, locations[0].start, finding


def _differences(stale: Stale) -> list[Difference]:
    """Return the edits in tokens of the old and the new unit."""
    unit, new = stale.passage.unit[0], stale.passage.new_unit[0]
    return [
        (edit.first - unit, edit.stop - unit, edit.new_first - new, edit.new_stop - new) for edit in stale.passage.edits
    ]


def _whole_words(differences: Sequence[Difference], old: Words, now: Words) -> list[Difference]:
    """Return the edits with what is written in one with their words: of ``0.8.5``, not the 8 alone."""
    found: list[Difference] = []
    for first, stop, new_first, new_stop in differences:
        floor = found[-1][1] if found else 0
        while first > floor and _GLUE.fullmatch(_gap(old, first)) and _GLUE.fullmatch(_gap(now, new_first)):
            first, new_first = first - 1, new_first - 1
        while stop < old.stop - old.first and _GLUE.fullmatch(_gap(old, stop)) and _GLUE.fullmatch(_gap(now, new_stop)):
            stop, new_stop = stop + 1, new_stop + 1
        if found and first <= found[-1][1] and new_first <= found[-1][3]:
            first, _, new_first, _ = found.pop()
        found.append((first, stop, new_first, new_stop))
    return found


def _gap(words: Words, token: int) -> str:
    """Return what stands between the token before and a token."""
    if not 0 < token < words.stop - words.first:
        return ""
    reading, at = words.quoter.reading, words.first + token
    return reading.text[int(reading.tokens.ends[at - 1]) : int(reading.tokens.starts[at])]


def _unchanged(stale: Stale, copy: Copy) -> list[Run]:
    """Return the runs of a copy that the edited place holds, too."""
    runs = []
    first = copy.first
    for edit in stale.passage.edits:
        runs.append((first, edit.first + copy.shift))
        first = edit.stop + copy.shift
    return [run for run in (*runs, (first, copy.stop)) if run[0] < run[1]]


def _similarity(stale: Stale, texts: Texts) -> float:
    """Return the share of aligned words that are equal."""
    old, new = texts.before[stale.document][0], texts.readings[stale.document]
    edits = stale.passage.edits
    gone = sum(_weight(old, (edit.first, edit.stop)) for edit in edits)
    changed = sum(
        max(_weight(old, (edit.first, edit.stop)), _weight(new, (edit.new_first, edit.new_stop))) for edit in edits
    )
    equal = _weight(old, stale.passage.unit) - gone
    return equal / (equal + changed)


def _weight(reading: Reading, run: Run) -> int:
    return int(reading.tokens.weights[run[0] : run[1]].sum(dtype=int))


def _location(
    texts: Texts,
    document: int,
    run: Run,
    matched: Sequence[Run],
    content: str,
    changes: Changes | tuple[()],
    relation: Relation,
) -> Location:
    tokens = texts.readings[document].tokens
    spans = [(int(tokens.starts[first]), int(tokens.ends[stop - 1])) for first, stop in (run, *matched)]
    return Location(texts.sources[document], *spans[0], tuple(spans[1:]), content, changes, relation)
