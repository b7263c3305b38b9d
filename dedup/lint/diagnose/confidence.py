"""How likely an editor acts on a finding: a logistic model with few features, and what each contributes."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Feature(NamedTuple):
    """One feature of the model: what it is called, its weight, and its mean and scale among the labelled findings."""

    name: str
    weight: float
    mean: float
    scale: float


# Fitted on 2026-11-29 by ``python -m benchmarks.confidence`` to 397 findings in files of 54 repositories, 126 wanted
# (duplicates that editors of public documentation removed, against repeats that they left for years).
INTERCEPT: Final = -1.2559
FEATURES: Final = (
    Feature("words", 1.3257, 2.9673, 0.9568),
    Feature("unique-words", 0.4521, 1.1052, 1.3711),
    Feature("similarity", 0.7232, 0.9039, 0.1165),
    Feature("slots", -1.0353, 0.0283, 0.0514),
    Feature("side-by-side", 0.8368, 0.1940, 0.3954),
    Feature("ends-block", 0.3309, 0.5139, 0.4998),
    Feature("file-length", -0.7489, 7.6884, 0.7740),
)


def contributions(features: Floats) -> Floats:
    """Return what each feature of each finding adds to the logarithm of its odds, beside a finding that is average.

    features : float64 (r, k), as `dedup.lint.diagnose.evidence.features` returns them. The result has their shape.
    """
    mean = np.array([feature.mean for feature in FEATURES])
    weight = np.array([feature.weight / feature.scale for feature in FEATURES])
    found: Floats = (features - mean) * weight
    return found


def confidences(features: Floats) -> Floats:
    """Return the probability, 0 to 1, that an editor acts on each finding: float64 (r,)."""
    found: Floats = 1 / (1 + np.exp(-(INTERCEPT + contributions(features).sum(axis=1))))
    return found
