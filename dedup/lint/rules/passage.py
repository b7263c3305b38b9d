"""The message of a repeated passage: of DUP001, DUP002 and DUP003."""

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


def message(passage: Passage) -> str:
    """Return the message of a finding: how much is repeated, where, and what differs."""
    where = f"{passage.places:,} places" + (f" in {passage.files:,} files" if passage.files > 1 else "")
    found = f"{passage.words:,} words repeated in {where}"
    if passage.similarity is None:
        return found
    # rounded down: what is not the same is never 100%
    found = f"{found}, {min(99, int(passage.similarity * 100 + 1e-9))}% the same"
    return f"{found}: {passage.changes}" if passage.changes else found
