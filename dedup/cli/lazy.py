"""Groups of commands, each of which is imported when it is used, because each imports what only it needs."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """A group that imports a command only when it is used.

    Parameters
    ----------
    places
        For the name of each command, its module and its name there, as ``"module:name"``.
    """

    def __init__(self, *, places: Mapping[str, str], **attributes: Any) -> None:
        super().__init__(**attributes)
        self._places = places

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands, in the order in which help lists them."""
        return list(self._places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of a name; None if there is none."""
        if cmd_name not in self._places:
            return None
        module, _, name = self._places[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command
