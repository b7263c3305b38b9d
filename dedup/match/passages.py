"""Repeated passages: what `dedup.find_repeats` returns."""

import gc
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from dedup import arguments, kernels
from dedup.kernels.rows import bounds
from dedup.match.merge import Repeats, repeats_of
from dedup.match.stream import QUARTERS
from dedup.sketch.collection import strings
from dedup.text.reading import Reading, read_all

Texts = str | Iterable[str] | Mapping[Hashable, str] | Any


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a repeat: ``text[start:end]`` of its document.

    A place begins with the first and ends with the last word that it shares. Offsets are code points of the original
    str.
    """

    document: Hashable
    """0 for a str, the index for a collection, the key for a mapping."""
    start: int
    """Offset of the first character."""
    end: int
    """Offset after the last character."""
    matched: tuple[tuple[int, int], ...]
    """Spans of the words that are equal to the first place. For the first place itself, its whole span."""
    text: str = field(repr=False, compare=False)
    """The text of the place."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """A passage that is repeated: two or more places with the same or nearly the same words."""

    kind: Literal["exact", "near"]
    """``"exact"`` if all places have the same words, ``"near"`` if some words differ."""
    words: int
    """Length of the shortest place in words, rounded down. A Han or kana character counts 1/2, a Thai, Lao, Khmer or
    Myanmar character 1/4.
    """
    similarity: float
    """Lowest share of aligned words that a place has in common with the first one; 1.0 if exact."""
    places: tuple[Place, ...]
    """Two or more places in reading order. They never overlap, but where one ends and the next begins within a
    character that stands for several words, such as ½, both have that character.
    """
    omitted: int = field(default=0, compare=False)
    """How many more documents of an archive have the passage: with over 100, only some have a place here."""


@kernels.one_engine()
def find_repeats(
    texts: Texts,
    *,
    against: Texts | None = None,
    min_words: int = 8,
    min_similarity: float = 0.6,
    markup: str = "plain",
    blocks: Collection[str] | None = None,
) -> list[Repeat]:
    """Find every passage that is repeated, word for word or with small changes.

    Words are compared without regard to case, accents, punctuation and spacing. Exact repeats are complete: any two
    equal runs of `min_words` words that do not overlap are found, and each word and its counterpart are in two places
    of one repeat. Near repeats are found through runs of four equal words, and at least `min_words` of their words are
    in such runs. No place of one has a whole block, or several, of two words or more of which no word matches.

    Parameters
    ----------
    texts
        A str, a mapping from keys to str, or a collection of str as for `find_duplicates`: an iterable, a NumPy array,
        or an Arrow array of strings (pyarrow, Polars, pandas). No passage crosses from one text into another. In a
        collection, None, NaN and null match nothing.
    against
        More texts. If given, only repeats with a place in `texts` are returned. The documents of a collection are
        numbered after those of `texts`; the documents of a mapping are named by its keys.
    min_words
        Minimum length of a passage, from 4 to 1,000,000. Han and kana characters count 1/2, Thai, Lao, Khmer and
        Myanmar ones 1/4.
    min_similarity
        Minimum share of aligned words that are equal, above 0 and at most 1. With 1, only exact repeats are returned.
    markup
        ``"plain"``, ``"markdown"``, ``"mdx"``, ``"html"`` or ``"rst"``.
    blocks
        Kinds of block to read: ``"prose"``, ``"heading"``, ``"list"``, ``"cell"``, ``"quote"``, ``"code"``,
        ``"front"``, ``"comment"``. By default all except front matter and comments.

    Returns
    -------
    list of Repeat
        Ordered by first place; of those with the same first place, the longest is first.

    Raises
    ------
    TypeError, ValueError
        An argument has the wrong type or is out of range. The message names the argument, its value and what is
        allowed.

    Notes
    -----
    Takes O(n log n) time in the number of words, and linear time in the number of places.

    In a text that is nothing but repetition, the repeats of all lengths would have places by the square of its words.
    Where there are more than four places for each word, and more than 65,536, the repeats that are listed are the
    longest exact ones, those without which a pair of equal runs would not be found, and the near ones that cover the
    most words. Runs of four words that stand more than 64 times are compared with the first of them and with their
    neighbours; of alignments between neighbours with the same words, the first is used.

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
    kernels.expect(sum(map(len, documents.values())))
    readings = dict(zip(documents, read_all(documents.values(), markup, blocks), strict=True))
    return repeats_in(readings, focus=focus, min_words=min_words, min_similarity=min_similarity)


