"""Writing the rows of a file to another of the same format, without some of them, or with less text."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import chain
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from dedup.atomic import save
from dedup.corpus.manifest import File
from dedup.corpus.rows import batched, named, opened, records

Spans = list[tuple[int, int]]
"""Which characters to remove, ascending."""
Changes = Callable[[int, int], dict[int, Spans | None]]
"""Called with the first and one past the last of some rows, in order; returns, for rows that change, counted from the
first, what to remove of the text, or None to leave the row out."""


def rewrite(file: File, target: str, text: str, changes: Changes) -> None:
    """Write the rows of a file to another of the same format, with all their columns.

    Lines of JSON and records of CSV that do not change are copied byte for byte.

    Parameters
    ----------
    target
        The file to write. It appears when it is complete.
    text
        The column of texts.
    changes
        Which rows change.
    """
    with named(file):
        save(target, {"parquet": _parquet, "jsonl": _jsonl, "csv": _csv}[file.kind](file, text, changes))


def _jsonl(file: File, text: str, changes: Changes) -> Iterator[bytes]:
    def cut(line: bytes, spans: Spans) -> bytes:
        row = msgspec.json.decode(line.removeprefix(b"\xef\xbb\xbf"))
        row[text] = _without(row[text], spans)
        return msgspec.json.encode(row) + line[len(line.rstrip(b"\r\n")) :]

    with opened(file) as stream:
        yield from _compressed(_changed(stream, changes, cut), file)


def _csv(file: File, text: str, changes: Changes) -> Iterator[bytes]:
    every = records(file)
    names, header, _ = next(every)
    place = names.index(text)

    def cut(raw: bytes, spans: Spans) -> bytes:
        (row,) = csv.reader(io.StringIO(raw.decode("utf-8"), newline=""))
        row[place] = _without(row[place], spans)
        written = io.StringIO(newline="")
        csv.writer(written, lineterminator="\r\n" if raw.endswith(b"\r\n") else "\n").writerow(row)
        return written.getvalue().encode("utf-8")

    yield from _compressed(chain([header], _changed((raw for _, raw, _ in every), changes, cut)), file)


def _changed(rows: Iterator[bytes], changes: Changes, cut: Callable[[bytes, Spans], bytes]) -> Iterator[bytes]:
    for numbers, batch in batched((row, len(row)) for row in rows):
        for place, spans in changes(numbers[0], numbers[-1] + 1).items():
            batch[place] = b"" if spans is None else cut(batch[place], spans)
        yield b"".join(batch)


def _without(text: str, spans: Spans) -> str:
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    return "".join(text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))


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


def _parquet(file: File, text: str, changes: Changes) -> Iterator[bytes]:
    """Yield a Parquet file with changed groups of rows. A group that cannot be read is left out."""
    sink = _Sink()
    with pq.ParquetFile(file.path) as source:
        first, codec = 0, "snappy"
        if source.num_row_groups and source.metadata.num_columns:
            codec = source.metadata.row_group(0).column(0).compression.lower()
        writer = pq.ParquetWriter(sink, source.schema_arrow, compression=codec.replace("uncompressed", "none"))
        with writer:
            for group in range(source.num_row_groups):
                with suppress(OSError, pa.ArrowException):
                    writer.write_table(_changed_table(source.read_row_group(group), first, text, changes))
                    yield sink.taken()
                first += source.metadata.row_group(group).num_rows
        yield sink.taken()


def _changed_table(table: pa.Table, first: int, text: str, changes: Changes) -> pa.Table:
    found = changes(first, first + table.num_rows)
    cuts = {place: spans for place, spans in found.items() if spans is not None}
    if cuts:
        at = table.schema.get_field_index(text)
        texts = table.column(at).to_pylist()
        for place, spans in cuts.items():
            texts[place] = _without(texts[place], spans)
        field = table.schema.field(at)
        table = table.set_column(at, field, pa.chunked_array([pa.array(texts, field.type)]))
    stay = np.ones(table.num_rows, np.bool_)
    stay[[place for place, spans in found.items() if spans is None]] = False
    return table if stay.all() else table.filter(pa.array(stay))


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
