"""The hot loops, twice under the same names: `reference` (NumPy) and `compiled` (Numba). Both give identical arrays.

``engine(size)`` picks one for an input; nothing outside this room knows which. The environment variable DEDUP_ENGINE
(``reference`` or ``compiled``) forces one.
"""

import importlib
import os
import sys
from importlib.util import find_spec
from types import ModuleType

# Loading the compiled kernels takes about a second, which an input must be worth; once loaded they win early: the
# tokens of 2,000 characters take 0.03 ms, and 0.2 ms with NumPy.
WORTH_LOADING = 1_000_000
WORTH_CALLING = 2_000


def engine(size: int) -> ModuleType:
    """Return the engine for an input of `size` items (code points, tokens, postings): a package of kernel modules.

    Raises
    ------
    ValueError
        DEDUP_ENGINE names neither engine.
    ModuleNotFoundError
        DEDUP_ENGINE is ``compiled``, and Numba is not installed.
    """
    name = os.environ.get("DEDUP_ENGINE", "")
    if name not in ("", "reference", "compiled"):
        raise ValueError(f"DEDUP_ENGINE={name!r} is not an engine; allowed: 'reference', 'compiled'")
    if not name:
        loaded = "dedup.kernels.compiled" in sys.modules
        worth = size >= (WORTH_CALLING if loaded else WORTH_LOADING)
        name = "compiled" if worth and (loaded or find_spec("numba")) else "reference"
    return importlib.import_module(f"dedup.kernels.{name}")
