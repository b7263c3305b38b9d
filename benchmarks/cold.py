"""How long a linter that starts anew for every commit keeps its user waiting."""

import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path
from statistics import median

from benchmarks.report import Column, Result

COLUMNS = (
    Column("process"),
    Column("ms", 1),
    Column("least", 1),
    Column("most", 1),
    Column("times import numpy", 2),
)


def run(article: Path, runs: int) -> Result:
    """Start every process in turn, `runs` times over, after one round that warms the disk's cache."""
    script = shutil.which("dedup", path=sysconfig.get_path("scripts"))
    lint = [script] if script else [sys.executable, "-m", "dedup"]
    commands = {
        'python -c "import numpy"': [sys.executable, "-c", "import numpy"],
        'python -c ""': [sys.executable, "-c", ""],
        'python -c "import dedup"': [sys.executable, "-c", "import dedup"],
        f"dedup lint {article.name}": [*lint, "lint", "--exit-zero", str(article)],
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(runs + 1):
        for name, command in commands.items():
            begun = time.perf_counter()
            subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
            if turn:
                times[name].append(time.perf_counter() - begun)
    numpy = next(iter(times.values()))
    rows = [
        (
            name,
            1e3 * median(taken),
            1e3 * min(taken),
            1e3 * max(taken),
            median(one / other for one, other in zip(taken, numpy, strict=True)),
        )
        for name, taken in times.items()
    ]
    data = f"{article.name}, {article.stat().st_size:,} bytes; {runs} runs of each process, in turn"
    notes = ("times import numpy: median over paired runs.",)
    return Result("cold", "whole processes, from start to end", data, COLUMNS, rows, notes)
