"""The plan's engine on one machine: DuckDB, which keeps tables on disk and spills what does not fit into memory."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dedup.corpus.counters import add
from dedup.corpus.engine import Batches, Function
from dedup.corpus.errors import CorpusError
from dedup.kernels import threads

FILE: Final = "tables.duckdb"
BATCH: Final = 16_384
"""Rows of a batch that a function is given."""


_DISK: Final = (duckdb.IOException, duckdb.FatalException, duckdb.SerializationException, duckdb.TransactionException)
"""What DuckDB raises where the disk is full or a file is damaged, or in use."""


class DuckDB:
    """Tables in a file of a folder. A table is there whole or not at all, so that an interrupted run can go on.

    Parameters
    ----------
    folder
        Where tables and what is spilled are kept.
    memory
        Bytes that DuckDB may use.
    """

    def __init__(self, folder: Path, memory: int) -> None:
        self._folder = folder
        self._sources: dict[str, tuple[Callable[[], Batches], pa.Schema]] = {}
        self._notes: dict[str, pa.Table] = {}
        self._raised: list[BaseException] = []
        with self._explained():
            self._connection = duckdb.connect(
                str(folder / FILE),
                config={
                    "memory_limit": f"{memory // 1_000_000}MB",
                    "threads": threads.count(),
                    "temp_directory": str(folder / "spilled"),
                    "preserve_insertion_order": False,
                    "autoinstall_known_extensions": False,
                    "autoload_known_extensions": False,
                },
            )
            # Hashes do not compress: 1,000,000 sets of 58 shingles are stored in 2.9 s, and in 7.8 s if it is tried.
            self._connection.execute("SET force_compression = 'uncompressed'")
            self._connection.execute("CREATE TABLE IF NOT EXISTS made (name TEXT PRIMARY KEY)")
            self._connection.execute("CREATE TABLE IF NOT EXISTS answers (question TEXT PRIMARY KEY, answer TEXT)")
            self._made = {name for (name,) in self._connection.execute("SELECT name FROM made").fetchall()}

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def source(self, name: str, batches: Callable[[], Batches], schema: pa.Schema) -> None:
        """Give record batches a name, by which SQL finds them. They are made anew wherever they are used."""
        self._sources[name] = batches, schema

    def columns(self, name: str) -> dict[str, pa.DataType]:
        """Return the columns of a source and their types."""
        return {field.name: field.type for field in self._sources[name][1]}

    def note(self, name: str, table: pa.Table) -> None:
        """Keep a table together with the one that is being made."""
        self._notes[name] = table

    def query(self, name: str, sql: str) -> None:
        """Make a table of the result of a query, or nothing if that was done in an earlier run."""
        with self._making(name) as wanted:
            if wanted:
                self._provide(self._connection, sql)
                self._connection.execute(f"CREATE TABLE {name} AS {sql}")

    def view(self, name: str, sql: str) -> None:
        """Give a query a name; it is computed wherever it is used."""
        with self._explained():
            self._connection.execute(f"CREATE OR REPLACE VIEW {name} AS {sql}")

    def ranked(self, name: str, sql: str, by: str) -> None:
        """Make a table of the rows of a query, with a column ``id``: their rank by an order, from 0."""
        self.query(name, f"SELECT row_number() OVER (ORDER BY {by}) - 1 AS id, r.* FROM ({sql}) r")

    def map(self, name: str, sql: str, function: Function, schema: pa.Schema) -> None:
        """Make a table of what a function makes of the result of a query, or nothing if that was done."""
        with self._making(name) as wanted:
            if wanted:
                given = self._reader(function(self.batches(sql)), schema)
                self._connection.register("given", given)
                try:
                    self._connection.execute(f"CREATE TABLE {name} AS SELECT * FROM given")
                finally:
                    with suppress(duckdb.Error):  # after an error, which it would hide
                        self._connection.unregister("given")

    def counters(self, name: str, sql: str, function: Function, size: int) -> NDArray[np.uint8]:
        """Return how often hashes occur, as `dedup.corpus.engine.Engine` says."""
        path = self._folder / f"{name}.npy"
        with self._making(name) as wanted:
            if wanted:
                found = np.zeros(size, np.uint8)
                for batch in function(self.batches(sql)):
                    add(found, batch.column(0).to_numpy().view(np.uint64))
                np.save(path, found)
                return found
        return np.asarray(np.load(path), np.uint8)

    def made(self, name: str) -> bool:
        """Return whether a table was made."""
        return name in self._made

    def value(self, sql: str) -> tuple[Any, ...]:
        """Return the only row of a result, which is that of an earlier run if it was asked there.

        The tables that it was made of may be dropped since, and a run that goes on takes the same turns.
        """
        with self._explained():
            asked = self._connection.execute("SELECT answer FROM answers WHERE question = ?", [sql]).fetchone()
            if asked:
                return tuple(json.loads(asked[0]))
            row: tuple[Any, ...] = self._connection.cursor().execute(sql).fetchall()[0]
            self._connection.execute("INSERT INTO answers VALUES (?, ?)", [sql, json.dumps(row)])
            return row

    def batches(self, sql: str) -> Batches:
        """Yield the result of a query, or a source as it is.

        DuckDB would make other batches of a source: by their number of rows, however long the texts are.
        """
        if sql in self._sources:
            yield from self._sources[sql][0]()
            return
        with self._explained():
            # A cursor of its own sees the tables, and can be read while another table is written.
            cursor = self._connection.cursor()
            self._provide(cursor, sql)
            yield from cursor.sql(sql).to_arrow_reader(BATCH)

    def drop(self, *names: str) -> None:
        """Forget tables that nothing will be made of any more."""
        with self._explained():
            for name in names:
                self._connection.execute(f"DROP TABLE IF EXISTS {name}")

    def _provide(self, connection: duckdb.DuckDBPyConnection, sql: str) -> None:
        """Register the sources in a query. Each registration can be read once."""
        for name, (batches, schema) in self._sources.items():
            if name in sql:
                connection.register(name, self._reader(batches(), schema))

    def _reader(self, batches: Batches, schema: pa.Schema) -> pa.RecordBatchReader:
        """Return what DuckDB reads. An exception is kept, because DuckDB would tell of it in words of its own."""

        def watched() -> Batches:
            try:
                for batch in batches:  # a reader takes them for what the schema says, and does not look
                    yield batch if batch.schema.equals(schema) else batch.cast(schema)
            except Exception as error:
                self._raised.append(error)
                raise

        return pa.RecordBatchReader.from_batches(schema, watched())

    @contextmanager
    def _making(self, name: str) -> Iterator[bool]:
        """One transaction, if the table was not made before."""
        if name in self._made:
            yield False
            return
        with self._explained():
            self._connection.execute("BEGIN")
            try:
                yield True
                for note, table in self._notes.items():
                    self._connection.register("given", table)
                    self._connection.execute(f"CREATE OR REPLACE TABLE {note} AS SELECT * FROM given")
                    self._connection.unregister("given")
                self._notes.clear()
                self._connection.execute("INSERT INTO made VALUES (?)", [name])
                self._connection.execute("COMMIT")
            except BaseException:
                with suppress(duckdb.Error):
                    self._connection.execute("ROLLBACK")
                raise
            self._made.add(name)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except duckdb.Error as error:
            if self._raised:
                raise self._raised.pop(0) from None
            raise self._translated(error) from error

    def _translated(self, error: duckdb.Error) -> Exception:
        folder = os.fspath(self._folder)
        if isinstance(error, duckdb.OutOfMemoryException) or "failed to pin" in str(error):
            return CorpusError(f"the work does not fit into the memory or the disk that it may use: {error}")
        if isinstance(error, _DISK):
            if "set lock" in str(error):
                return CorpusError(f"{folder} is in use by another run")
            return CorpusError(f"{folder} cannot be written or read: {error}")
        return error
