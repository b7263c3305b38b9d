"""DUP100: a comment suppresses nothing."""

from typing import Final

from dedup.lint.rules.rule import Rule, Severity

RULE: Final = Rule(
    code="DUP100",
    name="unused-suppression",
    severity=Severity.WARNING,
    summary="A comment suppresses nothing.",
    why=(
        "The repeat it suppressed was fixed or moved, and the next repeat in that place would not be reported; or the "
        "comment has an error and covers nothing. If only some files were named and there is no corpus, the repeat "
        "may be in a file that was not read: then this is only a note."
    ),
    remedy="Delete the comment, or correct it.",
    example=(
        "<!-- dedup: ignore[DUP001] this notice is on every page -->\n"
        "\n"
        "This paragraph was a notice once. Now it is on this page only.\n"
    ),
)

_LONGEST: Final = 60  # characters of a comment that are quoted


def message(comment: str, fault: str) -> str:
    """Return the message about a comment: its error, or that it suppresses nothing."""
    quoted = " ".join(comment.split())
    quoted = quoted if len(quoted) <= _LONGEST else f"{quoted[:_LONGEST]}…"
    return f'"{quoted}" {fault or "suppresses nothing"}'
