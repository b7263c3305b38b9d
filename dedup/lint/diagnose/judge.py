"""From repeats to findings: which rule each repeat breaks, and what is said about it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from itertools import chain, compress, count
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np
from xxhash import xxh3_128_hexdigest

from dedup.lint.config import Config
from dedup.lint.diagnose.boundaries import Measured, Run, measured
from dedup.lint.diagnose.diff import Changes, Runs, Words, describe, find_changes
from dedup.lint.diagnose.fingerprints import NO_CONTENT, contents
from dedup.lint.diagnose.quotes import Said
from dedup.lint.diagnose.spans import covered
from dedup.lint.findings import Failure, Finding, Location, Report, Source, Summary
from dedup.lint.rules import REPEATS, RULES, Severity
from dedup.lint.suppress.allowlist import Allowed, Hashes
from dedup.lint.suppress.apply import Standing
from dedup.lint.suppress.comments import Suppression
from dedup.match.stream import QUARTERS
from dedup.text.reading import Reading
from dedup.text.tokens import folded, tokenize

if TYPE_CHECKING:
    from dedup.match.passages import Repeat

_LONGEST = 60  # characters of a comment that are quoted


def judge(
    sources: Mapping[str, Source],
    readings: Mapping[Hashable, Reading],
    repeats: Iterable[Repeat],
    failures: Sequence[Failure] = (),
    *,
    focus: Collection[str] | None = None,
    config: Config | None = None,
    passages: Sequence[Hashes] = (),
    unused: Severity | None = Severity.WARNING,
) -> Report:
    """The report of the repeats that were found in `readings`; it and `sources` are keyed by path, in its order.

    `focus` are the paths that findings are about, None for all; `config` tells which rules are reported, and how
    grave they are; `passages` are standing passages. `unused` is how grave a comment is that nothing made use of,
    unless the configuration says so; None: that cannot be told from what was read.
    """
    config = config or Config()
    order = {path: number for number, path in enumerate(readings)}
    ordered = sorted(
        repeats, key=lambda repeat: [(order[place.document], place.start, -place.end) for place in repeat.places[:2]]
    )
    every, texts = list(readings.values()), list(sources.values())
    said = [Said(reading) for reading in every]
    counted = [focus is None or path in focus for path in readings]
    allowed = Allowed(passages, every, config.min_words) if passages else None
    standing = Standing(list(sources), every, counted, config, allowed)
    judged = [
        one for one in standing.settled(measured(every, order, ordered, config.min_words)) if config.reports(one.rule)
    ]
    hashes = iter(contents(every, [run for one in judged for run in _told(one)]))
    fingerprint = _fingerprints()
    placed: list[tuple[int, int, Finding]] = []
    for one in judged:
        told = [next(hashes) for _ in _told(one)]
        locations = _locations(one, told if len(told) > 1 else told * len(one.runs), said, texts)
        finding = Finding(
            rule=one.rule,
            severity=config.severity_of(one.rule),
            message=_message(one.rule, one.repeat, locations),
            kind=one.repeat.kind,
            words=one.repeat.words,
            similarity=one.repeat.similarity,
            fingerprint=fingerprint(one.rule, min(told)),
            places=locations,
        )
        placed.append((one.runs[0][0], locations[0].start, finding))
    for index in compress(range(len(every)), counted):
        for comment in standing.unused(index):
            severity = config.severity_of("DUP100") if comment.fault or "DUP100" in config.severity else unused
            if severity is not None and _wanted(standing, config, index, comment):
                placed.append((index, comment.start, _unused(comment, texts[index], severity, fingerprint)))
    placed.sort(key=itemgetter(0, 1))
    findings = [*(_unreadable(failure, config, fingerprint) for failure in failures), *(one for *_, one in placed)]
    rules = dict.fromkeys(RULES, 0)
    for finding in findings:
        rules[finding.rule] += 1
    words = sum(int(reading.tokens.weights.sum(dtype=np.int64)) for reading in compress(every, counted))
    repeated = _repeated(every, counted, [one.runs for one in judged])
    summary = Summary(
        {code: number for code, number in rules.items() if number}, words // QUARTERS, repeated // QUARTERS
    )
    return Report(tuple(findings), tuple(failures), len(readings), summary)


def _repeated(readings: Sequence[Reading], counted: Sequence[bool], runs: Iterable[Sequence[Run]]) -> int:
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


def _told(one: Measured) -> Sequence[Run]:
    """The runs whose contents must be computed: the places of an exact repeat all hold the same tokens."""
    return one.runs[:1] if one.repeat.kind == "exact" else one.runs


def _locations(
    one: Measured, hashes: Sequence[str], said: Sequence[Said], sources: Sequence[Source]
) -> tuple[Location, ...]:
    locations: list[Location] = []
    index, start, stop = one.runs[0]
    first = Words(said[index], start, stop)
    found: dict[str, list[Runs]] = {hashes[0]: []}
    for place, (index, start, stop), content in zip(one.repeat.places, one.runs, hashes, strict=True):
        other = Words(said[index], start, stop)
        if content not in found:  # most places of a near repeat are copies of its first, or of each other
            found[content] = find_changes(first, other, place.matched)
        changes = Changes(first, other, found[content]) if found[content] else ()
        locations.append(Location(sources[index], place.start, place.end, place.matched, content, changes))
    return tuple(locations)


def _message(rule: str, repeat: Repeat, locations: Sequence[Location]) -> str:
    places = f"{len(locations):,} places"
    files = len({location.source for location in locations})
    if files > 1:
        places += f" in {files:,} files"
    words = f"{repeat.words:,} words"
    if repeat.kind == "exact":
        return f"{words} stand in {places}, word for word" if rule == "DUP001" else f"{words} stand in {places}"
    alike = f"{words} stand in {places}, {_percent(repeat.similarity)} alike"
    different: dict[str, Location] = {}  # the changes of equal places are equal
    for location in locations:
        different.setdefault(location.content, location)
    changes = describe(change for location in different.values() for change in location.changes)
    return f"{alike}: {changes}" if changes else alike


def _percent(share: float) -> str:
    return f"{min(99, int(share * 100 + 1e-9))}%"  # rounded down: what is not the same is never 100%


def _wanted(standing: Standing, config: Config, index: int, comment: Suppression) -> bool:
    """Whether it is to be told that a comment is of no use: only if what it speaks of is reported at all."""
    if not config.reports("DUP100") or standing.ignores(index, "DUP100"):
        return False
    return bool(comment.fault) or any(config.reports(rule) and rule.startswith(comment.codes) for rule in REPEATS)


def _unused(
    comment: Suppression, source: Source, severity: Severity, fingerprint: Callable[[str, str], str]
) -> Finding:
    text = source.text[comment.start : comment.end]
    content = xxh3_128_hexdigest(" ".join(folded(text, tokenize(text))).encode())
    said = " ".join(text.split())
    said = said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"
    return Finding(
        rule="DUP100",
        severity=severity,
        message=f'"{said}" {comment.fault or "suppresses nothing"}',
        kind=None,
        words=0,
        similarity=None,
        fingerprint=fingerprint("DUP100", content),
        places=(Location(source, comment.start, comment.end, ((comment.start, comment.end),), content),),
    )


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
