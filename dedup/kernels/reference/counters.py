"""Counters of hashes, in NumPy."""

import numpy as np
from numpy.typing import NDArray


def add(table: NDArray[np.uint8], hashes: NDArray[np.uint64]) -> None:
    """Count each hash in the counter of its lowest bits, which stays at 255.

    table : uint8 (m,), m a power of two, changed in place; hashes : uint64 (n,). Cost: a sort of the hashes.
    """
    places, times = np.unique_counts(hashes & np.uint64(len(table) - 1))
    table[places] = np.minimum(table[places] + times, 255).astype(np.uint8)
