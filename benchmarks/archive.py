"""How fast an archive is filled and answers, and how large it is."""

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.prose import Vocabulary
from benchmarks.report import Cell, Column, Result
from dedup import Archive

COLUMNS = (
    Column("database"),
    Column("paragraphs"),
    Column("added a second"),
    Column("a processor second"),
    Column("size / texts", 2),
    Column("ms", 1),
    Column("of processor", 1),
    Column("cold: ms more", 1),
    Column("of processor, cold", 1),
)

_WORDS = 60
_PARAGRAPHS = 15
_TOGETHER = 10_000
_FEW = 50
"""Paragraphs whose words drafts take."""


def run(sizes: Sequence[int], runs: int, seed: int, address: str | None) -> Result:
    """Fill an archive of each size, in SQLite and, if there is an address, in PostgreSQL, and ask it."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for size in sorted(sizes):
            rows.append(_row("SQLite", str(Path(folder, f"{size}.db")), size, runs, seed))
            if address:
                rows.append(_row("PostgreSQL", address, size, runs, seed))
    data = f"generated, seed {seed}, {_WORDS} words each, drafts of {_PARAGRAPHS} paragraphs"
    notes = (
        f"ms: Archive.find in an open archive, {_runs(runs)} drafts with a copied paragraph, a copied sentence and a "
        "changed paragraph among new ones.",
        "processor: of this process, so not that of a server. It says what other work on the machine hides.",
        "cold: how much longer `dedup lint DRAFT --archive` takes than `dedup lint DRAFT`, whole processes in turn.",
    )
    return Result("archive", "documents with an index of their passages", data, COLUMNS, rows, notes)


def _row(name: str, address: str, size: int, runs: int, seed: int) -> tuple[Cell, ...]:
    characters = 0
    spent = [0.0, 0.0]

    def counted() -> Iterator[tuple[str, str]]:
        nonlocal characters
        for number, text in enumerate(_paragraphs(size, seed, spent)):
            characters += len(text)
            yield f"{number // 1000}/{number}", text

    with Archive(address) as archive:
        start, worked = time.perf_counter(), time.process_time()
        archive.add_many(counted())
        taken, work = time.perf_counter() - start - spent[0], time.process_time() - worked - spent[1]
    with Archive(address) as archive:
        stored = os.path.getsize(address) if os.path.exists(address) else archive.info().bytes
        drafts = list(_drafts(_runs(runs) + 1, seed))
        times = []
        for draft in drafts:
            start, worked = time.perf_counter(), time.process_time()
            found = archive.find(draft)
            times.append((1e3 * (time.perf_counter() - start), 1e3 * (time.process_time() - worked)))
            assert len(found) >= 3, "what was copied is found"
        cold = _cold(address, drafts[: runs + 1])
        if "://" in address:
            for key in list(archive):
                archive.remove(key)
    rates = round(size / taken), round(size / work)
    return name, size, *rates, stored / characters, *_medians(times[1:]), *_medians(cold)


def _medians(pairs: Sequence[tuple[float, float]]) -> list[float]:
    return [median(column) for column in zip(*pairs, strict=True)]


def _cold(address: str, drafts: Sequence[str]) -> list[tuple[float, float]]:
    """Milliseconds that a process takes longer with the archive, and of processor, for each draft but the first."""
    times: dict[bool, list[tuple[float, float]]] = {False: [], True: []}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "draft.txt")
        for draft in drafts:
            path.write_text(draft, encoding="utf-8")
            for with_archive, taken in times.items():
                command = [sys.executable, "-m", "dedup", "lint", "--isolated", "--exit-zero", str(path)]
                begun, worked = time.perf_counter(), _children()
                subprocess.run(
                    [*command, *(["--archive", address] if with_archive else [])],
                    stdout=subprocess.DEVNULL,
                    check=True,
                )
                taken.append((1e3 * (time.perf_counter() - begun), 1e3 * (_children() - worked)))
    pairs = zip(times[True][1:], times[False][1:], strict=True)
    return [(more[0] - less[0], more[1] - less[1]) for more, less in pairs]


def _children() -> float:
    """Return the seconds of processor that ended processes took."""
    spent = os.times()
    return spent.children_user + spent.children_system


def _runs(runs: int) -> int:
    return 7 * runs


def _paragraphs(size: int, seed: int, spent: list[float]) -> Iterator[str]:
    """Yield paragraphs; adds the seconds that they took, and those of processor, to `spent`."""
    vocabulary = Vocabulary(50_000, seed)
    words = np.array(vocabulary.words, dtype=object)
    weights = np.array(vocabulary.weights) / vocabulary.weights[-1]
    generator = np.random.default_rng(seed)
    for low in range(0, size, _TOGETHER):
        begun, worked = time.perf_counter(), time.process_time()
        count = min(_TOGETHER, size - low)
        drawn = words[np.searchsorted(weights, generator.random((count, _WORDS)))]
        texts = [" ".join(row) + "." for row in drawn.tolist()]
        spent[0] += time.perf_counter() - begun
        spent[1] += time.process_time() - worked
        yield from texts


def _drafts(count: int, seed: int) -> Iterator[str]:
    """Yield drafts that have something of the first paragraphs."""
    old = [text.split() for text in _paragraphs(_FEW, seed, [0.0, 0.0])]
    generator = random.Random(seed)
    for number in range(count):
        new = [text.split() for text in _paragraphs(_PARAGRAPHS, seed + 1 + number, [0.0, 0.0])]
        copied, source, before = generator.sample(old, 3)
        new[2] = copied
        new[6][20:40] = source[20:40]
        changed = list(before)
        for place in (10, 30, 50):
            changed[place] = "otherwise"
        new[10] = changed
        yield "\n\n".join(map(" ".join, new))
