"""What a rule is, how much its findings weigh, and what a rule finds by itself."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from dedup.text.reading import Reading


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


class Habits(NamedTuple):
    """What so many texts do that it is no slip."""

    shared: Collection[str]
    """Which of "title" and "description" most of those that have one share with another."""
    headed: bool
    """Whether most of those with a title repeat it as their first heading."""
    documents: Sequence[int]
    """Of the texts at hand, ascending, those in focus and those that share a title or description with them."""


class Compared(NamedTuple):
    """The texts that a rule looks at by itself."""

    readings: Sequence[Reading]
    focus: int
    """How many of them, the first ones, findings are about."""
    within: bool
    """Whether each is compared with itself only."""
    min_words: int
    """The least length of a passage: repeats of as many words are left to the rules about passages."""
    habits: Habits | None = None
    """What all texts do, if these are only some of them."""

    @property
    def in_focus(self) -> Sequence[Reading]:
        """The texts that findings are about: all that a rule reads that compares no texts."""
        return self.readings[: self.focus]


def always(message: str) -> Callable[[int], str]:
    """Return a function that returns a message, however many places there are."""
    return lambda places: message


@dataclass(frozen=True, slots=True)
class Instance:
    """What a rule that looks at the texts themselves has found: a repeat of any length, worded by the rule."""

    rule: str
    message: Callable[[int], str]
    """Words the finding, with as many places as are left when some are suppressed."""
    places: tuple[tuple[int, int, int], ...]
    """The number of the text, and the span in it, of each; two or more, in reading order."""
