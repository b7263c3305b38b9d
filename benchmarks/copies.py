"""What it costs that one paragraph stands in a collection again and again, as it is or with two words changed."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks import job
from benchmarks.paragraphs import PLACES
from benchmarks.report import Cell, Column, Result
from benchmarks.systems import OURS, there
from benchmarks.texts import generated

COLUMNS = (
    Column("system"),
    Column("texts"),
    Column("linkage"),
    Column("seconds", 2),
    Column("all different, s", 2),
    Column("ratio", 2),
    Column("least", 2),
    Column("most", 2),
    Column("MiB"),
    Column("groups"),
)


def run(count: int, runs: int, seed: int) -> Result:
    """One paragraph 1.5 `count` times among half as many others, and `count` / 5 variants of one among the rest of
    `count`, each against as many different ones."""
    times, others = count + count // 2, count // 2
    alike, rest = count // 5, count - count // 5
    variants = (f"{alike:,} variants, {rest:,} others", "variants", {"count": alike, "others": rest})
    cases = (
        ("star", f"one {times:,} times, {others:,} others", "repeated", {"times": times, "others": others}),
        ("star", *variants),
        ("single", *variants),
    )
    systems, left_out = there(OURS)
    rows: list[tuple[Cell, ...]] = []
    with tempfile.TemporaryDirectory() as folder:
        for linkage, what, kind, arguments in cases:
            file, different = Path(folder, "copies.txt"), Path(folder, "different.txt")
            total = generated(file, kind, seed=seed, **arguments)
            generated(different, "repeated", seed=seed, times=1, others=total - 1)
            for system in systems:
                both = [
                    (job.run(system.name, file, linkage=linkage), job.run(system.name, different, linkage=linkage))
                    for _ in range(runs)
                ]
                rows.append(_row(system.name, what, linkage, both))
    data = f"generated, seed {seed}, about 60 words each; paired runs: {runs}"
    notes = (
        "ratio: median over paired runs, with its least and most, to as many texts that are all different.",
        f"variants: one text of 60 words, no two with the same word at places {' and '.join(map(str, PLACES))}; any "
        "two have a Jaccard similarity of .81. linkage: what find_duplicates is asked for.",
        "MiB: peak beyond the texts and the code.",
        *left_out,
    )
    return Result("copies", "time for texts that are copied often, or filled in", data, COLUMNS, rows, notes)


def _row(name: str, what: str, linkage: str, both: Sequence[tuple[job.Taken, job.Taken]]) -> tuple[Cell, ...]:
    ratios = [one.seconds / other.seconds for one, other in both]
    return (
        name,
        what,
        linkage,
        median(one.seconds for one, _ in both),
        median(other.seconds for _, other in both),
        median(ratios),
        min(ratios),
        max(ratios),
        both[0][0].beyond,
        both[0][0].groups,
    )
