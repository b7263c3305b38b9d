"""Repeated passages: what `dedup.find_repeats` returns."""

import gc
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dedup.kernels.rows import bounds
from dedup.match.merge import Repeats, repeats_of
from dedup.match.stream import QUARTERS
from dedup.text.reading import Reading, read

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
    ordered = [readings[key] for key in keys]
    focused = sum(key in chosen for key in keys)
    if not focused:
        return []
    return _objects(keys, ordered, repeats_of(ordered, focused, min_words, min_similarity))


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


def _objects(keys: Sequence[Hashable], readings: Sequence[Reading], found: Repeats) -> list[Repeat]:
    """The rows of a table as objects."""
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
            Place(keys[document], start, end, tuple(matched[low:high]), sources[document])
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
