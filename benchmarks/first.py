"""First calls: what a program waits for that finds duplicates once, in a new process."""

import time
from collections.abc import Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

from benchmarks import child
from benchmarks.collection import sources
from benchmarks.report import Cell, Column, Result
from benchmarks.systems import OURS, PEERS, SYSTEMS, System, dedup, there
from benchmarks.texts import load, save

FEW = 1_000
"""Paragraphs of the small collection."""

DEFAULT = System("dedup exact, by default", partial(dedup, "exact"), "passage-dedup", "dedup", "")
"""The engine that the size of the collection decides."""

COLUMNS = (
    Column("texts"),
    Column("system"),
    Column("import, s", 2),
    Column("first call, s", 2),
    Column("second call, s", 2),
    Column("import and first, s", 2),
    Column("times compiled", 1),
    Column("times NumPy", 1),
)

NOTES = (
    "each system in a process of its own, in turn; texts are read into a list before the clock starts; medians.",
    "times compiled, times NumPy: of import and first call, median over runs that followed each other.",
    "compiled: with all code compiled before.",
)


class Taken(NamedTuple):
    """Seconds of the import, and of the first and the second call."""

    imported: float
    first: float
    second: float


def run(texts: Sequence[str] | None, count: int, runs: int, seed: int) -> Result:
    """Every system on few paragraphs and on `count`, copies included, each time in a new process."""
    compiled, reference = OURS[0], next(system for system in OURS if system.engine == "reference")
    systems, left_out = there((compiled, reference, DEFAULT, *PEERS[:2]))
    rows: list[tuple[Cell, ...]] = []
    with TemporaryDirectory() as folder:
        _, many = sources(Path(folder), texts, count, seed)
        few = Path(folder, "few.txt")
        with many.file.open(encoding="utf-8", newline="\n") as lines:
            save(few, (line[:-1] for line in islice(lines, FEW)))
        for number, file in ((min(FEW, many.size), few), (many.size, many.file)):
            taken = [{system.name: _taken(system, file) for system in systems} for _ in range(runs + 1)][1:]
            rows += [_row(f"{number:,}", system, taken, compiled.name, reference.name) for system in systems]
    data = f"{many.what}, and the first {FEW:,} of them; {runs} runs after one that is not counted"
    return Result("first", "find_duplicates(texts) in new processes", data, COLUMNS, rows, (*NOTES, *left_out))


def _taken(system: System, file: Path) -> Taken:
    return Taken(*child.measure("benchmarks.first", system.engine, system=system.name, path=str(file)))


def _row(
    texts: str, system: System, taken: Sequence[dict[str, Taken]], compiled: str, reference: str
) -> tuple[Cell, ...]:
    def whole(run: dict[str, Taken], name: str) -> float:
        return run[name].imported + run[name].first

    def times(name: str) -> float | None:
        return median(whole(run, system.name) / whole(run, name) for run in taken) if name in taken[0] else None

    own = [run[system.name] for run in taken]
    seconds = [median(column) for column in zip(*own, strict=True)]
    return (
        texts,
        system.name,
        *seconds,
        median(whole(run, system.name) for run in taken),
        times(compiled),
        times(reference),
    )


def measure(system: str, path: str) -> Taken:
    """Import, call and call again."""
    texts = load(Path(path))
    begun = time.perf_counter()
    find = ({DEFAULT.name: DEFAULT} | SYSTEMS)[system].load()
    imported = time.perf_counter()
    find(texts)
    first = time.perf_counter()
    find(texts)
    return Taken(imported - begun, first - imported, time.perf_counter() - first)
