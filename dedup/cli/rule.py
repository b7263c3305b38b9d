"""``dedup rule``: what a rule means."""

import textwrap
from collections.abc import Iterator

import click

from dedup.cli.output import write
from dedup.lint.rules import RULES, Rule, find_rule


@click.command("rule")
@click.argument("code", required=False)
def command(code: str | None) -> None:
    """Explain the rule CODE, or list all of them."""
    if code is None:
        write(f"{rule.code}  {rule.name:<17} {rule.summary}\n" for rule in RULES.values())
        return
    rule = find_rule(code)
    if rule is None:
        raise click.UsageError(f"{code!r} is not a rule; the rules are {', '.join(RULES)}.")
    write(_page(rule))


def _page(rule: Rule) -> Iterator[str]:
    yield f"{rule.code} {rule.name} ({rule.severity.label})\n\n"
    for paragraph in (rule.summary, rule.why, rule.remedy):
        yield textwrap.fill(paragraph, 80) + "\n\n"
    yield "Example:\n\n"
    yield textwrap.indent(rule.example, "    ")
