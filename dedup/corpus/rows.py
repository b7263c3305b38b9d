"""Reading and copying the rows of a file, whatever its format, without holding the file in memory."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from itertools import chain
from typing import IO, Any, Final, NamedTuple

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from dedup.atomic import save
from dedup.corpus.errors import CorpusError
from dedup.corpus.manifest import File

ROWS: Final = 8192
"""Rows of a batch at most."""
BYTES: Final = 1 << 24
"""Bytes of the lines of a batch, above which it ends."""

Spans = list[tuple[int, int]]
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
    with _named(file):
        yield from reader(file, text, list(dict.fromkeys(others)), fault)


def copy(file: File, target: str, kept: Callable[[int, int], NDArray[np.bool_]]) -> None:
    """Write the rows of a file that are kept to another of the same format, with all their columns.

    Lines of JSON and records of CSV are copied byte for byte.

    Parameters
    ----------
    target
        The file to write. It appears when it is complete.
    kept
        Called with the first and one past the last of some rows, in order; returns which of them are kept.
    """
    with _named(file):
        save(target, _copied_parquet(file, kept) if file.kind == "parquet" else _copied_lines(file, kept))


def cut(file: File, target: str, text: str, changes: Callable[[int, int], dict[int, Spans | None]]) -> None:
    """Write all rows of a file to another of the same format, some with less text.

    Parameters
    ----------
    target
        The file to write. It appears when it is complete.
    text
        The column of texts.
    changes
        Called with the first and one past the last of some rows, in order; returns, for some of them, counted from the
        first, which characters to remove, ascending, or None to leave the row out.
    """
    with _named(file):
        save(target, (_cut_parquet if file.kind == "parquet" else _cut_lines)(file, text, changes))


def kind_of(file: File, name: str) -> pa.DataType:
    """Return the type in which a column names its rows: that of a Parquet file, int64, or string.

    Raises
    ------
    CorpusError
        The file cannot be read or lacks the column, or values of this type name nothing.
    """
    with _named(file):
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
            for line, _ in _lines(file):
                value = msgspec.json.decode(line, type=dict[str, Any]).get(name) if line.strip() else None
                return pa.int64() if isinstance(value, int) and not isinstance(value, bool) else pa.large_string()
        return pa.large_string()


@contextmanager
def _named(file: File) -> Iterator[None]:
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
            size, done = opened.metadata.row_group(group).num_rows, 0
            try:
                for batch in opened.iter_batches(ROWS, [group], columns=[text, *others]):
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
    for numbers, lines in _batched(_lines(file)):
        chosen, values = [], []
        for number, line in zip(numbers, lines, strict=True):
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
    records = _records(file)
    header = next(records, None)
    if header is None:
        raise CorpusError(f"{file.path} is empty; a CSV file begins with the names of its columns")
    names = header[0]
    for name in (text, *others):
        if name not in names:
            raise CorpusError(_lacking(file.path, name, names))
    places = [names.index(name) for name in (text, *others)]
    for numbers, batch in _batched((row, len(raw)) for row, raw, _ in _checked(records, len(names), file.path, fault)):
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


def _open(file: File) -> IO[bytes]:
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


def _lines(file: File) -> Iterator[tuple[bytes, int]]:
    with _open(file) as opened:
        for number, line in enumerate(opened):
            yield line.removeprefix(b"\xef\xbb\xbf") if number == 0 else line, len(line)


def _records(file: File) -> Iterator[tuple[list[str], bytes, int]]:
    """Yield the records of a CSV file: fields, bytes, and the line on which the record ends, from 1."""
    taken: list[bytes] = []
    line = 0

    def decoded() -> Iterator[str]:
        nonlocal line
        for raw in opened:
            taken.append(raw)
            line += 1
            yield (raw.removeprefix(b"\xef\xbb\xbf") if line == 1 else raw).decode("utf-8")

    with _open(file) as opened:
        reader = csv.reader(decoded())
        try:
            for row in reader:
                yield row, b"".join(taken), line
                taken.clear()
        except (csv.Error, UnicodeDecodeError) as error:
            raise CorpusError(f"{file.path}:{line}: {error}") from error


def _batched(items: Iterator[tuple[Any, int]]) -> Iterator[tuple[list[int], list[Any]]]:
    """Items in lists that are neither long nor large, with their numbers from 0."""
    numbers: list[int] = []
    held: list[Any] = []
    size = 0
    for number, (item, length) in enumerate(items):
        numbers.append(number)
        held.append(item)
        size += length
        if len(held) == ROWS or size > BYTES:
            yield numbers, held
            numbers, held, size = [], [], 0
    if held:
        yield numbers, held


def _without(text: str, spans: Spans) -> str:
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    return "".join(text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))


def _cut_lines(file: File, text: str, changes: Callable[[int, int], dict[int, Spans | None]]) -> Iterator[bytes]:
    if file.kind == "jsonl":
        with _open(file) as opened:
            yield from _compressed(
                _changed(((line, len(line)) for line in opened), changes, partial(_cut_json, text)), file
            )
        return
    records = _records(file)
    names, header, _ = next(records)
    yield from _compressed(
        chain(
            [header],
            _changed(((raw, len(raw)) for _, raw, _ in records), changes, partial(_cut_record, names.index(text))),
        ),
        file,
    )


def _changed(
    items: Iterator[tuple[bytes, int]],
    changes: Callable[[int, int], dict[int, Spans | None]],
    change: Callable[[bytes, Spans], bytes],
) -> Iterator[bytes]:
    for numbers, held in _batched(items):
        for place, spans in changes(numbers[0], numbers[-1] + 1).items():
            held[place] = b"" if spans is None else change(held[place], spans)
        yield b"".join(held)


def _cut_json(name: str, line: bytes, spans: Spans) -> bytes:
    row = msgspec.json.decode(line.removeprefix(b"\xef\xbb\xbf"))
    row[name] = _without(row[name], spans)
    return msgspec.json.encode(row) + line[len(line.rstrip(b"\r\n")) :]


def _cut_record(place: int, raw: bytes, spans: Spans) -> bytes:
    (row,) = csv.reader(io.StringIO(raw.decode("utf-8"), newline=""))
    row[place] = _without(row[place], spans)
    end = "\r\n" if raw.endswith(b"\r\n") else "\n"
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator=end).writerow(row)
    return written.getvalue().encode("utf-8")


def _cut_parquet(file: File, text: str, changes: Callable[[int, int], dict[int, Spans | None]]) -> Iterator[bytes]:
    def change(first: int, table: pa.Table) -> pa.Table:
        found = changes(first, first + table.num_rows)
        if not found:
            return table
        texts = table.column(text).to_pylist()
        for place, spans in found.items():
            if spans is not None:
                texts[place] = _without(texts[place], spans)
        at = table.schema.get_field_index(text)
        return table.set_column(
            at, table.schema.field(at), pa.chunked_array([pa.array(texts, table.schema.field(at).type)])
        )

    yield from _by_group(file, change)


def _copied_lines(file: File, kept: Callable[[int, int], NDArray[np.bool_]]) -> Iterator[bytes]:
    if file.kind == "jsonl":
        with _open(file) as opened:
            yield from _compressed(_chosen(((line, len(line)) for line in opened), kept), file)
    else:
        records = _records(file)
        header = next(records)[1]
        chosen = _chosen(((raw, len(raw)) for _, raw, _ in records), kept)
        yield from _compressed(chain([header], chosen), file)


def _chosen(items: Iterator[tuple[bytes, int]], kept: Callable[[int, int], NDArray[np.bool_]]) -> Iterator[bytes]:
    for numbers, held in _batched(items):
        mask = kept(numbers[0], numbers[-1] + 1).tolist()
        yield b"".join([item for item, wanted in zip(held, mask, strict=True) if wanted])


def _compressed(pieces: Iterator[bytes], file: File) -> Iterator[bytes]:
    if not file.compression:
        yield from pieces
        return
    sink = _Sink()
    with pa.CompressedOutputStream(pa.PythonFile(sink, "w"), file.compression) as stream:
        for piece in pieces:
            stream.write(piece)
            yield sink.taken()
        stream.close()
        yield sink.taken()


def _copied_parquet(file: File, kept: Callable[[int, int], NDArray[np.bool_]]) -> Iterator[bytes]:
    return _by_group(file, lambda first, table: table.filter(pa.array(kept(first, first + table.num_rows))))


def _by_group(file: File, change: Callable[[int, pa.Table], pa.Table]) -> Iterator[bytes]:
    """Yield a Parquet file with changed groups of rows. A group that cannot be read is left out."""
    sink = _Sink()
    with pq.ParquetFile(file.path) as opened:
        first, codec = 0, "snappy"
        if opened.num_row_groups and opened.metadata.num_columns:
            codec = opened.metadata.row_group(0).column(0).compression.lower()
        writer = pq.ParquetWriter(sink, opened.schema_arrow, compression=codec.replace("uncompressed", "none"))
        with writer:
            for group in range(opened.num_row_groups):
                with suppress(OSError, pa.ArrowException):
                    writer.write_table(change(first, opened.read_row_group(group)))
                    yield sink.taken()
                first += opened.metadata.row_group(group).num_rows
        yield sink.taken()


class _Sink(io.RawIOBase):
    """What is written, to be taken piece by piece; it goes on to tell how much that was."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._written = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._pieces.append(piece)
        self._written += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self._written

    def taken(self) -> bytes:
        """Return what was written since the last call."""
        found = b"".join(self._pieces)
        self._pieces.clear()
        return found
