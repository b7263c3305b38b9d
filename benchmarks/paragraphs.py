"""A collection of paragraphs with known answers: which was copied from which, and in how many of its words edited.

Words as often and sentences as long as in prose; a million paragraphs of 60 words take less than a minute, because
words are drawn, edited and shuffled as numbers and become text last. The same seed gives the same collection
everywhere. Rows of words of various length are `values`, `offsets`: row i is ``values[offsets[i]:offsets[i + 1]]``.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.prose import Vocabulary
from benchmarks.texts import planted_beside, save

Numbers = npt.NDArray[np.int64]
SIZE = 50_000
"""How many different words there are, far more than a paragraph has: a template's variants need that many."""

PLACES = (20, 40)
"""The words that differ between the variants of a template, counted from 0."""

_PLAIN, _FIRST, _LAST, _COMMA, _ALONE = range(5)
_CHUNK = 10_000


@dataclass(frozen=True, slots=True)
class Mix:
    """What a collection consists of, beside paragraphs of their own, as shares of all its paragraphs.

    `near`: copies edited in one of `rates` of their words, taken in turn; a third of the edits each substitutes,
    inserts after, deletes. `copies`: exact copies. `boilerplate`: copies of as few as `kinds` paragraphs.
    """

    near: float = 0.1
    rates: tuple[float, ...] = (1 / 60, 2 / 60, 3 / 60, 6 / 60, 12 / 60)
    copies: float = 0.05
    boilerplate: float = 0.05
    kinds: int = 2


DISTINCT = Mix(copies=0.0, boilerplate=0.0)
GRADED = Mix(near=0.5, rates=tuple(edits / 60 for edits in range(1, 11)), copies=0.0, boilerplate=0.0)
"""Near copies as like as .9 and as unlike as .35, in 3-word shingles."""


class Rows(NamedTuple):
    """Words as numbers: ``kind * SIZE + rank``, the kind being how it is written."""

    values: npt.NDArray[np.int32]
    offsets: Numbers


class Collection(NamedTuple):
    """Paragraphs in the order in which they are given.

    `origin`: int64 (n,), for each the one that it was copied from, or itself. `edits`: float64 (n,), the share of its
    words that was edited; 0 for exact copies and for what was not copied.
    """

    rows: Rows
    origin: Numbers
    edits: npt.NDArray[np.float64]
    words: tuple[str, ...]

    def texts(self) -> Iterator[str]:
        """The paragraphs, one after the other."""
        return _texts(self.rows, self.words)


def mixed(count: int, seed: int, *, words: int = 60, mix: Mix = Mix()) -> Collection:
    """`count` paragraphs of about `words` words, copies among them as `mix` says, in random order.

    ValueError: nothing is left to copy from.
    """
    generator = np.random.Generator(np.random.PCG64([seed, count, words]))
    near, copies, boilerplate = (round(share * count) for share in (mix.near, mix.copies, mix.boilerplate))
    own = count - near - copies - boilerplate
    if own < 1 or (boilerplate and own < mix.kinds):
        raise ValueError(f"mix={mix} leaves {own} of {count} paragraphs to copy from")
    vocabulary = Vocabulary(SIZE, seed)
    originals = _written(vocabulary, _lengths(generator, own, words), generator)
    rates = np.array(mix.rates)[np.arange(near) % len(mix.rates)] if near else np.empty(0)
    edited_from = _below(generator, own, near)
    # kinds are the first rows, which is no bias: rows are independent, and all are shuffled at the end
    copied_from = np.concatenate([_below(generator, own, copies), np.arange(boilerplate) % mix.kinds])
    rows = _joined(
        originals,
        _edited(_taken(originals, edited_from), rates, vocabulary, generator),
        _taken(originals, copied_from),
    )
    origin = np.concatenate([np.arange(own), edited_from, copied_from])
    edits = np.concatenate([np.zeros(own), rates, np.zeros(len(copied_from))])
    return _shuffled(rows, origin, edits, vocabulary, generator)


