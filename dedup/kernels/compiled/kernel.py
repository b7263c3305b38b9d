"""What makes a function a compiled kernel, and where its code is kept."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from numba import njit
from numba.core.caching import CompileResultCacheImpl, FunctionCache, _CacheLocator

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


class _Cache(FunctionCache):
    _impl_class = _Files

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
