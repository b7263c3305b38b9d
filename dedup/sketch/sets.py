"""Shingle sets of a collection, as arrays."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup import kernels
from dedup.kernels import threads
from dedup.progress import Progress, silent
from dedup.sketch.collection import Chunk, chunks, counted
from dedup.text import fold

Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]

_SHARE: Final = 5
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
    """Return `dedup.sketch.collection.chunks`, and choose the engine for as much text as there seems to be.

    That is what the first chunk holds, and as much again for each further text. If the number of texts is not known,
    chunks are read ahead until they are enough for the compiled engine.
    """
    given, total = chunks(texts), counted(texts)

    def prepared() -> Iterator[Chunk]:
        ahead: deque[Chunk] = deque()
        size = count = 0
        for chunk in given:
            ahead.append(chunk)
            size += len(chunk.data)
            count += len(chunk.offsets) - 1
            if total is not None or size >= _SHARE * kernels.WORTH_LOADING:
                break
        kernels.expect(max(size, size * (total or 0) // max(count, 1)) // _SHARE, progress)
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
