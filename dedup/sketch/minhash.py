"""MinHash signatures of texts, bit for bit those of datasketch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dedup import kernels
from dedup.kernels import threads
from dedup.sketch import arguments
from dedup.sketch.collection import Chunk, chunks, counted
from dedup.sketch.sets import shingles_of

if TYPE_CHECKING:
    from datasketch import LeanMinHash, MinHash

SCHEME = "affine32"
EMPTY = 0xFFFFFFFF  # every entry of the signature of no shingles

_VALUES = 1 << 18  # permuted by one thread at once
_ROWS = 1 << 14  # compared at once: what stands between fits the cache


@dataclass(frozen=True, kw_only=True)
class MinHasher:
    """Makes signatures: the lowest of a text's shingle hashes under each of many permutations (Broder, 1997).

    Two signatures agree in a share of their entries that estimates the Jaccard similarity s of the shingle sets, with
    a standard error of ``sqrt(s * (1 - s) / num_perm)``: 0.035 at s = 0.8 for 128 permutations.

    They are what ``datasketch.MinHash(num_perm, seed, hashfunc=h, scheme="affine32")`` gives when it is fed with the
    same shingles, where h is the low 32 bits of a shingle's hash: xxh64, seed 0, of the xxh64 hashes of its tokens
    as 8 bytes each, little-endian, one after the other (of the folded tokens as UTF-8, as ``dedup.shingles`` shows
    them).

    Args:
        num_perm: permutations, which is the length of a signature; at least 2.
        seed: what the permutations are drawn from, 0 to 2**32 - 1.
        shingle_size: tokens of a shingle, at least 1.

    Raises:
        TypeError: an argument is not an int.
        ValueError: it is outside.

    >>> hasher = MinHasher()
    >>> one, other = hasher.sketch(["the cat sat on the mat by the door", "The cat sat on the mat by the window!"])
    >>> hasher.similarity(one, other)
    0.796875
    """

    num_perm: int = 128
    seed: int = 1
    shingle_size: int = 3

    def __post_init__(self) -> None:
        """Check the arguments; NumPy's integers become Python's."""
        for name, least, most in (("num_perm", 2, None), ("seed", 0, 2**32 - 1), ("shingle_size", 1, None)):
            object.__setattr__(self, name, arguments.integer(name, getattr(self, name), least, most))

    def sketch(self, texts: Any) -> NDArray[np.uint32]:
        """The signatures of texts.

        Args:
            texts: any iterable of str, a NumPy array of str, an Arrow string array, a Polars or pandas series.

        Returns:
            uint32 (n, num_perm), in order. A text without a token has 2**32 - 1 everywhere.

        Raises:
            TypeError: `texts` is one str, or no collection, or one of them is not a str: the message says which.

        Costs time linear in the text and in ``num_perm`` times its tokens, on several threads; beyond the result some
        tens of megabytes.
        """

        total = counted(texts)
        # Filled in place: the memory of arrays that are copied and freed takes longer to come by than signatures.
        whole = np.empty((total or 0, self.num_perm), np.uint32)

        def rooms() -> Iterator[tuple[Chunk, NDArray[np.uint32]]]:
            filled = 0
            for chunk in chunks(texts):
                first, filled = filled, filled + len(chunk.offsets) - 1
                if total is None:
                    yield chunk, np.empty((filled - first, self.num_perm), np.uint32)
                elif filled <= total:
                    yield chunk, whole[first:filled]
            if total is not None and filled != total:
                raise ValueError(f"texts holds {filled} texts, but its length is {total}")

        def work(part: tuple[Chunk, NDArray[np.uint32]]) -> NDArray[np.uint32]:
            chunk, signatures = part
            values, offsets, _ = shingles_of(chunk, self.shingle_size)
            self._fill(signatures, values, offsets)
            return signatures

        parts = list(threads.mapped(work, rooms()))
        return np.concatenate([whole, *parts]) if total is None else whole

    def of_sets(self, values: NDArray[np.uint64], offsets: NDArray[np.int64]) -> NDArray[np.uint32]:
        """The signatures of shingle hashes.

        Args:
            values: uint64 (s,), the hashes, in any order, repeats allowed.
            offsets: int64 (n + 1,): set i is ``values[offsets[i]:offsets[i + 1]]``.

        Returns:
            uint32 (n, num_perm). Costs ``num_perm * s`` steps, on several threads.
        """
        count = len(offsets) - 1
        signatures = np.empty((count, self.num_perm), np.uint32)
        cuts = np.searchsorted(offsets, np.arange(offsets[0] + _VALUES, offsets[-1], _VALUES))
        borders = sorted({0, *cuts.tolist(), count})

        def work(rows: slice) -> None:
            self._fill(signatures[rows], values, offsets[rows.start : rows.stop + 1])

        threads.each(work, map(slice, borders, borders[1:]))
        return signatures

    def _fill(self, signatures: NDArray[np.uint32], values: NDArray[np.uint64], offsets: NDArray[np.int64]) -> None:
        a, b = self._permutations
        kernels.engine(len(values)).signatures.minhash(values, offsets, a, b, signatures)

    def similarity(self, row: NDArray[np.uint32], signatures: NDArray[np.uint32]) -> Any:
        """Estimated Jaccard similarities of one text and others: the share of entries in which signatures agree.

        Args:
            row: uint32 (num_perm,).
            signatures: uint32 (n, num_perm), or one row of them.

        Returns:
            float64 (n,), or a float for one row. A text without a token is like none, itself included: 0.

        Raises:
            TypeError: an argument is not an array of uint32.
            ValueError: its shape is another.
        """
        self._check("row", row, 1)
        many = np.atleast_2d(self._check("signatures", signatures, 1, 2))
        shares = np.zeros(len(many))
        if (row != EMPTY).any():
            for first in range(0, len(many), _ROWS):
                part = slice(first, first + _ROWS)
                np.divide(np.count_nonzero(many[part] == row, axis=1), self.num_perm, out=shares[part])
        return shares if signatures.ndim == 2 else float(shares[0])

    def to_datasketch(self, row: NDArray[np.uint32]) -> LeanMinHash:
        """A signature as datasketch holds it: a ``LeanMinHash`` of scheme "affine32" and this seed.

        Args:
            row: uint32 (num_perm,). It is copied.

        Raises:
            TypeError: `row` is not an array of uint32.
            ValueError: its shape is another.
        """
        from datasketch import LeanMinHash

        return LeanMinHash(seed=self.seed, hashvalues=self._check("row", row, 1), scheme=SCHEME)

    def from_datasketch(self, minhash: MinHash | LeanMinHash) -> NDArray[np.uint32]:
        """The signature that datasketch holds.

        It means something beside signatures of `sketch` only if it was fed with the same shingle hashes, which it
        does not tell.

        Args:
            minhash: made with the same scheme, seed and number of permutations as this one.

        Returns:
            uint32 (num_perm,), a copy.

        Raises:
            TypeError: it is no MinHash.
            ValueError: it was made otherwise: the message says how.
        """
        from datasketch import MinHash

        if not isinstance(minhash, MinHash):
            raise TypeError(f"minhash is {type(minhash).__name__}; allowed is a MinHash or LeanMinHash of datasketch")
        made = {"scheme": minhash.scheme, "seed": minhash.seed, "num_perm": len(minhash)}
        wanted = {"scheme": SCHEME, "seed": self.seed, "num_perm": self.num_perm}
        differing = [f"{name}={made[name]!r}, not {wanted[name]!r}" for name in wanted if made[name] != wanted[name]]
        # A LeanMinHash does not keep its permutations.
        given = getattr(minhash, "permutations", None)
        if not differing and given is not None and not np.array_equal(given, self._permutations):
            differing = ["permutations of its own, not those of its seed"]
        if differing:
            raise ValueError(f"minhash was made with {'; '.join(differing)}")
        return np.array(minhash.hashvalues, np.uint32)

    @cached_property
    def _permutations(self) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
        """The factors and summands that datasketch draws from this seed."""
        chance = np.random.RandomState(self.seed)
        a = chance.randint(0, 1 << 31, self.num_perm, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
        return a, chance.randint(0, 1 << 32, self.num_perm, dtype=np.uint32)

    def _check(self, name: str, given: NDArray[np.uint32], *dimensions: int) -> NDArray[np.uint32]:
        if not isinstance(given, np.ndarray) or given.dtype != np.uint32:
            kind = f"array of {given.dtype}" if isinstance(given, np.ndarray) else type(given).__name__
            raise TypeError(f"{name} is {kind}; allowed is an array of uint32")
        if given.ndim not in dimensions or given.shape[-1] != self.num_perm:
            shapes = " or ".join(f"({'n, ' * (d - 1)}{self.num_perm}{',' * (d == 1)})" for d in dimensions)
            raise ValueError(f"{name} has the shape {given.shape}; allowed is {shapes}")
        return given
