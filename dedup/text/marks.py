"""What a markup reader says about a text: which ranges are blocks, and what is passed over inside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from functools import cache
from itertools import chain, pairwise
from typing import Any, Final, NamedTuple

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


@cache
def among(kinds: frozenset[Block]) -> NDArray[np.bool_]:
    """Return bool (8,): whether each kind of block is one of these."""
    found = np.zeros(len(Block), np.bool_)
    found[[int(kind) for kind in kinds]] = True
    return found


class Scope(NamedTuple):
    """What is true of a whole block: an entry of each array of `Marks` but ``starts`` and ``ends``."""

    kind: int
    container: int = -1
    item: int = -1
    level: int = 0
    landmark: bool = False


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
    containers: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    """int32 (k,): the number of the innermost list or table that each block is part of, -1 if there is none. Lists
    and tables are numbered in the order in which they begin; numbers without blocks may be missing."""
    items: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    """int32 (k,): the number of the list item, definition (terms and what explains them), field, option or table row
    that each block is part of, -1 if there is none. No two items of a text share a number; a list inside an item has
    items of its own, so all blocks with one number are part of that item directly."""
    levels: NDArray[np.uint8] = field(default_factory=lambda: np.empty(0, np.uint8))
    """uint8 (k,): 1 to 6 for each heading of the document's outline, 0 for every other block: also for the titles of
    boxes and tables in reStructuredText, and for headings inside quotations."""
    landmarks: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, np.bool_))
    """bool (k,): whether each block is part of the navigation, banner, footer or an aside of an HTML page."""

    def __post_init__(self) -> None:
        """Fill in what was not given: no block is part of any list, and none is a heading."""
        if len(self.starts):
            for name, nothing in _NO_STRUCTURE.items():
                if not len(getattr(self, name)):
                    object.__setattr__(self, name, np.full(len(self.starts), nothing))

    @classmethod
    def of(
        cls,
        starts: NDArray[np.int64],
        ends: NDArray[np.int64],
        scopes: Sequence[Scope],
        hidden: NDArray[np.int64],
        borders: NDArray[np.int64],
        stands: tuple[tuple[int, int, str], ...] = (),
    ) -> Marks:
        """Return marks whose other arrays come from one scope a block."""
        # from one flat iterator: an array of tuples takes three times as long
        width = len(Scope._fields)
        flat = np.fromiter(chain.from_iterable(scopes), np.int32, len(scopes) * width)
        kinds, containers, items, levels, landmarks = flat.reshape(-1, width).T.copy()
        types = kinds.astype(np.uint8), containers, items, levels.astype(np.uint8), landmarks.astype(np.bool_)
        return cls(starts, ends, types[0], hidden, borders, stands, *types[1:])

    def take(self, blocks: NDArray[np.bool_] | NDArray[np.int64]) -> Marks:
        """Return the marks with some of their blocks only.

        Parameters
        ----------
        blocks
            A mask of shape (k,), or the numbers of blocks in ascending order.
        """
        chosen: dict[str, Any] = {name: getattr(self, name)[blocks] for name in _PER_BLOCK}
        return replace(self, **chosen)

    def split(self, bounds: NDArray[np.int64]) -> list[Marks]:
        """Return the marks of several texts in a row, each from its start: text i from ``bounds[i]`` to ``[i + 1]``.

        The marks must have nothing but blocks.
        """
        cuts = np.searchsorted(self.starts, bounds)
        shifts = np.repeat(bounds[:-1], np.diff(cuts))
        columns: dict[str, Any] = {name: getattr(self, name) for name in _PER_BLOCK}
        columns["starts"], columns["ends"] = self.starts - shifts, self.ends - shifts
        return [
            Marks(**{name: column[first:stop] for name, column in columns.items()})
            for first, stop in pairwise(cuts.tolist())
        ]

    @classmethod
    def joined(cls, every: Sequence[Marks], starts: NDArray[np.int64]) -> Marks:
        """Return the marks of several texts in a row, where text i begins at ``starts[i]``."""
        shifts = starts.tolist()
        moved: dict[str, Any] = {
            name: np.concatenate([getattr(marks, name) + shift for marks, shift in zip(every, shifts, strict=True)])
            for name in ("starts", "ends", "hidden", "borders")
        }
        same: dict[str, Any] = {
            name: np.concatenate([getattr(marks, name) for marks in every]) for name in ("kinds", *_NO_STRUCTURE)
        }
        stands = tuple(
            (start + shift, end + shift, characters)
            for marks, shift in zip(every, shifts, strict=True)
            for start, end, characters in marks.stands
        )
        return cls(**moved, **same, stands=stands)

    def with_blocks(self, starts: NDArray[np.int64], ends: NDArray[np.int64], kind: Block) -> Marks:
        """Return the marks with further blocks of one kind, which overlap no other block and belong to no list."""
        added = Marks(starts, ends, np.full(len(starts), kind, np.uint8))
        order = np.argsort(np.concatenate((self.starts, starts)), kind="stable")
        joined: dict[str, Any] = {
            name: np.concatenate((getattr(self, name), getattr(added, name)))[order] for name in _PER_BLOCK
        }
        return replace(self, **joined)


_NO_STRUCTURE: Final[dict[str, np.generic]] = {
    "containers": np.int32(-1),
    "items": np.int32(-1),
    "levels": np.uint8(0),
    "landmarks": np.bool_(False),
}
_PER_BLOCK: Final = ("starts", "ends", "kinds", *_NO_STRUCTURE)
