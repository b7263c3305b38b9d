"""Bands give the recall that was asked for, and no more candidates than that takes."""

import doctest
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dedup.sketch import bands
from dedup.sketch.bands import Bands, choose

SIMILARITIES = st.integers(1, 100).map(lambda percent: percent / 100)
RECALLS = st.sampled_from([0.01, 0.5, 0.9, 0.95, 0.99, 0.999, 1 - 1e-9])


def curve(similarity: float, count: int, rows: int) -> Fraction:
    """The probability to agree in a whole band, exactly."""
    return 1 - (1 - Fraction(similarity) ** rows) ** count


def test_the_curve_in_the_docstring_is_true() -> None:
    assert doctest.testmod(bands, verbose=False) == (0, 3)


@given(similarity=st.floats(0, 1), count=st.integers(2, 60), rows=st.integers(1, 40))
def test_the_expected_recall_is_that_of_the_curve(similarity: float, count: int, rows: int) -> None:
    expected = curve(similarity, count, rows)
    found = Bands(count, rows).expected_recall(similarity)
    assert type(found) is float
    assert math.isclose(found, expected, rel_tol=1e-12, abs_tol=1e-300)


def test_an_array_of_similarities_gives_an_array_of_the_same_shape() -> None:
    given = np.array([[0.0, 0.25, 0.5], [0.75, 0.9, 1.0]])
    found = Bands(18, 7).expected_recall(given)
    assert found.dtype == np.float64
    assert found.tolist() == [[Bands(18, 7).expected_recall(s) for s in row] for row in given.tolist()]
    assert Bands(18, 7).expected_recall(np.zeros((0, 3))).shape == (0, 3)
    assert Bands(18, 7).expected_recall(np.array([0.5], np.float32)).dtype == np.float64


def test_whole_numbers_are_similarities_too() -> None:
    assert Bands(5, 3).expected_recall(0) == 0.0
    assert math.copysign(1, Bands(5, 3).expected_recall(0)) == 1
    assert Bands(5, 3).expected_recall(1) == 1.0


@pytest.mark.parametrize("similarity", [-0.1, 1.0000001, math.nan, math.inf, np.array([0.5, -0.25]), np.array([2])])
def test_a_similarity_outside_is_refused(similarity: float) -> None:
    with pytest.raises(ValueError, match=r"similarity = \S+ is out of range; allowed: numbers from 0 to 1"):
        Bands(5, 3).expected_recall(similarity)


@given(threshold=SIMILARITIES, recall=RECALLS, num_perm=st.integers(2, 300))
def test_the_bands_with_most_rows_that_reach_the_recall_are_chosen(
    threshold: float, recall: float, num_perm: int
) -> None:
    expected = [curve(threshold, num_perm // rows, rows) for rows in range(1, num_perm // 2 + 1)]
    assume(all(abs(chance - recall) > 1e-12 for chance in expected))  # else rounding decides
    good = [(num_perm // rows, rows) for rows, chance in enumerate(expected, 1) if chance >= recall]
    if good:
        chosen = choose(threshold, recall, num_perm)
        assert chosen == max(good, key=lambda pair: pair[1])
        assert chosen.bands >= 2
        assert num_perm - chosen.rows < chosen.bands * chosen.rows <= num_perm
    else:
        with pytest.raises(ValueError, match=r"^num_perm = .* is out of range for recall"):
            choose(threshold, recall, num_perm)


@pytest.mark.parametrize(("threshold", "recall"), [(0.05, 0.95), (0.01, 0.5), (0.3, 1 - 1e-12), (1e-4, 0.99)])
def test_what_the_message_calls_enough_is_enough_and_one_less_is_not(threshold: float, recall: float) -> None:
    with pytest.raises(ValueError, match=rf"^num_perm = 4 .*recall = {recall} at threshold = {threshold}, ") as error:
        choose(threshold, recall, 4)
    enough = int(str(error.value).rpartition("an integer of ")[2].split()[0])
    assert choose(threshold, recall, enough) == (enough, 1)
    with pytest.raises(ValueError, match=f"allowed: an integer of {enough} or more"):
        choose(threshold, recall, enough - 1)


@pytest.mark.parametrize("threshold", [1e-7, 1e-17, 1e-300, 5e-324])
def test_a_threshold_for_which_no_signature_is_long_enough_is_refused(threshold: float) -> None:
    with pytest.raises(ValueError, match="65535 would not be enough; allowed: a higher threshold or a lower recall"):
        choose(threshold, 0.95, 128)


@pytest.mark.parametrize("number", [10**400, -(10**400)])
def test_an_int_that_no_float_holds_is_out_of_range(number: int) -> None:
    with pytest.raises(ValueError, match="threshold is out of range: an integer of 1329 bits"):
        choose(number, 0.95, 128)
    with pytest.raises(ValueError, match="recall is out of range: an integer of 1329 bits"):
        choose(0.8, number, 128)
    with pytest.raises(ValueError, match=r"similarity = .* is out of range"):
        Bands(4, 4).expected_recall(number)


@pytest.mark.parametrize("threshold", [0, -0.5, 1.01, math.nan, math.inf])
def test_a_threshold_outside_is_refused(threshold: float) -> None:
    with pytest.raises(ValueError, match=rf"threshold = {threshold} is out of range; allowed: a number above 0 and"):
        choose(threshold, 0.95, 128)


@pytest.mark.parametrize("recall", [0, 1, 1.0, -0.5, math.nan])
def test_a_recall_outside_is_refused(recall: float) -> None:
    with pytest.raises(ValueError, match=rf"recall = {recall} is out of range; allowed: a number above 0 and below 1"):
        choose(0.8, recall, 128)


@pytest.mark.parametrize("num_perm", [1, 0, -128, 65_536, 10**400])
def test_too_few_or_too_many_permutations_are_refused(num_perm: int) -> None:
    shown = num_perm if num_perm < 1 << 64 else "10+"
    with pytest.raises(ValueError, match=rf"num_perm = {shown} is out of range; allowed: an integer from 2 to 65535"):
        choose(0.8, 0.95, num_perm)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("0.8", 0.95, 128), "threshold = '0.8' is not a number"),
        ((0.8, None, 128), "recall = None is not a number"),
        ((True, 0.95, 128), "threshold = True is not a number"),
        ((0.8, 0.95, 128.0), "num_perm = 128.0 is not an integer"),
        ((0.8, 0.95, True), "num_perm = True is not an integer"),
    ],
)
def test_arguments_of_other_types_are_refused(arguments: tuple[object, object, object], named: str) -> None:
    with pytest.raises(TypeError, match=named):
        choose(*arguments)
