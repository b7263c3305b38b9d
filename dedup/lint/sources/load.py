"""From files to readings: open, decode, read.

Every file is read again in each run: readings are not kept on disk. Reading takes a fifth of the time on a tree of
33 MB (2.3 s of 10.5 s). Stored readings would take 92 MB, 2.8 times the text, and 0.3 s to load: at most a sixth of
the time would be won. Reading in several processes won less: a run of 13.6 s took 11.6 s on an idle machine, and no
less on a busy one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Hashable, Sequence
from contextlib import suppress
from typing import Final, NamedTuple

from dedup import kernels
from dedup.lint.errors import UndecodableError
from dedup.lint.findings import Failure, Source
from dedup.lint.sources.decode import decode
from dedup.lint.sources.discover import Document
from dedup.lint.sources.history import History
from dedup.lint.sources.paths import reason
from dedup.lint.suppress.baseline import is_baseline
from dedup.progress import Progress, silent
from dedup.text.reading import Reading, read

READING: Final = "reading files"


class Loaded(NamedTuple):
    """The files that were read, by path and in order, and those that could not be read."""

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
    """Return every document, opened, decoded and read. Baselines of dedup are left out.

    Linear in the texts.

    Parameters
    ----------
    documents
        The files, each path once.
    blocks
        The kinds of block to read, as for `dedup.text.reading.read`.
    encoding
        The encoding of every file; None decides by file, as `decode` does.
    open_file
        Returns the bytes of a path, or raises `OSError`. It is called once a document, in order.
    progress
        Called with the number of documents that were read.
    """
    sources: dict[str, Source] = {}
    failures: list[Failure] = []
    progress(READING, 0, len(documents))
    for document in documents:
        text = _text(document, encoding, open_file)
        if isinstance(text, Failure):
            failures.append(text)
        elif not is_baseline(text):
            sources[document.path] = Source(document.path, text)
    # Compiled kernels pay for themselves if all texts together are long enough, though no single one may be.
    kernels.expect(sum(len(source.text) for source in sources.values()), progress)
    markups = {document.path: document.markup for document in documents}
    readings: dict[Hashable, Reading] = {}
    for path, source in sources.items():
        readings[path] = read(source.text, markups[path], blocks)
        progress(READING, len(failures) + len(readings), len(documents))
    return Loaded(sources, readings, failures)


def load_earlier(
    paths: Sequence[str], history: History, blocks: Collection[str] | None, encoding: str | None
) -> dict[int, list[Reading]]:
    """Return the earlier versions of those files of `paths` that have changed, by the number of the file.

    A version that cannot be decoded is left out: the file has changed as a whole. Linear in the texts.
    """
    found: dict[int, list[Reading]] = {}
    for number, path in enumerate(paths if history else ()):
        versions = history.get(os.path.realpath(path))
        if versions is None:
            continue
        found[number] = []
        for version in versions:
            with suppress(UndecodableError):
                text = decode(version.data, encoding, version.markup)
                found[number].append(read(text, version.markup, blocks))
    return found


def _text(document: Document, encoding: str | None, open_file: Callable[[str], bytes]) -> str | Failure:
    try:
        return decode(open_file(document.path), encoding, document.markup)
    except OSError as error:
        return Failure(document.path, reason(error))
    except UndecodableError as error:
        return Failure(document.path, str(error), error.readable)
