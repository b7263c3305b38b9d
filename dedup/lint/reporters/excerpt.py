"""A place as a person sees it: its lines, cut to the width of the screen, with the parts to underline."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from dedup.lint.findings import Location

Role = Literal["around", "passage", "change"]

MAX_LINES = 4
"""A longer passage is shown without lines in its middle."""

_LEAST_AROUND, _MOST_AROUND = 14, 30  # cells of context on each side of a passage if the line does not fit
_SHORTEST = 12  # cells; no part of a passage is cut shorter
_CUT = "…"

# Whatever would move the cursor, hide text or change its direction is shown as a picture or a replacement character.
_HARMLESS = {
    **{code: 0x2400 + code for code in range(0x20)},
    **dict.fromkeys((0x09, 0x0A, 0x0D), 0x20),
    0x7F: 0x2421,
    **dict.fromkeys(range(0x80, 0xA0), 0xFFFD),
    **dict.fromkeys((0x061C, 0x200E, 0x200F, 0x2028, 0x2029, *range(0x202A, 0x202F)), 0xFFFD),
    **dict.fromkeys(range(0x2066, 0x206A), 0xFFFD),
}
# Runners look for these anywhere in what a step prints: ##vso[ Azure Pipelines, ##[ the first one of GitHub Actions.
_ANYWHERE = re.compile(r"##(?=\[|vso\[)", re.IGNORECASE)
_AT_BEGINNING = re.compile(r"^(\s*:)(?=:)")
# Names in Arabic or Hebrew are written with these marks, and they affect only the character beside them.
_IN_NAMES = (0x09, 0x0A, 0x0D, 0x061C, 0x200E, 0x200F)
_HARMLESS_NAME = {code: shown for code, shown in _HARMLESS.items() if code not in _IN_NAMES}


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line, and whether it is context, the passage, or words of it that differ."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an excerpt, from left to right; `number` is None where lines are left out."""

    number: int | None
    pieces: tuple[Piece, ...]


def harmless(text: str) -> str:
    """Return the text on one line, without anything that a terminal obeys, or a CI runner anywhere in a line."""
    shown = text.translate(_HARMLESS)
    return _ANYWHERE.sub("# #", shown) if "##" in shown else shown


def inert(line: str) -> str:
    """Return a line as `harmless`, and without two colons at its beginning, which GitHub Actions obeys."""
    return _AT_BEGINNING.sub(r"\1 ", harmless(line))


def harmless_name(path: str) -> str:
    """Return a path for a program: without anything that a terminal obeys except ends of lines, which the caller
    escapes. Paths of ordinary files stay as they are."""
    return path.translate(_HARMLESS_NAME)


