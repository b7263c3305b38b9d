"""Edits applied to the copies that keep the old wording, as far as they fit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from operator import attrgetter
from posixpath import dirname
from typing import Final, NamedTuple

import numpy as np

from dedup.lint.findings import Fix
from dedup.lint.stale.copies import Copy, Stale
from dedup.lint.stale.edits import Edit
from dedup.lint.stale.version import Version
from dedup.lint.texts import Texts
from dedup.text.reading import Reading, read

_BREAK: Final = re.compile(r"[ \t]*(?:\r\n|\n|\r)[\s>]*")
_BLANK: Final = re.compile(r"\s+")
_MARKUP: Final = re.compile(r"[<>&*_`\[\]\\{}|]")
_LINK: Final = re.compile(r"\]\(|\]\[|<a\s|`_|:[\w-]+:`", re.IGNORECASE)


class _Piece(NamedTuple):
    """An edit of a copy: characters [start, end) become `text`, and tokens [first, stop) become `words`."""

    start: int
    end: int
    text: str
    first: int
    stop: int
    words: tuple[int, ...]


class _Candidate(NamedTuple):
    """The edits of one copy, which are applied together."""

    row: int
    document: int
    pieces: tuple[_Piece, ...]


def fixes(texts: Texts, found: Sequence[Stale]) -> list[tuple[Fix, ...]]:
    """Return, for each edited passage, what brings its copies up to date.

    A copy is left out if the edit does not fit: because there is markup in or beside the words, or a link that would
    lead elsewhere. Each text with a copy is read again as it would be: the words must be those of the edited passage,
    and no block may become one of another kind. The copy keeps its line breaks.

    Parameters
    ----------
    texts
        The texts, with the markup of each.
    found
        Edited passages. Those that were deleted are passed over.

    Returns
    -------
    list of tuple of Fix
        In the order of the texts and positions. Cost: reading each text with a copy, twice or more where an edit does
        not fit.
    """
    version = cache(lambda document: Version(texts.readings[document]))
    candidates: list[_Candidate] = []
    for row, stale in enumerate(found):
        if stale.passage.deleted:
            continue
        old, new = Version(texts.before[stale.document][0]), version(stale.document)
        for copy in stale.copies:
            same = texts.markups[copy.document] == texts.markups[stale.document]
            near = dirname(texts.sources[copy.document].path) == dirname(texts.sources[stale.document].path)
            pieces = tuple(_pieces(stale, old, new, version(copy.document), copy, same, near))
            if len(pieces) == len(stale.passage.edits):
                candidates.append(_Candidate(row, copy.document, pieces))
    result: list[list[Fix]] = [[] for _ in found]
    for document, several in groupby(sorted(candidates, key=attrgetter("document", "pieces")), attrgetter("document")):
        for candidate in _sound(texts.readings[document], texts.markups[document], list(several)):
            source = texts.sources[document]
            result[candidate.row] += [Fix(source, piece.start, piece.end, piece.text) for piece in candidate.pieces]
    return [tuple(row) for row in result]


def applied(text: str, changes: Sequence[Fix]) -> str:
    """Return a text with fixes that do not overlap."""
    parts, done = [], 0
    for fix in sorted(changes, key=attrgetter("start", "end")):
        parts += [text[done : fix.start], fix.text]
        done = fix.end
    return "".join([*parts, text[done:]])


def _sound(reading: Reading, markup: str, candidates: list[_Candidate]) -> list[_Candidate]:
    """Return the candidates after which the text reads as it should; all at once if that is so, or else one by one."""
    apart: list[_Candidate] = []
    for candidate in candidates:
        if not apart or apart[-1].pieces[-1].end < candidate.pieces[0].start:
            apart.append(candidate)
    if _reads(reading, markup, apart):
        return apart
    kept: list[_Candidate] = []
    for candidate in apart:
        if _reads(reading, markup, [*kept, candidate]):
            kept.append(candidate)
    return kept


def _reads(reading: Reading, markup: str, candidates: Sequence[_Candidate]) -> bool:
    pieces = [piece for candidate in candidates for piece in candidate.pieces]
    parts, words = [], []
    done = token = 0
    for piece in pieces:
        parts += [reading.text[done : piece.start], piece.text]
        words += [reading.tokens.hashes[token : piece.first], np.array(piece.words, np.uint64)]
        done, token = piece.end, piece.stop
    text = "".join([*parts, reading.text[done:]])
    wanted = np.concatenate([*words, reading.tokens.hashes[token:]])
    after = read(text, markup, [kind.name.lower() for kind in reading.kinds])
    return np.array_equal(after.tokens.hashes, wanted) and np.array_equal(after.marks.kinds, reading.marks.kinds)


def _pieces(
    stale: Stale, old: Version, new: Version, there: Version, copy: Copy, same_markup: bool, same_folder: bool
) -> Iterator[_Piece]:
    """Yield each edit of a passage as an edit of a copy, if it fits there."""
    passage = stale.passage
    floor, done = passage.unit[0], 0
    for number, edit in enumerate(passage.edits):
        after = passage.edits[number + 1] if number + 1 < len(passage.edits) else None
        ceiling = passage.unit[1] if after is None else after.first
        wide = _with_case(old, new, edit, floor, ceiling)
        floor = wide.stop
        region = _region(old, wide.first, wide.stop, passage.unit)
        new_region = _region(new, wide.new_first, wide.new_stop, passage.new_unit)
        shift = copy.shift
        own = passage.unit[0] + shift, passage.unit[1] + shift
        place = _region(there, wide.first + shift, wide.stop + shift, own)
        was, now, here = (
            version.reading.text[slice(*span)] for version, span in ((old, region), (new, new_region), (there, place))
        )
        text = _replaced(was, now, here)
        if text is None and wide.first < wide.stop and wide.new_first < wide.new_stop:
            place = _span(there, wide.first + shift, wide.stop + shift)
            was, now = _words(old, wide.first, wide.stop), _words(new, wide.new_first, wide.new_stop)
            here = there.reading.text[slice(*place)]
            if _plain(was) == _plain(here) and not _MARKUP.search(now):
                text = _kept_breaks(now, here)
        fits = (same_markup or not _MARKUP.search(now)) and (same_folder or not _LINK.search(now))
        if text is None or not fits or place[0] < done:
            return
        done = place[1]
        words = tuple(new.reading.tokens.hashes[wide.new_first : wide.new_stop].tolist())
        start, end = place
        here = there.reading.text
        while start < end and text and text[0] == here[start] and not text[0].isalnum():
            start, text = start + 1, text[1:]
        while start < end and text and text[-1] == here[end - 1] and not text[-1].isalnum():
            end, text = end - 1, text[:-1]
        yield _Piece(start, end, text, wide.first + shift, wide.stop + shift, words)


def _with_case(old: Version, new: Version, edit: Edit, floor: int, ceiling: int) -> Edit:
    """Return an edit with the words beside it that are written otherwise now: "The" that became "the"."""
    first, stop, new_first, new_stop = edit
    while first > floor and _words(old, first - 1, first) != _words(new, new_first - 1, new_first):
        first, new_first = first - 1, new_first - 1
    while stop < ceiling and _words(old, stop, stop + 1) != _words(new, new_stop, new_stop + 1):
        stop, new_stop = stop + 1, new_stop + 1
    return Edit(first, stop, new_first, new_stop)


def _span(version: Version, first: int, stop: int) -> tuple[int, int]:
    tokens = version.reading.tokens
    return int(tokens.starts[first]), int(tokens.ends[stop - 1])


def _words(version: Version, first: int, stop: int) -> str:
    start, end = _span(version, first, stop)
    return version.reading.text[start:end]


def _region(version: Version, first: int, stop: int, unit: tuple[int, int]) -> tuple[int, int]:
    """Return the characters of some tokens with what lies between them and their neighbours.

    At the beginning of the unit, they begin with the token itself; at the end of a block, they end with it.
    """
    tokens, marks = version.reading.tokens, version.reading.marks
    if first == unit[0] or (first < stop and version.ends_block(first)):
        start = int(tokens.starts[first])
        if first == stop:
            return start, start
    else:
        start = int(tokens.ends[first - 1])
    if stop < version.size and not version.ends_block(stop):
        return start, int(tokens.starts[stop])
    block = int(np.searchsorted(marks.starts, tokens.starts[stop - 1], side="right")) - 1
    return start, max(int(marks.ends[block]), int(tokens.ends[stop - 1]))


def _replaced(was: str, now: str, here: str) -> str | None:
    """Return what stands here after an edit, if the same as before the edit stands here; else None."""
    if _plain(was) == _plain(here):
        return _kept_breaks(now, here)
    # one of them may be followed by another sentence, and not the other
    tails = [text[len(text.rstrip()) :] for text in (was, now)]
    if bool(tails[0]) == bool(tails[1]) and _plain(was.rstrip()) == _plain(here.rstrip()):
        return _kept_breaks(now.rstrip(), here.rstrip()) + here[len(here.rstrip()) :]
    return None


def _plain(text: str) -> str:
    """Return a text on one line."""
    return _BLANK.sub(" ", _BREAK.sub(" ", text))


def _kept_breaks(now: str, here: str) -> str:
    """Return a text on one line, but for the line breaks of another: each in place of as many blanks from the start."""
    now = _BREAK.sub(" ", now)
    blanks = [(match.start(), match.end()) for match in _BLANK.finditer(now)]
    gaps = re.finditer(rf"{_BREAK.pattern}|\s+", here)
    chosen = {min(number, len(blanks) - 1): gap[0] for number, gap in enumerate(gaps) if _BREAK.fullmatch(gap[0])}
    parts, done = [], 0
    for number, (start, end) in enumerate(blanks):
        parts += [now[done:start], chosen.get(number, now[start:end])]
        done = end
    return "".join([*parts, now[done:]])
