"""Readings that are kept between runs, so that a hook reads only files that it has not seen before.

A reading is kept by the content of its file, so branches and worktrees share it, a file that changes back is found
again, and what is found is exactly what reading the file would give. Packs, files of many readings each, are written
as a whole under new names, and never changed: two runs at once cannot hinder each other. A pack that is damaged or of
another version is removed. When there are many packs, they are written anew as one, without the readings that are not
in use.

The tokens and marks of a tree of 33 MB take 110 MB. A database with a row for each file was no option: SQLAlchemy takes
0.2 s to import, longer than all of these are loaded.
"""

from __future__ import annotations

import mmap
import os
import sys
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from xxhash import xxh3_128_digest

from dedup.atomic import save
from dedup.text import fold
from dedup.text.marks import Marks
from dedup.text.tokens import Tokens

VERSION: Final = 1
"""Version of the format of packs."""
LIMIT: Final = 1 << 30
"""Bytes of all packs, above which those that were used longest ago are removed."""

_SUFFIX: Final = ".readings"
_MAGIC: Final = b"dedup readings %d\n" % VERSION
_KEY: Final = 16
_PACKS: Final = 8  # above which they are made one

_FIELDS: Final[dict[str, np.dtype[Any]]] = {
    "hashes": np.dtype("<u8"),
    "starts": np.dtype("<i4"),
    "ends": np.dtype("<i4"),
    "weights": np.dtype("u1"),
    "block_starts": np.dtype("<i4"),
    "block_ends": np.dtype("<i4"),
    "kinds": np.dtype("u1"),
    "hidden": np.dtype("<i4"),
    "borders": np.dtype("<i4"),
    "containers": np.dtype("<i4"),
    "items": np.dtype("<i4"),
    "levels": np.dtype("u1"),
    "landmarks": np.dtype("?"),
    "stands": np.dtype("u1"),
}

Key = bytes
Arrays = dict[str, NDArray[Any]]


class Pack(NamedTuple):
    """A file of readings."""

    path: Path
    keys: list[Key]
    offsets: NDArray[np.int64]
    """int64 (fields, n + 1): where the values of each reading begin, in each field."""
    data: dict[str, NDArray[Any]]

    def arrays(self, row: int) -> Arrays:
        """Return one reading."""
        return {
            name: values[self.offsets[field, row] : self.offsets[field, row + 1]]
            for field, (name, values) in enumerate(self.data.items())
        }


class Kept:
    """The readings in a folder that were made in one way.

    Parameters
    ----------
    folder
        Where packs are. It is made when it is needed. If it cannot be read or written to, nothing is kept.
    limit
        Bytes of all packs.
    """

    def __init__(self, folder: Path, limit: int = LIMIT) -> None:
        self._folder = folder
        self._limit = limit

    def find(self, keys: Iterable[Key]) -> dict[Key, tuple[Marks, Tokens]]:
        """Return what is kept under some keys. Linear in all packs."""
        wanted = set(keys)
        found: dict[Key, tuple[Marks, Tokens]] = {}
        for pack in _packs(self._folder):
            used = False
            for row, key in enumerate(pack.keys):
                if key in wanted and key not in found:
                    found[key] = _reading(pack.arrays(row))
                    used = True
            if used:
                with suppress(OSError):
                    os.utime(pack.path)
        return found

    def add(self, readings: dict[Key, tuple[Marks, Tokens]], used: Iterable[Key]) -> None:
        """Keep readings, beside those that are kept.

        Parameters
        ----------
        readings
            By key.
        used
            Keys of further readings that were found in this run: when packs are made one, the others go.
        """
        if not readings:
            return
        rows = {key: _arrays(*reading) for key, reading in readings.items()}
        old = _paths(self._folder)
        if len(old) >= _PACKS:
            wanted = set(used)
            for pack in _packs(self._folder):
                for row, key in enumerate(pack.keys):
                    if key in wanted:
                        rows.setdefault(key, pack.arrays(row))
        else:
            old = []
        with suppress(OSError):  # such as a full disk, or a folder that may not be written to
            self._folder.mkdir(parents=True, exist_ok=True)
            save(self._folder / f"{os.urandom(8).hex()}{_SUFFIX}", _written(rows))
            for path in old:
                path.unlink(missing_ok=True)
            self._bound()

    def _bound(self) -> None:
        """Remove the packs that were used longest ago, until all are within the limit. The latest one stays."""
        states = sorted(((path.stat(), path) for path in _paths(self._folder)), key=lambda each: -each[0].st_mtime_ns)
        total = 0
        for number, (state, path) in enumerate(states):
            total += state.st_size
            if number and total > self._limit:
                path.unlink(missing_ok=True)


class Use(NamedTuple):
    """How much is kept."""

    folder: Path | None
    files: int
    size: int


def folder() -> Path | None:
    """Return the folder of packs: below the one that DEDUP_CACHE_DIR names, or the user's folder for caches.

    None if there is none, such as in a container without a home folder.
    """
    named = os.environ.get("DEDUP_CACHE_DIR", "")
    if named:
        return Path(named).absolute() / "readings"
    from platformdirs import user_cache_path

    with suppress(OSError, RuntimeError, KeyError):
        found = user_cache_path("dedup", appauthor=False)
        if found.is_absolute():
            return found / "readings"
    return None


