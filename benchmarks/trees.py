"""How long a linter takes on a whole tree, from files to JSON, and how much memory."""

import json
import random
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks import child
from benchmarks.prose import Vocabulary, write
from benchmarks.report import Column, Result

FILES = 1_000
WORDS = 2_500
"""Of a generated file."""

COPIED = 10
"""Passages that the generated files of one folder share two and two, for each file."""

FOLDER = 50
"""Files of a generated folder."""

COLUMNS = (
    Column("what"),
    Column("s", 2),
    Column("MB/s", 2),
    Column("times opening and splitting", 1),
    Column("peak MiB", 0),
    Column("findings"),
)


class Taken(NamedTuple):
    """Seconds, MiB of the process at its peak (None: the system does not tell), bytes read, files and findings."""

    seconds: float
    peak: float | None
    size: int
    files: int
    findings: int


def run(paths: Sequence[str] | None, runs: int, seed: int) -> Result:
    """Every way in turn, `runs` times over, after a round that compiles and warms the disk's cache."""
    with tempfile.TemporaryDirectory() as folder:
        if paths:
            named, what = [str(Path(path).resolve()) for path in paths], ", ".join(paths)
        else:
            named, what = [str(generate(Path(folder) / "tree", seed))], f"generated Markdown, seed {seed}"
        ways = {
            "open, decode and split at white space": False,
            "dedup lint --format json": True,
        }
        seen: dict[str, list[Taken]] = {name: [] for name in ways}
        for turn in range(runs + 1):
            for name, linted in ways.items():
                taken = child.measure("benchmarks.trees", child.fastest(), paths=named, folder=folder, linted=linted)
                if turn:
                    seen[name].append(Taken(*taken))
    yardstick = next(iter(seen.values()))
    rows = [
        (
            name,
            median(one.seconds for one in taken),
            median(one.size / 1e6 / one.seconds for one in taken),
            median(one.seconds / other.seconds for one, other in zip(taken, yardstick, strict=True)),
            None if taken[0].peak is None else max(one.peak or 0 for one in taken),
            taken[0].findings if ways[name] else None,
        )
        for name, taken in seen.items()
    ]
    data = f"{what}: {yardstick[0].files:,} files, {yardstick[0].size / 1e6:.1f} MB; {runs} runs of each, in turn"
    notes = ("From the import to JSON in a file. times opening and splitting: median over paired runs.",)
    return Result("trees", f"linting a whole tree, engine {child.fastest()}", data, COLUMNS, rows, notes)


def generate(tree: Path, seed: int) -> Path:
    """Folders of Markdown files that share passages; a fifth of the copies are edited in a tenth of their words."""
    vocabulary = Vocabulary(20_000, seed)
    generator = random.Random(f"tree {seed}")
    rates = (0.0, 0.0, 0.0, 0.0, 0.1)
    for first in range(0, FILES, FOLDER):
        folder = tree / f"part-{first // FOLDER:02}"
        folder.mkdir(parents=True)
        text, _ = write(
            vocabulary, generator, FOLDER * WORDS, copies=FOLDER * COPIED // 2, length=(20, 80), rates=rates
        )
        paragraphs = text.strip().split("\n\n")
        size = -(-len(paragraphs) // FOLDER)
        for number in range(FOLDER):
            body = "\n\n".join(paragraphs[number * size : (number + 1) * size])
            (folder / f"page-{number:02}.md").write_text(f"# Page {first + number}\n\n{body}\n", encoding="utf-8")
    return tree


def measure(paths: list[str], folder: str, linted: bool) -> tuple[float | int | None, ...]:
    """What `Taken` says, in that order."""
    begun = time.perf_counter()
    if linted:
        from dedup.cli import main

        output = str(Path(folder) / "report.json")
        code = main(["lint", "--isolated", "--exit-zero", "--format", "json", "--output", output, *paths])
        seconds = time.perf_counter() - begun
        if code:
            raise SystemExit(f"dedup lint ended with {code}")
        peak = child.peak_memory()
        findings = len(json.loads(Path(output).read_bytes())["findings"])
    else:
        from dedup.lint.sources.discover import select

        for document in select(paths).documents:
            Path(document.path).read_bytes().decode("utf-8", "replace").split()
        seconds, peak, findings = time.perf_counter() - begun, child.peak_memory(), 0
    from dedup.lint.sources.discover import select

    files = [Path(document.path) for document in select(paths).documents]
    return seconds, peak, sum(file.stat().st_size for file in files), len(files), findings
