"""The postings of an archive in its tables: looked up, added, merged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.engine import Connection

from dedup.archive import schema
from dedup.archive.database import ASKED, batches
from dedup.archive.segments import HASH_BITS, Segment, checked, decode, documents_of, encode, segment_of
from dedup.kernels.rows import distinct, heads

Ints = NDArray[np.int64]
Postings = NDArray[np.uint64]

_BUCKETS: Final = 10 * ASKED
"""Buckets that are read or written at once."""
_TIMES: Final = 4
"""A segment is merged with the later ones unless it is so many times as large as they are together. So there are few
segments to look into (5 above 64,000 postings in an archive of 57,000,000), and a posting is written again some three
times for each time that the archive grows fourfold."""
_STEP: Final = 2_000_000  # postings that are merged at once: some 100 MB


def segments(connection: Connection, where: str) -> list[Segment]:
    """Return the segments, the oldest first."""
    table = schema.segments
    columns = [table.c[name] for name in Segment._fields]
    rows = connection.execute(select(*columns).order_by(table.c.number))
    return [checked(Segment(*row), where) for row in rows]


def lookup(connection: Connection, hashes: NDArray[np.uint32], where: str) -> Postings:
    """Return all postings of some hashes, ascending.

    Parameters
    ----------
    hashes
        uint32 (k,)

    Notes
    -----
    Reads a bucket for each hash in each segment, or all of a segment that has fewer.
    """
    wanted = distinct(hashes)
    by_number = {segment.number: segment for segment in segments(connection, where)}
    rows: list[int] = []
    for segment in by_number.values():
        buckets = segment.buckets(wanted)
        rows += [segment.row(bucket) for bucket in buckets[heads(buckets)[:-1]].tolist()]
    table = schema.buckets
    found: dict[int, tuple[list[int], list[bytes]]] = {}
    for part in batches(rows):
        asked = select(table.c.row, table.c.data).where(table.c.row.in_(part))
        for row, data in connection.execute(asked):
            numbers, blobs = found.setdefault(row >> HASH_BITS, ([], []))
            numbers.append(row & 0xFFFFFFFF)
            blobs.append(data)
    parts = [np.zeros(0, np.uint64)]
    keys = wanted.astype(np.uint64)
    for number, (numbers, blobs) in found.items():
        postings = decode(by_number[number], numbers, blobs, where)
        own = postings >> np.uint64(HASH_BITS)
        at = np.minimum(np.searchsorted(keys, own), max(0, len(keys) - 1))
        parts.append(postings[keys[at] == own])
    return np.sort(np.concatenate(parts))


def add(connection: Connection, postings: Postings, first: int, last: int, where: str) -> None:
    """Add the postings of new documents ``first .. last``, ascending and distinct, as a segment. Linear."""
    if not len(postings):
        return
    number = 1 + max((segment.number for segment in segments(connection, where)), default=0)
    segment = segment_of(number, first, last, len(postings))
    _write(connection, segment, postings)
    _record(connection, segment)


def merge(
    connection: Connection, remaining: Callable[[int, int], NDArray[np.bool_]], where: str, *, everything: bool = False
) -> None:
    """Merge the latest segments as far as they are small beside each other, without removed documents.

    Parameters
    ----------
    remaining
        Returns of the documents ``first .. last`` which are still there, bool (last - first + 1,).
    everything
        Whether to merge all segments.

    Notes
    -----
    Costs n log n in the postings that are merged, and memory for two million of them.
    """
    present = segments(connection, where)
    keep, total = len(present), 0
    while keep and (everything or present[keep - 1].postings < _TIMES * total or not total):
        keep -= 1
        total += present[keep].postings
    merged = present[keep:]
    if len(merged) < (1 if everything else 2):
        return
    first, last = merged[0].first, max(segment.last for segment in merged)
    there = remaining(first, last)
    result = segment_of(merged[-1].number + 1, first, last, total)
    finest = max(segment.bits for segment in (result, *merged))
    steps = min(1 << finest, 1 << max(0, -(-total // _STEP) - 1).bit_length())
    size = (1 << HASH_BITS) // steps
    written = 0
    for low in range(0, 1 << HASH_BITS, size):
        parts = [_taken(connection, segment, low, low + size, where) for segment in merged]
        postings = distinct(np.concatenate(parts))
        postings = postings[there[documents_of(postings) - first]]
        written += len(postings)
        _write(connection, result, postings)
    table = schema.segments
    connection.execute(delete(table).where(table.c.number.in_([segment.number for segment in merged])))
    if written:
        _record(connection, result._replace(postings=written))


def _taken(connection: Connection, segment: Segment, low: int, high: int, where: str) -> Postings:
    """Return the postings of a segment whose hash is ``low .. high - 1``, and delete them."""
    shift = HASH_BITS - segment.bits
    inside = schema.buckets.c.row.between(segment.row(low >> shift), segment.row((high - 1) >> shift))
    postings = _postings(connection, segment, inside, where)
    connection.execute(delete(schema.buckets).where(inside))
    return postings


def _postings(connection: Connection, segment: Segment, inside: ColumnElement[bool], where: str) -> Postings:
    """Return the postings of some rows of a segment."""
    table = schema.buckets
    rows = connection.execute(select(table.c.row, table.c.data).where(inside).order_by(table.c.row)).all()
    return decode(segment, [row & 0xFFFFFFFF for row, _ in rows], [data for _, data in rows], where)


def _record(connection: Connection, segment: Segment) -> None:
    connection.execute(insert(schema.segments), segment._asdict())


def _write(connection: Connection, segment: Segment, postings: Postings) -> None:
    rows = ({"row": segment.row(bucket), "data": data} for bucket, data in encode(segment, postings))
    for part in batches(rows, _BUCKETS):
        connection.execute(insert(schema.buckets), part)


def every(connection: Connection, segment: Segment, where: str) -> Iterator[Postings]:
    """Yield all postings of a segment, in parts."""
    stop = 1 << segment.bits
    for low in range(0, stop, _BUCKETS):
        inside = schema.buckets.c.row.between(segment.row(low), segment.row(min(low + _BUCKETS, stop) - 1))
        yield _postings(connection, segment, inside, where)
