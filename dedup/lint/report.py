"""From what is reported to findings: places, messages, fingerprints, counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np
from xxhash import xxh3_128_hexdigest

from dedup.lint.config import Config
from dedup.lint.diagnose.confidence import FEATURES, contributions
from dedup.lint.diagnose.contents import NO_CONTENT, contents
from dedup.lint.diagnose.diff import Changes, Difference, Words, describe, find_changes
from dedup.lint.diagnose.judge import Judged
from dedup.lint.diagnose.quotes import Quoter
from dedup.lint.diagnose.table import TokenTable, covered
from dedup.lint.findings import Change, Evidence, Failure, Finding, Location, Relation, Report, Source, Summary, Totals
from dedup.lint.rank import Ranked
from dedup.lint.rules import MESSAGES, PASSAGES, RULES, Instance, unused_suppression
from dedup.lint.rules.passage import Passage
from dedup.lint.suppress.apply import Unused
from dedup.lint.texts import Texts
from dedup.lint.totals import totals
from dedup.match.merge import Repeats
from dedup.match.stream import QUARTERS
from dedup.text.tokens import folded, tokenize

if TYPE_CHECKING:
    from dedup.lint.published import Published

Fingerprint = Callable[[str, str], str]


def report(
    texts: Texts,
    table: TokenTable,
    ranked: Ranked,
    unused: Sequence[Unused],
    failures: Sequence[Failure],
    config: Config,
    statistics: bool = False,
    published: Sequence[Published] = (),
) -> Report:
    """Return the report of what is left after suppression and ranking.

    Parameters
    ----------
    texts, table
        What was read, and all its tokens.
    ranked
        What is reported.
    unused
        The comments to report as unused.
    failures
        The files that could not be read.
    config
        Tells how serious each rule is.
    statistics
        Whether the summary has totals by file and by pair of files.
    published
        What of the texts was published before.

    Returns
    -------
    Report
        Files that could not be read come first, then everything by its first place. Linear in the places.
    """
    fingerprint = _fingerprints()
    placed: list[tuple[int, int, Finding]] = []
    for document, finding in _passages(texts, table, ranked.judged, config, fingerprint):
        placed.append((document, finding.places[0].start, finding))
    for text in published:
        more = list(text.more(config.min_words))
        for _, finding in _passages(text.texts, text.table, text.judged, config, fingerprint, more):
            placed.append((text.document, finding.places[0].start, finding))
    for instance in ranked.instances:
        document, start, _ = instance.places[0]
        placed.append((document, start, _instance(instance, texts.sources, config, fingerprint)))
    if ranked.stale:
        from dedup.lint.stale.findings import stale_findings  # deferred: rarely needed

        placed += stale_findings(texts, table, ranked.stale, config, fingerprint)
    for comment in unused:
        source = texts.sources[comment.document]
        placed.append((comment.document, comment.comment.start, _unused(comment, source, fingerprint)))
    placed.sort(key=itemgetter(0, 1))
    findings = [*(_unreadable(failure, config, fingerprint) for failure in failures), *(found for *_, found in placed)]
    rules = Counter(finding.rule for finding in findings)
    summary = Summary(
        {code: rules[code] for code in RULES if rules[code]},
        int(table.weight[table.documents[texts.focus]]) // QUARTERS,
        _repeated(texts, table, ranked.judged) // QUARTERS,
        weaker=ranked.weaker,
        totals=totals(texts, table, ranked.judged.repeats) if statistics else None,
    )
    return Report(tuple(findings), tuple(failures), len(texts.sources), summary)


def nothing(files: int, failures: Sequence[Failure], config: Config, statistics: bool = False) -> Report:
    """Return the report of a run in which no file of those in focus could be read."""
    fingerprint = _fingerprints()
    findings = tuple(_unreadable(failure, config, fingerprint) for failure in failures)
    rules = {"DUP900": len(findings)} if findings else {}
    return Report(findings, tuple(failures), files, Summary(rules, 0, 0, totals=Totals() if statistics else None))


def _repeated(texts: Texts, table: TokenTable, judged: Judged) -> int:
    """Return the weight of all tokens in places, of the texts in focus."""
    size = int(table.documents[-1])
    inside = covered(size, judged.repeats.first, judged.repeats.stop)[: int(table.documents[texts.focus])]
    return int(np.diff(table.weight)[: len(inside)][inside].sum())


def _passages(
    texts: Texts,
    table: TokenTable,
    judged: Judged,
    config: Config,
    fingerprint: Fingerprint,
    more: Sequence[tuple[int, str]] = (),
) -> Iterable[tuple[int, Finding]]:
    """Yield the findings of repeated passages, each with the number of its first text.

    more : of each, how many further documents of an archive have it, and when it was first published
    """
    repeats = judged.repeats
    content = _contents(texts, table, repeats)
    changes = _changes(texts, table, repeats, content)
    locations = _locations(texts, table, judged, content, changes)
    documents = repeats.documents.tolist()
    sizes = np.minimum.reduceat(table.weight_of(repeats.first, repeats.stop), repeats.offsets[:-1]) // QUARTERS
    shares = np.minimum.reduceat(repeats.shares, repeats.offsets[:-1])
    columns = (judged.rules, repeats.near, sizes, shares, judged.confidence, repeats.offsets[:-1], repeats.offsets[1:])
    evidence = _evidence(judged)
    for row, (number, differ, words, share, confidence, low, high) in enumerate(
        zip(*(c.tolist() for c in columns), strict=True)
    ):
        rule = PASSAGES[number - 1]
        distinct: dict[str, Sequence[Change]] = {}  # the changes of equal places are equal
        for place in range(low, high if differ else low + 1):
            distinct.setdefault(content[place], changes[place])
        near = len(distinct) > 1
        passage = Passage(
            words,
            high - low,
            len(set(documents[low:high])),
            share if near else None,
            describe(change for several in distinct.values() for change in several),
            *(more[row] if more else ()),
        )
        finding = Finding(
            rule=rule,
            severity=config.severity_of(rule),
            message=MESSAGES[rule](passage),
            kind="near" if near else "exact",
            words=words,
            similarity=share if near else 1.0,
            fingerprint=fingerprint(rule, min(distinct)),
            places=tuple(locations[low:high]),
            confidence=confidence,
            evidence=next(evidence),
        )
        yield documents[low], finding


def _contents(texts: Texts, table: TokenTable, repeats: Repeats) -> list[str]:
    """Return the content of every place; the places of an exact repeat all hold the same tokens."""
    sizes = np.diff(repeats.offsets)
    places = np.arange(len(repeats.first))
    of = np.where(np.repeat(repeats.near, sizes), places, np.repeat(repeats.offsets[:-1], sizes))
    own = of == places
    found = contents(texts.readings, table, repeats.first[own], repeats.stop[own])
    return [found[number] for number in (np.cumsum(own) - 1)[of].tolist()]


def _changes(texts: Texts, table: TokenTable, repeats: Repeats, content: Sequence[str]) -> list[Sequence[Change]]:
    """Return what differs between each place and the first of its repeat."""
    found: list[Sequence[Change]] = [()] * len(content)
    quoters = [Quoter(reading) for reading in texts.readings]
    shift = table.documents[repeats.documents]
    first, stop = (repeats.first - shift).tolist(), (repeats.stop - shift).tolist()
    begin = np.repeat(repeats.first, np.diff(repeats.runs))
    matched = list(zip((repeats.run_first - begin).tolist(), (repeats.run_stop - begin).tolist(), strict=True))
    offsets, runs, documents = repeats.offsets.tolist(), repeats.runs.tolist(), repeats.documents.tolist()
    for row in np.flatnonzero(repeats.near).tolist():
        low, high = offsets[row], offsets[row + 1]
        words = Words(quoters[documents[low]], first[low], stop[low])
        # most places of a near repeat are copies of its first, or of each other
        differences: dict[str, list[Difference]] = {content[low]: []}
        for place in range(low + 1, high):
            other, same = Words(quoters[documents[place]], first[place], stop[place]), content[place]
            if same not in differences:
                differences[same] = find_changes(words, other, matched[runs[place] : runs[place + 1]])
            if differences[same]:
                found[place] = Changes(words, other, differences[same])
    return found


def _locations(
    texts: Texts, table: TokenTable, judged: Judged, content: Sequence[str], changes: Sequence[Sequence[Change]]
) -> list[Location]:
    """Return every place."""
    repeats = judged.repeats
    starts, ends = table.spans(repeats.first, repeats.stop)
    runs = list(zip(*(side.tolist() for side in table.spans(repeats.run_first, repeats.run_stop)), strict=True))
    matched = [tuple(runs[low:high]) for low, high in pairwise(repeats.runs.tolist())]
    whole = table.whole(repeats.first, repeats.stop)
    strongest = np.repeat(judged.strongest[:, 0], np.diff(repeats.offsets))
    part = (whole[strongest] & ~whole).tolist()
    relations: list[Relation] = [
        "near" if content[place] != content[strong] else "part" if part[place] else "exact"
        for place, strong in enumerate(strongest.tolist())
    ]
    sources = [texts.sources[document] for document in repeats.documents.tolist()]
    return list(map(Location, sources, starts.tolist(), ends.tolist(), matched, content, changes, relations))


def _evidence(judged: Judged) -> Iterator[tuple[Evidence, ...]]:
    """Yield what the confidence of each repeat comes from."""
    names = [feature.name for feature in FEATURES]
    for values, added in zip(judged.features.tolist(), contributions(judged.features).tolist(), strict=True):
        yield tuple(
            Evidence(name, round(value, 4), round(share, 4))
            for name, value, share in zip(names, values, added, strict=True)
        )


def _instance(instance: Instance, sources: Sequence[Source], config: Config, fingerprint: Fingerprint) -> Finding:
    places = []
    for document, start, end in instance.places:
        source = sources[document]
        places.append(Location(source, start, end, ((start, end),), _content(source.text[start:end])))
    text = sources[instance.places[0][0]].text[instance.places[0][1] : instance.places[0][2]]
    return Finding(
        rule=instance.rule,
        severity=config.severity_of(instance.rule),
        message=instance.message(len(places)),
        kind="exact",
        words=max(1, int(tokenize(text).weights.sum(dtype=np.int64)) // QUARTERS),
        similarity=1.0,
        fingerprint=fingerprint(instance.rule, min(place.content for place in places)),
        places=tuple(places),
        confidence=RULES[instance.rule].confidence,
    )


def _unused(unused: Unused, source: Source, fingerprint: Fingerprint) -> Finding:
    comment = unused.comment
    text = source.text[comment.start : comment.end]
    content = _content(text)
    return Finding(
        rule="DUP100",
        severity=unused.severity,
        message=unused_suppression.message(text, comment.fault),
        kind=None,
        words=0,
        similarity=None,
        fingerprint=fingerprint("DUP100", content),
        places=(Location(source, comment.start, comment.end, ((comment.start, comment.end),), content),),
    )


def _unreadable(failure: Failure, config: Config, fingerprint: Fingerprint) -> Finding:
    source = Source(failure.path, failure.readable)
    end = len(failure.readable)
    return Finding(
        rule="DUP900",
        severity=config.severity_of("DUP900"),
        message=failure.message,
        kind=None,
        words=0,
        similarity=None,
        # nothing was read, so the path takes the place of the content
        fingerprint=fingerprint("DUP900", xxh3_128_hexdigest(failure.path.encode("utf-8", "surrogateescape"))),
        places=(Location(source, end, end, (), NO_CONTENT),),
    )


def _content(text: str) -> str:
    return xxh3_128_hexdigest(" ".join(folded(text, tokenize(text))).encode())


def _fingerprints() -> Fingerprint:
    """Return a function from (rule, smallest content) to the fingerprint; an ordinal tells equal ones apart."""
    seen: dict[tuple[str, str], count[int]] = {}

    def fingerprint(rule: str, content: str) -> str:
        ordinal = next(seen.setdefault((rule, content), count()))
        return xxh3_128_hexdigest(f"{rule} {content} {ordinal}".encode())

    return fingerprint
