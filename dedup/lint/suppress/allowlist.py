"""Standing passages: what may be repeated anywhere, such as boilerplate, attributions and legal text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dedup.lint.errors import AllowError, UndecodableError
from dedup.lint.sources.decode import decode
from dedup.lint.sources.discover import markup_of
from dedup.lint.sources.paths import reason
from dedup.match.stream import QUARTERS
from dedup.text.reading import Reading, read

_BLOCKS: Final = ("prose", "list", "quote", "cell")

Hashes = NDArray[np.uint64]


def passages(path: str) -> list[Hashes]:
    """The passages in a file: its paragraphs, list items, quotations and table cells, as hashes of folded tokens, each
    uint64 (n,). Headings and comments are for people. What it is follows from the extension.

    Raises:
        AllowError: it cannot be read.
    """
    try:
        with open(path, "rb") as file:
            text = decode(file.read(), None, markup_of(path))
    except OSError as error:
        raise AllowError(f"{path}: {reason(error)}") from None
    except UndecodableError as error:
        raise AllowError(f"{path}: {error}") from None
    reading = read(text, markup_of(path), _BLOCKS)
    hashes, found = reading.tokens.hashes, []
    kinds = np.isin(reading.marks.kinds, [int(kind) for kind in reading.kinds])
    first = np.searchsorted(reading.tokens.starts, reading.marks.starts[kinds])
    behind = np.searchsorted(reading.tokens.ends, reading.marks.ends[kinds], side="right")
    for start, stop in zip(first.tolist(), behind.tolist(), strict=True):
        if start < stop:
            found.append(hashes[start:stop])
    return found


class Allowed:
    """Tells of places in certain texts whether they are standing passages."""

    def __init__(self, passages: Sequence[Hashes], readings: Sequence[Reading], min_words: int) -> None:
        """`min_words` is the least length of a repeat: a place that has fewer words of its own is none."""
        self._passages, self._readings = passages, readings
        self._least = min_words * QUARTERS
        self._known = b"".join(passage.tobytes() for passage in passages)
        self._own: dict[int, NDArray[np.int64]] = {}

    def allows(self, reading: int, first: int, behind: int) -> bool:
        """Whether a run of tokens is part of standing passages, or has fewer words outside of whole ones than a repeat
        must have. Cost: the words of all passages; the first time, those of the text too."""
        if reading not in self._own:
            self._own[reading] = self._measured(self._readings[reading])
        own = self._own[reading]
        if own[behind] - own[first] < self._least:
            return True
        return self._readings[reading].tokens.hashes[first:behind].tobytes() in self._known

    def _measured(self, reading: Reading) -> NDArray[np.int64]:
        """int64 (n + 1,): the weight, before each token, of those that are in no standing passage."""
        hashes = reading.tokens.hashes
        covered = np.zeros(len(hashes) + 1, np.int64)
        for passage in self._passages:
            for at in _occurrences(hashes, passage):
                covered[at] += 1
                covered[at + len(passage)] -= 1
        own = np.where(np.cumsum(covered[:-1]) > 0, 0, reading.tokens.weights)
        return np.concatenate(([0], np.cumsum(own, dtype=np.int64)))


def _occurrences(hashes: Hashes, passage: Hashes) -> Iterator[int]:
    """Where a row of tokens stands in another."""
    at = np.arange(max(0, len(hashes) - len(passage) + 1))
    for turn, token in enumerate(passage.tolist()):
        at = at[hashes[at + turn] == token]
        if not len(at):
            break
    yield from at.tolist()
