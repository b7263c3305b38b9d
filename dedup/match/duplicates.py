"""Duplicate texts in a collection."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from dedup import arguments, kernels
from dedup.kernels.candidates import Sets, similarity
from dedup.match import distinct
from dedup.match.candidates import by_bands, by_prefix, largest_first, proposed, shared
from dedup.match.distinct import Texts
from dedup.match.kept import Kept, kept, matches, with_center
from dedup.match.linkage import Linkage
from dedup.match.listing import grouped, listed
from dedup.match.result import Duplicates, Listed, Measure, why
from dedup.progress import Progress, reporting
from dedup.sketch.bands import choose
from dedup.sketch.collection import counted
from dedup.sketch.minhash import MinHasher

Ints = NDArray[np.int64]

LONG = 512
"""Mean shingles of a set from which ``method="auto"`` takes "lsh"."""
SHORT = 4 * 8
"""Texts below this weight, in quarter words, are too short to be contained in another."""


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
    linkage: Linkage = "star",
    keep: Literal["first", "longest"] | Any = "first",
    against: Iterable[str] | Any | None = None,
    pairs: Listed = "none",
    progress: Progress | bool | None = None,
) -> Duplicates:
    """Find the texts of a collection that are similar, and choose which of them to keep.

    Texts are compared by their sets of shingles: see `dedup.shingles`. Whichever method proposes a pair, it is compared
    exactly. A text without a word is similar only to one with the same characters. None, NaN and null are similar to
    nothing, and kept.

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
    linkage
        With ``"star"``, texts are taken by priority (see `keep`). A text is kept unless it is similar to a text that is
        kept already; otherwise it goes because of the first of these. So each text that goes is similar to a kept one,
        and no two kept ones are similar. With ``"single"``, all texts that a chain of similar ones connects are a
        group, of which one is kept: a text may go although no kept one is similar. With ``"complete"``, all members of
        a group are similar to each other, and chains are cut where they are weakest: kept texts may be similar. For
        containment, only ``"star"`` is allowed.
    keep
        Which texts are preferred: ``"first"``, those that come first; ``"longest"``, those with the most characters;
        or an array with a number for each text, those with the highest numbers. The first of equals is preferred. With
        containment, a text with more shingles always comes before one with fewer, so that none goes because of a text
        inside it, and `keep` decides between equals.
    against
        Texts that are kept already, as `texts` may be given. A text that is similar to one of them goes because of it:
        of the one with the same words if there is one, otherwise of the first. They are not compared with one another,
        and are numbered after the texts. With ``"single"`` and ``"complete"``, the other texts are grouped among
        themselves.
    pairs
        ``"none"``: pairs are found only when ``Duplicates.pairs`` is asked for. ``"all"``: all pairs are listed, and
        ``Duplicates.at`` gives the result for higher thresholds. ``"forest"``: only as many pairs as join the groups,
        999 instead of 499,500 for a thousand texts that are all similar.
    progress
        Called as ``progress(step, done, total)`` with the current step, how much of it is done, and how much there is
        (None if unknown). True shows a bar on the terminal.

    Returns
    -------
    Duplicates
        Which texts to keep, why the others go, the groups, and the pairs.

    Raises
    ------
    TypeError, ValueError
        An argument has the wrong type or is out of range, or a text is not a str.
    MemoryError
        ``pairs="all"`` or ``linkage="complete"`` needs more pairs than fit into the memory that is free.

    Notes
    -----
    The order of the texts matters only as far as it decides their priority. With "single" and "complete" it decides
    which member of a group is kept, and nothing else.

    Takes linear time in the text, plus the comparison of candidates, which are pairs that share a rare shingle. Copies
    cost no more than reading them. With "star", a text is compared with kept texts only, so a thousand variants of one
    text cost a thousand comparisons; "complete" compares any two members of a group. Takes about 25 bytes of memory for
    each shingle of a distinct text, 35 with NumPy, and some tens of megabytes, plus the result: a few numbers for each
    text, and 24 bytes for each pair that is listed (48 while they are sorted). With "complete", a large group whose
    members are not all similar takes 400 bytes for each of its pairs.

    Candidates come from prefix filtering (Chaudhuri, Ganti and Kaushik, 2006; Bayardo, Ma and Srikant, 2007; Xiao et
    al., 2008), or from MinHash with banding (Broder, 1997; Leskovec, Rajaraman and Ullman, 2014).

    Examples
    --------
    >>> found = find_duplicates(["one two three four five", "One, two, three, four, five!", "something else"])
    >>> found.keep.tolist()
    [True, False, True]
    >>> found.because.tolist(), found.similarity.tolist()
    ([-1, 0, -1], [nan, 1.0, nan])
    """
    options = {**locals(), "pairs": "all", "progress": None}  # of the call that lists all pairs later
    is_read_again = counted(texts) is not None and (against is None or counted(against) is not None)
    threshold = arguments.similarity("threshold", threshold)
    shingle_size = arguments.integer("shingle_size", shingle_size, 1, arguments.MOST_WORDS)
    arguments.choice("measure", measure, ("jaccard", "containment"))
    arguments.choice("method", method, ("auto", "exact", "lsh"))
    arguments.choice("pairs", pairs, ("none", "forest", "all"))
    arguments.choice("linkage", linkage, ("star", "single", "complete"))
    scores = _scores(keep)
    containment = measure == "containment"
    if containment and method == "lsh":
        raise ValueError("method = 'lsh' finds no containment; allowed: 'auto', 'exact'")
    if containment and linkage != "star":
        raise ValueError(f"linkage = {linkage!r} is not for measure = 'containment'; allowed: 'star'")
    hasher = MinHasher(num_perm=num_perm, seed=seed, shingle_size=shingle_size)
    recall = arguments.recall(recall)
    # Whether "lsh" can reach the recall is only asked where it will be taken.
    bands = choose(threshold, recall, num_perm) if method == "lsh" else None

    with reporting(progress) as report:
        read = distinct.read(texts, against, shingle_size, scores, report)
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
        every, source = read.texts, read.first[order]
        found = None
        if pairs == "all":
            found = listed(matches(sets, postings, threshold, containment, report), sets, source, every, containment)
        if found is not None and linkage == "complete":  # which needs all pairs: once is enough
            labels, alike = grouped(found, every, containment, linkage)
        else:
            step = "comparing texts" if found is None else "choosing texts"
            report(step, 0, len(order))
            taken = np.argsort(every.turns(containment)[source])
            given, prints = source >= every.count, every.fingerprints[source]
            result = kept(linkage, sets, postings, taken, given, prints, threshold, containment)
            report(step, len(order), len(order))
            labels, alike = _of_texts(result, sets, source, every, threshold, containment)
            if pairs == "forest":
                found = listed([result.edges], sets, source, every, containment)

    count = every.count
    return Duplicates(
        **why(labels[:count], alike[:count]),
        threshold=threshold,
        measure=measure,
        method="lsh" if bands else "exact",
        recall=bands.expected_recall(threshold) if bands else 1.0,
        linkage=linkage,
        listed=pairs,
        _texts=every,
        _bands=bands,
        _pairs=found,
        _again=partial(find_duplicates, **options) if is_read_again else None,
    )


def _of_texts(
    result: Kept, sets: Sets, source: Ints, texts: Texts, threshold: float, containment: bool
) -> tuple[Ints, NDArray[np.float64]]:
    """Return the label of each text, and its similarity to that: see ``dedup.match.listing.grouped``."""
    labels, alike = np.arange(len(texts.leaders)), np.ones(len(texts.leaders))
    labels[source] = source[result.center]
    removed, because, common = with_center(sets, result.center, threshold, containment)
    alike[source[removed]] = np.where(
        common > 0, similarity(common, sets.sizes[removed], sets.sizes[because], containment), np.nan
    )
    return labels[texts.leaders], alike[texts.leaders]


def _scores(keep: object) -> str | NDArray[Any]:
    """Return "first", "longest", or the scores as an array.

    Raises
    ------
    TypeError, ValueError
        It is nothing of the kind.
    """
    if isinstance(keep, str):
        arguments.choice("keep", keep, ("first", "longest"))
        return keep
    allowed = "'first', 'longest', or an array with a number for each text"
    scores = np.asarray(keep)
    if scores.dtype.kind not in "iufb" or scores.ndim != 1:
        raise TypeError(
            f"keep is {type(keep).__name__} of {scores.dtype} and {scores.ndim} dimensions; allowed: {allowed}"
        )
    missing = np.flatnonzero(np.isnan(scores))
    if len(missing):
        raise ValueError(f"keep[{missing[0]}] is nan; allowed: {allowed}")
    return scores
