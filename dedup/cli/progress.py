"""A bar that shows the progress of a long run."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import click

from dedup.archive.errors import ArchiveError
from dedup.cli.reports import STANDARD_OUTPUT, Target
from dedup.lint import run as check
from dedup.lint.findings import Report
from dedup.lint.run import Settings
from dedup.lint.sources.discover import NOTHING, Selection
from dedup.progress import reporting


def lint(
    selection: Selection, settings: Settings, open_file: Callable[[str], bytes], corpus: Selection = NOTHING
) -> Report:
    """`dedup.lint.run.lint`, with a bar on standard error if that is a terminal and it takes long."""
    with reporting(True) as tell:
        try:
            return check.lint(selection, settings, open_file, corpus, tell)
        except ArchiveError as error:
            raise click.ClickException(f"{error}.") from error


@contextmanager
def writing(targets: Sequence[Target]) -> Iterator[None]:
    """Show that reports are being written, if that takes long.

    Nothing is shown while standard output is written, because it may be the same terminal, or a pager on it.
    """
    with reporting(all(target.file != STANDARD_OUTPUT for target in targets)) as tell:
        tell("writing", 0, None)
        yield
