"""How often hashes occur, in a table of fixed size."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dedup import kernels


def add(table: NDArray[np.uint8], hashes: NDArray[np.uint64]) -> None:
    """Count hashes in the counters of their lowest bits. A counter stays at 255.

    Parameters
    ----------
    table : uint8 (m,)
        The counters, changed in place; m is a power of two.
    hashes : uint64 (n,)

    Notes
    -----
    Costs linear time where compiled, otherwise a sort of the hashes.
    """
    kernels.engine(len(hashes)).counters.add(table, hashes)


def of(table: NDArray[np.uint8], hashes: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """Return the counters of hashes, uint8 (n,)."""
    found: NDArray[np.uint8] = table[hashes & np.uint64(len(table) - 1)]
    return found
