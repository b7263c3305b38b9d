"""``--format full``: for people, with the lines in which every passage stands."""

from collections.abc import Iterator, Sequence
from typing import TypedDict, Unpack

import click

from dedup.lint.diagnose.diff import SHOWN_CHANGES, describe
from dedup.lint.findings import Finding, Location, Report
from dedup.lint.reporters import View
from dedup.lint.reporters.addresses import counted
from dedup.lint.reporters.excerpt import Piece, Role, cells, excerpt, harmless
from dedup.lint.reporters.nesting import inside, parents, telling
from dedup.lint.rules import Severity

MAX_PLACES = 10
"""Places of one repeat that are shown; of the others only their number."""

_MAX_DEPTH = 3  # nested repeats further down are not indented further
_LISTED_CHANGES = 8


class _Style(TypedDict, total=False):
    fg: str
    bold: bool
    dim: bool


# Styles as click writes them. rich takes some 25 times as long for a line, and a tree of old documentation prints a
# million of them.
_SEVERITY = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
_STYLES: dict[Role, _Style] = {"around": {"dim": True}, "passage": {}, "change": {"fg": "red", "bold": True}}
_MARKS: dict[Role, str] = {"around": " ", "passage": "~", "change": "^"}
_MARK_STYLES: dict[Role, _Style] = {"around": {}, "passage": {"fg": "yellow"}, "change": {"fg": "red"}}


def render(report: Report, view: View) -> Iterator[str]:
    """The findings, a nested one under the longer one, then a line that sums up."""
    outer = parents(report.findings)
    nested: dict[int, list[int]] = {}
    for index, parent in enumerate(outer):
        if parent is not None:
            nested.setdefault(parent, []).append(index)
    waiting = [(index, 0) for index in reversed(range(len(outer))) if outer[index] is None]
    page = _Page(view)
    while waiting:
        index, depth = waiting.pop()
        parent = outer[index]
        yield page.finding(report.findings[index], None if parent is None else report.findings[parent], depth)
        waiting.extend((child, depth + 1) for child in reversed(nested.get(index, [])))
    yield page.summary(report)


class _Page:
    """Writes findings in the style of one view."""

    def __init__(self, view: View) -> None:
        self.view = view

    def finding(self, finding: Finding, parent: Finding | None, depth: int) -> str:
        indent = "  " * min(depth, _MAX_DEPTH)
        code = self.style(f"{finding.severity.label}[{finding.rule}]", fg=_SEVERITY[finding.severity], bold=True)
        name = self.style(finding.name, bold=True)
        if finding.unreadable:
            path = self.style(harmless(finding.places[0].path), bold=True)
            return f"{code} {name}: {path} {harmless(finding.message)}\n\n"
        within, held = "", [False] * len(finding.places)
        if parent is not None:
            within, held = ", within the passage above", inside(finding.places, parent)
        if all(held):
            held = [False] * len(held)
        shown = telling(finding, MAX_PLACES, held)
        lines = [f"{code} {name}{within}: {harmless(finding.message)}"]
        unshown = held.count(True) - sum(held[index] for index in shown)
        if unshown and not any(held[index] for index in shown):
            lines.append(f"  {self.style('-->', fg='blue')} {counted(unshown, 'place')} within the passage above")
            unshown = 0
        width = max(len(str(finding.places[index].end_line)) for index in shown)
        margin = f"{' ' * (width + 2)}{self.style('=', fg='blue')}"
        for index in shown:
            place = finding.places[index]
            lines.extend(self.place(place, width, self.view.width - len(indent), brief=index != shown[0]))
            if len(place.changes) > SHOWN_CHANGES or (place.changes and len(finding.places) > 2):
                lines.append(f"{margin} {harmless(describe(place.changes, _LISTED_CHANGES))}")
        if unshown:
            lines.append(f"{margin} and {counted(unshown, 'more place')} within the passage above")
        more = held.count(False) - sum(not held[index] for index in shown)
        if more:
            lines.append(f"{margin} and {counted(more, 'more place')}")
        return "".join(f"{indent}{line}".rstrip() + "\n" for line in lines) + "\n"

    def place(self, place: Location, gutter: int, width: int, brief: bool) -> Iterator[str]:
        where = f"{harmless(place.path)}:{place.line}:{place.column}"
        if place.end_line != place.line:
            where += f" to {place.end_line}:{place.end_column}"
        yield f"{' ' * gutter} {self.style('-->', fg='blue')} {where}"
        bar = self.style("|", fg="blue")
        for line in excerpt(place, width - gutter - 4, brief):
            if line.number is None:
                yield f" {self.style('…'.rjust(gutter), fg='blue')} {bar}"
                continue
            yield f" {self.style(str(line.number).rjust(gutter), fg='blue')} {bar} {self.pieces(line.pieces)}"
            yield f" {' ' * gutter} {bar} {self.marks(line.pieces)}"

    def pieces(self, pieces: Sequence[Piece]) -> str:
        return "".join(self.style(piece.text, **_STYLES[piece.role]) for piece in pieces)

    def marks(self, pieces: Sequence[Piece]) -> str:
        marks = [self.style(_MARKS[piece.role] * cells(piece.text), **_MARK_STYLES[piece.role]) for piece in pieces]
        return "".join(marks)

    def summary(self, report: Report) -> str:
        summary = report.summary
        files = counted(report.files, "file")
        read = f"{files}, {counted(summary.words, 'word')}"
        unreadable = len(report.errors)
        fault = f"; {counted(unreadable, 'path')} could not be read" if unreadable else ""
        if summary.known:
            fault = f"; {counted(summary.known, 'finding')} more {'is' if summary.known == 1 else 'are'} known{fault}"
        if len(report.findings) == unreadable:
            nothing = "Nothing new" if summary.known else "No repeats"
            return f"{self.style(nothing, bold=True)} in {read}{fault}.\n"
        counts = ", ".join(f"{number:,} {code}" for code, number in summary.rules.items())
        words = f"{summary.repeated_words:,} of {counted(summary.words, 'word')}"
        share = f"{words} ({summary.repeated_share:.1%}) stand in a repeat"
        found = self.style(counted(len(report.findings), "finding"), bold=True)
        return f"{found} ({counts}) in {files}; {share}{fault}.\n"

    def style(self, text: str, **style: Unpack[_Style]) -> str:
        return click.style(text, **style) if self.view.color and style else text
