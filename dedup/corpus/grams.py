"""What the plan for passages does to record batches: texts to grams, and repeated grams to spans."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from xxhash import xxh64_intdigest

from dedup.corpus import counters
from dedup.corpus.engine import Batches
from dedup.kernels.rows import bounds, owner
from dedup.match.stream import QUARTERS, Stream, keys, windows
from dedup.text.tokens import Tokens, tokenize

Ints = NDArray[np.int64]

GRAMS: Final = pa.schema(
    {"key": pa.int64(), "second": pa.int64(), "id": pa.int64(), "place": pa.int64(), "stop": pa.int64()}
)
"""A run of words of text `id`, from its token `place` to `stop`, with a key of 128 bits."""
SPANS: Final = pa.schema(
    {"id": pa.int64(), "start": pa.int64(), "end": pa.int64(), "next": pa.int64(), "words": pa.int64()}
)
"""Characters of text `id` that stood before; `next` is where the word behind them begins, or the text ends."""

_BREAK: Final = "\n\n"
_LONG: Final = 1 << 22  # characters of texts that are read together


class _Read(NamedTuple):
    """Some texts, read together."""

    ids: Ints
    tokens: Tokens
    offsets: Ints
    """int64 (k + 1,): the tokens of each text."""


@dataclass(frozen=True)
class ToKeys:
    """Makes one column of all keys of batches with an id and a text."""

    min_words: int

    def __call__(self, batches: Batches) -> Iterator[pa.RecordBatch]:
        """Yield the keys of each batch."""
        for read in _read(batches):
            stream = _stream(read)
            found = keys(stream, windows(stream, QUARTERS * self.min_words))
            yield pa.record_batch([found.view(np.int64)], names=["hash"])


@dataclass(frozen=True)
class ToGrams:
    """Makes rows of `GRAMS` of batches with an id and a text: of those that may occur twice."""

    min_words: int
    counts: NDArray[np.uint8]

    def __call__(self, batches: Batches) -> Iterator[pa.RecordBatch]:
        """Yield the grams of each batch."""
        for read in _read(batches):
            stream = _stream(read)
            found = windows(stream, QUARTERS * self.min_words)
            key = keys(stream, found)
            several = np.flatnonzero(counters.of(self.counts, key) > 1)
            starts, ends = found.starts[several].astype(np.int64), found.ends[several].astype(np.int64)
            data = stream.hashes.tobytes()
            cuts = zip((8 * starts).tolist(), (8 * ends).tolist(), strict=True)
            second = np.fromiter((xxh64_intdigest(data[a:b]) for a, b in cuts), np.uint64, len(several))
            text = np.searchsorted(read.offsets, starts, "right") - 1
            first = read.offsets[text]
            columns = [key[several].view(np.int64), second.view(np.int64), read.ids[text], starts - first, ends - first]
            yield pa.record_batch(columns, schema=GRAMS)


def to_spans(batches: Batches) -> Iterator[pa.RecordBatch]:
    """Yield `SPANS` of batches with an id, a text, and lists ``places`` and ``stops`` of its repeated grams."""
    for batch in batches:
        for read, chosen in _parts(batch):
            row = owner(bounds(chosen.column("places").value_lengths().to_numpy(zero_copy_only=False)))
            first = read.offsets[row]
            starts = chosen.column("places").flatten().to_numpy() + first
            stops = chosen.column("stops").flatten().to_numpy() + first
            order = np.lexsort((stops, starts))
            starts, stops, row = starts[order], stops[order], row[order]
            reach = np.maximum.accumulate(stops)
            fresh = np.ones(len(starts), np.bool_)
            fresh[1:] = (starts[1:] > reach[:-1]) | (row[1:] != row[:-1])
            heads = np.flatnonzero(fresh)
            starts, row = starts[heads], row[heads]
            stops = reach[np.append(heads[1:], len(reach)) - 1] if len(heads) else reach
            begin, end = _places(chosen)
            following = np.minimum(stops, len(read.tokens.starts) - 1)
            last = stops == read.offsets[row + 1]
            after = np.where(last, end[row], read.tokens.starts[following])
            columns = [
                read.ids[row],
                read.tokens.starts[starts] - begin[row],
                read.tokens.ends[stops - 1] - begin[row],
                after - begin[row],
                stops - starts,
            ]
            yield pa.record_batch([np.asarray(column, np.int64) for column in columns], schema=SPANS)


def _read(batches: Batches) -> Iterator[_Read]:
    for batch in batches:
        for read, _ in _parts(batch):
            yield read


def _parts(batch: pa.RecordBatch) -> Iterator[tuple[_Read, pa.RecordBatch]]:
    """Texts that are not null, as many together as are worth a call of a kernel.

    A line break is no part of a word, so that texts joined by one have the tokens that each has by itself.
    """
    batch = batch.filter(batch.column("text").is_valid())
    first = 0
    while first < batch.num_rows:
        begin, end = _places(batch.slice(first))
        count = max(int(np.searchsorted(end, _LONG)), 1)
        part = batch.slice(first, count)
        tokens = tokenize(_BREAK.join(part.column("text").to_pylist()))
        offsets = np.append(np.searchsorted(tokens.starts, begin[:count]), len(tokens.starts))
        yield _Read(part.column("id").to_numpy(), tokens, offsets), part
        first += count


def _places(batch: pa.RecordBatch) -> tuple[Ints, Ints]:
    """Return where each text begins and ends, in characters, when they are joined."""
    from pyarrow.compute import utf8_length

    sizes = utf8_length(batch.column("text")).to_numpy().astype(np.int64)
    begin = bounds(sizes + len(_BREAK))[:-1]
    return begin, begin + sizes


def _stream(read: _Read) -> Stream:
    weight = bounds(read.tokens.weights)
    filled = np.unique(read.offsets)
    return Stream(read.tokens.hashes, weight, filled, read.offsets)
