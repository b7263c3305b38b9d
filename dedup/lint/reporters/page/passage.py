"""A place in its text, as pieces of HTML: context, the words it shares, the words that differ."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Literal
from unicodedata import combining

from dedup.lint.findings import Location
from dedup.lint.reporters.names import NO_COMMAND

REACH = 140
"""Characters of context on each side of a place."""

WHOLE = 1_200
"""A longer passage, in characters, is shown without stretches in which nothing differs."""

_TAIL = 300  # characters of a longer passage that are shown at its end
_BESIDE = 80  # characters shown on each side of words that differ
_LONGEST = 400  # characters of differing words that are shown without a cut: there may be a block of code between two
_SHOWN_CHANGES = 24  # changes that are shown in a longer passage; others may fall into a gap
_CUT = "…"

# What a page must not contain, or what would change the direction of the text after it, is shown as a picture or a
# replacement character. The marks U+200E and U+200F stay: Arabic and Hebrew text is written with them, and they affect
# only the character beside them.
_HARMLESS = {
    **{code: 0x2400 + code for code in range(0x20)},
    **dict.fromkeys((0x09, 0x0B, 0x0C, 0x0D), 0x20),
    0x0A: 0x0A,
    0x7F: 0x2421,
    **dict.fromkeys((*range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)), 0xFFFD),
    **dict.fromkeys(range(0xD800, 0xE000), 0xFFFD),
    **dict.fromkeys(
        (*range(0xFDD0, 0xFDF0), *(plane + low for plane in range(0, 0x110000, 0x10000) for low in (0xFFFE, 0xFFFF))),
        0xFFFD,
    ),
}
_BLANK = re.compile(r"\s+")
_BREAKS = re.compile(r"[ \t]*(?:\r\n|\n|\r)[ \t\r\n]*")
_BLOCK = re.compile(r"[-*+•>#|<:]|\d{1,3}[.)]\s|```|~~~|\.\.\s")  # a line that begins so begins a block
_ALONE = re.compile(r"\s*(?:#|```|~~~|:::|\|)")  # nor does a line that begins so go on in the next line

Role = Literal["around", "shared", "change", "plain"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A span [start, end) of a source and what it is; `was` are the words that the first place has instead.

    "plain" is between shared and differing words of a place: most often punctuation.
    """

    role: Role
    start: int
    end: int
    was: str = ""


def harmless(text: str) -> str:
    """Return the text without characters that a page must not contain, of the same length."""
    if text.isascii() and text.isprintable():  # as most text is
        return text
    return text.translate(_HARMLESS)


def html(text: str) -> str:
    """Return the text as HTML, for an element or a quoted attribute: in ASCII, whatever it contains."""
    return escape(harmless(text)).replace("::", NO_COMMAND).encode("ascii", "xmlcharrefreplace").decode("ascii")


def path(text: str) -> str:
    """Return a path as HTML, with its folders apart from its name."""
    folders, slash, name = text.rpartition("/")
    inner = f"<span>{html(folders + slash)}</span>{html(name)}" if slash else html(name)
    return f'<bdi class="path" dir="ltr">{inner}</bdi>'


def pieces(place: Location) -> Iterator[Piece]:
    """Yield the place from its start to its end, without gaps or overlaps. Linear in its changes and shared runs."""
    matched, at, position = place.matched, 0, place.start
    changes = [(change.start, change.end, change.was) for change in place.changes]
    for start, end, was in [*changes, (place.end, place.end, "")]:
        start = max(start, position)
        while position < start:
            while at < len(matched) and matched[at][1] <= position:
                at += 1
            opens, closes = matched[at] if at < len(matched) else (place.end, place.end)
            border = min(start, closes if opens <= position else opens)
            yield Piece("shared" if opens <= position else "plain", position, border)
            position = border
        position = max(start, min(end, place.end))
        if was or position > start:
            yield Piece("change", start, position, was)


def drawn(place: Location, whole: int = WHOLE) -> str:
    """Return the place in its context, as HTML.

    Of a place of more than `whole` characters, only its ends and the neighbourhood of words that differ are shown, with
    the number of characters left out. Takes linear time in what is shown and in the changes.
    """
    text = place.source.text
    before, after = _context(place)
    kept = _kept(place, list(pieces(place)), whole)
    shown = [_around(text, before, place.start, f"{_CUT} " if before else "", "")]
    position = place.start
    for start, end, inner in kept:
        if start > position:
            shown.append(f'<span class="gap"> {_CUT} {start - position:,} characters {_CUT} </span>')
        flowing = _flow(text, start, end)
        shown.extend(_piece(piece, flowing[piece.start - start : piece.end - start]) for piece in inner)
        position = end
    shown.append(_around(text, place.end, after, "", f" {_CUT}" if after < len(text) else ""))
    return "".join(shown)


