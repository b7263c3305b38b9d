"""Telling how far long work has come."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[str, int, int | None], object]
"""Called with what is being done, how much of it is done, and how much there is, None where that is not known."""

_PATIENCE = 0.5
"""Seconds of work before a bar is drawn: what is sooner done needs none."""


@contextmanager
def reporting(progress: Progress | bool | None) -> Iterator[Progress]:
    """What to call as the work goes on.

    progress : a callable is called; True draws a bar on standard error, if that is a terminal; None and False are
    silent. TypeError: anything else.
    """
    if progress is None or progress is False:
        yield lambda step, done, total: None
    elif callable(progress):
        yield progress
    elif progress is True:
        with _bar() as update:
            yield update
    else:
        raise TypeError(f"progress={progress!r} is not a callable, True, False or None")


@contextmanager
def _bar() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda step, done, total: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=console, transient=True)
    begun = time.monotonic()
    tasks = {}

    def update(step: str, done: int, total: int | None) -> None:
        if time.monotonic() - begun < _PATIENCE:
            return
        if step not in tasks:
            bar.start()
            tasks[step] = bar.add_task(step, total=total)
        bar.update(tasks[step], completed=done, total=total)

    try:
        yield update
    finally:
        bar.stop()
