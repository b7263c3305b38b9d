"""From code points to hashed tokens, in NumPy.

Every function has a twin of the same name in ``dedup.kernels.compiled.text`` that returns identical arrays; ``folds``
is the same function there.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
import xxhash
from numpy.typing import NDArray

from dedup.kernels.alphabet import (
    APOSTROPHE,
    COMPOUND,
    CONTINUE,
    DIGIT,
    IDENTITIES,
    IDEOGRAPH,
    LETTER,
    MARK,
    SEPARATOR,
    SPLIT,
    SUBSCRIPT,
    TAIL,
    TRANSPARENT,
    WEIGHTS,
    Alphabet,
)

_PRIME1: Final = np.uint64(0x9E3779B185EBCA87)
_PRIME2: Final = np.uint64(0xC2B2AE3D27D4EB4F)
_PRIME3: Final = np.uint64(0x165667B19E3779F9)
_PRIME4: Final = np.uint64(0x85EBCA77C2B2AE63)
_PRIME5: Final = np.uint64(0x27D4EB2F165667C5)
# -_PRIME1 and _PRIME1 + _PRIME2 modulo 2**64, which scalars would warn of.
_STARTS: Final = (np.uint64(0x60EA27EEADC0B5D6), _PRIME2, np.uint64(0), np.uint64(0x61C8864E7A143579))

_WEIGHTS: Final = np.array(WEIGHTS, np.uint8)

_FEW: Final = 128
"""So many tokens of one length are hashed one by one: NumPy's calls for them would take longer."""


def tokens(
    codes: NDArray[np.uint32], alphabet: Alphabet
) -> tuple[NDArray[np.uint64], NDArray[np.int32], NDArray[np.int32], NDArray[np.uint8]]:
    """Return the tokens of a piece of text.

    Parameters
    ----------
    codes : uint32 (n,)
        Code points and sentinels. A token at either end is taken as complete: cut before separators.
    alphabet
        The fold table.

    Returns
    -------
    hashes, starts, ends, weights : uint64, int32, int32, uint8, all (t,)
        xxh64 with seed 0 of each folded token as UTF-8; its span as indices into `codes`; and its weight in quarter
        words. Spans ascend and are disjoint, but for the tokens of one character that stands for several.

    Notes
    -----
    Costs O(n) time and about 60 bytes of memory for each code point. Pass long texts in pieces.
    """
    starts, ends, weights, points, offsets = folds(codes, alphabet)
    data = points.astype("<u4", copy=False).tobytes().decode("utf-32-le").encode()
    if len(data) > len(points):
        bounds = np.zeros(len(points) + 1, np.int64)
        np.cumsum(1 + (points >= 0x80) + (points >= 0x800) + (points >= 0x10000), out=bounds[1:])
        offsets = bounds[offsets]
    return _hashes(data, offsets), starts, ends, weights


def folds(
    codes: NDArray[np.uint32], alphabet: Alphabet
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.uint8], NDArray[np.uint32], NDArray[np.int64]]:
    """Return the tokens of a piece of text and what they fold to, before hashing.

    Returns
    -------
    starts, ends, weights, points, offsets
        The first three as `tokens` returns them. Token i folds to the code points ``points[offsets[i]:offsets[i +
        1]]``, uint32.
    """
    given, origins = codes, None
    records = alphabet.records[codes]
    classes = alphabet.classes[records]
    if np.any(classes == COMPOUND):
        records, origins = _spelled(records, classes == COMPOUND, alphabet)
        codes, classes = codes[origins], alphabet.classes[records]
    places = _counting(classes)  # of the characters that count in `codes`
    if places is not None:
        records, classes = records[places], classes[places]

    bases = classes  # class of the nearest character at or before each that is no mark: what a mark belongs to
    marks = classes == MARK
    if np.any(marks):
        nearest = np.where(marks, -1, np.arange(len(classes)))
        np.maximum.accumulate(nearest, out=nearest)
        bases = np.where(nearest >= 0, classes[nearest], np.uint8(SEPARATOR))
    inside = bases >= LETTER
    spaced = inside & (bases <= SUBSCRIPT)
    begins = spaced & ~marks
    other = (bases[1:] != bases[:-1]) & (bases[1:] >= DIGIT) & (bases[:-1] >= DIGIT)  # digits of another kind
    begins[1:] &= ~spaced[:-1] | other
    begins |= classes >= IDEOGRAPH
    finishes = inside.copy()
    finishes[:-1] &= ~inside[1:] | begins[1:]
    firsts, lasts = np.flatnonzero(begins), np.flatnonzero(finishes)
    kinds = classes[firsts]
    starts, ends = firsts, lasts
    if places is not None:
        starts, ends, codes = places[firsts], places[lasts], codes[places]
    if origins is not None:
        starts, ends = origins[starts], origins[ends]
    ends = ends + 1 if places is None else _over_tails(ends + 1, given)

    # Characters of one token follow each other, and every character inside is of one: cut where tokens begin.
    points, bounds = _folded(codes[inside], records[inside], alphabet)
    cuts = np.zeros(len(firsts) + 1, np.int64)
    np.cumsum(lasts + 1 - firsts, out=cuts[1:])
    offsets = bounds[cuts]
    split = np.flatnonzero(kinds == SPLIT)
    if len(split):
        # The mark that a SPLIT folds to belongs to the token directly before it, or to nothing.
        alone = np.ones(len(split), np.bool_)
        alone[split > 0] = lasts[split[split > 0] - 1] + 1 != firsts[split[split > 0]]
        lost = offsets[split[alone]]
        offsets[split] += 1
        offsets -= np.searchsorted(lost, offsets)
        points = np.delete(points, lost)
    return starts.astype(np.int32), ends.astype(np.int32), _WEIGHTS[kinds], points, offsets


