"""How time and memory grow with the number of paragraphs."""

import math
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks import child, job
from benchmarks.paragraphs import Mix
from benchmarks.plot import Line, draw
from benchmarks.report import Cell, Column, Result
from benchmarks.systems import OURS, PEERS, PEERS_ONCE, there
from benchmarks.texts import mixed

COLUMNS = (
    Column("system"),
    Column("paragraphs"),
    Column("seconds", 2),
    Column("µs each", 1),
    Column("order", 2),
    Column("MiB"),
    Column("KiB each", 2),
    Column("code, MiB"),
    Column("groups"),
)


def run(sizes: Sequence[int], limit: float, seed: int, plot: Path | None) -> Result:
    """Every system at every size, one process each, until it would take longer than `limit` seconds, or half of the
    machine's memory."""
    systems, left_out = there((*OURS, *PEERS_ONCE, *PEERS[len(PEERS_ONCE) :]))
    taken: dict[str, list[tuple[int, job.Taken]]] = {system.name: [] for system in systems}
    stopped: set[str] = set()
    room = child.installed_memory() / 2
    with tempfile.TemporaryDirectory() as folder:
        for size in sorted(sizes):
            source = mixed(Path(folder, "texts.txt"), size, seed, Mix())
            for system in [system for system in systems if system.name not in stopped]:
                before = taken[system.name]
                seconds, mebibytes = _expected(before, size)
                fits = seconds < limit and mebibytes < room
                if fits or (system in OURS and system.engine == child.fastest()):
                    before.append((size, job.run(system.name, source.file)))
                else:
                    stopped.add(system.name)
    if plot:
        draw(plot, [_line(name, every) for name, every in taken.items()])
    rows = [row for name, every in taken.items() for row in _rows(name, every)]
    shares = source.what.partition(": ")[2]
    data = f"generated, seed {seed}, about 60 words each: {shares}"
    notes = (
        "seconds: one call, after a first one on few texts; order: exponent of the growth since the size before "
        "(1: linear). MiB, KiB each: peak beyond the texts and the code.",
        f"a system is left out from the size at which, if it were linear, it would take {limit:g} s or half of the "
        "machine's memory; not so dedup's fastest engine. copies aside: it is given each distinct text once.",
        *left_out,
    )
    return Result("growth", "time and memory against the number of paragraphs", data, COLUMNS, rows, notes)


def _expected(before: Sequence[tuple[int, job.Taken]], size: int) -> tuple[float, float]:
    """Seconds and MiB of a job that grows no faster than its texts; 0 where nothing is known."""
    if not before:
        return 0.0, 0.0
    smaller, one = before[-1]
    return one.seconds * size / smaller, (one.beyond or 0.0) * size / smaller


def _rows(name: str, every: Sequence[tuple[int, job.Taken]]) -> list[tuple[Cell, ...]]:
    rows: list[tuple[Cell, ...]] = []
    for turn, (size, one) in enumerate(every):
        order = None
        if turn:
            smaller, other = every[turn - 1]
            order = math.log(one.seconds / other.seconds) / math.log(size / smaller)
        each = None if one.beyond is None else 1024 * one.beyond / size
        rows.append((name, size, one.seconds, 1e6 * one.seconds / size, order, one.beyond, each, one.code, one.groups))
    return rows


def _line(name: str, every: Sequence[tuple[int, job.Taken]]) -> Line:
    return Line(
        name,
        [size for size, _ in every],
        [one.seconds for _, one in every],
        [math.nan if one.beyond is None else one.beyond for _, one in every],
    )
