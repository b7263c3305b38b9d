"""The keys of the index: every seed of a text, hashed to 32 bits.

A seed is a minimal window of four words' weight, and every one of them is kept. Two texts share an exact repeat of four
words or more only if they share a seed, and near repeats grow from seeds (`dedup.match.chains`), so a document without
a seed of a draft has nothing to do with it: what is found among the candidates is what is found among all documents.

Keeping fewer would lose repeats. Winnowing with grams of g words and windows of w grams guarantees a shared key for
equal runs of g + w - 1 words, but two runs of four words, eleven words apart, are a near repeat.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dedup import kernels
from dedup.kernels.rows import distinct
from dedup.match.chains import SEED
from dedup.match.stream import QUARTERS, Stream, Windows, join, keys, windows
from dedup.progress import silent
from dedup.sketch.collection import chunks
from dedup.text import fold
from dedup.text.reading import read

PARAMETERS: Final = {
    "token hash": "xxh64 of the folded token as UTF-8, seed 0",
    "fold table": f"{fold.VERSION}",
    "seed": f"minimal windows of {SEED} quarter words, all of them",
    "seed hash": "upper 32 bits of (polynomial in 0x9E3779B97F4A7C15 modulo 2**64) * 0xD6E8FEB86659FD93",
}
"""What decides which keys a text has: keys are comparable only between equal parameters."""

_BASE: Final = 0x9E3779B97F4A7C15
_MIX: Final = np.uint64(0xD6E8FEB86659FD93)
_LOW: Final = np.uint64(32)


def seeds(stream: Stream) -> tuple[Windows, NDArray[np.uint32]]:
    """Return the seeds of a stream, w of them, and the hash of each, uint32 (w,). Linear in the tokens."""
    spans = windows(stream, SEED)
    mixed = keys(stream, spans, _BASE) * _MIX
    return spans, (mixed >> _LOW).astype(np.uint32)


@kernels.one_engine()
def postings(texts: Sequence[tuple[str, str]]) -> NDArray[np.uint64]:
    """Return what each text holds, as ``hash << 32 | number of the text``, ascending and distinct.

    Parameters
    ----------
    texts
        Pairs of a text and the name of its markup.

    Returns
    -------
    uint64 (n,)

    Notes
    -----
    Costs n log n in the tokens. Plain texts are read together: one paragraph of 60 words takes 300 µs by itself, and
    60 µs among thousands.
    """
    kernels.expect(sum(len(text) for text, _ in texts), silent)
    plain = [number for number, (_, markup) in enumerate(texts) if markup == "plain"]
    found: list[NDArray[np.uint64]] = []
    single = [number for number, (_, markup) in enumerate(texts) if markup != "plain"]
    first = 0
    for chunk in chunks([texts[number][0] for number in plain]):
        words = kernels.engine(len(chunk.data)).words
        hashes, bounds, weights = words.word_hashes(chunk.data, chunk.offsets, fold.load())
        numbers = np.array(plain[first : first + len(weights)], np.uint64)
        first += len(weights)
        spaced = weights == np.diff(bounds) * QUARTERS
        single += numbers[~spaced].tolist()
        weight = np.arange(len(hashes) + 1, dtype=np.int64) * QUARTERS
        stream = Stream(hashes, weight, distinct(bounds), bounds)
        found.append(_owned(stream, numbers, spaced))
    for number in single:
        stream = join([read(*texts[number])])
        found.append(_owned(stream, np.array([number], np.uint64), np.ones(1, np.bool_)))
    return distinct(np.concatenate(found)) if found else np.zeros(0, np.uint64)


def _owned(stream: Stream, numbers: NDArray[np.uint64], wanted: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """Return the postings of the documents of a stream that are wanted."""
    spans, hashes = seeds(stream)
    document = np.searchsorted(stream.documents, spans.starts, side="right") - 1
    kept = wanted[document]
    owned: NDArray[np.uint64] = (hashes[kept].astype(np.uint64) << _LOW) | numbers[document[kept]]
    return owned
