"""Fits the confidence of findings to duplicates that editors removed: ``python -m benchmarks.confidence DATA``.

DATA is a folder with ``gold.json``, ``files/`` and ``later/``. Each case in ``gold.json`` names a `file`, the span
`removed` that an editor deleted from it as a duplicate, the span `kept` of the copy that stayed (in `kept_file`, if
that is another file), and the `repo` that it comes from. ``later/`` has each file as it was years later.

A finding is wanted if one of its places covers what was removed, or lies mostly in it, and another overlaps what was
kept. It is unwanted if all its places still stand in the later file: people saw it, and left it. What is neither says
nothing. The model is a logistic regression with a weak ridge penalty, fitted by Newton's method; repositories are kept
together in cross-validation.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.lint.config import Config
from dedup.lint.diagnose.confidence import FITTED
from dedup.lint.findings import Finding, Source
from dedup.lint.rules import PASSAGES
from dedup.lint.run import Settings, diagnosed
from dedup.lint.sources.discover import markup_of
from dedup.lint.texts import Texts
from dedup.text.reading import read

Floats = NDArray[np.float64]

FOLDS, RIDGE = 5, 1.0


class Row(NamedTuple):
    """A finding: its features, whether it is wanted, and where it comes from."""

    features: tuple[float, ...]
    wanted: bool
    repo: str


class Model(NamedTuple):
    """A fitted model, of standardized features."""

    intercept: float
    weights: Floats
    mean: Floats
    scale: Floats

    def probability(self, features: Floats) -> Floats:
        """The probability that each finding is wanted."""
        found: Floats = 1 / (1 + np.exp(-(self.intercept + (features - self.mean) / self.scale @ self.weights)))
        return found


def labelled(folder: Path) -> tuple[tuple[str, ...], list[Row]]:
    """The names of the features, and every finding that is known to be wanted or unwanted."""
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for case in json.loads((folder / "gold.json").read_text(encoding="utf-8")):
        groups[case["file"], *filter(None, [case.get("kept_file")])].append(case)
    names: tuple[str, ...] = ()
    rows = []
    config = Config(min_confidence=0.0)
    for files, cases in groups.items():
        texts = [_text(folder / "files" / name) for name in files]
        readings = [read(text, markup_of(name), config.blocks) for name, text in zip(files, texts, strict=True)]
        sources = [Source(name, text) for name, text in zip(files, texts, strict=True)]
        report = diagnosed(Texts(sources, readings, len(files)), Settings(config), [])
        for finding in report.findings:
            if finding.rule in PASSAGES:
                wanted, unwanted = _touches(finding, cases), _survived(finding, folder / "later")
                if wanted or unwanted:
                    names = tuple(evidence.feature for evidence in finding.evidence[: len(FITTED)])
                    values = tuple(evidence.value for evidence in finding.evidence[: len(FITTED)])
                    rows.append(Row(values, wanted, cases[0]["repo"]))
    return names, rows


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8").removeprefix("\ufeff")


def _overlap(one: Sequence[int], other: Sequence[int]) -> int:
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))


def _touches(finding: Finding, cases: Sequence[dict[str, Any]]) -> bool:
    for case in cases:
        gone, kept, kept_file = case["removed"], case["kept"], case.get("kept_file") or case["file"]
        for place in finding.places:
            span = (place.start, place.end)
            common = _overlap(span, gone) if place.path == case["file"] else 0
            if 2 * common >= span[1] - span[0] or 5 * common >= 4 * (gone[1] - gone[0]):
                others = (other for other in finding.places if other is not place and other.path == kept_file)
                if common and any(_overlap((other.start, other.end), kept) for other in others):
                    return True
    return False


def _survived(finding: Finding, later: Path) -> bool:
    counts = Counter((place.path, " ".join(place.text.split())) for place in finding.places)
    for (path, text), count in counts.items():
        if not (later / path).exists() or " ".join(_text(later / path).split()).count(text) < count:
            return False
    return True


def fit(features: Floats, wanted: Floats) -> Model:
    """The model of some findings, by Newton's method."""
    mean, scale = features.mean(axis=0), features.std(axis=0)
    scale[scale == 0] = 1
    matrix = np.column_stack((np.ones(len(features)), (features - mean) / scale))
    penalty = np.diag([0.0, *[RIDGE] * features.shape[1]])
    weights = np.zeros(matrix.shape[1])
    for _ in range(50):
        share = 1 / (1 + np.exp(-matrix @ weights))
        gradient = matrix.T @ (wanted - share) - penalty @ weights
        hessian = (matrix * (share * (1 - share))[:, None]).T @ matrix + penalty
        step = np.linalg.solve(hessian, gradient)
        weights = weights + step
        if float(np.abs(step).max()) < 1e-9:
            break
    return Model(float(weights[0]), weights[1:], mean, scale)


def cross_validated(features: Floats, wanted: Floats, repos: Sequence[str], seed: int) -> Floats:
    """The probability of each finding by a model that has not seen its repository."""
    names = sorted(set(repos))
    fold = dict(zip(names, np.random.default_rng(seed).permutation(len(names)) % FOLDS, strict=True))
    folds = np.array([fold[repo] for repo in repos])
    found = np.empty(len(wanted))
    for number in range(FOLDS):
        held = folds == number
        found[held] = fit(features[~held], wanted[~held]).probability(features[held])
    return found


def area(scores: Floats, wanted: Floats) -> tuple[float, float]:
    """The area under the ROC curve, and the average precision."""
    order = np.argsort(-scores, kind="stable")
    hits = wanted[order]
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    above = float((np.cumsum(hits) * (1 - hits)).sum())
    return above / float(hits.sum() * (len(hits) - hits.sum())), float(precision[hits == 1].mean())


def main(arguments: Sequence[str] | None = None) -> int:
    """Print cross-validation, calibration, what each threshold keeps, and the coefficients."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.confidence", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("data", type=Path, help="a folder with gold.json, files/ and later/")
    parser.add_argument("--seed", type=int, default=1, help="of the folds (default 1)")
    options = parser.parse_args(arguments)
    names, rows = labelled(options.data)
    features = np.array([row.features for row in rows])
    wanted = np.array([float(row.wanted) for row in rows])
    repos = [row.repo for row in rows]
    print(f"{len(rows)} findings of {len(set(repos))} repositories, {int(wanted.sum())} wanted")
    scores = np.mean([cross_validated(features, wanted, repos, options.seed + turn) for turn in range(10)], axis=0)
    areas = [area(cross_validated(features, wanted, repos, options.seed + turn), wanted) for turn in range(10)]
    print("cross-validated: AUC {:.3f}, average precision {:.3f}".format(*np.mean(areas, axis=0)))
    print("calibration, and what a threshold keeps:")
    for low in np.arange(0, 1, 0.1):
        inside = (scores >= low) & (scores < low + 0.1 + (low > 0.85))
        above = scores >= low
        share = wanted[inside].mean() if inside.any() else float("nan")
        print(
            f"  {low:.1f} to {low + 0.1:.1f}: {inside.sum():4} findings, {share:.2f} wanted; from {low:.1f} on: "
            f"recall {wanted[above].sum() / wanted.sum():.3f}, precision {wanted[above].mean():.3f}"
        )
    model = fit(features, wanted)
    print(f"\nINTERCEPT: Final = {model.intercept:.4f}\nFITTED: Final = (")
    for name, weight, mean, scale in zip(names, model.weights, model.mean, model.scale, strict=True):
        print(f'    Feature("{name}", {weight:.4f}, {mean:.4f}, {scale:.4f}),')
    print(")")
    return 0


if __name__ == "__main__":
    sys.exit(main())
