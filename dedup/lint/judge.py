"""From repeats to findings: which rule each repeat breaks, and what is said about it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, compress, count
from typing import TYPE_CHECKING

import numpy as np
from xxhash import xxh3_128_hexdigest

from dedup.lint.changes import Words, describe, find_changes
from dedup.lint.config import Config
from dedup.lint.content import NO_CONTENT, contents
from dedup.lint.findings import Change, Failure, Finding, Location, Report, Source, Summary
from dedup.lint.places import covered, token_runs, whole_paragraphs
from dedup.lint.rules import RULES
from dedup.text.reading import Reading

if TYPE_CHECKING:
    from dedup.match.passages import Repeat

_Run = tuple[int, int, int]  # index of the reading, first token, token behind the last


def judge(
    sources: Mapping[str, Source],
    readings: Mapping[Hashable, Reading],
    repeats: Iterable[Repeat],
    failures: Sequence[Failure] = (),
    *,
    focus: Collection[str] | None = None,
    config: Config | None = None,
) -> Report:
    """The report of the repeats that were found in `readings`; it and `sources` are keyed by path, in its order.

    `focus` are the paths whose words are counted, None for all; `config` tells which rules are reported, and how
    grave they are.
    """
    config = config or Config()
    order = {path: number for number, path in enumerate(readings)}
    ordered = sorted(
        repeats, key=lambda repeat: [(order[place.document], place.start, -place.end) for place in repeat.places[:2]]
    )
    every, texts = list(readings.values()), list(sources.values())
    runs, whole = _measure(every, order, ordered)
    rules_of = [_rule(repeat, are_whole) for repeat, are_whole in zip(ordered, whole, strict=True)]
    reported = [config.reports(rule) for rule in rules_of]
    ordered, runs = list(compress(ordered, reported)), list(compress(runs, reported))
    hashes = iter(
        contents(every, [run for repeat, places in zip(ordered, runs, strict=True) for run in _told(repeat, places)])
    )
    fingerprint = _fingerprints()
    findings = [_unreadable(failure, config, fingerprint) for failure in failures]
    for repeat, places, rule in zip(ordered, runs, compress(rules_of, reported), strict=True):
        told = [next(hashes) for _ in _told(repeat, places)]
        locations = _locations(repeat, places, told if len(told) > 1 else told * len(places), every, texts)
        findings.append(
            Finding(
                rule=rule,
                severity=config.severity_of(rule),
                message=_message(rule, repeat, locations),
                kind=repeat.kind,
                words=repeat.words,
                similarity=repeat.similarity,
                fingerprint=fingerprint(rule, min(told)),
                places=locations,
            )
        )
    rules = dict.fromkeys(RULES, 0)
    for finding in findings:
        rules[finding.rule] += 1
    counted = [focus is None or path in focus for path in readings]
    words = sum(int(reading.tokens.weights.sum(dtype=np.int64)) for reading in compress(every, counted))
    repeated = _repeated(every, counted, runs)
    summary = Summary({code: number for code, number in rules.items() if number}, words // 4, repeated // 4)
    return Report(tuple(findings), tuple(failures), len(readings), summary)


def _measure(
    readings: Sequence[Reading], order: Mapping[Hashable, int], repeats: Sequence[Repeat]
) -> tuple[list[list[_Run]], list[bool]]:
    """The token runs of all places, and which repeats are whole paragraphs only."""
    spans: dict[int, tuple[list[int], list[int]]] = {}
    for repeat in repeats:
        for place in repeat.places:
            starts, ends = spans.setdefault(order[place.document], ([], []))
            starts.append(place.start)
            ends.append(place.end)
    measured: dict[int, Iterator[tuple[int, int, bool]]] = {}
    for index, (starts, ends) in spans.items():
        reading = readings[index]
        first, behind = token_runs(reading, starts, ends)
        whole = whole_paragraphs(reading, first, behind)
        measured[index] = zip(first.tolist(), behind.tolist(), whole.tolist(), strict=True)
    runs: list[list[_Run]] = []
    all_whole: list[bool] = []
    for repeat in repeats:
        places: list[_Run] = []
        are_whole = True
        for place in repeat.places:
            index = order[place.document]
            start, stop, is_whole = next(measured[index])
            places.append((index, start, stop))
            are_whole &= is_whole
        runs.append(places)
        all_whole.append(are_whole)
    return runs, all_whole


def _rule(repeat: Repeat, are_whole: bool) -> str:
    if not are_whole:
        return "DUP003"
    return "DUP001" if repeat.kind == "exact" else "DUP002"


def _repeated(readings: Sequence[Reading], counted: Sequence[bool], runs: Iterable[list[_Run]]) -> int:
    """The weight of all tokens in places, of the readings that are counted."""
    spans: dict[int, list[tuple[int, int]]] = {}
    for index, first, behind in chain.from_iterable(runs):
        if counted[index]:
            spans.setdefault(index, []).append((first, behind))
    total = 0
    for index, every in spans.items():
        weights, bounds = readings[index].tokens.weights, np.array(every, np.int64)
        total += int(weights[covered(len(weights), bounds[:, 0], bounds[:, 1])].sum(dtype=np.int64))
    return total


def _told(repeat: Repeat, places: list[_Run]) -> list[_Run]:
    """The runs whose contents must be computed: the places of an exact repeat all hold the same tokens."""
    return places[:1] if repeat.kind == "exact" else places


def _locations(
    repeat: Repeat, runs: Sequence[_Run], hashes: Sequence[str], readings: Sequence[Reading], sources: Sequence[Source]
) -> tuple[Location, ...]:
    locations: list[Location] = []
    index, start, stop = runs[0]
    first = Words(readings[index], start, stop)
    for place, (index, start, stop), content in zip(repeat.places, runs, hashes, strict=True):
        changes: tuple[Change, ...] = ()
        if repeat.kind == "near" and locations:
            changes = find_changes(first, Words(readings[index], start, stop), place.matched)
        locations.append(Location(sources[index], place.start, place.end, place.matched, content, changes))
    return tuple(locations)


def _message(rule: str, repeat: Repeat, locations: Sequence[Location]) -> str:
    places = f"{len(locations):,} places"
    files = len({location.path for location in locations})
    if files > 1:
        places += f" in {files:,} files"
    words = f"{repeat.words:,} words"
    if repeat.kind == "exact":
        return f"{words} stand in {places}, word for word" if rule == "DUP001" else f"{words} stand in {places}"
    alike = f"{words} stand in {places}, {_percent(repeat.similarity)} alike"
    changes = describe(change for location in locations for change in location.changes)
    return f"{alike}: {changes}" if changes else alike


def _percent(share: float) -> str:
    return f"{min(99, int(share * 100 + 1e-9))}%"  # rounded down: what is not the same is never 100%


def _unreadable(failure: Failure, config: Config, fingerprint: Callable[[str, str], str]) -> Finding:
    source = Source(failure.path, failure.readable)
    end = len(failure.readable)
    return Finding(
        rule="DUP900",
        severity=config.severity_of("DUP900"),
        message=failure.message,
        kind=None,
        words=0,
        similarity=None,
        # nothing was read, so the path stands where the content of a repeat would
        fingerprint=fingerprint("DUP900", xxh3_128_hexdigest(failure.path.encode("utf-8", "surrogateescape"))),
        places=(Location(source, end, end, (), NO_CONTENT),),
    )


def _fingerprints() -> Callable[[str, str], str]:
    """A function from (rule, smallest content) to the fingerprint; an ordinal tells those apart that would be equal."""
    seen: dict[tuple[str, str], count[int]] = {}

    def fingerprint(rule: str, content: str) -> str:
        ordinal = next(seen.setdefault((rule, content), count()))
        return xxh3_128_hexdigest(f"{rule} {content} {ordinal}".encode())

    return fingerprint
