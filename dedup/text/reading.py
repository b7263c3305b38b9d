"""A text, read: its blocks and its tokens."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from dedup.text.marks import Block, Marks
from dedup.text.markups import markup_named
from dedup.text.tokens import Tokens, tokenize

UNREAD: Final = frozenset({Block.FRONT, Block.COMMENT})
"""Blocks that are read only by those who ask for them."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One text with everything known about it."""

    text: str
    marks: Marks
    """All its blocks, read or not."""
    tokens: Tokens
    """The tokens of those blocks whose kind is in `kinds`."""
    kinds: frozenset[Block]


def read(text: str, markup: str = "plain", blocks: Collection[str] | None = None) -> Reading:
    """Read a text.

    Parameters
    ----------
    text
        Any str, with any line ends.
    markup
        A name of `dedup.text.markups.MARKUPS`.
    blocks
        Names of the kinds of block to read ("prose", "list", ...); None for every kind except front and comment.

    Raises
    ------
    TypeError
        `text` is not a str, or `blocks` is one.
    ValueError
        `markup` or one of `blocks` is unknown.
    """
    if not isinstance(text, str):
        raise TypeError(f"text is {type(text).__name__}; allowed is str")
    kinds = _kinds(blocks)
    language = markup_named(markup)
    marks = language.mark(text)
    # where only white space lies between blocks it separates by itself: no need to lay marks over the text
    return Reading(text, marks, tokenize(text, marks if language.passes_over else None, kinds), kinds)


def _kinds(blocks: Collection[str] | None) -> frozenset[Block]:
    if blocks is None:
        return frozenset(Block) - UNREAD
    if isinstance(blocks, str):
        raise TypeError(f"blocks={blocks!r} is a str; allowed is a collection of names, such as [{blocks!r}]")
    names = {kind.name.lower(): kind for kind in Block}
    for name in blocks:
        if name not in names:
            raise ValueError(f"blocks={blocks!r} holds {name!r}, which is unknown; allowed: {_listed(names)}")
    return frozenset(names[name] for name in blocks)


def _listed(names: Collection[str]) -> str:
    return ", ".join(repr(name) for name in names)
