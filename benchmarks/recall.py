"""The share of pairs that ``method="lsh"`` finds, beside the share that it promises."""

import tempfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks import child
from benchmarks.paragraphs import GRADED
from benchmarks.report import Cell, Column, Result
from benchmarks.texts import given, load, mixed, sampled

THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9)
PROMISED = 0.95
NEAR = 0.02
"""How far above the threshold a pair counts as standing at it."""

COLUMNS = (
    Column("threshold", 1),
    Column("bands"),
    Column("similarity"),
    Column("pairs"),
    Column("found"),
    Column("recall", 4),
    Column("expected", 4),
    Column("promised", 4),
    Column("strays"),
)


def run(texts: Sequence[str] | None, count: int, seed: int) -> Result:
    """Both methods on the same distinct paragraphs, at every threshold."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "texts.txt")
        if texts:
            source = sampled(file, list(dict.fromkeys(given(texts))), count, seed)
        else:
            source = mixed(file, count, seed, GRADED)
        seen = child.measure("benchmarks.recall", child.fastest(), path=str(source.file), seed=seed)
    rows: list[tuple[Cell, ...]] = [tuple(row) for row in seen]
    notes = (
        'pairs: of different shingle sets, that method="exact" lists; found: those that method="lsh" lists too; '
        "strays: pairs that it alone lists.",
        "expected: mean probability, by their similarities and the bands, that these pairs are found; promised: "
        "recall=0.95, for a pair exactly at the threshold.",
    )
    return Result("recall", "recall of lsh against exact, by similarity", source.what, COLUMNS, rows, notes)


def measure(path: str, seed: int) -> list[list[Cell]]:
    """The rows of the table."""
    import numpy as np

    from dedup import find_duplicates
    from dedup.sketch.bands import choose

    texts = load(Path(path))
    exact = find_duplicates(texts, threshold=min(THRESHOLDS), method="exact", pairs="all").pairs
    exact = exact[exact["similarity"] < 1]
    rows: list[list[Cell]] = []
    for threshold in THRESHOLDS:
        options: dict[str, Any] = {"threshold": threshold, "recall": PROMISED, "seed": seed}
        found = find_duplicates(texts, method="lsh", pairs="all", **options).pairs
        found = found[found["similarity"] < 1]
        bands = choose(threshold, PROMISED, 128)
        true = exact[exact["similarity"] >= threshold]
        keys, wanted = (pairs["first"] * len(texts) + pairs["second"] for pairs in (found, true))
        is_found = np.isin(wanted, keys)
        for low, high in _bins(threshold):
            chosen = (true["similarity"] >= low) & (true["similarity"] < high)
            total, hits = int(chosen.sum()), int(is_found[chosen].sum())
            whole = (low, high) == (threshold, 1.0)
            expected = float(np.mean(bands.expected_recall(true["similarity"][chosen]))) if total else None
            rows.append(
                [
                    threshold,
                    f"{bands.bands} of {bands.rows}",
                    "all" if whole else f"{low:.2f} to {high:.2f}",
                    total,
                    hits,
                    hits / total if total else None,
                    expected,
                    PROMISED if low == threshold and not whole else None,
                    int(np.isin(keys, wanted, invert=True).sum()) if whole else None,
                ]
            )
    return rows


def _bins(threshold: float) -> list[tuple[float, float]]:
    """Ranges of similarity, the last one all there is above the threshold."""
    tenths = [turn / 10 for turn in range(1, 11) if turn / 10 > threshold + NEAR]
    edges: list[float] = [threshold, threshold + NEAR, *tenths]
    return [*pairwise(edges), (threshold, 1.0)]
