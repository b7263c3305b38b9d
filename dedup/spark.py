"""Duplicates and repeated passages on a cluster: the plan of `dedup.corpus` on Spark DataFrames.

The package must be installed on every executor, with its extra ``spark``. Nothing but counts and the table of counters
comes to the driver.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, Literal
from uuid import uuid4

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

try:
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema
    from pyspark.sql.types import DataType, IntegralType, NumericType, StringType
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "dedup.spark needs PySpark; install it with: pip install 'passage-dedup[spark]'", name=error.name
    ) from error

from dedup import arguments
from dedup.corpus import passages, plan
from dedup.corpus.counters import add
from dedup.corpus.engine import Batches, Function
from dedup.corpus.plan import KNOWN
from dedup.progress import silent

__all__ = ["find_duplicates", "find_passages"]

_BLOCK: Final = 1 << 16


def find_duplicates(
    df: DataFrame,
    *,
    id: str = "id",
    text: str = "text",
    threshold: float = 0.8,
    measure: Literal["jaccard", "containment"] = "jaccard",
    method: Literal["auto", "exact", "lsh"] = "auto",
    linkage: Literal["star", "single"] = "star",
    shingle_size: int = 3,
    num_perm: int = 128,
    recall: float = 0.95,
    seed: int = 1,
    against: DataFrame | None = None,
    keep: str = "first",
    counters: int = 1 << 24,
    scratch: str | None = None,
) -> DataFrame:
    """Find the texts of a DataFrame that are similar, and choose which to keep.

    The result is that of `dedup.corpus.find_duplicates` and `dedup.find_duplicates` on the same texts in order of `id`,
    however rows are spread over partitions.

    Parameters
    ----------
    df
        One row for each text.
    id
        A column that names texts: integers or strings, each once, not null. Texts come first in its order. Like the
        other columns, it is one of the DataFrame itself, not a field of a struct; its name may have dots and spaces.
    text
        The column of texts, which are strings. A null matches nothing and is kept.
    threshold, measure, method, linkage, shingle_size, num_perm, recall, seed
        As `dedup.find_duplicates` takes them.
    against
        Another DataFrame with the same columns `id` and `text`: its texts are kept, and a text like one of them is
        removed. Its names may also be names in `df`.
    keep
        ``"first"``, ``"longest"``, or the name of a column of numbers, of which the highest is kept.
    counters
        Number of one-byte counters of shingles, a power of two. More make candidates fewer where there are billions of
        shingles, and never change the result. The table goes to every task.
    scratch
        Folder for intermediate tables that every executor can write to and read, such as ``"hdfs:///tmp/dedup"``. By
        default tables are kept by the executors; if one of them is lost, the job fails.

    Returns
    -------
    pyspark.sql.DataFrame
        One row for each text that is not null: ``id``; ``group``, the id of the kept text of its group; ``keep``;
        ``because``, the id of the kept text because of which it was removed, or null; ``similarity`` with it.

    Raises
    ------
    TypeError, ValueError
        An argument has the wrong type or is out of range, a column has the wrong type, or an `id` is null or that of
        two rows.
    pyspark.errors.AnalysisException
        A column is missing.

    Notes
    -----
    The plan is described in `dedup.corpus.plan`. It makes four tables in each round, and takes as many rounds as runs
    of equal keys have bits in their length, at most. It runs on a classic session and on one of Spark Connect.
    """
    parameters = plan.Parameters.of(
        threshold=threshold,
        measure=measure,
        method=method,
        linkage=linkage,
        shingle_size=shingle_size,
        num_perm=num_perm,
        recall=recall,
        seed=seed,
        keep=keep,
    )
    engine = Spark(df.sparkSession, scratch)
    texts = _texts(df, id, text, keep if parameters.keep == "score" else None)
    known = None if against is None else _texts(against, id, text)
    strings = {isinstance(each.schema["name"].dataType, StringType) for each in (texts, known) if each is not None}
    if len(strings) > 1:
        raise TypeError(
            f"id = {id!r} is a column of strings in only one of df and against; allowed: both integers, or both strings"
        )
    engine.source("source_0", texts, id)
    names = "SELECT id, name FROM read_0"
    if known is not None:
        engine.source("source_1", known, id, first=-KNOWN)
        names += " UNION ALL SELECT id, name FROM read_1"
    plan.keep(engine, parameters, against is not None, counters, silent)
    return engine.last(
        "SELECT a.name AS id, coalesce(b.name, a.name) AS `group`, m.because IS NULL AS keep, b.name AS because, "
        f"m.similarity FROM members m JOIN read_0 a ON a.id = m.id LEFT JOIN ({names}) b ON b.id = m.because"
    )


def find_passages(
    df: DataFrame,
    *,
    id: str = "id",
    text: str = "text",
    min_words: int = 50,
    counters: int = 1 << 24,
    scratch: str | None = None,
) -> DataFrame:
    """Find every passage of a DataFrame's texts that stood before, in an earlier text or further up in its own.

    Parameters
    ----------
    df, id, text, counters, scratch
        As `find_duplicates` takes them.
    min_words
        Words of a passage, at least 4, weighed as in `dedup.find_repeats`.

    Returns
    -------
    pyspark.sql.DataFrame
        ``id`` of the text; ``start``, ``end`` and ``next``, in characters, such that cutting ``text[start:next]``
        leaves one copy of each passage; ``words``: as `dedup.corpus.Passages.spans` returns them.

    Raises
    ------
    TypeError, ValueError
        An argument has the wrong type or is out of range, a column has the wrong type, or an `id` is null or that of
        two rows.
    pyspark.errors.AnalysisException
        A column is missing.
    """
    min_words = arguments.integer("min_words", min_words, 4, arguments.MOST_WORDS)
    engine = Spark(df.sparkSession, scratch)
    engine.source("source_0", _texts(df, id, text), id)
    passages.find(engine, min_words, counters, named=True)
    return engine.last(
        "SELECT n.name AS id, s.start, s.`end`, s.next, s.words FROM spans s JOIN read_0 n ON n.id = s.id"
    )


def _texts(df: DataFrame, id: str, text: str, score: str | None = None) -> DataFrame:
    """Return the columns that the plan needs of a DataFrame, by the plan's names, if they have the right types."""
    wanted: list[tuple[str, str, str, tuple[type[DataType], ...], str]] = [
        ("id", id, "name", (IntegralType, StringType), "integers or strings"),
        ("text", text, "text", (StringType,), "strings"),
    ]
    if score is not None:
        wanted.append(("keep", score, "score", (NumericType,), "numbers"))
    columns = []
    for argument, column, name, kinds, allowed in wanted:
        if not isinstance(column, str):
            raise TypeError(f"{argument} = {column!r} is not a str; allowed: the name of a column")
        quoted = df["`" + column.replace("`", "``") + "`"].alias(name)
        kind = df.select(quoted).schema[name].dataType
        if not isinstance(kind, kinds):
            raise TypeError(f"{argument} = {column!r} is a column of {kind.simpleString()}; allowed: {allowed}")
        columns.append(quoted.cast("double").alias(name) if argument == "keep" else quoted)
    return df.select(*columns)


