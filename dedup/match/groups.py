"""Pairs and groups of similar texts: the result of `dedup.find_duplicates`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from dedup import arguments, kernels
from dedup.kernels.rows import heads
from dedup.match import linkage as linkages
from dedup.match.candidates import largest_first

if TYPE_CHECKING:
    from dedup.sketch.bands import Bands

Ints = NDArray[np.int64]
Measure = Literal["jaccard", "containment"]
Linkage = Literal["single", "complete"]

PAIR = np.dtype([("first", np.int64), ("second", np.int64), ("similarity", np.float64)])


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of a result."""

    texts: int
    """Number of texts."""
    kept: int
    """Texts without a duplicate, and one text of each group."""
    dropped: int
    """Texts that are not kept."""
    groups: int
    """Number of groups."""
    largest: int
    """Number of members of the largest group; 0 if there is no group."""
    copies: int
    """Texts with the same set of shingles as an earlier text."""
    pairs: int
    """Number of pairs."""


@dataclass(frozen=True, eq=False)
class Duplicates:
    """The result of `dedup.find_duplicates` for n texts, which are identified by their index in the input."""

    pairs: NDArray[np.void]
    """The similar pairs in ascending order, a structured array of shape (p,).

    Its fields are ``first`` < ``second`` (int64) and ``similarity`` (float64), which is at least the threshold. A copy
    (a text whose set of shingles occurred before) has one pair, with its first occurrence, with similarity 1.0. All
    other pairs are between first occurrences. With ``pairs="forest"``, only pairs that join the groups are included.
    """
    labels: NDArray[np.int64]
    """The canonical member of each text's group, int64 of shape (n,). A text without a duplicate has itself."""
    threshold: float
    """Minimum similarity of a pair."""
    measure: Measure
    """``"jaccard"`` or ``"containment"``."""
    method: Literal["exact", "lsh"]
    """How candidates were found. If ``"auto"`` was asked for, this is the method that was selected."""
    recall: float
    """The probability that a pair exactly at the threshold is in `pairs`; 1.0 for ``"exact"``."""
    linkage: Linkage
    """``"single"`` or ``"complete"``."""
    forest: bool
    """Whether `pairs` has only the pairs that join the groups."""
    _known: Known
    _bands: Bands | None

    @cached_property
    def groups(self) -> list[Ints]:
        """The members of each group of two or more texts, as arrays of int64.

        The canonical member is first and the others are in ascending order. Groups are ordered by canonical member.
        """
        own = np.arange(len(self.labels))
        order = kernels.engine(len(own)).postings.ascending(2 * self.labels + (self.labels != own))
        bounds = heads(self.labels[order])
        chosen = np.flatnonzero(np.diff(bounds) > 1)
        return [
            order[first:last] for first, last in zip(bounds[chosen].tolist(), bounds[chosen + 1].tolist(), strict=True)
        ]

    @cached_property
    def keep(self) -> NDArray[np.bool_]:
        """Which texts to keep, bool of shape (n,).

        True for each text without a duplicate, and for the canonical member of each group.
        """
        kept: NDArray[np.bool_] = self.labels == np.arange(len(self.labels))
        return kept

    @property
    def lowest(self) -> NDArray[np.float64]:
        """The lowest similarity of the pairs inside each group, float64.

        With ``linkage="single"`` and Jaccard similarity, two members that are not a pair can be less similar.

        Raises
        ------
        ValueError
            The result was made with ``pairs="forest"``.
        """
        return self._extremes[0]

    @property
    def highest(self) -> NDArray[np.float64]:
        """The highest similarity of the pairs inside each group, float64.

        Raises
        ------
        ValueError
            The result was made with ``pairs="forest"``.
        """
        return self._extremes[1]

    @cached_property
    def _extremes(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        self._need_all("the lowest and highest similarity of a group")
        of_pair = self.labels[self.pairs["first"]]
        inside = of_pair == self.labels[self.pairs["second"]]
        of_pair, similarity = of_pair[inside], self.pairs["similarity"][inside]
        low, high = np.full(len(self.labels), np.inf), np.full(len(self.labels), -np.inf)
        np.minimum.at(low, of_pair, similarity)
        np.maximum.at(high, of_pair, similarity)
        canonical = [group[0] for group in self.groups]
        return low[canonical], high[canonical]

    @property
    def summary(self) -> Summary:
        """The result in numbers."""
        kept = int(np.count_nonzero(self.keep))
        sizes = [len(group) for group in self.groups]
        return Summary(
            texts=len(self.labels),
            kept=kept,
            dropped=len(self.labels) - kept,
            groups=len(sizes),
            largest=max(sizes, default=0),
            copies=int(np.count_nonzero(self._known.leaders != np.arange(len(self.labels)))),
            pairs=len(self.pairs),
        )

    def at(self, threshold: float) -> Duplicates:
        """Return the result for a higher threshold, without computing the pairs again.

        Parameters
        ----------
        threshold
            At least the threshold of this result, and at most 1.

        Raises
        ------
        TypeError
            The threshold is not a number.
        ValueError
            The threshold is out of range, or this result was made with ``pairs="forest"``.
        """
        self._need_all("another threshold")
        threshold = arguments.similarity("threshold", threshold, self.threshold)
        pairs = self.pairs[self.pairs["similarity"] >= threshold]
        recall = self._bands.expected_recall(threshold) if self._bands else 1.0
        labels = grouped(pairs, self._known, self.measure, self.linkage)
        return replace(self, pairs=pairs, labels=labels, threshold=threshold, recall=recall)

    def _need_all(self, what: str) -> None:
        if self.forest:
            raise ValueError(f"pairs='forest' lists too few pairs to tell {what}; pairs='all' lists all")

    def __str__(self) -> str:
        """Return the result for people, in three lines."""
        told = self.summary
        measure = "Jaccard similarity" if self.measure == "jaccard" else "containment"
        how = "exact" if self.method == "exact" else f"LSH, recall {self.recall:.3f} at the threshold"
        largest = f", the largest of {told.largest:,}" if told.groups else ""
        dropped = f"{_counted(told.dropped, 'duplicate')} (exact copies: {told.copies:,})"
        listed = _counted(told.pairs, "pair") + (" joining them" if self.forest else "")
        return (
            f"{_counted(told.texts, 'text')}, {measure} from {self.threshold:g} ({how})\n"
            f"{_counted(told.groups, 'group')}{largest}; {listed}\n"
            f"{_counted(told.kept, 'text')} to keep, {dropped}"
        )

    def __repr__(self) -> str:
        """Return the same in one line: the arrays would be long."""
        return f"<{str(self).replace(chr(10), '; ')}>"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}" + ("" if count == 1 else "s")


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What grouping must know of the texts' shingle sets."""

    sizes: Ints
    """int64 (n,)"""
    leaders: Ints
    """int64 (n,): the first text with the same set, itself if it has none."""
    fingerprints: NDArray[np.uint64]
    """uint64 (n, 2)"""


