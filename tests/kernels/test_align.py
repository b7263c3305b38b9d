"""Alignments between and beyond runs, and their best stretches."""

from types import ModuleType

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels import oracle
from tests.kernels.given import Row, rows, types

Sides = list[tuple[int, int, int, int]]


@st.composite
def sides(draw: st.DrawFn, row: Row, way: int = 1, most: int = 9) -> Sides:
    """a, a_size, b, b_size of gaps: places of the row and how far they reach by `way`, which may be nowhere."""
    n = len(row.names)
    place = st.integers(0, n - 1)
    found = draw(st.lists(st.tuples(place, st.integers(0, most), place, st.integers(0, most)), max_size=6))

    def room(start: int) -> int:
        return n - start if way > 0 else start + 1

    return [(a, min(x, room(a)), b, min(y, room(b))) for a, x, b, y in found]


def arrays(gaps: Sides) -> list[np.ndarray]:
    return list(np.array(gaps, np.int32).reshape(-1, 4).T.copy())


def matches(found: tuple[np.ndarray, ...]) -> list[oracle.Match]:
    assert types(*found) == ["int32"] * 3
    return list(zip(*(part.tolist() for part in found), strict=True))


@given(row=rows(max_size=40), data=st.data())
def test_gaps_are_aligned_as_well_as_can_be(kernels: ModuleType, row: Row, data) -> None:
    gaps = data.draw(sides(row))
    assert matches(kernels.align.align_gaps(row.hashes, row.before, *arrays(gaps))) == [
        (number, i, j)
        for number, (a, x, b, y) in enumerate(gaps)
        for i, j in oracle.align_gap(row.names, row.weights, range(a, a + x), range(b, b + y))
    ]


@given(row=rows(max_size=40), data=st.data(), way=st.sampled_from([1, -1]), drop=st.sampled_from([0, 4, 8, 16]))
def test_an_end_is_extended_until_it_falls_too_far_below_its_best(
    kernels: ModuleType, row: Row, data, way: int, drop: int
) -> None:
    ends = data.draw(sides(row, way))
    assert matches(kernels.align.extend(row.hashes, row.before, *arrays(ends), way, drop)) == [
        (number, i, j)
        for number, (a, x, b, y) in enumerate(ends)
        for i, j in oracle.extend(row.names, row.weights, range(a, a + x * way, way), range(b, b + y * way, way), drop)
    ]


def test_gaps_of_many_sizes_are_aligned_together(kernels: ModuleType) -> None:
    rng = np.random.default_rng(1)
    names = rng.integers(0, 12, 3_000).tolist()
    row = Row(names, [(4, 2, 1)[name % 3] for name in names])
    gaps = [tuple(rng.integers((0, 0, 1_500, 0), (1_400, 60, 2_900, 60)).tolist()) for _ in range(60)]
    found = matches(kernels.align.align_gaps(row.hashes, row.before, *arrays(gaps)))
    onward = matches(kernels.align.extend(row.hashes, row.before, *arrays(gaps), 1, 16))
    assert found == [
        (number, i, j)
        for number, (a, x, b, y) in enumerate(gaps)
        for i, j in oracle.align_gap(row.names, row.weights, range(a, a + x), range(b, b + y))
    ]
    assert onward == [
        (number, i, j)
        for number, (a, x, b, y) in enumerate(gaps)
        for i, j in oracle.extend(row.names, row.weights, range(a, a + x), range(b, b + y), 16)
    ]


@given(given=st.lists(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 12)), min_size=1, max_size=7), max_size=6))
def test_segments_score_more_than_their_parts_and_lie_in_no_other(
    kernels: ModuleType, given: list[list[tuple[int, int]]]
) -> None:
    offsets = np.append(0, np.cumsum([len(row) for row in given])).astype(np.int64)
    gain, loss = np.array([pair for row in given for pair in row], np.int64).reshape(-1, 2).T.copy()
    first, last = kernels.align.maximal_segments(gain.copy(), loss.copy(), offsets)
    assert types(first, last) == ["int64"] * 2
    assert list(zip(first.tolist(), last.tolist(), strict=True)) == [
        (start + lo, end + lo)
        for row, lo in zip(given, offsets.tolist(), strict=False)
        for start, end in oracle.maximal_segments([won for won, _ in row], [lost for _, lost in row])
    ]
