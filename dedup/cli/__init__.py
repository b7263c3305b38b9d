"""The command line: one module for each command, imported when it is used."""

import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from io import StringIO
from types import FrameType
from typing import NoReturn

import click

from dedup import __version__
from dedup.cli.lazy import LazyGroup

_COMMANDS = ["archive", "cache", "compile", "config", "corpus", "explain", "lint", "rule", "server"]

COULD_NOT_RUN = 2
"""Exit code for wrong usage and for errors in dedup itself, which must not look like findings."""

INTERRUPTED = 130
"""Exit code after Ctrl-C, by the convention of shells: 128 plus the number of the signal."""


@click.group(
    cls=LazyGroup,
    places={name: f"dedup.cli.{name}:command" for name in _COMMANDS},
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="dedup", message="%(prog)s %(version)s")
def cli() -> None:
    """Find repeated text: passages, paragraphs and near copies, with exact positions."""


def main(args: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0 no findings, 1 findings, 2 could not run, 130 interrupted.

    `args` are the arguments without the name of the program; None: those of the process.
    """
    with _interruptions() as interruptions:
        try:
            code = cli.main(args=args, prog_name="dedup", standalone_mode=False)
        except click.Abort:
            return INTERRUPTED
        except Exception as error:
            return INTERRUPTED if interruptions else _failed(error)
    return code if isinstance(code, int) else 0


@contextmanager
def _interruptions() -> Iterator[list[int]]:
    """Collect the signals of Ctrl-C, of which DuckDB and Arrow tell in exceptions of their own."""
    received: list[int] = []

    def receive(number: int, frame: FrameType | None) -> None:
        received.append(number)
        signal.default_int_handler(number, frame)

    own = threading.current_thread() is threading.main_thread()
    if not own or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield received
        return
    signal.signal(signal.SIGINT, receive)
    try:
        yield received
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _failed(error: Exception) -> int:
    """Print why a command could not run, and return its exit code."""
    if isinstance(error, click.ClickException):
        from dedup.lint.reporters.excerpt import inert

        # Arguments and names of files are in it.
        shown = StringIO()
        error.show(shown)
        click.echo("\n".join(map(inert, shown.getvalue().splitlines())), err=True)
        return COULD_NOT_RUN
    import traceback

    # Python would exit with 1, which means findings.
    traceback.print_exception(error)
    click.echo("This is a bug in dedup, not a problem in your files. Please report it.", err=True)
    return COULD_NOT_RUN


def run() -> NoReturn:
    """Run `main` and exit at once.

    Everything is written and closed by then. Python's own exit, which frees all modules and objects, takes 2 s of 14
    after a tree of 33 MB and 15 ms of 200 after one article; mypy skips it in the same way.
    """
    code = main()
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):  # there is none, nobody reads it, or it is closed
            stream.flush()
    os._exit(code)
