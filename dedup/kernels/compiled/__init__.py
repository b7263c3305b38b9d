"""The kernels in Numba: plain loops, compiled at the first call and cached beside the source."""

from importlib import import_module
from types import ModuleType

__all__ = [
    "align",
    "counters",
    "forest",
    "links",
    "pairs",
    "places",
    "postings",
    "sets",
    "signatures",
    "stars",
    "text",
    "words",
]


def __getattr__(name: str) -> ModuleType:
    """Return a module of kernels, loaded on first use: most calls need few of them."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.{name}")
