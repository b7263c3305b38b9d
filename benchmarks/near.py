"""Recall of planted near copies, and what is reported where nothing was planted."""

import hashlib
import random
import time
from statistics import median
from typing import Any

from benchmarks import child
from benchmarks.planted import found, strays
from benchmarks.prose import Vocabulary, write
from benchmarks.report import Column, Result

RATES = (0.0, 0.05, 0.1, 0.2, 0.35, 0.5)
WORDS, LENGTH, SIZE = 2_000, 40, 5_000

KINDS = tuple((even, rate) for even in (True, False) for rate in (None, *RATES))
"""Whether all words are drawn alike, and the rate of edits: the rows of the table."""

COLUMNS = (
    Column("words drawn"),
    Column("edits"),
    Column("trials"),
    Column("found, %", 1),
    Column("strays"),
    Column("ms a text, reference", 1),
    Column("ms a text, compiled", 1),
)

NOTES = (
    "found: one repeat has places for the passage and for its copy, each with IoU >= .8 in characters.",
    "strays: repeats, of all trials, that touch nothing planted. ms: median, after a first call.",
)


def run(trials: int, seed: int) -> Result:
    """Run the same trials on every engine and compare what they give."""
    rows: list[tuple[str | int | float | None, ...]] = []
    differing = 0
    every = {engine: child.measure("benchmarks.near", engine, trials=trials, seed=seed) for engine in child.engines()}
    for turn, (even, rate) in enumerate(KINDS):
        seen = {engine: rates[turn] for engine, rates in every.items()}
        one = seen["reference"]
        differing += any(other["digest"] != one["digest"] for other in seen.values())
        rows.append(
            (
                "all alike" if even else "as in prose",
                "no copy" if rate is None else f"{rate:.2f} ({round(rate * LENGTH)} of {LENGTH} words)",
                trials,
                None if rate is None else 100 * one["found"] / trials,
                one["strays"],
                *(seen[engine]["milliseconds"] if engine in seen else None for engine in ("reference", "compiled")),
            )
        )
    same = f"engines: {' and '.join(child.engines())}; rows in which their results differ: {differing}."
    data = (
        f"generated, seed {seed}: one passage of {LENGTH} words copied into a text of {WORDS:,}; "
        f"{SIZE:,} different words, drawn all alike or as often as in prose"
    )
    asked = "planted copies that are found, by how many of their words were edited"
    return Result("near", asked, data, COLUMNS, rows, (*NOTES, same))


def measure(trials: int, seed: int) -> list[dict[str, Any]]:
    """All trials of every kind."""
    return [_trials(even, rate, trials, seed) for even, rate in KINDS]


def _trials(even: bool, rate: float | None, trials: int, seed: int) -> dict[str, Any]:
    """All trials of one rate; None plants nothing. `digest` stands for everything that was returned."""
    import dedup

    vocabulary = Vocabulary(SIZE, seed, even=even)
    warm, _ = write(vocabulary, random.Random(seed), WORDS, copies=1, length=(LENGTH, LENGTH), rates=(0.2,))
    dedup.find_repeats(warm)
    copies = 0 if rate is None else 1
    digest = hashlib.sha256()
    times = []
    hits = stray = 0
    for trial in range(trials):
        generator = random.Random(f"near {seed} {rate} {trial}")
        text, planted = write(
            vocabulary, generator, WORDS, copies=copies, length=(LENGTH, LENGTH), rates=(rate or 0.0,)
        )
        begun = time.perf_counter()
        repeats = dedup.find_repeats(text)
        times.append(time.perf_counter() - begun)
        hits += sum(found(planted, repeats))
        stray += strays(planted, repeats)
        digest.update(repr(repeats).encode())
    return {
        "found": hits,
        "strays": stray,
        "milliseconds": 1_000 * median(times),
        "digest": digest.hexdigest(),
    }
