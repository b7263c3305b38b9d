"""The map of a report: for every document a bar, with a mark wherever a repeat stands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dedup.lint.findings import Finding, Source
from dedup.lint.reporters.page.passage import html, path

CELLS = 120
"""Steps of a bar. Places that begin in the same one share a mark, so that a bar never has more marks than it can
show."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document and the places in it: (start, -end, index of the finding), ascending."""

    source: Source
    places: list[tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark from one cell to another of a bar: the line it begins in, and the findings that have a place there."""

    first: int
    behind: int
    line: int
    findings: tuple[int, ...]


def documents(findings: Sequence[Finding]) -> list[Document]:
    """The documents in which findings have places, by path. O(n log n) in the places."""
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
    """The marks of a document, from left to right, at most `CELLS`; linear in its places."""
    length = max(1, len(document.source.text))
    cell, behind, start_of, held = -1, 0, 0, dict[int, None]()
    for start, minus_end, index in document.places:
        first = min(start * CELLS // length, CELLS - 1)
        if first != cell and held:
            yield Mark(cell, behind, document.source.position(start_of)[0], tuple(held))
            held = {}
        if first != cell:
            cell, behind, start_of = first, first + 1, start
        behind = max(behind, -(minus_end * CELLS // length))
        held[index] = None
    if held:
        yield Mark(cell, behind, document.source.position(start_of)[0], tuple(held))


def drawn(findings: Sequence[Finding], every: Sequence[Document]) -> Iterator[str]:
    """The map as HTML, one document a piece."""
    for number, document in enumerate(every):
        repeats = len({index for _, _, index in document.places})
        noun = "finding" if repeats == 1 else "findings"
        name = path(document.source.path)
        bars = "".join(_mark(findings, mark, tabbed=not at) for at, mark in enumerate(marks(document)))
        yield (
            f'<li data-file="{number}"><a class="name" href="#r{document.places[0][2] + 1}">{name}</a> '
            f'<span class="count">{repeats:,}<span class="said"> {noun}</span></span>\n'
            f'<svg viewBox="0 0 {CELLS} 10" preserveAspectRatio="none" role="group" '
            f'aria-label="{html(document.source.path)}">{bars}</svg>'
            "</li>\n"
        )


def _mark(findings: Sequence[Finding], mark: Mark, tabbed: bool) -> str:
    # Only the first mark of a bar is a stop of the tab key: the arrow keys go on from there. Thousands of stops would
    # bar the way to what follows.
    first, *more = [index + 1 for index in mark.findings]
    title = f"{first}, line {mark.line:,}" + (f", and {len(more):,} more" if more else "")
    others = f' data-more="{" ".join(map(str, more))}"' if more else ""
    stop = "" if tabbed else ' tabindex="-1"'
    return (
        f'<a href="#r{first}"{others}{stop}><title>{title}</title>'
        f'<rect class="{findings[mark.findings[0]].rule}" x="{mark.first}" width="{mark.behind - mark.first}" '
        'height="10"/></a>'
    )
