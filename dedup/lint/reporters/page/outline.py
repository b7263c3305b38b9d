"""The map of a report: a bar for each document, with a mark wherever a finding has a place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dedup.lint.findings import Finding, Source
from dedup.lint.reporters.page.passage import html, path

CELLS = 120
"""Steps of a bar. Places that begin in the same step share a mark, so that a bar never has more marks than it can
show."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document and the places in it: (start, -end, index of the finding), ascending."""

    source: Source
    places: list[tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark over the cells [first, stop) of a bar: the line where it begins, and the findings with a place there."""

    first: int
    stop: int
    line: int
    findings: tuple[int, ...]


def documents(findings: Sequence[Finding]) -> list[Document]:
    """Return the documents in which findings have places, by path. O(n log n) in the places."""
    by_path: dict[str, Document] = {}
    for index, finding in enumerate(findings):
        for place in finding.places:
            document = by_path.get(place.path)
            if document is None:
                document = by_path[place.path] = Document(place.source, [])
            document.places.append((place.start, -place.end, index))
    for document in by_path.values():
        document.places.sort()
    return [by_path[path] for path in sorted(by_path)]


def marks(document: Document) -> Iterator[Mark]:
    """Yield the marks of a document, from left to right, at most `CELLS`; linear in its places."""
    length = max(1, len(document.source.text))
    cell, stop, offset, indices = -1, 0, 0, dict[int, None]()
    for start, minus_end, index in document.places:
        first = min(start * CELLS // length, CELLS - 1)
        if first != cell and indices:
            yield Mark(cell, stop, document.source.position(offset)[0], tuple(indices))
            indices = {}
        if first != cell:
            cell, stop, offset = first, first + 1, start
        stop = max(stop, -(minus_end * CELLS // length))
        indices[index] = None
    if indices:
        yield Mark(cell, stop, document.source.position(offset)[0], tuple(indices))


def drawn(findings: Sequence[Finding], every: Sequence[Document]) -> Iterator[str]:
    """Yield the map as HTML, a piece for each document."""
    for number, document in enumerate(every):
        repeats = len({index for _, _, index in document.places})
        noun = "finding" if repeats == 1 else "findings"
        name = path(document.source.path)
        bars = "".join(_mark(findings, mark, tabbed=not at) for at, mark in enumerate(marks(document)))
        yield (
            f'<li data-file="{number}"><a class="name" href="#r{document.places[0][2] + 1}">{name}</a> '
            f'<span class="count">{repeats:,}<span class="unseen"> {noun}</span></span>\n'
            f'<svg viewBox="0 0 {CELLS} 10" preserveAspectRatio="none" role="group" '
            f'aria-label="{html(document.source.path)}">{bars}</svg>'
            "</li>\n"
        )


def _mark(findings: Sequence[Finding], mark: Mark, tabbed: bool) -> str:
    # The tab key stops only at the first mark of a bar, and the arrow keys go on from there: thousands of stops would
    # bar the way to what follows.
    first, *more = [index + 1 for index in mark.findings]
    title = f"{first}, line {mark.line:,}" + (f", and {len(more):,} more" if more else "")
    others = f' data-more="{" ".join(map(str, more))}"' if more else ""
    stop = "" if tabbed else ' tabindex="-1"'
    return (
        f'<a href="#r{first}"{others}{stop}><title>{title}</title>'
        f'<rect class="{findings[mark.findings[0]].rule}" x="{mark.first}" width="{mark.stop - mark.first}" '
        'height="10"/></a>'
    )
