"""The message of a repeated passage: of DUP001 to DUP004."""

from __future__ import annotations

from typing import NamedTuple


class Passage(NamedTuple):
    """What a message says about a repeated passage."""

    words: int
    places: int
    files: int
    similarity: float | None
    """The least share of its words that a place has in common with the first; None if all are equal."""
    changes: str
    """What differs, as a phrase; empty if nothing does."""
    further: int = 0
    """Documents of an archive that have it and are no places of the finding."""
    published: str = ""
    """When it was first published; empty if that is unknown."""


def message(passage: Passage) -> str:
    """Return the message of a finding: how much is repeated, where, and what differs."""
    where = f"{passage.places:,} places" + (f" in {passage.files:,} files" if passage.files > 1 else "")
    return alike(f"{passage.words:,} words repeated in {where}", passage)


def alike(found: str, passage: Passage) -> str:
    """Return the beginning of a message with how similar the places are, and what differs."""
    if passage.similarity is None:
        return found
    # rounded down: what is not the same is never 100%
    found = f"{found}, {min(99, int(passage.similarity * 100 + 1e-9))}% the same"
    return f"{found}: {passage.changes}" if passage.changes else found