def repeated(times: int, others: int, seed: int, *, words: int = 60) -> Collection:
    """One paragraph `times` times, among `others` that are all different."""
    generator = np.random.Generator(np.random.PCG64([seed, times, others]))
    vocabulary = Vocabulary(SIZE, seed)
    rows = _written(vocabulary, _lengths(generator, 1 + others, words), generator)
    origin = np.concatenate([np.zeros(times, np.int64), np.arange(1, 1 + others)])
    return _shuffled(_taken(rows, origin), _first_of(origin), np.zeros(len(origin)), vocabulary, generator)


def variants(count: int, others: int, seed: int, *, words: int = 60) -> Collection:
    """`count` variants of one paragraph of exactly `words` words, among `others` that are all different.

    No two variants have the same word at either of the `PLACES`, so with 60 words any two have a Jaccard similarity
    of 52 / 64 in 3-word shingles. ValueError: more variants than words.
    """
    if not 0 < count <= SIZE:
        raise ValueError(f"count={count} variants; allowed: 1 to {SIZE}")
    generator = np.random.Generator(np.random.PCG64([seed, count, others, words]))
    vocabulary = Vocabulary(SIZE, seed)
    template = _written(vocabulary, np.array([words]), generator)
    block = np.tile(template.values, (count, 1))
    for place in PLACES:
        kind = template.values[place] // SIZE
        block[:, place] = kind * SIZE + np.argsort(generator.random(SIZE))[:count]
    rows = _joined(
        Rows(block.reshape(-1), np.arange(count + 1) * words),
        _written(vocabulary, _lengths(generator, others, words), generator),
    )
    origin = np.concatenate([np.zeros(count, np.int64), np.arange(count, count + others)])
    edits = np.where(np.arange(len(origin)) < count, len(PLACES) / words, 0.0)
    return _shuffled(rows, origin, edits, vocabulary, generator)


def _lengths(generator: np.random.Generator, count: int, words: int) -> Numbers:
    """Lengths in words: on average `words`, and from half to one and a half times as many."""
    spread = generator.random((count, 3)).sum(axis=1) / 1.5 - 1
    lengths: Numbers = np.maximum(np.rint(words * (1 + spread / 2)), 1).astype(np.int64)
    return lengths


def _below(generator: np.random.Generator, stop: int, count: int) -> Numbers:
    return (generator.random(count) * stop).astype(np.int64)


def _drawn(vocabulary: Vocabulary, generator: np.random.Generator, count: int) -> npt.NDArray[np.int32]:
    """Ranks of `count` words, independent of each other, as often as the vocabulary says."""
    weights = np.array(vocabulary.weights)
    drawn = np.empty(count, np.int32)
    for start in range(0, count, 1 << 20):  # in pieces: the numbers between 0 and 1 take twice the room of the ranks
        part = drawn[start : start + (1 << 20)]
        part[:] = np.searchsorted(weights, generator.random(len(part)) * weights[-1], side="right")
    return np.minimum(drawn, SIZE - 1)


