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


# Fitted on 2026-11-29 by ``python -m benchmarks.confidence`` to 429 findings in files of 56 repositories, 141 wanted
# (duplicates that editors of public documentation removed, against repeats that they left for years).
INTERCEPT: Final = -1.0504
FITTED: Final = (
    Feature("words", 1.2920, 2.8756, 0.7170),
    Feature("unique-words", 0.6504, 1.0777, 1.3415),
    Feature("changed-words", -0.8196, 0.5960, 0.9377),
    Feature("slots", -1.3224, 0.0265, 0.0501),
    Feature("side-by-side", 1.0639, 0.2115, 0.5256),
    Feature("whole-sentences", 0.2534, 0.3916, 0.4881),
    Feature("in-list", -0.5885, 0.5874, 0.8928),
    Feature("file-length", -0.4685, 7.7206, 0.7784),
)
# The labelled findings are of one file or two, and say nothing about many: these were set by hand.
FIXED: Final = (Feature("pages", -1.0, 0.0, 1.0), Feature("one-page", -4.0, 0.0, 1.0))
FEATURES: Final = (*FITTED, *FIXED)


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
