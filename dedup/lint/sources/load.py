"""From files to readings: open, decode, read.

Every file is read anew each time: what was read is not kept on disk between runs. Reading is a fifth of the time on a
tree of 33 MB (2.3 s of 10.5 s, of which 0.5 s load the kernels that comparing needs as well), and less of that of one
article. What was read would take 92 MB, 2.8 times the text, and 0.3 s to load; so a sixth of the time at most would
be won, for a folder of files that must be thrown away with every version, markup and choice of blocks.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from typing import Final, NamedTuple

from dedup import kernels
from dedup.kernels.threads import count
from dedup.lint.findings import Failure, Source
from dedup.lint.sources.decode import UndecodableError, decode
from dedup.lint.sources.discover import Document, reason
from dedup.match.progress import Progress, silent
from dedup.text.reading import Reading, read

WORTH_A_PROCESS: Final = 16_000_000
"""Characters from which on a second process is started, and as many again for each further one.

To begin takes a process 0.6 s of work, and to read these characters 1.6 s. On two idle cores 33 MB are read in 2.5 s
instead of 4.0 s; from 4 MB on a second process gains something, but on a machine whose cores are busy it costs what it
takes to begin.
"""

MOST_PROCESSES: Final = 7
"""Processes beside this one: each takes 150 MB, and this one must take in what all of them have read."""

READING: Final = "reading files"


class WorkerError(RuntimeError):
    """A process that read texts has ended before it was done; the message says how."""


class Loaded(NamedTuple):
    """What was read, by path and in order, and what could not be."""

    sources: dict[str, Source]
    readings: dict[Hashable, Reading]
    failures: list[Failure]


def load(
    documents: Sequence[Document],
    blocks: Collection[str] | None,
    encoding: str | None,
    open_file: Callable[[str], bytes],
    progress: Progress = silent,
) -> Loaded:
    """Open, decode and read every document.

    `open_file` gives the bytes of a path, or raises `OSError`; it is called here, in order, whichever process reads
    what it gives. Linear in the texts.

    Raises:
        WorkerError: a process that helped to read was ended from outside.
    """
    sources: dict[str, Source] = {}
    failures: list[Failure] = []
    texts: list[tuple[str, str]] = []
    progress(READING, 0, len(documents))
    for document in documents:
        text = _text(document, encoding, open_file)
        if isinstance(text, Failure):
            failures.append(text)
        else:
            sources[document.path] = Source(document.path, text)
            texts.append((text, document.markup))
    readings = _read(texts, blocks, lambda done: progress(READING, len(failures) + done, len(documents)))
    return Loaded(sources, dict(zip(sources, readings, strict=True)), failures)


def helpers(size: int) -> int:
    """How many processes help to read texts of `size` characters together; 0 where one is soon done."""
    if size < WORTH_A_PROCESS or not sys.executable or getattr(sys, "frozen", False):
        return 0
    return min(size // WORTH_A_PROCESS, count() - 1, MOST_PROCESSES)


def _read(
    texts: Sequence[tuple[str, str]], blocks: Collection[str] | None, told: Callable[[int], object]
) -> Iterator[Reading]:
    size = sum(len(text) for text, _ in texts)
    kernels.engine(size)  # loads the compiled kernels where all texts together are worth it, though none may be alone
    if processes := helpers(size):
        from dedup.lint.sources.workers import read_all

        yield from read_all(texts, blocks, processes, told)
        return
    for done, (text, markup) in enumerate(texts, 1):
        yield read(text, markup, blocks)
        told(done)


def _text(document: Document, encoding: str | None, open_file: Callable[[str], bytes]) -> str | Failure:
    try:
        return decode(open_file(document.path), encoding)
    except OSError as error:
        return Failure(document.path, reason(error))
    except UndecodableError as error:
        return Failure(document.path, str(error), error.readable)
