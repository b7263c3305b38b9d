"""Token hashes of a collection's texts, in NumPy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dedup.kernels.alphabet import SEPARATE, Alphabet
from dedup.kernels.reference.text import tokens

Ints = NDArray[np.int64]


def word_hashes(data: NDArray[np.uint8], offsets: Ints, alphabet: Alphabet) -> tuple[NDArray[np.uint64], Ints, Ints]:
    """Return the tokens of many texts.

    Parameters
    ----------
    data : uint8 (n,)
        The texts as UTF-8, end to end, with lone surrogates as "surrogatepass" writes them. It must be valid, and cut
        between characters only.
    offsets : int64 (k + 1,)
        Text i is ``data[offsets[i]:offsets[i + 1]]``.
    alphabet
        The fold table.

    Returns
    -------
    hashes, bounds, weights : uint64 (t,), int64 (k + 1,), int64 (k,)
        xxh64 with seed 0 of each folded token as UTF-8; text i has the tokens from ``bounds[i]`` to ``bounds[i + 1]``;
        the weight of each text in quarter words.

    Notes
    -----
    Costs O(n) time and about 60 bytes of memory for each character.
    """
    base = int(offsets[0])
    held = data[base : int(offsets[-1])]
    codes = np.frombuffer(
        held.tobytes().decode("utf-8", "surrogatepass").encode("utf-32-le", "surrogatepass"), np.dtype("<u4")
    ).astype(np.uint32, copy=False)
    cuts = offsets - base
    if len(codes) < len(held):
        leads = np.zeros(len(held) + 1, np.int64)
        np.cumsum((held & 0xC0) != 0x80, out=leads[1:])
        cuts = leads[cuts]
    # A separator between any two texts, so that no token reaches from one into the next.
    codes = np.insert(codes, cuts[1:-1], np.uint32(SEPARATE))
    hashes, starts, _, quarters = tokens(codes, alphabet)
    bounds = np.append(np.searchsorted(starts, cuts[:-1] + np.arange(len(cuts) - 1)), len(starts)).astype(np.int64)
    total = np.zeros(len(quarters) + 1, np.int64)
    np.cumsum(quarters, out=total[1:])
    return hashes, bounds, np.diff(total[bounds])
