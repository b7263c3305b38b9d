"""DUP006: a passage was edited, and copies of it keep the old wording."""

from typing import Final

from dedup.lint.rules.rule import Rule, Severity

RULE: Final = Rule(
    code="DUP006",
    name="stale-copy",
    severity=Severity.WARNING,
    summary="A passage was edited, and a copy of it keeps the old wording (with --since or --staged).",
    why=(
        "Whoever corrects a sentence rarely knows that it stands on other pages too. From then on the pages contradict "
        "each other, and readers find the wrong one. dedup compares the files with a commit, and looks for the old "
        "wording of what was edited. Passages that were only moved, wrapped or formatted are not reported. A passage "
        "that was deleted while a copy of it stays is a note, and so is an edit of what stands in more than 20 places."
    ),
    remedy=(
        "Apply the edit to the copies: --diff shows it, and --fix writes it. If they are meant to differ from now on, "
        "no more needs to be done: once committed, the edit is not reported again."
    ),
    example=(
        "Before the edit, both pages said nine:\n\n"
        "office.md: The harbour office opens at ten in winter, and on Sundays at noon.\n"
        "ferry.md: The harbour office opens at nine in winter, and on Sundays at noon.\n"
    ),
)

MANY: Final = 20
"""Copies from which on an edit in one place is most likely meant for that place: a finding with more is a note."""


def message(changes: str, copies: int, alike: int, deleted_words: int) -> str:
    """Return the message of a finding.

    Parameters
    ----------
    changes
        The words that changed, as a phrase.
    copies
        How many copies there are.
    alike
        In how many other places the same was changed.
    deleted_words
        Of how many words the passage was, if it was deleted; else 0.
    """
    number = f"{copies:,} {'copy' if copies == 1 else 'copies'}"
    here = f"here and in {alike:,} other {'place' if alike == 1 else 'places'}" if alike else "here"
    if deleted_words:
        return f"{deleted_words:,} words deleted {here}; {number} left"
    return f"changed {here} ({changes}); {number} {'keeps' if copies == 1 else 'keep'} the old wording"
