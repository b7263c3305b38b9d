"""What an editor offers for a finding: code actions, hover texts, code lenses."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final, NamedTuple

from lsprotocol import types

from dedup.lint.findings import Change, Finding, Location, Report, Source
from dedup.lint.reporters import evidence
from dedup.lint.reporters.names import RELATIONS, count, relative, sentence, valid
from dedup.lint.rules import PASSAGES, RULES, Rule
from dedup.lint.suppress.insert import Wanted, with_ignores
from dedup.server.diagnostics import others, places_in
from dedup.server.positions import Positions, difference
from dedup.server.uris import Address, uri_of

GO_TO: Final = "dedup.goTo"
OPEN_RULE: Final = "dedup.openRule"
SHOWN: Final = 5
"""Places of a finding that are offered, or shown; of the others only their number."""

_SHORT: Final = 40  # characters of words in a title


class Subject(NamedTuple):
    """A document, and what was found in it as it is now."""

    path: str
    markup: str
    report: Report
    positions: Positions
    root: str
    """The folder that paths are shown relative to."""
    allow: str | None
    """The file with passages that may be repeated."""
    shows: bool
    """Whether the client can be asked to show a document."""
    address: Address

    def at(self, area: types.Range) -> Iterator[tuple[Finding, int]]:
        """Yield the places of findings that a range touches."""
        for finding, number in places_in(self.report, self.path):
            place = finding.places[number]
            start, end = (self.positions.offset(place.source, side) for side in (area.start, area.end))
            if place.start <= end and start <= place.end:
                yield finding, number


def actions(subject: Subject, area: types.Range) -> list[types.CodeAction]:
    """Return the code actions for the findings in a range: the most likely first."""
    return [action for finding, number in subject.at(area) for action in _actions(subject, finding, number)]


def hover(subject: Subject, position: types.Position) -> types.Hover | None:
    """Return what is known about the findings at a position; None if there are none."""
    found = list(subject.at(types.Range(position, position)))
    if not found:
        return None
    text = "\n\n---\n\n".join("\n".join(_hover(subject, finding, number)) for finding, number in found)
    place = found[0][0].places[found[0][1]]
    content = types.MarkupContent(types.MarkupKind.Markdown, valid(text))
    return types.Hover(content, subject.positions.range(place.source, place.start, place.end))


def lenses(subject: Subject) -> list[types.CodeLens]:
    """Return a line above each repeated passage that says in how many other places it is."""
    found = []
    for finding, number in places_in(subject.report, subject.path):
        rest = others(finding, number, 1)
        if rest:
            place = finding.places[number]
            title = f"also in {count(len(finding.places) - 1, 'place')}"
            spot = subject.positions.range(place.source, place.start, place.start)
            found.append(types.CodeLens(spot, _go_to(subject, title, rest[0])))
    return found


def rule_page(rule: Rule) -> str:
    """Return the page about a rule, in Markdown."""
    return (
        f"# {rule.code} {rule.name}\n\n{rule.summary}\n\n{rule.why}\n\n{rule.remedy}\n\n"
        f"## Example\n\n~~~~\n{rule.example.rstrip()}\n~~~~\n"
    )


def _actions(subject: Subject, finding: Finding, number: int) -> Iterator[types.CodeAction]:
    place = finding.places[number]
    rest = others(finding, number)
    if subject.shows:
        for other in rest[:SHOWN]:
            title = f"Go to {_name(subject, other)}"
            yield types.CodeAction(title, types.CodeActionKind.Empty, command=_go_to(subject, title, other))
    if finding.rule in PASSAGES:
        yield from _alike(subject, finding, number)
    if finding.rule in RULES and finding.kind is not None:
        written, inserted = with_ignores(place.source.text, subject.markup, [Wanted(place.start, finding.rule)])
        if inserted:
            edit = _difference(subject.positions, place.source, written)
            yield _fix(f"Ignore {finding.rule} here", subject.path, edit)
    if finding.rule in PASSAGES and subject.allow is not None:
        yield from _allowed(subject.allow, place, subject.positions)
    if subject.shows:
        title = f"Explain {finding.rule} {finding.name}"
        command = types.Command(title, OPEN_RULE, arguments=[finding.rule])
        yield types.CodeAction(title, types.CodeActionKind.Empty, command=command)


def _alike(subject: Subject, finding: Finding, number: int) -> Iterator[types.CodeAction]:
    """Yield the edits that make a place like another: as a whole, and passage by passage."""
    place, first = finding.places[number], finding.places[0]
    for other in [each for each in others(finding, number) if each.content != place.content][:SHOWN]:
        if _opening(other) == _opening(place) or not set("\r\n") & set(other.text):
            edit = types.TextEdit(subject.positions.range(place.source, place.start, place.end), other.text)
            yield _fix(f"Make this copy like {_name(subject, other)}", subject.path, edit)
    if number == 0:
        return
    for change in place.changes[:SHOWN]:
        start, end, text = _undone(place.source, change)
        edit = types.TextEdit(subject.positions.range(place.source, start, end), text)
        title = f"{_quoted(change.now)} -> {_quoted(change.was)}" if change.was and change.now else ""
        title = title or (f"Insert {_quoted(change.was)}" if change.was else f"Delete {_quoted(change.now)}")
        yield _fix(f"{title}, as in {_name(subject, first)}", subject.path, edit)


def _undone(source: Source, change: Change) -> tuple[int, int, str]:
    """Return the edit that brings back the words of the first place: a span, and its new text."""
    start, end, text = change.start, change.end, change.was
    if start == end:  # behind a word, or before the first
        text = f" {text}" if start and not source.text[start - 1].isspace() else f"{text} "
    elif not text and source.text[start - 1 : start] == " ":
        start -= 1
    return start, end, text


def _allowed(allow: str, place: Location, positions: Positions) -> Iterator[types.CodeAction]:
    """Yield the edit that adds a passage at the end of the allow-list."""
    try:
        with open(allow, encoding="utf-8") as file:
            source = Source(allow, file.read())
    except (OSError, UnicodeDecodeError):  # a file in UTF-16: its editor knows where it ends, this does not
        return
    end = len(source.text)
    gap = "" if source.text.endswith("\n\n") or not source.text else "\n" if source.text.endswith("\n") else "\n\n"
    edit = types.TextEdit(positions.range(source, end, end), f"{gap}{' '.join(place.text.split())}\n")
    yield _fix(f"Allow this passage everywhere ({os.path.basename(allow)})", allow.replace(os.sep, "/"), edit)


def _fix(title: str, path: str, edit: types.TextEdit) -> types.CodeAction:
    change = types.WorkspaceEdit(changes={uri_of(path): [edit]})
    return types.CodeAction(valid(title), types.CodeActionKind.QuickFix, edit=change)


def _go_to(subject: Subject, title: str, place: Location) -> types.Command:
    span = subject.positions.range(place.source, place.start, place.end)
    sides = [{"line": side.line, "character": side.character} for side in (span.start, span.end)]
    return types.Command(valid(title), GO_TO, arguments=[subject.address(place), *sides])


def _difference(positions: Positions, source: Source, text: str) -> types.TextEdit:
    """Return the one edit that makes a text of another."""
    start, end, end_after = difference(source.text, text)
    return types.TextEdit(positions.range(source, start, end), text[start:end_after])


def _opening(place: Location) -> str:
    """Return what is before a place on its line: a list marker, for example."""
    start, _ = place.source.line_span(place.line)
    return place.source.text[start : place.start]


def _name(subject: Subject, place: Location) -> str:
    return f"{relative(place.path, subject.root)}:{place.line}"


def _quoted(words: str) -> str:
    return f'"{words}"' if len(words) <= _SHORT else f'"{words[:_SHORT]}…"'


def _hover(subject: Subject, finding: Finding, number: int) -> Iterator[str]:
    yield f"**{finding.rule}** {finding.name}: {_plain(sentence(finding))}"
    if finding.confidence is not None:
        parts = "; ".join(f"{_plain(words)} ({added})" for added, words in evidence.contributions(finding))
        yield f"\nConfidence {evidence.percent(finding.confidence)}{f': {parts}' if parts else ''}"
    rest = others(finding, number)
    if rest:
        yield ""
    for other in rest[:SHOWN]:
        relation = RELATIONS[other.relation]
        yield f"- [{_plain(_name(subject, other))}]({subject.address(other)}#L{other.line}){_brackets(relation)}"
        for change in other.changes[:SHOWN]:
            yield f"  - {_plain(_change(change))}"
    if len(rest) > SHOWN:
        yield f"- and {len(rest) - SHOWN:,} more"
    own = finding.places[number].changes
    if own:
        yield f"\nHere, beside {_plain(_name(subject, finding.places[0]))}:\n"
        yield from (f"- {_plain(_change(change))}" for change in own[:SHOWN])


def _change(change: Change) -> str:
    if not change.was:
        return f"+ {_quoted(change.now)}"
    return f"{_quoted(change.was)} -> {_quoted(change.now)}" if change.now else f"- {_quoted(change.was)}"


def _brackets(words: str) -> str:
    return f" ({words})" if words else ""


def _plain(text: str) -> str:
    """Return text so that Markdown takes no character of it for markup."""
    return "".join(f"\\{character}" if character in "\\`*_{}[]<>#|~" else character for character in text)
