"""The files of a corpus, in the order that numbers their texts."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from dedup.corpus.errors import CorpusError

Kind = Literal["parquet", "jsonl", "csv"]

KINDS: Final[dict[str, Kind]] = {
    ".parquet": "parquet",
    ".pq": "parquet",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
}
COMPRESSIONS: Final = {".gz": "gzip", ".zst": "zstd", ".bz2": "bz2"}
_ALLOWED: Final = "allowed: .parquet, .jsonl, .ndjson and .csv, the last three also compressed (.gz, .zst, .bz2)"


class File(NamedTuple):
    """One file of a corpus."""

    path: str
    relative: str
    """Its path below the folder that was named, or its name: where its kept rows are written."""
    kind: Kind
    compression: str | None
    size: int
    """Bytes."""
    modified: int
    """Nanoseconds since 1970."""


def files(source: str | os.PathLike[str] | Iterable[str | os.PathLike[str]]) -> list[File]:
    """Return the files that paths, folders and glob patterns name, each once.

    The order is that of `source`; what a folder or a pattern names is sorted by path. Folders are read to their depth,
    links to folders are not followed, and names that begin with ``.`` or ``_`` in a folder are passed over, as Hive,
    Spark and Arrow do.

    Raises
    ------
    CorpusError
        A path does not exist, a pattern matches nothing, a named file has another type, or two files would be written
        to the same place.
    """
    named = [source] if isinstance(source, (str, os.PathLike)) else list(source)
    found: dict[str, File] = {}
    for item in named:
        path = os.fspath(item)
        if os.path.isdir(path):
            inside = list(_below(path))
            if not inside:
                raise CorpusError(f"{path} has no file of a known type; {_ALLOWED}")
            for each in inside:
                found.setdefault(os.path.realpath(each), _file(each, os.path.relpath(each, path)))
        elif os.path.exists(path):
            found.setdefault(os.path.realpath(path), _file(path, os.path.basename(path)))
        elif glob.has_magic(path):
            matched = sorted(glob.glob(path, recursive=True))
            root = _fixed_part(path)
            chosen = [each for each in matched if os.path.isfile(each)]
            if not chosen:
                raise CorpusError(f"{path} matches no file")
            for each in chosen:
                found.setdefault(os.path.realpath(each), _file(each, os.path.relpath(each, root)))
        else:
            raise CorpusError(f"{path} does not exist")
    if not found:
        raise CorpusError("the source names no file")
    places: dict[str, str] = {}
    for file in found.values():
        other = places.setdefault(file.relative, file.path)
        if other != file.path:
            raise CorpusError(
                f"{other} and {file.path} would both be written as {file.relative}; name the folder above them instead"
            )
    return list(found.values())


def recorded(given: list[File]) -> list[list[Any]]:
    """Return what identifies each file, for JSON: path, size and time of its last change."""
    return [[os.path.abspath(file.path), file.size, file.modified] for file in given]


def _below(folder: str) -> Iterable[str]:
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name[0] not in "._")
        for name in sorted(names):
            if name[0] not in "._" and _kind(name):
                yield os.path.join(root, name)


def _kind(name: str) -> tuple[Kind, str | None] | None:
    stem, suffix = os.path.splitext(name.lower())
    compression = COMPRESSIONS.get(suffix)
    if compression:
        suffix = os.path.splitext(stem)[1]
    kind = KINDS.get(suffix)
    return None if kind is None or (compression and kind == "parquet") else (kind, compression)


def _file(path: str, relative: str) -> File:
    known = _kind(os.path.basename(path))
    if known is None:
        raise CorpusError(f"{path} has an unknown type; {_ALLOWED}")
    state = os.stat(path)
    return File(path, Path(relative).as_posix(), *known, state.st_size, state.st_mtime_ns)


def _fixed_part(pattern: str) -> str:
    """Return the folder above the first wildcard."""
    parts = Path(pattern).parts
    fixed = 0
    while fixed < len(parts) - 1 and not glob.has_magic(parts[fixed]):
        fixed += 1
    return str(Path(*parts[:fixed])) if fixed else "."
