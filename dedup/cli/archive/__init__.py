"""``dedup archive``: documents on disk, and which of them have passages of a draft."""

from importlib import import_module

import click

_COMMANDS = {
    "add": "dedup.cli.archive.add",
    "find": "dedup.cli.archive.find",
    "remove": "dedup.cli.archive.manage",
    "list": "dedup.cli.archive.manage",
    "info": "dedup.cli.archive.manage",
    "check": "dedup.cli.archive.manage",
}


class _Lazy(click.Group):
    """A group that imports a command only when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = getattr(import_module(_COMMANDS[cmd_name]), f"{cmd_name}_command")
        return command


@click.group("archive", cls=_Lazy)
def command() -> None:
    """Keep documents, and find passages of a draft in them.

    An archive is a file, or a database in PostgreSQL. It holds documents with an index of their passages, so that a
    draft is compared with all of them in milliseconds.
    """
