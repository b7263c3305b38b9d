"""MinHash signatures of texts, bit for bit those of datasketch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dedup import arguments, kernels
from dedup.kernels import threads
from dedup.sketch.collection import Chunk, counted
from dedup.sketch.sets import expected_chunks, shingles_of

if TYPE_CHECKING:
    from datasketch import LeanMinHash, MinHash

SCHEME = "affine32"
EMPTY = 0xFFFFFFFF  # every entry of the signature of no shingles

_VALUES = 1 << 18  # permuted by one thread at once
_ROWS = 1 << 14  # compared at once: what stands between fits the cache


@dataclass(frozen=True, kw_only=True)
class MinHasher:
    """Makes MinHash signatures: a text's lowest shingle hash under each of many permutations (Broder, 1997).

    The share of entries in which two signatures agree estimates the Jaccard similarity s of the sets of shingles, with
    a standard error of ``sqrt(s * (1 - s) / num_perm)``: 0.035 at s = 0.8 with 128 permutations.

    Parameters
    ----------
    num_perm
        Number of permutations, which is the length of a signature; at least 2.
    seed
        Seed of the permutations, from 0 to 2**32 - 1.
    shingle_size
        Number of words in a shingle, at least 1.

    Raises
    ------
    TypeError
        An argument is not an int.
    ValueError
        An argument is out of range.

    Notes
    -----
    The signatures equal those of ``datasketch.MinHash(num_perm, seed, hashfunc=h, scheme="affine32")`` for the same
    shingles, where h is the low 32 bits of the shingle's hash. That hash is xxh64 with seed 0 over the hashes of its
    words, 8 bytes each, little-endian; the hash of a word is xxh64 with seed 0 of the folded word as UTF-8.
    `dedup.shingles` shows folded words.

    Examples
    --------
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
        for name, least, most in (
            ("num_perm", 2, arguments.MOST_PERMUTATIONS),
            ("seed", 0, 2**32 - 1),
            ("shingle_size", 1, arguments.MOST_WORDS),
        ):
            object.__setattr__(self, name, arguments.integer(name, getattr(self, name), least, most))

    @kernels.one_engine()
    def sketch(self, texts: Any) -> NDArray[np.uint32]:
        """Return the signatures of texts.

        Parameters
        ----------
        texts
            An iterable of str, a NumPy array of str, an Arrow array of strings, or a Polars or pandas series.

        Returns
        -------
        numpy.ndarray
            uint32 of shape (n, num_perm), in the order of the texts. The signature of a text without a word is 2**32 -
            1 everywhere.

        Raises
        ------
        TypeError
            `texts` is a single str or not a collection, or one of the texts is not a str. The message says which.

        Notes
        -----
        Takes linear time in the text, and in `num_perm` times the number of words, on several threads. Takes some tens
        of megabytes beyond the result.
        """
        total = counted(texts)
        # Filled in place: the memory of arrays that are copied and freed takes longer to come by than signatures.
        whole = np.empty((total or 0, self.num_perm), np.uint32)

        def rooms() -> Iterator[tuple[Chunk, NDArray[np.uint32]]]:
            filled = 0
            for chunk in expected_chunks(texts):
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
        """Return the signatures of sets of shingle hashes.

        Parameters
        ----------
        values
            Hashes as uint64 of shape (s,), in any order; a hash may occur several times.
        offsets
            int64 of shape (n + 1,). Set i is ``values[offsets[i]:offsets[i + 1]]``.

        Returns
        -------
        numpy.ndarray
            uint32 of shape (n, num_perm).

        Notes
        -----
        Takes ``num_perm * s`` steps, on several threads.
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
        """Estimate the Jaccard similarities of one text and others: the share of entries in which the signatures agree.

        Parameters
        ----------
        row
            The signature of the one text, uint32 of shape (num_perm,).
        signatures
            The others, uint32 of shape (n, num_perm), or a single one of shape (num_perm,).

        Returns
        -------
        numpy.ndarray or float
            float64 of shape (n,), or a float for a single signature. A text without a word has similarity 0 with every
            text, including itself.

        Raises
        ------
        TypeError
            An argument is not an array of uint32.
        ValueError
            An argument has the wrong shape.
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
        """Return a signature as a ``LeanMinHash`` of datasketch, with scheme "affine32" and this seed.

        Parameters
        ----------
        row
            uint32 of shape (num_perm,). It is copied.

        Raises
        ------
        TypeError
            `row` is not an array of uint32.
        ValueError
            `row` has the wrong shape.
        """
        from datasketch import LeanMinHash

        return LeanMinHash(seed=self.seed, hashvalues=self._check("row", row, 1), scheme=SCHEME)

    def from_datasketch(self, minhash: MinHash | LeanMinHash) -> NDArray[np.uint32]:
        """Return the signature of a ``MinHash`` or ``LeanMinHash`` of datasketch.

        It can be compared with signatures of `sketch` only if it was made from the same shingle hashes, which
        datasketch does not record.

        Parameters
        ----------
        minhash
            Made with the same scheme, seed and number of permutations as this hasher.

        Returns
        -------
        numpy.ndarray
            A copy, uint32 of shape (num_perm,).

        Raises
        ------
        TypeError
            `minhash` is not a MinHash.
        ValueError
            `minhash` was made with other parameters. The message says which.
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
