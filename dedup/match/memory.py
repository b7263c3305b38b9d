"""Whether a result that grows with the square of a family of texts will fit into memory."""

from __future__ import annotations

from pathlib import Path


def check(pairs: int, size: int, what: str, instead: str) -> None:
    """Check that so many pairs of so many bytes fit into the memory that is free.

    Parameters
    ----------
    pairs, size
        Number of pairs, and bytes for each.
    what, instead
        What needs them, and what takes less, for the message.

    Raises
    ------
    MemoryError
        They do not fit.
    """
    free = available()
    if free is not None and pairs * size > free:
        raise MemoryError(
            f"{what} takes {pairs * size / 2**30:,.1f} GiB for {pairs:,} pairs found so far, and "
            f"{free / 2**30:,.1f} GiB are free; use {instead}"
        )


def available() -> int | None:
    """Return the bytes that this process can still take without swapping, None where the system does not tell.

    That is what Linux estimates for the machine, or less, if the control group of the process has a limit.
    """
    try:
        machine = _numbers(Path("/proc/meminfo"))["MemAvailable:"] * 1024
    except (OSError, KeyError):
        return None
    try:
        group = Path("/proc/self/cgroup").read_text(encoding="utf-8").rpartition(":")[2].strip().lstrip("/")
        folder = Path("/sys/fs/cgroup", group)
        most, used = (int((folder / f"memory.{name}").read_text(encoding="ascii")) for name in ("max", "current"))
        return min(machine, max(most - used + _numbers(folder / "memory.stat")["inactive_file"], 0))
    except (OSError, ValueError, KeyError):  # no control group, or no limit
        return machine


def _numbers(file: Path) -> dict[str, int]:
    return {line.split()[0]: int(line.split()[1]) for line in file.read_text(encoding="ascii").splitlines()}
