"""The allow-list: passages that may be repeated anywhere, such as boilerplate, attributions and legal text."""

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
from dedup.text.marks import among
from dedup.text.reading import Reading, read

_BLOCKS: Final = ("prose", "list", "quote", "cell")

Hashes = NDArray[np.uint64]


def passages(path: str) -> list[Hashes]:
    """Return the passages of an allow-list.

    Parameters
    ----------
    path
        A file in the markup of its extension. Its paragraphs, list items, quotations and table cells are passages; its
        headings and comments are for people.

    Returns
    -------
    list of uint64 (n,)
        The token hashes of each passage.

    Raises
    ------
    AllowError
        The file cannot be read.
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
    kinds = among(reading.kinds)[reading.marks.kinds]
    first = np.searchsorted(reading.tokens.starts, reading.marks.starts[kinds])
    last = np.searchsorted(reading.tokens.ends, reading.marks.ends[kinds], side="right")
    for start, stop in zip(first.tolist(), last.tolist(), strict=True):
        if start < stop:
            found.append(hashes[start:stop])
    return found


class Allowed:
    """The allow-list, applied to certain texts. Each is searched for whole passages once, when it is first needed."""

    def __init__(self, passages: Sequence[Hashes], readings: Sequence[Reading], min_words: int) -> None:
        """`min_words` is the least length of a repeat, in words."""
        self._passages, self._readings = passages, readings
        self._least = min_words * QUARTERS
        self._joined = b"".join(passage.tobytes() for passage in passages)
        self._own: dict[int, NDArray[np.int64]] = {}

    def allows(self, reading: int, first: int, stop: int) -> bool:
        """Return whether a run of tokens may be repeated: it is part of the allow-list, or too short without the whole
        passages in it. Cost: the words of all passages; the first time for a text, those of the text too."""
        if reading not in self._own:
            self._own[reading] = self._own_weight(self._readings[reading])
        own = self._own[reading]
        if own[stop] - own[first] < self._least:
            return True
        return self._readings[reading].tokens.hashes[first:stop].tobytes() in self._joined

    def _own_weight(self, reading: Reading) -> NDArray[np.int64]:
        """Return int64 (n + 1,): the weight, before each token, of the tokens that are in no whole passage."""
        hashes = reading.tokens.hashes
        covered = np.zeros(len(hashes) + 1, np.int64)
        for passage in self._passages:
            for at in _occurrences(hashes, passage):
                covered[at] += 1
                covered[at + len(passage)] -= 1
        own = np.where(np.cumsum(covered[:-1]) > 0, 0, reading.tokens.weights)
        return np.concatenate(([0], np.cumsum(own, dtype=np.int64)))


def _occurrences(hashes: Hashes, passage: Hashes) -> Iterator[int]:
    """Yield the positions at which a row of tokens occurs in another."""
    at = np.arange(max(0, len(hashes) - len(passage) + 1))
    for number, token in enumerate(passage.tolist()):
        at = at[hashes[at + number] == token]
        if not len(at):
            break
    yield from at.tolist()
