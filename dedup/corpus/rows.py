"""Reading the rows of a file, whatever its format, without holding the file in memory."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any, Final, NamedTuple

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from dedup.corpus.errors import CorpusError
from dedup.corpus.manifest import File

ROWS: Final = 8192
"""Rows of a batch at most."""
BYTES: Final = 1 << 24
"""Bytes of the lines of a batch, above which it ends. In a Parquet file: of an average batch, with all columns."""

Fault = Callable[[str, int, int], object]
"""Called with a sentence on rows that could not be read, the first of them and one past the last; it raises, or they
are passed over."""

csv.field_size_limit(1 << 31)


class Rows(NamedTuple):
    """Some rows of a file."""

    numbers: NDArray[np.int64]
    """int64 (k,): which rows of the file they are, from 0."""
    columns: dict[str, pa.Array]
    """By name, of k values each. The text is a string or null."""
    end: int
    """One past the last row that was looked at."""


def read(file: File, text: str, others: Sequence[str], fault: Fault) -> Iterator[Rows]:
    """Yield some columns of a file, in order.

    Parameters
    ----------
    file
        What to read.
    text
        The column of texts.
    others
        Further columns.
    fault
        Called for each row (of a Parquet file: each group of rows) that cannot be read.

    Raises
    ------
    CorpusError
        The file cannot be opened, is of another format, or lacks a column.
    """
    reader = {"parquet": _parquet, "jsonl": _jsonl, "csv": _csv}[file.kind]
    with named(file):
        yield from reader(file, text, [name for name in dict.fromkeys(others) if name != text], fault)


def kind_of(file: File, name: str) -> pa.DataType:
    """Return the type in which a column names its rows: that of a Parquet file, int64, or string.

    Raises
    ------
    CorpusError
        The file cannot be read or lacks the column, or values of this type name nothing.
    """
    with named(file):
        if file.kind == "parquet":
            schema = pq.read_schema(file.path)
            if name not in schema.names:
                raise CorpusError(_lacking(file.path, name, schema.names))
            kind = schema.field(name).type
            if pa.types.is_integer(kind):
                return kind
            if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
                return pa.large_string()
            raise CorpusError(f"{file.path}: column {name!r} holds {kind}; allowed are integers and strings")
        if file.kind == "jsonl":
            for line, _ in lines(file):
                value = msgspec.json.decode(line, type=dict[str, Any]).get(name) if line.strip() else None
                return pa.int64() if isinstance(value, int) and not isinstance(value, bool) else pa.large_string()
        return pa.large_string()


@contextmanager
def named(file: File) -> Iterator[None]:
    """Name the file in what is raised where it cannot be read."""
    try:
        yield
    except (OSError, EOFError, pa.ArrowException, UnicodeDecodeError) as error:
        if isinstance(error, OSError) and error.filename not in (None, file.path):
            raise
        raise CorpusError(f"{file.path} cannot be read: {str(error).strip() or type(error).__name__}") from error


def _parquet(file: File, text: str, others: list[str], fault: Fault) -> Iterator[Rows]:
    with pq.ParquetFile(file.path) as opened:
        names = set(opened.schema_arrow.names)
        for name in (text, *others):
            if name not in names:
                raise CorpusError(_lacking(file.path, name, sorted(names)))
        kind = opened.schema_arrow.field(text).type
        if pa.types.is_dictionary(kind):
            kind = kind.value_type
        if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)):
            raise CorpusError(f"{file.path}: column {text!r} holds {kind}; allowed is string")
        first = 0
        for group in range(opened.num_row_groups):
            about = opened.metadata.row_group(group)
            size, done = about.num_rows, 0
            most = max(1, min(ROWS, BYTES * size // max(1, about.total_byte_size)))
            try:
                for batch in opened.iter_batches(most, [group], columns=[text, *others]):
                    numbers = np.arange(first + done, first + done + batch.num_rows)
                    yield Rows(
                        numbers, {name: batch.column(name) for name in (text, *others)}, first + done + len(numbers)
                    )
                    done += batch.num_rows
            except (OSError, pa.ArrowException) as error:
                fault(
                    f"{file.path}: row group {group} (rows {first + done} to {first + size - 1}): {error}",
                    first,
                    first + size,
                )
            first += size
            yield Rows(np.empty(0, np.int64), {}, first)


def _jsonl(file: File, text: str, others: list[str], fault: Fault) -> Iterator[Rows]:
    # A Struct decodes the wanted fields only, and checks the type of the text.
    fields: list[Any] = [("f0", str | None | msgspec.UnsetType, msgspec.UNSET)]
    fields += [(f"f{i}", Any, None) for i in range(1, len(others) + 1)]
    names = {f"f{i}": name for i, name in enumerate((text, *others))}
    decode = msgspec.json.Decoder(msgspec.defstruct("Row", fields, rename=names)).decode
    for numbers, batch in batched(lines(file)):
        chosen, values = [], []
        for number, line in zip(numbers, batch, strict=True):
            try:
                row = decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                if line.strip():
                    fault(f"{file.path}:{number + 1}: {error}", number, number + 1)
                continue
            if row.f0 is msgspec.UNSET:  # type: ignore[attr-defined]
                fault(f"{file.path}:{number + 1}: the object has no field {text!r}", number, number + 1)
                continue
            chosen.append(number)
            values.append(row)
        columns = {name: _array([getattr(row, f"f{i}") for row in values], i) for i, name in enumerate((text, *others))}
        yield Rows(np.array(chosen, np.int64), columns, numbers[-1] + 1)


def _csv(file: File, text: str, others: list[str], fault: Fault) -> Iterator[Rows]:
    every = records(file)
    header = next(every, None)
    if header is None:
        raise CorpusError(f"{file.path} is empty; a CSV file begins with the names of its columns")
    names = header[0]
    for name in (text, *others):
        if name not in names:
            raise CorpusError(_lacking(file.path, name, names))
    places = [names.index(name) for name in (text, *others)]
    for numbers, batch in batched((row, len(raw)) for row, raw, _ in _checked(every, len(names), file.path, fault)):
        values = [row for row in batch if row is not None]
        chosen = [number for number, row in zip(numbers, batch, strict=True) if row is not None]
        columns = {
            name: pa.array([row[place] for row in values], pa.large_string())
            for name, place in zip((text, *others), places, strict=True)
        }
        yield Rows(np.array(chosen, np.int64), columns, numbers[-1] + 1)


def _checked(
    records: Iterator[tuple[list[str], bytes, int]], width: int, path: str, fault: Fault
) -> Iterator[tuple[list[str] | None, bytes, int]]:
    """Yield records with as many fields as the header has; None for others."""
    for number, (row, raw, line) in enumerate(records):
        if len(row) == width:
            yield row, raw, line
        elif not row:  # an empty line is no record, but keeps its number
            yield None, raw, line
        else:
            fault(f"{path}:{line}: the record has {len(row)} fields, but the header has {width}", number, number + 1)
            yield None, raw, line


def _array(values: list[Any], place: int) -> pa.Array:
    if place == 0:
        return pa.array(values, pa.large_string())
    try:
        return pa.array(values)
    except (pa.ArrowException, OverflowError):  # values of several types: as JSON
        return pa.array([None if value is None else msgspec.json.encode(value).decode() for value in values])


def _lacking(path: str, name: str, names: Sequence[str]) -> str:
    listed = ", ".join(map(repr, names[:20])) + (", …" if len(names) > 20 else "")
    return f"{path} has no column {name!r}; it has {listed or 'none'}"


def opened(file: File) -> IO[bytes]:
    """Return the bytes of a file, decompressed."""
    stream: IO[bytes] = pa.input_stream(file.path, compression=file.compression)
    return io.BufferedReader(_Raw(stream), 1 << 20)


class _Raw(io.RawIOBase):
    """A stream of Arrow as a raw one of Python, whose lines are fast."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()


