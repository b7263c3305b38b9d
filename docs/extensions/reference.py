"""Reference pages that are generated from the code: the command line, the configuration, and one page for each rule.

Directives return Markdown, which is parsed like the page around it.
"""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from console import dedup_command
from dedup.cli import cli
from dedup.lint.config import KEYS
from dedup.lint.config_values import toml
from dedup.lint.rules import RULES, Rule
from dedup.text.markups import MARKUPS

RULE_PAGES = "reference/rules"


def escaped(text: str) -> str:
    """Return plain text as Markdown that shows the same characters."""
    return re.sub(r"([\\`*_{}\[\]<>#|~$])", r"\\\1", text)


class CommandLine(SphinxDirective):
    """``{command-line}``: every command, with its usage and its options."""

    def run(self) -> list[nodes.Node]:
        """Return the sections of all commands."""
        context = click.Context(cli, info_name="dedup")
        return self.parse_text_to_nodes("\n".join(_group(cli, context)), allow_section_headings=True)


def _group(group: click.Group, context: click.Context) -> Iterator[str]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, name
        below = click.Context(command, info_name=name, parent=context)
        if isinstance(command, click.Group):
            yield f"## {below.command_path}\n"
            yield from _help(command)
            yield from _group(command, below)
        else:
            yield from _command(command, below)


def _command(command: click.Command, context: click.Context) -> Iterator[str]:
    path = context.command_path
    yield f"## {path}\n"
    yield f"```text\n{path} {' '.join(command.collect_usage_pieces(context))}\n```\n"
    yield from _help(command)
    yield f":::{{program}} {path}\n:::\n"
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if isinstance(parameter, click.Option) and record is not None and "--help" not in parameter.opts:
            names, text = record
            yield f":::{{option}} {names.replace(' / ', ', ')}\n{escaped(text)}\n:::\n"


def _help(command: click.Command) -> Iterator[str]:
    for paragraph in (command.help or "").split("\n\n"):
        yield escaped(" ".join(paragraph.replace("\b", "").split())) + "\n"


class ConfigurationKeys(SphinxDirective):
    """``{configuration-keys}``: every key, with what is allowed, its default and its meaning."""

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        rows = []
        for key in KEYS.values():
            default = "none" if key.default is None else f"`{toml(key.default)}`"
            rows.append(f"| `{key.name}` | {escaped(key.kind.allowed)} | {default} | {escaped(key.help)} |")
        head = ["| key | allowed | default | meaning |", "|---|---|---|---|"]
        return self.parse_text_to_nodes("\n".join([*head, *rows]))


class MarkupTable(SphinxDirective):
    """``{markup-table}``: every markup, with the extensions of its files and a comment that suppresses findings."""

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        rows = []
        for markup in MARKUPS.values():
            extensions = " ".join(f"`{extension}`" for extension in markup.extensions)
            comment = f"`{markup.comments.written('dedup: ignore')}`" if markup.comments else "none"
            rows.append(f"| `{markup.name}` | {extensions} | {comment} |")
        return self.parse_text_to_nodes("\n".join(["| markup | extensions | comment |", "|---|---|---|", *rows]))


class RuleTable(SphinxDirective):
    """``{rule-table}``: every rule, with a link to its page."""

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        rows = [
            f"| [{rule.code}](rules/{rule.code}.md) | {rule.name} | {rule.severity.label} | {escaped(rule.summary)} |"
            for rule in RULES.values()
        ]
        return self.parse_text_to_nodes("\n".join(["| code | name | severity | meaning |", "|---|---|---|---|", *rows]))


def rule_page(rule: Rule) -> str:
    """Return the page of a rule, in Markdown, with what the linter prints for its example."""
    lines = [
        f"# {rule.code}: {rule.name}",
        f"Default severity: {rule.severity.label}.",
        escaped(rule.summary),
        f"## Why\n\n{escaped(rule.why)}",
        f"## What to do\n\n{escaped(rule.remedy)}",
        f"## Example\n\n```text\n{rule.example.rstrip()}\n```",
    ]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "example.md").write_text(rule.example, encoding="utf-8")
        arguments = ["lint", "example.md", "--isolated", "--select", rule.code]
        done = dedup_command(arguments, folder)
    if done.returncode == 1:  # some rules need more than one file, or a history, to report anything
        lines += ["What dedup reports:", f"```console\n$ dedup lint example.md\n{done.stdout.rstrip()}\n```"]
    lines.append(
        f"The command `dedup rule {rule.code}` shows this explanation in a terminal. "
        "To turn the rule off or to suppress single findings, see [](../../how-to/suppress.md)."
    )
    return "\n\n".join(lines) + "\n"


def write_rule_pages(app: Sphinx) -> None:
    """Write one page for each rule beside the pages that are written by hand; git ignores them.

    A page that would not change is not written, so that Sphinx does not read it again.
    """
    folder = Path(app.srcdir, RULE_PAGES)
    folder.mkdir(exist_ok=True)
    for left in folder.glob("*.md"):
        if left.stem not in RULES:
            left.unlink()
    for rule in RULES.values():
        path, text = folder / f"{rule.code}.md", rule_page(rule)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directives, and the writing of the rules' pages."""
    app.add_directive("command-line", CommandLine)
    app.add_directive("configuration-keys", ConfigurationKeys)
    app.add_directive("markup-table", MarkupTable)
    app.add_directive("rule-table", RuleTable)
    app.connect("builder-inited", write_rule_pages)
    return {"parallel_read_safe": True}