def _written(vocabulary: Vocabulary, lengths: Numbers, generator: np.random.Generator) -> Rows:
    """Paragraphs of these lengths, in sentences of 4 to 34 words, 19 on average."""
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    total = int(offsets[-1])
    sentences = np.rint(4 + 10 * generator.random((total // 4 + 1, 3)).sum(axis=1)).astype(np.int64)
    breaks = np.cumsum(sentences)
    first = np.zeros(total + 1, bool)
    first[breaks[breaks < total]] = True
    first[offsets] = True
    kinds = np.where(generator.random(total) < 0.05, _COMMA, _PLAIN)
    kinds[first[:-1]] = _FIRST
    kinds[first[1:]] = _LAST
    kinds[first[:-1] & first[1:]] = _ALONE
    return Rows((kinds * SIZE + _drawn(vocabulary, generator, total)).astype(np.int32), offsets)


def _edited(rows: Rows, rates: npt.NDArray[np.float64], vocabulary: Vocabulary, generator: np.random.Generator) -> Rows:
    """Row i with ``round(rates[i] * length)`` edits at different words, a third each substituted, inserted after,
    deleted. One word is always left."""
    values, offsets = rows
    lengths = np.diff(offsets)
    owner = np.repeat(np.arange(len(lengths)), lengths)
    order = np.lexsort((generator.random(len(values)), owner))
    turn = np.empty(len(values), np.int64)
    turn[order] = np.arange(len(values)) - offsets[owner]  # a random order of the words of each row
    is_edited = turn < np.minimum(np.rint(rates * lengths), lengths - 1)[owner]
    # which kind of edit comes first differs from row to row, else a single edit would always substitute
    kind = np.where(is_edited, (turn + owner) % 3, -1)
    drawn = _drawn(vocabulary, generator, len(values))
    changed = np.where(kind == 0, values - values % SIZE + drawn, values)
    counts = np.select([kind == 1, kind == 2], [2, 0], 1)
    ends = np.cumsum(counts)
    edited = np.repeat(changed, counts)
    inserted = kind == 1
    edited[ends[inserted] - 1] = drawn[inserted]
    return Rows(edited.astype(np.int32), np.concatenate([[0], ends])[offsets])


def _taken(rows: Rows, chosen: Numbers) -> Rows:
    """The rows `chosen`, in that order."""
    lengths = np.diff(rows.offsets)[chosen]
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    shift = np.repeat(rows.offsets[chosen] - offsets[:-1], lengths)
    return Rows(rows.values[np.arange(offsets[-1]) + shift], offsets)


def _joined(*parts: Rows) -> Rows:
    """All rows of the first, then all of the second, and so on."""
    ends = np.cumsum([len(part.values) for part in parts])
    shifted = [part.offsets[1:] + end - len(part.values) for part, end in zip(parts, ends, strict=True)]
    return Rows(np.concatenate([part.values for part in parts]), np.concatenate([[0], *shifted]))


def _shuffled(
    rows: Rows,
    origin: Numbers,
    edits: npt.NDArray[np.float64],
    vocabulary: Vocabulary,
    generator: np.random.Generator,
) -> Collection:
    order = np.argsort(generator.random(len(origin)), kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return Collection(_taken(rows, order), place[origin][order], edits[order], tuple(vocabulary.words))


def _first_of(values: Numbers) -> Numbers:
    """For each value the index where it stands first."""
    _, first, inverse = np.unique(values, return_index=True, return_inverse=True)
    result: Numbers = first[inverse]
    return result


def _texts(rows: Rows, words: Sequence[str]) -> Iterator[str]:
    capital = [word.capitalize() for word in words]
    # the comma and the period are part of the word, so that a paragraph is one join
    table = np.array(
        [
            *words,
            *capital,
            *(f"{word}." for word in words),
            *(f"{word}," for word in words),
            *(f"{word}." for word in capital),
        ],
        dtype=object,
    )
    for start in range(0, len(rows.offsets) - 1, _CHUNK):
        offsets = rows.offsets[start : start + _CHUNK + 1]
        pieces = table[rows.values[offsets[0] : offsets[-1]]].tolist()
        for one, other in pairwise((offsets - offsets[0]).tolist()):
            yield " ".join(pieces[one:other])


def measure(kind: str, path: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Write ``kind(**arguments)`` to a file, and the pairs that were planted beside it: (origin, copy)."""
    makers: dict[str, Callable[..., Collection]] = {"mixed": mixed, "repeated": repeated, "variants": variants}
    if "mix" in arguments:
        arguments = {**arguments, "mix": Mix(**arguments["mix"])}
    collection = makers[kind](**arguments)
    save(Path(path), collection.texts())
    copied = np.flatnonzero(collection.origin != np.arange(len(collection.origin)))
    np.save(planted_beside(Path(path)), np.stack([collection.origin[copied], copied], axis=1))
    lengths = np.diff(collection.rows.offsets)
    return {"count": len(lengths), "words": float(lengths.mean())}
