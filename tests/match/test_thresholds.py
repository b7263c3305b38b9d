"""What a threshold asks of sizes, against trying every number."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.match.thresholds import largest_match, least_common, least_common_with_larger

GRID = [hundredth / 100 for hundredth in range(1, 101)] + [1 / 3, 2 / 3, 0.1 + 0.2, np.nextafter(0.5, 1)]
SIZES = np.arange(1, 130)


@pytest.mark.parametrize("threshold", GRID)
def test_the_least_in_common_is_the_first_quotient_that_reaches_the_threshold(threshold: float) -> None:
    alone = [next(o for o in range(size + 1) if o / size >= threshold) for size in SIZES.tolist()]
    assert least_common(SIZES, threshold).tolist() == alone
    larger = [next(o for o in range(size + 1) if o / (2 * size - o) >= threshold) for size in SIZES.tolist()]
    assert least_common_with_larger(SIZES, threshold).tolist() == larger


@pytest.mark.parametrize("threshold", GRID)
def test_the_largest_match_is_the_last_that_can_reach_the_threshold(threshold: float) -> None:
    for size, most in zip(SIZES.tolist(), largest_match(SIZES, threshold).tolist(), strict=True):
        assert size / most >= threshold > size / (most + 1)


@given(size=st.integers(1, 10**9), threshold=st.floats(1e-6, 1))
def test_large_sizes_are_met_to_the_last_bit(size: int, threshold: float) -> None:
    sizes = np.array([size])
    least = int(least_common(sizes, threshold)[0])
    assert least / size >= threshold > (least - 1) / size
    least = int(least_common_with_larger(sizes, threshold)[0])
    assert least / (2 * size - least) >= threshold > (least - 1) / (2 * size - least + 1)
    most = int(largest_match(sizes, threshold)[0])
    assert size / most >= threshold > size / (most + 1)


def test_rounding_does_not_lose_a_pair() -> None:
    assert least_common(np.array([100]), 0.55).tolist() == [55]
