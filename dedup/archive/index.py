"""The postings of an archive in its tables: looked up, added, merged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from dedup.archive import schema
from dedup.archive.seeds import distinct_postings
from dedup.archive.segments import HASH_BITS, Segment, checked, decode, encode, segment_of

Ints = NDArray[np.int64]
Postings = NDArray[np.uint64]

ASKED: Final = 1000
"""Rows that one statement names: SQLite takes up to 32,766 of them, PostgreSQL 65,535."""
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
    wanted = np.sort(hashes)
    known = {segment.number: segment for segment in segments(connection, where)}
    rows: list[int] = []
    for segment in known.values():
        buckets = segment.buckets(wanted)
        fresh = np.append(True, buckets[1:] != buckets[:-1])[: len(buckets)]
        rows += [segment.row(bucket) for bucket in buckets[fresh].tolist()]
    table = schema.buckets
    found: dict[int, tuple[list[int], list[bytes]]] = {}
    for low in range(0, len(rows), ASKED):
        asked = select(table.c.row, table.c.data).where(table.c.row.in_(rows[low : low + ASKED]))
        for row, data in connection.execute(asked):
            numbers, blobs = found.setdefault(row >> HASH_BITS, ([], []))
            numbers.append(row & 0xFFFFFFFF)
            blobs.append(data)
    parts = [np.zeros(0, np.uint64)]
    keys = wanted.astype(np.uint64)
    for number, (numbers, blobs) in found.items():
        postings = decode(known[number], numbers, blobs, where)
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
    known = segments(connection, where)
    keep, total = len(known), 0
    while keep and (everything or known[keep - 1].postings < _TIMES * total or not total):
        keep -= 1
        total += known[keep].postings
    merged = known[keep:]
    if len(merged) < 2 and not everything:
        return
    if not merged:
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
        postings = distinct_postings(np.concatenate(parts))
        postings = postings[there[(postings & np.uint64(0xFFFFFFFF)).astype(np.int64) - first]]
        written += len(postings)
        _write(connection, result, postings)
    table = schema.segments
    connection.execute(delete(table).where(table.c.number.in_([segment.number for segment in merged])))
    if written:
        _record(connection, result._replace(postings=written))


def _taken(connection: Connection, segment: Segment, low: int, high: int, where: str) -> Postings:
    """Return the postings of a segment whose hash is ``low .. high - 1``, and delete them."""
    shift = HASH_BITS - segment.bits
    table = schema.buckets
    inside = table.c.row.between(segment.row(low >> shift), segment.row((high - 1) >> shift))
    rows = connection.execute(select(table.c.row, table.c.data).where(inside).order_by(table.c.row)).all()
    connection.execute(delete(table).where(inside))
    return decode(segment, [row & 0xFFFFFFFF for row, _ in rows], [data for _, data in rows], where)


def _record(connection: Connection, segment: Segment) -> None:
    connection.execute(insert(schema.segments), segment._asdict())


def _write(connection: Connection, segment: Segment, postings: Postings) -> None:
    rows = ({"row": segment.row(bucket), "data": data} for bucket, data in encode(segment, postings))
    for part in batches(rows, 10 * ASKED):
        connection.execute(insert(schema.buckets), part)


def batches(rows: Iterable[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    """Yield rows in lists of at most `size`."""
    several = iter(rows)
    while part := list(islice(several, size)):
        yield part


def every(connection: Connection, segment: Segment, where: str) -> Iterator[Postings]:
    """Yield all postings of a segment, in parts."""
    table = schema.buckets
    step = max(1, min(1 << segment.bits, ASKED * 10))
    for low in range(0, 1 << segment.bits, step):
        inside = table.c.row.between(segment.row(low), segment.row(min(low + step, 1 << segment.bits) - 1))
        rows: Sequence[Any] = connection.execute(
            select(table.c.row, table.c.data).where(inside).order_by(table.c.row)
        ).all()
        yield decode(segment, [row & 0xFFFFFFFF for row, _ in rows], [data for _, data in rows], where)
