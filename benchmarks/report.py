"""What every benchmark gives back, and how it is shown: the machine, the versions, the data and a table."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

Cell = str | int | float | None
PACKAGES = (
    "passage-dedup",
    "numpy",
    "numba",
    "xxhash",
    "pyromark",
    "click",
    "datasketch",
    "sqlalchemy",
    "psycopg",
    "rensa",
    "gaoya",
    "near-dupes",
)


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column, unit included, and how many digits after the point its floats are printed with."""

    name: str
    digits: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """One table. Every row has a cell for every column; None is printed as a dash."""

    name: str
    asked: str
    """What was measured, one sentence."""
    data: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Cell]]
    notes: tuple[str, ...] = ()


def machine() -> dict[str, str]:
    """Date, processor, how busy it was, system and versions."""
    found = {
        "date": date.today().isoformat(),
        "machine": f"{_processor()}, {os.cpu_count()} cores",
        "load before": f"{os.getloadavg()[0]:.2f}" if hasattr(os, "getloadavg") else "unknown",
        "system": f"{platform.system()} {platform.machine()}",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
    }
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or "unknown")


def show(result: Result) -> str:
    """The result for people."""
    heads = [column.name for column in result.columns]
    body = [[_shown(cell, column) for cell, column in zip(row, result.columns, strict=True)] for row in result.rows]
    widths = [max(map(len, cells)) for cells in zip(heads, *body, strict=True)]
    texts = [any(isinstance(cell, str) for cell in cells) for cells in zip(*result.rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        aligned = (
            cell.ljust(width) if text else cell.rjust(width)
            for cell, width, text in zip(cells, widths, texts, strict=True)
        )
        return "  ".join(aligned).rstrip()

    table = [line(heads), line(["-" * width for width in widths]), *map(line, body)]
    return "\n".join([f"## {result.name}: {result.asked}", f"data: {result.data}", "", *table, *result.notes])


def _shown(cell: Cell, column: Column) -> str:
    if cell is None:
        return "-"
    if isinstance(cell, float):
        return f"{cell:,.{column.digits}f}"
    return f"{cell:,}" if isinstance(cell, int) else cell


def write_json(path: Path, host: Mapping[str, str], results: Sequence[Result]) -> None:
    """The same for programs: one object, floats unrounded."""
    parts = [
        {
            "name": result.name,
            "asked": result.asked,
            "data": result.data,
            "rows": [
                {column.name: cell for column, cell in zip(result.columns, row, strict=True)} for row in result.rows
            ],
            "notes": result.notes,
        }
        for result in results
    ]
    path.write_text(json.dumps({"machine": host, "results": parts}, indent=1) + "\n", encoding="utf-8")
