"""Whether an archive holds together: texts, dates and index say the same."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from dedup.archive import dates, index, schema
from dedup.archive.errors import ArchiveError
from dedup.archive.rows import following, from_row, query
from dedup.archive.seeds import postings
from dedup.archive.segments import documents_of, renumbered
from dedup.progress import Progress

CHECKING: Final = "checking documents"
_MOST: Final = 20

Floats = NDArray[np.float64]


def faults(connection: Connection, where: str, progress: Progress) -> list[str]:
    """Return what is wrong with the tables of an archive, one sentence each, 20 at the most.

    Of each document, the number of its seeds and the sum of their hashes are compared with those in the index: below
    2**53 both are exact, and whatever differs has another sum but once in 2**32 times.

    Notes
    -----
    Takes as long as adding all documents, and 32 bytes of memory for each.
    """
    found: list[str] = []
    try:
        present = index.segments(connection, where)
        highest = connection.execute(select(func.max(schema.documents.c.number))).scalar_one() or 0
        size = 1 + max([highest, *(segment.last for segment in present)])
        remaining = dates.remaining(connection, 0, size - 1, where)
        total, summed = np.zeros(size), np.zeros(size)
        for segment in present:
            stored = 0
            for part in index.every(connection, segment, where):
                _count(part, total, summed)
                stored += len(part)
            if stored != segment.postings:
                found.append(f"segment {segment.number} has {stored:,} postings instead of {segment.postings:,}")
        there = np.zeros(size, np.bool_)
        wanted_total, wanted_summed = np.zeros(size), np.zeros(size)
        done, last = 0, -1
        progress(CHECKING, 0, None)
        while rows := following(connection, query(), last, where):
            last = rows[-1][0]
            documents = [from_row(values, where) for values in rows]
            numbers = np.array([values[0] for values in rows], np.int64)
            there[numbers] = True
            own = postings([(document.text, document.markup) for document in documents])
            _count(renumbered(own, numbers), wanted_total, wanted_summed)
            published = [dates.UNDATED if values[3] is None else values[3] for values in rows]
            wrong = dates.read(connection, numbers, where) != np.array(published, np.int64)
            found += [f"document {documents[at].key!r} has two dates" for at in np.flatnonzero(wrong).tolist()]
            done += len(rows)
            progress(CHECKING, done, None)
        differs = there & ((total != wanted_total) | (summed != wanted_summed))
        found += [f"document number {number} is not as the index has it" for number in np.flatnonzero(differs).tolist()]
        ghosts = remaining & ~there
        found += [f"document number {number} has a date, but no text" for number in np.flatnonzero(ghosts).tolist()]
    except ArchiveError as error:
        found.append(str(error))
    return found[:_MOST]


def _count(values: NDArray[np.uint64], total: Floats, summed: Floats) -> None:
    owners = documents_of(values)
    total += np.bincount(owners, minlength=len(total))
    summed += np.bincount(owners, (values >> np.uint64(32)).astype(np.float64), len(total))
