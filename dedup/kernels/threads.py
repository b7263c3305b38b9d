"""Several threads for kernels, which release Python's lock while they run.

Threads of our own and not Numba's ``prange``: its portable thread pool ends the process when two threads of a program
call it at once, and the one of OpenMP does when the program has forked.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from contextvars import copy_context
from itertools import chain, islice
from typing import TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def count() -> int:
    """How many threads to use: as many as this process may have cores, or what DEDUP_THREADS says.

    ValueError: DEDUP_THREADS is not a number from 1.
    """
    named = os.environ.get("DEDUP_THREADS", "")
    if named:
        if not named.isascii() or not named.isdigit() or int(named) < 1:
            raise ValueError(f"DEDUP_THREADS={named!r} is not a number of threads; allowed is any from 1")
        return int(named)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def each(function: Callable[[_Item], object], items: Iterable[_Item]) -> None:
    """Call a function for every item, as ``mapped`` does; what it returns is dropped."""
    for _ in mapped(function, items):
        pass


def mapped(function: Callable[[_Item], _Result], items: Iterable[_Item]) -> Generator[_Result]:
    """``function(item)`` of every item, in order, computed on several threads with the engine of this one.

    Items are taken a few ahead of what is yielded, so that a long iterable never stands in memory as a whole. A single
    item starts no thread. What `items` or `function` raises is raised here, after the calls that are under way have
    ended, as they also have when the generator is closed.
    """
    workers, given = count(), iter(items)
    ahead = list(islice(given, 2))
    if workers == 1 or len(ahead) < 2:
        yield from map(function, chain(ahead, given))
        return
    from concurrent.futures import Future, ThreadPoolExecutor

    pool = ThreadPoolExecutor(workers, thread_name_prefix="dedup")
    waiting: deque[Future[_Result]] = deque()
    try:
        for item in chain(ahead, given):
            waiting.append(pool.submit(copy_context().run, function, item))
            if len(waiting) > workers + 1:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
