"""MinHash signatures and the keys of their bands."""

import itertools
from types import ModuleType

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.kernels.given import types

HIGHEST = 2**32 - 1
VALUES = st.integers(0, 3) | st.integers(0, 2**64 - 1)
ROWS = st.lists(st.lists(VALUES, max_size=12), max_size=8)
PERMUTATIONS = st.lists(
    st.tuples(st.integers(0, 2**31 - 1).map(lambda half: 2 * half + 1), st.integers(0, HIGHEST)), max_size=40
)


def mixed(value: int) -> int:
    """The finalizer of MurmurHash3 on the low 32 bits."""
    h = value & HIGHEST
    h = (h ^ (h >> 16)) * 0x85EBCA6B & HIGHEST
    h = (h ^ (h >> 13)) * 0xC2B2AE35 & HIGHEST
    return h ^ (h >> 16)


def signature(row: list[int], permutations: list[tuple[int, int]]) -> list[int]:
    return [min([(a * mixed(value) + b) % 2**32 for value in row], default=HIGHEST) for a, b in permutations]


def arrays(
    rows: list[list[int]], permutations: list[tuple[int, int]]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    values = np.array([value for row in rows for value in row], np.uint64)
    offsets = np.append(0, np.cumsum([len(row) for row in rows])).astype(np.int64)
    a, b = np.array(permutations, np.uint32).reshape(-1, 2).T.copy()
    return values, offsets, a, b


def minhash(kernels: ModuleType, values: np.ndarray, offsets: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    found = np.full((len(offsets) - 1, len(a)), 7, np.uint32)
    kernels.signatures.minhash(values, offsets, a, b, found)
    return found


@given(rows=ROWS, permutations=PERMUTATIONS)
@example(rows=[], permutations=[])
@example(rows=[[], [7], []], permutations=[(1, 0), (HIGHEST, HIGHEST)])
def test_a_signature_holds_the_least_permuted_value_for_every_permutation(
    kernels: ModuleType, rows: list[list[int]], permutations: list[tuple[int, int]]
) -> None:
    found = minhash(kernels, *arrays(rows, permutations))
    assert found.tolist() == [signature(row, permutations) for row in rows]


@given(rows=ROWS, permutations=PERMUTATIONS, first=st.integers(0, 7))
def test_rows_may_begin_anywhere_in_the_values(
    kernels: ModuleType, rows: list[list[int]], permutations: list[tuple[int, int]], first: int
) -> None:
    values, offsets, a, b = arrays(rows, permutations)
    first = min(first, len(rows))
    found = minhash(kernels, values, offsets[first:], a, b)
    assert found.tolist() == [signature(row, permutations) for row in rows[first:]]


@pytest.mark.parametrize("sizes", [[3_072], [9, 1_500, 0, 1, 1_500, 2], [1] * 2_500, [0] * 10 + [5] * 900])
def test_rows_that_cross_the_borders_of_blocks_lose_nothing(kernels: ModuleType, sizes: list[int]) -> None:
    chance = np.random.default_rng(3)
    offsets = np.append(0, np.cumsum(sizes)).astype(np.int64)
    values = chance.integers(0, 2**64, offsets[-1], dtype=np.uint64)
    a, b = chance.integers(0, 2**32, (2, 512), dtype=np.uint32)  # so many that a block holds 1,024 values
    found = minhash(kernels, values, offsets, a | np.uint32(1), b)
    some = [(int(a[k]) | 1, int(b[k])) for k in (0, 200, 511)]
    expected = [signature(values[lo:hi].tolist(), some) for lo, hi in itertools.pairwise(offsets)]
    assert found[:, [0, 200, 511]].tolist() == expected


@given(
    table=st.lists(st.lists(st.integers(0, 1) | st.integers(0, HIGHEST), min_size=6, max_size=6), max_size=12),
    first=st.integers(0, 5),
    rows=st.integers(1, 6),
)
def test_a_band_key_is_equal_exactly_where_the_columns_of_the_band_are(
    kernels: ModuleType, table: list[list[int]], first: int, rows: int
) -> None:
    rows = min(rows, 6 - first)
    signatures = np.array(table, np.uint32).reshape(-1, 6)
    keys = kernels.signatures.band_keys(signatures, first, rows)
    assert types(keys) == ["uint64"]
    bands = [tuple(line[first : first + rows]) for line in table]
    assert [[x == y for x in keys.tolist()] for y in keys.tolist()] == [[x == y for x in bands] for y in bands]


def test_band_keys_are_the_same_on_every_engine(kernels: ModuleType) -> None:
    signatures = np.array([[1, 2, 3, 4], [HIGHEST, HIGHEST, HIGHEST, HIGHEST], [0, 0, 0, 0]], np.uint32)
    key = 0
    for value in (2, 3):
        key = (key ^ value) * 0x9E3779B97F4A7C15 % 2**64
        key ^= key >> 32
    keys = kernels.signatures.band_keys(signatures, 1, 2)
    assert keys[0] == key
    assert keys[2] == 0
    assert len(set(keys.tolist())) == 3


def test_band_keys_spread_over_all_their_bits(kernels: ModuleType) -> None:
    counting = np.arange(3 * 2**15, dtype=np.uint32).reshape(-1, 3)
    keys = kernels.signatures.band_keys(counting, 0, 3)
    ones = [int(((keys >> np.uint64(bit)) & np.uint64(1)).sum()) for bit in range(64)]
    assert min(ones) > 0.45 * len(keys)
    assert max(ones) < 0.55 * len(keys)
