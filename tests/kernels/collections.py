"""Small collections of sets that share much, as the kernels take them."""

from collections.abc import Sequence
from itertools import accumulate

import numpy as np
from hypothesis import strategies as st

from dedup.kernels.candidates import Postings, Sets
from dedup.match.thresholds import largest_match

THRESHOLDS = st.sampled_from([0.1, 1 / 3, 0.5, 0.55, 0.7, 0.8, 0.9, 1.0])

# From the whole range, so that values fall into all parts and the highest bit counts.
VALUES = [(value * 0x9E3779B97F4A7C15) & (2**64 - 1) for value in range(1, 41)]
ROWS = st.lists(st.frozensets(st.sampled_from(VALUES[:9]) | st.sampled_from(VALUES), min_size=1), max_size=14)


def rows(sets: Sequence[frozenset[int]]) -> tuple[np.ndarray, np.ndarray]:
    """Values and offsets, every row ascending."""
    values = [value for held in sets for value in sorted(held)]
    return np.array(values, np.uint64), np.array([0, *accumulate(map(len, sets))], np.int64)


def by_size(sets: Sequence[frozenset[int]]) -> list[frozenset[int]]:
    """The different sets, largest first."""
    return sorted(dict.fromkeys(sets), key=lambda held: -len(held))


def whole(sets: Sequence[frozenset[int]], threshold: float) -> Sets:
    """Sets, largest first, with all their values, which are replaced by their ranks."""
    values, offsets = rows(sets)
    values = np.unique(values, return_inverse=True)[1].astype(np.uint64)
    sizes = np.diff(offsets)
    return Sets(values, offsets[:-1].copy(), offsets[1:].copy(), sizes, largest_match(sizes, threshold))


def postings(sets: Sequence[frozenset[int]], leading: Sequence[bool] | None = None) -> Postings:
    """A posting for every value of every set; all lead unless told otherwise, in the order of the postings by set."""
    held = [(value, owner) for owner, values in enumerate(sets) for value in sorted(values)]
    by_key = sorted(range(len(held)), key=held.__getitem__)
    place = {posting: at for at, posting in enumerate(by_key)}
    first: dict[int, int] = {}
    for at, posting in enumerate(by_key):
        first.setdefault(held[posting][0], at)
    return Postings(
        members=np.array([held[posting][1] for posting in by_key], np.int32),
        heads=np.array([0, *accumulate(map(len, sets))], np.int64),
        places=np.array([place[posting] for posting in range(len(held))], np.int64),
        begins=np.array([first[key] for key, _ in held], np.int64),
        leads=np.array([True] * len(held) if leading is None else leading, np.bool_),
    )
