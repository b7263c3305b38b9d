"""Duplicate texts in a collection."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup import arguments, kernels
from dedup.kernels import threads
from dedup.kernels.candidates import Postings, Sets, similarity
from dedup.kernels.rows import bounds
from dedup.match.candidates import by_bands, by_prefix, largest_first, proposed, ranges_of, shared
from dedup.match.groups import PAIR, Duplicates, Known, Linkage, Measure, grouped
from dedup.progress import Progress, reporting
from dedup.sketch.bands import choose
from dedup.sketch.collection import counted
from dedup.sketch.minhash import MinHasher
from dedup.sketch.sets import shingle_sets

if TYPE_CHECKING:
    from dedup.kernels.reference.pairs import Matches

Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]

LONG = 512
"""Mean shingles of a set from which ``method="auto"`` takes "lsh"."""
SHORT = 4 * 8
"""Texts below this weight, in quarter words, are too short to be contained in another."""
_STEP = 1 << 20  # values by which what is read grows, at least


@kernels.one_engine()
def find_duplicates(
    texts: Iterable[str] | Any,
    *,
    threshold: float = 0.8,
    measure: Measure = "jaccard",
    method: Literal["auto", "exact", "lsh"] = "auto",
    shingle_size: int = 3,
    num_perm: int = 128,
    recall: float = 0.95,
    seed: int = 1,
    pairs: Literal["all", "forest"] = "all",
    linkage: Linkage = "single",
    progress: Progress | bool | None = None,
) -> Duplicates:
    """Find the texts of a collection that are similar, and group them.

    Texts are compared by their sets of shingles: see `dedup.shingles`. Whichever method proposes a pair, it is compared
    exactly. A text without a word matches nothing.

    Parameters
    ----------
    texts
        An iterable of str, a NumPy array, or an Arrow array of strings (pyarrow, Polars, pandas).
    threshold
        Minimum similarity of a pair, above 0 and at most 1.
    measure
        ``"jaccard"`` for ``|A & B| / |A | B|``, or ``"containment"`` for ``|A & B| / min(|A|, |B|)``, which finds a
        sentence in a paragraph. With containment, texts of fewer than eight words match only copies.
    method
        ``"exact"`` finds every pair. ``"lsh"`` finds a pair exactly at the threshold with probability `recall`, and
        more similar pairs with a higher one; it is faster for long texts, and supports Jaccard similarity only.
        ``"auto"`` selects ``"exact"`` unless sets have more than 512 shingles on average.
    shingle_size
        Number of words in a shingle, at least 1.
    num_perm
        Number of permutations of the signatures for ``"lsh"``, at least 2.
    recall
        Probability with which ``"lsh"`` finds a pair exactly at the threshold, between 0 and 1.
    seed
        Seed of the permutations for ``"lsh"``, from 0 to 2**32 - 1.
    pairs
        ``"all"``, or ``"forest"`` for only as many pairs as are needed to join the groups: 999 instead of 499,500 for a
        thousand texts that are all similar.
    linkage
        With ``"single"``, a text is in a group if it is similar to one of its members. With ``"complete"``, all members
        of a group are similar to each other; chains are cut where they are weakest. Groups by containment are stars
        instead: the canonical member has the most shingles (the first of several), and contains each of the others.
    progress
        Called as ``progress(step, done, total)`` with the current step, how much of it is done, and how much there is
        (None if unknown). True shows a bar on the terminal.

    Returns
    -------
    Duplicates
        The pairs, the groups, and which texts to keep.

    Raises
    ------
    TypeError, ValueError
        An argument has the wrong type or is out of range, or a text is not a str.

    Notes
    -----
    The order of the texts does not change the groups, except that the canonical member of a group is its first text.
    With containment, the canonical member decides which texts are in its group, so the order of texts with equally many
    shingles can matter.

    Takes linear time in the text, plus the comparison of candidates, which are pairs that share a rare shingle. Copies
    cost no more than reading them. Takes about 25 bytes of memory for each shingle of a distinct text, 35 with NumPy,
    and some tens of megabytes, plus the result.

    Candidates come from prefix filtering (Chaudhuri, Ganti and Kaushik, 2006; Bayardo, Ma and Srikant, 2007; Xiao et
    al., 2008), or from MinHash with banding (Broder, 1997; Leskovec, Rajaraman and Ullman, 2014).

    Examples
    --------
    >>> found = find_duplicates(["one two three four five", "One, two, three, four, five!", "something else"])
    >>> found.pairs.tolist()
    [(0, 1, 1.0)]
    >>> found.keep.tolist()
    [True, False, True]
    """
    threshold = arguments.similarity("threshold", threshold)
    shingle_size = arguments.integer("shingle_size", shingle_size, 1)
    arguments.choice("measure", measure, ("jaccard", "containment"))
    arguments.choice("method", method, ("auto", "exact", "lsh"))
    arguments.choice("pairs", pairs, ("all", "forest"))
    arguments.choice("linkage", linkage, ("single", "complete"))
    containment, forest = measure == "containment", pairs == "forest"
    if containment and method == "lsh":
        raise ValueError("method = 'lsh' finds no containment; allowed: 'auto', 'exact'")
    if containment and linkage == "complete":
        raise ValueError(
            "linkage = 'complete' is not for measure = 'containment', whose groups are stars; allowed: 'single'"
        )
    if forest and linkage == "complete":
        raise ValueError("linkage = 'complete' needs all pairs, not pairs = 'forest'; allowed: 'single'")
    hasher = MinHasher(num_perm=num_perm, seed=seed, shingle_size=shingle_size)
    recall = arguments.recall(recall)
    # Whether "lsh" can reach the recall is only asked where it will be taken.
    bands = choose(threshold, recall, num_perm) if method == "lsh" else None

    with reporting(progress) as report:
        read = _read(texts, shingle_size, report)
        if method == "auto":
            long = not containment and len(read.values) > LONG * max(len(read.first), 1)
            bands = choose(threshold, recall, num_perm) if long else None
        order = largest_first(np.diff(read.offsets))
        if bands:
            signatures = hasher.of_sets(read.values, read.offsets)
            postings = by_bands(signatures, order, bands)
            del signatures
            sets = proposed(read.values, read.offsets, order, threshold, postings)
        else:
            sets, counts = shared(read.values, read.offsets, order, threshold)
            read = read._replace(values=np.empty(0, np.uint64))  # of all values, only those shared are needed now
            compared = (read.weights[order] >= SHORT) if containment else np.ones(len(order), np.bool_)
            postings = by_prefix(sets, counts, threshold, containment, compared)
        smaller, larger, common = _compare(sets, postings, threshold, containment, forest, report)

    alike = similarity(common, sets.sizes[smaller], sets.sizes[larger], containment)
    source = read.first[order]
    found = _listed(source[smaller], source[larger], alike, read.known.leaders)
    return Duplicates(
        pairs=found,
        labels=grouped(found, read.known, measure, linkage),
        threshold=threshold,
        measure=measure,
        method="lsh" if bands else "exact",
        recall=bands.expected_recall(threshold) if bands else 1.0,
        linkage=linkage,
        forest=forest,
        _known=read.known,
        _bands=bands,
    )


class _Read(NamedTuple):
    """The different shingle sets of a collection, without the empty one, in the order of their first texts."""

    known: Known
    first: Ints
    """int64 (d,): the first text that has each set."""
    values: Keys
    offsets: Ints
    weights: Ints
    """int64 (d,), in quarter words: of the longest text with this set, for copies may say it more often."""


def _read(texts: Any, shingle_size: int, report: Progress) -> _Read:
    """Read all texts, and keep one of each set."""
    total = counted(texts)
    # One array that grows where it stands: chunks that were kept until all are there would leave a third of the memory
    # in pieces. To set aside at once what the first chunk lets expect was no faster (500,000 texts: 3.7 s and 3.8 s).
    values = np.empty(0, np.uint64)
    sizes, weights = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    prints = [np.empty((0, 2), np.uint64)]
    filled = done = 0
    with closing(shingle_sets(texts, shingle_size, report)) as parts:
        for part in parts:
            needed = filled + len(part.values)
            if needed > len(values):
                values.resize(needed + max(needed >> 3, min(needed, _STEP)), refcheck=False)
            values[filled:needed] = part.values
            filled = needed
            sizes.append(np.diff(part.offsets))
            weights.append(part.weights)
            prints.append(part.fingerprints)
            done += len(part.weights)
            report("reading texts", done, total)
    fingerprints, own = np.concatenate(prints), np.arange(done)
    leaders = kernels.engine(done).sets.copies(fingerprints)
    every = np.concatenate(sizes)
    known = Known(every, np.where(every > 0, leaders, own), fingerprints)
    chosen = (known.leaders == own) & (every > 0)
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
    offsets = bounds(every[chosen])
    longest = np.zeros(done, np.int64)
    np.maximum.at(longest, known.leaders, np.concatenate(weights))
    return _Read(known, np.flatnonzero(chosen), values, offsets, longest[chosen])


def _compare(
    sets: Sets, postings: Postings, threshold: float, containment: bool, forest: bool, report: Progress
) -> tuple[Ints, Ints, Ints]:
    """Candidates, compared: (smaller, larger, common)."""
    kernel = kernels.engine(len(postings.members) + len(sets.values))
    count = len(sets.sizes)
    found: list[Matches]
    if forest:
        report("comparing texts", 0, count)
        found = [(kernel.forest.stars if containment else kernel.forest.forest)(sets, postings, threshold)]
    else:
        ranges = list(ranges_of(postings)) or [(0, 0)]
        found = []
        compare = partial(kernel.pairs.matches, sets, postings, threshold, containment)
        with closing(threads.mapped(lambda part: compare(*part), ranges)) as work:
            for (_, last), matches in zip(ranges, work, strict=True):
                found.append(matches)
                report("comparing texts", last, count)
    smaller, larger, common = (np.concatenate(column).astype(np.int64) for column in zip(*found, strict=True))
    return smaller, larger, common


def _listed(one: Ints, other: Ints, similarity: NDArray[np.float64], leaders: Ints) -> NDArray[np.void]:
    """Pairs of texts in order, copies among them."""
    copies = np.flatnonzero(leaders != np.arange(len(leaders)))
    first = np.concatenate([np.minimum(one, other), leaders[copies]])
    second = np.concatenate([np.maximum(one, other), copies])
    similarity = np.concatenate([similarity, np.ones(len(copies))])
    order = kernels.engine(len(first)).postings.ascending(first * len(leaders) + second)
    found = np.empty(len(order), PAIR)
    found["first"], found["second"], found["similarity"] = first[order], second[order], similarity[order]
    return found
