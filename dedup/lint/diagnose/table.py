"""All tokens of all texts in one table: what the stages after finding look at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.kernels.rows import bounds, distinct
from dedup.match.merge import Repeats
from dedup.text.marks import among
from dedup.text.reading import Reading
from dedup.text.tokens import Tokens

Ints = NDArray[np.int64]


class TokenTable(NamedTuple):
    """The tokens of several texts, end to end, and the blocks that hold them."""

    documents: Ints
    """int64 (d + 1,): the first token of each text, then n."""
    regions: Ints
    """int64 (r + 1,): the first token of each stretch that is read without a break, then n: a block that is not read
    parts two."""
    hashes: NDArray[np.uint64]
    """uint64 (n,)"""
    weight: Ints
    """int64 (n + 1,): the weight of all tokens before each, in quarter words."""
    opening: Ints
    """int64 (b,): the first token of each block that was read and holds a token."""
    closing: Ints
    """int64 (b,): one past the last token of each."""
    kinds: NDArray[np.uint8]
    """uint8 (b,): the kind of each, a `dedup.text.marks.Block`."""
    landmarks: NDArray[np.bool_]
    """bool (b,): whether each is part of the navigation, banner, footer or an aside of a page."""
    opens: NDArray[np.bool_]
    """bool (n + 1,): whether a block begins with a token."""
    closes: NDArray[np.bool_]
    """bool (n + 1,): whether a block ends before a token."""
    starts: NDArray[np.int32]
    """int32 (n,): where each token begins in its text, in characters."""
    ends: NDArray[np.int32]
    """int32 (n,)"""
    texts: Sequence[Tokens]
    """All tokens of each text, where the table has but an excerpt of it too."""

    @classmethod
    def of(cls, readings: Sequence[Reading]) -> TokenTable:
        """Return the table of these texts, one or more. Linear in their tokens."""
        documents = bounds(np.array([len(reading.tokens.hashes) for reading in readings], np.int64))
        blocks = [_blocks(reading) for reading in readings]
        shift = np.repeat(documents[:-1], [len(part.opening) for part in blocks])
        opening = np.concatenate([part.opening for part in blocks]) + shift
        closing = np.concatenate([part.closing for part in blocks]) + shift
        opens, closes = np.zeros(documents[-1] + 1, np.bool_), np.zeros(documents[-1] + 1, np.bool_)
        opens[opening] = True
        closes[closing] = True
        breaks = [documents, *(start + part.breaks for start, part in zip(documents, blocks, strict=False))]
        return cls(
            documents,
            distinct(np.concatenate(breaks)),
            np.concatenate([reading.tokens.hashes for reading in readings]),
            bounds(np.concatenate([reading.tokens.weights for reading in readings])),
            opening,
            closing,
            np.concatenate([part.kinds for part in blocks]),
            np.concatenate([part.landmarks for part in blocks]),
            opens,
            closes,
            np.concatenate([reading.tokens.starts for reading in readings]),
            np.concatenate([reading.tokens.ends for reading in readings]),
            [reading.tokens for reading in readings],
        )

    def block_of(self, tokens: Ints) -> Ints:
        """Return the block that holds each token."""
        found: Ints = np.searchsorted(self.opening, tokens, side="right") - 1
        return found

    def whole(self, first: Ints, stop: Ints) -> NDArray[np.bool_]:
        """Return whether each run of tokens begins with the first token of a block and ends with the last of one."""
        found: NDArray[np.bool_] = self.opens[first] & self.closes[stop]
        return found

    def spans(self, first: Ints, stop: Ints) -> tuple[Ints, Ints]:
        """Return where runs of tokens begin and end, in characters of their text."""
        return self.starts[first].astype(np.int64), self.ends[stop - 1].astype(np.int64)

    def weight_of(self, first: Ints, stop: Ints) -> Ints:
        """Return the weight of each run of tokens, in quarter words."""
        found: Ints = self.weight[stop] - self.weight[first]
        return found


def covered(size: int, first: Ints, stop: Ints) -> NDArray[np.bool_]:
    """Return a mask of `size` tokens: those in at least one of the runs ``first[k] .. stop[k] - 1``."""
    depth = np.cumsum(np.bincount(first, minlength=size + 1) - np.bincount(stop, minlength=size + 1))
    found: NDArray[np.bool_] = depth[:size] > 0
    return found


def placed(repeats: Repeats, documents: Ints) -> Repeats:
    """Return the repeats with tokens counted from the beginning of the table, not of their text."""
    shift = documents[repeats.documents]
    moved = np.repeat(shift, np.diff(repeats.runs))
    return repeats._replace(
        first=repeats.first + shift,
        stop=repeats.stop + shift,
        run_first=repeats.run_first + moved,
        run_stop=repeats.run_stop + moved,
    )


class _Blocks(NamedTuple):
    opening: Ints
    closing: Ints
    kinds: NDArray[np.uint8]
    landmarks: NDArray[np.bool_]
    breaks: Ints
    """Tokens before which a passage ends."""


def _blocks(reading: Reading) -> _Blocks:
    """Return the blocks of a text that were read and hold a token, in tokens of that text."""
    marks, tokens = reading.marks, reading.tokens
    read = among(reading.kinds)[marks.kinds]
    # of one type with the tokens, which are not copied then
    starts, ends = marks.starts.astype(np.int32), marks.ends.astype(np.int32)
    opening = np.searchsorted(tokens.starts, starts[read])
    closing = np.searchsorted(tokens.ends, ends[read], side="right")
    worded = opening < closing
    kinds, landmarks = marks.kinds[read][worded], marks.landmarks[read][worded]
    return _Blocks(opening[worded], closing[worded], kinds, landmarks, reading.breaks)
