"""One run over a corpus on this machine: its files, its scratch folder, and how far an earlier run came."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from fnmatch import fnmatch
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal, NamedTuple, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from dedup import arguments, kernels
from dedup.atomic import TEMPORARY, save
from dedup.corpus import manifest, rows
from dedup.corpus.engine import Batches
from dedup.corpus.errors import CorpusError
from dedup.corpus.manifest import File
from dedup.corpus.on_duckdb import DuckDB
from dedup.corpus.plan import KNOWN
from dedup.progress import Progress, silent

Source = Any
"""Paths (str, PathLike, or a collection of them), a pyarrow Dataset, or what yields record batches."""
OnError = Literal["fail", "skip"]

VERSION: Final = 2
"""Version of what a scratch folder holds."""
_MANIFEST: Final = "manifest.json"
_UNITS: Final = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12}
_LEAST: Final = 256_000_000
_FEWEST: Final = 1 << 20  # counters
_MOST: Final = 1 << 30


Ints = NDArray[np.int64]


class Texts(NamedTuple):
    """The texts of one source, and where each stands."""

    files: list[File]
    text: str
    """The column of texts."""
    known: bool
    """Whether others are compared with them, and they are not judged themselves."""


class Run:
    """A run, with the tables that it made. Close it to free the scratch folder.

    Parameters
    ----------
    sources
        Each with its column of texts. Those of the first are judged, and also compared with those of the second.
    columns
        Given the first file of a source, and whether it is known, further columns to read: by their name in tables, the
        column and its type.
    parameters
        What decides the result. An earlier run is only continued if it had the same.
    memory
        Bytes that the run may use, about.
    scratch
        Folder for intermediate tables; None for a new one in the folder for temporary files, which is removed at the
        end. A folder that is given is kept, so that an interrupted run can be continued.
    on_error
        Whether a row that cannot be read ends the run, or is left out and listed.
    """

    def __init__(
        self,
        sources: Sequence[tuple[Source, str]],
        columns: Callable[[File, bool], dict[str, tuple[str, pa.DataType]]],
        parameters: dict[str, Any],
        memory: int,
        scratch: str | os.PathLike[str] | None,
        on_error: OnError,
        progress: Progress = silent,
    ) -> None:
        self._memory = memory
        self._on_error = on_error
        self._progress = progress
        with ExitStack() as stack:
            self._open = stack
            if scratch is None:
                self._folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dedup-")))
            else:
                self._folder = Path(scratch)
            self.sources = [
                Texts(self._files(source), text, known=number > 0) for number, (source, text) in enumerate(sources)
            ]
            judged = {os.path.realpath(file.path) for file in self.sources[0].files}
            for file in (file for source in self.sources[1:] for file in source.files):
                if os.path.realpath(file.path) in judged:
                    raise CorpusError(f"{file.path} is compared with itself: all of its texts would be removed")
            wanted = {
                "version": VERSION,
                "parameters": parameters,
                "files": [manifest.recorded(source.files) for source in self.sources],
            }
            self._begin(wanted)
            self.engine = stack.enter_context(closing(DuckDB(self._folder, max(memory // 2, _LEAST))))
            for number, source in enumerate(self.sources):
                self._register(number, source, columns(source.files[0], source.known))
            self._open = stack.pop_all()

    def close(self) -> None:
        """Close the tables, and remove the scratch folder if it is temporary."""
        self._open.close()

    @contextmanager
    def working(self, share: int = 1) -> Iterator[None]:
        """Choose the engine of the kernels for the work inside, and close the run if it fails.

        `share` is how many times faster than looking for repeats the work is.
        """
        try:
            kernels.expect(self.characters // share, self._progress)
            yield
        except BaseException:
            self.close()
            raise

    @property
    def characters(self) -> int:
        """About how many characters the texts of the first source have: four for each byte of a compressed file."""
        return sum(
            file.size * (4 if file.compression or file.kind == "parquet" else 1) for file in self.sources[0].files
        )

    def counters(self) -> int:
        """Return how many counters of hashes to use: about one for each four characters, within the memory."""
        wanted = min(max(self.characters // 4, _FEWEST), self._memory // 6, _MOST)
        return 1 << (wanted.bit_length() - 1)

    def lengths(self, source: int = 0) -> Ints:
        """Return the number of the first text of each file, and the number of all texts: int64 (f + 1,)."""
        table = pa.Table.from_batches(
            self.engine.batches(f"SELECT rows FROM lengths_{source} ORDER BY file"), pa.schema({"rows": pa.int64()})
        )
        return np.append(np.int64(0), np.cumsum(table.column(0).to_numpy()))

    def _files(self, source: Source) -> list[File]:
        """Return the files of a source. What is no file is written to one first, so that it can be read again."""
        if isinstance(source, (str, os.PathLike)):
            return manifest.files(source)
        if hasattr(source, "to_batches"):  # a pyarrow Dataset or Table
            source = source.to_batches()
        if not isinstance(source, Iterable):
            raise TypeError(
                f"source is {type(source).__name__}; allowed are paths, a pyarrow Dataset, and record batches"
            )
        items = iter(source)
        first = next(items, None)
        if first is None:
            raise CorpusError("the source is empty")
        if isinstance(first, (str, os.PathLike)):
            return manifest.files([first, *items])
        if not isinstance(first, pa.RecordBatch):
            raise TypeError(f"source yields {type(first).__name__}; allowed are paths and record batches of pyarrow")
        folder = self._open.enter_context(tempfile.TemporaryDirectory(prefix="dedup-given-"))
        path = os.path.join(folder, "given.parquet")
        with pq.ParquetWriter(path, first.schema) as writer:
            for batch in chain([first], items):
                writer.write_batch(batch)
        return manifest.files(path)

    def _register(self, number: int, source: Texts, columns: dict[str, tuple[str, pa.DataType]]) -> None:
        """Make the source known to the engine as ``source_N``."""
        fields = {"id": pa.int64(), "text": pa.large_string()} | {name: kind for name, (_, kind) in columns.items()}
        schema = pa.schema(fields)
        named = {name: column for name, (column, _) in columns.items()}
        self.engine.source(f"source_{number}", lambda: _together(self._read(number, source, named, schema)), schema)

    def faults(self) -> list[str]:
        """Return what was left out, a sentence with its file for each row or group of rows."""
        found: list[str] = []
        for number in range(len(self.sources)):
            for batch in self.engine.batches(f"SELECT message FROM faults_{number} ORDER BY first"):
                found += batch.column(0).to_pylist()
        return found

    def unread(self) -> Ints:
        """Return the numbers of the texts of the first source that were left out, the first and one past the last.

        int64 (n, 2), ascending.
        """
        parts = [
            np.column_stack([column.to_numpy() for column in batch.columns])
            for batch in self.engine.batches("SELECT first, stop FROM faults_0 ORDER BY first")
        ]
        return np.concatenate([np.empty((0, 2), np.int64), *parts])

    def _begin(self, wanted: dict[str, Any]) -> None:
        path = self._folder / _MANIFEST
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if path.exists():
                found = json.loads(path.read_bytes())
                if found != wanted:
                    raise CorpusError(f"{self._folder} is of another run: {_difference(found, wanted)}")
            elif any(not fnmatch(each.name, TEMPORARY) for each in self._folder.iterdir()):
                raise CorpusError(f"{self._folder} is not empty, and not the scratch folder of a run")
            else:
                save(path, [json.dumps(wanted).encode()])
        except (OSError, ValueError, RecursionError) as error:
            raise CorpusError(f"{self._folder} cannot be used: {error}") from error

    def _read(self, number: int, source: Texts, columns: dict[str, str], schema: pa.Schema) -> Batches:
        """Yield the texts of a source, and note the rows of its files and what was left out."""
        lengths, faults = list[int](), list[tuple[int, int, str]]()

        def fault(message: str, first: int, end: int) -> None:
            if self._on_error == "fail":
                raise CorpusError(message)
            faults.append((before + first, before + end, message))

        total = sum(file.size for file in source.files)
        before = done = 0
        for file in source.files:
            length = 0
            for part in rows.read(file, source.text, list(columns.values()), fault):
                length = part.end
                if len(part.numbers):
                    numbers = part.numbers + (before - KNOWN if source.known else before)
                    named = {"text": part.columns[source.text]} | {k: part.columns[v] for k, v in columns.items()}
                    cast = [
                        _cast(column, schema.field(name).type, file.path, columns.get(name, source.text))
                        for name, column in named.items()
                    ]
                    yield pa.record_batch([numbers, *cast], schema=schema)
            self._progress("reading texts", done := done + file.size, total)
            lengths.append(length)
            before += length
        self.engine.note(
            f"lengths_{number}", pa.table({"file": range(len(lengths)), "rows": pa.array(lengths, pa.int64())})
        )
        first, end, messages = zip(*faults, strict=True) if faults else ((), (), ())
        table = {"first": pa.array(first, pa.int64()), "stop": pa.array(end, pa.int64())}
        self.engine.note(f"faults_{number}", pa.table(table | {"message": pa.array(messages, pa.string())}))


class Result:
    """What a run found, in tables on disk. Close it to free them.

    Parameters
    ----------
    run
        The run.
    named
        Whether texts are named by a column.
    about
        What decided the result, for the report.
    """

    def __init__(self, run: Run, named: bool, about: dict[str, Any]) -> None:
        self._run = run
        self._named = named
        self._about = about

    def __enter__(self) -> Self:
        """Return the result itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the result."""
        self.close()

    def close(self) -> None:
        """Close the tables, and remove the scratch folder if it is temporary."""
        self._run.close()

    @property
    def skipped(self) -> list[str]:
        """What could not be read and was left out: a sentence for each row, with its file."""
        return self._run.faults()


def remove(scratch: Path) -> None:
    """Remove a scratch folder as far as possible, the manifest last: with it, a run that is killed now can go on."""
    with suppress(OSError):
        for path in scratch.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name != _MANIFEST:
                path.unlink()
        shutil.rmtree(scratch)


def size_of(name: str, value: int | str) -> int:
    """Return a number of bytes, which may be given as ``"4GB"``.

    Raises
    ------
    TypeError, ValueError
        It is no number of bytes.
    """
    if isinstance(value, str):
        number = value.strip().lower().rstrip("bkmgt")
        unit = value.strip().lower()[len(number) :]
        try:
            return arguments.integer(name, int(float(number) * _UNITS[unit]), _LEAST)
        except (ValueError, KeyError, OverflowError):
            raise ValueError(f"{name} = {value!r} is out of range; allowed: 256MB or more, such as '4GB'") from None
    return arguments.integer(name, value, _LEAST)


def _cast(column: pa.Array, kind: pa.DataType, path: str, name: str) -> pa.Array:
    try:
        return column.cast(kind)
    except pa.ArrowException as error:
        raise CorpusError(f"{path}: column {name!r} does not hold {kind} throughout: {error}") from error


def _together(batches: Batches) -> Batches:
    """Yield record batches with small ones put together: of 10,000 files with a row each, a batch each took 7 s."""
    waiting: list[pa.RecordBatch] = []
    count = size = 0
    for batch in batches:
        if waiting and (count + batch.num_rows > rows.ROWS or size + batch.nbytes > rows.BYTES):
            yield from pa.Table.from_batches(waiting).combine_chunks().to_batches()
            waiting, count, size = [], 0, 0
        waiting.append(batch)
        count, size = count + batch.num_rows, size + batch.nbytes
    if waiting:
        yield from pa.Table.from_batches(waiting).combine_chunks().to_batches()


def _difference(found: Any, wanted: dict[str, Any]) -> str:
    if not isinstance(found, dict) or found.get("version") != wanted["version"]:
        return "it was made by another version; remove it"
    if found.get("parameters") != wanted["parameters"]:
        return "its parameters were others; remove it, or use the same"
    return "its input files were others, or have changed since; remove it"
