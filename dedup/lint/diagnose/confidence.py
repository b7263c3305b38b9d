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


# Fitted on 2026-11-29 by ``python -m benchmarks.confidence`` to 414 findings in files of 56 repositories, 142 wanted
# (duplicates that editors of public documentation removed, against repeats that they left for years).
INTERCEPT: Final = -0.9213
FITTED: Final = (
    Feature("words", 1.2698, 2.8807, 0.7235),
    Feature("unique-words", 0.6390, 1.0693, 1.3573),
    Feature("changed-words", -0.8792, 0.6038, 0.9462),
    Feature("slots", -1.4441, 0.0285, 0.0532),
    Feature("side-by-side", 1.0061, 0.2132, 0.5216),
    Feature("whole-sentences", 0.3065, 0.3696, 0.4827),
    Feature("in-list", -0.2866, 0.5266, 0.8614),
    Feature("file-length", -0.4771, 7.6975, 0.7580),
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
