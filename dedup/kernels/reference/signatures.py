"""MinHash signatures and the keys of their bands, in NumPy."""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Words = NDArray[np.uint32]

# Permuted values that are held at once: 2 MiB, of which the cache keeps most. On 3.1 million values and 128
# permutations (0.25 s) an eighth of it takes 1.4 times as long, and four times as much is no faster.
BLOCK = 1 << 19


def minhash(values: NDArray[np.uint64], offsets: Ints, a: Words, b: Words, signatures: Words) -> None:
    """Fill in the MinHash signature of every row (Broder, 1997), in the scheme that datasketch calls "affine32".

    Only the low 32 bits of a value are used. The finalizer of MurmurHash3 (Appleby, 2011) mixes them into h; entry k of
    the signature is the lowest ``(a[k] * h + b[k]) mod 2**32`` of the row.

    Parameters
    ----------
    values : uint64 (n,)
        In any order; repeats are allowed.
    offsets : int64 (r + 1,)
        Rows of `values`.
    a, b : uint32 (p,)
        The permutations; every `a` is odd.
    signatures : uint32 (r, p)
        The result. A row without values gets ``2**32 - 1`` everywhere.

    Notes
    -----
    Costs n * p steps, some megabytes, and 4 bytes for each value.
    """
    signatures[:] = np.uint32(0xFFFFFFFF)
    mixed = _mixed(values[offsets[0] : offsets[-1]])
    filled = np.flatnonzero(offsets[1:] > offsets[:-1])
    starts, ends = offsets[filled] - offsets[0], offsets[filled + 1] - offsets[0]
    step = max(BLOCK // max(len(a), 1), 1)
    for begin in range(0, len(mixed), step):
        end = begin + step
        first, stop = np.searchsorted(ends, begin, side="right"), np.searchsorted(starts, end)
        permuted = mixed[begin:end] * a[:, None]
        permuted += b[:, None]
        # A row that began in an earlier block goes on here.
        least = np.minimum.reduceat(permuted, np.maximum(starts[first:stop] - begin, 0), axis=1)
        rows = filled[first:stop]
        signatures[rows] = np.minimum(signatures[rows], least.T)


def band_keys(signatures: Words, first: int, rows: int) -> NDArray[np.uint64]:
    """Return a 64-bit hash of `rows` columns of every signature, which is equal where these columns are equal.

    Parameters
    ----------
    signatures : uint32 (n, p)
        Columns ``first .. first + rows - 1`` are hashed.

    Returns
    -------
    uint64 (n,)

    Notes
    -----
    Costs n * rows.
    """
    keys = np.zeros(len(signatures), np.uint64)
    for column in range(first, first + rows):
        keys ^= signatures[:, column]
        keys *= np.uint64(0x9E3779B97F4A7C15)
        keys ^= keys >> np.uint64(32)
    return keys


def _mixed(values: NDArray[np.uint64]) -> Words:
    mixed = values.astype(np.uint32)
    mixed ^= mixed >> np.uint32(16)
    mixed *= np.uint32(0x85EBCA6B)
    mixed ^= mixed >> np.uint32(13)
    mixed *= np.uint32(0xC2B2AE35)
    mixed ^= mixed >> np.uint32(16)
    return mixed
