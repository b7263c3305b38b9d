"""Quotations: parts of a text as they are read, without the markup."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dedup.kernels.alphabet import SEPARATE
from dedup.text import fold
from dedup.text.overlay import chunks
from dedup.text.reading import Reading

_NOTHING = "\0"  # replaces a character that is passed over: one byte, and not part of any ordinary text


@dataclass(frozen=True, eq=False)
class Quoter:
    """Quotes a text.

    The first quotation with markup inside takes time, and memory, linear in the text; all others in their own length.
    """

    reading: Reading

    def quote(self, start: int, end: int) -> str:
        """Return the span [start, end) as it is read, on one line.

        What is passed over is missing, an entity is its character, and whatever separates words is a blank: a line
        end, an image, the border of a block, a block that is not read.
        """
        if bisect_right(self._borders, start) == bisect_left(self._borders, end):
            return " ".join(self.reading.text[start:end].split())
        text, touching = self._rendered
        borders = touching[bisect_right(touching, start) : bisect_left(touching, end)]
        parts = [text[a:b] for a, b in zip([start, *borders], [*borders, end], strict=True)]
        return " ".join(" ".join(parts).replace(_NOTHING, "").split())

    def words(self, first: int, stop: int) -> str:
        """Return the tokens `first` to `stop` - 1 as they are read, on one line; nothing if there are none."""
        tokens = self.reading.tokens
        return self.quote(int(tokens.starts[first]), int(tokens.ends[stop - 1])) if first < stop else ""

    @cached_property
    def _borders(self) -> list[int]:
        """Offsets at which a mark begins or ends; between two of them, the text is read as it is."""
        marks = self.reading.marks
        stands = [side for start, end, _ in marks.stands for side in (start, end)]
        borders = np.concatenate((marks.starts, marks.ends, marks.hidden.ravel(), marks.borders.ravel(), stands))
        found: list[int] = np.sort(borders).astype(np.int64).tolist()
        return found

    @cached_property
    def _rendered(self) -> tuple[str, list[int]]:
        """The text with what is passed over replaced, character by character, and the offsets at which blocks touch."""
        rendered: list[str] = []
        touching: list[int] = []
        reading = self.reading
        for piece in chunks(reading.text, reading.marks, reading.kinds, fold.load()):
            codes = np.delete(piece.codes, piece.added) if len(piece.added) else piece.codes
            sentinels = np.flatnonzero(
                codes >= SEPARATE
            )  # above all characters; those that do not separate are transparent
            codes[sentinels] = np.where(codes[sentinels] == SEPARATE, np.uint32(ord(" ")), np.uint32(ord(_NOTHING)))
            rendered.append(codes.astype("<u4", copy=False).tobytes().decode("utf-32-le", "surrogatepass"))
            touching.extend((piece.added + piece.start - np.arange(len(piece.added))).tolist())
        return "".join(rendered), touching


class Quote:
    """Tokens of a text that are quoted by ``str(quote)``, because most quotations are never shown.

    Quotes are equal if they hold the same words; a quote without a word is false.
    """

    __slots__ = ("_first", "_hashes", "_quoter")

    def __init__(self, quoter: Quoter, first: int, hashes: tuple[int, ...]) -> None:
        """`hashes` are those of the tokens from `first` on that are quoted."""
        self._quoter, self._first, self._hashes = quoter, first, hashes

    def __str__(self) -> str:
        """Return the tokens as they are read, on one line."""
        return self._quoter.words(self._first, self._first + len(self._hashes))

    def __bool__(self) -> bool:
        """Return whether it has a word."""
        return bool(self._hashes)

    def __eq__(self, other: object) -> bool:
        """Return whether the other quote holds the same words."""
        return isinstance(other, Quote) and self._hashes == other._hashes

    def __hash__(self) -> int:
        """Return the hash of its words."""
        return hash(self._hashes)