class Spark:
    """The plan's engine on Spark. Each table is cut from what it was made of, so that nothing is computed twice.

    Parameters
    ----------
    session
        The session of the DataFrames.
    scratch
        Folder for tables; None: the executors keep them.
    """

    def __init__(self, session: SparkSession, scratch: str | None) -> None:
        self._session = session
        self._prefix = f"dedup_{uuid4().hex}_"
        self._folder = f"{scratch.rstrip('/')}/{self._prefix}" if scratch else None
        self._tables: dict[str, DataFrame] = {}

    def source(self, name: str, df: DataFrame, id: str, first: int = 0) -> None:
        """Give rows a name, by which SQL finds them, and a column ``id``: their rank by ``name``, from `first`.

        `id` is what the user calls the column ``name``.

        Raises
        ------
        ValueError
            A name is null, or that of another row.
        """
        self._name(f"{name}_given", df)
        if wrong := self._rank(name, f"SELECT * FROM {name}_given", "name", first):
            self.drop(*list(self._tables))
            raise ValueError(
                f"id = {id!r} has {wrong} rows that are null or repeat another; allowed: a column without nulls, "
                "each value once"
            )

    def ranked(self, name: str, sql: str, by: str) -> None:
        """Make a table of the rows of a query, with a column ``id``: their rank by an order without ties, from 0."""
        self._rank(name, sql, by, 0)

    def _rank(self, name: str, sql: str, by: str, first: int) -> int:
        """Rank rows from `first`, and return how many are null in the last column of the order or repeat another there.

        The sort puts rows that are equal in one partition, as neighbours, so they are counted without another shuffle.
        Ranks are those of a sorted table that is cut before anything is joined to it: a rank that were computed again
        from other partitions could be another.
        """
        ordered = self._sql(f"SELECT * FROM ({sql}) ORDER BY {by}")
        schema = to_arrow_schema(ordered.schema)
        for column, kind in (("part", pa.int32()), ("place", pa.int64()), ("again", pa.bool_())):
            schema = schema.append(pa.field(column, kind))
        placed = _Placed(by.rsplit(", ")[-1])
        self._keep(f"{name}_sorted", ordered.mapInArrow(placed, from_arrow_schema(schema)))
        parts = self._sql(
            f"SELECT part, count(*) AS rows, count_if(again) AS again FROM {name}_sorted GROUP BY part"
        ).collect()
        sizes = np.zeros(max((row["part"] for row in parts), default=0) + 1, np.int64)
        for row in parts:
            sizes[row["part"]] = row["rows"]
        starts = ", ".join(f"{first + before}L" for before in (np.cumsum(sizes) - sizes).tolist())
        self.view(
            name,
            f"SELECT element_at(array({starts}), s.part + 1) + s.place AS id, s.* EXCEPT (part, place, again) "
            f"FROM {name}_sorted s",
        )
        return sum(row["again"] for row in parts)

    def query(self, name: str, sql: str) -> None:
        """Make a table of the result of a query."""
        self._keep(name, self._sql(sql))

    def view(self, name: str, sql: str) -> None:
        """Give a query a name; it is computed wherever it is used."""
        self._name(name, self._sql(sql))

    def map(self, name: str, sql: str, function: Function, schema: pa.Schema) -> None:
        """Make a table of what a function makes of the result of a query."""
        self._keep(name, self._sql(sql).mapInArrow(_Applied(function, schema), from_arrow_schema(schema)))

    def counters(self, name: str, sql: str, function: Function, size: int) -> NDArray[np.uint8]:
        """Return how often hashes occur, as `dedup.corpus.engine.Engine` says."""
        counted = self._sql(sql).mapInArrow(_Counted(function, size), "block BIGINT, counts BINARY")
        found = np.zeros(size, np.uint8)
        for row in counted.groupBy("block").applyInArrow(_summed, "block BIGINT, counts BINARY").collect():
            part = np.frombuffer(row["counts"], np.uint8)
            found[row["block"] * _BLOCK :][: len(part)] = part
        return found

    def columns(self, name: str) -> dict[str, pa.DataType]:
        """Return the columns of a source and their types."""
        schema = to_arrow_schema(self._tables[name].schema)
        return {field.name: field.type for field in schema}

    def value(self, sql: str) -> tuple[Any, ...]:
        """Return the only row of a result."""
        return tuple(self._sql(sql).collect()[0])

    def drop(self, *names: str) -> None:
        """Forget tables that nothing will be made of any more."""
        for name in names:
            self._session.catalog.dropTempView(self._prefix + name)
            self._tables.pop(name, None)

    def last(self, sql: str) -> DataFrame:
        """Return the result of a query, and forget all tables."""
        found = self._cut("found", self._sql(sql))
        self.drop(*list(self._tables))
        return found

    def _keep(self, name: str, df: DataFrame) -> None:
        self._name(name, self._cut(name, df))

    def _name(self, name: str, df: DataFrame) -> None:
        self._tables[name] = df
        df.createOrReplaceTempView(self._prefix + name)

    def _cut(self, name: str, df: DataFrame) -> DataFrame:
        if self._folder is None:
            return df.localCheckpoint()
        path = f"{self._folder}/{name}_{uuid4().hex}"
        df.write.parquet(path)
        return self._session.read.schema(df.schema).parquet(path)

    def _sql(self, sql: str) -> DataFrame:
        def named(match: re.Match[str]) -> str:
            return f"{match[1]} {self._prefix}{match[2]}" if match[2] in self._tables else match[0]

        if sql in self._tables:
            return self._tables[sql]
        return self._session.sql(re.sub(r"\b(FROM|JOIN)\s+(\w+)", named, sql))


