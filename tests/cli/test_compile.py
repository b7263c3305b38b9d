"""``dedup compile``."""

import pytest

from dedup import cli
from dedup.kernels import cache

pytest.importorskip("numba")


def test_what_is_compiled_already_is_not_compiled_again(capsys, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    assert cache.mark_complete()
    assert cli.main(["compile"]) == 0
    assert capsys.readouterr().out == f"Everything is compiled already, in {cache.folder()}\n"


def test_everything_is_compiled_and_the_folder_is_shown(capsys, monkeypatch, tmp_path) -> None:
    from dedup.kernels.compiled import ahead

    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(ahead, "compile_all", lambda progress: cache.mark_complete())
    assert cli.main(["compile"]) == 0
    assert capsys.readouterr().out == f"Compiled. The code is in {cache.folder()}\n"


def test_a_folder_that_cannot_be_written_to_is_an_error_that_names_it(capsys, monkeypatch, tmp_path) -> None:
    from dedup.kernels.compiled import ahead

    (tmp_path / "file").touch()
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "file"))
    monkeypatch.setattr(ahead, "compile_all", lambda progress: cache.mark_complete())
    assert cli.main(["compile"]) == 2
    assert str(tmp_path / "file") in capsys.readouterr().err
