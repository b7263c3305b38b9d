"""Where runs of words of one text stand in others: for a few runs, without looking for everything that is repeated."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup import kernels
from dedup.kernels.rows import distinct, owner, spread

Ints = NDArray[np.int64]

_BASE: Final = np.uint64(0x9E3779B97F4A7C15)  # any odd number: the base of the polynomial over a gram's hashes
_SHIFT: Final = np.uint64(44)  # 20 digits of a key decide whether it is looked at: of 6 million, some 6 a wanted key


class Tokens(NamedTuple):
    """The tokens of texts, end to end."""

    hashes: NDArray[np.uint64]
    """uint64 (n,)"""
    regions: Ints
    """int64 (r + 1,): the first token of each stretch that no run crosses, then n."""


class Occurrences(NamedTuple):
    """Where runs stand, by run and position: int64 arrays of one length."""

    rows: Ints
    """The number of the run."""
    at: Ints
    """The token of the searched texts at which it begins."""
    before: Ints
    """How many tokens before the run are equal, too."""
    after: Ints
    """How many tokens after the run are equal, too."""


def occurrences(searched: Tokens, texts: Tokens, first: Ints, stop: Ints, size: int, reach: int) -> Occurrences:
    """Return where runs of tokens stand in other texts, as part of at least `size` equal tokens.

    Parameters
    ----------
    searched
        The tokens to search.
    texts
        The tokens that the runs are part of.
    first, stop
        int64 (k,): run i is the tokens ``first[i] .. stop[i] - 1`` of `texts`, one or more of one region.
    size
        The least number of equal tokens, those around the run included.
    reach
        How many tokens before and after a run are compared at the most; at least `size`.

    Returns
    -------
    Occurrences
        Cost: linear in the searched tokens times `size`, and in what is equal.

    Notes
    -----
    Equal tokens that hold a run also hold one of the `size` grams around it, or its own first gram: these are looked
    up by a polynomial over their hashes (Karp and Rabin, 1987), and what is found is compared token by token.
    """
    low, high = _limits(texts, first)
    begin = np.minimum(first, np.maximum(stop - size, low))
    end = np.where(stop - first >= size, first, np.minimum(first, high - size))
    grams, offsets = spread(begin, np.maximum(end - begin + 1, 0))
    row = owner(offsets)
    hits, found = _equal_grams(searched.hashes, gram_keys(texts.hashes, size), grams, size)
    at = hits + first[row[found]] - grams[found]
    row = row[found]
    inside = (at >= 0) & (at + (stop - first)[row] <= len(searched.hashes))
    packed = distinct((row[inside] << 32) | at[inside])
    row, at = packed >> 32, packed & 0xFFFFFFFF
    from_, to = _limits(searched, at)
    length = (stop - first)[row]
    whole = at + length <= to
    row, at, from_, to, length = (column[whole] for column in (row, at, from_, to, length))

    hashes = np.concatenate((searched.hashes, texts.hashes))
    mine = first[row] + len(searched.hashes)
    run = kernels.engine(len(hashes)).links.common_run

    def common(here: Ints, there: Ints, most: Ints, step: int) -> Ints:
        most = np.maximum(most, 0)
        columns = (column.astype(np.int32) for column in (here, there, most))
        length: Ints = run(hashes, *columns, step).astype(np.int64)
        return length

    whole = common(at, mine, length, 1) == length
    row, at, from_, to, length, mine = (column[whole] for column in (row, at, from_, to, length, mine))
    room = np.minimum(reach, np.minimum(at - from_, first[row] - low[row]))
    before = common(at - 1, mine - 1, room, -1)
    room = np.minimum(reach, np.minimum(to - at - length, high[row] - stop[row]))
    after = common(at + length, mine + length, room, 1)
    enough = before + length + after >= size
    return Occurrences(row[enough], at[enough], before[enough], after[enough])


def _limits(tokens: Tokens, at: Ints) -> tuple[Ints, Ints]:
    """Return the first token, and one past the last, of the region of each token."""
    region = np.searchsorted(tokens.regions, at, side="right")
    region = np.clip(region, 1, len(tokens.regions) - 1)
    return tokens.regions[region - 1], tokens.regions[region]


def gram_keys(hashes: NDArray[np.uint64], size: int) -> NDArray[np.uint64]:
    """Return a key of the gram of `size` tokens that begins at each token, but for the last ones.

    It is a polynomial over their hashes, modulo 2**64.
    """
    count = max(0, len(hashes) - size + 1)
    keys = np.zeros(count, np.uint64)
    for offset in range(size if count else 0):
        keys *= _BASE
        keys += hashes[offset : offset + count]
    return keys


def _equal_grams(searched: NDArray[np.uint64], keys: NDArray[np.uint64], grams: Ints, size: int) -> tuple[Ints, Ints]:
    """Return pairs: a token of what is searched, and the number of one of the `grams` that likely begins there."""
    wanted = keys[grams]
    order = np.argsort(wanted, kind="stable")
    wanted = wanted[order]
    present = np.zeros(1 << (64 - int(_SHIFT)), np.bool_)
    present[(wanted >> _SHIFT).astype(np.int64)] = True
    theirs = gram_keys(searched, size)
    at = np.flatnonzero(present[(theirs >> _SHIFT).astype(np.int64)])
    low = np.searchsorted(wanted, theirs[at])
    high = np.searchsorted(wanted, theirs[at], side="right")
    index, offsets = spread(low, high - low)
    return at[owner(offsets)], order[index]
