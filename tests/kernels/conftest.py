from importlib import import_module
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def kernels(engine: str) -> ModuleType:
    """The kernels of one engine: all its modules."""
    return import_module(f"dedup.kernels.{engine}")
