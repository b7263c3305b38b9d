"""``dedup lint``: find repeats in files."""

import errno
import sys

import click

from dedup.cli.output import view, write
from dedup.lint.check import Settings, lint
from dedup.lint.files import STANDARD_INPUT, MissingPathError, select
from dedup.lint.reporters import FORMATS, renderer
from dedup.lint.rules import Severity
from dedup.text.reading import MARKUPS

_DEFAULTS = Settings()


def _encoding(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is not None:
        try:
            "a".encode(value)
        except (LookupError, ValueError):
            raise click.BadParameter(f"{value!r} is not an encoding of text that Python knows.") from None
    return value


def _read(path: str) -> bytes:
    if path == STANDARD_INPUT:
        if sys.stdin is None:
            raise OSError(errno.EBADF, "standard input is closed")
        return sys.stdin.buffer.read()
    with open(path, "rb") as file:
        return file.read()


@click.command("lint")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option(
    "--min-words",
    type=click.IntRange(4, 1_000_000),
    default=_DEFAULTS.min_words,
    show_default=True,
    metavar="N",
    help="Report passages of at least N words.",
)
@click.option(
    "--min-similarity",
    type=click.FloatRange(min=0, max=1, min_open=True),
    default=_DEFAULTS.min_similarity,
    show_default=True,
    metavar="S",
    help="Report changed passages that share at least this part of their words, up to 1.",
)
@click.option("--markup", type=click.Choice(MARKUPS), help="Read every file as this, whatever its extension.")
@click.option(
    "--encoding", metavar="NAME", callback=_encoding, help="Of every file. [default: UTF-8; UTF-16 by its mark]"
)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(list(FORMATS)),
    default="full",
    show_default=True,
    help="For people or programs.",
)
@click.option(
    "--fail-on",
    type=click.Choice([severity.label for severity in sorted(Severity, reverse=True)]),
    default=Severity.WARNING.label,
    show_default=True,
    help="Exit with 1 if there is a finding this grave or graver.",
)
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even if there are findings.")
def command(
    paths: tuple[str, ...],
    min_words: int,
    min_similarity: float,
    markup: str | None,
    encoding: str | None,
    format_name: str,
    fail_on: str,
    exit_zero: bool,
) -> int:
    """Find repeats in files.

    PATH is a file, a folder (its Markdown and text files are read, but for those that git ignores), or - for
    standard input.

    Exit code: 0 nothing found, 1 findings, 2 could not run.
    """
    try:
        selection = select(paths, markup)
    except MissingPathError as error:
        raise click.UsageError(str(error)) from error
    if not selection.documents and not selection.failures:
        click.echo("No files to read: none of a known extension that git does not ignore.", err=True)
    settings = Settings(min_words=min_words, min_similarity=min_similarity, encoding=encoding)
    report = lint(selection, settings, _read)
    write(renderer(format_name)(report, view()))
    gravest = max((finding.severity for finding in report.findings), default=None)
    failed = gravest is not None and gravest >= Severity[fail_on.upper()]
    return int(failed and not exit_zero)
