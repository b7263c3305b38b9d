"""Documents as rows of the database."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.engine import Connection

from dedup.archive import schema
from dedup.archive.document import Document
from dedup.archive.errors import ArchiveError
from dedup.archive.moments import microseconds, moment_of
from dedup.text.markups import MARKUPS

_LEVEL: Final = 6


def row(number: int, document: Document) -> dict[str, Any]:
    """Return the row of a document."""
    return {
        "number": number,
        "text": zlib.compress(document.text.encode("utf-8", "surrogatepass"), _LEVEL),
        "length": len(document.text),
        **details(document),
    }


def details(document: Document) -> dict[str, Any]:
    """Return what stands in the row of a document beside its text."""
    return {
        "key": document.key,
        "markup": document.markup,
        "published": microseconds("published", document.published),
        "title": document.title,
        "url": document.url,
    }


_COLUMNS: Final = ("number", "key", "markup", "published", "title", "url", "length", "text")


def query() -> Select[Any]:
    """Return the statement that selects whole documents, for `from_row`."""
    return select(*(schema.documents.c[name] for name in _COLUMNS))


def from_row(values: Sequence[Any], where: str) -> Document:
    """Return the document of a row.

    Raises
    ------
    ArchiveError
        It is not what `row` made.
    """
    number, key, markup, published, title, url, length, data = values
    try:
        text = zlib.decompress(data).decode("utf-8", "surrogatepass")
    except (zlib.error, UnicodeDecodeError, TypeError):
        raise ArchiveError(f"{where} is damaged: the text of document {number!r} cannot be read") from None
    words = (value is None or isinstance(value, str) for value in (title, url))
    if len(text) != length or not isinstance(key, str) or markup not in MARKUPS or not all(words):
        raise ArchiveError(f"{where} is damaged: the row of document {number!r} is impossible")
    return Document(key, text, markup, moment_of(published, where), title, url)


def following(connection: Connection, asked: Select[Any], last: int, where: str) -> Sequence[Any]:
    """Return the next thousand documents after a number, which is their first column; nothing after the last one.

    Raises
    ------
    ArchiveError
        Their numbers do not ascend, as in a damaged file, whose pages can lead back to themselves.
    """
    number = schema.documents.c.number
    rows = connection.execute(asked.where(number > last).order_by(number).limit(1000)).all()
    numbers = [last, *(values[0] for values in rows)]
    if any(not isinstance(later, int) or earlier >= later for earlier, later in pairwise(numbers)):
        raise ArchiveError(f"{where} is damaged: its documents are not in order")
    return rows


def numbers_of(connection: Connection, keys: Sequence[str]) -> dict[str, int]:
    """Return the numbers of the documents with these keys, by key."""
    table = schema.documents
    found: dict[str, int] = {}
    for low in range(0, len(keys), 1000):
        asked = select(table.c.key, table.c.number).where(table.c.key.in_(keys[low : low + 1000]))
        found.update((key, number) for key, number in connection.execute(asked))
    return found


def numbered(connection: Connection, numbers: Sequence[int], where: str) -> dict[int, Document]:
    """Return the documents with these numbers, ascending; those that are gone are missing."""
    found: dict[int, Document] = {}
    for low in range(0, len(numbers), 1000):
        asked = query().where(schema.documents.c.number.in_(numbers[low : low + 1000]))
        for values in connection.execute(asked.order_by(schema.documents.c.number)):
            found[values[0]] = from_row(values, where)
    return found
