"""What the tests of several rooms share: the engines, and Hypothesis without chance or clocks."""

import os
from collections.abc import Iterator
from importlib.util import find_spec

import pytest
from hypothesis import settings

settings.register_profile("fixed", derandomize=True, deadline=None, max_examples=50)
settings.register_profile("search", deadline=None, max_examples=5_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))

ENGINES = ("reference", "compiled")


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep readings of files in a folder of the tests' own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEDUP_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Iterator[str]:
    """Each engine in turn, forced."""
    if request.param == "compiled" and not find_spec("numba"):
        pytest.skip("numba is not installed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEDUP_ENGINE", request.param)
        yield request.param
