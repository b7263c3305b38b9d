"""From a list of `str` to one MinHash signature for each, on one thread."""

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import child
from benchmarks.collection import sources
from benchmarks.report import Column, Result
from benchmarks.systems import PERMUTATIONS, System, shingles, there
from benchmarks.texts import load

COLUMNS = (
    Column("system"),
    Column("seconds", 3),
    Column("least", 3),
    Column("most", 3),
    Column("µs a text", 1),
    Column("times ours", 1),
    Column("warm-up, s", 2),
)

NOTES = (
    f"{PERMUTATIONS} permutations, 3-word shingles, and making these is part of the time; one thread, one core.",
    "datasketch: MinHash.bulk, xxh32, stacked to a matrix; rensa: R-MinHash, to a matrix of its own.",
    "seconds: the call, after a first one on few texts (warm-up, imports included); one process for each run, in turn.",
)

Sketch = Callable[[list[str]], object]


def run(texts: Sequence[str] | None, count: int, runs: int, seed: int) -> Result:
    """Every system on the distinct paragraphs of `collection`."""
    systems, left_out = there(list(SYSTEMS.values()))
    seen: dict[str, list[dict[str, float]]] = {system.name: [] for system in systems}
    with tempfile.TemporaryDirectory() as folder:
        distinct, _ = sources(Path(folder), texts, count, seed)
        for _ in range(runs):
            for system in systems:
                taken = child.measure(
                    "benchmarks.signatures", system.engine, alone=True, system=system.name, path=str(distinct.file)
                )
                seen[system.name].append(taken)
    ours = median(one["seconds"] for one in seen[systems[0].name])
    rows = []
    for name, every in seen.items():
        seconds = [one["seconds"] for one in every]
        middle = median(seconds)
        warm = median(one["warm"] for one in every)
        rows.append((name, middle, min(seconds), max(seconds), 1e6 * middle / distinct.size, middle / ours, warm))
    asked = "MinHasher().sketch(texts), and what others take for as many signatures"
    return Result("signatures", asked, f"{distinct.what}; runs: {runs}", COLUMNS, rows, (*NOTES, *left_out))


def dedup() -> Sketch:
    from dedup import MinHasher

    sketch: Sketch = MinHasher(num_perm=PERMUTATIONS, seed=1, shingle_size=3).sketch
    return sketch


def datasketch() -> Sketch:
    import numpy as np
    import xxhash
    from datasketch import MinHash

    def sketch(texts: list[str]) -> object:
        sets = ([shingle.encode() for shingle in shingles(text)] for text in texts)
        signatures = MinHash.bulk(sets, num_perm=PERMUTATIONS, hashfunc=xxhash.xxh32_intdigest)
        return np.stack([signature.hashvalues for signature in signatures]).astype(np.uint32, copy=False)

    return sketch


def rensa() -> Sketch:
    from rensa import RMinHash

    def sketch(texts: list[str]) -> object:
        return RMinHash.digest_matrix_from_token_sets(map(shingles, texts), num_perm=PERMUTATIONS, seed=1)

    return sketch


SYSTEMS = {
    system.name: system
    for system in (
        System("dedup, compiled", dedup, "numba", "numba", "compiled"),
        System("dedup, reference", dedup, "passage-dedup", "dedup"),
        System("datasketch", datasketch, "datasketch", "datasketch"),
        System("rensa", rensa, "rensa", "rensa"),
    )
}


def measure(system: str, path: str) -> dict[str, Any]:
    """Seconds of a first call on few texts and of one on all."""
    child.hold_to_one_core()
    texts = load(Path(path))
    begun = time.perf_counter()
    sketch: Sketch = SYSTEMS[system].load()
    sketch(texts[:300])
    warmed = time.perf_counter()
    sketch(texts)
    return {"warm": warmed - begun, "seconds": time.perf_counter() - warmed}
