"""Brute force beside which the plans are checked."""

from collections.abc import Sequence
from typing import NamedTuple

from dedup import shingles
from dedup.text.tokens import tokenize


class Member(NamedTuple):
    """What is decided of one text."""

    because: int | None
    """The kept text because of which it goes; negative for one of the known texts, -1 for the last of them."""
    similarity: float | None


def kept(
    texts: Sequence[str | None],
    threshold: float,
    *,
    containment: bool = False,
    known: Sequence[str] = (),
    scores: Sequence[float] | None = None,
) -> list[Member]:
    """Take the texts by priority, and keep each unless it is like a kept one.

    It goes because of the first one that it is a copy of, or else of the first one that it is like.
    """
    every = [*known, *texts]
    sets = [set(shingles(text or "")) for text in every]
    weights = [int(tokenize(text or "").weights.sum()) for text in every]

    def similarity(one: int, other: int) -> float:
        if every[one] is None or every[other] is None:
            return 0.0
        if sets[one] == sets[other]:
            return 1.0 if sets[one] or every[one] == every[other] else 0.0
        if containment and min(heaviest[one], heaviest[other]) < 32:
            return 0.0
        common = len(sets[one] & sets[other])
        return (
            common / (min(len(sets[one]), len(sets[other])) if containment else len(sets[one] | sets[other]))
            if common
            else 0.0
        )

    heaviest = [max(w for w, s in zip(weights, sets, strict=True) if s == own) for own in sets]
    order = list(range(len(known), len(every)))
    if scores is not None:
        order.sort(key=lambda i: -scores[i - len(known)])
    if containment:
        order.sort(key=lambda i: -len(sets[i]))
    chosen = list(range(len(known)))
    found = {}
    for i in order:
        alike = [k for k in chosen if similarity(i, k) >= threshold]
        like = min(alike, key=lambda k: (sets[i] != sets[k], chosen.index(k)), default=None)
        if like is None:
            chosen.append(i)
        found[i] = Member(None, None) if like is None else Member(like - len(known), similarity(i, like))
    return [found[i] for i in range(len(known), len(every))]


def spans(texts: Sequence[str], min_words: int) -> list[tuple[int, int, int]]:
    """Return (text, start, end) of all that stood before, looking at each run of words by itself."""
    first: dict[tuple[int, ...], tuple[int, int]] = {}
    found = []
    for number, text in enumerate(texts):
        tokens = tokenize(text)
        words, marked = tokens.hashes.tolist(), [False] * len(tokens.hashes)
        for start, stop in sorted(_runs(tokens.weights.tolist(), 4 * min_words)):
            key = tuple(words[start:stop])
            where, end = first.setdefault(key, (number, stop))
            if where < number or start >= end:
                marked[start:stop] = [True] * (stop - start)
        borders = [i for i in range(len(marked) + 1) if (i > 0 and marked[i - 1]) != (i < len(marked) and marked[i])]
        for start, stop in zip(borders[::2], borders[1::2], strict=True):
            found.append((number, int(tokens.starts[start]), int(tokens.ends[stop - 1])))
    return found


def _runs(weights: list[int], least: int) -> set[tuple[int, int]]:
    """Return the runs that are as short as can be from their first or from their last token."""
    found = set()
    for start in range(len(weights)):
        stop = next((s for s in range(start + 1, len(weights) + 1) if sum(weights[start:s]) >= least), None)
        if stop:
            found.add((start, stop))
    for stop in range(1, len(weights) + 1):
        start = next((s for s in range(stop - 1, -1, -1) if sum(weights[s:stop]) >= least), None)
        if start is not None:
            found.add((start, stop))
    return found
