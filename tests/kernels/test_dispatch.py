"""Which engine runs, and that nobody waits for one that is not needed."""

import subprocess
import sys

import pytest

from dedup import kernels
from dedup.kernels import threads


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


def test_in_one_call_the_first_choice_holds_on_every_thread(engine: str, monkeypatch) -> None:
    monkeypatch.setenv("DEDUP_THREADS", "3")
    chosen = f"dedup.kernels.{engine}"

    def names() -> list[str]:
        return list(threads.mapped(lambda size: kernels.engine(size).__name__, [0, 10**9] * 4))

    with kernels.one_engine():
        kernels.expect(1)
        monkeypatch.setenv("DEDUP_ENGINE", "reference" if engine == "compiled" else "compiled")
        with kernels.one_engine():
            kernels.expect(10**9)
            assert names() == [chosen] * 8
        assert names() == [chosen] * 8
    assert chosen not in names()


def test_calls_on_different_threads_choose_for_themselves(engine: str, monkeypatch) -> None:
    from threading import Thread

    other: list[str] = []
    with kernels.one_engine():
        kernels.expect(1)
        monkeypatch.setenv("DEDUP_ENGINE", "reference" if engine == "compiled" else "compiled")
        thread = Thread(target=lambda: other.append(kernels.engine(1).__name__))
        thread.start()
        thread.join()
        assert kernels.engine(1).__name__ == f"dedup.kernels.{engine}"
    assert other in (["dedup.kernels.reference"], ["dedup.kernels.compiled"])
    assert other != [f"dedup.kernels.{engine}"]


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
