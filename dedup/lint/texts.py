"""The texts that are compared: what all stages share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.lint.findings import Source
from dedup.text.reading import Reading

Ints = NDArray[np.int64]

_NONE: Final[Mapping[int, Sequence[Reading]]] = MappingProxyType({})


class AllPages(NamedTuple):
    """On which pages texts are, and their passages, where more texts count than are compared."""

    of: Ints
    """int64 (d,): the page of each text."""
    levels: Ints
    """int64 (n,): of the first n tokens, at least what `dedup.lint.diagnose.pages.levels_of` counts in all texts."""


class Texts(NamedTuple):
    """Texts that were read, those in focus first; a text is known by its number."""

    sources: Sequence[Source]
    readings: Sequence[Reading]
    focus: int
    """How many of them, the first ones, findings are about."""
    before: Mapping[int, Sequence[Reading]] = _NONE
    """The earlier versions of each text that has changed: the first is that which edits are looked for in. None for a
    new text. A passage of one of the others, which were merged with it, is no edit."""
    markups: Sequence[str] = ()
    """The markup of each text: without it, no fixes are suggested."""
    pages: AllPages | None = None
    """None: the paths of the texts tell their pages, and no other texts count."""
