"""What a markup reader says about a text: which ranges are blocks, and what is passed over inside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray


class Block(IntEnum):
    """Kinds of block. ``Block.PROSE.name.lower()`` is the name that users write."""

    PROSE = 0
    HEADING = 1
    LIST = 2
    CELL = 3
    QUOTE = 4
    CODE = 5
    FRONT = 6
    COMMENT = 7


def _no_ranges() -> NDArray[np.int64]:
    return np.empty((0, 2), np.int64)


@dataclass(frozen=True, slots=True)
class Marks:
    """Ranges of one text, all half-open and in code points of the original ``str``.

    A block is a leaf: one paragraph, heading, table cell, list item's paragraph or code block. Inside a quote every
    block is ``QUOTE``; else a paragraph inside a list item is ``LIST``. Whatever lies outside every block separates
    and is not read, and a token never crosses the border of a block, even where two blocks touch.
    """

    starts: NDArray[np.int64]
    """int64 (k,): where each block begins; ascending, blocks are disjoint."""
    ends: NDArray[np.int64]
    """int64 (k,): where each block ends."""
    kinds: NDArray[np.uint8]
    """uint8 (k,): the ``Block`` of each."""
    hidden: NDArray[np.int64] = field(default_factory=_no_ranges)
    """int64 (m, 2): ranges that are transparent, in any order: link targets, emphasis marks, ticks, inline tags."""
    borders: NDArray[np.int64] = field(default_factory=_no_ranges)
    """int64 (b, 2): ranges inside blocks that separate tokens, in any order: images, hard structure. They win over
    hidden ranges."""
    stands: tuple[tuple[int, int, str], ...] = ()
    """(start, end, characters): an entity or escape, and what it stands for: at most ``end - start`` characters. They
    ascend and are disjoint. A token that ends with what stands there ends where the whole range ends."""
