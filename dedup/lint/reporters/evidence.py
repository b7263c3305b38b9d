"""How likely an editor acts on a finding, and why, for people."""

from collections.abc import Iterator

from dedup.lint.diagnose.wording import worded
from dedup.lint.findings import Finding

MEANING = "How likely an editor acts on this finding"
"""What the confidence is."""

SCALE = "log-odds, against an average finding"
"""What the contributions are."""


def percent(confidence: float) -> str:
    """Return a confidence in per cent, never 0% or 100%: "83%"."""
    return f"{min(99, max(1, round(confidence * 100)))}%"


def contributions(finding: Finding) -> Iterator[tuple[str, str]]:
    """Yield ("+0.92", "17 words") for each feature, those that change the confidence most first."""
    for evidence in sorted(finding.evidence, key=lambda evidence: -abs(evidence.contribution)):
        yield f"{evidence.contribution:+.2f}", worded(evidence.feature, evidence.value)
