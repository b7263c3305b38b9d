"""What a text says where it is read: without its markup, for a person."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dedup.kernels.alphabet import SEPARATE
from dedup.text import fold
from dedup.text.overlay import chunks
from dedup.text.reading import Reading

_NOTHING = "\0"  # stands for a character that is passed over: one byte in the text, and no text should hold it


@dataclass(frozen=True, eq=False)
class Said:
    """A reading whose stretches are quoted. The first quotation of a stretch with markup inside is linear in the text,
    which then stands in memory a second time; every other one in what it quotes."""

    reading: Reading

    def quote(self, start: int, end: int) -> str:
        """The stretch [start, end) as it is read, on one line: without what is passed over, entities as the characters
        that they stand for, and a blank for whatever separates (a line end, an image, the border of a block, a block
        that is not read)."""
        if bisect_right(self._borders, start) == bisect_left(self._borders, end):
            return " ".join(self.reading.text[start:end].split())
        laid, touching = self._laid
        borders = touching[bisect_right(touching, start) : bisect_left(touching, end)]
        parts = [laid[a:b] for a, b in zip([start, *borders], [*borders, end], strict=True)]
        return " ".join(" ".join(parts).replace(_NOTHING, "").split())

    @cached_property
    def _borders(self) -> list[int]:
        """Where anything that is marked begins or ends: between two of these the text is read as it stands."""
        marks = self.reading.marks
        stands = [side for start, end, _ in marks.stands for side in (start, end)]
        borders = np.concatenate((marks.starts, marks.ends, marks.hidden.ravel(), marks.borders.ravel(), stands))
        found: list[int] = np.sort(borders).astype(np.int64).tolist()
        return found

    @cached_property
    def _laid(self) -> tuple[str, list[int]]:
        """The text with its marks laid over it, every character in its place; and where two blocks touch, which is
        the border of both."""
        laid: list[str] = []
        touching: list[int] = []
        reading = self.reading
        for piece in chunks(reading.text, reading.marks, reading.kinds, fold.load()):
            codes = np.delete(piece.codes, piece.added) if len(piece.added) else piece.codes
            sentinels = np.flatnonzero(codes >= SEPARATE)  # they lie behind all characters; the others are transparent
            codes[sentinels] = np.where(codes[sentinels] == SEPARATE, np.uint32(ord(" ")), np.uint32(ord(_NOTHING)))
            laid.append(codes.astype("<u4", copy=False).tobytes().decode("utf-32-le", "surrogatepass"))
            touching.extend((piece.added + piece.start - np.arange(len(piece.added))).tolist())
        return "".join(laid), touching


class Quote:
    """A stretch of a text that is quoted when it is asked for: as ``str(quote)``. Two are equal if they hold the same
    words; one without a word is false."""

    __slots__ = ("_end", "_said", "_start", "_words")

    def __init__(self, said: Said, start: int, end: int, words: tuple[int, ...]) -> None:
        """`words` are the hashes of the tokens in [start, end) of what is said."""
        self._said, self._start, self._end, self._words = said, start, end, words

    def __str__(self) -> str:
        """The stretch as it is read, on one line."""
        return self._said.quote(self._start, self._end) if self._words else ""

    def __len__(self) -> int:
        """The characters of that."""
        return len(str(self))

    def __bool__(self) -> bool:
        """Whether it has a word."""
        return bool(self._words)

    def __eq__(self, other: object) -> bool:
        """Whether another holds the same words."""
        return isinstance(other, Quote) and self._words == other._words

    def __hash__(self) -> int:
        """Of its words."""
        return hash(self._words)
