"""``dedup rule``: what a rule reports, why, and what to do."""

import textwrap
from collections.abc import Iterator

import click

from dedup.cli.output import write
from dedup.lint.rules import RULES, Rule, find_rule


@click.command("rule")
@click.argument("code", required=False)
def command(code: str | None) -> None:
    """Explain a rule, or list all rules.

    CODE is the code or the name of a rule, such as DUP001 or exact-paragraph.
    """
    if code is None:
        width = max(len(rule.name) for rule in RULES.values())
        write(f"{rule.code}  {rule.name:<{width}} {rule.summary}\n" for rule in RULES.values())
        return
    rule = find_rule(code)
    if rule is None:
        raise click.UsageError(f"Unknown rule {code!r}; allowed: {', '.join(RULES)}.")
    write(_page(rule))


def _page(rule: Rule) -> Iterator[str]:
    yield f"{rule.code} {rule.name} ({rule.severity.label})\n\n"
    for paragraph in (rule.summary, rule.why, rule.remedy):
        yield textwrap.fill(paragraph, 80) + "\n\n"
    yield "Example:\n\n"
    yield textwrap.indent(rule.example, "    ")
