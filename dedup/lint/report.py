"""From what is reported to findings: places, messages, fingerprints, counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import count, pairwise
from operator import itemgetter
from typing import Final

import numpy as np
from numpy.typing import NDArray
from xxhash import xxh3_128_hexdigest

from dedup.kernels.rows import spread
from dedup.lint.config import Config
from dedup.lint.diagnose.confidence import FEATURES, contributions
from dedup.lint.diagnose.contents import NO_CONTENT, contents
from dedup.lint.diagnose.diff import Changes, Difference, Words, describe, find_changes
from dedup.lint.diagnose.judge import Judged
from dedup.lint.diagnose.quotes import Quoter
from dedup.lint.diagnose.table import TokenTable, covered
from dedup.lint.findings import Evidence, Failure, Finding, Location, Relation, Report, Source, Summary, Totals
from dedup.lint.rank import Ranked
from dedup.lint.rules import PASSAGES, RULES, Instance
from dedup.lint.suppress.apply import Unused
from dedup.lint.texts import Texts
from dedup.lint.totals import totals
from dedup.match.stream import QUARTERS
from dedup.text.tokens import folded, tokenize

_LONGEST: Final = 60  # characters of a comment that are quoted

Fingerprint = Callable[[str, str], str]


def report(
    texts: Texts,
    table: TokenTable,
    ranked: Ranked,
    unused: Sequence[Unused],
    failures: Sequence[Failure],
    config: Config,
    statistics: bool = False,
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

    Returns
    -------
    Report
        Files that could not be read come first, then everything by its first place. Linear in the places.
    """
    fingerprint = _fingerprints()
    placed: list[tuple[int, int, Finding]] = []
    for document, finding in _passages(texts, table, ranked.judged, config, fingerprint):
        placed.append((document, finding.places[0].start, finding))
    for instance in ranked.instances:
        document, start, _ = instance.places[0]
        placed.append((document, start, _instance(instance, texts.sources, config, fingerprint)))
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
    texts: Texts, table: TokenTable, judged: Judged, config: Config, fingerprint: Fingerprint
) -> Iterable[tuple[int, Finding]]:
    """Yield the findings of repeated passages, each with the number of its first text."""
    repeats = judged.repeats
    quoters = [Quoter(reading) for reading in texts.readings]
    shift = table.documents[repeats.documents]
    first, stop = (repeats.first - shift).tolist(), (repeats.stop - shift).tolist()
    documents, offsets = repeats.documents.tolist(), repeats.offsets.tolist()
    tokens = list(zip(documents, first, stop, strict=True))
    # the places of an exact repeat all hold the same tokens
    hashed = np.ones(len(documents), np.bool_)
    exact = ~repeats.near
    index, _ = spread(repeats.offsets[:-1][exact] + 1, np.diff(repeats.offsets)[exact] - 1)
    hashed[index] = False
    hashes = iter(contents(texts.readings, [tokens[place] for place in np.flatnonzero(hashed).tolist()]))
    runs = _spans(texts, repeats.run_first, repeats.run_stop)
    spans = _spans(texts, repeats.first, repeats.stop)
    run_offsets = repeats.runs.tolist()
    weights = table.weight_of(repeats.first, repeats.stop)
    whole = table.whole(repeats.first, repeats.stop).tolist()
    added = contributions(judged.features).tolist()
    for row, (low, high) in enumerate(pairwise(offsets)):
        content = [next(hashes) for _ in range(high - low if repeats.near[row] else 1)]
        content = content if len(content) > 1 else content * (high - low)
        rule = PASSAGES[judged.rules[row] - 1]
        strong = int(judged.strongest[row, 0])
        words = Words(quoters[documents[low]], first[low], stop[low])
        changes: dict[str, list[Difference]] = {content[0]: []}
        places: list[Location] = []
        for place in range(low, high):
            other = Words(quoters[documents[place]], first[place], stop[place])
            same = content[place - low]
            matched = tuple(runs[run_offsets[place] : run_offsets[place + 1]])
            if same not in changes:  # most places of a near repeat are copies of its first, or of each other
                changes[same] = find_changes(words, other, matched)
            relation: Relation = "exact"
            if same != content[strong - low]:
                relation = "near"
            elif whole[strong] and not whole[place]:
                relation = "part"
            places.append(
                Location(
                    texts.sources[documents[place]],
                    *spans[place],
                    matched,
                    same,
                    Changes(words, other, changes[same]) if changes[same] else (),
                    relation,
                )
            )
        near = len(set(content)) > 1
        similarity = float(repeats.shares[low:high].min()) if near else 1.0
        weight = int(weights[low:high].min()) // QUARTERS
        finding = Finding(
            rule=rule,
            severity=config.severity_of(rule),
            message=_message(rule, weight, similarity if near else None, places),
            kind="near" if near else "exact",
            words=weight,
            similarity=similarity,
            fingerprint=fingerprint(rule, min(content)),
            places=tuple(places),
            confidence=float(judged.confidence[row]),
            evidence=tuple(
                Evidence(feature.name, round(float(value), 4), round(share, 4))
                for feature, value, share in zip(FEATURES, judged.features[row], added[row], strict=True)
            ),
        )
        yield documents[low], finding


def _spans(texts: Texts, first: NDArray[np.int64], stop: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Return the characters of runs of tokens."""
    starts = np.concatenate([reading.tokens.starts for reading in texts.readings])
    ends = np.concatenate([reading.tokens.ends for reading in texts.readings])
    return list(zip(starts[first].tolist(), ends[stop - 1].tolist(), strict=True))


def _message(rule: str, words: int, similarity: float | None, places: Sequence[Location]) -> str:
    where = f"{len(places):,} places"
    files = len({place.source for place in places})
    if files > 1:
        where += f" in {files:,} files"
    message = f"{words:,} words repeated in {where}"
    if similarity is None:
        return f"{message}, word for word" if rule == "DUP001" else message
    message = f"{message}, {_percent(similarity)} the same"
    different: dict[str, Location] = {}  # the changes of equal places are equal
    for place in places:
        different.setdefault(place.content, place)
    changes = describe(change for place in different.values() for change in place.changes)
    return f"{message}: {changes}" if changes else message


def _percent(share: float) -> str:
    return f"{min(99, int(share * 100 + 1e-9))}%"  # rounded down: what is not the same is never 100%


def _instance(instance: Instance, sources: Sequence[Source], config: Config, fingerprint: Fingerprint) -> Finding:
    places = []
    for document, start, end in instance.places:
        source = sources[document]
        places.append(Location(source, start, end, ((start, end),), _content(source.text[start:end])))
    text = sources[instance.places[0][0]].text[instance.places[0][1] : instance.places[0][2]]
    return Finding(
        rule=instance.rule,
        severity=config.severity_of(instance.rule),
        message=instance.message,
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
    quoted = " ".join(text.split())
    quoted = quoted if len(quoted) <= _LONGEST else f"{quoted[:_LONGEST]}…"
    return Finding(
        rule="DUP100",
        severity=unused.severity,
        message=f'"{quoted}" {comment.fault or "suppresses nothing"}',
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
