"""Counters of hashes, in Numba.

The twin of ``dedup.kernels.reference.counters``, where the contract stands.
"""

import numpy as np
from numpy.typing import NDArray

from dedup.kernels.compiled.kernel import kernel


@kernel
def add(table: NDArray[np.uint8], hashes: NDArray[np.uint64]) -> None:
    """As the reference engine's, hash by hash."""
    mask = np.uint64(len(table) - 1)
    for k in range(len(hashes)):
        place = hashes[k] & mask
        if table[place] < 255:
            table[place] += np.uint8(1)
