"""Which archive a command opens, and what its options have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from dedup.cli.config import choose_config

if TYPE_CHECKING:
    from dedup.archive.archive import Archive

address_option: Callable[[Any], Any] = click.option(
    "--archive",
    "address",
    metavar="ADDRESS",
    help="The archive: a file, or postgresql://USER@HOST/DATABASE. [default: the one of the configuration]",
)

format_option: Callable[[Any], Any] = click.option(
    "--format",
    "format_name",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Output format.",
)


def parse_moment(ctx: click.Context, param: click.Parameter, value: str | None) -> date | datetime | None:
    """Return the date or time of an option; raises `click.BadParameter` if it is none."""
    try:
        return None if value is None else moment(value)
    except ValueError:
        raise click.BadParameter(
            f"{value!r} is no date; use one such as 2020-12-21 or 2020-12-21T18:30+01:00."
        ) from None


def moment(text: str) -> date | datetime:
    """Return the date or the time that is written.

    Raises
    ------
    ValueError
        It is neither.
    """
    return date.fromisoformat(text) if len(text) <= len("2020-12-21") else datetime.fromisoformat(text)


@contextmanager
def opened(address: str | None, *, create: bool = False) -> Iterator[Archive]:
    """Return the archive of an address, or of the configuration; what goes wrong with it ends the command.

    Raises
    ------
    click.UsageError
        There is no address.
    click.ClickException
        The archive cannot be opened or used, or a package that it needs is not installed.
    """
    if address is None:
        address = choose_config(None, False).archive
    if not address:
        raise click.UsageError("No archive: add --archive ADDRESS, or set archive in the configuration.")
    from dedup.archive.errors import ArchiveError

    try:
        from dedup.archive.archive import Archive

        with Archive(address, create=create) as archive:
            yield archive
    except (ArchiveError, ModuleNotFoundError) as error:
        raise click.ClickException(f"{error}.") from error
    except ValueError as error:
        raise click.UsageError(f"{error}.") from error
