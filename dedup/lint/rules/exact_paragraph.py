"""DUP001: one or more whole blocks stand word for word in several places."""

from typing import Final

from dedup.lint.rules import passage
from dedup.lint.rules.passage import Passage
from dedup.lint.rules.rule import Rule, Severity

RULE: Final = Rule(
    code="DUP001",
    name="exact-paragraph",
    severity=Severity.WARNING,
    summary="Whole paragraphs are repeated, word for word.",
    why=(
        "Copies of a paragraph drift apart: somebody corrects one and forgets the others, and readers cannot tell "
        "which one is right. Case, accents, punctuation, emphasis, links and line breaks do not count."
    ),
    remedy="Keep one copy. Link to it, or include it, where the others were.",
    example=(
        "The pool is closed on Mondays and on every public holiday.\n"
        "\n"
        "You can hire towels at the desk.\n"
        "\n"
        "The pool is closed on Mondays, and on every public holiday.\n"
    ),
)


def message(found: Passage) -> str:
    """Return the message of a finding."""
    return passage.message(found) + (", as whole paragraphs" if found.similarity is None else "")
