"""From code points to hashed tokens, in Numba: one pass over the text.

The twin of ``dedup.kernels.reference.text``, where the contracts stand. Numba widens uint32 arithmetic to 64 bits, and
mixes of signed and unsigned to float64, so every operand is cast where it is born.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from dedup.kernels.alphabet import (
    APOSTROPHE,
    COMPOUND,
    FIRST_COMPOUND,
    IDENTITIES,
    IDEOGRAPH,
    LETTER,
    MARK,
    MOST_TOKENS,
    SEPARATOR,
    SPLIT,
    SUBSCRIPT,
    TAIL,
    TRANSPARENT,
    WEIGHTS,
    Alphabet,
)
from dedup.kernels.compiled.kernel import kernel
from dedup.kernels.compiled.xxh64 import digest, roll, take_stripe
from dedup.kernels.reference.text import folds as folds  # for people to read: never asked of a long text

_WEIGHTS: Final = np.array(WEIGHTS, np.uint8)


def tokens(
    codes: NDArray[np.uint32], alphabet: Alphabet
) -> tuple[NDArray[np.uint64], NDArray[np.int32], NDArray[np.int32], NDArray[np.uint8]]:
    """Tokens of a piece of text: (hashes, starts, ends, weights). Takes 17 bytes of memory for each token."""
    # Room that is not used is never touched.
    room = len(codes) + (MOST_TOKENS - 1) * int(np.count_nonzero(codes >= FIRST_COMPOUND))
    hashes = np.empty(room, np.uint64)
    starts = np.empty(room, np.int32)
    ends = np.empty(room, np.int32)
    weights = np.empty(room, np.uint8)
    n = scan(
        codes,
        alphabet.records,
        alphabet.classes,
        alphabet.counts,
        alphabet.offsets,
        alphabet.points,
        hashes,
        starts,
        ends,
        weights,
    )
    # Copies, since views would keep all of the room alive.
    return hashes[:n].copy(), starts[:n].copy(), ends[:n].copy(), weights[:n].copy()


def shingle_hashes(hashes: NDArray[np.uint64], size: int) -> NDArray[np.uint64]:
    """Hashes of the shingles of a row of token hashes."""
    width = min(size, len(hashes))
    if not width:
        return np.empty(0, np.uint64)
    found = np.empty(len(hashes) - width + 1, np.uint64)
    roll(hashes, width, found)
    return found


@kernel
def scan(
    codes: NDArray[np.uint32],
    records: NDArray[np.uint16],
    classes: NDArray[np.uint8],
    counts: NDArray[np.uint8],
    offsets: NDArray[np.uint32],
    points: NDArray[np.uint32],
    hashes: NDArray[np.uint64],
    starts: NDArray[np.int32],
    ends: NDArray[np.int32],
    weights: NDArray[np.uint8],
) -> int:
    """Fill the last four arrays; returns how many tokens there are."""
    n = len(codes)
    lanes = np.empty(4, np.uint64)
    words = np.empty(4, np.uint64)
    word = np.uint64(0)  # bytes of the open token that do not fill a word yet
    size = 0  # bytes of the open token
    base = SEPARATOR  # class of the last character that is no mark; SEPARATOR: no token is open
    found = 0
    end = 0
    i = -1
    piece = rest = 0  # what is still to be read of a COMPOUND: the records points[piece:rest]
    while True:
        if piece < rest:
            record = np.uint16(points[piece])
            piece += 1
        else:
            i += 1
            if i > n:
                break
            # A separator behind the last character closes the last token.
            record = records[codes[i]] if i < n else np.uint16(SEPARATOR)
        kind = int(classes[record])
        if kind < MARK:
            if kind == TRANSPARENT:
                continue
            if kind == TAIL:
                if base and end == i:
                    end = i + 1
                last = found - 1
                while last >= 0 and ends[last] == i:  # other tokens of the same COMPOUND
                    ends[last] = i + 1
                    last -= 1
                continue
            if kind == APOSTROPHE and base == LETTER:
                j = i + 1
                while j < n and TRANSPARENT <= classes[records[codes[j]]] <= TAIL:
                    j += 1
                if j < n:
                    after = records[codes[j]]
                    if classes[after] == COMPOUND:
                        after = np.uint16(points[offsets[after]])
                    if classes[after] == LETTER:
                        continue
            if base:
                hashes[found] = digest(lanes, words, word, size)
                ends[found] = end
                found += 1
                base = SEPARATOR
            continue
        if kind == MARK and not base:
            continue
        if record < IDENTITIES:
            first, last = 0, 1
        else:
            first = int(offsets[record])
            last = first + int(counts[record])
        if kind == COMPOUND:
            piece, rest = first, last
            continue
        # Tokens of their own, the first of a run, and digits of another kind than those before.
        opens = (
            kind >= IDEOGRAPH
            or (kind >= LETTER and (base < LETTER or base > SUBSCRIPT))
            or (kind > LETTER and base > LETTER and kind != base)
        )
        # The mark that a SPLIT folds to belongs to the token before it: that one closes a code point later.
        closing = first + 1 if kind == SPLIT else first
        if kind == SPLIT and not base:
            first += 1
        for k in range(first, last):
            if opens and k == closing:
                if base:
                    hashes[found] = digest(lanes, words, word, size)
                    ends[found] = end
                    found += 1
                starts[found] = i
                weights[found] = _WEIGHTS[kind]
                word = np.uint64(0)
                size = 0
            point = np.uint64(codes[i]) if record < IDENTITIES else np.uint64(points[k])
            # As UTF-8, first byte lowest.
            if point < np.uint64(0x80):
                fresh = point
                length = 1
            elif point < np.uint64(0x800):
                fresh = np.uint64(0x80C0) | (point >> np.uint64(6)) | ((point & np.uint64(0x3F)) << np.uint64(8))
                length = 2
            elif point < np.uint64(0x10000):
                fresh = (
                    np.uint64(0x8080E0)
                    | (point >> np.uint64(12))
                    | ((point & np.uint64(0xFC0)) << np.uint64(2))
                    | ((point & np.uint64(0x3F)) << np.uint64(16))
                )
                length = 3
            else:
                fresh = (
                    np.uint64(0x808080F0)
                    | (point >> np.uint64(18))
                    | ((point & np.uint64(0x3F000)) >> np.uint64(4))
                    | ((point & np.uint64(0xFC0)) << np.uint64(10))
                    | ((point & np.uint64(0x3F)) << np.uint64(24))
                )
                length = 4
            room = 8 - (size & 7)
            word |= fresh << np.uint64(64 - 8 * room)
            size += length
            if length >= room:
                words[((size - length) >> 3) & 3] = word
                word = fresh >> np.uint64(8 * room)
                if size & 31 < length and size >= 32:
                    take_stripe(lanes, words, size < 64)
        if kind >= LETTER:
            base = kind
        end = i + 1
    return found
