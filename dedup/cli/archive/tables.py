"""Documents in tables: JSON lines and Parquet."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping
from datetime import date
from importlib.util import find_spec
from typing import Any, Final

import click
import msgspec

from dedup.archive.document import Document
from dedup.cli.archive.opening import moment
from dedup.lint.sources.paths import reason

_JSONL: Final = (".jsonl", ".ndjson")
TABLES: Final = (*_JSONL, ".parquet")
"""How the names of tables end."""

_ROWS: Final = 1000


def documents_in(path: str, columns: Mapping[str, str], markup: str, published: date | None) -> Iterator[Document]:
    """Yield the documents of a table, a row each.

    Parameters
    ----------
    path
        The file.
    columns
        The name of the column of each field. `key` and `text` must be there.
    markup, published
        Of rows that do not say it.

    Raises
    ------
    click.ClickException
        The file cannot be read, or a row is no document.
    """
    rows = _lines(path) if path.lower().endswith(_JSONL) else _rows(path, columns)
    for number, values in rows:
        where = f"{path}, row {number}"
        fields = {name: values.get(column) for name, column in columns.items()}
        for name in ("key", "text"):
            if fields[name] is None:
                raise click.ClickException(f"{where}: there is no {columns[name]!r}; name the column with --column.")
        key = fields["key"]
        if not isinstance(key, str | int) or not isinstance(fields["text"], str):
            raise click.ClickException(f"{where}: {columns['key']!r} or {columns['text']!r} is not text.")
        when = fields["published"]
        if isinstance(when, str):
            try:
                when = moment(when)
            except ValueError:
                raise click.ClickException(
                    f"{where}: {when!r} is no date; allowed are dates such as 2020-12-21."
                ) from None
        try:
            yield Document(
                str(key),
                fields["text"],
                fields["markup"] or markup,
                when if when is not None else published,
                fields["title"],
                fields["url"],
            )
        except (TypeError, ValueError) as error:
            raise click.ClickException(f"{where}: {error}.") from error


def _lines(path: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield the objects of a file of JSON lines, with their numbers from 1."""
    decoder = msgspec.json.Decoder(dict[str, Any])
    try:
        with open(path, "rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    try:
                        yield number, decoder.decode(line.removeprefix(BOM_UTF8) if number == 1 else line)
                    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                        raise click.ClickException(f"{path}, row {number}: is no JSON object: {error}.") from None
    except OSError as error:
        raise click.ClickException(f"{path} {reason(error)}.") from error


def _rows(path: str, columns: Mapping[str, str]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield the rows of a Parquet file, with their numbers from 1."""
    if not find_spec("pyarrow"):
        raise click.ClickException("Reading Parquet needs pyarrow; install it with: pip install pyarrow")
    from pyarrow import ArrowException
    from pyarrow.parquet import ParquetFile

    number = 0
    try:
        with ParquetFile(path) as file:
            there = [column for column in columns.values() if column in file.schema_arrow.names]
            for batch in file.iter_batches(_ROWS, columns=there):
                for values in batch.to_pylist():
                    number += 1
                    yield number, values
    except (ArrowException, OSError) as error:
        raise click.ClickException(f"{path} could not be read as Parquet: {error}.") from error
