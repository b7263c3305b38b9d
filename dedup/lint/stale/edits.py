"""The words in which two versions of a text differ."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.match.occurrences import gram_keys

Hashes = NDArray[np.uint64]

_GRAM: Final = 4  # tokens
_LARGEST: Final = 1_000_000
"""Pairs of tokens up to which two stretches without an anchor are compared word by word: half a second. What is larger
was written anew."""


class Edit(NamedTuple):
    """Tokens ``first .. stop - 1`` of the old version that became ``new_first .. new_stop - 1`` of the new one.

    One of the two may be empty."""

    first: int
    stop: int
    new_first: int
    new_stop: int


def edits(old: Hashes, new: Hashes) -> list[Edit]:
    """Return the edits between the tokens of two versions of a text, in order.

    Grams of four tokens that stand once in both versions are anchors, as in patience diff (Bram Cohen); what is left
    between them is compared by `difflib`.

    Cost: n log n in the tokens; in stretches without an anchor the product of their lengths, up to a limit.
    """
    found: list[Edit] = []
    first = new_first = 0
    for at, new_at, length in (*_matched(old, new), (len(old), len(new), 0)):
        found += _between(old, new, Edit(first, at, new_first, new_at))
        first, new_first = at + length, new_at + length
    return found


def _between(old: Hashes, new: Hashes, gap: Edit) -> Iterator[Edit]:
    """Yield the edits in a stretch without an anchor."""
    first, stop, new_first, new_stop = gap
    if first == stop or new_first == new_stop or (stop - first) * (new_stop - new_first) > _LARGEST:
        if first < stop or new_first < new_stop:
            yield gap
        return
    from difflib import SequenceMatcher  # deferred: rarely needed

    rows = old[first:stop].tolist(), new[new_first:new_stop].tolist()
    for tag, a, b, c, d in SequenceMatcher(None, *rows, autojunk=False).get_opcodes():
        if tag != "equal":
            yield Edit(first + a, first + b, new_first + c, new_first + d)


def _matched(old: Hashes, new: Hashes) -> Iterator[tuple[int, int, int]]:
    """Yield equal runs (token, token of the new version, length), ascending in both, that do not overlap."""
    most = min(len(old), len(new))
    same = old[:most] == new[:most]
    head = most if same.all() else int(np.argmin(same))
    most -= head
    same = old[len(old) - most :][::-1] == new[len(new) - most :][::-1]
    tail = most if same.all() else int(np.argmin(same))
    if head:
        yield 0, 0, head
    end, new_end = len(old) - tail, len(new) - tail
    done, new_done = head, head
    for at, new_at in _anchors(old[head:end], new[head:new_end]):
        at, new_at = at + head, new_at + head
        if at < done or new_at < new_done:
            continue
        while at > done and new_at > new_done and old[at - 1] == new[new_at - 1]:
            at, new_at = at - 1, new_at - 1
        length = _common(old[at:end], new[new_at:new_end])
        yield at, new_at, length
        done, new_done = at + length, new_at + length
    if tail:
        yield end, new_end, tail


def _common(one: Hashes, other: Hashes) -> int:
    most = min(len(one), len(other))
    same = one[:most] == other[:most]
    return most if same.all() else int(np.argmin(same))


def _anchors(old: Hashes, new: Hashes) -> list[tuple[int, int]]:
    """Return the positions of grams that stand once in both, ascending in both: the longest such row."""
    keys, at = _single(old)
    new_keys, new_at = _single(new)
    _, mine, theirs = np.intersect1d(keys, new_keys, assume_unique=True, return_indices=True)
    pairs = sorted(zip(at[mine].tolist(), new_at[theirs].tolist(), strict=True))
    # the longest increasing subsequence (Fredman, 1975)
    tops: list[int] = []
    ends: list[int] = []
    previous: list[int] = []
    for number, (_, position) in enumerate(pairs):
        pile = bisect_left(tops, position)
        previous.append(ends[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [position]
        ends[pile : pile + 1] = [number]
    row = []
    number = ends[-1] if ends else -1
    while number >= 0:
        row.append(pairs[number])
        number = previous[number]
    return row[::-1]


def _single(hashes: Hashes) -> tuple[Hashes, NDArray[np.int64]]:
    """Return the keys of the grams that stand once, and where."""
    keys = gram_keys(hashes, _GRAM)
    values, at, counts = np.unique(keys, return_index=True, return_counts=True)
    return values[counts == 1], at[counts == 1]
