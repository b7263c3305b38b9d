"""Which engine runs, and that nobody waits for one that is not needed."""

import subprocess
import sys

import pytest

from dedup import kernels


@pytest.fixture
def fresh():
    """Run a program in a process of its own, DEDUP_ENGINE not set; what it prints."""

    def run(program: str, **environment: str) -> str:
        import os

        inherited = {name: value for name, value in os.environ.items() if name != "DEDUP_ENGINE"}
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={**inherited, **environment},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    return run


def test_the_variable_forces_an_engine_whatever_the_size(engine: str) -> None:
    assert {kernels.engine(size).__name__ for size in (0, 10**9)} == {f"dedup.kernels.{engine}"}


@pytest.mark.parametrize("name", ["numpy", "Reference", "reference ", "0"])
def test_a_variable_that_names_no_engine_is_an_error_that_names_it(monkeypatch, name: str) -> None:
    monkeypatch.setenv("DEDUP_ENGINE", name)
    with pytest.raises(ValueError, match=rf"DEDUP_ENGINE='{name}'.*'reference', 'compiled'"):
        kernels.engine(1)


def test_an_empty_variable_forces_nothing(monkeypatch) -> None:
    monkeypatch.setenv("DEDUP_ENGINE", "")
    assert kernels.engine(1).__name__ == "dedup.kernels.reference"


def test_both_engines_have_the_same_kernels() -> None:
    from dedup.kernels import reference

    pytest.importorskip("numba")
    from dedup.kernels import compiled

    assert reference.__all__ == compiled.__all__


def test_an_article_is_read_without_numba_and_datasketch(fresh) -> None:
    modules = "print({'numba', 'datasketch'} & {*sys.modules})"
    program = f"import dedup, sys; dedup.find_repeats('a b c d e f g h. ' * 100); {modules}"
    assert fresh(program) == "set()"


def test_without_numba_large_input_takes_the_reference_engine(fresh) -> None:
    program = (
        "import sys; sys.modules['numba'] = None; from dedup import kernels; kernels.find_spec = lambda name: None; "
    )
    assert fresh(program + "print(kernels.engine(10**9).__name__)") == "dedup.kernels.reference"
