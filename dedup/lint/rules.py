"""The rules: what each code means, as data."""

from dataclasses import dataclass
from enum import IntEnum


class Severity(IntEnum):
    """How much a finding weighs; a higher value is graver."""

    NOTE = 1
    WARNING = 2
    ERROR = 3

    @property
    def label(self) -> str:
        """The public name: "note", "warning" or "error"."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule and the page that explains it.

    `severity` is the default; `summary` is one line, `why` a paragraph, `remedy` what to do, `example` text as it
    may stand in a file.
    """

    code: str
    name: str
    severity: Severity
    summary: str
    why: str
    remedy: str
    example: str


_ALL = (
    Rule(
        code="DUP001",
        name="exact-paragraph",
        severity=Severity.WARNING,
        summary="Whole paragraphs stand in several places, word for word.",
        why=(
            "Copies of a paragraph drift apart: one is corrected, the others are not, and a reader cannot tell which "
            "one holds. Words are compared without regard to case, accents, punctuation, emphasis, links and line "
            "breaks."
        ),
        remedy="Keep one of them, and link to it or include it where the others stood.",
        example=(
            "The pool is closed on Mondays and on every public holiday.\n"
            "\n"
            "Towels can be hired at the desk.\n"
            "\n"
            "The pool is closed on Mondays, and on every public holiday.\n"
        ),
    ),
    Rule(
        code="DUP002",
        name="near-paragraph",
        severity=Severity.WARNING,
        summary="Whole paragraphs stand in several places, changed a little: a copy that has drifted.",
        why=(
            "Two paragraphs that differ in a few words are most often one paragraph that was changed in one place "
            "only. The message shows the words that differ, because one of the two is likely to be wrong."
        ),
        remedy="Decide which wording is right, then keep one of them.",
        example=(
            "The pool is closed on Mondays and on every public holiday in spring.\n"
            "\n"
            "Towels can be hired at the desk.\n"
            "\n"
            "The pool is closed on Tuesdays and on every public holiday in spring.\n"
        ),
    ),
    Rule(
        code="DUP003",
        name="repeated-passage",
        severity=Severity.WARNING,
        summary="A sentence or a clause stands again, inside other text.",
        why=(
            "A sentence that stands twice in an article is most often left over from editing: it was moved or "
            "extended, and the old one stayed. No comparison of whole paragraphs finds it, because the paragraphs "
            "around it differ."
        ),
        remedy="Delete one of them, or say it in other words.",
        example=(
            "Rain is expected until Friday. The lower road will stay closed until the bridge is safe.\n"
            "\n"
            "The lower road will stay closed until the bridge is safe, which may take weeks.\n"
        ),
    ),
    Rule(
        code="DUP100",
        name="unused-suppression",
        severity=Severity.WARNING,
        summary="A comment asks to ignore a repeat that is not there.",
        why=(
            "What it spoke of was mended or has moved away, and the next repeat in that place would go unseen. Or it "
            "says what is not understood, and covers nothing. Where only some files were named, without a corpus, the "
            "repeat may stand in a file that was not read: then this is but a note."
        ),
        remedy="Delete the comment, or correct it.",
        example=(
            "<!-- dedup: ignore[DUP001] the notice stands on every page -->\n"
            "\n"
            "This paragraph was a notice once, and stands on this page only.\n"
        ),
    ),
    Rule(
        code="DUP900",
        name="unreadable-file",
        severity=Severity.ERROR,
        summary="A file could not be read.",
        why="A file that is not read is not checked, and what it repeats would go unseen.",
        remedy="Make the file readable, save it as UTF-8, name its encoding with --encoding, or do not pass it.",
        example="notes.md: is not UTF-8: byte 0xe9 at offset 5 (line 1)\n",
    ),
)

RULES: dict[str, Rule] = {rule.code: rule for rule in _ALL}
"""Every rule by its code, in the order of codes."""

REPEATS: tuple[str, ...] = ("DUP001", "DUP002", "DUP003")
"""The rules whose findings are repeats."""


def find_rule(code_or_name: str) -> Rule | None:
    """The rule of that code or name, in any case; None where there is none."""
    wanted = code_or_name.strip().casefold()
    for rule in _ALL:
        if wanted in (rule.code.casefold(), rule.name):
            return rule
    return None
