"""Postings as bytes: sorted runs of them, cut into buckets by the first bits of the hash.

Segments, each sorted by itself and merged now and then, are how Lucene keeps an index. The other way is a row for each
posting. Measured with SQLite 3.40 on two cores, 2,500,000 postings of 35,000 documents, each way in the order of the
hashes: rows ``(hash, document) WITHOUT ROWID`` take 14.3 bytes and 400,000 are written a second, buckets take 4.3 bytes
and 9,800,000 are written a second. A paragraph has as many seeds as words, so that rows would take more than twice as
many bytes as its text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.archive.errors import ArchiveError
from dedup.kernels.rows import heads

Ints = NDArray[np.int64]
Postings = NDArray[np.uint64]

HASH_BITS: Final = 32
_HASH: Final = np.uint64(HASH_BITS)
_BUCKET: Final = 64
"""Postings in a bucket, at the most, if hashes are even. A draft of 900 words reads as many buckets: with 64 postings
these are 57,000 to look through."""
_MOST_BITS: Final = 28


class Segment(NamedTuple):
    """A sorted run of the postings of some documents, and how its buckets are written.

    A posting is ``hash << 32 | document``, uint64. A bucket holds, for the postings whose hash begins with its number,
    the rest of the hash and the document, counted from `first`, as little-endian integers of `width` bytes, ascending.
    """

    number: int
    first: int
    """The first document of those that it may hold."""
    last: int
    postings: int
    bits: int
    """The first bits of a hash that are the number of its bucket."""
    width: int

    @property
    def owner_bits(self) -> int:
        """How many bits of a value are the document."""
        return (self.last - self.first).bit_length()

    def row(self, bucket: int) -> int:
        """Return the number of the row of a bucket."""
        return self.number << HASH_BITS | bucket

    def buckets(self, hashes: NDArray[np.uint32]) -> Ints:
        """Return the bucket of each hash."""
        return hashes.astype(np.int64) >> (HASH_BITS - self.bits)


def documents_of(postings: Postings) -> Ints:
    """Return the document of each posting."""
    return (postings & np.uint64(0xFFFFFFFF)).astype(np.int64)


def renumbered(postings: Postings, numbers: Ints) -> Postings:
    """Return postings with ``numbers[d]`` for each document d, without those for which it is negative."""
    documents = numbers[documents_of(postings)]
    kept = documents >= 0
    renamed: Postings = (postings[kept] >> _HASH << _HASH) | documents[kept].astype(np.uint64)
    return renamed


def segment_of(number: int, first: int, last: int, postings: int) -> Segment:
    """Return how so many postings of the documents ``first .. last`` are written."""
    bits = min(_MOST_BITS, max(0, (max(1, postings) - 1) // _BUCKET).bit_length())
    size = HASH_BITS - bits + (last - first).bit_length()
    if size % 8 == 1 and bits < _MOST_BITS:  # half as many in each bucket are a byte less for each
        bits, size = bits + 1, size - 1
    return Segment(number, first, last, postings, bits, -(-size // 8))


def checked(segment: Segment, where: str) -> Segment:
    """Return a segment as it was read.

    Raises
    ------
    ArchiveError
        It cannot be what `segment_of` made.
    """
    sound = all(isinstance(value, int) and value >= 0 for value in segment)
    sound = sound and segment.first <= segment.last < 1 << 32 and segment.number < 1 << 31
    sound = sound and segment.bits <= _MOST_BITS
    if not sound or segment.width * 8 < HASH_BITS - segment.bits + segment.owner_bits or segment.width > 8:
        raise ArchiveError(f"{where} is damaged: segment {segment.number!r} is impossible")
    return segment


def encode(segment: Segment, postings: Postings) -> Iterator[tuple[int, bytes]]:
    """Yield the buckets of some postings of a segment, ascending and whole, each with its number. Linear."""
    if not len(postings):
        return
    rest = HASH_BITS - segment.bits
    hashes = postings >> _HASH
    numbers = (postings & np.uint64(0xFFFFFFFF)) - np.uint64(segment.first)
    values = ((hashes & np.uint64((1 << rest) - 1)) << np.uint64(segment.owner_bits)) | numbers
    data = values.astype("<u8").view(np.uint8).reshape(-1, 8)[:, : segment.width].tobytes()
    bucket = hashes >> np.uint64(rest)
    cuts = heads(bucket)
    for number, (low, high) in zip(bucket[cuts[:-1]].tolist(), pairwise((cuts * segment.width).tolist()), strict=True):
        yield number, data[low:high]


def decode(segment: Segment, buckets: Sequence[int], data: Sequence[bytes], where: str) -> Postings:
    """Return the postings of some buckets, in their order. Linear.

    Raises
    ------
    ArchiveError
        They are not what `encode` yields.
    """
    if any(type(each) is not bytes or len(each) % segment.width for each in data):
        raise ArchiveError(f"{where} is damaged: a bucket of segment {segment.number} is cut short")
    if any(not 0 <= bucket < 1 << segment.bits for bucket in buckets):
        raise ArchiveError(f"{where} is damaged: segment {segment.number} has a bucket too many")
    sizes = np.array([len(each) // segment.width for each in data], np.int64)
    values = _integers(b"".join(data), segment.width)
    rest, owners = np.uint64(HASH_BITS - segment.bits), np.uint64(segment.owner_bits)
    hashes = (np.repeat(np.array(buckets, np.uint64), sizes) << rest) | (values >> owners)
    numbers = (values & np.uint64((1 << segment.owner_bits) - 1)) + np.uint64(segment.first)
    if len(values) and (int(hashes.max()) >> HASH_BITS or int(numbers.max()) > segment.last):
        raise ArchiveError(f"{where} is damaged: segment {segment.number} names documents that it has not")
    found: Postings = (hashes << _HASH) | numbers
    return found


def _integers(data: bytes, width: int) -> Postings:
    """Return little-endian integers of so many bytes. Linear."""
    if width in (1, 2, 4, 8):  # as nearly all are
        return np.frombuffer(data, f"<u{width}").astype(np.uint64)
    raw = np.zeros((len(data) // width, 8), np.uint8)
    raw[:, :width] = np.frombuffer(data, np.uint8).reshape(-1, width)
    return raw.reshape(-1).view("<u8").astype(np.uint64)
