"""The commands ``dedup cache info`` and ``dedup cache clear``."""

import click

from dedup.lint.reporters.names import count
from dedup.lint.sources import kept


@click.group()
def command() -> None:
    """Show or remove what is kept between runs of the linter.

    The files that others are compared with (--corpus, and include in the configuration) are kept as they were read, in
    your folder for caches or in the one that DEDUP_CACHE_DIR names, so that a hook reads only what has changed.
    """


@command.command()
def info() -> None:
    """Show where the folder is, and how large."""
    place, files, size = kept.use()
    if place is None:
        click.echo("Nothing is kept: there is no folder for caches. DEDUP_CACHE_DIR names one.")
    else:
        click.echo(f"{place}: {count(files, 'file')}, {size / 1e6:,.1f} MB of at most {kept.LIMIT / 1e6:,.0f} MB")


@command.command()
def clear() -> None:
    """Remove all that is kept."""
    try:
        kept.clear()
    except OSError as error:
        raise click.ClickException(f"{error.filename} cannot be removed: {error.strerror}") from error
