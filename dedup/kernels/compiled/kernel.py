"""What makes a function a compiled kernel, and where its code is kept."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from numba import njit
from numba.core.caching import CompileResultCacheImpl, FunctionCache, _CacheLocator
from numba.core.environment import Environment
from numba.core.runtime.nrt import rtsys

from dedup.kernels import cache

_Function = TypeVar("_Function", bound=Callable[..., Any])


class _Locator(_CacheLocator):
    """Keeps code where `cache.folder` says, valid as long as no source of a kernel changes."""

    @classmethod
    def from_function(cls, py_func: Any, py_file: str) -> _Locator:
        return cls()

    def get_cache_path(self) -> str:
        return str(cache.folder())

    def get_source_stamp(self) -> str:
        return cache.sources()

    def get_disambiguator(self) -> str:
        return "kernel"


class _Files(CompileResultCacheImpl):
    _locator_classes = [_Locator]  # type: ignore[list-item]  # noqa: RUF012

    def reduce(self, cres: Any) -> Any:
        """Return what is kept: Numba's form, but with the environments of its own functions as values.

        Unpickled in Numba's form, they import the modules of these functions, for global names that compiled code does
        not use.
        """
        *parts, environments = super().reduce(cres)  # type: ignore[no-untyped-call]
        return *parts, [(environment.env_name, environment.consts) for environment in environments]

    def rebuild(self, target_context: Any, payload: Any) -> Any:
        """Return the compiled function that was kept."""
        *parts, environments = payload
        environments = [_environment(*values) for values in environments]
        return super().rebuild(target_context, (*parts, environments))  # type: ignore[no-untyped-call]


def _environment(name: str, constants: list[Any]) -> Environment:
    environment = Environment(globals())
    environment.env_name = name
    environment.consts[:] = constants
    return environment


class _Cache(FunctionCache):
    _impl_class = _Files

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return the code that was kept, or None.

        Numba would first load everything that compiling needs. Beside ``import numba``, the first `find_duplicates` of
        a process takes 0.16 s of processor time without that, and 0.47 s with it.
        """
        rtsys.initialize(target_context)
        with self._guard_against_spurious_io_errors():
            return self._load_overload(sig, target_context)  # type: ignore[no-untyped-call]

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep the code, if the folder can be written to; otherwise it serves this process only."""
        with suppress(OSError):
            super().save_overload(sig, data)  # type: ignore[no-untyped-call]


def kernel(function: _Function) -> _Function:
    """Compile a function on its first call, and keep its code on disk. It releases Python's lock while it runs.

    Numba's own ``cache=True`` ignores code in a folder that cannot be written to, so every user would compile again
    what an administrator has compiled; and where no folder can be written to, it raises.
    """
    compiled: Any = njit(nogil=True)(function)
    compiled._cache = _Cache(function)  # type: ignore[no-untyped-call]
    return compiled  # type: ignore[no-any-return]
