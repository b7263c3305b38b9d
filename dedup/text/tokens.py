"""Words of a text, folded and hashed, each with its span: what everything else works on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from xxhash import xxh64_intdigest

from dedup import arguments, kernels
from dedup.text import fold
from dedup.text.marks import Block, Marks
from dedup.text.overlay import WINDOW, chunks

_Number = TypeVar("_Number", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one text, in order."""

    hashes: NDArray[np.uint64]
    """uint64 (n,): xxh64 of the folded token as UTF-8, seed 0."""
    starts: NDArray[np.int32]
    """int32 (n,): code points of the original text. Spans ascend and are disjoint, but for the tokens of one character
    that stands for several words, such as ½.
    """
    ends: NDArray[np.int32]
    """int32 (n,)"""
    weights: NDArray[np.uint8]
    """uint8 (n,), in quarter words: 4 a spaced token, 2 Han or kana, 1 Thai, Lao, Khmer or Myanmar."""


def tokenize(text: str, marks: Marks | None = None, kinds: Collection[Block] | None = None) -> Tokens:
    """Return the tokens of a text.

    Parameters
    ----------
    text
        Any str. Lone surrogates are separators.
    marks
        How the text is read; None reads all of it as it is.
    kinds
        Only blocks of these kinds are read; None reads all.

    Raises
    ------
    ValueError
        The text has 2**31 code points or more, so spans would not fit; or a substitute of the marks has more characters
        than its range.

    Notes
    -----
    Takes O(n) time. Works in chunks, so it needs some tens of megabytes beyond its result.
    """
    if len(text) >= 1 << 31:
        raise ValueError(f"text has {len(text):,} code points; allowed are fewer than {1 << 31:,}")
    alphabet = fold.load()
    kernel = kernels.engine(len(text)).text
    hashes, starts = [np.empty(0, np.uint64)], [np.empty(0, np.int32)]
    ends, weights = [np.empty(0, np.int32)], [np.empty(0, np.uint8)]
    for chunk in chunks(text, marks, kinds, alphabet):
        found = kernel.tokens(chunk.codes, alphabet)
        hashes.append(found[0])
        starts.append(chunk.places(found[1]))
        ends.append(chunk.places(found[2]))
        weights.append(found[3])
    return Tokens(_joined(hashes), _joined(starts), _joined(ends), _joined(weights))


def folded(text: str, tokens: Tokens, marks: Marks | None = None) -> list[str]:
    """Return what each token folds to: the strings whose hashes the tokens have.

    Parameters
    ----------
    text
        The text of the tokens.
    tokens
        All its tokens, or some of them in order.
    marks
        The marks under which they were read.

    Notes
    -----
    Takes O(n) time in the length of the text from the first of the tokens to the last.
    """
    if not len(tokens.starts):
        return []
    first, stop = int(tokens.starts[0]), int(tokens.ends[-1])
    alphabet = fold.load()
    kernel = kernels.engine(stop - first).text
    words: list[str] = []
    places: list[NDArray[np.int32]] = []
    # A chunk that reaches beyond the last token, because what follows a token may belong to it.
    for chunk in chunks(text, marks, None, alphabet, first, min(stop - first + 256, WINDOW)):
        starts, _, _, points, offsets = kernel.folds(chunk.codes, alphabet)
        places.append(chunk.places(starts))
        joined = points.astype("<u4", copy=False).tobytes().decode("utf-32-le")
        cuts = offsets.tolist()
        words.extend(joined[start:end] for start, end in pairwise(cuts))
        if chunk.end >= stop:
            break
    found = np.concatenate(places)
    chosen = np.searchsorted(found, tokens.starts).tolist()
    if np.any(found[1:] == found[:-1]):  # several words of one character
        for i, number in enumerate(tokens.hashes.tolist()):
            while xxh64_intdigest(words[chosen[i]].encode()) != number:
                chosen[i] += 1
    return [words[index] for index in chosen]


@kernels.one_engine()
def shingles(text: str, size: int = 3) -> list[str]:
    """Return the shingles of a text as they are compared: `size` folded words in a row, joined by a space.

    They are in order and include repeats. A text with fewer than `size` words has one shingle of all its words; a text
    without a word has none.

    Parameters
    ----------
    text
        Any str.
    size
        Number of words in a shingle, from 1 to 1,000,000.

    Raises
    ------
    TypeError
        `size` is not an integer.
    ValueError
        `size` is out of range.

    Examples
    --------
    >>> shingles("The Straße, the STRASSE!", 2)
    ['the strasse', 'strasse the', 'the strasse']
    """
    size = arguments.integer("size", size, 1, arguments.MOST_WORDS)
    words = folded(text, tokenize(text))
    if not words:
        return []
    return [" ".join(words[first : first + size]) for first in range(max(len(words) - size, 0) + 1)]


def _joined(arrays: list[NDArray[_Number]]) -> NDArray[_Number]:
    """Return the arrays in one. The list is emptied, so that a long text's tokens are not in memory twice."""
    joined = np.concatenate(arrays)
    arrays.clear()
    return joined
