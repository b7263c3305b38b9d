"""Repeats in terms of tokens and paragraphs."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.lint.diagnose.diff import changed_runs
from dedup.lint.diagnose.spans import Blocks, token_runs
from dedup.match.stream import QUARTERS
from dedup.text.reading import Reading

if TYPE_CHECKING:
    from dedup.match.passages import Place, Repeat

STUB: Final = 4 * QUARTERS
"""Less than this of a paragraph, at the end of a passage that goes on across its border, is no part of the passage:
that two paragraphs begin with the same words is chance."""

_ADDRESS = re.compile(
    r"[a-z][a-z0-9+.-]*+://[^\s<>\"]+|[\w.+-]++@[\w-]+(?:\.[\w-]+)+|(?:[\w.~-]*+[/\\]){2,}+[\w.~-]*", re.IGNORECASE
)
"""A URL, an e-mail address, or a path of three parts."""
_SIGNS = re.compile(r"[@/\\]")

Ints = NDArray[np.int64]

Run = tuple[int, int, int]
"""A place in tokens: the index of its reading, the first token, the token behind the last."""


class Measured(NamedTuple):
    """A repeat, its places in tokens, and whether each is one or more whole paragraphs."""

    repeat: Repeat
    runs: Sequence[Run]
    whole: Sequence[bool]

    @property
    def rule(self) -> str:
        """The rule that it breaks."""
        if not all(self.whole):
            return "DUP003"
        return "DUP001" if self.repeat.kind == "exact" else "DUP002"


def measured(
    readings: Sequence[Reading], order: Mapping[Hashable, int], repeats: Sequence[Repeat], min_words: int
) -> list[Measured]:
    """The repeats, measured. `order` tells the number of each document's reading.

    Where a place goes on across the border of a paragraph for less than `STUB`, and stops inside the next, all places
    are cut there: a paragraph that stands twice is told as that, whatever word happens to follow it. What is shorter
    than `min_words` then is left out, and what is part of another.

    Also left out is what has fewer words than that if a URL, an address or a path counts as one: to a reader, two links
    into one site are no passage.

    Linear in the places and the texts.
    """
    if not repeats:
        return []
    every = [place for repeat in repeats for place in repeat.places]
    offsets = np.cumsum([0, *(len(repeat.places) for repeat in repeats)])
    documents = np.array([order[place.document] for place in every])
    starts, ends = np.array([place.start for place in every]), np.array([place.end for place in every])
    first, behind = np.empty(len(every), np.int64), np.empty(len(every), np.int64)
    heads, tails = np.zeros(len(every), np.int64), np.zeros(len(every), np.int64)
    by_document = np.argsort(documents, kind="stable")
    parts = np.split(by_document, np.flatnonzero(np.diff(documents[by_document])) + 1)
    blocks = [Blocks.of(readings[documents[part[0]]]) for part in parts]
    for part, those in zip(parts, blocks, strict=True):
        reading = readings[documents[part[0]]]
        first[part], behind[part] = token_runs(reading, starts[part], ends[part])
        heads[part], tails[part] = _stubs(reading.tokens.weights, those, first[part], behind[part])
    head, tail = _least(heads, offsets), _least(tails, offsets)
    for number in np.flatnonzero(head + tail).tolist():
        if repeats[number].kind == "near":
            rows = slice(offsets[number], offsets[number + 1])
            those_runs = zip(documents[rows].tolist(), first[rows].tolist(), behind[rows].tolist(), strict=True)
            shared = _shared_ends(repeats[number], list(those_runs), readings)
            head[number] *= head[number] < shared[0]
            tail[number] *= tail[number] < shared[1]
    sizes = np.diff(offsets)
    first += np.repeat(head, sizes)
    behind -= np.repeat(tail, sizes)
    whole = np.empty(len(every), np.bool_)
    for part, those in zip(parts, blocks, strict=True):
        whole[part] = those.whole(first[part], behind[part])
    runs = list(zip(documents.tolist(), first.tolist(), behind.tolist(), strict=True))
    flags, bounds = whole.tolist(), offsets.tolist()
    found = [
        Measured(repeat, runs[start:stop], flags[start:stop])
        for repeat, start, stop in zip(repeats, bounds[:-1], bounds[1:], strict=True)
    ]
    shortened = np.flatnonzero(head + tail).tolist()
    for number in shortened:
        found[number] = _shortened(found[number], readings)
    left_out = Holders(found).parts(shortened) if shortened else set()
    left_out.update(number for number in shortened if found[number].repeat.words < min_words)
    for number, one in enumerate(found):
        more = _more_in_addresses(one, readings)
        if more and one.repeat.words * QUARTERS - more < min_words * QUARTERS:
            left_out.add(number)
    return [one for number, one in enumerate(found) if number not in left_out]


def _more_in_addresses(one: Measured, readings: Sequence[Reading]) -> int:
    """How much the first place of a repeat weighs beyond what it does if every address in it counts as a word."""
    place, (index, first, behind) = one.repeat.places[0], one.runs[0]
    text, tokens = readings[index].text, readings[index].tokens
    if not _SIGNS.search(text, place.start, place.end):
        return 0
    more = 0
    for address in _ADDRESS.finditer(text, place.start, place.end):
        inside = first + np.searchsorted(tokens.starts[first:behind], address.span())
        more += int(tokens.weights[inside[0] + 1 : inside[1]].sum(dtype=np.int64))
    return more


def _stubs(weights: NDArray[np.uint8], blocks: Blocks, first: Ints, behind: Ints) -> tuple[Ints, Ints]:
    """int64 (n,) twice: how many tokens of each run, at its beginning and at its end, are less than `STUB` of a
    paragraph that is not in the run as a whole, while the run goes on outside of it; 0 for none."""
    weight = np.concatenate(([0], np.cumsum(weights, dtype=np.int64)))
    ends = blocks.closing[np.searchsorted(blocks.opening, first, side="right") - 1]
    heads = np.where((ends < behind) & ~blocks.opens[first], ends - first, 0)
    begins = blocks.opening[np.searchsorted(blocks.opening, behind - 1, side="right") - 1]
    tails = np.where((begins > first) & ~blocks.closes[behind], behind - begins, 0)
    heads[weight[first + heads] - weight[first] >= STUB] = 0
    tails[weight[behind] - weight[behind - tails] >= STUB] = 0
    return heads, tails


def _least(stubs: Ints, offsets: Ints) -> Ints:
    """int64 (r,): the least of each row that is not 0; 0 where all are."""
    most = np.iinfo(np.int64).max
    least = np.minimum.reduceat(np.where(stubs > 0, stubs, most), offsets[:-1])
    found: Ints = np.where(least == most, 0, least)
    return found


def _shared_ends(repeat: Repeat, runs: Sequence[Run], readings: Sequence[Reading]) -> tuple[int, int]:
    """How many tokens at the beginning, and at the end, all places of a near repeat share."""
    sizes = []
    for place, (index, first, behind) in zip(repeat.places, runs, strict=True):
        tokens = readings[index].tokens
        heads = int(np.searchsorted(tokens.ends, place.matched[0][1], side="right")) - first
        tails = behind - int(np.searchsorted(tokens.starts, place.matched[-1][0]))
        sizes.append((heads, tails))
    return min(head for head, _ in sizes), min(tail for _, tail in sizes)


def _shortened(one: Measured, readings: Sequence[Reading]) -> Measured:
    """A repeat whose runs have become shorter."""
    places, words = [], []
    for place, (index, first, behind) in zip(one.repeat.places, one.runs, strict=True):
        tokens = readings[index].tokens
        start, end = int(tokens.starts[first]), int(tokens.ends[behind - 1])
        matched = tuple((max(left, start), min(right, end)) for left, right in place.matched)
        places.append(replace(place, start=start, end=end, matched=matched))
        words.append(int(tokens.weights[first:behind].sum(dtype=np.int64)) // QUARTERS)
    share = 1.0
    if one.repeat.kind == "near":
        share = min(similarity(readings, one.runs[0], place, run) for place, run in zip(places, one.runs, strict=True))
    return one._replace(repeat=replace(one.repeat, words=min(words), similarity=share, places=tuple(places)))


def similarity(readings: Sequence[Reading], first: Run, place: Place, run: Run) -> float:
    """The share of aligned words of a place, which is a run, that are equal to those of the first place."""
    if not place.matched:
        return 0.0
    starts, behind = token_runs(readings[run[0]], *zip(*place.matched, strict=True))
    matched = list(zip((starts - run[1]).tolist(), (behind - run[1]).tolist(), strict=True))
    common: int = sum(b - a for a, b in matched)
    gaps = changed_runs(hashes_of(readings, first), hashes_of(readings, run), matched)
    return common / (common + sum(max(b - a, d - c) for a, b, c, d in gaps))


def hashes_of(readings: Sequence[Reading], run: Run) -> list[int]:
    """The hashes of the tokens in a run."""
    index, first, behind = run
    hashes: list[int] = readings[index].tokens.hashes[first:behind].tolist()
    return hashes


class Holders:
    """Tells of repeats whether they are part of others. Linear in the places, to make."""

    def __init__(self, repeats: Sequence[Measured]) -> None:
        """`repeats` are known by their number."""
        self._repeats = repeats
        places: dict[int, list[tuple[int, int, int]]] = {}
        for number, repeat in enumerate(repeats):
            for reading, first, behind in repeat.runs:
                places.setdefault(reading, []).append((first, behind, number))
        self._places = {reading: np.array(rows).T for reading, rows in places.items()}

    def parts(self, numbers: Iterable[int]) -> set[int]:
        """Of these repeats, those all of whose places lie inside places of one other; of two with the same places, the
        second. Linear in the places of the text in which each stands first, and in those of the repeats around it."""
        return {number for number in numbers if self._is_part(number)}

    def _is_part(self, number: int) -> bool:
        runs = self._repeats[number].runs
        reading, first, behind = runs[0]
        starts, ends, numbers = self._places[reading]
        for other in np.unique(numbers[(starts <= first) & (behind <= ends)]).tolist():
            around = self._repeats[other].runs
            if other != number and not (runs == around and number < other) and _inside(runs, around):
                return True
        return False


def _inside(runs: Sequence[Run], around: Sequence[Run]) -> bool:
    """Whether each run lies inside one of others, which do not overlap."""
    ordered = sorted(around)
    for reading, first, behind in runs:
        at = bisect_right(ordered, (reading, first, sys.maxsize)) - 1
        if at < 0 or ordered[at][0] != reading or ordered[at][2] < behind:
            return False
    return True
