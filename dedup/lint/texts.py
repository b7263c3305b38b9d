"""The texts that are compared: what all stages share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dedup.lint.findings import Source
from dedup.text.reading import Reading


class Texts(NamedTuple):
    """Texts that were read, those in focus first; a text is known by its number."""

    sources: Sequence[Source]
    readings: Sequence[Reading]
    focus: int
    """How many of them, the first ones, findings are about."""
