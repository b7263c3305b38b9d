"""The result of `dedup.find_duplicates`: what is kept, why the rest goes, groups and pairs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from dedup import arguments, kernels
from dedup.kernels.rows import heads
from dedup.match.distinct import Texts
from dedup.match.linkage import Linkage
from dedup.match.listing import expanded, grouped

if TYPE_CHECKING:
    from nanoarrow import Array

    from dedup.sketch.bands import Bands

Ints = NDArray[np.int64]
Measure = Literal["jaccard", "containment"]
Listed = Literal["none", "forest", "all"]


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of a result."""

    texts: int
    """Number of texts."""
    kept: int
    """Number of texts to keep."""
    dropped: int
    """Number of texts that are not kept."""
    groups: int
    """Number of groups."""
    largest: int
    """Number of members of the largest group; 0 if there is no group."""
    copies: int
    """Dropped texts with the same words as another: the same set of shingles, or the same characters without a word."""
    pairs: int | None
    """Number of pairs; None if they were not asked for."""


@dataclass(frozen=True, eq=False)
class Duplicates:
    """The result of `dedup.find_duplicates` for n texts, which are identified by their index in the input.

    The texts that were given as ``against`` are numbered after them: number ``n + j`` is ``against[j]``.
    """

    labels: NDArray[np.int64]
    """The canonical member of each text's group, int64 of shape (n,). A text that is kept has itself."""
    because: NDArray[np.int64]
    """Why each text goes: the canonical member of its group, int64 of shape (n,); -1 for a text that is kept.

    With ``linkage="star"``, each text that goes is similar to this one.
    """
    similarity: NDArray[np.float64]
    """How similar each text that goes is to that member, float64 of shape (n,); NaN for a text that is kept.

    Also NaN, with ``linkage="single"``, where the two are below the threshold and only a chain connects them.
    """
    threshold: float
    """Minimum similarity of a pair."""
    measure: Measure
    """``"jaccard"`` or ``"containment"``."""
    method: Literal["exact", "lsh"]
    """How candidates were found. If ``"auto"`` was asked for, this is the method that was selected."""
    recall: float
    """The probability that a pair exactly at the threshold is found; 1.0 for ``"exact"``."""
    linkage: Linkage
    """``"star"``, ``"single"`` or ``"complete"``."""
    listed: Listed
    """Which pairs were asked for: ``"none"``, ``"forest"`` or ``"all"``."""
    _texts: Texts = field(repr=False)
    _bands: Bands | None = field(repr=False)
    _pairs: NDArray[np.void] | None = field(repr=False)
    _again: Callable[[], Duplicates] | None = field(repr=False)

    @cached_property
    def keep(self) -> NDArray[np.bool_]:
        """Which texts to keep, bool of shape (n,)."""
        kept: NDArray[np.bool_] = self.because < 0
        return kept

    @cached_property
    def against(self) -> Ints:
        """The index in ``against`` of the text because of which each text goes, int64 of shape (n,); -1 for the others.

        It is ``because - n`` where that is not negative.
        """
        index: Ints = np.maximum(self.because - len(self.because), -1)
        return index

    @cached_property
    def groups(self) -> list[Ints]:
        """The members of each group of two or more texts, as arrays of int64.

        The canonical member is first and the others are in ascending order. Groups are ordered by canonical member.
        """
        every = np.arange(len(self._texts.leaders))
        labels = np.concatenate([self.labels, every[len(self.labels) :]])
        order = kernels.engine(len(every)).postings.ascending(2 * labels + (labels != every))
        bounds = heads(labels[order])
        chosen = np.flatnonzero(np.diff(bounds) > 1)
        return [
            order[first:last] for first, last in zip(bounds[chosen].tolist(), bounds[chosen + 1].tolist(), strict=True)
        ]

    @cached_property
    def pairs(self) -> NDArray[np.void]:
        """The similar pairs in ascending order, a structured array of shape (p,).

        Its fields are ``first`` < ``second`` (int64) and ``similarity`` (float64), which is at least the threshold. A
        copy (a text with the same words as another, of which one is preferred) has one pair, with the preferred one,
        with similarity 1.0. All other pairs are between texts that are no copies; `every_pair` also gives those of
        copies. Two texts of ``against`` are no pair. With ``pairs="forest"``, only as many pairs are included as join
        the groups.

        With ``pairs="none"``, all pairs are found when they are first asked for, which takes the time of another call;
        the texts must still be there and unchanged.

        Raises
        ------
        ValueError
            The result was made with ``pairs="none"``, and the texts cannot be read again: they came from an iterator,
            they were changed, or the result was pickled.
        MemoryError
            The pairs do not fit into the memory that is free.
        """
        if self._pairs is not None:
            return self._pairs
        if self._again is None:
            raise ValueError("pairs='none' lists no pairs, and the texts cannot be read again; use pairs='all'")
        found = self._again()
        if not np.array_equal(found._texts.fingerprints, self._texts.fingerprints):
            raise ValueError("pairs='none' lists no pairs, and the texts were changed since; use pairs='all'")
        return found.pairs

    def every_pair(self) -> NDArray[np.void]:
        """Return the pairs of all texts, also those of copies, as `pairs` has them.

        If a text is similar to another, then so are its copies. Three copies are three pairs, a thousand 499,500.

        Raises
        ------
        ValueError
            As `pairs`, or the result was made with ``pairs="forest"``.
        MemoryError
            The pairs do not fit into the memory that is free.

        Examples
        --------
        >>> import dedup
        >>> texts = ["low tide at noon", "high tide at noon", "High tide at noon!"]
        >>> found = dedup.find_duplicates(texts, threshold=0.3)
        >>> found.pairs[["first", "second"]].tolist()
        [(0, 1), (1, 2)]
        >>> found.every_pair()[["first", "second"]].tolist()
        [(0, 1), (0, 2), (1, 2)]
        """
        self._need_all("all others")
        return expanded(self.pairs, self._texts)

    def to_arrow(self) -> Array:
        """Return a table with one row for each text, for Polars, pandas, DuckDB, pyarrow and others.

        Its columns are ``index`` (int64), ``group`` (int64: `labels`), ``keep`` (bool), ``because`` (int64) and
        ``similarity`` (float64); the last two are null for a text that is kept.

        Returns
        -------
        nanoarrow.Array
            Of structs, with the Arrow PyCapsule interface. Numbers are not copied.

        Examples
        --------
        >>> import dedup, polars
        >>> found = dedup.find_duplicates(["Low tide.", "High tide.", "low tide"])
        >>> polars.DataFrame(found.to_arrow()).rows()
        [(0, 0, True, None, None), (1, 1, True, None, None), (2, 0, False, 0, 1.0)]
        """
        from dedup.match.table import of_duplicates

        return of_duplicates(self.labels, self.keep, self.because, self.similarity)

    @property
    def lowest(self) -> NDArray[np.float64]:
        """The lowest similarity of the pairs inside each group, float64.

        With Jaccard similarity, two members that are not a pair can be less similar, unless ``linkage="complete"``.

        Raises
        ------
        ValueError, MemoryError
            As `every_pair` does.
        """
        return self._extremes[0]

    @property
    def highest(self) -> NDArray[np.float64]:
        """The highest similarity of the pairs inside each group, float64.

        Raises
        ------
        ValueError, MemoryError
            As `every_pair` does.
        """
        return self._extremes[1]

    @cached_property
    def _extremes(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        self._need_all("the lowest and highest similarity of a group")
        labels = np.concatenate([self.labels, np.arange(len(self.labels), len(self._texts.leaders))])
        of_pair = labels[self.pairs["first"]]
        inside = of_pair == labels[self.pairs["second"]]
        of_pair, similarity = of_pair[inside], self.pairs["similarity"][inside]
        low, high = np.full(len(labels), np.inf), np.full(len(labels), -np.inf)
        np.minimum.at(low, of_pair, similarity)
        np.maximum.at(high, of_pair, similarity)
        canonical = [group[0] for group in self.groups]
        return low[canonical], high[canonical]

    @property
    def summary(self) -> Summary:
        """The result in numbers."""
        count = len(self.labels)
        kept = int(np.count_nonzero(self.keep))
        sizes = [len(group) for group in self.groups]
        return Summary(
            texts=count,
            kept=kept,
            dropped=count - kept,
            groups=len(sizes),
            largest=max(sizes, default=0),
            copies=int(np.count_nonzero(self._texts.leaders[:count] != np.arange(count))),
            pairs=None if self._pairs is None else len(self._pairs),
        )

    def at(self, threshold: float) -> Duplicates:
        """Return the result for a higher threshold, from the pairs of this one.

        Parameters
        ----------
        threshold
            At least the threshold of this result, and at most 1.

        Raises
        ------
        TypeError
            The threshold is not a number.
        ValueError
            The threshold is out of range, or this result was made with ``pairs="forest"``; or as `pairs`.
        MemoryError
            As `pairs`.

        Notes
        -----
        Costs a sort of the pairs, if they were asked for. With ``pairs="none"``, the first call finds them.
        """
        self._need_all("another threshold")
        threshold = arguments.similarity("threshold", threshold, self.threshold)
        pairs = self.pairs[self.pairs["similarity"] >= threshold]
        recall = self._bands.expected_recall(threshold) if self._bands else 1.0
        labels, alike = grouped(pairs, self._texts, self.measure == "containment", self.linkage)
        count = self._texts.count
        return replace(
            self, **why(labels[:count], alike[:count]), threshold=threshold, recall=recall, listed="all", _pairs=pairs
        )

    def _need_all(self, what: str) -> None:
        if self.listed == "forest":
            raise ValueError(f"pairs='forest' lists too few pairs to tell {what}; pairs='all' lists all")

    def __getstate__(self) -> dict[str, Any]:
        """Return what is pickled: not the texts."""
        return {**self.__dict__, "_again": None}

    def __str__(self) -> str:
        """Return the result for people, in three lines."""
        summary = self.summary
        measure = "Jaccard similarity" if self.measure == "jaccard" else "containment"
        how = "exact" if self.method == "exact" else f"LSH, recall {self.recall:.3f} at the threshold"
        largest = f", the largest of {summary.largest:,}" if summary.groups else ""
        dropped = f"{_counted(summary.dropped, 'duplicate')} (same words: {summary.copies:,})"
        joining = " joining them" if self.listed == "forest" else ""
        listed = "" if summary.pairs is None else f"; {_counted(summary.pairs, 'pair')}{joining}"
        return (
            f"{_counted(summary.texts, 'text')}, {measure} from {self.threshold:g} ({how})\n"
            f"{_counted(summary.groups, 'group')}{largest}{listed}\n"
            f"{_counted(summary.kept, 'text')} to keep, {dropped}"
        )

    def __repr__(self) -> str:
        """Return the same in one line: the arrays would be long."""
        return f"<{str(self).replace(chr(10), '; ')}>"


def why(labels: Ints, alike: NDArray[np.float64]) -> dict[str, Any]:
    """Return the fields of a result that say why texts go, from their labels and their similarity to these."""
    goes = labels != np.arange(len(labels))
    return {
        "labels": labels,
        "because": np.where(goes, labels, -1),
        "similarity": np.where(goes, alike, np.nan),
    }


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}" + ("" if count == 1 else "s")
