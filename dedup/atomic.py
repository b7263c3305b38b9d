"""Writing a file as a whole or not at all."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

TEMPORARY: Final = ".dedup-*.tmp"
"""A pattern of the files that `save` leaves if the process is killed."""


def save(path: str | os.PathLike[str], pieces: Iterable[bytes | memoryview]) -> None:
    """Write a file completely, or leave it as it was.

    The pieces go to a new file beside it, which takes its place when it is on the disk. A link stays a link, and an
    existing file keeps its permissions. Pipes and devices are written directly; if the reader closes a pipe, writing
    ends without an error.

    Parameters
    ----------
    path
        The file. Its folder must exist.
    pieces
        The content, in order. What it raises is raised, and the file stays as it was.

    Raises
    ------
    OSError
        Writing fails.
    """
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        mode = None
    if mode is None or stat.S_ISREG(mode) or stat.S_ISDIR(mode):  # a folder is refused when it is to be replaced
        _replace(os.path.realpath(path), mode, pieces)
    else:
        with suppress(BrokenPipeError), open(path, "wb") as file:
            file.writelines(pieces)


def _replace(path: str, mode: int | None, pieces: Iterable[bytes | memoryview]) -> None:
    if mode is not None and not os.access(path, os.W_OK):  # to rename over it would be allowed
        raise PermissionError(None, "Permission denied", path)
    folder = os.path.dirname(path)
    # not with tempfile, whose files nobody else may read
    beside = os.path.join(folder, f".dedup-{os.urandom(8).hex()}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        with open(os.open(beside, flags, 0o666), "wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            with suppress(OSError):
                os.chmod(beside, stat.S_IMODE(mode))
        os.replace(beside, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(beside)
        raise
    if os.name == "posix":  # only then is the new name sure to outlive a loss of power
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
