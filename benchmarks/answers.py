"""The right answer for a collection, and how much of it a system found.

Systems differ in what they take for a word, so each is held to the exact answer on **its own** shingle sets: of all
pairs of different sets with a Jaccard similarity at or above the threshold, and of each text whose set stood before,
paired with the first of that set. Answers are int64 (m, 2), sorted, each pair once, the lower index first.
"""

import random
from collections import defaultdict
from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks import child
from benchmarks.systems import THRESHOLD, shingles, words
from benchmarks.texts import load, planted_beside

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Numbers = npt.NDArray[np.int64]

SAMPLE = 2_000
"""Texts on which the exact answer is compared with the oracle's."""


class Truth(NamedTuple):
    """`pairs`: the answer. `first`: int64 (n,), for each text the first with the same shingle set."""

    pairs: "Numbers"
    first: "Numbers"


class Answers(NamedTuple):
    """The answers by the words of this library and by those of the others, and what was checked of them."""

    own: Truth
    others: Truth
    notes: tuple[str, ...]


def answers(file: Path, seed: int) -> Answers:
    """The answers for a file of paragraphs, computed in a process of its own and left beside it."""
    import numpy as np

    seen = child.measure("benchmarks.answers", child.fastest(), path=str(file), seed=seed)
    stored = np.load(file.with_suffix(".truth.npz"))
    own, others = (Truth(stored[f"{kind}_pairs"], stored[f"{kind}_first"]) for kind in ("own", "others"))
    notes = [
        f"truth: method='exact'; pairs in which it differs from all pairs compared, on {seen['sample']:,} of the "
        f"texts: {seen['own']} by dedup's words, {seen['others']} by those of the others."
    ]
    if seen["planted"] is not None:
        notes.append(f"planted pairs at or above the threshold: {seen['planted']:,}, not in the truth: {seen['lost']}.")
    return Answers(own, others, tuple(notes))


def score(pairs: "Numbers", truth: Truth) -> tuple[int, float, float]:
    """How many pairs were reported, recall and precision.

    A reported pair of texts with different sets counts for the first texts of these sets. A copy counts once, as found
    if reported pairs of equal sets lead from it to the first; other pairs of copies are neither wrong nor asked for.
    """
    import numpy as np

    reported = _keys(pairs, truth.first)
    wanted = _keys(truth.pairs, truth.first)
    right = len(np.intersect1d(reported, wanted, assume_unique=True))
    return len(reported), right / max(1, len(wanted)), right / max(1, len(reported))


def judged(kept: "npt.NDArray[np.bool_]", truth: Truth) -> tuple[int, float, float]:
    """How many texts were removed, recall and precision, whichever of similar texts is kept.

    Recall: of the answer's pairs, how many have not both texts kept; a copy counts once, as removed if not. Precision:
    of the texts that are removed, how many are similar to one that is kept.
    """
    import numpy as np

    first, count = truth.first, len(truth.first)
    texts = np.bincount(first, minlength=count)
    kept_of = np.bincount(first[kept], minlength=count)
    one, other = truth.pairs[first[truth.pairs[:, 1]] == truth.pairs[:, 1]].T
    left = np.count_nonzero((kept_of[one] > 0) & (kept_of[other] > 0)) + np.maximum(kept_of - 1, 0).sum()
    wanted = len(one) + np.maximum(texts - 1, 0).sum()
    beside = kept_of > 0
    beside[one[kept_of[other] > 0]] = True
    beside[other[kept_of[one] > 0]] = True
    removed = count - int(kept.sum())
    right = np.count_nonzero(beside[first[~kept]])
    return removed, 1 - float(left / max(1, wanted)), int(right) / max(1, removed)


def oracle(sets: Sequence[frozenset[Hashable]], threshold: float) -> set[tuple[int, int]]:
    """The answer for these sets: all pairs that share anything are compared. Empty sets have no pairs."""
    first: dict[frozenset[Hashable], int] = {}
    holders = defaultdict(list)
    for row, members in enumerate(sets):
        if members and first.setdefault(members, row) == row:
            for member in members:
                holders[member].append(row)
    shared: dict[tuple[int, int], int] = defaultdict(int)
    for rows in holders.values():
        for turn, one in enumerate(rows):
            for other in rows[turn + 1 :]:
                shared[one, other] += 1
    answer = {
        (one, other)
        for (one, other), common in shared.items()
        if common / (len(sets[one]) + len(sets[other]) - common) >= threshold
    }
    return answer | {(first[members], row) for row, members in enumerate(sets) if members and first[members] != row}


