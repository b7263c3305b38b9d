"""Measuring in a process of its own, so that one engine, its imports and its memory are seen alone.

``python -m benchmarks.child MODULE`` reads arguments as JSON from standard input, calls ``MODULE.measure(**arguments)``
and writes what it returns as JSON. A module that is measured imports `dedup` and NumPy only inside ``measure``.
"""

import json
import os
import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any


def engines() -> tuple[str, ...]:
    """The engines that can run here."""
    return ("reference", "compiled") if find_spec("numba") else ("reference",)


def fastest() -> str:
    """The engine for what is not compared."""
    return engines()[-1]


def measure(module: str, engine: str, cache: Path | None = None, *, alone: bool = False, **arguments: object) -> Any:
    """What ``measure(**arguments)`` of a module returns in a new process with this engine.

    `cache` is the folder where compiled code is looked for and left; None: the usual one. `alone`: one thread.
    """
    environment = {**os.environ, "DEDUP_ENGINE": engine}
    if alone:
        environment |= {"DEDUP_THREADS": "1", "RAYON_NUM_THREADS": "1"}
    if cache is not None:
        environment["NUMBA_CACHE_DIR"] = str(cache)
    command = [sys.executable, "-m", "benchmarks.child", module]
    done = subprocess.run(
        command, input=json.dumps(arguments), stdout=subprocess.PIPE, encoding="utf-8", env=environment, check=True
    )
    return json.loads(done.stdout)


def hold_to_one_core() -> None:
    """Keep every thread of this process on one core, where the system can: not every library obeys a variable."""
    if sys.platform == "linux":
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def memory() -> float | None:
    """What this process holds now, in MiB; None where the system does not tell. Forgets its peak, so that
    `peak_memory` tells of what comes after (Linux)."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))
    except (OSError, StopIteration):
        return None


def installed_memory() -> float:
    """The memory of this machine, in MiB; infinite where the system does not tell."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / (1 << 20)
    except (AttributeError, ValueError, OSError):
        return float("inf")


def peak_memory() -> float | None:
    """The most memory this process has held, in MiB; None where the system does not tell."""
    if sys.platform == "win32":
        return None
    try:  # on Linux, what getrusage tells includes the parent, as it was when this process began
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


if __name__ == "__main__":
    json.dump(import_module(sys.argv[1]).measure(**json.load(sys.stdin)), sys.stdout)
