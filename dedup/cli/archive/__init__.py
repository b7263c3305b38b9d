"""``dedup archive``: documents on disk, and which of them have passages of a draft."""

import click

from dedup.cli.lazy import LazyGroup

_PLACES = {
    "add": "dedup.cli.archive.add:add_command",
    "find": "dedup.cli.archive.find:find_command",
    "remove": "dedup.cli.archive.manage:remove_command",
    "list": "dedup.cli.archive.manage:list_command",
    "info": "dedup.cli.archive.manage:info_command",
    "check": "dedup.cli.archive.manage:check_command",
}


@click.group("archive", cls=LazyGroup, places=_PLACES)
def command() -> None:
    """Keep documents, and find passages of a draft in them.

    An archive is a file, or a database in PostgreSQL. It holds documents with an index of their passages, so that a
    draft is compared with all of them in milliseconds.
    """
