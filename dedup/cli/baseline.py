"""Findings that are known: ``--baseline``, ``--update-baseline`` and ``--baseline-from-ref``."""

import os
from collections.abc import Callable

import click

from dedup.cli.options import Search
from dedup.cli.reports import encoded, save
from dedup.lint.findings import Report
from dedup.lint.sources.discover import Selection
from dedup.lint.suppress import baseline as baselines
from dedup.lint.suppress.baseline import Baseline, BaselineError

Linted = Callable[[Selection, Callable[[str], bytes]], Report]
"""Lints a selection of files, whose bytes the function gives, as the command was told to."""


def check(file: str | None, update: bool, revision: str | None, writes: bool) -> None:
    """Raises `click.UsageError` for options that do not go together. `writes`: others ask for something to be written,
    which an update would leave unwritten."""
    if update and writes:
        raise click.UsageError("--update-baseline reports nothing: leave out --output, --report and --add-ignores.")
    if revision is not None and update:
        raise click.UsageError("--baseline-from-ref takes what is known from a commit: there is nothing to update.")
    if update and file is None:
        raise click.UsageError("--update-baseline needs --baseline FILE, or baseline in the configuration.")


def known(file: str | None, update: bool) -> Baseline:
    """The baseline in a file, empty where there is none. One that is to be made anew need not be there.

    Raises `click.UsageError` for a file that is no baseline.
    """
    if file is None or (update and not os.path.lexists(file)):
        return {}
    if not os.path.lexists(file):
        raise click.UsageError(f"{file}: is not there yet; --update-baseline writes it.")
    try:
        return baselines.read(file)
    except BaselineError as error:
        raise click.UsageError(str(error)) from error


def at_revision(revision: str, search: Search, linted: Linted) -> Baseline:
    """What was repeated in a commit, in the files that a search wants. Raises `click.UsageError`."""
    from dedup.lint.sources.git import GitError
    from dedup.lint.sources.revision import files_at

    try:
        selection, contents = files_at(revision, search.wanted, search.markup)
    except GitError as error:
        raise click.UsageError(f"--baseline-from-ref {revision}: {error}") from error
    return baselines.of(linted(selection, contents.__getitem__), os.curdir)


def update_file(file: str, before: Baseline, report: Report, read_paths: set[str]) -> None:
    """Write the baseline anew, and say so. Raises `click.ClickException` where writing fails."""
    folder = os.path.dirname(file) or os.curdir
    now = baselines.renewed(before, baselines.of(report, folder), read_paths, folder)
    save(file, map(encoded, baselines.write(now)))
    click.echo(f"{file}: {len(now):,} passages are known.", err=True)
