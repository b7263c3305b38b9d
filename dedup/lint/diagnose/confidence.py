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


# Fitted on 2026-11-29 by ``python -m benchmarks.confidence`` to 390 findings in files of 54 repositories, 125 wanted
# (duplicates that editors of public documentation removed, against repeats that they left for years).
INTERCEPT: Final = -1.2464
FEATURES: Final = (
    Feature("words", 1.3056, 2.9791, 0.9630),
    Feature("unique-words", 0.4017, 1.1149, 1.3799),
    Feature("similarity", 0.7418, 0.9065, 0.1166),
    Feature("slots", -1.0297, 0.0277, 0.0517),
    Feature("side-by-side", 0.8644, 0.1974, 0.3981),
    Feature("ends-block", 0.3525, 0.5051, 0.5000),
    Feature("file-length", -0.7667, 7.6764, 0.7580),
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
