"""What kernels are given: rows of words with weights, and alignments of their passages."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from hypothesis import strategies as st

from tests.kernels import oracle


@dataclass(frozen=True)
class Row:
    """Words in a row, by number, and what each weighs in quarter words."""

    names: list[int]
    weights: list[int]

    @cached_property
    def hashes(self) -> np.ndarray:
        return np.array(self.names, np.uint64) * np.uint64(0x9E3779B97F4A7C15)

    @cached_property
    def before(self) -> np.ndarray:
        return np.array(oracle.before(self.weights), np.int64)


@st.composite
def rows(draw: st.DrawFn, min_size: int = 1, max_size: int = 60) -> Row:
    """Rows of few and of many words, of one weight and of several."""
    vocabulary = draw(st.sampled_from([1, 2, 3, 6, 40]))
    weight = draw(st.sampled_from([[4], [2], [1], [4, 2], [4, 2, 1]]))
    names = draw(st.lists(st.integers(0, vocabulary - 1), min_size=min_size, max_size=max_size))
    return Row(names, [weight[name % len(weight)] for name in names])


@st.composite
def alignments(draw: st.DrawFn, size: int, max_rows: int = 12) -> list[list[oracle.Block]]:
    """Blocks of equal tokens, ascending on both sides, the first side before the second; all within `size` tokens."""
    found = []
    for _ in range(draw(st.integers(1, max_rows))):
        a = draw(st.integers(0, size - 2))
        b = draw(st.integers(a + 1, size - 1))
        row: list[oracle.Block] = []
        for length, across, down in draw(
            st.lists(st.tuples(st.integers(1, 12), st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=5)
        ):
            if row:
                a, b = row[-1][0] + row[-1][2] + across, row[-1][1] + row[-1][2] + max(down, across * (not down))
            if b <= a or b >= size:
                break
            row.append((a, b, min(length, size - b)))
        found.append(row)
    return found


def flat(rows: list[list[oracle.Block]]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """a, b, size and offsets."""
    blocks = np.array([block for row in rows for block in row], np.int32).reshape(-1, 3)
    offsets = np.append(0, np.cumsum([len(row) for row in rows])).astype(np.int64)
    return blocks[:, 0].copy(), blocks[:, 1].copy(), blocks[:, 2].copy(), offsets


def unflat(a: np.ndarray, b: np.ndarray, size: np.ndarray, offsets: np.ndarray) -> list[list[oracle.Block]]:
    blocks = list(zip(a.tolist(), b.tolist(), size.tolist(), strict=True))
    return [blocks[lo:hi] for lo, hi in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)]


def types(*arrays: np.ndarray) -> list[str]:
    return [array.dtype.name for array in arrays]
