"""One system's whole job on one collection, from a list of `str` to groups, in a process of its own."""

import time
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import child
from benchmarks.systems import SYSTEMS, Find
from benchmarks.texts import load

WARM = 300
"""Paragraphs of the first call, which is not counted; each once more without its first word, so that it has pairs."""


class Taken(NamedTuple):
    """Seconds of the import, of the first call on few texts and of the job; the groups it found; MiB of the code and,
    at the peak of the job, beyond code and texts (None where the system does not tell)."""

    imported: float
    warm: float
    seconds: float
    groups: int
    code: float | None
    beyond: float | None


def run(system: str, file: Path, *, cache: Path | None = None, answer: Path | None = None, **options: object) -> Taken:
    """`measure` in a new process, with the system's engine."""
    engine = SYSTEMS[system].engine
    seen = child.measure(
        "benchmarks.job",
        engine,
        cache,
        system=system,
        path=str(file),
        answer=str(answer) if answer else None,
        options=options,
    )
    return Taken(*seen)


def compiling(system: str, file: Path, cache: Path | None) -> float:
    """Seconds of the first call, with no compiled code in `cache` unless an earlier call has left it there."""
    seen = child.measure(
        "benchmarks.job",
        SYSTEMS[system].engine,
        cache,
        system=system,
        path=str(file),
        answer=None,
        options={},
        big=False,
    )
    return float(seen[1])


def measure(
    system: str, path: str, answer: str | None, options: dict[str, Any], big: bool = True
) -> tuple[float | int | None, ...]:
    """What `Taken` says, in that order; of the job itself only if `big`.

    The pairs are written to the file `answer`, after the clock has stopped. `options` go to `find_duplicates`.
    """
    bare = child.memory()
    begun = time.perf_counter()
    find: Find = SYSTEMS[system].load(**options)
    imported = time.perf_counter() - begun
    with open(path, encoding="utf-8", newline="\n") as lines:
        first = [line[:-1] for line in islice(lines, WARM)]
    begun = time.perf_counter()
    find([*first, *(text.partition(" ")[2] for text in first)])
    warm = time.perf_counter() - begun
    ready = child.memory()
    code = None if bare is None or ready is None else ready - bare
    if not big:
        return imported, warm, 0.0, 0, code, None
    texts = load(Path(path))
    held = child.memory()
    begun = time.perf_counter()
    found = find(texts)
    seconds = time.perf_counter() - begun
    peak = child.peak_memory()
    if answer:
        import numpy as np

        np.save(answer, found.pairs())
    beyond = None if held is None or peak is None else peak - held
    return imported, warm, seconds, len(found.groups), code, beyond
