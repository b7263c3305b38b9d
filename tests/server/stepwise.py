"""A session whose threads and clock are played by a test: what is done next is chosen, and nothing waits."""

from collections import deque
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest

from dedup.server import session as sessions
from dedup.server.session import Opened, Result, Session


class Jobs:
    """In the place of a `Worker`: each job is done as a whole, when its turn comes."""

    def __init__(self, name: str, failed: Callable[[Exception], None]) -> None:
        self._jobs: list[tuple[int, int, Callable[[], None]]] = []
        self._numbers = count()

    def add(self, job: Callable[[], None], urgency: int = 0) -> None:
        heappush(self._jobs, (urgency, next(self._numbers), job))

    def __len__(self) -> int:
        return len(self._jobs)

    def do(self) -> None:
        heappop(self._jobs)[2]()


class Timer:
    def __init__(self, call: Callable[[], None]) -> None:
        self.call, self.cancelled = call, False

    def cancel(self) -> None:
        self.cancelled = True


class Loop:
    """In the place of the event loop: a timer may ring at any time."""

    def __init__(self) -> None:
        self.calls: deque[Callable[[], None]] = deque()
        self.timers: deque[Timer] = deque()

    def call_soon_threadsafe(self, function: Callable[..., None], *arguments: Any) -> None:
        self.calls.append(lambda: function(*arguments))

    def call_later(self, delay: float, function: Callable[[], None]) -> Timer:
        self.timers.append(Timer(function))
        return self.timers[-1]

    def do(self) -> None:
        self.calls.popleft()()

    def ring(self) -> None:
        timer = self.timers.popleft()
        if not timer.cancelled:
            timer.call()


class Stepwise:
    """A session about one folder, and what it shows for each document that is open."""

    def __init__(self, folder: Path, chance: Random) -> None:
        self.shown: dict[str, Result | None] = {}
        self._loop, self._chance = Loop(), chance
        self._workers: list[Jobs] = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sessions, "Worker", self._worker)
            loop: Any = self._loop
            self.session = Session(loop, self._show, self._fail, self._begin, lambda progress: None)
        self.session.add_folder(folder.as_posix())

    def open(self, path: Path, text: str) -> None:
        """Open a document, or change its text."""
        self.session.open(Opened(path.as_posix(), path.as_uri(), 1, text))

    def close(self, path: Path) -> None:
        self.session.close(path.as_posix())
        self.shown.pop(path.as_posix(), None)

    def text(self, path: Path) -> str | None:
        """Return the text of a document; None if it is not open."""
        opened = self.session.opened.get(path.as_posix())
        return None if opened is None else opened.text

    def settle(self, jobs: int | None = None) -> None:
        """Do all that is to be done, or some jobs of it, in any order that threads may do it in."""
        while jobs is None or jobs > 0:
            able = [worker.do for worker in self._workers if len(worker)]
            able += [self._loop.do] if self._loop.calls else []
            able += [self._loop.ring] if self._loop.timers else []
            if not able:
                return
            self._chance.choice(able)()
            jobs = None if jobs is None else jobs - 1

    def _worker(self, name: str, failed: Callable[[Exception], None]) -> Jobs:
        self._workers.append(Jobs(name, failed))
        return self._workers[-1]

    def _begin(self, root: str, start: Callable[..., None]) -> None:
        start(lambda what, done, total: None)

    def _show(self, opened: Opened, result: Result | None) -> None:
        self.shown[opened.path] = result

    def _fail(self, message: str) -> None:
        raise AssertionError(message)
