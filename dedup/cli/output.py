"""Where output goes: standard output with its colour and width, standard error, and the summary in GitHub Actions.

The environment is read here and nowhere else: NO_COLOR, FORCE_COLOR, TERM and GITHUB_STEP_SUMMARY.
"""

import io
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace

import click

from dedup.lint.reporters import View

_NARROWEST, _USUAL, _WIDEST = 40, 100, 120
_CHUNK = 1 << 16


def view() -> View:
    """Return how standard output shows a report.

    It has colours on a terminal that supports them. FORCE_COLOR turns them on elsewhere, and NO_COLOR
    (https://no-color.org), unless empty, turns them off everywhere. It is as wide as the terminal, within limits that
    can be read; elsewhere 100 cells.
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
    return replace(plain_view(), color=color, width=max(_NARROWEST, min(width, _WIDEST)))


def plain_view() -> View:
    """Return how a file shows a report: without colours."""
    return View(width=_USUAL, folder=_working_folder(), note=_note, add_summary=_summary_of_step())


def _working_folder() -> str:
    try:
        return os.getcwd().replace(os.sep, "/")
    except OSError:  # it was removed, for example
        return ""


def _note(sentence: str) -> None:
    click.echo(sentence, err=True)


def _summary_of_step() -> Callable[[str], None] | None:
    """Return a function that appends Markdown to the file that GitHub Actions shows as the summary of the step.

    None if GITHUB_STEP_SUMMARY does not name one.
    """
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if not path:
        return None

    def append(markdown: str) -> None:
        try:
            with open(path, "a", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
                file.write(markdown)
        except OSError as error:
            message = f"could not write to GITHUB_STEP_SUMMARY {path!r}: {error.strerror or error}"
            raise click.ClickException(message) from error

    return append


def write(pieces: Iterable[str]) -> None:
    """Write to standard output; characters that its encoding lacks are written as escapes.

    If the reader closes the pipe, writing ends without an error.

    Raises
    ------
    click.ClickException
        Writing fails.
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
    """Yield the same text in larger pieces: each is flushed by itself."""
    buffer: list[str] = []
    size = 0
    for piece in pieces:
        buffer.append(piece)
        size += len(piece)
        if size >= _CHUNK:
            yield "".join(buffer)
            buffer.clear()
            size = 0
    if buffer:
        yield "".join(buffer)


def _silence() -> None:
    """Discard what is left in the buffer: otherwise Python reports an error when it exits."""
    with suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)
