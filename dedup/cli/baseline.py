"""Findings that are not reported again: ``--baseline``, ``--update-baseline`` and ``--baseline-from-ref``."""

import os
from collections.abc import Callable

import click

from dedup.cli.options import Search
from dedup.cli.reports import encoded, save
from dedup.lint.errors import BaselineError, GitError
from dedup.lint.findings import Report
from dedup.lint.reporters.excerpt import inert
from dedup.lint.reporters.names import count
from dedup.lint.sources.discover import Selection
from dedup.lint.suppress import baseline as baselines
from dedup.lint.suppress.baseline import Baseline


def check_options(file: str | None, update: bool, revision: str | None, writes_more: bool) -> None:
    """Check that the options go together; `writes_more`: others ask for a report or for comments in files.

    Raises
    ------
    click.UsageError
        They do not.
    """
    if update and writes_more:
        raise click.UsageError("--update-baseline writes the baseline only; omit --output, --report and --add-ignores.")
    if update and revision is not None:
        raise click.UsageError(
            "--update-baseline writes a file, and --baseline-from-ref uses a commit instead; use only one."
        )
    if update and file is None:
        raise click.UsageError(
            "--update-baseline does not know which file to write; add --baseline FILE, or set baseline in the "
            "configuration."
        )


def read_baseline(file: str | None, update: bool) -> Baseline:
    """Return the baseline in a file: an empty one without a file, or where the file is to be created.

    Raises
    ------
    click.UsageError
        The file does not exist or is not a baseline.
    """
    if file is None or (update and not os.path.lexists(file)):
        return {}
    if not os.path.lexists(file):
        raise click.UsageError(f"{file}: baseline not found; create it with --update-baseline.")
    try:
        return baselines.read(file)
    except BaselineError as error:
        raise click.UsageError(str(error)) from error


def baseline_at(revision: str, search: Search, lint: Callable[[Selection, Callable[[str], bytes]], Report]) -> Baseline:
    """Return what was repeated in a commit, in the files that a search wants.

    Parameters
    ----------
    revision
        A name of the commit that git knows.
    search
        Decides which files of the commit are read.
    lint
        Lints a selection of files, with the function that returns their bytes.

    Raises
    ------
    click.UsageError
        git does not know the commit, or cannot be run.
    """
    from dedup.lint.sources.revision import files_at

    try:
        selection, contents = files_at(revision, search.wanted, search.markup, search.settings.config.markups)
    except GitError as error:
        raise click.UsageError(f"--baseline-from-ref {revision}: {error}") from error
    return baselines.of(lint(selection, contents.__getitem__), os.curdir)


def update_file(file: str, before: Baseline, report: Report, read_paths: set[str]) -> None:
    """Write the baseline anew, and say on standard error how many passages it has.

    Raises
    ------
    click.ClickException
        The file cannot be written.
    """
    folder = os.path.dirname(file) or os.curdir
    now = baselines.renewed(before, baselines.of(report, folder), read_paths, folder)
    save(file, map(encoded, baselines.write(now)))
    click.echo(inert(f"{file}: baseline written with {count(len(now), 'passage')}."), err=True)
