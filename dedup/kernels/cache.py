"""Where compiled kernels are kept between processes, and whether all of them are there. Imports nothing of Numba.

Code is valid for one set of sources, one version of Numba and Python, and one processor. A marker file names these once
every kernel is compiled for them.
"""

import os
import platform
import sys
import tempfile
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PACKAGE = Path(__file__).parent
_BESIDE = _PACKAGE / "compiled" / "__pycache__"


@cache
def sources() -> str:
    """Return a digest of all sources of the compiled kernels.

    Numba itself compares only the file of a function, not those of the functions that are compiled into it.
    """
    digest = blake2b(digest_size=8)
    for path in [*sorted((_PACKAGE / "compiled").glob("*.py")), _PACKAGE / "alphabet.py", _PACKAGE / "candidates.py"]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def folder() -> Path:
    """Return the folder of the compiled code.

    It is below the one that NUMBA_CACHE_DIR names; otherwise beside the kernels, if this process can write there or if
    everything was compiled there before; otherwise in the user's own folder for caches.
    """
    return _folder(os.environ.get("NUMBA_CACHE_DIR", ""))


@cache
def _folder(named: str) -> Path:
    if named:
        return Path(named).absolute() / f"dedup-{sources()}"
    if _has_all(_BESIDE) or _is_writable(_BESIDE):
        return _BESIDE
    from platformdirs import user_cache_path

    return user_cache_path("dedup", appauthor=False) / f"kernels-{sources()}"


def is_complete() -> bool:
    """Return whether every kernel is compiled for this processor, Python and Numba."""
    return _has_all(folder())


def mark_complete() -> bool:
    """Record that every kernel is compiled; returns False if the folder cannot be written to."""
    place = folder()
    if not _is_writable(place):
        return False
    (place / _marker()).write_text(_contents())
    return True


def _has_all(place: Path) -> bool:
    with suppress(OSError):
        return (place / _marker()).read_text() == _contents()
    return False


@cache
def _marker() -> str:
    return f"complete-{sys.implementation.cache_tag}-{_processor()}"


@cache
def _contents() -> str:
    try:
        numba = version("numba")
    except PackageNotFoundError:  # importable without being installed
        numba = "unknown"
    return f"Numba {numba}\nPython {platform.python_version()}\nsources {sources()}\n"


def _processor() -> str:
    """Return a digest of what Numba may compile differently for.

    Numba's own name of the processor would take a second: it imports LLVM. Numba compares the
    processor again, so a digest that is too coarse costs a wait and no more.
    """
    described = [platform.machine(), os.environ.get("NUMBA_CPU_NAME", ""), os.environ.get("NUMBA_CPU_FEATURES", "")]
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:  # Linux
            first = file.read(1 << 13).partition("\n\n")[0]
        wanted = ("model name", "flags", "Features", "CPU implementer", "CPU part")
        described += [line for line in first.splitlines() if line.startswith(wanted)]
    except OSError:
        described.append(platform.processor())
    return blake2b("\n".join(described).encode(), digest_size=6).hexdigest()


def _is_writable(place: Path) -> bool:
    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=place):
            return True
    except OSError:
        return False
