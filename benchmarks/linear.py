"""Whether time and memory grow with the places of a repeat and no faster."""

import time
from collections.abc import Sequence
from typing import Any

from benchmarks import child
from benchmarks.report import Column, Result

PARAGRAPH = (
    "Every keeper signs the log at dusk and again at dawn. The lamp is trimmed before it is lit, the glass is wiped "
    "with a dry cloth, and the hour is written down with the weather and the sea. Whoever finds the log unsigned "
    "signs it, adds the reason, and tells the harbour office by noon of the same day."
)

COLUMNS = (
    Column("engine"),
    Column("times"),
    Column("MB of text", 1),
    Column("seconds", 2),
    Column("µs a place", 1),
    Column("repeats"),
    Column("places"),
    Column("MiB"),
)


def run(counts: Sequence[int]) -> Result:
    """One process for each count and engine."""
    rows = []
    for engine in child.engines():
        for count in counts:
            seen = child.measure("benchmarks.linear", engine, count=count)
            rows.append(
                (
                    engine,
                    count,
                    seen["characters"] / 1e6,
                    seen["seconds"],
                    1e6 * seen["seconds"] / count,
                    seen["repeats"],
                    seen["places"],
                    seen["peak"],
                )
            )
    data = f"one paragraph of {len(PARAGRAPH.split())} words, repeated, with blank lines between"
    notes = ("seconds: one call, imports and compiled code already loaded; MiB: peak memory of the process.",)
    return Result("linear", "time and memory for one passage in many places", data, COLUMNS, rows, notes)


def measure(count: int) -> dict[str, Any]:
    """One call on the paragraph `count` times."""
    import dedup

    dedup.find_repeats(f"{PARAGRAPH}\n\n{PARAGRAPH}\n\n{PARAGRAPH.replace('log', 'book')}")
    text = "\n\n".join([PARAGRAPH] * count)
    begun = time.perf_counter()
    repeats = dedup.find_repeats(text)
    seconds = time.perf_counter() - begun
    return {
        "characters": len(text),
        "seconds": seconds,
        "repeats": len(repeats),
        "places": sum(len(repeat.places) for repeat in repeats),
        "peak": child.peak_memory(),
    }
