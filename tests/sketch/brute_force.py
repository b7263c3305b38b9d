"""Collections of texts for indexes, and what is alike in them, computed the plain way."""

from functools import lru_cache

from hypothesis import strategies as st

import dedup

WORDS = ["rain", "Regen", "дождь", "βροχή", "مطر", "गर्मी", "雨", "ฝน", "Straße", "don't", "2026"]


@st.composite
def collections(draw: st.DrawFn, max_size: int = 8) -> list[str]:
    """A few texts of few words in several scripts, copies and near copies of each other among them."""
    rows: list[list[str]] = draw(st.lists(st.lists(st.sampled_from(WORDS), max_size=25), max_size=max_size))
    for _ in range(draw(st.integers(0, 3)) if rows else 0):
        row = list(draw(st.sampled_from(rows)))
        if row and draw(st.booleans()):
            row[draw(st.integers(0, len(row) - 1))] = draw(st.sampled_from(WORDS))
        rows.append(row)
    return [draw(st.sampled_from([" ", ", ", "\n"])).join(row) for row in rows]


@lru_cache(1_000)
def shingle_set(text: str, size: int) -> frozenset[str]:
    return frozenset(dedup.shingles(text, size))


def similarity(one: str, other: str, size: int = 3) -> float:
    """The Jaccard similarity of shingle sets; 0 for texts without a token."""
    a, b = shingle_set(one, size), shingle_set(other, size)
    return len(a & b) / len(a | b) if a and b else 0.0


def alike(text: str, others: dict[str | int, str], threshold: float, size: int = 3) -> list[tuple[str | int, float]]:
    """What an index should answer that misses nothing."""
    found = [(key, similarity(text, other, size)) for key, other in others.items()]
    chosen = [(key, share) for key, share in found if share >= threshold]
    return sorted(chosen, key=lambda pair: (-pair[1], isinstance(pair[0], str), pair[0]))
