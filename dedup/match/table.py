"""The result of `dedup.find_duplicates` as a table in Arrow memory."""

from __future__ import annotations

import nanoarrow
import numpy as np
from nanoarrow.c_array import c_array_from_buffers
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def of_duplicates(
    labels: Ints, keep: NDArray[np.bool_], because: Ints, similarity: NDArray[np.float64]
) -> nanoarrow.Array:
    """Return an array of structs with one row for each text: see `dedup.Duplicates.to_arrow`."""
    count = len(labels)
    goes = np.packbits(~keep, bitorder="little")
    plain, null = nanoarrow.int64(nullable=False), int(np.count_nonzero(keep))
    chained = np.isnan(similarity)
    columns = {
        "index": (plain, [None, np.arange(count)], 0),
        "group": (plain, [None, labels], 0),
        "keep": (nanoarrow.bool_(nullable=False), [None, np.packbits(keep, bitorder="little")], 0),
        "because": (nanoarrow.int64(), [goes, because], null),
        "similarity": (
            nanoarrow.float64(),
            [np.packbits(~chained, bitorder="little"), similarity],
            int(np.count_nonzero(chained)),
        ),
    }
    children = [
        c_array_from_buffers(kind, count, buffers, null_count=nulls) for kind, buffers, nulls in columns.values()
    ]
    schema = nanoarrow.struct({name: kind for name, (kind, _, _) in columns.items()}, nullable=False)
    return nanoarrow.Array(c_array_from_buffers(schema, count, [None], children=children))
