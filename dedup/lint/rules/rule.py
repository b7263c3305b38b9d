"""What a rule is, how much its findings weigh, and what a rule finds by itself."""

from dataclasses import dataclass
from enum import IntEnum


class Severity(IntEnum):
    """How much a finding weighs; a higher value is more serious."""

    NOTE = 1
    WARNING = 2
    ERROR = 3

    @property
    def label(self) -> str:
        """The public name: "note", "warning" or "error"."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule and the page that explains it."""

    code: str
    name: str
    severity: Severity
    """The default."""
    summary: str
    """One line."""
    why: str
    """One paragraph."""
    remedy: str
    """What to do."""
    example: str
    """Text that the rule reports, as it may stand in a file."""
    confidence: float | None = None
    """How likely an editor acts on a finding, 0 to 1, if that does not depend on the finding: the share of findings in
    public documentation that editors acted on. None if each finding has a confidence of its own, or none."""


@dataclass(frozen=True, slots=True)
class Instance:
    """What a rule that looks at the texts themselves has found: a repeat of any length, worded by the rule."""

    rule: str
    message: str
    places: tuple[tuple[int, int, int], ...]
    """The number of the text, and the span in it, of each; two or more, in reading order."""
