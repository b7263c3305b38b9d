"""What is written into the buckets of a segment is what is read from them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.archive.errors import ArchiveError
from dedup.archive.segments import decode, encode, segment_of
from dedup.kernels.rows import distinct


@given(
    st.lists(st.tuples(st.integers(0, 2**32 - 1) | st.integers(0, 9), st.integers(0, 2**20)), max_size=300),
    st.sampled_from([0, 1, 255, 70_000, 2**31]),
    st.sampled_from([1, 100, 10_000, 10_000_000, 2**40]),
)
def test_buckets_give_back_their_postings(pairs: list[tuple[int, int]], first: int, expected: int) -> None:
    last = first + max((number for _, number in pairs), default=0)
    segment = segment_of(7, first, last, expected)
    values = [hashed << 32 | first + number for hashed, number in pairs]
    postings = distinct(np.array(values, np.uint64))
    buckets = list(encode(segment, postings))
    numbers = [number for number, _ in buckets]
    assert numbers == sorted(set(numbers))
    assert numbers == sorted(set(segment.buckets((postings >> np.uint64(32)).astype(np.uint32)).tolist()))
    assert decode(segment, numbers, [data for _, data in buckets], "it").tolist() == postings.tolist()
    assert sum(len(data) for _, data in buckets) == segment.width * len(postings)


def test_a_million_paragraphs_take_four_bytes_a_posting() -> None:
    assert segment_of(1, 1, 1_000_000, 57_000_000).width == 4


def test_documents_that_a_segment_has_not_are_an_error() -> None:
    segment = segment_of(1, 5, 9, 3)
    with pytest.raises(ArchiveError, match="names documents that it has not"):
        decode(segment, [0], [b"\xff" * segment.width], "it")
