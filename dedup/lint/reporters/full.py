"""``--format full``: for people, with the lines of every passage."""

from collections.abc import Iterator, Sequence
from typing import TypedDict, Unpack

import click

from dedup.lint.diagnose.diff import SHOWN_CHANGES, describe
from dedup.lint.findings import Finding, Location, Report
from dedup.lint.reporters import View, summary
from dedup.lint.reporters.excerpt import Piece, Role, cells, excerpt, harmless
from dedup.lint.reporters.names import count
from dedup.lint.reporters.nesting import inside, parents, shown_places
from dedup.lint.rules import Severity

MAX_PLACES = 10
"""Places of one finding that are shown; the others are only counted."""

_MAX_DEPTH = 3  # nested findings further down are not indented further
_LISTED_CHANGES = 8


class _Style(TypedDict, total=False):
    fg: str
    bold: bool
    dim: bool


# Styles as click writes them: rich takes some 25 times as long for a line, and a tree of old documentation prints a
# million of them.
_SEVERITY = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
_STYLES: dict[Role, _Style] = {"around": {"dim": True}, "passage": {}, "change": {"fg": "red", "bold": True}}
_MARKS: dict[Role, str] = {"around": " ", "passage": "~", "change": "^"}
_MARK_STYLES: dict[Role, _Style] = {"around": {}, "passage": {"fg": "yellow"}, "change": {"fg": "red"}}


def render(report: Report, view: View) -> Iterator[str]:
    """Yield each finding, a nested one below the longer one, then a line that sums up."""
    outer = parents(report.findings)
    nested: dict[int, list[int]] = {}
    for index, parent in enumerate(outer):
        if parent is not None:
            nested.setdefault(parent, []).append(index)
    stack = [(index, 0) for index in reversed(range(len(outer))) if outer[index] is None]
    page = _Page(view)
    while stack:
        index, depth = stack.pop()
        parent = outer[index]
        yield page.finding(report.findings[index], None if parent is None else report.findings[parent], depth)
        stack.extend((child, depth + 1) for child in reversed(nested.get(index, [])))
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
        within, nested = "", [False] * len(finding.places)
        if parent is not None:
            within, nested = ", within the passage above", inside(finding.places, parent)
        if all(nested):
            nested = [False] * len(nested)
        shown = shown_places(finding, MAX_PLACES, nested)
        lines = [f"{code} {name}{within}: {harmless(finding.message)}"]
        unshown = nested.count(True) - sum(nested[index] for index in shown)
        if unshown and not any(nested[index] for index in shown):
            lines.append(f"  {self.style('-->', fg='blue')} {count(unshown, 'place')} within the passage above")
            unshown = 0
        width = max(len(str(finding.places[index].end_line)) for index in shown)
        margin = f"{' ' * (width + 2)}{self.style('=', fg='blue')}"
        for index in shown:
            place = finding.places[index]
            if finding.edits and not index:
                place = place._replace(changes=finding.edits)
            lines.extend(self.place(place, width, self.view.width - len(indent), brief=index != shown[0]))
            # of a stale copy, the message has the changes
            several = len(finding.places) > 2 and not finding.edits
            if len(place.changes) > SHOWN_CHANGES or (place.changes and several):
                lines.append(f"{margin} {harmless(describe(place.changes, _LISTED_CHANGES))}")
        lines.extend(self.fixes(finding))
        if unshown:
            lines.append(f"{margin} and {count(unshown, 'more place')} within the passage above")
        more = nested.count(False) - sum(not nested[index] for index in shown)
        if more:
            lines.append(f"{margin} and {count(more, 'more place')}")
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

    def fixes(self, finding: Finding) -> Iterator[str]:
        """Yield what brings copies up to date, as a diff: of the first `MAX_PLACES` lines that change."""
        if not finding.fixes:
            return
        from dedup.lint.reporters.lines import changed_lines  # deferred: rarely needed

        changes = changed_lines(finding.fixes)
        for change in changes[:MAX_PLACES]:
            yield self.style(f"  {harmless(change.path)}:{change.line}", bold=True)
            yield from (self.style(f"  - {harmless(line)}", fg="red") for line in change.old)
            yield from (self.style(f"  + {harmless(line)}", fg="green") for line in change.new)
        if len(changes) > MAX_PLACES:
            yield f"  and {count(len(changes) - MAX_PLACES, 'more change')} (--diff)"

    def pieces(self, pieces: Sequence[Piece]) -> str:
        return "".join(self.style(piece.text, **_STYLES[piece.role]) for piece in pieces)

    def marks(self, pieces: Sequence[Piece]) -> str:
        marks = [self.style(_MARKS[piece.role] * cells(piece.text), **_MARK_STYLES[piece.role]) for piece in pieces]
        return "".join(marks)

    def summary(self, report: Report) -> str:
        title, notes = self.style(summary.title(report), bold=True), summary.notes(report)
        if summary.is_clean(report):
            return f"{title} in {summary.read(report)}{notes}.\n"
        files = count(report.files, "file")
        return f"{title} ({summary.rules(report)}) in {files}; {summary.share(report)}{notes}.\n"

    def style(self, text: str, **style: Unpack[_Style]) -> str:
        return click.style(text, **style) if self.view.color and style else text
