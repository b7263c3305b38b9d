"""Repeats and reports made by hand: what a test says is repeated, without looking for it."""

from itertools import pairwise
from types import SimpleNamespace

import numpy as np

from dedup.kernels.rows import bounds
from dedup.lint.config import Config
from dedup.lint.diagnose.classify import classify
from dedup.lint.diagnose.confidence import FEATURES
from dedup.lint.diagnose.judge import Judged
from dedup.lint.diagnose.table import TokenTable, placed
from dedup.lint.findings import Report, Source
from dedup.lint.rank import Ranked
from dedup.lint.report import nothing, report
from dedup.lint.texts import Texts
from dedup.match.merge import Repeats
from dedup.text.reading import Reading, read


def spans(text: str, *phrases: str) -> tuple[tuple[int, int], ...]:
    """The spans of the phrases, each looked for behind the one before."""
    found, position = [], 0
    for phrase in phrases:
        start = text.index(phrase, position)
        position = start + len(phrase)
        found.append((start, position))
    return tuple(found)


def place(document: str, matched: tuple[tuple[int, int], ...], whole: tuple[int, int] | None = None) -> SimpleNamespace:
    start, end = whole or (matched[0][0], matched[-1][1])
    return SimpleNamespace(document=document, start=start, end=end, matched=matched)


def exact(words: int, *places: SimpleNamespace) -> SimpleNamespace:
    return SimpleNamespace(kind="exact", words=words, similarity=1.0, places=places)


def near(words: int, similarity: float, *places: SimpleNamespace) -> SimpleNamespace:
    return SimpleNamespace(kind="near", words=words, similarity=similarity, places=places)


def everywhere(texts: dict[str, str], phrase: str) -> list[SimpleNamespace]:
    """A place for every occurrence of the phrase."""
    places = []
    for path, text in texts.items():
        position = text.find(phrase)
        while position >= 0:
            places.append(place(path, ((position, position + len(phrase)),)))
            position = text.find(phrase, position + len(phrase))
    return places


def token_runs(reading: Reading, starts, ends) -> tuple[np.ndarray, np.ndarray]:
    """The first token of every span, and one past its last."""
    first = np.searchsorted(reading.tokens.starts, starts)
    return first, np.searchsorted(reading.tokens.ends, ends, side="right")


def table_of(readings: dict[str, Reading], *repeats: SimpleNamespace) -> Repeats:
    """The repeats as a table."""
    order = {path: number for number, path in enumerate(readings)}
    ordered = sorted(
        repeats, key=lambda repeat: [(order[place.document], place.start, -place.end) for place in repeat.places[:2]]
    )
    places = [place for repeat in ordered for place in repeat.places]
    runs = [token_runs(readings[place.document], *zip(*place.matched, strict=True)) for place in places]
    spans = [token_runs(readings[place.document], [place.start], [place.end]) for place in places]
    shares = [repeat.similarity if number else 1.0 for repeat in ordered for number in range(len(repeat.places))]
    return Repeats(
        bounds(np.array([len(repeat.places) for repeat in ordered], np.int64)),
        np.array([repeat.kind == "near" for repeat in ordered], np.bool_),
        np.array(shares, np.float64),
        np.array([order[place.document] for place in places], np.int64),
        np.array([int(first[0]) for first, _ in spans], np.int64),
        np.array([int(stop[0]) for _, stop in spans], np.int64),
        bounds(np.array([len(first) for first, _ in runs], np.int64)),
        np.concatenate([np.zeros(0, np.int64), *(first for first, _ in runs)]),
        np.concatenate([np.zeros(0, np.int64), *(stop for _, stop in runs)]),
    )


def report_of(texts: dict[str, str], *repeats: SimpleNamespace, failures=(), markup: str = "markdown") -> Report:
    sources = [Source(path, text) for path, text in texts.items()]
    readings = {path: read(text, markup, {"prose", "list"}) for path, text in texts.items()}
    config = Config()
    if not readings:
        return nothing(0, failures, config)
    table = TokenTable.of(list(readings.values()))
    repeats = placed(table_of(readings, *repeats), table.documents)
    classes = classify(table, repeats, config.min_words)
    strongest = np.column_stack((classes.strongest, classes.second))
    features = np.zeros((len(classes.rules), len(FEATURES)))
    judged = Judged(repeats, classes.rules, strongest, features, features[:, 0])
    ranked = Ranked(judged, [], 0)
    return report(Texts(sources, list(readings.values()), len(sources)), table, ranked, (), failures, config)


def by_tokens(*repeats: list[tuple[int, int]], documents: tuple[int, ...] = (0, 1_000_000)) -> Repeats:
    """Exact repeats, each as its places [first, stop) in tokens of the table whose texts begin at `documents`."""
    flat = np.array([place for places in repeats for place in places], np.int64).reshape(-1, 2)
    first, stop = flat.T
    return Repeats(
        bounds(np.array([len(places) for places in repeats], np.int64)),
        np.zeros(len(repeats), np.bool_),
        np.ones(len(flat)),
        np.searchsorted(np.array(documents), first, side="right") - 1,
        first,
        stop,
        bounds(np.ones(len(flat), np.int64)),
        first,
        stop,
    )


def places_in(repeats: Repeats) -> list[list[tuple[int, int]]]:
    """The places of every repeat, in tokens."""
    flat = list(zip(repeats.first.tolist(), repeats.stop.tolist(), strict=True))
    offsets = repeats.offsets.tolist()
    return [flat[low:high] for low, high in pairwise(offsets)]
