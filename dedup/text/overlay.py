"""Marks laid over a text: its code points, with sentinels wherever it is not to be read as it stands."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.kernels.alphabet import CONTINUE, HIDDEN, IDEOGRAPH, NUMBER, SEPARATE, SEPARATOR, SYLLABIC, Alphabet
from dedup.text.marks import Block, Marks, among

WINDOW: Final = 1 << 18
"""Code points of a chunk: enough to make the cost of a call vanish, few enough to stay in the processor's cache."""

_NOTHING: Final = np.empty(0, np.int64)

# Named tuples here: making a frozen dataclass takes half a millisecond, and every run of the linter begins with it.


class Chunk(NamedTuple):
    """A stretch of a text as the kernels want it, and the way back from their indices."""

    codes: NDArray[np.uint32]
    """uint32 (n,): code points and sentinels."""
    start: int
    end: int
    """What it stands for: ``text[start:end]``."""
    added: NDArray[np.int64]
    """Indices in `codes` of separators that stand for nothing in the text: one wherever two blocks touch."""

    def places(self, indices: NDArray[np.int32]) -> NDArray[np.int32]:
        """Positions in the text, from starts or ends of tokens as indices into `codes`."""
        moved = indices + np.int32(self.start)
        if len(self.added):
            moved -= np.searchsorted(self.added, indices).astype(np.int32)
        return moved


def chunks(
    text: str,
    marks: Marks | None,
    kinds: Collection[Block] | None,
    alphabet: Alphabet,
    start: int = 0,
    window: int = WINDOW,
) -> Iterator[Chunk]:
    """Yield the text from `start` on, under its marks, in chunks that no token crosses.

    Pieces have about `window` code points. They are cut before separators and before characters that are tokens of
    their own. If the window has neither, the chunk grows.

    Raises
    ------
    ValueError
        A substitute has more characters than its range.
    """
    layers = None if marks is None else _Layers.of(marks, kinds)
    if layers is None and kinds is not None and Block.PROSE not in kinds:
        return
    size = window
    while start < len(text):
        end = min(start + size, len(text))
        codes = _codes(text, layers, start, end)
        if end < len(text):
            cut = _last_cut(codes, alphabet)
            if not cut:
                size *= 2
                continue
            codes, end = codes[:cut], start + cut
        added = _NOTHING
        if layers is not None:
            first, last = np.searchsorted(layers.touching, (start, end))
            breaks = layers.touching[first:last] - start
            if len(breaks):
                codes = np.insert(codes, breaks, np.uint32(SEPARATE))
                added = breaks + np.arange(len(breaks))
        yield Chunk(codes, start, end, added)
        start, size = end, window


class _Ranges(NamedTuple):
    """Ranges that are disjoint, ascending and not empty."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]

    @classmethod
    def of(cls, ranges: NDArray[np.int64]) -> _Ranges:
        """From ranges (n, 2) in any order, which may touch, nest, overlap or be empty."""
        if not len(ranges):
            return cls(_NOTHING, _NOTHING)
        ranges = ranges[ranges[:, 0] < ranges[:, 1]]
        ranges = ranges[np.argsort(ranges[:, 0], kind="stable")]
        reach = np.maximum.accumulate(ranges[:, 1])
        first = np.ones(len(ranges), np.bool_)
        first[1:] = ranges[1:, 0] > reach[:-1]
        last = np.ones(len(ranges), np.bool_)
        last[:-1] = first[1:]
        return cls(ranges[first, 0], reach[last])

    def cover(self, start: int, end: int) -> NDArray[np.bool_] | None:
        """Which of the positions from `start` to `end` lie in a range; None where none does."""
        first = int(np.searchsorted(self.ends, start, "right"))
        last = int(np.searchsorted(self.starts, end))
        if first == last:
            return None
        change = np.zeros(end - start + 1, np.int8)
        change[np.maximum(self.starts[first:last], start) - start] += 1
        change[np.minimum(self.ends[first:last], end) - start] -= 1
        return np.cumsum(change[:-1], dtype=np.int8).view(np.bool_)


class _Layers(NamedTuple):
    """Marks as arrays that can be laid over any stretch of the text."""

    read: _Ranges
    hidden: _Ranges
    borders: _Ranges
    places: NDArray[np.int64]
    """Positions whose character is replaced, ascending."""
    points: NDArray[np.uint32]
    """What each is replaced by."""
    touching: NDArray[np.int64]
    """Where a block ends and another begins."""

    @classmethod
    def of(cls, marks: Marks, kinds: Collection[Block] | None) -> _Layers:
        chosen = marks.starts < marks.ends
        if kinds is not None:
            chosen &= among(frozenset(kinds))[marks.kinds]
        starts, ends = marks.starts[chosen], marks.ends[chosen]
        places, points = _replacements(marks.stands)
        hidden, borders = _Ranges.of(marks.hidden), _Ranges.of(marks.borders)
        return cls(_Ranges(starts, ends), hidden, borders, places, points, starts[1:][starts[1:] == ends[:-1]])


def _replacements(stands: tuple[tuple[int, int, str], ...]) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    if not stands:
        return _NOTHING, np.empty(0, np.uint32)
    places: list[int] = []
    points: list[int] = []
    for start, end, characters in stands:
        rest = end - start - len(characters)
        if rest < 0:
            raise ValueError(f"text[{start}:{end}] cannot stand for {characters!r}: it is shorter than that")
        places.extend(range(start, end))
        points.extend(map(ord, characters))
        points.extend([CONTINUE] * rest)
    return np.array(places, np.int64), np.array(points, np.uint32)


def _codes(text: str, layers: _Layers | None, start: int, end: int) -> NDArray[np.uint32]:
    """Code points of ``text[start:end]`` with the layers laid over them, the later ones winning."""
    raw = text[start:end].encode("utf-32-le", "surrogatepass")
    # A copy in any case: Numba would compile a second kernel for arrays that cannot be written to.
    codes = np.frombuffer(raw, "<u4").astype(np.uint32)
    if layers is None:
        return codes
    first, last = np.searchsorted(layers.places, (start, end))
    codes[layers.places[first:last] - start] = layers.points[first:last]
    hidden = layers.hidden.cover(start, end)
    if hidden is not None:
        codes[hidden] = HIDDEN
    borders = layers.borders.cover(start, end)
    if borders is not None:
        codes[borders] = SEPARATE
    read = layers.read.cover(start, end)
    codes[slice(None) if read is None else ~read] = SEPARATE
    return codes


def _last_cut(codes: NDArray[np.uint32], alphabet: Alphabet) -> int:
    """Return the last index before which the codes may be cut, 0 if there is none."""
    for reach in (4096, len(codes)):
        tail = codes[-reach:]
        classes = alphabet.classes[alphabet.records[tail]]
        alone = (classes == IDEOGRAPH) | (classes == SYLLABIC) | (classes == NUMBER)
        safe = np.flatnonzero(alone | (classes == SEPARATOR))
        if len(safe):
            cut = int(safe[-1]) + len(codes) - len(tail)
            if cut:
                return cut
    return 0
