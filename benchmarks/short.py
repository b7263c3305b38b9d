"""Many short texts: what each costs alone, in a call for all, and as part of a longer text."""

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import child
from benchmarks.collection import sources
from benchmarks.report import Cell, Column, Result
from benchmarks.texts import load

JOINED = 100
"""Texts of a document, where the same words are read as documents."""
QUERIES = 2_000
"""Texts that an index is asked for one by one."""

COLUMNS = (
    Column("call"),
    Column("engine"),
    Column("texts"),
    Column("seconds", 2),
    Column("least", 2),
    Column("most", 2),
    Column("µs a text", 1),
)

NOTES = (
    "seconds: processor time of all threads, in a process for each engine, after a first round on few texts; median, "
    "least and most of the runs.",
    f"documents: the same texts, {JOINED} in each, with blank lines between.",
)


def run(texts: Sequence[str] | None, count: int, runs: int, seed: int) -> Result:
    """Every call with every engine on the distinct paragraphs of `collection`."""
    rows: list[tuple[Cell, ...]] = []
    with tempfile.TemporaryDirectory() as folder:
        distinct, _ = sources(Path(folder), texts, count, seed)
        for engine in child.engines():
            seen = child.measure("benchmarks.short", engine, path=str(distinct.file), runs=runs)
            for call, (size, seconds) in seen.items():
                middle = median(seconds)
                rows.append((call, engine, size, middle, min(seconds), max(seconds), 1e6 * middle / size))
    asked = "find_repeats, find_duplicates and LSHIndex on many short texts"
    return Result("short", asked, f"{distinct.what}; runs: {runs}", COLUMNS, rows, NOTES)


def measure(path: str, runs: int) -> dict[str, Any]:
    """For each call, how many texts it has and the processor time of each run."""
    from dedup import LSHIndex, find_duplicates, find_repeats

    texts = load(Path(path))
    documents = ["\n\n".join(texts[first : first + JOINED]) for first in range(0, len(texts), JOINED)]
    index = LSHIndex()
    index.add_many(enumerate(texts))
    asked = texts[:QUERIES]
    calls: dict[str, tuple[list[str], Callable[[list[str]], object]]] = {
        "find_repeats": (texts, find_repeats),
        "find_repeats, documents": (documents, find_repeats),
        "find_duplicates": (texts, find_duplicates),
        "LSHIndex.add_many": (texts, lambda some: LSHIndex().add_many(enumerate(some))),
        "LSHIndex.query": (asked, lambda some: [index.query(text) for text in some]),
        "LSHIndex.query_many": (texts, index.query_many),
    }
    seen: dict[str, Any] = {}
    for name, (some, call) in calls.items():
        call(some[:100])
        seconds = []
        for _ in range(runs):
            begun = time.process_time()
            call(some)
            seconds.append(time.process_time() - begun)
        seen[name] = (len(texts) if some is documents else len(some), seconds)
    return seen
