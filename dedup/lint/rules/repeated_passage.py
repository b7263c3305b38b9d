"""DUP003: a sentence or a clause stands again inside other text."""

from typing import Final

from dedup.lint.rules.rule import Rule, Severity

RULE: Final = Rule(
    code="DUP003",
    name="repeated-passage",
    severity=Severity.WARNING,
    summary="A sentence or a clause is repeated inside other text.",
    why=(
        "A sentence that stands twice in an article is often left over from editing: it was moved or extended, and "
        "the old version stayed. Comparing whole paragraphs does not find it, because the text around it differs."
    ),
    remedy="Delete one of them, or reword it.",
    example=(
        "Rain is expected until Friday. The lower road will stay closed until the bridge is safe.\n"
        "\n"
        "The lower road will stay closed until the bridge is safe, which may take weeks.\n"
    ),
)