@kernels.one_engine()
def repeats_in(
    readings: Mapping[Hashable, Reading],
    *,
    focus: Collection[Hashable] | None = None,
    min_words: int = 8,
    min_similarity: float = 0.6,
) -> list[Repeat]:
    """Return what `find_repeats` returns, for texts that are already read.

    With `focus`, only repeats with a place in one of these documents are returned.
    """
    min_words = arguments.integer("min_words", min_words, 4, arguments.MOST_WORDS)
    min_similarity = arguments.similarity("min_similarity", min_similarity)
    chosen = set(readings if focus is None else focus)
    # documents in focus come first, so that a repeat has a place in focus exactly if its first place is
    keys = [key for key in readings if key in chosen] + [key for key in readings if key not in chosen]
    if not keys:
        return []
    ordered = [readings[key] for key in keys]
    focused = sum(key in chosen for key in keys)
    if not focused:
        return []
    return _objects(keys, ordered, repeats_of(ordered, focused, min_words, min_similarity))


def _documents(name: str, texts: Texts, number: int) -> dict[Hashable, str]:
    if isinstance(texts, str):
        return {number: texts}
    if isinstance(texts, Mapping):
        for key, text in texts.items():
            if not isinstance(text, str):
                raise TypeError(f"{name}[{key!r}] is {type(text).__name__}; allowed is str")
        return dict(texts)
    plain = isinstance(texts, (list, tuple)) and all(isinstance(text, str) for text in texts)
    return dict(enumerate(texts if plain else strings(texts, name=name), number))


def _objects(keys: Sequence[Hashable], readings: Sequence[Reading], found: Repeats) -> list[Repeat]:
    """Return the rows of a table as objects."""
    if len(found.offsets) == 1:
        return []
    documents = bounds(np.array([len(reading.tokens.hashes) for reading in readings]))
    starts, ends, weights = (np.concatenate(parts) for parts in zip(*map(_columns, readings), strict=True))
    weight = bounds(weights)
    shift = documents[found.documents]
    first, stop = found.first + shift, found.stop + shift
    moved = np.repeat(shift, np.diff(found.runs))
    run_starts, run_ends = starts[found.run_first + moved].tolist(), ends[found.run_stop + moved - 1].tolist()
    matched = list(zip(run_starts, run_ends, strict=True))
    words = (np.minimum.reduceat(weight[stop] - weight[first], found.offsets[:-1]) // QUARTERS).tolist()
    similarity = np.minimum.reduceat(found.shares, found.offsets[:-1]).tolist()
    sources = [reading.text for reading in readings]
    # Tens of thousands of objects without a cycle among them: collecting garbage meanwhile takes twice as long as
    # making them (70,000 places: 270 ms with, 80 ms without).
    collecting = gc.isenabled()
    gc.disable()
    try:
        places = [
            Place(keys[document], start, end, tuple(matched[low:high]), sources[document][start:end])
            for document, start, end, (low, high) in zip(
                found.documents.tolist(),
                starts[first].tolist(),
                ends[stop - 1].tolist(),
                pairwise(found.runs.tolist()),
                strict=True,
            )
        ]
        return [
            Repeat("near" if near else "exact", least, share, tuple(places[low:high]))
            for near, least, share, (low, high) in zip(
                found.near.tolist(), words, similarity, pairwise(found.offsets.tolist()), strict=True
            )
        ]
    finally:
        if collecting:
            gc.enable()


def _columns(reading: Reading) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.uint8]]:
    return reading.tokens.starts, reading.tokens.ends, reading.tokens.weights
