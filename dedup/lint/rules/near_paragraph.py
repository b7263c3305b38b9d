"""DUP002: whole blocks that were changed a little."""

from typing import Final

from dedup.lint.rules.rule import Rule, Severity

RULE: Final = Rule(
    code="DUP002",
    name="near-paragraph",
    severity=Severity.WARNING,
    summary="Whole paragraphs are repeated with small changes.",
    why=(
        "Paragraphs that differ in a few words are often copies of one paragraph, of which only one was corrected. "
        "The message shows the words that differ, because one version is probably wrong."
    ),
    remedy="Decide which version is right, and keep that one.",
    example=(
        "The pool is closed on Mondays and on every public holiday in spring.\n"
        "\n"
        "You can hire towels at the desk.\n"
        "\n"
        "The pool is closed on Tuesdays and on every public holiday in spring.\n"
    ),
)
