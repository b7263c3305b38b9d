"""Similar pairs of texts in a list, and which texts are kept by such a list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dedup import kernels
from dedup.kernels.candidates import Sets, similarity
from dedup.kernels.rows import heads, spread
from dedup.match import linkage as linkages
from dedup.match.distinct import Texts
from dedup.match.kept import Matches
from dedup.match.linkage import Linkage
from dedup.match.memory import check

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

PAIR: Final = np.dtype([("first", np.int64), ("second", np.int64), ("similarity", np.float64)])

_SORTED: Final = 48
"""Bytes for each pair while pairs are sorted; until then, 16."""
_STEP: Final = 1 << 20  # pairs taken at once
_WHAT, _INSTEAD = "a list of all pairs", "pairs='none' or pairs='forest', or a higher threshold"


def listed(parts: Iterable[Matches], sets: Sets, source: Ints, texts: Texts, containment: bool) -> NDArray[np.void]:
    """Return matches as pairs of texts in order, copies among them.

    Parameters
    ----------
    parts
        Matches of sets, by number, a part at a time.
    sets
        The sets.
    source : int64 (n,)
        The leader of each set.
    texts, containment
        The texts, and how sets are compared.

    Raises
    ------
    MemoryError
        The pairs do not fit into the memory that is free.
    """
    copies = np.flatnonzero(texts.leaders != np.arange(len(texts.leaders)))
    found = [_pairs(texts.leaders[copies], copies, np.ones(len(copies)), texts)]
    count = len(copies)
    with _telling():
        for one, other, common in parts:
            alike = similarity(common, sets.sizes[one], sets.sizes[other], containment)
            found.append(_pairs(source[one], source[other], alike, texts))
            count += len(one)
            check(count, _SORTED, _WHAT, _INSTEAD)
        return _in_order(found, texts)


def expanded(pairs: NDArray[np.void], texts: Texts) -> NDArray[np.void]:
    """Return the pairs of all texts: copies of what is in a pair are in that pair too.

    Parameters
    ----------
    pairs
        As `listed` returns them.
    texts
        The texts.

    Raises
    ------
    MemoryError
        The pairs do not fit into the memory that is free.
    """
    order = np.argsort(texts.leaders, kind="stable")
    starts = heads(texts.leaders[order])
    leaders = texts.leaders[order[starts[:-1]]]
    begin, size = np.zeros((2, len(order)), np.int64)
    begin[leaders], size[leaders] = starts[:-1], np.diff(starts)
    near = texts.leaders[pairs["first"]] != texts.leaders[pairs["second"]]
    several = leaders[size[leaders] > 1]  # each is like its copies
    first = np.concatenate([pairs["first"][near], several])
    second = np.concatenate([pairs["second"][near], several])
    alike = np.concatenate([pairs["similarity"][near], np.ones(len(several))])
    counts = size[first] * size[second]
    with _telling():
        check(int(counts.sum()), _SORTED, _WHAT, _INSTEAD)
        turn, _ = spread(np.zeros(len(counts), np.int64), counts)
        row = np.repeat(np.arange(len(counts)), counts)
        one = order[begin[first[row]] + turn // size[second[row]]]
        other = order[begin[second[row]] + turn % size[second[row]]]
        wanted = (first != second)[row] | (one < other)
        return _in_order([_pairs(one[wanted], other[wanted], alike[row[wanted]], texts)], texts)


def grouped(pairs: NDArray[np.void], texts: Texts, containment: bool, linkage: Linkage) -> tuple[Ints, Floats]:
    """Return what is kept, from all pairs.

    Returns
    -------
    labels : int64 (n + m,)
        The canonical member of each text's group.
    alike : float64 (n + m,)
        The similarity of each text that is not canonical to that member; NaN if they are no pair.
    """
    total = len(texts.leaders)
    turn = texts.turns(containment)
    by_turn = np.argsort(turn)
    first, second, quotient = pairs["first"], pairs["second"], pairs["similarity"]
    near = texts.leaders[first] != texts.leaders[second]
    first, second, quotient = first[near], second[near], quotient[near]
    later, earlier = np.maximum(turn[first], turn[second]), np.minimum(turn[first], turn[second])
    order = kernels.engine(len(later)).postings.ascending(later * total + earlier)
    later, earlier, quotient = later[order], earlier[order], quotient[order]
    if linkage == "star":
        center = _centers(later, earlier, total)
    else:
        given = by_turn >= texts.count
        fixed = given[earlier]
        center = _centers(later[fixed], earlier[fixed], total)
        rest = ~given & (center == np.arange(total))
        chosen = rest[later] & rest[earlier]
        later, earlier, quotient = later[chosen], earlier[chosen], quotient[chosen]
        if linkage == "single":
            labels = linkages.single(earlier, later, total)
        else:
            labels = linkages.complete(earlier, later, quotient, texts.fingerprints[by_turn])
        center = np.where(rest, labels, center)
    labels = by_turn[center[turn]][texts.leaders]
    return labels, _alike(labels, pairs, texts)


def _alike(labels: Ints, pairs: NDArray[np.void], texts: Texts) -> Floats:
    """Return the similarity of each text to its label, as listed."""
    total = len(labels)
    alike = np.full(total, np.nan)
    leaders = texts.leaders
    alike[labels == leaders] = 1.0
    wanted = np.flatnonzero(labels != leaders)
    one, other = leaders[wanted], labels[wanted]
    sought = np.minimum(one, other) * total + np.maximum(one, other)
    keys = pairs["first"] * total + pairs["second"]
    at = np.minimum(np.searchsorted(keys, sought), max(len(keys) - 1, 0))
    hit = keys[at] == sought if len(keys) else np.zeros(len(sought), np.bool_)
    alike[wanted[hit]] = pairs["similarity"][at[hit]]
    return alike


def _centers(later: Ints, earlier: Ints, count: int) -> Ints:
    center: Ints = kernels.engine(len(later)).forest.centers(later, earlier, count)
    return center


def _pairs(one: Ints, other: Ints, alike: Floats, texts: Texts) -> tuple[Ints, Floats]:
    """Return pairs as numbers that sort as pairs do, and their similarities; none is between two of ``against``."""
    keys = np.minimum(one, other) * len(texts.leaders) + np.maximum(one, other)
    asked = keys < texts.count * len(texts.leaders)
    return (keys, alike) if np.all(asked) else (keys[asked], alike[asked])


def _in_order(parts: list[tuple[Ints, Floats]], texts: Texts) -> NDArray[np.void]:
    """Return pairs in order. The list of parts is emptied on the way, for their memory."""
    found = np.empty(sum(len(keys) for keys, _ in parts), PAIR)
    filled = 0
    while parts:
        keys, alike = parts.pop()
        rows = found[filled : filled + len(keys)]
        # the key, by which pairs are sorted, is where the first text will be
        rows["first"], rows["similarity"] = keys, alike
        filled += len(keys)
    order = np.argsort(found["first"], kind="stable")
    for name in ("first", "similarity"):
        found[name] = found[name][order]
    del order
    for begin in range(0, len(found), _STEP):
        rows = found[begin : begin + _STEP]
        rows["first"], rows["second"] = np.divmod(rows["first"], len(texts.leaders))
    return found


@contextmanager
def _telling() -> Iterator[None]:
    """Say what to do where memory ends sooner than was expected."""
    try:
        yield
    except MemoryError as error:
        raise MemoryError(str(error) if _WHAT in str(error) else f"{_WHAT} does not fit; use {_INSTEAD}") from error
