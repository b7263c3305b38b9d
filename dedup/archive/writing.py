"""Writing to an archive: documents with their dates and postings, in the transaction of a connection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection

from dedup.archive import dates, index, schema
from dedup.archive.database import batches
from dedup.archive.document import Document
from dedup.archive.errors import ArchiveError
from dedup.archive.moments import microseconds
from dedup.archive.rows import details, numbered, numbers_of, row
from dedup.archive.segments import Postings, renumbered

_REMOVED: Final = "removed"
_WORTH: Final = 1000
"""From so many removed documents on, if they are a quarter of all, everything is merged."""


class Added(NamedTuple):
    """How many documents were new, how many replaced another under their key, and how many were there already."""

    added: int
    replaced: int
    unchanged: int


def create(connection: Connection) -> None:
    """Make the tables of an archive without documents."""
    schema.METADATA.create_all(connection)
    parameters = {**schema.PARAMETERS, _REMOVED: "0"}
    connection.execute(
        insert(schema.parameters), [{"name": name, "value": value} for name, value in parameters.items()]
    )


def add(connection: Connection, documents: Sequence[Document], postings: Postings, where: str) -> Added:
    """Add documents, or replace those with the same key.

    Parameters
    ----------
    documents
        Documents with different keys.
    postings
        Theirs, in which they are numbered as in `documents`.
    where
        The name of the archive, for errors.
    """
    numbers = numbers_of(connection, [document.key for document in documents])
    stored = {document.key: document for document in numbered(connection, numbers.values(), where)}
    fresh: list[int] = []
    changed: list[Document] = []
    for place, document in enumerate(documents):
        before = stored.get(document.key)
        if before is None or (before.text, before.markup) != (document.text, document.markup):
            fresh.append(place)
        elif details(before) != details(document):
            changed.append(document)
    table = schema.documents
    for document in changed:
        connection.execute(update(table).where(table.c.key == document.key).values(**details(document)))
    dates.write(connection, {numbers[document.key]: _published(document) for document in changed}, where)
    replaced = [numbers[key] for place in fresh if (key := documents[place].key) in numbers]
    drop(connection, replaced, where)
    if fresh:
        first = _next(connection, where)
        new = {first + at: documents[place] for at, place in enumerate(fresh)}
        for part in batches(row(number, document) for number, document in new.items()):
            connection.execute(insert(table), part)
        dates.write(connection, {number: _published(document) for number, document in new.items()}, where)
        given = np.full(len(documents), -1, np.int64)
        given[fresh] = list(new)
        # they stay ascending: later documents have larger numbers
        index.add(connection, renumbered(postings, given), first, first + len(fresh) - 1, where)
    return Added(len(fresh) - len(replaced), len(replaced) + len(changed), len(documents) - len(fresh) - len(changed))


def drop(connection: Connection, numbers: Sequence[int], where: str) -> None:
    """Delete the documents with these numbers; their postings stay until they are merged."""
    if not numbers:
        return
    for part in batches(numbers):
        connection.execute(delete(schema.documents).where(schema.documents.c.number.in_(part)))
    dates.write(connection, dict.fromkeys(numbers, dates.GONE), where)
    _set_removed(connection, _removed(connection, where) + len(numbers))


def merge(connection: Connection, where: str) -> None:
    """Merge small segments of the index, and all of them if many documents were removed."""
    removed = _removed(connection, where)
    everything = removed >= _WORTH and 4 * removed >= _next(connection, where)
    index.merge(
        connection,
        lambda first, last: dates.remaining(connection, first, last, where),
        where,
        everything=everything,
    )
    if everything:
        _set_removed(connection, 0)


def _next(connection: Connection, where: str) -> int:
    """Return the number of the next document: one that none has, and none had that is in the index."""
    highest = [select(func.max(schema.documents.c.number)), select(func.max(schema.segments.c.last))]
    found = [connection.execute(each).scalar_one() or 0 for each in highest]
    if not all(isinstance(each, int) and 0 <= each < max(1, dates.size(connection)) for each in found):
        raise ArchiveError(f"{where} is damaged: the highest numbers of documents are {found}")
    return 1 + max(found)


def _removed(connection: Connection, where: str) -> int:
    """Return how many documents were removed since everything was merged."""
    table = schema.parameters
    stored = connection.execute(select(table.c.value).where(table.c.name == _REMOVED)).scalar_one_or_none()
    if not isinstance(stored, str) or not stored.isdecimal():
        raise ArchiveError(f"{where} is damaged: its number of removed documents is {stored!r}")
    return int(stored)


def _set_removed(connection: Connection, number: int) -> None:
    table = schema.parameters
    connection.execute(update(table).where(table.c.name == _REMOVED).values(value=f"{number}"))


def _published(document: Document) -> int:
    published = microseconds("published", document.published)
    return dates.UNDATED if published is None else published