def measure(path: str, seed: int) -> dict[str, Any]:
    """Write both answers; compare them with the oracle on a sample, and with what was planted."""
    import numpy as np

    import dedup

    file = Path(path)
    texts = load(file)
    own = _exact(texts)
    others = _exact(_spelled(texts))
    generator = random.Random(f"oracle {seed}")
    chosen = _sample(own.pairs, len(texts), generator)
    sample = [texts[row] for row in chosen]
    own_sets = [frozenset(dedup.shingles(text, 3)) for text in sample]
    other_sets = [frozenset(shingles(text)) for text in sample]
    lost = planted = None
    if planted_beside(file).exists():
        pairs = np.load(planted_beside(file))
        alike = [_jaccard(shingles(texts[one]), shingles(texts[other])) >= THRESHOLD for one, other in pairs.tolist()]
        wanted = _keys(pairs[np.array(alike, bool)], others.first)
        planted, lost = len(wanted), len(np.setdiff1d(wanted, _keys(others.pairs, others.first)))
    np.savez(
        file.with_suffix(".truth.npz"),
        own_pairs=own.pairs,
        own_first=own.first,
        others_pairs=others.pairs,
        others_first=others.first,
    )
    return {
        "sample": len(sample),
        "own": len(oracle(own_sets, THRESHOLD) ^ _listed(_exact(sample).pairs)),
        "others": len(oracle(other_sets, THRESHOLD) ^ _listed(_exact(_spelled(sample)).pairs)),
        "planted": planted,
        "lost": lost,
    }


def _keys(pairs: "Numbers", first: "Numbers") -> "Numbers":
    """Pairs as the answer lists them, each as one number, ascending, each once."""
    import numpy as np

    low, high = np.sort(pairs, axis=1).T
    one, other = first[low], first[high]
    same = one == other
    near = np.minimum(one, other)[~same] * len(first) + np.maximum(one, other)[~same]
    found = (_least(low[same], high[same], len(first)) == first) & (first != np.arange(len(first)))
    copies = np.flatnonzero(found)
    return np.unique(np.concatenate([near, first[copies] * len(first) + copies]))


def _least(low: "Numbers", high: "Numbers", count: int) -> "Numbers":
    """For each of `count` texts the first that these pairs join it to, itself if none."""
    import numpy as np

    labels = np.arange(count)
    while True:
        joined = labels.copy()
        least = np.minimum(labels[low], labels[high])
        np.minimum.at(joined, low, least)
        np.minimum.at(joined, high, least)
        joined = joined[joined]
        if np.array_equal(joined, labels):
            return labels
        labels = joined


def _exact(texts: list[str]) -> Truth:
    import numpy as np

    from dedup import find_duplicates

    found = find_duplicates(texts, threshold=THRESHOLD, method="exact", pairs="all").pairs
    first = np.arange(len(texts))
    copies = found[found["similarity"] == 1]  # different sets never are
    first[copies["second"]] = copies["first"]
    return Truth(np.stack([found["first"], found["second"]], axis=1), first)


def _spelled(texts: Sequence[str]) -> list[str]:
    """Texts whose words, as this library reads them, are the words of the others, told apart as they tell them."""
    numbers: dict[str, int] = {}
    return [" ".join([f"w{numbers.setdefault(word, len(numbers))}" for word in words(text)]) for text in texts]


def _sample(pairs: "Numbers", count: int, generator: random.Random) -> list[int]:
    """Texts, among them pairs, which a sample of texts alone would seldom hold."""
    some = generator.sample(range(len(pairs)), min(SAMPLE // 4, len(pairs)))
    chosen = {int(row) for pair in some for row in pairs[pair]}
    return sorted(chosen | set(generator.sample(range(count), min(SAMPLE - len(chosen), count))))


def _jaccard(one: Sequence[str], other: Sequence[str]) -> float:
    first, second = set(one), set(other)
    return len(first & second) / max(1, len(first | second))


def _listed(pairs: "Numbers") -> set[tuple[int, int]]:
    return {(one, other) for one, other in pairs.tolist()}
