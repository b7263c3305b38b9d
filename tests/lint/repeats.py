"""Repeats and reports made by hand: what a test says is repeated, without looking for it."""

from types import SimpleNamespace

from dedup.lint.diagnose.judge import judge
from dedup.lint.findings import Report, Source
from dedup.text.reading import read


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


def report_of(texts: dict[str, str], *repeats: SimpleNamespace, failures=(), markup: str = "markdown") -> Report:
    sources = {path: Source(path, text) for path, text in texts.items()}
    readings = {path: read(text, markup, {"prose", "list"}) for path, text in texts.items()}
    return judge(sources, readings, repeats, failures)
