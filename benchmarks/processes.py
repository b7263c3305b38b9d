"""What a command costs, with all processes that it starts."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

EVERY = 0.5
"""Seconds between two looks at the memory. To add up the pages of 4 GB takes 20 to 40 ms of them."""


class Cost(NamedTuple):
    """Seconds, those of all processors; the most memory at one time in MiB: of all processes together, pages that they
    share counted once, without the files that they have mapped (None where the system does not tell); and the most MB
    on disk at one time, of the result and of what is removed again."""

    seconds: float
    processor: float
    peak: float | None
    disk: float


class CommandError(Exception):
    """A command that ended with an error; what it printed last."""


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> Cost:
    """Run a command to its end. All that it writes goes to `folder`: what it prints, and its temporary files.

    CommandError: it failed.
    """
    begun = time.perf_counter()
    peak = disk = 0.0
    log = folder / "log.txt"
    with log.open("wb") as printed:
        process = subprocess.Popen(
            command,
            stdout=printed,
            stderr=subprocess.STDOUT,
            env={**os.environ, "TMPDIR": str(folder), **(environment or {})},
        )
        while True:
            # what wait4 tells includes the children that the process has waited for
            ended, status, used = os.wait4(process.pid, os.WNOHANG)
            if ended:
                break
            peak = max(peak, sum(map(_private, _tree(process.pid))))
            disk = max(disk, _size(folder))
            time.sleep(EVERY)
    seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        last = log.read_text(encoding="utf-8", errors="replace").splitlines()[-3:]
        raise CommandError(f"{' '.join(command[:4])} … ended with {process.returncode}: {' / '.join(last)}")
    return Cost(seconds, used.ru_utime + used.ru_stime, peak if sys.platform == "linux" else None, disk)


def _tree(top: int) -> Iterator[int]:
    yield top
    try:
        tasks = list(Path(f"/proc/{top}/task").iterdir())
    except OSError:
        return
    for task in tasks:
        try:
            children = (task / "children").read_text(encoding="ascii").split()
        except OSError:
            continue
        for child in children:
            yield from _tree(int(child))


def _size(folder: Path) -> float:
    """MB of all files in a folder."""
    size = 0
    for root, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                size += os.lstat(os.path.join(root, name)).st_size
    return size / 1e6


def _private(process: int) -> float:
    """MiB of a process; each page divided by how many share it."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith(("Pss_Anon:", "Pss_Shmem:"))) / 1024
