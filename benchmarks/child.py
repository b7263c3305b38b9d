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


def measure(module: str, engine: str, cache: Path | None = None, **arguments: object) -> Any:
    """What ``measure(**arguments)`` of a module returns in a new process with this engine.

    `cache` is the folder where compiled code is looked for and left; None: the usual one.
    """
    environment = {**os.environ, "DEDUP_ENGINE": engine}
    if cache is not None:
        environment["NUMBA_CACHE_DIR"] = str(cache)
    command = [sys.executable, "-m", "benchmarks.child", module]
    done = subprocess.run(
        command, input=json.dumps(arguments), stdout=subprocess.PIPE, encoding="utf-8", env=environment, check=True
    )
    return json.loads(done.stdout)


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
