"""Shingle sets of a collection, as arrays."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from xxhash import xxh3_128_digest

from dedup import kernels
from dedup.kernels import threads
from dedup.progress import Progress, silent
from dedup.sketch.collection import Chunk, chunks, counted
from dedup.text import fold

Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]

SHARE: Final = 5
"""Code points in which duplicates are found in the time of one in which repeats are."""


class ShingleSets(NamedTuple):
    """The shingle sets of texts, in order: set i is ``values[offsets[i]:offsets[i + 1]]``."""

    values: Keys
    """uint64 (s,): shingle hashes, ascending in every row, each once."""
    offsets: Ints
    """int64 (n + 1,)"""
    weights: Ints
    """int64 (n,): weights of the texts, in quarter words."""
    fingerprints: Keys
    """uint64 (n, 2): equal where sets are equal, but those of texts without a word where the texts are equal."""
    lengths: Ints
    """int64 (n,): code points of the texts."""
    missing: NDArray[np.bool_] | None
    """bool (n,): None, NaN and null; None if there is nothing of the kind."""


def shingle_sets(
    texts: Any, size: int, progress: Progress = silent, *, name: str = "texts", nulls: bool = False, more: int = 0
) -> Generator[ShingleSets]:
    """Yield the sets of shingles of a collection, a chunk of texts at a time, in order.

    Parameters
    ----------
    texts
        What `dedup.sketch.collection.chunks` accepts; its exceptions are passed on.
    size
        Number of words in a shingle, at least 1.
    progress
        Called if kernels have to be compiled first.
    name, nulls
        As `dedup.sketch.collection.chunks` takes them.
    more
        Number of texts that are read afterwards, for the choice of the engine.

    Notes
    -----
    Takes linear time in the text, on several threads, and some tens of megabytes beyond what is yielded.
    """

    def work(chunk: Chunk) -> ShingleSets:
        values, offsets, weights = shingles_of(chunk, size)
        sets = kernels.engine(len(values)).sets
        values, offsets = sets.sorted_rows(values, offsets)
        fingerprints = sets.fingerprints(values, offsets)
        for row in np.flatnonzero(offsets[1:] == offsets[:-1]).tolist():
            text = chunk.data[chunk.offsets[row] : chunk.offsets[row + 1]]
            fingerprints[row] = np.frombuffer(xxh3_128_digest(text.data), np.uint64)
        begins = np.append(0, np.cumsum((chunk.data & 0xC0) != 0x80))  # code points before each byte
        return ShingleSets(values, offsets, weights, fingerprints, np.diff(begins[chunk.offsets]), chunk.missing)

    return threads.mapped(work, expected_chunks(texts, progress, name=name, nulls=nulls, more=more))


def expected_chunks(
    texts: Any, progress: Progress = silent, *, name: str = "texts", nulls: bool = False, more: int = 0
) -> Iterator[Chunk]:
    """Return `dedup.sketch.collection.chunks`, and choose the engine for as much text as there seems to be.

    That is what the first chunk holds, and as much again for each further text. If the number of texts is not known,
    chunks are read ahead until they are enough for the compiled engine.
    """
    # Counted first: a query of DuckDB cannot be counted while it is read.
    total, given = counted(texts), chunks(texts, name=name, nulls=nulls)

    def prepared() -> Iterator[Chunk]:
        ahead: deque[Chunk] = deque()
        size = count = 0
        for chunk in given:
            ahead.append(chunk)
            size += len(chunk.data)
            count += len(chunk.offsets) - 1
            if total is not None or size >= SHARE * kernels.WORTH_LOADING:
                break
        every = max(count, (total or count) + more)
        kernels.expect(size * every // max(count, 1) // SHARE, progress)
        while ahead:
            yield ahead.popleft()
        yield from given

    return prepared()


def shingles_of(chunk: Chunk, size: int) -> tuple[Keys, Ints, Ints]:
    """Return the shingle hashes of texts, in order and with repeats: (values, offsets, weights)."""
    engine = kernels.engine(len(chunk.data))
    hashes, bounds, weights = engine.words.word_hashes(chunk.data, chunk.offsets, fold.load())
    values, offsets = engine.sets.shingle_rows(hashes, bounds, size)
    return values, offsets, weights
