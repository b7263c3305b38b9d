"""Writing what a run found: tables, the kept rows, and a report."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from dedup.atomic import TEMPORARY, save
from dedup.corpus.errors import CorpusError
from dedup.corpus.plan import KNOWN
from dedup.corpus.report import largest, numbers, page
from dedup.corpus.rewrite import Spans, rewrite
from dedup.corpus.run import Run
from dedup.progress import Progress

SCRATCH: Final = ".scratch"
"""Name of a folder in the one for the result, as long as that is not complete; for intermediate tables by default."""
DROPPED: Final = "SELECT id FROM members WHERE because IS NOT NULL ORDER BY id"
CUT: Final = "SELECT id, start, next FROM spans ORDER BY id, start"


def members(run: Run, named: bool) -> pa.RecordBatchReader:
    """Return the table ``members`` with names, in order: id, group, keep, because, similarity."""
    names = _Names(run, named)
    schema = pa.schema(
        {"id": names.kind, "group": names.kind, "keep": pa.bool_(), "because": names.kind, "similarity": pa.float64()}
    )

    def columns(batch: pa.RecordBatch) -> list[pa.Array]:
        ids, because = names.of(batch, "id"), names.of(batch, "because")
        keep = batch.column("because").is_null()
        return [ids, pc.if_else(keep, ids, because), keep, because, batch.column("similarity")]

    return _reader(run, names.sql, schema, columns)


def write(run: Run, named: bool, target: Path, about: dict[str, Any], texts: bool, progress: Progress) -> None:
    """Write all that `dedup.corpus.duplicates.Duplicates.write` promises, but for the pairs."""
    written(target / "members.parquet", members(run, named))
    if texts:
        _rewrite(run, target / "kept", DROPPED, progress)
    report = {**about, "skipped": run.faults(), **numbers(run), "largest": largest(run)}
    _save_json(target, report)
    save(target / "report.html", [page(report).encode("utf-8", "replace")])


@contextmanager
def writing(run: Run, folder: str | os.PathLike[str]) -> Iterator[Path]:
    """Prepare the folder to write to, which may be missing. Until all is written, a folder in it says that it is not.

    Raises
    ------
    CorpusError
        It cannot be written to, is not empty, or the input lies in it.
    """
    target = Path(folder)
    unfinished = target / SCRATCH
    with _explained(target):
        target.mkdir(parents=True, exist_ok=True)
        if any(target.iterdir()) and not unfinished.exists():
            raise CorpusError(f"{target} is not empty; name a new folder")
        place = target.resolve()
        for source in run.sources:
            for file in source.files:
                if place in Path(file.path).resolve().parents:
                    raise CorpusError(f"{file.path} lies in {target}, where the result would be written")
        unfinished.mkdir(exist_ok=True)
        for left in target.rglob(TEMPORARY):  # by a run that was killed while it wrote them
            left.unlink()
        yield target
        with suppress(OSError):  # it is not empty if it is the scratch folder, which is removed when it is not needed
            unfinished.rmdir()


def pairs(run: Run, named: bool) -> pa.RecordBatchReader:
    """Return the table ``every_match`` and the copies with names, in order: first, second, similarity."""
    found = (
        "SELECT m.earlier AS first, m.later AS second, m.similarity FROM every_match m UNION ALL "
        "SELECT l.id, t.id, 1.0 FROM texts t JOIN leaders l ON t.first = l.first AND t.second = l.second "
        "WHERE t.id <> l.id AND t.id >= 0"
    )
    if run.engine.made("ranks"):
        found = (
            "SELECT coalesce(a.number, m.first) AS first, b.number AS second, m.similarity, m.first AS one, "
            f"m.second AS other FROM ({found}) m LEFT JOIN ranks a ON a.id = m.first JOIN ranks b ON b.id = m.second"
        )
    else:
        found = f"SELECT m.*, m.first AS one, m.second AS other FROM ({found}) m"
    names = _Names(run, named)
    if named:
        found = (
            f"SELECT p.*, a.name AS first_name, b.name AS second_name FROM ({found}) p "
            f"JOIN ({names.table}) a ON a.id = p.first JOIN read_0 b ON b.id = p.second"
        )
    schema = pa.schema({"first": names.kind, "second": names.kind, "similarity": pa.float64()})

    def columns(batch: pa.RecordBatch) -> list[pa.Array]:
        return [names.of(batch, "first"), names.of(batch, "second"), batch.column("similarity")]

    return _reader(run, f"SELECT * FROM ({found}) q ORDER BY one, other", schema, columns)


@contextmanager
def _explained(target: Path) -> Iterator[None]:
    """Tell in a sentence that something could not be written."""
    try:
        yield
    except OSError as error:
        raise CorpusError(f"{error.filename or target} cannot be written: {error.strerror or error}") from error


def written(path: Path, reader: pa.RecordBatchReader) -> None:
    """Write a table to a Parquet file, which appears when it is complete."""
    beside = path.with_name(f".{path.name}.tmp")
    try:
        with pq.ParquetWriter(beside, reader.schema, compression="zstd") as writer:
            for batch in reader:
                writer.write_batch(batch)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def spans(run: Run, named: bool) -> pa.RecordBatchReader:
    """Return the table ``spans`` with names, in order: id, start, end, next, words."""
    names = _Names(run, named)
    schema = pa.schema({"id": names.kind} | {name: pa.int64() for name in ("start", "end", "next", "words")})
    if named:
        sql = "SELECT n.name AS id_name, s.* FROM spans s JOIN read_0 n ON n.id = s.id ORDER BY s.id, s.start"
    else:
        sql = "SELECT * FROM spans ORDER BY id, start"

    def columns(batch: pa.RecordBatch) -> list[pa.Array]:
        return [names.of(batch, "id"), *(batch.column(name) for name in schema.names[1:])]

    return _reader(run, sql, schema, columns)


def _reader(
    run: Run, sql: str, schema: pa.Schema, columns: Callable[[pa.RecordBatch], list[pa.Array]]
) -> pa.RecordBatchReader:
    """Return the result of a query, with columns made of it."""
    batches = (pa.record_batch(columns(batch), schema=schema) for batch in run.engine.batches(sql))
    return pa.RecordBatchReader.from_batches(schema, batches)


def write_passages(run: Run, named: bool, target: Path, about: dict[str, Any], texts: bool, progress: Progress) -> None:
    """Write all that `dedup.corpus.passages.Passages.write` promises."""
    written(target / "spans.parquet", spans(run, named))
    if texts:
        _rewrite(run, target / "cut", CUT, progress)
    _save_json(target, {**about, "skipped": run.faults()})


def _save_json(target: Path, report: dict[str, Any]) -> None:
    save(target / "report.json", [json.dumps(report, indent=2, ensure_ascii=False).encode("utf-8", "replace")])


def _rewrite(run: Run, folder: Path, changed: str, progress: Progress) -> None:
    """Write the rows of the first source, without those that could not be read.

    `changed` is a query of the numbers of texts, ascending: that are left out, or, with two more columns, of which the
    characters from the one to the other are removed.
    """
    lengths, unread = run.lengths(), run.unread()
    rows = _Stream(run.engine.batches(changed))
    source = run.sources[0]
    for place, file in enumerate(source.files):
        progress("writing rows", place, len(source.files))
        before = int(lengths[place])
        target = folder / file.relative
        target.parent.mkdir(parents=True, exist_ok=True)

        def changes(start: int, end: int, before: int = before) -> dict[int, Spans | None]:
            found: dict[int, Spans | None] = {}
            for begin, stop in _within(unread, before + start, before + end):
                found.update(dict.fromkeys(range(begin, stop)))
            for number, *span in rows.until(before + end).tolist():
                spans = found.setdefault(number - before - start, [] if span else None)
                if spans is not None:
                    spans.append((span[0], span[1]))
            return found

        rewrite(file, str(target), source.text, changes)


class _Names:
    """What texts are called in a result: by a column, or by file and row."""

    def __init__(self, run: Run, named: bool) -> None:
        self._named = named
        self.kind = run.engine.columns("source_0")["name"] if named else pa.large_string()
        if named:
            self.table = " UNION ALL ".join(f"SELECT id, name FROM read_{k}" for k in range(len(run.sources)))
            self.sql = (
                "SELECT a.name AS id_name, b.name AS because_name, m.because, m.similarity FROM members m "
                f"JOIN read_0 a ON a.id = m.id LEFT JOIN ({self.table}) b ON b.id = m.because ORDER BY m.id"
            )
            return
        self.sql = "SELECT id, because, similarity FROM members ORDER BY id"
        self._files = [file.relative if not k else file.path for k, s in enumerate(run.sources) for file in s.files]
        starts = [run.lengths(k)[:-1] - (KNOWN if k else 0) for k in range(len(run.sources))]
        self._starts = np.concatenate(starts)
        self._order = np.argsort(self._starts, kind="stable")

    def of(self, batch: pa.RecordBatch, column: str) -> pa.Array:
        """Return the names of the texts whose numbers a column of the query has; null for null."""
        if self._named:
            return batch.column(f"{column}_name")
        given = batch.column(column)
        numbers = given.fill_null(0).to_numpy()
        file = self._order[np.searchsorted(self._starts[self._order], numbers, "right") - 1]
        rows_ = pa.array(numbers - self._starts[file] + 1).cast(pa.large_string())
        names = pa.array(self._files, pa.large_string()).take(pa.array(file))
        joined = pc.binary_join_element_wise(names, rows_, pa.scalar(":", pa.large_string()))
        return pc.if_else(given.is_null(), pa.scalar(None, pa.large_string()), joined)


def _within(ranges: NDArray[np.int64], first: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the parts of ascending ranges from `first` to `end`, counted from `first`."""
    at = int(np.searchsorted(ranges[:, 1], first, "right"))
    while at < len(ranges) and ranges[at, 0] < end:
        yield max(int(ranges[at, 0]) - first, 0), min(int(ranges[at, 1]), end) - first
        at += 1


class _Stream:
    """Rows of a query in ascending order of its first column, taken up to a limit at a time."""

    def __init__(self, batches: Iterator[pa.RecordBatch]) -> None:
        self._batches = batches
        self._left = np.empty((0, 1), np.int64)

    def until(self, limit: int) -> NDArray[np.int64]:
        """Return the rows whose first column is below `limit` that were not taken yet, int64 (n, columns)."""
        taken = []
        while True:
            cut = int(np.searchsorted(self._left[:, 0], limit))
            taken.append(self._left[:cut])
            self._left = self._left[cut:]
            if len(self._left) or (batch := next(self._batches, None)) is None:
                return np.concatenate([part for part in taken if len(part)] or [self._left[:0]])
            self._left = np.column_stack([column.to_numpy() for column in batch.columns])
