"""Where output goes: standard output, its colour and width, and what happens when nobody reads it."""

import io
import os
import sys
from collections.abc import Iterable
from contextlib import suppress

import click

from dedup.lint.reporters import View

_NARROWEST, _USUAL, _WIDEST = 40, 100, 120
_CHUNK = 1 << 16


def view() -> View:
    """How standard output shows a report.

    Colour on a terminal that knows it; FORCE_COLOR asks for it elsewhere, and NO_COLOR (https://no-color.org),
    where it is not empty, forbids it everywhere. As wide as the terminal, within limits that can be read; elsewhere
    100 cells.
    """
    is_terminal = sys.stdout is not None and sys.stdout.isatty()
    if os.environ.get("NO_COLOR"):
        color = False
    elif os.environ.get("FORCE_COLOR"):
        color = os.environ["FORCE_COLOR"] != "0"
    else:
        color = is_terminal and os.environ.get("TERM") != "dumb"
    width = _USUAL
    if is_terminal:
        from shutil import get_terminal_size

        width = get_terminal_size().columns
    return View(color, max(_NARROWEST, min(width, _WIDEST)), _working_folder())


def plain_view() -> View:
    """How a file shows a report: without colour."""
    return View(width=_USUAL, folder=_working_folder())


def _working_folder() -> str:
    try:
        return os.getcwd().replace(os.sep, "/")
    except OSError:  # it was removed, say
        return ""


def write(pieces: Iterable[str]) -> None:
    """Write to standard output. A reader that went away ends the writing and nothing else.

    Characters that the output's encoding lacks are written as escapes. Raises `click.ClickException` where writing
    fails.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        for chunk in _chunks(pieces):
            click.echo(chunk, nl=False, color=True)
    except BrokenPipeError:
        _silence()
    except OSError as error:
        _silence()
        raise click.ClickException(f"could not write the output: {error.strerror or error}") from error


def _chunks(pieces: Iterable[str]) -> Iterable[str]:
    """The same text in pieces of some size: each is flushed by itself."""
    waiting: list[str] = []
    size = 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size >= _CHUNK:
            yield "".join(waiting)
            waiting.clear()
            size = 0
    if waiting:
        yield "".join(waiting)


def _silence() -> None:
    """Send what is left in the buffer nowhere: else Python complains about it when it ends."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
