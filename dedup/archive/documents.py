"""The documents of an archive: what they are, and their rows."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.engine import Connection

from dedup.archive import schema
from dedup.archive.dates import Moment, microseconds, moment_of
from dedup.archive.errors import ArchiveError
from dedup.text.markups import MARKUPS, markup_named

LONGEST_KEY: Final = 2000
"""Bytes of a key as UTF-8: PostgreSQL indexes no more than 2,704."""
_LEVEL: Final = 6


@dataclass(frozen=True, slots=True)
class Document:
    """A document of an archive, or one to add."""

    key: str
    """Its name: a path, a number, an address. No two documents share it."""
    text: str = field(repr=False)
    markup: str = "plain"
    """How its text is read: "plain", "markdown", "mdx", "html" or "rst"."""
    published: Moment | None = None
    """When it was published. From an archive it comes as a datetime in UTC."""
    title: str | None = None
    url: str | None = None


def checked(document: Document) -> Document:
    """Return a document to add.

    Raises
    ------
    TypeError, ValueError
        One of its fields has the wrong type or a value that cannot be stored.
    """
    checked_key(document.key)
    if not isinstance(document.text, str):
        raise TypeError(f"text is {type(document.text).__name__}; allowed is str")
    markup_named(document.markup)
    for name, value in (("title", document.title), ("url", document.url)):
        if value is not None:
            _checked_words(name, value)
    if not isinstance(document.published, date | None):
        microseconds("published", document.published)
    return document


def checked_key(key: object) -> str:
    """Return a key.

    Raises
    ------
    TypeError, ValueError
        It is not a str, is empty, too long, or holds what PostgreSQL or UTF-8 cannot.
    """
    if not isinstance(key, str):
        raise TypeError(f"key={key!r} is {type(key).__name__}; allowed is str")
    if not key:
        raise ValueError("key='' is empty; allowed is a str with at least one character")
    size = len(_checked_words("key", key).encode())
    if size > LONGEST_KEY:
        raise ValueError(f"key={key[:40]!r}… has {size:,} bytes; allowed are at most {LONGEST_KEY:,}")
    return key


def _checked_words(name: str, value: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name}={value!r} is {type(value).__name__}; allowed are a str and None")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{name}={value[:80]!r} holds a lone surrogate; allowed is text that UTF-8 can hold") from None
    if "\0" in value:
        raise ValueError(f"{name}={value[:80]!r} holds a NUL, which no database takes")
    return value


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
