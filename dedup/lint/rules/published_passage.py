"""DUP004: a passage stands in the archive of what was published."""

from typing import Final

from dedup.lint.rules.passage import Passage, alike
from dedup.lint.rules.rule import Rule, Severity

RULE: Final = Rule(
    code="DUP004",
    name="published-passage",
    severity=Severity.WARNING,
    summary="A passage was published before (with --archive).",
    why=(
        "Readers notice when a newspaper prints the same paragraphs again, and search engines rank pages lower that "
        "repeat others. Background that is copied from article to article goes out of date. dedup compares each file "
        "with all documents of the archive, but not with its own earlier version: the document whose key is the path "
        "of the file."
    ),
    remedy=(
        "Rewrite it, or link to what was published. Put passages that may be repeated, such as a note about the "
        "author, into the file that --allow names."
    ),
    example=(
        "In the archive:\n\n"
        "2020-12-21/embassy.md: The ministry said that the old embassy would be closed by the end of the year.\n\n"
        "In the draft:\n\n"
        "The ministry said that the old embassy would be closed by the end of the year, and that it would be sold.\n"
    ),
)


def message(found: Passage) -> str:
    """Return the message of a finding: how much was published, in how many documents, when first, and what differs."""
    number = found.files - 1 + found.further
    words = f"{found.words:,} words published before in {number:,} document{'' if number == 1 else 's'}"
    return alike(f"{words}, first on {found.published}" if found.published else words, found)
