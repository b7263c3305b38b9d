"""The hot loops, twice under the same names: `reference` (NumPy) and `compiled` (Numba). Both give identical arrays.

A public function uses one of them for all that it does: it is decorated with ``one_engine()``, and calls
``expect(work)``. ``engine()`` is the one that was chosen, on every thread, and nothing outside this room knows which.
The environment variable DEDUP_ENGINE (``reference`` or ``compiled``) forces one.

By default no call takes clearly longer than with NumPy:

- Loading Numba and its code takes a process half a second, so it is loaded where NumPy would take longer than that.
- Compiling takes half a minute, so it is done where NumPy would take longer than that, and then all of it at once.
  Everything else runs on NumPy until ``dedup compile`` has compiled it.

Seconds of processor time in a new process, from ``import dedup`` to the result, on one thread of a machine that other
work shared (29 November 2026; reference documentation with many repeats; each pair of numbers within seconds):

=====================================  =====  ========
call                                   NumPy  compiled
=====================================  =====  ========
27,000 paragraphs, duplicates          0.59   0.96
81,000 paragraphs, duplicates          0.96   1.06
162,000 paragraphs, duplicates         1.75   1.19
300,000 characters, repeats            0.29   0.92
2,000,000 characters, repeats          0.82   1.05
3,000,000 characters, repeats          1.77   1.38
4,000,000 characters, repeats          2.87   1.79
=====================================  =====  ========

Compiling everything takes 30 s, 28 s of them on one core.
"""

import importlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from importlib.util import find_spec
from threading import Lock
from types import ModuleType
from typing import Final

from dedup.kernels import cache

WORTH_CALLING: Final = 2_000
"""Size from which a loaded compiled kernel wins: the tokens of 2,000 characters take 0.03 ms, and 0.2 ms with NumPy."""
WORTH_LOADING: Final = 2_500_000
"""Work from which loading the compiled engine pays."""
WORTH_COMPILING: Final = 100_000_000
"""Work from which compiling it pays."""

_compiling = Lock()
_ready = False


class _Call:
    """A call that uses one engine."""

    engine: ModuleType | None = None
    """None until it is chosen."""


_call: ContextVar[_Call | None] = ContextVar("call", default=None)


@contextmanager
def one_engine() -> Iterator[None]:
    """Use one engine inside, on this thread and on those that `threads` starts: the first that is chosen.

    Inside another such call, the engine is that of the outer one.
    """
    if _call.get():
        yield
        return
    token = _call.set(_Call())
    try:
        yield
    finally:
        _call.reset(token)


def engine(size: int = 0) -> ModuleType:
    """Return the engine of the call that is under way: a package of kernel modules.

    Parameters
    ----------
    size
        Items of the input (code points, tokens, postings), for which an engine is chosen if none is.

    Raises
    ------
    ValueError
        DEDUP_ENGINE names neither engine.
    ModuleNotFoundError
        DEDUP_ENGINE is ``compiled``, and Numba is not installed.
    """
    call = _call.get()
    if call is None:
        return _engine_for(size)
    if call.engine is None:
        call.engine = _engine_for(size)
    return call.engine


def expect(work: int, progress: Callable[[str, int, int | None], object] | None = None) -> None:
    """Choose the engine of the call that is under way, unless it is chosen already.

    Parameters
    ----------
    work
        Code points in which repeats are looked for. Finding duplicates takes a fifth of the time for as much text.
    progress
        Called as ``progress(step, done, total)`` while kernels are compiled.

    Raises
    ------
    ValueError, ModuleNotFoundError
        As `engine` does.

    Notes
    -----
    If there is so much work that it is worth it, everything that is not compiled yet is compiled here, as it is if
    DEDUP_ENGINE forces the compiled engine.
    """
    global _ready
    call = _call.get()
    if call and call.engine:
        return
    name = _forced()
    if name == "compiled" or (not name and work >= WORTH_COMPILING and find_spec("numba")):
        with _compiling:
            if not _is_ready():
                compile_all = importlib.import_module("dedup.kernels.compiled.ahead").compile_all
                compile_all(progress or (lambda step, done, total: None))
                _ready = True
    engine(work)


def _engine_for(size: int) -> ModuleType:
    name = _forced()
    if not name:
        worth = size >= (WORTH_CALLING if "dedup.kernels.compiled" in sys.modules else WORTH_LOADING)
        name = "compiled" if worth and _is_ready() else "reference"
    return importlib.import_module(f"dedup.kernels.{name}")


def _forced() -> str:
    name = os.environ.get("DEDUP_ENGINE", "")
    if name not in ("", "reference", "compiled"):
        raise ValueError(f"DEDUP_ENGINE={name!r} is not an engine; allowed: 'reference', 'compiled'")
    return name


def _is_ready() -> bool:
    """Return whether the compiled engine can run without compiling anything."""
    global _ready
    _ready = _ready or (find_spec("numba") is not None and cache.is_complete())
    return _ready
