"""The different shingle sets of a collection: copies are set aside before anything is compared."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup import kernels
from dedup.kernels.rows import bounds, inverse
from dedup.progress import Progress
from dedup.sketch.collection import counted
from dedup.sketch.sets import shingle_sets

Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]

_STEP = 1 << 20  # values by which what is read grows, at least


@dataclass(frozen=True, slots=True, eq=False)
class Texts:
    """What is remembered of n texts, and of the m texts of ``against``, which are numbered after them."""

    count: int
    """n"""
    sizes: Ints
    """int64 (n + m,): shingles of each text's set."""
    leaders: Ints
    """int64 (n + m,): of the texts with the same set, the first by priority."""
    fingerprints: Keys
    """uint64 (n + m, 2)"""
    rank: Ints
    """int64 (n + m,): priority of each text, from 0; those of ``against`` come first."""

    def turns(self, containment: bool) -> Ints:
        """Return when each text is taken: by rank; by containment, those with the most shingles first.

        The texts of ``against`` come before all others.
        """
        if not containment:
            return self.rank
        asked = np.arange(len(self.rank)) < self.count
        return inverse(np.lexsort((self.rank, -self.sizes, asked)))


class Distinct(NamedTuple):
    """The different shingle sets of a collection, without the empty one, ordered by the number of their leaders."""

    texts: Texts
    first: Ints
    """int64 (d,): the leader of each set."""
    values: Keys
    offsets: Ints
    weights: Ints
    """int64 (d,), in quarter words: of the longest text with this set, for copies may repeat more of it."""


def read(texts: Any, against: Any, shingle_size: int, keep: str | NDArray[Any], report: Progress) -> Distinct:
    """Read all texts, and keep one of each set.

    Parameters
    ----------
    texts
        What `dedup.sketch.collection.chunks` accepts.
    against
        The same, or None.
    shingle_size
        Number of words in a shingle.
    keep
        ``"first"``, ``"longest"``, or a score for each text.
    report
        Called as texts are read.

    Raises
    ------
    ValueError
        There are more or fewer scores than texts.
    """
    # One array that grows where it stands: chunks that were kept until all are there would leave a third of the memory
    # in pieces. To set aside at once what the first chunk lets expect was no faster (500,000 texts: 3.7 s and 3.8 s).
    values = np.empty(0, np.uint64)
    sizes, weights, lengths = ([np.empty(0, np.int64)] for _ in range(3))
    prints, missing = [np.empty((0, 2), np.uint64)], [np.empty(0, np.bool_)]
    filled = done = count = 0
    named = [("texts", texts, "reading texts")]
    if against is not None:
        named.append(("against", against, "reading the texts to compare with"))
    for name, collection, step in named:
        total, before = counted(collection), done
        more = (counted(against) or 0) if name == "texts" and against is not None else 0
        with closing(shingle_sets(collection, shingle_size, report, name=name, nulls=True, more=more)) as parts:
            for part in parts:
                needed = filled + len(part.values)
                if needed > len(values):
                    values.resize(needed + max(needed >> 3, min(needed, _STEP)), refcheck=False)
                values[filled:needed] = part.values
                filled = needed
                sizes.append(np.diff(part.offsets))
                weights.append(part.weights)
                lengths.append(part.lengths)
                prints.append(part.fingerprints)
                missing.append(np.zeros(len(part.weights), np.bool_) if part.missing is None else part.missing)
                done += len(part.weights)
                report(step, done - before, total)
        if name == "texts":
            count = done
            if not isinstance(keep, str) and len(keep) != count:
                raise ValueError(f"keep has {len(keep):,} scores for {count:,} texts; allowed: a score for each text")
    every, weight, fingerprints = np.concatenate(sizes), np.concatenate(weights), np.concatenate(prints)
    order = _priority(keep, np.concatenate(lengths)[:count], done)
    nothing = np.flatnonzero(np.concatenate(missing))
    fingerprints[nothing, 0], fingerprints[nothing, 1] = nothing, np.iinfo(np.uint64).max  # like nothing else
    leaders = _leaders(fingerprints, order)
    chosen = (leaders == np.arange(done)) & (every > 0)
    # Copies are closed up in place, chunk by chunk, towards the front.
    start = source = target = 0
    for part_sizes in sizes:
        rows = chosen[start : start + len(part_sizes)]
        chunk = values[source : source + int(part_sizes.sum())]
        kept = chunk if np.all(rows) else chunk[np.repeat(rows, part_sizes)]
        if target < source or len(kept) < len(chunk):
            values[target : target + len(kept)] = kept
        start, source, target = start + len(rows), source + len(chunk), target + len(kept)
    values.resize(target, refcheck=False)
    longest = np.zeros(done, np.int64)
    np.maximum.at(longest, leaders, weight)
    return Distinct(
        Texts(count, every, leaders, fingerprints, inverse(order)),
        np.flatnonzero(chosen),
        values,
        bounds(every[chosen]),
        longest[chosen],
    )


def _priority(keep: str | NDArray[Any], lengths: Ints, total: int) -> Ints:
    """Return all texts in the order in which they are preferred; equal ones in the order of the input."""
    count = len(lengths)
    if isinstance(keep, str) and keep == "first":
        order = np.arange(count)
    else:
        scores = lengths if isinstance(keep, str) else keep
        # Backwards, ascending, and backwards again: negated scores would overflow at the lowest integer.
        order = count - 1 - np.argsort(scores[::-1], kind="stable")[::-1]
    return np.concatenate([np.arange(count, total), order])


def _leaders(fingerprints: Keys, order: Ints) -> Ints:
    """Return the first text in this order that has the fingerprint of each."""
    leaders = np.empty(len(order), np.int64)
    leaders[order] = order[kernels.engine(len(order)).sets.copies(fingerprints[order])]
    return leaders
