"""Which stretches of the texts can hold anything that the texts in focus repeat: the rest is not searched.

A hook compares one file with thousands. What they repeat together holds four equal tokens in a row, whatever the least
length of a repeat is, so the rest of the thousands is passed over in one look at each token.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.kernels.rows import distinct, heads, spread
from dedup.match.occurrences import gram_keys
from dedup.match.sequences import Sequences
from dedup.match.stream import Part, Stream, part_of

Ints = NDArray[np.int64]

GRAM: Final = 4
"""Tokens: the least length of a repeat is four words, and no token weighs more than one."""
_AT_ONCE: Final = 1 << 16  # tokens, whose keys fit the processor's cache: 4.4 million take 40 ms, and 90 ms at once
_MOST_BITS: Final = 22


class Scope(NamedTuple):
    """What is searched for repeats that have a place among the first `focus` tokens."""

    stream: Stream
    min_weight: int
    """The least weight of an exact repeat, in quarter words: at least four words."""
    focus: int
    part: Part | None
    """What is like the tokens in focus; None: all tokens are in focus."""
    sequences: Sequences
    """The sequences of tokens in it."""

    @classmethod
    def of(cls, stream: Stream, min_weight: int, focus: int) -> "Scope":
        """Return the scope of a search, in linear time; n log n in the part."""
        part = None
        if focus < len(stream.hashes):
            part = part_like(stream, np.zeros(1, np.int64), np.full(1, focus))
        return cls(stream, min_weight, focus, part, Sequences.of(stream, min_weight, part))

    def around(self, begin: Ints, end: Ints) -> Sequences:
        """Return sequences that tell wherever the tokens ``begin .. end - 1`` stand, of each of some runs.

        Parameters
        ----------
        begin, end
            int64 (k,): runs of tokens, in focus or elsewhere.
        """
        part = self.part
        if part is None or not len(begin):
            return self.sequences
        last = np.searchsorted(part.tokens, begin) + (end - begin) - 1
        if (last < len(part.tokens)).all() and (part.tokens[last] == end - 1).all():
            return self.sequences
        return Sequences.of(self.stream, self.min_weight, part_like(self.stream, begin, end))


def part_like(stream: Stream, begin: Ints, end: Ints) -> Part:
    """Return the stretches of tokens that are covered by grams of some runs of tokens, wherever these grams stand.

    A sequence of four tokens or more that is part of a run is part of a stretch at all its places, and so is every
    other sequence that is part of one: what is covered depends on the tokens alone.

    Parameters
    ----------
    begin, end
        int64 (k,): the runs are the tokens ``begin .. end - 1``.

    Notes
    -----
    A gram stands for its key; another with the same key, one in 2**64, only makes stretches longer. Costs linear time.
    """
    hashes = stream.hashes
    index, _ = spread(begin, np.maximum(end - begin - GRAM + 1, 0))
    index = distinct(index)
    wanted = _keys_at(hashes, index)
    wanted.sort()
    bits = min(len(wanted).bit_length() + 7, _MOST_BITS)
    shift = np.uint64(64 - bits)
    present = np.zeros(1 << bits, np.bool_)
    present[wanted >> shift] = True
    hits = [np.zeros(0, np.int64)]
    for low in range(0, len(hashes), _AT_ONCE):
        keys = gram_keys(hashes[low : low + _AT_ONCE + GRAM - 1], GRAM)
        at = np.flatnonzero(present[keys >> shift])
        found = np.searchsorted(wanted, keys[at])
        found[found == len(wanted)] = 0
        hits.append(low + at[wanted[found] == keys[at]] if len(wanted) else at)
    hit = np.concatenate(hits)
    edges = heads(np.cumsum(np.append(True, hit[1:] > hit[:-1] + GRAM)[: len(hit)]))
    return part_of(stream, hit[edges[:-1]], hit[edges[1:] - 1] + GRAM)


def _keys_at(hashes: NDArray[np.uint64], index: Ints) -> NDArray[np.uint64]:
    """Return the keys of the grams that begin at some tokens."""
    rows = np.lib.stride_tricks.sliding_window_view(hashes, GRAM)[index] if len(index) else np.zeros((0, GRAM), "u8")
    return gram_keys(rows.reshape(-1), GRAM)[::GRAM]