def use() -> Use:
    """Return how much is kept on this machine, of any version."""
    place = folder()
    sizes = []
    for path in _paths(place) if place else []:
        with suppress(OSError):
            sizes.append(path.stat().st_size)
    return Use(place, len(sizes), sum(sizes))


def clear() -> None:
    """Remove all that is kept.

    Raises
    ------
    OSError
        A file cannot be removed.
    """
    place = folder()
    for path in _paths(place) if place else []:
        path.unlink(missing_ok=True)


def way(blocks: Collection[str] | None, encoding: str | None) -> bytes:
    """Return what decides, beside the bytes of a file and its markup, how it is read.

    The sources of the readers are part of it, by size and time: who changes them finds nothing that they read before.
    """
    place = Path(sys.modules["dedup.text"].__path__[0])
    states = [
        (entry.name, state.st_size, state.st_mtime_ns)
        for root in (place, *sorted(path for path in place.iterdir() if path.is_dir() and path.name != "__pycache__"))
        for entry in sorted(os.scandir(root), key=lambda entry: entry.name)
        if entry.name.endswith((".py", ".bin"))
        for state in (entry.stat(),)
    ]
    wanted = None if blocks is None else sorted(blocks)
    return repr((VERSION, fold.VERSION, sys.version_info[:2], wanted, encoding, states)).encode()


def key_of(data: bytes, markup: str, read_as: bytes) -> Key:
    """Return the key of a file's reading.

    Parameters
    ----------
    data
        The file.
    markup
        Name of its markup.
    read_as
        What `way` returns.
    """
    return xxh3_128_digest(xxh3_128_digest(data) + b"\0" + markup.encode() + b"\0" + read_as)


def _paths(place: Path) -> list[Path]:
    with suppress(OSError):
        return sorted(path for path in place.iterdir() if path.suffix == _SUFFIX)
    return []


def _packs(place: Path) -> list[Pack]:
    """Return the packs in a folder. What is no pack of this version is removed."""
    found = []
    for path in _paths(place):
        try:
            found.append(_opened(path))
        except OSError:  # another run has removed it
            continue
        except ValueError:
            with suppress(OSError):
                path.unlink(missing_ok=True)
    return found


def _opened(path: Path) -> Pack:
    """Return a pack.

    Raises
    ------
    ValueError
        It is damaged, or of another version.
    """
    with open(path, "rb") as file:
        view = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    body = view[:-_KEY]
    if bytes(view[: len(_MAGIC)]) != _MAGIC or xxh3_128_digest(body) != bytes(view[-_KEY:]):
        raise ValueError(f"{path} is no pack of readings of version {VERSION}")
    at = len(_MAGIC)
    count = int(np.frombuffer(body, "<i8", 1, at)[0])
    at += 8
    keys = bytes(body[at : at + _KEY * count])
    at += _KEY * count
    lengths = np.frombuffer(body, "<i8", len(_FIELDS) * count, at).reshape(len(_FIELDS), count)
    at += lengths.nbytes
    offsets = np.zeros((len(_FIELDS), count + 1), np.int64)
    np.cumsum(lengths, axis=1, out=offsets[:, 1:])
    data = {}
    for (name, kind), total in zip(_FIELDS.items(), offsets[:, -1].tolist(), strict=True):
        data[name] = np.frombuffer(body, kind, total, at)
        at += total * kind.itemsize
    return Pack(path, [keys[i : i + _KEY] for i in range(0, len(keys), _KEY)], offsets, data)


def _written(rows: dict[Key, Arrays]) -> list[bytes]:
    lengths = np.array([[len(arrays[name]) for arrays in rows.values()] for name in _FIELDS], "<i8")
    pieces = [_MAGIC, np.array([len(rows)], "<i8").tobytes(), b"".join(rows), lengths.tobytes()]
    for name, kind in _FIELDS.items():
        pieces.append(np.concatenate([arrays[name] for arrays in rows.values()]).astype(kind, copy=False).tobytes())
    body = b"".join(pieces)
    return [body, xxh3_128_digest(body)]


def _arrays(marks: Marks, tokens: Tokens) -> Arrays:
    import msgspec

    return {
        "hashes": tokens.hashes,
        "starts": tokens.starts,
        "ends": tokens.ends,
        "weights": tokens.weights,
        "block_starts": marks.starts,
        "block_ends": marks.ends,
        "kinds": marks.kinds,
        "hidden": marks.hidden.ravel(),
        "borders": marks.borders.ravel(),
        "containers": marks.containers,
        "items": marks.items,
        "levels": marks.levels,
        "landmarks": marks.landmarks,
        "stands": np.frombuffer(msgspec.msgpack.encode(marks.stands) if marks.stands else b"", np.uint8),
    }


def _reading(arrays: Arrays) -> tuple[Marks, Tokens]:
    stands: tuple[tuple[int, int, str], ...] = ()
    if len(arrays["stands"]):
        import msgspec

        stands = msgspec.msgpack.decode(arrays["stands"].tobytes(), type=tuple[tuple[int, int, str], ...])
    marks = Marks(
        arrays["block_starts"].astype(np.int64),
        arrays["block_ends"].astype(np.int64),
        arrays["kinds"],
        arrays["hidden"].reshape(-1, 2).astype(np.int64),
        arrays["borders"].reshape(-1, 2).astype(np.int64),
        stands,
        arrays["containers"],
        arrays["items"],
        arrays["levels"],
        arrays["landmarks"],
    )
    return marks, Tokens(arrays["hashes"], arrays["starts"], arrays["ends"], arrays["weights"])
