"""Reading many texts in several processes.

The processes are new ones that speak with this one through pipes, not copies of it: a copy of a process whose threads
hold locks may wait for ever, and some systems know no copies. They are handed texts and nothing else, so that files,
standard input and what a commit holds are all opened here, once, and every fault is told of here. A pipe that ends is
all it takes to end them, so that none outlives this process, however it ends.
"""

from __future__ import annotations

import gc
import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import chain
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO, Any, Final, NamedTuple

from dedup import kernels
from dedup.lint.sources.load import WorkerError
from dedup.text.reading import Reading, read

Text = tuple[str, str]
"""A text and the name of its markup."""

CHUNK: Final = 1 << 19
"""Characters that are handed to a process at once, or one text: about 50 ms of work, so that all end together."""

_AHEAD = 2  # chunks that a process has at hand, so that it never waits for the next
_PATIENCE = 0.2  # seconds after which Ctrl-C is looked for, on systems where it interrupts no waiting
# -P: a folder that holds a pickle.py of its own is not asked for modules. What this process imports from, it does too.
_PROGRAM = (
    "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); import dedup.lint.sources.workers as w; w.serve()"
)


class _Chunk(NamedTuple):
    number: int
    texts: Sequence[Text]


class _Answer(NamedTuple):
    """What has become of a chunk: its readings, or None where the process could not read it."""

    chunk: _Chunk
    readings: list[Reading] | None


class _Done(NamedTuple):
    """Texts that a process has read, and will hand over at the end."""

    texts: int


def read_all(
    texts: Sequence[Text],
    blocks: Collection[str] | None,
    processes: int = 0,
    told: Callable[[int], object] = lambda done: None,
) -> list[Reading]:
    """The readings of all texts, in order, as `dedup.text.reading.read` gives them.

    Args:
        texts: each with the name of its markup.
        blocks: the kinds of block to read, as for `read`.
        processes: how many to start beside this one, which reads as well. One that cannot be started is done without.
        told: called with the number of texts that have been read, as it grows.

    Raises:
        WorkerError: a process was ended from outside.

    Linear in the texts. What a process has read comes back at the end, as 17 bytes a word and 8 to 40 a mark.
    """
    chunks = _chunks(texts)
    size = sum(len(text) for text, _ in texts)
    kernels.engine(size)  # loads the compiled kernels where all texts together are worth it, though none may be alone
    answers: list[list[Reading]] = [[] for _ in chunks]
    with _Crew(chunks, (blocks, size), min(processes, len(chunks) - 1)) as crew:
        for number, readings in crew.answers(blocks, told):
            answers[number] = readings
    return list(chain.from_iterable(answers))


def _chunks(texts: Sequence[Text]) -> list[_Chunk]:
    chunks: list[_Chunk] = []
    first = size = 0
    for index, (text, _) in enumerate(texts):
        size += len(text)
        if size >= CHUNK or index == len(texts) - 1:
            chunks.append(_Chunk(len(chunks), texts[first : index + 1]))
            first, size = index + 1, 0
    return chunks


