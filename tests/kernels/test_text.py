"""Every kernel of the text room, on both engines, against the oracle and the xxhash package."""

import random
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xxhash import xxh64_intdigest

from dedup.kernels.alphabet import CONTINUE, HIDDEN, SEPARATE
from dedup.text import fold
from tests.text import oracle
from tests.text.scripts import CHARACTERS, codes


@pytest.fixture(scope="module", params=["reference", "compiled"])
def kernel(request: pytest.FixtureRequest) -> ModuleType:
    if request.param == "compiled" and not find_spec("numba"):
        pytest.skip("numba is not installed")
    return import_module(f"dedup.kernels.{request.param}.text")


def run(kernel: ModuleType, points: list[int]) -> list[tuple[int, int, int, int]]:
    """(start, end, weight, hash) of every token."""
    hashes, starts, ends, weights = kernel.tokens(np.array(points, np.uint32), fold.load())
    return list(zip(starts.tolist(), ends.tolist(), weights.tolist(), hashes.tolist(), strict=True))


def expected(points: list[int]) -> list[tuple[int, int, int, int]]:
    return [(token.start, token.end, token.weight, token.hash) for token in oracle.tokens(points)]


@settings(deadline=None, max_examples=250)
@given(points=codes())
def test_tokens_are_what_the_rules_say(kernel: ModuleType, points: list[int]) -> None:
    assert run(kernel, points) == expected(points)


@settings(deadline=None, max_examples=150)
@given(points=st.lists(st.integers(0, CONTINUE), max_size=20))
def test_any_code_point_and_sentinel_is_read_by_the_rules(kernel: ModuleType, points: list[int]) -> None:
    assert run(kernel, points) == expected(points)


def test_a_long_text_is_read_by_the_rules(kernel: ModuleType) -> None:
    choices = [ord(char) for char in CHARACTERS] + [ord("a"), ord(" ")] * 100 + [SEPARATE, HIDDEN, CONTINUE]
    points = random.Random(1).choices(choices, k=30_000)
    assert run(kernel, points) == expected(points)


@pytest.mark.parametrize("copies", [1, 300])
@pytest.mark.parametrize("unit", ["a", "æ", "ж", "\u0800", "ह", "\U00010000", "𐐀"])
def test_a_token_of_any_length_has_the_hash_of_its_folded_bytes(kernel: ModuleType, unit: str, copies: int) -> None:
    point, text = ord(unit), oracle.look_up(ord(unit))[1]
    found = run(kernel, [code for length in range(1, 101) for code in [*[point] * length, 0x20] * copies])
    assert [token[3] for token in found] == [
        xxh64_intdigest((text * length).encode()) for length in range(1, 101) for _ in range(copies)
    ]


@pytest.mark.parametrize("length", [1, 7, 8, 16, 24, 31, 32, 64])
def test_tokens_of_one_length_have_their_hashes_to_the_last(kernel: ModuleType, length: int) -> None:
    points = ([ord("a")] * length + [0x20]) * 300
    assert [token[3] for token in run(kernel, points)] == [xxh64_intdigest(b"a" * length)] * 300


def test_a_fold_may_cross_a_stripe_of_the_hash_at_any_byte(kernel: ModuleType) -> None:
    words = ["a" * lead + tail for lead in range(70) for tail in ("ह", "𝐀𐐨", "ﷺ", "é€ह𐐨")]
    assert run(kernel, [ord(char) for char in " ".join(words)]) == expected([ord(char) for char in " ".join(words)])


def test_no_characters_have_no_tokens(kernel: ModuleType) -> None:
    assert run(kernel, []) == []


def test_types_of_the_arrays_are_fixed(kernel: ModuleType) -> None:
    for points in ([], [ord("a")]):
        found = kernel.tokens(np.array(points, np.uint32), fold.load())
        assert [array.dtype for array in found] == [np.uint64, np.int32, np.int32, np.uint8]
        assert kernel.shingle_hashes(found[0], 3).dtype == np.uint64


@settings(deadline=None)
@given(values=st.lists(st.integers(0, 2**64 - 1), max_size=30), size=st.integers(1, 35))
def test_a_shingle_hash_is_that_of_its_token_hashes_in_a_row(kernel: ModuleType, values: list[int], size: int) -> None:
    hashes = np.array(values, np.uint64)
    data = hashes.astype("<u8").tobytes()
    count = max(len(values) - size + 1, min(len(values), 1))
    assert kernel.shingle_hashes(hashes, size).tolist() == [
        xxh64_intdigest(data[8 * first : 8 * (first + size)]) for first in range(count)
    ]


def test_fewer_tokens_than_a_shingle_takes_are_one_shingle(kernel: ModuleType) -> None:
    hashes = np.array([1, 2], np.uint64)
    assert kernel.shingle_hashes(hashes, 3).tolist() == kernel.shingle_hashes(hashes, 2).tolist()
    assert len(kernel.shingle_hashes(hashes, 3)) == 1
    assert len(kernel.shingle_hashes(hashes[:0], 3)) == 0
