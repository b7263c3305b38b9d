"""An index in a file comes back as it was, or not at all."""

import errno
import json
import os
import struct
from pathlib import Path

import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

import dedup
from dedup.sketch import index_file
from dedup.sketch.index import LSHIndex
from dedup.text import fold
from tests.sketch.brute_force import collections

TEXTS = {"fox": "the quick brown fox jumps over the lazy dog", 7: "ein anderer Text mit Wörtern", "none": ""}


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A small index in a file, in a folder of its own."""
    path = tmp_path / "small.index"
    index = LSHIndex(0.7, recall=0.9, num_perm=32, seed=5, shingle_size=2)
    index.add_many(TEXTS)
    index.save(path)
    return path


def sealed(data: bytes) -> bytes:
    """The bytes with the checksum that belongs to them."""
    return data[:-16] + xxhash.xxh3_128_digest(data[:-16])


@given(
    texts=collections(),
    numbers=st.fixed_dictionaries(
        {
            "threshold": st.sampled_from([0.5, 0.8, 1]),
            "recall": st.sampled_from([0.5, 0.95]),
            "num_perm": st.integers(16, 64),
            "seed": st.integers(0, 2**32 - 1),
            "shingle_size": st.integers(1, 4),
        }
    ),
)
def test_an_index_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, texts: list[str], numbers) -> None:
    first, second = (tmp_path_factory.getbasetemp() / name for name in ("first.index", "second.index"))
    index = LSHIndex(**numbers)
    index.add_many({(key if key % 2 else f"ключ {key}"): text for key, text in enumerate(texts)})
    index.save(first)
    loaded = LSHIndex.load(first)
    assert loaded.parameters == index.parameters
    assert len(loaded) == len(index)
    assert [loaded.query(text) for text in texts] == [index.query(text) for text in texts]
    loaded.save(second)
    assert second.read_bytes() == first.read_bytes()


def test_a_loaded_index_goes_on(saved: Path) -> None:
    index = LSHIndex.load(saved)
    index.add("copy", TEXTS["fox"].upper())
    assert index.query(TEXTS["fox"]) == [("copy", 1.0), ("fox", 1.0)]
    index.remove("fox")
    assert index.query(TEXTS["fox"]) == [("copy", 1.0)]
    with pytest.raises(ValueError, match="key=7 is in the index already"):
        index.add(7, "some words")


def test_more_texts_than_are_put_at_once_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {number: " ".join(f"w{number * n % 97}" for n in range(3, 15)) for number in range(50)}
    index = LSHIndex()
    index.add_many(texts)
    monkeypatch.setattr("dedup.sketch.index._BATCH", 7)
    index.save(tmp_path / "index")
    loaded = LSHIndex.load(tmp_path / "index")
    assert [loaded.query(text) for text in texts.values()] == [index.query(text) for text in texts.values()]


def test_the_order_of_adding_leaves_no_trace(saved: Path) -> None:
    index = LSHIndex(0.7, recall=0.9, num_perm=32, seed=5, shingle_size=2)
    index.add("gone", "a text that does not stay")
    for key, text in reversed(TEXTS.items()):
        index.add(key, text)
    index.remove("gone")
    index.save(saved.with_name("other.index"))
    assert saved.with_name("other.index").read_bytes() == saved.read_bytes()


def test_the_file_holds_what_its_description_says(saved: Path) -> None:
    data = saved.read_bytes()
    magic, version, length = struct.unpack_from("<8sII", data)
    assert (magic, version) == (b"DEDUPLSH", 1)
    header = json.loads(data[16 : 16 + length])
    assert header == {
        "fold": fold.VERSION,
        "threshold": 0.7,
        "recall": 0.9,
        "num_perm": 32,
        "seed": 5,
        "shingle_size": 2,
        "keys": 3,
        "key_bytes": len('"fox""none"7'),
        "values": 12,
    }
    sets = []
    for key in ("fox", "none", 7):
        rows = [b"".join(map(token, shingle.split())) for shingle in dedup.shingles(TEXTS[key], 2)]
        sets.append(sorted(xxhash.xxh64_intdigest(row, 0) for row in rows))
    expected = struct.pack("<4q", 0, 5, 11, 12) + b'"fox""none"7'
    expected += struct.pack("<4q", 0, 8, 8, 12) + struct.pack("<12Q", *sets[0], *sets[1], *sets[2])
    assert data[16 + length : -16] == expected
    assert data[-16:] == xxhash.xxh3_128_digest(data[:-16])


def token(word: str) -> bytes:
    return struct.pack("<Q", xxhash.xxh64_intdigest(word.encode(), 0))


def test_a_file_cut_short_is_refused_wherever_it_was_cut(saved: Path) -> None:
    data = saved.read_bytes()
    for length in range(1, len(data)):
        saved.write_bytes(data[:length])
        with pytest.raises(ValueError, match=rf"the index file '.*small.index' is cut short: it has {length} bytes"):
            LSHIndex.load(saved)


def test_a_damaged_file_is_refused_wherever_it_is_damaged(saved: Path) -> None:
    data = saved.read_bytes()
    for at in range(len(data)):
        saved.write_bytes(data[:at] + bytes([data[at] ^ 0x11]) + data[at + 1 :])
        with pytest.raises(ValueError, match=r"is damaged|is cut short|is not an index file of dedup|is of version"):
            LSHIndex.load(saved)
    saved.write_bytes(data + b"\0")
    with pytest.raises(ValueError, match="is damaged: its checksum is not that of its content"):
        LSHIndex.load(saved)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 a file of some other program", b"DEDUP", b"{}"])
def test_another_file_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "other"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=r"other' is (not an index file of dedup|cut short)"):
        LSHIndex.load(path)


@pytest.mark.parametrize("version", [0, 2, 2**32 - 1])
def test_a_file_of_another_version_is_refused(saved: Path, version: int) -> None:
    data = saved.read_bytes()
    saved.write_bytes(sealed(data[:8] + struct.pack("<I", version) + data[12:]))
    with pytest.raises(ValueError, match=rf"is of version {version}; this dedup reads version 1"):
        LSHIndex.load(saved)


def test_a_file_made_with_another_fold_table_is_refused(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fold, "VERSION", 9)
    with pytest.raises(ValueError, match=r"small.index' was made with fold=2 \(here 9\)"):
        LSHIndex.load(saved)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (struct.pack("<4q", 0, 8, 8, 12), struct.pack("<4q", 0, 99, 8, 12)),
        (struct.pack("<4q", 0, 8, 8, 12), struct.pack("<4q", 0, 8, -8, 12)),
        (struct.pack("<4q", 0, 8, 8, 12), struct.pack("<4q", 1, 8, 8, 12)),
        (struct.pack("<4q", 0, 8, 8, 12), struct.pack("<4q", 0, 9, 8, 12)),
        (struct.pack("<4q", 0, 8, 8, 12), struct.pack("<4q", 0, 10, 10, 12)),
        (struct.pack("<4q", 0, 5, 11, 12), struct.pack("<4q", 0, 5, 11, 11)),
        (b'"fox""none"7', b'"fox""Fone"7'),
        (b'"fox""none"7', b'"fox""none"x'),
        (b'"fox""none"7', b'"fox"[1,  2]7'[:12]),
        (b'"keys": 3', b'"keys": -'),
        (b'"keys": 3', b'"keyz": 3'),
        (b'"num_perm": 32', b'"num_perm": 01'),
        (b'"num_perm": 32', b'"num_perm": -1'),
        (b'"recall": 0.9', b'"recall": 1.9'),
        (b'"threshold": 0.7', b'"threshold": nul'),
        (b'"seed": 5', b'"sead": 5'),
    ],
)
def test_a_file_that_contradicts_itself_is_refused_though_its_checksum_fits(
    saved: Path, old: bytes, new: bytes
) -> None:
    data = saved.read_bytes()
    assert data.count(old) == 1
    saved.write_bytes(sealed(data.replace(old, new)))
    with pytest.raises(ValueError, match=r"the index file '.*small.index' is damaged"):
        LSHIndex.load(saved)


@pytest.mark.parametrize("part", ["header", "key"])
def test_a_file_whose_json_is_nested_without_end_is_refused(saved: Path, part: str) -> None:
    data, deep = saved.read_bytes(), b"[" * 100_000
    if part == "header":
        (length,) = struct.unpack_from("<I", data, 12)
        data = data[:12] + struct.pack("<I", len(deep)) + deep + data[16 + length :]
    else:
        index_file.write(saved, dedup.LSHIndex.load(saved).parameters.numbers(), [deep], [bytes(8)])
        data = saved.read_bytes()
    saved.write_bytes(sealed(data))
    with pytest.raises(ValueError, match=r"the index file '.*small.index' is damaged"):
        LSHIndex.load(saved)


@pytest.mark.parametrize("stop", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("where", ["fsync", "replace"])
def test_writing_that_fails_leaves_the_old_file_and_no_other(
    saved: Path, monkeypatch: pytest.MonkeyPatch, stop: BaseException, where: str
) -> None:
    before = saved.read_bytes()
    index = LSHIndex.load(saved)
    index.add("more", "a text that was added later")

    def fail(*_: object) -> None:
        raise stop

    with monkeypatch.context() as patch:
        patch.setattr(os, where, fail)
        with pytest.raises(type(stop)):
            index.save(saved)
    assert saved.read_bytes() == before
    assert os.listdir(saved.parent) == [saved.name]
    index.save(saved)
    assert len(LSHIndex.load(saved)) == 4
    assert os.listdir(saved.parent) == [saved.name]


def test_writing_that_stops_in_the_middle_leaves_no_file(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> bytes:
        raise KeyboardInterrupt

    index = LSHIndex.load(saved)
    before = saved.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(index_file, "_packed", fail)
        with pytest.raises(KeyboardInterrupt):
            index.save(saved)
        with pytest.raises(KeyboardInterrupt):
            index.save(saved.with_name("new.index"))
    assert saved.read_bytes() == before
    assert os.listdir(saved.parent) == [saved.name]


def test_a_folder_that_is_not_there_and_a_folder_as_file_are_errors(saved: Path) -> None:
    index = LSHIndex.load(saved)
    with pytest.raises(FileNotFoundError):
        index.save(saved.parent / "nowhere" / "index")
    (saved.parent / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        index.save(saved.parent / "folder")
    assert sorted(os.listdir(saved.parent)) == ["folder", saved.name]
    assert os.listdir(saved.parent / "folder") == []
    with pytest.raises(FileNotFoundError):
        LSHIndex.load(saved.parent / "nowhere.index")


def test_a_link_stays_a_link_and_leads_to_the_new_file(saved: Path) -> None:
    link = saved.with_name("link.index")
    try:
        link.symlink_to(saved)
    except OSError:
        pytest.skip("no links here")
    index = LSHIndex.load(str(link))
    index.add("more", "a text that was added later")
    index.save(link)
    assert link.is_symlink()
    assert len(LSHIndex.load(saved)) == 4
