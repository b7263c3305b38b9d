"""What is seen of a long run while it lasts, and how it ends where a process is lost."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import click

from dedup.cli.reports import STANDARD_OUTPUT, Target
from dedup.lint import run as check
from dedup.lint.findings import Report
from dedup.lint.run import Settings
from dedup.lint.sources.discover import NOTHING, Selection
from dedup.lint.sources.load import WorkerError
from dedup.match.progress import reporting


def lint(
    selection: Selection, settings: Settings, open_file: Callable[[str], bytes], corpus: Selection = NOTHING
) -> Report:
    """`dedup.lint.run.lint`, with a bar on standard error if that is a terminal and it takes long.

    Raises `click.ClickException` where a process that helped to read was ended from outside.
    """
    try:
        with reporting(True) as tell:
            return check.lint(selection, settings, open_file, corpus, tell)
    except WorkerError as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def writing(targets: Sequence[Target]) -> Iterator[None]:
    """Show that reports are written, if it takes long: but not beside standard output, which may be the same terminal,
    or a pager on it."""
    with reporting(all(target.file != STANDARD_OUTPUT for target in targets)) as tell:
        tell("writing", 0, None)
        yield
