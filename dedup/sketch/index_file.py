"""An index in a file.

Little-endian, in this order:

    8 bytes         b"DEDUPLSH"
    uint32          version of this format
    uint32          length of the header
    header          JSON, one object: the parameters of the index, the version of the fold table, and the counts
                    "keys" (n), "key_bytes" (k) and "values" (s)
    int64 (n + 1,)  offsets of the keys
    k bytes         the keys, each as JSON, ascending
    int64 (n + 1,)  offsets of the shingle sets
    uint64 (s,)     the shingle sets, each ascending
    16 bytes        xxh3_128 of all that stands before

Equal indexes give equal files.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import xxhash
from numpy.typing import NDArray

from dedup import atomic
from dedup.arguments import integer
from dedup.sketch.index_parameters import check
from dedup.text import fold

MAGIC = b"DEDUPLSH"
VERSION = 1

_START = struct.Struct("<8sII")
_DIGEST = 16


class Content(NamedTuple):
    """What a file holds: shingle set i, of key i, is ``values[offsets[i]:offsets[i + 1]]``."""

    numbers: dict[str, Any]
    """The parameters by name, as they stand in the file."""
    keys: list[bytes]
    """n keys as JSON."""
    values: NDArray[np.uint64]
    """uint64 (s,), ascending in every row, each once."""
    offsets: NDArray[np.int64]
    """int64 (n + 1,)"""


def write(
    path: str | os.PathLike[str], numbers: Mapping[str, int | float], keys: Sequence[bytes], sets: Sequence[bytes]
) -> None:
    """Write an index to a file, as a whole or not at all.

    Whatever happens, `path` is either the old file or the complete new one. No other file is left, but for a
    ``.dedup-….tmp`` beside it if the process is killed.

    Parameters
    ----------
    path
        The file. An existing one is replaced.
    numbers
        The parameters by name.
    keys
        The keys as JSON.
    sets
        The set of shingles of each key, uint64, little-endian, ascending.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    order = sorted(range(len(keys)), key=keys.__getitem__)
    keys, sets = [keys[i] for i in order], [sets[i] for i in order]
    ends = [np.cumsum([0, *map(len, rows)], dtype=np.int64) for rows in (keys, sets)]
    counts = {"keys": len(keys), "key_bytes": int(ends[0][-1]), "values": int(ends[1][-1]) // 8}
    header = json.dumps({"fold": fold.VERSION, **numbers, **counts}).encode()
    digest = xxhash.xxh3_128()

    def pieces() -> Iterator[bytes]:
        start = _START.pack(MAGIC, VERSION, len(header))
        for piece in chain([start, header, _packed(ends[0])], keys, [_packed(ends[1] // 8)], sets):
            digest.update(piece)
            yield piece
        yield digest.digest()

    atomic.save(path, pieces())


def read(path: str | os.PathLike[str]) -> Content:
    """Read an index from a file.

    Raises
    ------
    OSError
        The file cannot be read.
    ValueError
        The file is not an index, is incomplete or damaged, or was made with another version of the format or of the
        fold table.
    """
    data = Path(path).read_bytes()
    where = f"the index file {os.fspath(path)!r}"
    if not data.startswith(MAGIC[: len(data)]) or not data:
        raise ValueError(f"{os.fspath(path)!r} is not an index file of dedup")
    if len(data) < _START.size:
        raise ValueError(f"{where} is cut short: it has {len(data)} bytes")
    _, version, length = _START.unpack_from(data)
    if version != VERSION:
        raise ValueError(f"{where} is of version {version}; this dedup reads version {VERSION}")
    try:
        header = dict(json.loads(data[_START.size : _START.size + length]))
        count, key_bytes, size = (integer(name, header.pop(name), 0) for name in ("keys", "key_bytes", "values"))
    except (ValueError, TypeError, KeyError, RecursionError):
        raise ValueError(f"{where} is {_fault(data, _START.size + length + _DIGEST)}") from None
    total = _START.size + length + 16 * (count + 1) + key_bytes + 8 * size + _DIGEST
    body = memoryview(data)[:-_DIGEST]
    if len(data) != total or xxhash.xxh3_128_digest(body) != data[-_DIGEST:]:
        raise ValueError(f"{where} is {_fault(data, total)}")
    check(header, {"fold": fold.VERSION}, where)
    del header["fold"]
    at = _START.size + length
    cuts = _numbers(body, at, count + 1)
    at += 8 * (count + 1)
    letters = bytes(body[at : at + key_bytes])
    offsets = _numbers(body, at + key_bytes, count + 1)
    values = _numbers(body, at + key_bytes + 8 * (count + 1), size).view(np.uint64)
    if not (_are_rows(cuts, key_bytes) and _are_rows(offsets, size)):
        raise ValueError(f"{where} is damaged: its rows do not fit its counts")
    keys = [letters[start:end] for start, end in pairwise(cuts.tolist())]
    ascending = values[1:] > values[:-1]
    ascending[offsets[(offsets > 0) & (offsets < size)] - 1] = True
    if not ascending.all() or any(key >= other for key, other in pairwise(keys)):
        raise ValueError(f"{where} is damaged: its keys or sets do not ascend")
    return Content(header, keys, values, offsets)


def _are_rows(offsets: NDArray[np.int64], size: int) -> bool:
    return bool(offsets[0] == 0 and offsets[-1] == size and (offsets[1:] >= offsets[:-1]).all())


def _fault(data: bytes, total: int) -> str:
    if len(data) < total:
        return f"cut short: it has {len(data)} bytes of {total}"
    return "damaged: its checksum is not that of its content"


def _packed(numbers: NDArray[np.int64]) -> bytes:
    return numbers.astype("<i8").tobytes()


def _numbers(data: memoryview, at: int, count: int) -> NDArray[np.int64]:
    return np.frombuffer(data, "<i8", count, at).astype(np.int64)