def shingle_hashes(hashes: NDArray[np.uint64], size: int) -> NDArray[np.uint64]:
    """Return the hashes of the shingles of a row of token hashes.

    Parameters
    ----------
    hashes : uint64 (n,)
        Token hashes.
    size : int
        Tokens in a shingle, at least 1.

    Returns
    -------
    uint64 (n - size + 1,)
        xxh64 with seed 0 of every `size` hashes in a row as little-endian bytes. Fewer than `size` hashes are one
        shingle of all of them; none have none.

    Notes
    -----
    Costs O(n * size) time.
    """
    width = min(size, len(hashes))
    if not width:
        return np.empty(0, np.uint64)
    count = len(hashes) - width + 1
    return _digest([hashes[k : k + count] for k in range(width)], np.zeros(count, np.uint64), 8 * width)


def _spelled(
    records: NDArray[np.uint16], compound: NDArray[np.bool_], alphabet: Alphabet
) -> tuple[NDArray[np.uint16], NDArray[np.intp]]:
    """Return the records of all characters, those that compounds stand for among them, and where each comes from."""
    sizes = np.where(compound, alphabet.counts[records], 1).astype(np.int64)
    origins = np.repeat(np.arange(len(records)), sizes)
    spelled = records[origins]
    pieces = compound[origins]
    numbers = np.arange(len(origins)) - (np.cumsum(sizes) - sizes)[origins]
    spelled[pieces] = alphabet.points[alphabet.offsets[spelled[pieces]] + numbers[pieces]]
    return spelled, origins


def _counting(classes: NDArray[np.uint8]) -> NDArray[np.intp] | None:
    """Places of the characters that are not transparent where they stand; None if that is all of them."""
    kept = (classes != TRANSPARENT) & (classes != TAIL)
    apostrophes = np.flatnonzero(classes == APOSTROPHE)
    if len(apostrophes):
        last = len(classes) - 1
        left = np.where(apostrophes > 0, classes[apostrophes - 1], np.uint8(SEPARATOR))
        right = np.where(apostrophes < last, classes[np.minimum(apostrophes + 1, last)], np.uint8(SEPARATOR))
        # What is next to it nearly always tells; only marks and transparent characters need a look beyond them.
        if np.any(_unclear(left) | _unclear(right)):
            places = np.arange(len(classes))
            before = np.maximum.accumulate(np.where(kept & (classes != MARK), places, -1))
            after = np.minimum.accumulate(np.where(kept, places, last + 1)[::-1])[::-1]
            before = np.append(before, -1)[apostrophes - 1]
            after = np.append(after, last + 1)[apostrophes + 1]
            bordered = np.append(classes, np.uint8(SEPARATOR))
            left, right = bordered[before], bordered[after]
        kept[apostrophes[(left == LETTER) & (right == LETTER)]] = False
    return None if np.all(kept) else np.flatnonzero(kept)


def _unclear(classes: NDArray[np.uint8]) -> NDArray[np.bool_]:
    return np.isin(classes, (MARK, TRANSPARENT, TAIL))


def _over_tails(ends: NDArray[np.intp], codes: NDArray[np.uint32]) -> NDArray[np.intp]:
    """Return ends, moved over the run of CONTINUE that begins there."""
    tails = np.append(codes == CONTINUE, False)
    if not np.any(tails):
        return ends
    beyond = np.where(tails, len(codes), np.arange(len(tails)))
    return np.minimum.accumulate(beyond[::-1])[::-1][ends]