def grouped(pairs: NDArray[np.void], known: Known, measure: Measure, linkage: Linkage) -> Ints:
    """Labels of all texts, from pairs as ``Duplicates`` lists them."""
    first, second = pairs["first"], pairs["second"]
    near = known.leaders[first] != known.leaders[second]
    if measure == "containment":
        labels = _stars(first[near], second[near], pairs["similarity"][near], known.sizes)
    elif linkage == "complete":
        labels = _complete(first[near], second[near], pairs["similarity"][near], known.fingerprints)
    else:
        labels = linkages.single(first[near], second[near], len(known.leaders))
    return labels[known.leaders]


def _stars(first: Ints, second: Ints, similarity: NDArray[np.float64], sizes: Ints) -> Ints:
    """Of the texts in the pairs, the one that each is dropped for: see ``dedup.kernels.reference.forest.centers``."""
    count = len(sizes)
    postings = kernels.engine(len(first)).postings
    order = largest_first(sizes)
    rank = np.empty(count, np.int64)
    rank[order] = np.arange(count)
    smaller, larger = np.maximum(rank[first], rank[second]), np.minimum(rank[first], rank[second])
    by_pair = postings.ascending(smaller * count + larger)
    centers = kernels.engine(len(first)).forest.centers(smaller[by_pair], larger[by_pair], similarity[by_pair], count)
    labels: Ints = order[centers[rank]]
    return labels


def _complete(first: Ints, second: Ints, similarity: NDArray[np.float64], fingerprints: NDArray[np.uint64]) -> Ints:
    """Clusters among the texts that are in a pair; the others are alone."""
    labels = np.arange(len(fingerprints))
    texts = np.unique(np.concatenate([first, second]))
    one, other = np.searchsorted(texts, first), np.searchsorted(texts, second)
    labels[texts] = texts[linkages.complete(one, other, similarity, fingerprints[texts])]
    return labels
