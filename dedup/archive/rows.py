"""Documents as rows of the database."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.engine import Connection

from dedup.archive import schema
from dedup.archive.database import ASKED, batches
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


_DETAILS: Final = ("number", "key", "markup", "published", "title", "url")


def query(*, texts: bool = True) -> Select[Any]:
    """Return the statement that selects documents, with or without their texts, for `from_row`."""
    names = (*_DETAILS, "length", "text") if texts else _DETAILS
    return select(*(schema.documents.c[name] for name in names))


def from_row(values: Sequence[Any], where: str) -> Document:
    """Return the document of a row; its text is empty if the row has none.

    Raises
    ------
    ArchiveError
        It is not what `row` made.
    """
    number, key, markup, published, title, url, *body = values
    length, text = 0, ""
    if body:
        length, data = body
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
    rows = connection.execute(asked.where(number > last).order_by(number).limit(ASKED)).all()
    numbers = [last, *(values[0] for values in rows)]
    if any(not isinstance(later, int) or earlier >= later for earlier, later in pairwise(numbers)):
        raise ArchiveError(f"{where} is damaged: its documents are not in order")
    return rows


def numbers_of(connection: Connection, keys: Sequence[str]) -> dict[str, int]:
    """Return the numbers of the documents with these keys, by key."""
    table = schema.documents
    found: dict[str, int] = {}
    for part in batches(keys):
        asked = select(table.c.key, table.c.number).where(table.c.key.in_(part))
        found.update((key, number) for key, number in connection.execute(asked))
    return found


def numbered(connection: Connection, numbers: Iterable[int], where: str) -> list[Document]:
    """Return the documents with these numbers, ascending in each thousand; those that are gone are missing."""
    number = schema.documents.c.number
    return [
        from_row(values, where)
        for part in batches(numbers)
        for values in connection.execute(query().where(number.in_(part)).order_by(number))
    ]