class _Crew:
    """This process and those that help it, at work on the same chunks."""

    def __init__(self, chunks: Sequence[_Chunk], orders: object, processes: int) -> None:
        self._waiting = deque(chunks)
        self._refused: deque[_Chunk] = deque()
        self._finished: SimpleQueue[_Answer | _Done | Exception] = SimpleQueue()
        self._processes: list[subprocess.Popen[bytes]] = []
        self._threads: list[Thread] = []
        self._orders = orders
        self._size = len(chunks)
        self._count = processes

    def __enter__(self) -> _Crew:
        with suppress(OSError):  # as many as the system allows, if it allows any
            for _ in range(self._count):
                self._processes.append(_start())
        for process in self._processes:
            self._threads.append(Thread(target=self._feed, args=(process,), name="dedup reading", daemon=True))
            self._threads[-1].start()
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.kill()  # it holds nothing that would be lost, and may be at work on what nobody waits for
        for process in self._processes:
            process.wait()
        for thread in self._threads:
            thread.join()
        for process in self._processes:
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):  # a chunk half written
                    _there(pipe).close()

    def answers(
        self, blocks: Collection[str] | None, told: Callable[[int], object]
    ) -> Iterator[tuple[int, list[Reading]]]:
        """The number and the readings of every chunk; whenever no process has something to say, one is read here."""
        left, done = self._size, 0
        while left:
            try:
                said = self._finished.get_nowait()
            except Empty:
                if own := _taken(self._refused) or _taken(self._waiting):
                    done += len(own.texts)
                    left -= 1
                    yield own.number, [read(text, markup, blocks) for text, markup in own.texts]
                    told(done)
                    continue
                try:
                    said = self._finished.get(timeout=_PATIENCE)
                except Empty:
                    continue
            if isinstance(said, Exception):
                raise said
            if isinstance(said, _Done):
                done += said.texts
                told(done)
            elif said.readings is None:
                self._refused.append(said.chunk)  # read here, where a fault can be told of
            else:
                left -= 1
                yield said.chunk.number, said.readings

    def _feed(self, process: subprocess.Popen[bytes]) -> None:
        """In a thread: hand chunks to a process, and take over at the end what it has read.

        Not as it goes: both sides would write, and neither read, without one more thread there; and each piece that
        comes through a pipe would stop the thread that reads here.
        """
        stdin, stdout = _there(process.stdin), _there(process.stdout)
        sent: deque[_Chunk] = deque()
        kept: list[_Chunk] = []
        ready = False
        try:
            pickle.dump(sys.path, stdin)
            _send(stdin, self._orders)
            ready = _receive(stdout)
            while True:
                while len(sent) < _AHEAD and (chunk := _taken(self._waiting)):
                    sent.append(chunk)
                    _send(stdin, chunk.texts)
                if not sent:
                    break
                could, chunk = _receive(stdout), sent.popleft()
                if could:
                    kept.append(chunk)
                self._finished.put(_Done(len(chunk.texts)) if could else _Answer(chunk, None))
            _send(stdin, None)
            for chunk in kept:
                readings = zip(_receive(stdout), chunk.texts, strict=True)
                self._finished.put(_Answer(chunk, [replace(one, text=text) for one, (text, _) in readings]))
        except (EOFError, OSError, pickle.PickleError):
            code = process.wait()
            if ready or code < 0:
                self._finished.put(WorkerError(_ended(code)))
            # else it could not even begin, say because Python does not find its modules: the others do its work
        except Exception as error:
            self._finished.put(error)


def _there(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise ValueError("a process was started without this pipe")
    return pipe


def _taken(chunks: deque[_Chunk]) -> _Chunk | None:
    try:
        return chunks.popleft()
    except IndexError:
        return None


def _start() -> subprocess.Popen[bytes]:
    # A group of its own, or a console of its own: Ctrl-C reaches this process only, which then ends the others.
    windows = sys.platform == "win32"
    return subprocess.Popen(
        [sys.executable, "-P", "-c", _PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        process_group=None if windows else 0,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0) if windows else 0,
    )


def _ended(code: int) -> str:
    how = f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
    return f"a process that read files {how}; is memory short? DEDUP_THREADS=1 reads them in one process"


def _send(pipe: IO[bytes], message: object) -> None:
    data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    pipe.write(len(data).to_bytes(8, "little"))
    pipe.write(data)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> Any:
    head = pipe.read(8)
    size = int.from_bytes(head, "little")
    data = pipe.read(size)
    if len(head) < 8 or len(data) < size:
        raise EOFError
    return pickle.loads(data)


def serve() -> None:
    """Be one of the processes: read what comes on standard input, and answer on standard output, until it ends."""
    gc.disable()  # as where one process reads: there are many objects and hardly a cycle
    stdin, stdout = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing that is printed gets among the answers
    blocks, size = _receive(stdin)
    # Numba imports it where it is installed, for linear algebra that no kernel does: 0.2 s of 0.8 s to begin.
    sys.modules.setdefault("scipy", None)  # type: ignore[arg-type]
    kernels.engine(size)
    read("word " * kernels.WORTH_CALLING, "markdown", blocks)  # loads what is needed
    _send(stdout, True)
    kept = []
    while (texts := _receive(stdin)) is not None:
        try:
            kept.append([replace(read(text, markup, blocks), text="") for text, markup in texts])
            could = True
        except Exception:
            could = False
        _send(stdout, could)
    for readings in kept:
        _send(stdout, readings)
