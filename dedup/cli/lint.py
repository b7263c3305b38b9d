"""``dedup lint``: find repeats in files."""

import errno
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from dedup.cli.config import chosen
from dedup.cli.known import at_revision, check, known, update_file
from dedup.cli.reports import STANDARD_OUTPUT, Target, check_targets, deliver, parse_output, parse_reports
from dedup.lint.baseline import without_known
from dedup.lint.check import Settings, lint
from dedup.lint.corpus import CorpusError, configured, tracked
from dedup.lint.files import NOTHING, STANDARD_INPUT, MissingPathError, below, select
from dedup.lint.reporters import FORMATS
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


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without Python's search for cycles of objects: there are millions of objects and hardly a cycle, and the search
    takes a fifth of the time on a tree of 3,000 files."""
    searched = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searched:
            gc.enable()


@click.command("lint")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option(
    "--min-words",
    type=click.IntRange(4, 1_000_000),
    metavar="N",
    help=f"Report passages of at least N words. [default: {_DEFAULTS.min_words}]",
)
@click.option(
    "--min-similarity",
    type=click.FloatRange(min=0, max=1, min_open=True),
    metavar="S",
    help="Report changed passages that share at least this part of their words, up to 1. "
    f"[default: {_DEFAULTS.min_similarity}]",
)
@click.option(
    "--select", "selected", multiple=True, metavar="CODE", help="Report this rule, or all that begin so; repeatable."
)
@click.option(
    "--ignore", "ignored", multiple=True, metavar="CODE", help="Do not report this rule, or any that begins so."
)
@click.option(
    "--corpus",
    type=click.Choice(["tracked"]),
    help="Compare with every file of a known type that git tracks, and not with what is configured.",
)
@click.option("--baseline", metavar="FILE", help="Do not report what FILE knows.")
@click.option("--update-baseline", is_flag=True, help="Write what is found to the baseline, and report nothing.")
@click.option("--baseline-from-ref", "revision", metavar="REF", help="Do not report what was repeated in a git commit.")
@click.option("--within", is_flag=True, help="Compare every file with itself only.")
@click.option("--config", "config_path", metavar="FILE", help="Read this configuration, and look for no other.")
@click.option("--isolated", is_flag=True, help="Read no configuration.")
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
    "--output",
    default=STANDARD_OUTPUT,
    callback=parse_output,
    metavar="FILE",
    help="Write to FILE what --format says. [default: - (standard output)]",
)
@click.option(
    "--report",
    "reports",
    multiple=True,
    callback=parse_reports,
    metavar="FORMAT=FILE",
    help="Write a further report in FORMAT to FILE. May be given several times.",
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
    min_words: int | None,
    min_similarity: float | None,
    selected: tuple[str, ...],
    ignored: tuple[str, ...],
    corpus: str | None,
    baseline: str | None,
    update_baseline: bool,
    revision: str | None,
    within: bool,
    config_path: str | None,
    isolated: bool,
    markup: str | None,
    encoding: str | None,
    format_name: str,
    output: str,
    reports: tuple[Target, ...],
    fail_on: str,
    exit_zero: bool,
) -> int:
    """Find repeats in files.

    PATH is a file, a folder (files of known types are read, but for those that git ignores), or - for standard input.
    They are compared with each other, and with what the configuration includes.

    Exit code: 0 nothing found, 1 findings, 2 could not run.
    """
    config = chosen(config_path, isolated, selected, ignored)
    if corpus and within:
        raise click.UsageError("--corpus and --within exclude each other.")
    baseline = baseline if baseline is not None else None if revision else config.baseline
    check(baseline, update_baseline, revision)
    before = known(baseline, update_baseline)

    def wanted(path: str) -> bool:
        return not config.excluded(path) and (bool(corpus) or config.included(path) or below(path, paths))

    try:
        selection = select(paths, markup).without(config.excluded)
        others = NOTHING
        if corpus:
            others = tracked(selection).without(config.excluded)
        elif not within:
            others = configured(config, selection).without(config.excluded)
    except (MissingPathError, CorpusError) as error:
        raise click.UsageError(str(error)) from error
    if not selection.documents and not selection.failures:
        click.echo("No files to read: none of a known extension that git does not ignore.", err=True)
    targets = (Target(format_name, output), *reports)
    check_targets(targets, (*selection.documents, *others.documents))
    settings = Settings(
        min_words=config.min_words if min_words is None else min_words,
        min_similarity=config.min_similarity if min_similarity is None else min_similarity,
        blocks=config.blocks,
        encoding=encoding,
        within=within,
        config=config,
    )
    with _uncollected():
        report = lint(selection, settings, _read, others)
        if update_baseline and baseline is not None:
            read_paths = {document.path for document in (*selection.documents, *others.documents)}
            update_file(baseline, before, report, read_paths)
            return 0
        if revision is not None:
            before = at_revision(revision, wanted, markup, lambda found, read: lint(found, settings, read))
        report = without_known(report, before)
        deliver(report, targets, {document.path for document in selection.documents})
    gravest = max((finding.severity for finding in report.findings), default=None)
    failed = gravest is not None and gravest >= Severity[fail_on.upper()]
    return int(failed and not exit_zero)