def lines(file: File) -> Iterator[tuple[bytes, int]]:
    """Yield the lines of a file without a BOM, each with its size."""
    with opened(file) as stream:
        for number, line in enumerate(stream):
            yield line.removeprefix(b"\xef\xbb\xbf") if number == 0 else line, len(line)


def records(file: File) -> Iterator[tuple[list[str], bytes, int]]:
    """Yield the records of a CSV file: fields, bytes, and the line on which the record ends, from 1."""
    taken: list[bytes] = []
    line = 0

    def decoded() -> Iterator[str]:
        nonlocal line
        for raw in stream:
            taken.append(raw)
            line += 1
            yield (raw.removeprefix(b"\xef\xbb\xbf") if line == 1 else raw).decode("utf-8")

    with opened(file) as stream:
        reader = csv.reader(decoded())
        try:
            for row in reader:
                yield row, b"".join(taken), line
                taken.clear()
        except (csv.Error, UnicodeDecodeError) as error:
            raise CorpusError(f"{file.path}:{line}: {error}") from error


def batched(items: Iterator[tuple[Any, int]]) -> Iterator[tuple[list[int], list[Any]]]:
    """Yield items, each given with its size, in lists that are neither long nor large, with their numbers from 0."""
    first, size = 0, 0
    batch: list[Any] = []
    for item, length in items:
        batch.append(item)
        size += length
        if len(batch) == ROWS or size > BYTES:
            yield list(range(first, first + len(batch))), batch
            first, size, batch = first + len(batch), 0, []
    if batch:
        yield list(range(first, first + len(batch))), batch
