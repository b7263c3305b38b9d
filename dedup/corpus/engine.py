"""What the plan needs of the engine that runs it: tables made by SQL or by a function on record batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Batches = Iterator[pa.RecordBatch]
Function = Callable[[Batches], Batches]
"""Makes record batches of record batches. It is called once or once for each partition, and may be sent to another
machine."""


class Engine(Protocol):
    """Tables that are made once, by name.

    SQL is the common part of what DuckDB and Spark understand: joins, GROUP BY, window functions, EXISTS, and the types
    BIGINT, DOUBLE, BOOLEAN and lists of BIGINT. Hashes are BIGINT with the bits of an unsigned number.
    """

    def query(self, name: str, sql: str) -> None:
        """Make a table of the result of a query, or nothing if that was done in an earlier run."""

    def view(self, name: str, sql: str) -> None:
        """Give a query a name; it is computed wherever it is used."""

    def ranked(self, name: str, sql: str, by: str) -> None:
        """Make a table of the rows of a query, with a column ``id``: their rank by an order without ties, from 0."""

    def map(self, name: str, sql: str, function: Function, schema: pa.Schema) -> None:
        """Make a table of what a function makes of the result of a query, or nothing if that was done.

        Instead of a query, `sql` may be the name of a source, all of which the function is then given.
        """

    def counters(self, name: str, sql: str, function: Function, size: int) -> NDArray[np.uint8]:
        """Return how often hashes occur: uint8 (size,) by their lowest bits, 255 for more.

        The hashes are the only column of what the function makes of the result of a query, or of the source that `sql`
        names. `size` is a power of two. Hashes that share a counter are counted together.
        """

    def columns(self, name: str) -> dict[str, pa.DataType]:
        """Return the columns of a source and their types."""

    def value(self, sql: str) -> tuple[Any, ...]:
        """Return the only row of a result, as it was when it was first asked for."""

    def drop(self, *names: str) -> None:
        """Forget tables that nothing will be made of any more."""
