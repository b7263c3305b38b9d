"""Threads that do one job after the other."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import count
from queue import PriorityQueue


class Worker:
    """A thread that does jobs, the most urgent first, until the process ends.

    Parameters
    ----------
    name
        Of the thread.
    failed
        Is called, in the thread, with what a job raises.
    """

    def __init__(self, name: str, failed: Callable[[Exception], None]) -> None:
        self._jobs: PriorityQueue[tuple[int, int, Callable[[], None]]] = PriorityQueue()
        self._numbers = count()
        self._failed = failed
        threading.Thread(target=self._work, name=name, daemon=True).start()

    def add(self, job: Callable[[], None], urgency: int = 0) -> None:
        """Add a job; of those with the lowest `urgency`, the oldest is done first."""
        self._jobs.put((urgency, next(self._numbers), job))

    def _work(self) -> None:
        while True:
            _, _, job = self._jobs.get()
            try:
                job()
            except Exception as error:  # one document that cannot be checked must not end the others
                self._failed(error)
