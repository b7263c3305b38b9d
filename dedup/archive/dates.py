"""When each document was published, by its number, in blocks: so also which are still there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection

from dedup.archive import schema
from dedup.archive.database import batches
from dedup.archive.errors import ArchiveError
from dedup.kernels.rows import heads

Ints = NDArray[np.int64]

GONE: Final = np.iinfo(np.int64).min
"""Of a number that no document has, or no longer."""
UNDATED: Final = np.iinfo(np.int64).max
_BITS: Final = 12


def read(connection: Connection, numbers: Ints, where: str) -> Ints:
    """Return when documents were published, int64 like `numbers`, which ascend: `GONE` of those that are not there."""
    result = np.full(len(numbers), GONE, np.int64)
    wanted = numbers >> _BITS
    blocks = wanted[heads(wanted)[:-1]].tolist()
    table = schema.dates
    for part in batches(blocks):
        for block, data in connection.execute(select(table).where(table.c.block.in_(part))):
            values = _decoded(data, where)
            begin, end = np.searchsorted(wanted, [block, block + 1])
            result[begin:end] = values[numbers[begin:end] & ((1 << _BITS) - 1)]
    return result


def write(connection: Connection, changed: Mapping[int, int], where: str) -> None:
    """Record when documents were published, or that they are `GONE`, by number."""
    numbers = np.array(sorted(changed), np.int64)
    values = np.array([changed[number] for number in numbers.tolist()], np.int64)
    blocks = numbers >> _BITS
    table = schema.dates
    for block in sorted(set(blocks.tolist())):
        data = connection.execute(select(table.c.data).where(table.c.block == block)).scalar_one_or_none()
        stored = np.full(1 << _BITS, GONE, np.int64) if data is None else _decoded(data, where)
        inside = blocks == block
        stored[numbers[inside] & ((1 << _BITS) - 1)] = values[inside]
        change = insert(table).values(block=block) if data is None else update(table).where(table.c.block == block)
        connection.execute(change.values(data=stored.astype("<i8").tobytes()))


def size(connection: Connection) -> int:
    """Return how many numbers there are dates for: no document had this number or a larger one."""
    return int(connection.execute(select(func.count()).select_from(schema.dates)).scalar_one()) << _BITS


def remaining(connection: Connection, first: int, last: int, where: str) -> NDArray[np.bool_]:
    """Return which of the documents ``first .. last`` are still there.

    Raises
    ------
    ArchiveError
        The archive never had so many documents.
    """
    if last >= max(1, size(connection)):  # number 0 is never given
        raise ArchiveError(f"{where} is damaged: it has no document number {last}")
    there: NDArray[np.bool_] = read(connection, np.arange(first, last + 1), where) != GONE
    return there


def _decoded(data: object, where: str) -> Ints:
    if type(data) is not bytes or len(data) != 8 << _BITS:
        raise ArchiveError(f"{where} is damaged: its dates are cut short")
    return np.frombuffer(data, "<i8").astype(np.int64)