def _piece(piece: Piece, text: str) -> str:
    if piece.role == "shared":
        return f"<mark>{html(text)}</mark>"
    if piece.role == "plain":
        return html(text)
    words = " ".join(piece.was[: _LONGEST + 1].split())
    if len(piece.was) > _LONGEST:
        words = f"{words[: _LONGEST // 2]} {_CUT} {' '.join(piece.was[-_LONGEST // 2 :].split())}"
    was = html(words)
    now = f"<ins>{html(text)}</ins>" if text else ""
    if not was:
        return now
    return f"<del>{was} </del>{now}" if now else f"<del> {was}</del>"


def _around(text: str, start: int, end: int, opening: str, closing: str) -> str:
    if start >= end:
        return ""
    return f'<span class="around">{html(opening + _flow(text, start, end) + closing)}</span>'


def _context(place: Location) -> tuple[int, int]:
    """Return where the context of a place begins and ends: between words, where there are spaces."""
    text = place.source.text
    before = max(0, place.start - REACH)
    if before:
        blank = _BLANK.search(text, before, place.start)
        before = blank.end() if blank and blank.end() < place.start else before
        while before < place.start and combining(text[before]):
            before += 1
    after = min(len(text), place.end + REACH)
    if after < len(text):
        words = text[place.end : after].rstrip()
        cut = max(words.rfind(blank) for blank in " \n\t")
        after = place.end + (cut if cut > 0 else len(words))
    return before, after


def _kept(place: Location, every: list[Piece], whole: int) -> list[tuple[int, int, list[Piece]]]:
    """Return the stretches of a place that are shown, with their pieces."""
    if place.end - place.start <= whole:
        return [(place.start, place.end, every)]
    changed = [piece for piece in every if piece.role == "change"][:_SHOWN_CHANGES]
    tail = min(_TAIL, whole // 2)
    wanted = [
        (place.start, place.start + whole - tail),
        (place.end - tail, place.end),
    ]
    for piece in changed:
        if piece.end - piece.start > _LONGEST:
            wanted.append((piece.start - _BESIDE, piece.start + _LONGEST // 2))
            wanted.append((piece.end - _LONGEST // 2, piece.end + _BESIDE))
        else:
            wanted.append((piece.start - _BESIDE, piece.end + _BESIDE))
    stretches: list[tuple[int, int]] = []
    for start, end in sorted(wanted):
        start, end = _between_words(place, max(start, place.start)), _between_words(place, min(end, place.end))
        if stretches and start <= stretches[-1][1] + _BESIDE:
            stretches[-1] = (stretches[-1][0], max(end, stretches[-1][1]))
        else:
            stretches.append((start, end))
    kept = []
    at = 0
    for start, end in stretches:
        while at < len(every) and every[at].end < start:
            at += 1
        inner, other = [], at
        while other < len(every) and every[other].start <= end:
            piece = every[other]
            left, right = max(piece.start, start), min(piece.end, end)
            # missing words have no width: they are shown where they are missing
            if left < right or (piece.start == piece.end and start <= left <= end):
                inner.append(Piece(piece.role, left, right, piece.was if left == piece.start else ""))
            other += 1
        kept.append((start, end, inner))
    return kept


def _between_words(place: Location, position: int) -> int:
    """Return the space at or shortly before a position in a place; the position itself if there is none."""
    if place.start < position < place.end:
        text = place.source.text
        for at in range(position, max(place.start, position - 24), -1):
            if text[at].isspace():
                return at
    return position


def _flow(text: str, start: int, end: int) -> str:
    """Return [start, end) of a text, at the same length, with a space for each line end inside a paragraph.

    So places that are wrapped differently look alike. A new paragraph and a list item still begin a line.
    """

    def join(broken: re.Match[str]) -> str:
        run = broken.group()
        ends = run.count("\n") + run.count("\r") - run.count("\r\n")
        at = start + broken.start()
        line = max(text.rfind("\n", start, at), text.rfind("\r", start, at)) + 1
        keeps = ends > 1 or _BLOCK.match(text, start + broken.end()) or _ALONE.match(text, max(line, start), at)
        return ("\n" if keeps else " ").ljust(len(run))

    return _BREAKS.sub(join, text[start:end])


def lines(places: Iterable[Location]) -> Iterator[tuple[str, list[int]]]:
    """Yield the paths of the places, in order, each with the lines where places begin."""
    for name, group in groupby(places, key=lambda place: place.path):
        yield name, [place.line for place in group]