def cells(text: str) -> int:
    """Return the columns of a terminal that a text takes: two for a wide character, none for a combining one."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def excerpt(place: Location, width: int, brief: bool = False) -> Iterator[Line]:
    """Yield the lines of a place that are shown, each at most `width` cells wide. Linear in the lines of the place.

    `brief`: only its first line and those where words differ, for a place whose text is shown elsewhere.
    """
    numbers = [number for number in range(place.line, place.end_line + 1) if _has_words(place, number)]
    shown = numbers
    if brief or len(numbers) > MAX_LINES:
        changed = {place.source.position(change.start)[0] for change in place.changes[:MAX_LINES]}
        shown = sorted({numbers[0], *changed} if brief else {*numbers[:2], *changed, numbers[-1]})
    following = dict(pairwise(numbers))
    for index, number in enumerate(shown):
        yield Line(number, tuple(_fit(_pieces(place, number, 4 * width), width)))
        if index + 1 < len(shown) and following[number] != shown[index + 1]:
            yield Line(None, ())


def _within(place: Location, number: int) -> tuple[int, int]:
    """Return the part of the place that is on a line, [start, end), without white space around it."""
    line_start, line_end = place.source.line_span(number)
    start, end = max(line_start, place.start), min(line_end, place.end)
    text = place.source.text[start:end]
    return start + len(text) - len(text.lstrip()), start + len(text.rstrip())


def _has_words(place: Location, number: int) -> bool:
    start, end = _within(place, number)
    return start < end


def _pieces(place: Location, number: int, reach: int) -> list[Piece]:
    """Return a whole line in pieces.

    Of parts longer than `reach` characters, only the ends are in them, because such parts are cut in any case.
    """
    text = place.source.text
    start, end = _within(place, number)
    line_start, line_end = place.source.line_span(number)
    pieces = [Piece("around", harmless(text[max(line_start, start - reach) : start].lstrip()))]
    position = start
    for change in place.changes:
        left, right = max(change.start, start), min(change.end, end)
        if change.start == change.end and left < end and text[left].isspace():
            right = left + 1  # where words are missing, point at the space between the others
        if left < right:
            pieces.append(Piece("passage", _ends(text, position, left, reach)))
            pieces.append(Piece("change", _ends(text, left, right, reach)))
            position = right
    pieces.append(Piece("passage", _ends(text, position, end, reach)))
    pieces.append(Piece("around", harmless(text[end : min(line_end, end + reach)].rstrip())))
    return [piece for piece in pieces if piece.text]


def _ends(text: str, start: int, end: int, reach: int) -> str:
    if end - start <= 2 * reach:
        return harmless(text[start:end])
    return f"{harmless(text[start : start + reach])}{_CUT}{harmless(text[end - reach : end])}"


def _fit(pieces: list[Piece], width: int) -> list[Piece]:
    """Return the pieces of a line, cut if they do not fit: first the context, then the middle of long pieces."""
    if _total(pieces) <= width:
        return pieces
    inner = [cells(piece.text) for piece in pieces if piece.role != "around"]
    around = max(_LEAST_AROUND, min((width - sum(inner)) // 2, _MOST_AROUND))
    if pieces[0].role == "around":
        pieces[0] = Piece("around", _tail(pieces[0].text, around))
    if pieces[-1].role == "around":
        pieces[-1] = Piece("around", _head(pieces[-1].text, around))
    room = width - _total(piece for piece in pieces if piece.role == "around")
    cap = _SHORTEST
    while cap < width and sum(min(length, cap + 1) for length in inner) <= room:
        cap += 1
    pieces = [piece if piece.role == "around" else Piece(piece.role, _middle(piece.text, cap)) for piece in pieces]
    return pieces if _total(pieces) <= width else _without_middle(pieces, width)


def _without_middle(pieces: list[Piece], width: int) -> list[Piece]:
    """Return the first and the last pieces that fit, for a passage with too many changes to be shown whole."""
    half = (width - 3) // 2
    left, right = 1, len(pieces) - 1
    while left < right and _total(pieces[: left + 1]) <= half:
        left += 1
    while right > left + 1 and _total(pieces[right - 1 :]) <= half:
        right -= 1
    return [*pieces[:left], Piece("passage", f" {_CUT} "), *pieces[right:]]


def _total(pieces: Iterable[Piece]) -> int:
    return sum(cells(piece.text) for piece in pieces)


def _head(text: str, limit: int) -> str:
    """Return the beginning of a text, up to the end of a word if possible, and "…"; at most `limit` cells."""
    if cells(text) <= limit:
        return text
    kept = _prefix(text, limit - 1)
    words = kept.rpartition(" ")[0] if not text[len(kept)].isspace() else kept
    return (words or kept).rstrip() + _CUT


def _tail(text: str, limit: int) -> str:
    """Return "…" and the end of a text, from the beginning of a word if possible; at most `limit` cells."""
    if cells(text) <= limit:
        return text
    kept = _suffix(text, limit - 1)
    words = kept.partition(" ")[2] if not text[-len(kept) - 1].isspace() else kept
    return _CUT + (words if words.strip() else kept).lstrip()


def _middle(text: str, limit: int) -> str:
    """Return the beginning and the end of a text with " … " between them; at most `limit` cells."""
    if cells(text) <= limit:
        return text
    head = _head(text, (limit - 3) // 2 + 1).removesuffix(_CUT)
    tail = _tail(text, limit - 3 - cells(head) + 1).removeprefix(_CUT)
    return f"{head} {_CUT} {tail}"


def _prefix(text: str, limit: int) -> str:
    """Return the longest beginning of at most `limit` cells."""
    if text.isascii():
        return text[:limit]
    width = 0
    for index, character in enumerate(text):
        width += cells(character)
        if width > limit:
            return text[:index]
    return text


def _suffix(text: str, limit: int) -> str:
    """Return the longest end of at most `limit` cells that does not begin with a combining character."""
    if text.isascii():
        return text[len(text) - limit :]
    width, start = 0, len(text)
    while start and width + cells(text[start - 1]) <= limit:
        start -= 1
        width += cells(text[start])
    while start < len(text) and not cells(text[start]):
        start += 1
    return text[start:]