class _Applied:
    """A function on record batches, whose results get the names and types that Spark expects."""

    def __init__(self, function: Function, schema: pa.Schema) -> None:
        self._function = function
        self._schema = schema

    def __call__(self, batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in self._function(batches):
            yield pa.record_batch(
                [column.cast(field.type) for column, field in zip(batch.columns, self._schema, strict=True)],
                schema=self._schema,
            )


class _Counted:
    """Counts the hashes of one partition, in blocks of a table that are not empty."""

    def __init__(self, function: Function, size: int) -> None:
        self._function = function
        self._size = size

    def __call__(self, batches: Batches) -> Iterator[pa.RecordBatch]:
        table = np.zeros(self._size, np.uint8)
        for batch in self._function(batches):
            add(table, batch.column(0).to_numpy().view(np.uint64))
        for block in range(-(-self._size // _BLOCK)):
            part = table[block * _BLOCK : (block + 1) * _BLOCK]
            if part.any():
                yield pa.record_batch({"block": [block], "counts": pa.array([part.tobytes()], pa.binary())})


def _summed(key: tuple[Any, ...], rows: pa.Table) -> pa.Table:
    total: NDArray[np.uint64] | None = None
    for counts in rows.column("counts"):
        part = np.frombuffer(counts.as_buffer(), np.uint8).astype(np.uint64)
        total = part if total is None else total + part
    assert total is not None
    data = np.minimum(total, 255).astype(np.uint8).tobytes()
    return pa.table({"block": rows.column("block").slice(0, 1), "counts": pa.array([data], pa.binary())})


class _Placed:
    """Adds to sorted rows their partition, their place in it, and whether a column is null or repeats."""

    def __init__(self, column: str) -> None:
        self._column = column

    def __call__(self, batches: Batches) -> Iterator[pa.RecordBatch]:
        from pyspark import TaskContext

        context = TaskContext.get()
        assert context is not None
        part, place = context.partitionId(), 0
        last: pa.Array | None = None
        for batch in batches:
            if not batch.num_rows:
                continue
            column = batch.column(self._column)
            before = pa.concat_arrays(
                [pa.nulls(1, column.type) if last is None else last, column.slice(0, len(column) - 1)]
            )
            last = column.slice(len(column) - 1)
            again = pc.or_(pc.is_null(column), pc.fill_null(pc.equal(column, before), False))
            places = np.arange(place, place + len(column))
            place += len(column)
            added = [pa.array(np.full(len(column), part, np.int32)), pa.array(places), again]
            yield pa.record_batch([*batch.columns, *added], names=[*batch.schema.names, "part", "place", "again"])
