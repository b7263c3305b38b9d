"""``dedup lint``: find repeats in files."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from dedup.cli.baseline import at_revision, check, known, update_file
from dedup.cli.options import prepared, search_options
from dedup.cli.progress import lint, writing
from dedup.cli.reports import STANDARD_OUTPUT, Target, check_targets, deliver, parse_output, parse_reports
from dedup.lint.findings import Report
from dedup.lint.reporters import FORMATS
from dedup.lint.rules import Severity
from dedup.lint.suppress.baseline import without_known


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
@search_options
@click.option("--baseline", metavar="FILE", help="Do not report what FILE knows.")
@click.option("--update-baseline", is_flag=True, help="Write what is found to the baseline, and report nothing.")
@click.option("--baseline-from-ref", "revision", metavar="REF", help="Do not report what was repeated in a git commit.")
@click.option("--add-ignores", is_flag=True, help="Write comments that ignore what is found, and report what is left.")
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
    baseline: str | None,
    update_baseline: bool,
    revision: str | None,
    add_ignores: bool,
    format_name: str,
    output: str,
    reports: tuple[Target, ...],
    fail_on: str,
    exit_zero: bool,
    **searched: Any,
) -> int:
    """Find repeats in files.

    PATH is a file, a folder (files of known types are read, but for those that git ignores), or - for standard input.
    They are compared with each other, and with what the configuration includes.

    Exit code: 0 nothing found, 1 findings, 2 could not run.
    """
    search = prepared(paths, **searched)
    selection, others = search.selection, search.corpus
    baseline = baseline if baseline is not None else None if revision else search.settings.config.baseline
    check(baseline, update_baseline, revision, add_ignores or output != STANDARD_OUTPUT or bool(reports))
    before = known(baseline, update_baseline)
    if not selection.documents and not selection.failures:
        click.echo("No files to read: none of a known extension that git does not ignore.", err=True)
    targets = (Target(format_name, output), *reports)
    check_targets(targets, (*selection.documents, *others.documents))
    with _uncollected():
        if update_baseline and baseline is not None:
            read_paths = {document.path for document in (*selection.documents, *others.documents)}
            update_file(baseline, before, lint(selection, search.settings, search.read, others), read_paths)
            return 0
        if revision is not None:
            before = at_revision(revision, search, lambda found, read: lint(found, search.settings, read))

        def linted() -> Report:
            return without_known(lint(selection, search.settings, search.read, others), before)

        if add_ignores:
            from dedup.cli.add_ignores import write_ignores

            report = write_ignores(search, linted)
        else:
            report = linted()
        with writing(targets):
            deliver(report, targets, {document.path for document in selection.documents})
    gravest = max((finding.severity for finding in report.findings), default=None)
    failed = gravest is not None and gravest >= Severity[fail_on.upper()]
    return int(failed and not exit_zero)
