"""Which documents are compared with a draft: those that share enough of its seeds, close enough together.

A document that shares less has no repeat with the draft, exact or near. The few that are compared for nothing are found
out when they are aligned. Where a passage of the draft is in very many documents, the first and the latest of them are
compared, and the others are counted.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.archive.segments import Postings, documents_of
from dedup.kernels.rows import heads, owner, spread, sums
from dedup.match.chains import GAP
from dedup.match.stream import Stream, Windows, limits

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

LISTED: Final = 100
"""A passage that is in more documents is compared with the first and the latest of them only."""

_TOGETHER: Final = 4_000_000  # postings that are looked at together: 32 MB
_ROWS: Final = 256
_LOW: Final = np.uint64(32)

Order = Callable[[Ints], tuple[Ints, Ints]]
"""Given the numbers of documents, ascending, returns those that may be compared, and a number by which each is earlier
or later than the others."""


class Passages(NamedTuple):
    """Stretches of a draft that documents may share with it: p of them, by document, then place.

    Attributes
    ----------
    documents
        int64 (p,), the number of each document.
    first, stop
        int64 (p,), the tokens ``first .. stop - 1`` of the draft, which begin and end with a shared seed.
    exact
        bool (p,), whether it is one run of shared seeds, each the neighbour of the one before: in all likelihood the
        document holds the same words in a row. Else there are gaps of up to 32 words between such runs.
    """

    documents: Ints
    first: Ints
    stop: Ints
    exact: Bools

    def take(self, rows: Bools | Ints) -> Passages:
        """Return some of them."""
        return Passages(self.documents[rows], self.first[rows], self.stop[rows], self.exact[rows])


def passages(
    stream: Stream, spans: Windows, hashes: NDArray[np.uint32], postings: Postings, min_weight: int
) -> Passages:
    """Return the stretches that documents may share with a draft.

    A stretch holds at least `min_weight` in shared seeds, so that a repeat of that weight lies in one.

    Parameters
    ----------
    stream, spans, hashes
        The draft, its seeds, and the hash of each.
    postings
        uint64 (n,), ascending: all postings of these hashes, as ``hash << 32 | document``.
    min_weight
        In quarter words.

    Notes
    -----
    Costs n log n in the postings.
    """
    region = limits(stream)[0][spans.starts].astype(np.int64)
    keys = hashes.astype(np.uint64) << _LOW
    none = np.zeros(0, np.int64)
    found = [Passages(none, none, none, np.zeros(0, np.bool_))]
    for low, high in _parts(documents_of(postings)):
        begin = np.searchsorted(postings, keys | np.uint64(low)).astype(np.int64)
        end = np.searchsorted(postings, keys | np.uint64(high - 1), side="right").astype(np.int64)
        index, offsets = spread(begin, end - begin)
        pairs = documents_of(postings[index]) << 32 | owner(offsets)
        pairs.sort()
        if len(pairs):
            found.append(_stretches(stream, spans, region, pairs, min_weight))
    return Passages(*(np.concatenate(column) for column in zip(*found, strict=True)))


def _parts(documents: Ints) -> list[tuple[int, int]]:
    """Return ranges of documents that hold so many of the seeds that they are looked at together."""
    if not len(documents):
        return []
    low, high = int(documents.min()), int(documents.max()) + 1
    if len(documents) <= _TOGETHER:
        return [(low, high)]
    edges = sorted({low, high, *np.sort(documents)[_TOGETHER::_TOGETHER].tolist()})
    return list(pairwise(edges))


def _stretches(stream: Stream, spans: Windows, region: Ints, pairs: Ints, min_weight: int) -> Passages:
    """Return the stretches of documents whose seeds are given as ``document << 32 | seed of the draft``, ascending."""
    weight = stream.weight
    document, seed = pairs >> 32, pairs & 0xFFFFFFFF
    cuts = np.flatnonzero(np.append(True, (pairs[1:] != pairs[:-1] + 1) | (region[seed[1:]] != region[seed[:-1]])))
    document, home = document[cuts], region[seed[cuts]]
    first = spans.starts[seed[cuts]].astype(np.int64)
    stop = spans.ends[seed[np.append(cuts[1:], len(seed)) - 1]].astype(np.int64)
    # runs of a document that a passage may join
    fresh = np.ones(len(cuts), np.bool_)
    fresh[1:] = (document[1:] != document[:-1]) | (home[1:] != home[:-1])
    fresh[1:] |= weight[first[1:]] - weight[stop[:-1]] > GAP
    begin = first.copy()
    begin[1:] = np.where(fresh[1:], first[1:], np.maximum(first[1:], stop[:-1]))
    offsets = np.append(np.flatnonzero(fresh), len(cuts))
    enough = sums(weight[stop] - weight[begin], offsets) >= min_weight
    joined = Passages(document[offsets[:-1]], first[offsets[:-1]], stop[offsets[1:] - 1], np.diff(offsets) == 1).take(
        enough
    )
    exact = (weight[stop] - weight[first] >= min_weight) & ~np.repeat(np.diff(offsets) == 1, np.diff(offsets))
    runs = Passages(document[exact], first[exact], stop[exact], np.ones(int(exact.sum()), np.bool_))
    both = Passages(*(np.concatenate(column) for column in zip(joined, runs, strict=True)))
    return both.take(np.lexsort((both.stop, both.first, both.documents)))


class Chosen(NamedTuple):
    """The documents to compare, ascending, and the passages of those that are left out."""

    documents: Ints
    left: Passages


def choose(found: Passages, allowed: Order) -> Chosen:
    """Return which documents to compare with the draft.

    These are all documents with a passage that at most `LISTED` documents have, and for each other passage the first
    and the latest that have it.

    Parameters
    ----------
    found
        The passages of all documents.
    allowed
        Which documents may be compared, and their order. It is asked only if there are more than `LISTED`.
    """
    documents = found.documents[heads(found.documents)[:-1]]
    if len(documents) <= LISTED:
        return Chosen(documents, found.take(np.zeros(0, np.int64)))
    documents, order = allowed(documents)
    at = np.minimum(np.searchsorted(documents, found.documents), max(0, len(documents) - 1))
    good = documents[at] == found.documents if len(documents) else np.zeros(len(at), np.bool_)
    found, order = found.take(good), order[at[good]]
    wanted = _ends(found, order)
    wanted[np.flatnonzero(found.exact)[_rare_runs(found.take(found.exact))]] = True
    wanted[np.flatnonzero(~found.exact)[_rare_stretches(found.take(~found.exact))]] = True
    # A document may hold all seeds of a run, and not in a row, so that a rare run looks like a common one: where few
    # are left out, they are compared too.
    rest = np.flatnonzero(found.exact & ~np.isin(found.documents, found.documents[wanted]))
    wanted[rest[_rare_runs(found.take(rest))]] = True
    kept = found.documents[wanted]
    chosen = kept[heads(kept)[:-1]]
    return Chosen(chosen, found.take(~np.isin(found.documents, chosen)))


def _groups(found: Passages) -> tuple[Ints, Ints]:
    """Return an order that brings equal stretches together, and the offsets of the groups in it."""
    order = np.lexsort((found.stop, found.first, found.exact))
    ordered = np.stack((found.first, found.stop, found.exact.astype(np.int64)))[:, order]
    fresh = np.append(True, (ordered[:, 1:] != ordered[:, :-1]).any(axis=0))[: len(order)]
    return order, np.append(np.flatnonzero(fresh), len(order))


def _ends(found: Passages, order: Ints) -> Bools:
    """Return a mask of the passages in the first and in the latest document of each stretch.

    Of stretches with gaps there are as many as there are ways to differ: only where they begin and end counts.
    """
    wanted = np.zeros(len(order), np.bool_)
    for rows, keys in (
        (found.exact, (found.first, found.stop)),
        (~found.exact, (found.first,)),
        (~found.exact, (found.stop,)),
    ):
        at = np.flatnonzero(rows)
        if not len(at):
            continue
        columns = [key[at] for key in keys]
        ranked = np.lexsort((found.documents[at], order[at], *columns))
        changed = np.zeros(len(at) - 1, np.bool_)
        for column in columns:
            changed |= column[ranked[1:]] != column[ranked[:-1]]
        fresh = np.append(True, changed)
        wanted[at[ranked[fresh]]] = True
        wanted[at[ranked[np.append(fresh[1:], True)]]] = True
    return wanted


def _rare_runs(found: Passages) -> Bools:
    """Return a mask of the runs that at most `LISTED` documents have, whole or as part of a longer one."""
    rare = np.zeros(len(found.documents), np.bool_)
    if not len(rare):
        return rare
    order, offsets = _groups(found)
    leading, sizes = order[offsets[:-1]], np.diff(offsets)
    first, stop = found.first[leading], found.stop[leading]
    total = np.zeros(len(sizes), np.int64)
    for low in range(0, len(sizes), _ROWS):
        part = slice(low, low + _ROWS)
        holds = (first[None, :] <= first[part, None]) & (stop[None, :] >= stop[part, None])
        total[part] = holds @ sizes
    rare[order] = np.repeat(total <= LISTED, sizes)
    return rare


def _rare_stretches(found: Passages) -> Bools:
    """Return a mask of the stretches with gaps that have an end inside those of at most `LISTED` documents."""
    if not len(found.first):
        return np.zeros(0, np.bool_)
    size = int(found.stop.max()) + 1
    depth = np.cumsum(np.bincount(found.first, minlength=size) - np.bincount(found.stop, minlength=size))
    rare: Bools = (depth[found.first] <= LISTED) | (depth[found.stop - 1] <= LISTED)
    return rare


def count(left: Passages, weight: Ints, first: int, stop: int, min_weight: int | None) -> int:
    """Return how many of the documents that were left out have the tokens ``first .. stop - 1`` of the draft.

    Parameters
    ----------
    min_weight
        How much of it a document must have, in quarter words; None: all of it, in a row.
    """
    if min_weight is None:
        rows = left.exact & (left.first <= first) & (left.stop >= stop)
    else:
        shared = weight[np.minimum(left.stop, stop)] - weight[np.minimum(np.maximum(left.first, first), left.stop)]
        rows = shared >= min_weight
    return len(heads(np.sort(left.documents[rows]))) - 1
