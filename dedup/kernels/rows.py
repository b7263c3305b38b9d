"""Small moves on rows kept as values and offsets: row i is ``values[offsets[i]:offsets[i + 1]]``."""

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Number = TypeVar("Number", bound=np.generic)


def bounds(sizes: NDArray[Any]) -> Ints:
    """Return the offsets of rows with these sizes."""
    return np.append(np.int64(0), np.cumsum(sizes, dtype=np.int64))


def spread(starts: Ints, sizes: Ints) -> tuple[Ints, Ints]:
    """Return the indices ``starts[i] .. starts[i] + sizes[i] - 1`` of all rows, end to end.

    Also returns the offsets of the rows in them.
    """
    offsets = bounds(sizes)
    return np.arange(offsets[-1]) + np.repeat(starts - offsets[:-1], sizes), offsets


def owner(offsets: Ints) -> Ints:
    """Return the row of each value."""
    return np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))


def sums(values: Ints, offsets: Ints) -> Ints:
    """Return the sum of each row. Rows must not be empty."""
    return np.add.reduceat(values, offsets[:-1]) if len(offsets) > 1 else np.zeros(0, dtype=np.int64)


def heads(rows: NDArray[Any]) -> Ints:
    """Offsets of the runs of equal numbers in `rows`."""
    if not len(rows):
        return np.zeros(1, dtype=np.int64)
    return np.append(np.flatnonzero(np.append(True, rows[1:] != rows[:-1])), len(rows))


def distinct(values: NDArray[Number]) -> NDArray[Number]:
    """Return the distinct values, ascending.

    numpy.unique imports numpy.ma, which costs a short call more than its work.
    """
    ordered = np.sort(values)
    return ordered[heads(ordered)[:-1]]


def changes(table: NDArray[Any]) -> NDArray[np.bool_]:
    """Return whether each column of a table differs from the one before it, as the first does."""
    return np.append(True, (table[:, 1:] != table[:, :-1]).any(axis=0))[: table.shape[1]]


def inverse(order: NDArray[np.integer[Any]]) -> Ints:
    """Return the place of each number in an order of all of them."""
    places = np.empty(len(order), np.int64)
    places[order] = np.arange(len(order))
    return places
