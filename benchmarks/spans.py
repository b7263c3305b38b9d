"""What it costs to find the repeated passages of a corpus on disk."""

import json
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import count, islice
from pathlib import Path

from benchmarks import processes
from benchmarks.report import Cell, Column, Result
from benchmarks.texts import generated, load

COLUMNS = (
    Column("texts"),
    Column("documents"),
    Column("MB"),
    Column("seconds", 1),
    Column("processor, s", 1),
    Column("µs each kB", 1),
    Column("peak, MiB"),
    Column("disk, MB"),
    Column("passages"),
    Column("words cut"),
)
NOTES = (
    "dedup corpus passages, the whole command: from files in JSON Lines to spans.parquet. µs: of the processor. disk: "
    "the most that was on it, of tables and of the result; peak and disk are looked at "
    f"every {processes.EVERY} s.",
    "generated: documents of ten paragraphs of about 60 words; of the paragraphs a tenth are near copies, a twentieth "
    "exact copies, and a twentieth copies of one of two.",
)

_FILE = 100_000_000
"""Bytes of a file at most, about."""
_PART = 200_000
_DOCUMENT = 10
"""Paragraphs."""


def run(megabytes: int, texts: Sequence[str] | None, memory: str, seed: int) -> Result:
    """The passages of `megabytes` of generated documents; with `texts`, of those files, and of both together."""
    rows: list[tuple[Cell, ...]] = []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "documents")
        folder.mkdir()
        if texts:
            given = _write(folder, "given", _files(texts), 1_000_000 * megabytes)
            rows.append(_row("given", folder, given, memory))
        else:
            given = 0, 0
        left = 1_000_000 * megabytes - given[1]
        made = _write(folder, "generated", _generated(Path(place, "part.txt"), seed), left)
        both = given[0] + made[0], given[1] + made[1]
        rows.append(_row("given and generated" if texts else "generated", folder, both, memory))
    data = f"{', '.join(texts)} and " if texts else ""
    return Result("spans", "passages on disk", f"{data}generated, seed {seed}, memory={memory}", COLUMNS, rows, NOTES)


def _files(paths: Sequence[str]) -> Iterator[str]:
    """The files that ``dedup lint`` would read, each a document."""
    from dedup.lint.sources.discover import select

    for document in select(paths).documents:
        yield Path(document.path).read_bytes().decode("utf-8-sig", "replace")


def _generated(part: Path, seed: int) -> Iterator[str]:
    for turn in count():
        generated(part, "mixed", count=_PART, seed=seed + turn)
        paragraphs = iter(load(part))
        while document := list(islice(paragraphs, _DOCUMENT)):
            yield "\n\n".join(document)


def _write(folder: Path, name: str, documents: Iterable[str], most: int) -> tuple[int, int]:
    """Write documents to files until they have about `most` bytes; how many they are, and their bytes."""
    written = size = 0
    lines = iter(documents)
    text = next(lines, None)
    while text is not None and size < most:
        with (folder / f"{name}-{size:012}.jsonl").open("w", encoding="utf-8", newline="\n") as file:
            end = min(size + _FILE, most)
            while text is not None and size < end:
                file.write(json.dumps({"text": text}, ensure_ascii=False) + "\n")
                written, size = written + 1, size + len(text.encode())
                text = next(lines, None)
    return written, size


def _row(what: str, folder: Path, written: tuple[int, int], memory: str) -> tuple[Cell, ...]:
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    with tempfile.TemporaryDirectory(dir=folder.parent) as place:
        output = Path(place, "output")
        options = ["--output", str(output), "--memory", memory, "--exit-zero"]
        cost = processes.run([sys.executable, "-m", "dedup", "corpus", "passages", str(folder), *options], Path(place))
        words = pq.read_table(output / "spans.parquet", columns=["words"]).column("words")
    documents, size = written
    each = 1e9 * cost.processor / size
    found = len(words), pc.sum(words).as_py() or 0
    return what, documents, size / 1e6, cost.seconds, cost.processor, each, cost.peak, cost.disk, *found
