"""Speed of `dedup.find_repeats`, against the least that any program does that reads the words of a text."""

import random
import re
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks import child
from benchmarks.planted import found
from benchmarks.prose import Planted, Vocabulary, write
from benchmarks.report import Column, Result

if TYPE_CHECKING:
    from dedup import Repeat

WORDS, COPIES, LENGTH, RATES = 400_000, 1_000, (12, 60), (0.0, 0.1, 0.2)

COLUMNS = (
    Column("engine"),
    Column("ratio", 1),
    Column("least", 1),
    Column("most", 1),
    Column("seconds", 3),
    Column("regex, s", 3),
    Column("first call, s", 2),
    Column("compiling, s", 2),
    Column("repeats"),
    Column("places"),
    Column("MiB"),
)

NOTES = (
    "ratio: median over paired runs, after the first, in one process; seconds, regex: medians of the same runs.",
    "first call: in a new process, imports included, with compiled code loaded from disk; compiling: with none there.",
)


def run(texts: Sequence[str] | None, markup: str, runs: int, seed: int, compiling: bool) -> Result:
    """Time every engine on the files of `texts`, or on generated text if there are none."""
    planted: list[Planted] = []
    if texts:
        text, data = _load(texts)
    else:
        text, planted = generated(seed)
        data = f"generated, seed {seed}: {COPIES} planted copies of {LENGTH[0]} to {LENGTH[1]} words"
    rows = []
    notes = list(NOTES)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "text")
        file.write_bytes(text.encode())
        for engine in child.engines():
            cache = Path(folder, "cache") if compiling else None
            run_child = partial(child.measure, "benchmarks.passages", engine, cache, path=str(file), markup=markup)
            fresh = run_child(runs=0) if compiling and engine == "compiled" else None
            seen = run_child(runs=runs, seed=None if texts else seed)
            ratios = [one / other for one, other in zip(seen["seconds"], seen["regex"], strict=True)]
            rows.append(
                (
                    engine,
                    median(ratios),
                    min(ratios),
                    max(ratios),
                    median(seen["seconds"]),
                    median(seen["regex"]),
                    seen["first"],
                    fresh["first"] if fresh else None,
                    seen["repeats"],
                    seen["places"],
                    seen["peak"],
                )
            )
            if planted:
                notes.append(f"{engine} found (IoU >= .8) of the planted copies {', '.join(seen['found'])}.")
    data += f"; {len(text):,} characters, read as {markup}; paired runs: {runs}"
    asked = 'dedup.find_repeats(text), as a multiple of re.findall(r"\\w+", text.casefold())'
    return Result("passages", asked, data, COLUMNS, rows, tuple(notes))


def generated(seed: int) -> tuple[str, list[Planted]]:
    """The text that is taken when none is given, with its answers."""
    generator = random.Random(f"passages {seed}")
    return write(Vocabulary(20_000, seed), generator, WORDS, copies=COPIES, length=LENGTH, rates=RATES)


def _load(paths: Sequence[str]) -> tuple[str, str]:
    """The files that ``dedup lint`` would read, joined by a blank line, and what they are."""
    from dedup.lint.sources.decode import decode
    from dedup.lint.sources.discover import select

    files = [document.path for document in select(paths).documents]
    if not files:
        raise SystemExit(f"no Markdown or text files in {', '.join(paths)}")
    text = "\n\n".join(decode(Path(file).read_bytes()) for file in files)
    return text, f"{len(files)} files given, joined"


def measure(path: str, markup: str, runs: int, seed: int | None = None) -> dict[str, Any]:
    """Time a first call with its imports, then `runs` pairs."""
    text = Path(path).read_bytes().decode()
    begun = time.perf_counter()
    import dedup

    repeats = dedup.find_repeats(text, markup=markup)
    first = time.perf_counter() - begun
    result: dict[str, Any] = {
        "first": first,
        "peak": child.peak_memory(),
        "repeats": len(repeats),
        "places": sum(len(repeat.places) for repeat in repeats),
        "found": _found(generated(seed)[1], repeats) if seed is not None else [],
        "seconds": [],
        "regex": [],
    }
    del repeats
    for _ in range(runs):
        result["seconds"].append(_seconds(lambda: dedup.find_repeats(text, markup=markup)))
        result["regex"].append(_seconds(lambda: re.findall(r"\w+", text.casefold())))
    return result


def _found(planted: Sequence[Planted], repeats: Sequence["Repeat"]) -> list[str]:
    """How many planted copies were found, for each rate of edits."""
    hits = list(zip(planted, found(planted, repeats), strict=True))
    shares = []
    for rate in RATES:
        of_rate = [hit for copy, hit in hits if copy.rate == rate]
        shares.append(f"{sum(of_rate)} of {len(of_rate)} with {100 * rate:.0f} % edited")
    return shares


def _seconds(call: Callable[[], object]) -> float:
    """How long a call takes; what it returns is freed after the clock has stopped."""
    begun = time.perf_counter()
    kept = call()
    seconds = time.perf_counter() - begun
    del kept
    return seconds
