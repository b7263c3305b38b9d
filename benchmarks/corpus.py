"""What it costs to find the duplicates of a corpus on disk, beside a collection in memory."""

import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks import child
from benchmarks.paragraphs import Mix
from benchmarks.report import Cell, Column, Result
from benchmarks.texts import generated

COLUMNS = (
    Column("where"),
    Column("paragraphs"),
    Column("MB"),
    Column("seconds", 1),
    Column("processor, s", 1),
    Column("µs each", 1),
    Column("peak, MiB"),
    Column("tables, MB"),
    Column("kept"),
)

_PART = 200_000
_EVERY = 20
"""One paragraph in so many is the same in all files."""
_BOILERPLATE = (
    "All timetables are subject to change without notice. The harbour office is not liable for delays, and asks "
    "passengers to be at the pier ten minutes before a ferry leaves. Bicycles, prams and dogs travel free of charge on "
    "all lines, as long as there is room for them on the lower deck and nobody is in their way when the ship lands."
)
_MIX = Mix(near=0.2, rates=(2 / 60, 4 / 60), copies=0.0, boilerplate=0.0)


def run(sizes: Sequence[int], memory: str, seed: int) -> Result:
    """The duplicates of generated paragraphs in Parquet files: in memory at the first size, on disk at each."""
    rows: list[tuple[Cell, ...]] = []
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "texts")
        place.mkdir()
        written = 0
        for size in sorted(sizes):
            while written < size:
                written += _write(place, written, min(_PART, size - written), seed)
            if not rows:
                rows.append(_row("memory", place, size, None))
            rows.append(_row("disk", place, size, memory))
    notes = (
        f"memory: find_duplicates; disk: corpus.find_duplicates with memory={memory!r}. Seconds from files to members, "
        "after the imports; µs: of the processor.",
        "peak: of the process, code and texts included; tables: what it wrote to its scratch folder.",
        f"a fifth of the paragraphs are near copies; every {_EVERY}th is one and the same.",
    )
    data = f"generated, seed {seed}, about 60 words each, in Parquet files of {_PART:,}"
    return Result("corpus", "duplicates on disk", data, COLUMNS, rows, notes)


def measure(folder: str, memory: str | None) -> tuple[float, float, float | None, int, int]:
    """Seconds, those of the processor, peak memory in MiB, bytes of tables, and texts that are kept."""
    import pyarrow.parquet as pq

    import dedup
    from dedup import corpus

    begun, busy = time.perf_counter(), time.process_time()
    if memory is None:
        found = dedup.find_duplicates(pq.read_table(folder, columns=["text"]).column("text"))
        spent = time.process_time() - busy
        return time.perf_counter() - begun, spent, child.peak_memory(), 0, int(found.keep.sum())
    scratch = Path(f"{folder}.scratch")
    try:
        with corpus.find_duplicates(folder, memory=memory, scratch=scratch) as result:
            seconds, spent = time.perf_counter() - begun, time.process_time() - busy
            kept = result.counts.kept
        size = sum(path.stat().st_size for path in scratch.rglob("*") if path.is_file())
        return seconds, spent, child.peak_memory(), size, kept
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _write(place: Path, before: int, count: int, seed: int) -> int:
    """Write a part of the corpus, and return how many paragraphs it has."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    source = place.with_name("part.txt")
    generated(source, "mixed", count=count, seed=seed + before, mix=asdict(_MIX))
    with source.open(encoding="utf-8", newline="\n") as lines:
        texts = [_BOILERPLATE if row % _EVERY == 0 else line[:-1] for row, line in enumerate(lines)]
    pq.write_table(pa.table({"text": texts}), place / f"{before:012}.parquet")
    return len(texts)


def _row(where: str, place: Path, size: int, memory: str | None) -> tuple[Cell, ...]:
    seen = child.measure("benchmarks.corpus", child.fastest(), folder=str(place), memory=memory)
    seconds, spent, peak, tables, kept = seen
    megabytes = sum(path.stat().st_size for path in place.iterdir()) / 1e6
    return where, size, megabytes, seconds, spent, 1e6 * spent / size, peak, tables / 1e6, kept
