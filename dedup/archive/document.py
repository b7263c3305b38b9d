"""A document of an archive, and what can be one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from dedup.archive.moments import Moment, microseconds
from dedup.text.markups import markup_named

LONGEST_KEY: Final = 2000
"""Bytes of a key as UTF-8: PostgreSQL indexes no more than 2,704."""


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