def _folded(
    codes: NDArray[np.uint32], records: NDArray[np.uint16], alphabet: Alphabet
) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Return what characters fold to, in a row (p,), and where the fold of each begins (n + 1,)."""
    counts = alphabet.counts[records]
    entries = records >= IDENTITIES
    if np.all(counts == 1):
        points = codes.copy()
        points[entries] = alphabet.points[alphabet.offsets[records[entries]]]
        return points, np.arange(len(codes) + 1)
    bounds = np.zeros(len(codes) + 1, np.int64)
    np.cumsum(counts, out=bounds[1:])
    # Both kinds from one pool: the table's folds, and behind them the characters that fold to themselves.
    pool = np.concatenate([alphabet.points, codes])
    heads = np.where(entries, alphabet.offsets[records].astype(np.int64), np.arange(len(codes)) + len(alphabet.points))
    return pool[np.repeat(heads - bounds[:-1], counts) + np.arange(bounds[-1])], bounds


def _hashes(data: bytes, offsets: NDArray[np.int64]) -> NDArray[np.uint64]:
    """xxh64 of every ``data[offsets[i]:offsets[i + 1]]``.

    Tokens of one length are hashed together if they are many and short, else one by one.
    """
    if len(offsets) <= _FEW:
        cuts = offsets.tolist()
        digests = [xxhash.xxh64_intdigest(data[start:end]) for start, end in pairwise(cuts)]
        return np.array(digests, np.uint64)
    sizes = np.minimum(np.diff(offsets), 32).astype(np.uint8)
    order = np.argsort(sizes, kind="stable")
    ends = np.cumsum(np.bincount(sizes, minlength=33)).tolist()
    found = np.empty(len(sizes), np.uint64)
    padded = data + bytes(8)
    words: NDArray[np.uint64] = np.ndarray((len(data) + 1,), "<u8", padded, 0, (1,))  # at every byte
    for size, (first, last) in enumerate(zip([0, *ends], ends, strict=False)):
        rows = order[first:last]
        if len(rows) <= _FEW or size == 32:
            spans = zip(offsets[rows].tolist(), offsets[rows + 1].tolist(), strict=True)
            found[rows] = [xxhash.xxh64_intdigest(data[start:end]) for start, end in spans]
            continue
        heads = offsets[rows]
        whole = [words[heads + at] for at in range(0, size - 7, 8)]
        found[rows] = _digest(whole, words[heads + (size & ~7)], size)
    return found


def _digest(words: Sequence[NDArray[np.uint64]], last: NDArray[np.uint64], size: int) -> NDArray[np.uint64]:
    """xxh64, seed 0, of many messages of ``size`` bytes (Yann Collet, 2012).

    ``words[k]`` holds the k-th eight bytes of every message, ``last`` what remains, whatever stands above it.
    """
    done = 0
    if size >= 32:
        zeros = np.zeros(len(last), np.uint64)
        lanes = [zeros + start for start in _STARTS]
        while done + 4 <= len(words):
            lanes = [_round(lane, words[done + k]) for k, lane in enumerate(lanes)]
            done += 4
        h = zeros
        for lane, turn in zip(lanes, (1, 7, 12, 18), strict=True):
            h = h + _turned(lane, turn)
        for lane in lanes:
            h = (h ^ _round(zeros, lane)) * _PRIME1 + _PRIME4
    else:
        h = np.full(len(last), _PRIME5, np.uint64)
    h = h + np.uint64(size)
    for word in words[done:]:
        h = _turned(h ^ _round(np.uint64(0), word), 27) * _PRIME1 + _PRIME4
    if size & 4:
        h = _turned(h ^ ((last & np.uint64(0xFFFFFFFF)) * _PRIME1), 23) * _PRIME2 + _PRIME3
        last = last >> np.uint64(32)
    for _ in range(size & 3):
        h = _turned(h ^ ((last & np.uint64(0xFF)) * _PRIME5), 11) * _PRIME1
        last = last >> np.uint64(8)
    h = (h ^ (h >> np.uint64(33))) * _PRIME2
    h = (h ^ (h >> np.uint64(29))) * _PRIME3
    return h ^ (h >> np.uint64(32))


def _round(lane: NDArray[np.uint64] | np.uint64, word: NDArray[np.uint64]) -> NDArray[np.uint64]:
    return _turned(lane + word * _PRIME2, 31) * _PRIME1


def _turned(values: NDArray[np.uint64], by: int) -> NDArray[np.uint64]:
    return (values << np.uint64(by)) | (values >> np.uint64(64 - by))
