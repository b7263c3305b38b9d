"""Saving a file as a whole or not at all."""

import errno
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dedup import atomic

POSIX = pytest.mark.skipif(os.name == "nt", reason="permissions, links and pipes of POSIX")


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    return path


def test_the_pieces_are_written_in_order(old: Path) -> None:
    atomic.save(old, [b"a", b"", b"bc"])
    assert old.read_bytes() == b"abc"
    atomic.save(str(old.with_name("new")), iter([b"x"]))
    assert sorted(os.listdir(old.parent)) == ["file", "new"]


@pytest.mark.parametrize("stop", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt(), ValueError()])
def test_a_failure_in_the_middle_loses_nothing_and_leaves_nothing(old: Path, stop: BaseException) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"new" * 100_000
        raise stop

    for path in (old, old.with_name("new")):
        with pytest.raises(type(stop)):
            atomic.save(path, pieces())
    assert os.listdir(old.parent) == ["file"]
    assert old.read_bytes() == b"old"


@POSIX
def test_a_full_disk_loses_nothing_and_leaves_nothing(old: Path) -> None:
    program = (
        "import resource, signal, sys\n"
        "from dedup import atomic\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))\n"
        "try:\n"
        "    atomic.save(sys.argv[1], [b'new' * 1_000] * 100)\n"
        "except OSError as error:\n"
        "    print(error.errno)"
    )
    done = subprocess.run([sys.executable, "-c", program, str(old)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(errno.EFBIG)
    assert os.listdir(old.parent) == ["file"]
    assert old.read_bytes() == b"old"


@POSIX
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o777])
def test_an_existing_file_keeps_its_permissions(old: Path, mode: int) -> None:
    old.chmod(mode)
    atomic.save(old, [b"new"])
    assert stat.S_IMODE(old.stat().st_mode) == mode


@POSIX
def test_a_new_file_has_the_permissions_of_any_other(tmp_path: Path) -> None:
    (tmp_path / "other").touch()
    atomic.save(tmp_path / "new", [b"new"])
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "other").stat().st_mode


@POSIX
def test_a_link_stays_a_link(old: Path) -> None:
    link = old.with_name("link")
    link.symlink_to("file")
    atomic.save(link, [b"new"])
    assert link.is_symlink()
    assert old.read_bytes() == b"new"


@POSIX
def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    atomic.save(pipe, [b"a", b"b"])
    reader.join()
    assert read == [b"ab"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        atomic.save(tmp_path / "folder", [b"new"])
    assert os.listdir(tmp_path) == ["folder"]
