"""Alignments of two passages, joined to repeats of many places."""

from dataclasses import astuple
from itertools import pairwise
from types import ModuleType

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels import oracle
from tests.kernels.given import Row, alignments, flat, rows, types, unflat
from tests.kernels.stars_oracle import Joiner, first_side


@given(given=alignments(80))
def test_lists_are_cut_so_that_each_item_is_aligned_with_the_next(
    kernels: ModuleType, given: list[list[oracle.Block]]
) -> None:
    found = kernels.stars.cut_tandems(*flat(given))
    assert types(*found) == ["int32", "int32", "int32", "int64"]
    assert unflat(*found) == [piece for row in given for piece in oracle.cut_tandem(row)]


def order_of(given: list[list[oracle.Block]]) -> list[int]:
    """Items of a list first, then by first place, the longest first."""

    def key(k: int) -> tuple[bool, int, int, int]:
        start, end = first_side(given[k])
        return given[k][0][1] >= end, start, -end, given[k][0][1]

    return sorted(range(len(given)), key=key)


def call(kernel: ModuleType, row: Row, given: list[list[oracle.Block]], min_weight: int, millionths: int):
    a, b, size, offsets = flat(given)
    start, end = [blocks[0][0] for blocks in given], [blocks[-1][0] + blocks[-1][2] for blocks in given]
    cells = [
        [k for k in range(len(given)) if start[k] >> 3 <= cell <= (end[k] - 1) >> 3]
        for cell in range(len(row.names) // 8 + 2)
    ]
    return kernel.stars.stars(
        row.before,
        a,
        b,
        size,
        offsets,
        np.array(order_of(given), np.int64),
        np.array([k for held in cells for k in held], np.int64),
        np.append(0, np.cumsum([len(held) for held in cells])).astype(np.int64),
        min_weight,
        millionths,
        16,
        0.3,
    )


STARS = {
    "row": rows(min_size=80, max_size=120),
    "given": alignments(80, max_rows=25),
    "min_weight": st.sampled_from([4, 16, 32]),
    "millionths": st.sampled_from([1, 300_000, 600_000, 950_000]),
}


@given(**STARS)
def test_places_of_a_repeat_ascend_apart_and_match_enough(
    kernels: ModuleType, row: Row, given: list[list[oracle.Block]], min_weight: int, millionths: int
) -> None:
    places, offsets = call(kernels, row, given, min_weight, millionths)
    assert types(places, offsets) == ["int64", "int64"]
    start, end, alignment, matched, columns = places
    assert places.shape == (5, offsets[-1])
    assert (np.diff(offsets) >= 2).all()
    assert ((alignment < 0) == np.isin(np.arange(len(start)), offsets[:-1])).all()
    follows = ~np.isin(np.arange(1, len(start)), offsets)
    assert (start[1:] >= end[:-1])[follows].all()
    assert (start < end).all()
    assert (matched <= columns).all()
    assert (matched * 1_000_000 >= millionths * columns).all()


@given(**STARS)
def test_alignments_are_joined_as_the_oracle_joins_them(
    kernels: ModuleType, row: Row, given: list[list[oracle.Block]], min_weight: int, millionths: int
) -> None:
    places, offsets = call(kernels, row, given, min_weight, millionths)
    joiner = Joiner(oracle.before(row.weights), given, min_weight, millionths, 16, 0.3)
    expected = [[astuple(place) for place in repeat] for repeat in joiner.join(order_of(given))]
    listed = [tuple(place) for place in places.T.tolist()]
    assert [listed[lo:hi] for lo, hi in pairwise(offsets.tolist())] == expected


def test_copies_of_one_passage_are_one_repeat(kernels: ModuleType) -> None:
    row = Row([*range(20)] * 3, [4] * 60)
    given = [[(0, 20, 20)], [(0, 40, 20)], [(20, 40, 20)]]
    places, offsets = call(kernels, row, given, 32, 600_000)
    assert offsets.tolist() == [0, 3]
    assert places.T.tolist() == [[0, 20, -1, 80, 80], [20, 40, 0, 80, 80], [40, 60, 1, 80, 80]]
