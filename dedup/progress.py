"""How far long work has come, for whoever called it.

Functions that take long call a `Progress` that they are given, and draw nothing. The bar is here and not on the command
line, because ``find_duplicates(progress=True)`` shows the same one, and imports run downwards only.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from threading import Lock, Timer
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

Progress = Callable[[str, int, int | None], object]
"""Called with what is being done, how much of it is done, and how much there is, None where that is not known."""

PATIENCE: Final = 1.0
"""Seconds of work before a bar is drawn: what is sooner done needs none."""


def silent(step: str, done: int, total: int | None) -> None:
    """Do nothing: a `Progress` that nobody sees."""


@contextmanager
def reporting(progress: Progress | bool | None) -> Iterator[Progress]:
    """Return what to call as the work proceeds.

    Parameters
    ----------
    progress
        A callable is called. True draws bars on standard error if that is a terminal, after one second of work, and
        removes them at the end. None and False are silent.

    Raises
    ------
    TypeError
        `progress` is anything else.
    """
    if progress is None or progress is False:
        yield silent
    elif callable(progress):
        yield progress
    elif progress is True:
        with _drawn() if _terminal() else nullcontext(silent) as tell:
            yield tell
    else:
        raise TypeError(f"progress = {progress!r} has the wrong type; allowed: a callable, True, False or None")


def _terminal() -> bool:
    """Return whether standard error is a terminal on which a line can be erased.

    Variables that ask for colours elsewhere do not ask for bars in a file.
    """
    return sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


@contextmanager
def _drawn() -> Iterator[Progress]:
    seen = _Seen()
    # A clock of its own: a step that takes minutes may be told of once, before that second has passed.
    timer = Timer(PATIENCE, seen.draw)
    timer.daemon = True
    timer.start()
    try:
        yield seen.tell
    finally:
        timer.cancel()
        seen.end()


class _Seen:
    """The steps that were told of, and the bars that show them, once there are any."""

    def __init__(self) -> None:
        self._steps: dict[str, tuple[int, int | None]] = {}
        self._tasks: dict[str, TaskID] = {}
        self._bars: Bars | None = None
        self._ended = False
        self._lock = Lock()

    def tell(self, step: str, done: int, total: int | None) -> None:
        """Show how far a step has come, and no longer the steps before it."""
        with self._lock:
            self._steps[step] = (done, total)
            if self._bars is not None:
                self._show(step)

    def draw(self) -> None:
        """Begin to draw. Imports what draws, which takes a tenth of a second, while the work goes on."""
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[of]}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
        bars = Progress(*columns, console=Console(stderr=True), transient=True)
        with self._lock:
            if self._ended:
                return
            self._bars = bars
            for step in self._steps:
                self._show(step)
            bars.start()

    def end(self) -> None:
        """Take the bars away."""
        with self._lock:
            self._ended = True
            if self._bars is not None:
                self._bars.stop()

    def _show(self, step: str) -> None:
        assert self._bars is not None
        done, total = self._steps[step]
        of = "" if total is None else f"{done:,} of {total:,}"
        if step not in self._tasks:
            for before in self._tasks.values():
                self._bars.update(before, visible=False)
            self._tasks[step] = self._bars.add_task(step, total=total, of=of)
        self._bars.update(self._tasks[step], completed=done, total=total, of=of, visible=True)
