"""Signatures are those of datasketch, to the bit, and estimate what they should."""

import dataclasses
import doctest
import subprocess
import sys

import datasketch
import numpy as np
import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

import dedup
from dedup.sketch import minhash
from dedup.sketch.minhash import MinHasher
from tests.text.scripts import texts

HIGHEST = 2**32 - 1
HASHERS = st.builds(
    MinHasher, num_perm=st.integers(16, 256), seed=st.integers(0, 50) | st.integers(0, HIGHEST), shingle_size=st.just(3)
)


def shingle_hashes(text: str, size: int) -> set[int]:
    """The hashes as anyone with an xxHash library would make them."""

    def token_hash(token: str) -> bytes:
        return xxhash.xxh64_intdigest(token.encode(), 0).to_bytes(8, "little")

    found = dedup.shingles(text, size)
    return {xxhash.xxh64_intdigest(b"".join(map(token_hash, shingle.split(" "))), 0) for shingle in found}


def datasketch_signature(hashes: set[int], hasher: MinHasher) -> datasketch.MinHash:
    signature = datasketch.MinHash(
        num_perm=hasher.num_perm, seed=hasher.seed, hashfunc=lambda value: value & HIGHEST, scheme="affine32"
    )
    if hashes:
        signature.update_batch(sorted(hashes))
    return signature


@given(
    hasher=HASHERS,
    sizes=st.lists(st.integers(0, 40) | st.integers(1, 5_000), min_size=1, max_size=4),
    chance=st.integers(0, 2**32 - 1).map(np.random.default_rng),
)
def test_signatures_of_random_sets_are_those_of_datasketch(
    engine: str, hasher: MinHasher, sizes: list[int], chance: np.random.Generator
) -> None:
    values = chance.integers(0, 2**64, sum(sizes), dtype=np.uint64)
    offsets = np.append(0, np.cumsum(sizes)).astype(np.int64)
    found = hasher.of_sets(values, offsets)
    assert found.dtype == np.uint32
    assert found.shape == (len(sizes), hasher.num_perm)
    for i, row in enumerate(found):
        hashes = set(values[offsets[i] : offsets[i + 1]].tolist())
        assert row.tolist() == datasketch_signature(hashes, hasher).hashvalues.tolist()


@given(
    given=st.lists(texts(max_size=60) | texts("latin", "between", max_size=300), max_size=5),
    num_perm=st.integers(2, 64),
    seed=st.integers(0, HIGHEST),
    size=st.integers(1, 5),
)
def test_signatures_of_texts_are_those_of_datasketch_fed_with_their_shingles(
    engine: str, given: list[str], num_perm: int, seed: int, size: int
) -> None:
    hasher = MinHasher(num_perm=num_perm, seed=seed, shingle_size=size)
    found = hasher.sketch(given)
    assert found.dtype == np.uint32
    assert found.shape == (len(given), num_perm)
    expected = [datasketch_signature(shingle_hashes(text, size), hasher).hashvalues.tolist() for text in given]
    assert found.tolist() == expected


