"""``dedup lint``: find repeats in files."""

import gc
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace

import click

from dedup.cli.baseline import baseline_at, check_options, read_baseline, update_file
from dedup.cli.options import SearchOptions, prepare, search_options
from dedup.cli.output import write
from dedup.cli.progress import lint, writing
from dedup.cli.reports import STANDARD_OUTPUT, ReportOptions, check_targets, deliver, print_statistics, report_options
from dedup.lint.findings import Report
from dedup.lint.rank import arranged
from dedup.lint.reporters.names import count
from dedup.lint.sources.load import read_file
from dedup.lint.suppress.baseline import without_known


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Turn off the search for cycles of objects.

    There are millions of objects and hardly a cycle, and the search takes a fifth of the time on a tree of 3,000 files.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@click.command("lint")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@search_options
@click.option("--baseline", metavar="FILE", help="Do not report findings that are in the baseline FILE.")
@click.option(
    "--update-baseline", is_flag=True, help="Write all current findings to the baseline file, and report nothing."
)
@click.option(
    "--baseline-from-ref", "revision", metavar="REF", help="Do not report what was already repeated in a git commit."
)
@click.option(
    "--add-ignores", is_flag=True, help="Write comments that suppress the findings into the files, and report the rest."
)
@click.option("--fix", is_flag=True, help="Apply edits to the copies that they made stale (DUP006), where they fit.")
@click.option("--diff", is_flag=True, help="Print what --fix would change, instead of the report.")
@click.option("--allow-dirty", is_flag=True, help="With --fix, also change files with changes that are not staged.")
@report_options
def command(
    paths: tuple[str, ...],
    options: SearchOptions,
    baseline: str | None,
    update_baseline: bool,
    revision: str | None,
    add_ignores: bool,
    fix: bool,
    diff: bool,
    allow_dirty: bool,
    reporting: ReportOptions,
) -> int:
    """Find repeated passages in files.

    PATH is a file, a folder, or - for standard input. In a folder, files of known types are read, except those that
    git ignores. All files are compared with each other, and with the files that the configuration includes.

    Exit code: 0 no findings, 1 findings, 2 dedup could not run.
    """
    search = prepare(paths, options)
    selection, corpus = search.selection, search.corpus
    settings = replace(search.settings, statistics=reporting.statistics)
    if baseline is None and not revision:
        baseline = search.settings.config.baseline
    elsewhere = reporting.output != STANDARD_OUTPUT or bool(reporting.reports)
    check_options(baseline, update_baseline, revision, add_ignores or elsewhere)
    if fix or diff or allow_dirty:
        from dedup.cli import fix as fixes

        fixes.check_options(fix, diff, allow_dirty, search.since, add_ignores or update_baseline)
    before = read_baseline(baseline, update_baseline)
    if not selection.documents and not selection.failures:
        click.echo("No files to read: the paths have no file of a known type that git does not ignore.", err=True)
    if selection.unread:
        kinds = ", ".join(f"{number:,} {extension}" for extension, number in selection.unread_by_extension())
        click.echo(f"{count(len(selection.unread), 'file')} not read: {kinds}", err=True)
    check_targets(reporting.targets, (*selection.documents, *corpus.documents))
    with _without_garbage_collection():
        if update_baseline and baseline is not None:
            read_paths = {document.path for document in (*selection.documents, *corpus.documents)}
            update_file(baseline, before, lint(selection, search.settings, search.read, corpus), read_paths)
            return 0
        if revision is not None:
            plain = replace(search.settings, history={})
            before = baseline_at(revision, search, lambda files, read: lint(files, plain, read))

        def lint_again(fixed: Collection[str] = ()) -> Report:
            def read(path: str) -> bytes:
                return read_file(path) if os.path.realpath(path) in fixed else search.read(path)

            return without_known(lint(selection, settings, read if fixed else search.read, corpus), before)

        if add_ignores:
            from dedup.cli.add_ignores import write_ignores

            report = write_ignores(search, lint_again)
        else:
            report = lint_again()
        if fix and any(finding.edits for finding in report.findings):
            fixed = fixes.write_fixes(search, report, allow_dirty)
            report = lint_again(fixed) if fixed else report
        targets = reporting.targets
        if diff:
            targets = tuple(target for target in targets if target.file != STANDARD_OUTPUT)
            write(fixes.diff(report))
        shown = arranged(report, reporting.sort, reporting.top)
        with writing(targets):
            deliver(shown, targets, {document.path for document in selection.documents})
    if report.summary.totals is not None:
        print_statistics(report.summary.totals, targets)
    return int(reporting.fails(report))
