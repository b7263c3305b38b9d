"""Shingle sets of a collection, as arrays."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup import kernels
from dedup.kernels import threads
from dedup.progress import Progress, silent
from dedup.sketch.collection import Chunk, chunks, counted
from dedup.text import fold

Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]


class ShingleSets(NamedTuple):
    """The shingle sets of texts, in order: set i is ``values[offsets[i]:offsets[i + 1]]``."""

    values: Keys
    """uint64 (s,): shingle hashes, ascending in every row, each once."""
    offsets: Ints
    """int64 (n + 1,)"""
    weights: Ints
    """int64 (n,): weights of the texts, in quarter words."""
    fingerprints: Keys
    """uint64 (n, 2): equal where sets are equal."""


def shingle_sets(texts: Any, size: int, progress: Progress = silent) -> Generator[ShingleSets]:
    """Yield the sets of shingles of a collection, a chunk of texts at a time, in order.

    Parameters
    ----------
    texts
        What `dedup.sketch.collection.chunks` accepts; its exceptions are passed on.
    size
        Number of words in a shingle, at least 1.
    progress
        Called if kernels have to be compiled first.

    Notes
    -----
    Takes linear time in the text, on several threads, and some tens of megabytes beyond what is yielded.
    """

    def work(chunk: Chunk) -> ShingleSets:
        values, offsets, weights = shingles_of(chunk, size)
        sets = kernels.engine(len(values)).sets
        values, offsets = sets.sorted_rows(values, offsets)
        return ShingleSets(values, offsets, weights, sets.fingerprints(values, offsets))

    return threads.mapped(work, expected_chunks(texts, progress))


def expected_chunks(texts: Any, progress: Progress = silent) -> Iterator[Chunk]:
    """Return `dedup.sketch.collection.chunks`, and prepare the engine for as much text as there seems to be.

    That is what was read so far, and as much again for each further text if their number is known.
    """
    given, total = chunks(texts), counted(texts)

    def prepared() -> Iterator[Chunk]:
        size = count = 0
        for chunk in given:
            size += len(chunk.data)
            count += len(chunk.offsets) - 1
            kernels.expect(max(size, size * (total or 0) // count) // 16, progress)
            yield chunk

    return prepared()


def shingles_of(chunk: Chunk, size: int) -> tuple[Keys, Ints, Ints]:
    """Return the shingle hashes of texts, in order and with repeats: (values, offsets, weights)."""
    engine = kernels.engine(len(chunk.data))
    hashes, bounds, weights = engine.words.word_hashes(chunk.data, chunk.offsets, fold.load())
    values, offsets = engine.sets.shingle_rows(hashes, bounds, size)
    return values, offsets, weights