def test_many_sets_are_the_same_on_any_number_of_threads(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(5)
    sizes = chance.integers(0, 60, 30_000)
    sizes[7] = 300_000
    offsets = np.append(0, np.cumsum(sizes)).astype(np.int64)
    values = chance.integers(0, 2**64, offsets[-1], dtype=np.uint64)
    hasher = MinHasher(num_perm=5)
    found = {}
    for threads in ("1", "4"):
        monkeypatch.setenv("DEDUP_THREADS", threads)
        found[threads] = hasher.of_sets(values, offsets)
    assert (found["1"] == found["4"]).all()
    for i in (0, 6, 7, 8, 15_000, 29_999):
        assert (found["4"][i] == hasher.of_sets(values[offsets[i] : offsets[i + 1]], np.array([0, sizes[i]]))).all()


@pytest.mark.parametrize("empty", [[], (), iter([]), np.array([], str)])
def test_no_texts_have_no_signatures(empty: object) -> None:
    found = MinHasher(num_perm=32).sketch(empty)
    assert found.dtype == np.uint32
    assert found.shape == (0, 32)


def test_an_iterator_gives_what_its_list_does() -> None:
    given = [f"this is the text with the number {number}" for number in range(50)]
    hasher = MinHasher(num_perm=16)
    assert (hasher.sketch(iter(given)) == hasher.sketch(given)).all()
    assert (hasher.sketch(np.array(given)) == hasher.sketch(given)).all()


def test_a_text_without_a_token_has_the_empty_signature(engine: str) -> None:
    found = MinHasher().sketch(["", "...", "word", " \n"])
    assert (found == HIGHEST).all(axis=1).tolist() == [True, True, False, True]


def test_a_length_that_is_not_true_is_an_error() -> None:
    class OtherLength(list[str]):
        def __len__(self) -> int:
            return 5

    with pytest.raises(ValueError, match=r"texts holds 2 texts, but its length is 5"):
        MinHasher().sketch(OtherLength(["one text", "another text"]))


@pytest.mark.parametrize(
    ("given", "named"),
    [("one text", "texts is str"), (["a", None], r"texts\[1\] is None"), ([b"a"], r"texts\[0\] is bytes"), (7, "int")],
)
def test_what_is_no_collection_of_texts_is_refused(given: object, named: str) -> None:
    with pytest.raises(TypeError, match=named):
        MinHasher().sketch(given)


@given(hasher=HASHERS, hashes=st.sets(st.integers(0, 2**64 - 1), max_size=30))
def test_a_signature_survives_the_way_to_datasketch_and_back(hasher: MinHasher, hashes: set[int]) -> None:
    row = hasher.of_sets(np.array(sorted(hashes), np.uint64), np.array([0, len(hashes)]))[0]
    theirs = datasketch_signature(hashes, hasher)
    lean = hasher.to_datasketch(row)
    assert type(lean) is datasketch.LeanMinHash
    assert lean == datasketch.LeanMinHash(theirs)
    assert lean.jaccard(theirs) == 1.0
    for minhash_ in (lean, theirs):
        back = hasher.from_datasketch(minhash_)
        assert back.dtype == np.uint32
        assert (back == row).all()


def test_signatures_are_copied_on_the_way() -> None:
    hasher = MinHasher(num_perm=4)
    row = hasher.sketch(["some words that make a text"])[0]
    lean = hasher.to_datasketch(row)
    back = hasher.from_datasketch(lean)
    row[:] = 0
    assert (back != 0).all()
    back[:] = 1
    assert (lean.hashvalues > 1).all()


def test_a_minhash_that_was_made_otherwise_is_refused() -> None:
    hasher = MinHasher(num_perm=16, seed=3)

    def made(**options: object) -> datasketch.MinHash:
        return datasketch.MinHash(**{"num_perm": 16, "seed": 3, "scheme": "affine32", **options})

    hasher.from_datasketch(made())
    for options, named in (
        ({"seed": 4}, "seed=4, not 3"),
        ({"num_perm": 32}, "num_perm=32, not 16"),
        ({"scheme": "legacy"}, "scheme='legacy', not 'affine32'"),
        ({"scheme": "affine64"}, "scheme='affine64', not 'affine32'"),
        ({"permutations": made(seed=9).permutations}, "permutations of its own"),
    ):
        with pytest.raises(ValueError, match=f"minhash was made with {named}"):
            hasher.from_datasketch(made(**options))
    with pytest.raises(ValueError, match=r"num_perm=32, not 16"):
        hasher.from_datasketch(datasketch.LeanMinHash(made(num_perm=32)))


@pytest.mark.parametrize("other", [None, np.zeros(16, np.uint32), datasketch.HyperLogLog()])
def test_what_is_no_minhash_is_refused(other: object) -> None:
    with pytest.raises(TypeError, match=rf"minhash is {type(other).__name__}; allowed is a MinHash or LeanMinHash"):
        MinHasher(num_perm=16).from_datasketch(other)


@given(
    table=st.lists(st.lists(st.integers(0, 2), min_size=6, max_size=6), max_size=5),
    row=st.lists(st.integers(0, 2), min_size=6, max_size=6),
)
def test_the_similarity_is_the_share_of_equal_entries(table: list[list[int]], row: list[int]) -> None:
    hasher = MinHasher(num_perm=6)
    shares = [sum(x == y for x, y in zip(row, line, strict=True)) / 6 for line in table]
    signatures = np.array(table, np.uint32).reshape(-1, 6)
    found = hasher.similarity(np.array(row, np.uint32), signatures)
    assert found.dtype == np.float64
    assert found.tolist() == shares
    for line, share in zip(signatures, shares, strict=True):
        assert hasher.similarity(np.array(row, np.uint32), line) == share


def test_the_similarity_is_that_of_datasketch() -> None:
    hasher = MinHasher(num_perm=64)
    words = [f"word{number}" for number in range(120)]
    signatures = hasher.sketch([" ".join(words[first : first + 60]) for first in range(0, 60, 3)])
    theirs = [hasher.to_datasketch(row) for row in signatures]
    found = hasher.similarity(signatures[4], signatures)
    assert found.tolist() == [theirs[4].jaccard(other) for other in theirs]


def test_a_text_without_a_token_is_like_none() -> None:
    hasher = MinHasher()
    signatures = hasher.sketch(["", "some words that make a text", "!"])
    assert hasher.similarity(signatures[0], signatures).tolist() == [0.0, 0.0, 0.0]
    assert hasher.similarity(signatures[1], signatures).tolist() == [0.0, 1.0, 0.0]
    assert hasher.similarity(signatures[0], signatures[2]) == 0.0


def test_more_rows_than_are_compared_at_once_are_all_compared() -> None:
    hasher = MinHasher(num_perm=2)
    signatures = np.zeros((40_000, 2), np.uint32)
    signatures[::3, 0] = 7
    found = hasher.similarity(np.array([7, 0], np.uint32), signatures)
    assert found.tolist() == [1.0 if i % 3 == 0 else 0.5 for i in range(40_000)]


@pytest.mark.parametrize(
    ("row", "error", "named"),
    [
        (np.zeros(7, np.uint32), ValueError, r"row has the shape \(7,\); allowed is \(8,\)"),
        (np.zeros((1, 8), np.uint32), ValueError, r"row has the shape \(1, 8\); allowed is \(8,\)"),
        (np.zeros(8, np.uint64), TypeError, "row is array of uint64; allowed is an array of uint32"),
        ([0] * 8, TypeError, "row is list; allowed is an array of uint32"),
    ],
)
def test_a_row_of_another_shape_or_type_is_refused(row: object, error: type[Exception], named: str) -> None:
    hasher = MinHasher(num_perm=8)
    with pytest.raises(error, match=named):
        hasher.to_datasketch(row)
    with pytest.raises(error, match=named):
        hasher.similarity(row, np.zeros((3, 8), np.uint32))


def test_signatures_of_another_shape_are_refused() -> None:
    hasher = MinHasher(num_perm=8)
    with pytest.raises(ValueError, match=r"signatures has the shape \(3, 9\); allowed is \(8,\) or \(n, 8\)"):
        hasher.similarity(np.zeros(8, np.uint32), np.zeros((3, 9), np.uint32))


@pytest.mark.parametrize(
    ("options", "error", "named"),
    [
        ({"num_perm": 1}, ValueError, "num_perm = 1 is out of range; allowed: an integer from 2 to 65535"),
        ({"num_perm": 128.0}, TypeError, "num_perm = 128.0 is not an integer"),
        ({"seed": -1}, ValueError, "seed = -1 is out of range; allowed: an integer from 0 to 4294967295"),
        ({"seed": 2**32}, ValueError, "seed = 4294967296 is out of range; allowed: an integer from 0 to 4294967295"),
        ({"seed": True}, TypeError, "seed = True is not an integer"),
        ({"seed": None}, TypeError, "seed = None is not an integer"),
        ({"shingle_size": 0}, ValueError, "shingle_size = 0 is out of range; allowed: an integer from 1 to 1000000"),
        ({"shingle_size": "3"}, TypeError, "shingle_size = '3' is not an integer"),
    ],
)
def test_arguments_outside_are_refused(options: dict[str, object], error: type[Exception], named: str) -> None:
    with pytest.raises(error, match=named):
        MinHasher(**options)


def test_the_greatest_seed_is_one() -> None:
    assert MinHasher(seed=HIGHEST, num_perm=2).sketch(["a text of some words"]).shape == (1, 2)


def test_a_hasher_is_a_value() -> None:
    hasher = MinHasher(num_perm=16)
    hasher.sketch(["a text of some words"])
    assert hasher == MinHasher(num_perm=16)
    assert hash(hasher) == hash(MinHasher(num_perm=16))
    with pytest.raises(dataclasses.FrozenInstanceError):
        hasher.num_perm = 32
    with pytest.raises(TypeError):
        MinHasher(16)


def test_the_example_in_the_docstring_is_true() -> None:
    assert doctest.testmod(minhash) == (0, 3)


def test_signatures_are_made_without_datasketch() -> None:
    program = (
        "import sys; from dedup.sketch.minhash import MinHasher; MinHasher().sketch(['a text of some words']); "
        "print('datasketch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
