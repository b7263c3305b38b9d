"""Repeated passages: what `dedup.find_repeats` returns, and how the exact and the near ones become one list."""

import gc
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup import kernels
from dedup.kernels.rows import owner, spread, sums
from dedup.match.copies import with_copies
from dedup.match.exact import Occurrences, exact_repeats, sequences
from dedup.match.near import NO_NEAR_REPEATS, NearRepeats, near_repeats
from dedup.match.stream import QUARTERS, join
from dedup.text.reading import Reading, read

Ints = NDArray[np.int64]
Texts = str | Sequence[str] | Mapping[Hashable, str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a repeat stands: ``text[start:end]`` of the document, in code points of the original str.

    It begins with the first and ends with the last word that it shares.
    """

    document: Hashable
    """0 for a str, the index for a sequence, the key for a mapping."""
    start: int
    end: int
    matched: tuple[tuple[int, int], ...]
    """Spans, in the same document, of the runs of words that it shares with the first place; of a first place, all of
    it."""
    _source: str = field(repr=False, compare=False)

    @property
    def text(self) -> str:
        """What stands there."""
        return self._source[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A passage that stands in two or more places."""

    kind: Literal["exact", "near"]
    """Whether all places hold the same words, or some differ in a few."""
    words: int
    """Weight of the shortest place in words, rounded down: a Han or kana character weighs 1/2, a Thai, Lao, Khmer or
    Myanmar one 1/4."""
    similarity: float
    """Lowest share of aligned words that are equal, of any place with the first: 1.0 for an exact repeat."""
    places: tuple[Place, ...]
    """Two or more, in reading order; they never overlap."""


def find_repeats(
    texts: Texts,
    *,
    against: Texts | None = None,
    min_words: int = 8,
    min_similarity: float = 0.6,
    markup: str = "plain",
    blocks: Collection[str] | None = None,
) -> list[Repeat]:
    """Find every passage that stands in two or more places, word for word or changed a little.

    Words are compared folded (case, accents, punctuation and spacing do not count). Every two equal runs of
    `min_words` words that do not overlap are found: each word and its counterpart lie in two places of one repeat.
    Near repeats are found through runs of four equal words; at least `min_words` of their words stand in such runs.

    Parameters
    ----------
    texts
        a str, a sequence of str, or a mapping of keys to str. No passage crosses the border of a text.
    against
        more texts: then only repeats with a place in `texts` are returned. Their documents are numbered on after
        those of `texts`, or named by their keys.
    min_words
        least length, 4 or more. Han and kana characters count 1/2, Thai, Lao, Khmer and Myanmar ones 1/4.
    min_similarity
        least share of aligned words that are equal, above 0 and up to 1; at 1 only exact repeats are returned.
    markup
        "plain", "markdown", "mdx", "html" or "rst".
    blocks
        kinds of block to read: "prose", "heading", "list", "cell", "quote", "code", "front", "comment". By default
        all but front matter and comments.

    Returns
    -------
    list of Repeat, by first place, the longest first

    Raises
    ------
    TypeError, ValueError
        an argument is not of the kind or the range above; the message names it.

    Cost: n log n in the words, linear in the places.

    Examples
    --------
    >>> import dedup
    >>> repeat, = dedup.find_repeats("The mayor opened the old bridge to traffic today. "
    ...     "Later: the mayor opened the old bridge to traffic.")
    >>> repeat.words, [place.text for place in repeat.places]
    (8, ['The mayor opened the old bridge to traffic', 'the mayor opened the old bridge to traffic'])
    """
    documents = _documents("texts", texts, 0)
    focus = list(documents)
    if against is not None:
        for key, text in _documents("against", against, len(documents)).items():
            if key in documents:
                raise ValueError(f"against holds the key {key!r}, which texts holds too; allowed are other keys")
            documents[key] = text
    readings = {key: read(text, markup, blocks) for key, text in documents.items()}
    return repeats_in(readings, focus=focus, min_words=min_words, min_similarity=min_similarity)


def repeats_in(
    readings: Mapping[Hashable, Reading],
    *,
    focus: Collection[Hashable] | None = None,
    min_words: int = 8,
    min_similarity: float = 0.6,
) -> list[Repeat]:
    """As `find_repeats`, on texts that are read already; only repeats with a place in a document of `focus` (None:
    all)."""
    _check(min_words, min_similarity)
    chosen = set(readings if focus is None else focus)
    # documents in focus come first, so that a repeat has a place in focus exactly if its first place is
    keys = [key for key in readings if key in chosen] + [key for key in readings if key not in chosen]
    if not keys:
        return []
    read_in_order = [readings[key] for key in keys]
    kernels.engine(sum(len(reading.text) for reading in read_in_order))
    stream = join(read_in_order)
    inside = int(stream.documents[sum(key in chosen for key in keys)])
    known = sequences(stream, min_words * QUARTERS)
    exact = exact_repeats(stream, known, min_words * QUARTERS)
    exact = _rows(exact, exact.values[exact.offsets[:-1]] < inside)
    near = NO_NEAR_REPEATS
    if min_similarity < 1:
        near = near_repeats(stream, exact, min_words * QUARTERS, min_similarity, inside)
        near = with_copies(near, known)
        near = near.take(~_inside(near.start, near.end, near.offsets, near, themselves=True))
        begin = exact.values.astype(np.int64)
        end = begin + np.repeat(exact.lengths, np.diff(exact.offsets))
        exact = _rows(exact, ~_inside(begin, end, exact.offsets, near))
    return _Objects(keys, read_in_order, stream.documents, stream.weight).repeats(exact, near)


def _documents(name: str, texts: Texts, number: int) -> dict[Hashable, str]:
    if isinstance(texts, str):
        documents: dict[Hashable, str] = {number: texts}
    elif isinstance(texts, Mapping):
        documents = dict(texts)
    elif isinstance(texts, Sequence) and not isinstance(texts, (bytes, bytearray)):
        documents = dict(enumerate(texts, number))
    else:
        raise TypeError(f"{name} is {type(texts).__name__}; allowed are a str, a sequence of str and a mapping to str")
    for key, text in documents.items():
        if not isinstance(text, str):
            raise TypeError(f"{name}[{key!r}] is {type(text).__name__}; allowed is str")
    return documents


def _check(min_words: int, min_similarity: float) -> None:
    if not isinstance(min_words, int) or isinstance(min_words, bool):
        raise TypeError(f"min_words is {type(min_words).__name__}; allowed is int")
    if not 4 <= min_words <= 1_000_000:
        raise ValueError(f"min_words={min_words} is out of range; allowed: 4 to 1000000")
    if not isinstance(min_similarity, (int, float)) or isinstance(min_similarity, bool):
        raise TypeError(f"min_similarity is {type(min_similarity).__name__}; allowed is float")
    if not 0 < min_similarity <= 1:
        raise ValueError(f"min_similarity={min_similarity} is out of range; allowed: above 0, up to 1")


def _rows(repeats: Occurrences, keep: NDArray[np.bool_]) -> Occurrences:
    if keep.all():
        return repeats
    index, offsets = spread(repeats.offsets[:-1][keep], np.diff(repeats.offsets)[keep])
    return Occurrences(repeats.values[index], offsets, repeats.lengths[keep])


def _inside(start: Ints, end: Ints, offsets: Ints, near: NearRepeats, themselves: bool = False) -> NDArray[np.bool_]:
    """Whether each repeat is part of another, near one: all its places lie in places of it, each in a place of its own.

    A place may go on from one place of the near repeat into the next where these touch, as the items of a list do, if
    no word of it lies in the same one as its counterpart.

    start, end : int64 (p,), places in tokens; offsets : int64 (r + 1,), the repeats; themselves: they are the near
        repeats.

    Cost: linear in places, times the near repeats that cover the first place of a repeat.
    """
    result = np.zeros(len(offsets) - 1, dtype=bool)
    if not len(result) or not len(near.start):
        return result
    near_row = owner(near.offsets)
    cell, bounds = spread(near.start >> 3, ((near.end - 1) >> 3) - (near.start >> 3) + 1)
    order = kernels.engine(len(cell)).postings.ascending(cell)
    cell, place = cell[order], owner(bounds)[order]
    first, size = offsets[:-1], np.diff(offsets)
    lo = np.searchsorted(cell, start[first] >> 3)
    hi = np.searchsorted(cell, start[first] >> 3, side="right")
    index, bounds = spread(lo, hi - lo)
    row, place = owner(bounds), place[index]
    fits = (near.start[place] <= start[first[row]]) & (start[first[row]] < near.end[place])
    row, other = row[fits], near_row[place[fits]]
    keys = (near_row << 32) | near.start
    touching = (near_row[1:] == near_row[:-1]) & (near.start[1:] == near.end[:-1])
    stretch = np.append(0, np.cumsum(~touching))

    def holder(places: Ints, rows: Ints) -> Ints:
        """The place of each near row that holds each place, or the first of those that do, or -1."""
        at = np.searchsorted(keys, (rows << 32) | start[places], side="right") - 1
        last = np.searchsorted(keys, (rows << 32) | (end[places] - 1), side="right") - 1
        held = (at >= 0) & (near_row[at] == rows) & (end[places] <= near.end[last])
        return np.where(held & (stretch[at] == stretch[last]), at, -1)

    fits = (holder(offsets[1:][row] - 1, other) >= 0) & (size[row] <= np.diff(near.offsets)[other])
    row, other = row[fits], other[fits]
    index, bounds = spread(first[row], size[row])
    held = holder(index, np.repeat(other, size[row]))
    good = held >= 0
    # a near place that begins before the end of one place and goes on into the next holds words of both; counterparts
    # only if it is longer than they are apart
    both = near.start[held[1:]] < end[index[:-1]]
    both &= near.end[held[1:]] - near.start[held[1:]] > start[index[1:]] - start[index[:-1]]
    both[bounds[1:-1] - 1] = False
    good[1:] &= ~both
    # of a repeat with the very same places that is not itself, the one that comes first stays
    same = np.ones(len(row), dtype=bool)
    if themselves:
        equal = sums((start[index] == near.start[held]) & (end[index] == near.end[held]), bounds) == size[row]
        same = (row != other) & ~(equal & (size[row] == size[other]) & (row < other))
    if len(row):
        result[row[np.logical_and.reduceat(good, bounds[:-1]) & same]] = True
    return result


class _Objects(NamedTuple):
    """Everything that turns spans of tokens into places."""

    keys: list[Hashable]
    readings: list[Reading]
    documents: Ints
    weight: Ints

    def repeats(self, exact: Occurrences, near: NearRepeats) -> list[Repeat]:
        """All repeats, by first place, the longest first."""
        first = np.append(exact.values[exact.offsets[:-1]], near.start[near.offsets[:-1]])
        length = np.append(exact.lengths, (near.end - near.start)[near.offsets[:-1]])
        # Tens of thousands of objects without a cycle among them: collecting garbage meanwhile takes twice as long as
        # making them (70,000 places: 270 ms with, 80 ms without).
        collecting = gc.isenabled()
        gc.disable()
        try:
            found = self._exact(exact) + self._near(near)
        finally:
            if collecting:
                gc.enable()
        return [found[k] for k in np.lexsort((-length, first)).tolist()]

    def _spans(self, start: Ints, end: Ints) -> tuple[list[int], list[int], list[int]]:
        """Document and characters of spans of tokens."""
        document = np.searchsorted(self.documents, start, side="right") - 1
        if len(self.readings) == 1:
            starts, ends = self.readings[0].tokens.starts, self.readings[0].tokens.ends
        else:
            starts = np.concatenate([reading.tokens.starts for reading in self.readings])
            ends = np.concatenate([reading.tokens.ends for reading in self.readings])
        return document.tolist(), starts[start].tolist(), ends[end - 1].tolist()

    def _exact(self, exact: Occurrences) -> list[Repeat]:
        begin = exact.values.astype(np.int64)
        documents, starts, ends = self._spans(begin, begin + np.repeat(exact.lengths, np.diff(exact.offsets)))
        first = begin[exact.offsets[:-1]]
        words = ((self.weight[first + exact.lengths] - self.weight[first]) // QUARTERS).tolist()
        keys, sources = self.keys, [reading.text for reading in self.readings]
        places = [
            Place(keys[document], start, end, ((start, end),), sources[document])
            for document, start, end in zip(documents, starts, ends, strict=True)
        ]
        bounds = exact.offsets.tolist()
        return [
            Repeat("exact", weight, 1.0, tuple(places[lo:hi]))
            for weight, lo, hi in zip(words, bounds[:-1], bounds[1:], strict=True)
        ]

    def _near(self, near: NearRepeats) -> list[Repeat]:
        documents, starts, ends = self._spans(near.start, near.end)
        _, block_starts, block_ends = self._spans(near.block_start, near.block_end)
        matched = list(zip(block_starts, block_ends, strict=True))
        weight = (self.weight[near.end] - self.weight[near.start]) // QUARTERS
        keys, sources = self.keys, [reading.text for reading in self.readings]
        bounds = near.blocks.tolist()
        places = [
            Place(keys[document], start, end, tuple(matched[lo:hi]), sources[document])
            for document, start, end, lo, hi in zip(documents, starts, ends, bounds[:-1], bounds[1:], strict=True)
        ]
        if not places:
            return []
        words = np.minimum.reduceat(weight, near.offsets[:-1]).tolist()
        similarity = np.minimum.reduceat(near.matched / near.columns, near.offsets[:-1]).tolist()
        bounds = near.offsets.tolist()
        return [
            Repeat("near", least, share, tuple(places[lo:hi]))
            for least, share, lo, hi in zip(words, similarity, bounds[:-1], bounds[1:], strict=True)
        ]
