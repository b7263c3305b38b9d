"""What the plan does to record batches: texts to sets, sets to postings, pairs to matches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from xxhash import xxh3_128_intdigest

from dedup import kernels
from dedup.corpus import counters
from dedup.corpus.engine import Batches
from dedup.kernels.candidates import similarity
from dedup.kernels.rows import bounds
from dedup.match.duplicates import SHORT
from dedup.match.thresholds import least_common, least_common_with_larger
from dedup.sketch.bands import Bands
from dedup.sketch.minhash import MinHasher
from dedup.sketch.sets import shingle_sets

Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]

HASHES: Final = pa.list_(pa.int64())
SETS: Final = pa.schema(
    {
        "id": pa.int64(),
        "first": pa.int64(),
        "second": pa.int64(),
        "size": pa.int64(),
        "weight": pa.int64(),
        "shingles": HASHES,
    }
)
"""``first`` and ``second`` are the fingerprint; ``shingles`` is null for a copy of another text in its batch."""
POSTINGS: Final = pa.schema(
    {"key": pa.int64(), "id": pa.int64(), "size": pa.int64(), "leads": pa.bool_()},
)
STATES: Final = pa.schema({"id": pa.int64(), "because": pa.int64()})
"""``because`` is the kept text that a text goes because of, its own id if it is kept, null if it is undecided."""
MATCHES: Final = pa.schema({"later": pa.int64(), "earlier": pa.int64(), "similarity": pa.float64()})

_BAND: Final = 0x9E3779B97F4A7C15


@dataclass(frozen=True)
class ToSets:
    """Makes rows of `SETS` of batches with an id and a text, and passes on other columns.

    A text that is null has no row. With ``keep="longest"`` a column ``score`` is added.
    """

    shingle_size: int
    keep: str

    def __call__(self, batches: Batches) -> Iterator[pa.RecordBatch]:
        """Yield the sets of each batch."""
        for batch in batches:
            given = batch.filter(batch.column("text").is_valid())
            if given.num_rows:
                yield self._sets(given)

    def _sets(self, given: pa.RecordBatch) -> pa.RecordBatch:
        texts = given.column("text")
        parts = list(shingle_sets(texts, self.shingle_size))
        prints = np.concatenate([part.fingerprints for part in parts])
        sizes = np.concatenate([np.diff(part.offsets) for part in parts])
        weights = np.concatenate([part.weights for part in parts])
        values = np.concatenate([part.values for part in parts])
        for at in np.flatnonzero(sizes == 0).tolist():  # without a word, only an equal text is a copy
            digest = xxh3_128_intdigest(texts[at].as_py().encode("utf-8"))
            prints[at] = digest >> 64, digest & 0xFFFFFFFFFFFFFFFF
        others = {name: given.column(name) for name in given.schema.names if name not in ("id", "text")}
        order = np.arange(len(prints))
        if self.keep == "longest":
            others["score"] = pc.utf8_length(texts).cast(pa.float64())
        if self.keep != "first":
            scores = others["score"] = _numbers(others["score"])
            order = np.lexsort((order, -scores))
        own = np.zeros(len(prints), np.bool_)
        own[order] = kernels.engine(len(prints)).sets.copies(prints[order]) == np.arange(len(prints))
        chosen = values if own.all() else values[np.repeat(own, sizes)]
        columns = {
            "id": given.column("id"),
            "first": prints[:, 0].view(np.int64),
            "second": prints[:, 1].view(np.int64),
            "size": sizes,
            "weight": weights,
            "shingles": rows_of(chosen, np.where(own, sizes, 0), own),
        }
        return pa.record_batch(columns | others)


def _numbers(column: pa.Array) -> NDArray[np.float64]:
    """Return scores; one that is missing is lower than all others."""
    scores = column.to_numpy(zero_copy_only=False).astype(np.float64)
    return np.where(np.isnan(scores), -np.inf, scores)


@dataclass(frozen=True)
class ToPostings:
    """Makes rows of `POSTINGS` of sets: their rarest shingles, as `dedup.match.candidates.by_prefix` chooses them."""

    counts: NDArray[np.uint8]
    threshold: float
    containment: bool

    def __call__(self, batches: Batches) -> Iterator[pa.RecordBatch]:
        """Yield the postings of each batch."""
        for batch in batches:
            ids, sizes = batch.column("id").to_numpy(), batch.column("size").to_numpy()
            values, offsets = hashes_of(batch.column("shingles"))
            counts = counters.of(self.counts, values)
            several = counts > 1  # what stands in one set only comes first in the order, and is nobody's key
            offsets = bounds(several)[offsets]
            values, counts = values[several], counts[several].astype(np.uint16)
            absent = sizes - np.diff(offsets)
            wanted = ordinary = sizes - least_common(sizes, self.threshold) + 1 - absent
            if self.containment:
                compared = batch.column("weight").to_numpy() >= SHORT
                leading, wanted = ordinary, np.where(compared, np.diff(offsets), 0)
            else:
                leading = sizes - least_common_with_larger(sizes, self.threshold) + 1 - absent
            keys, owners, turns = kernels.engine(len(values)).pairs.prefixes(values, offsets, counts, wanted)
            yield pa.record_batch(
                [keys.view(np.int64), ids[owners], sizes[owners], turns < leading[owners]], schema=POSTINGS
            )


@dataclass(frozen=True)
class ToBands:
    """Makes rows of `POSTINGS` of sets: the bands of their signatures."""

    hasher: MinHasher
    bands: Bands

    def __call__(self, batches: Batches) -> Iterator[pa.RecordBatch]:
        """Yield the postings of each batch."""
        for batch in batches:
            ids, sizes = batch.column("id").to_numpy(), batch.column("size").to_numpy()
            signatures = self.hasher.of_sets(*hashes_of(batch.column("shingles")))
            kernel = kernels.engine(len(signatures)).signatures
            for band in range(self.bands.bands):
                keys = kernel.band_keys(signatures, band * self.bands.rows, self.bands.rows)
                keys = keys + np.uint64(band * _BAND % 2**64)  # equal rows of two bands are no candidates
                yield pa.record_batch([keys.view(np.int64), ids, sizes, np.ones(len(ids), np.bool_)], schema=POSTINGS)


@dataclass(frozen=True)
class ToMatches:
    """Makes rows of `MATCHES` of candidates with the shingles of both sets: those that are similar enough."""

    threshold: float
    containment: bool

    def __call__(self, batches: Batches) -> Iterator[pa.RecordBatch]:
        """Yield the matches of each batch."""
        for batch in batches:
            one, one_rows = hashes_of(batch.column("one"))
            other, other_rows = hashes_of(batch.column("other"))
            sizes, others = np.diff(one_rows), np.diff(other_rows)
            both = np.empty(len(one) + len(other), np.uint64)
            rows = one_rows + other_rows
            in_one = np.arange(len(one)) + np.repeat(other_rows[:-1], sizes)
            in_other = np.arange(len(other)) + np.repeat(one_rows[1:], others)
            both[in_one], both[in_other] = one, other
            union = np.diff(kernels.engine(len(both)).sets.sorted_rows(both, rows)[1])
            common = sizes + others - union
            alike = similarity(common, sizes, others, self.containment)
            chosen = np.flatnonzero((common > 0) & (alike >= self.threshold))
            columns = [batch.column("later").take(chosen), batch.column("earlier").take(chosen), alike[chosen]]
            yield pa.record_batch(columns, schema=MATCHES)


@dataclass(frozen=True)
class ToStates:
    """Makes rows of `STATES` of undecided texts, by the sequential rule.

    A text is given as its ``id``; ``kept``, the first kept text that it matches, or null; ``undecided``, a list of the
    texts before it that it matches and that are undecided, or null; and ``compared``, whether it was compared with all
    texts before it that it may match. What depends on a text that is not decided together with it stays undecided: so
    what is decided is right whatever rows a call is given, and it is all that can be if they are at most `at_once`.
    """

    at_once: int
    """How many rows are decided together, about."""

    def __call__(self, batches: Batches) -> Iterator[pa.RecordBatch]:
        """Yield the states of so many texts at a time."""
        given: list[pa.RecordBatch] = []
        for batch in batches:
            if given and sum(part.num_rows for part in given) + batch.num_rows > self.at_once:
                yield _states(pa.Table.from_batches(given))
                given = []
            given.append(batch)
        if given:
            yield _states(pa.Table.from_batches(given))


def _states(rows: pa.Table) -> pa.RecordBatch:
    rows = rows.sort_by("id")
    ids, undecided, compared = rows["id"], rows["undecided"], rows["compared"]
    alone = pc.equal(pc.fill_null(pc.list_value_length(undecided), 0), 0)
    because = pc.coalesce(rows["kept"], pc.if_else(pc.and_(alone, compared), ids, None))
    state = dict(zip(ids.to_pylist(), because.to_pylist(), strict=True))
    others = rows.filter(pc.and_(because.is_null(), pc.invert(alone)))
    for text, earlier, free in zip(
        *(others[name].to_pylist() for name in ("id", "undecided", "compared")), strict=True
    ):
        kept = min((other for other in earlier if state.get(other) == other), default=None)
        if kept is None and free and all(state.get(other) is not None for other in earlier):
            kept = text
        state[text] = kept
    return pa.record_batch([pa.array(state.keys(), pa.int64()), pa.array(state.values(), pa.int64())], schema=STATES)


def to_hashes(batches: Batches) -> Iterator[pa.RecordBatch]:
    """Yield the hashes in a list column."""
    for batch in batches:
        yield pa.record_batch([batch.column(0).flatten()], names=["hash"])


def hashes_of(rows: Any) -> tuple[Keys, Ints]:
    """Return a list column as values and offsets, uint64 (s,) and int64 (n + 1,)."""
    sizes = rows.value_lengths().to_numpy(zero_copy_only=False)
    return rows.flatten().to_numpy().view(np.uint64), bounds(sizes)


def rows_of(values: Keys, sizes: Ints, valid: NDArray[np.bool_]) -> pa.ListArray:
    """Return values as a list column; rows that are not valid are null."""
    offsets = bounds(sizes).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(values.view(np.int64)), mask=pa.array(~valid))
