"""From files to readings: open, decode, read.

Files that findings are about are read anew in each run. Those that they are compared with can be kept: see
`dedup.lint.sources.kept`. Reading in several processes won little: a run of 13.6 s took 11.6 s on an idle machine, and
no less on a busy one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Hashable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from dedup import kernels
from dedup.lint.errors import UndecodableError
from dedup.lint.findings import Failure, Source
from dedup.lint.sources.decode import decode
from dedup.lint.sources.discover import Document
from dedup.lint.sources.paths import reason
from dedup.lint.suppress.baseline import is_baseline
from dedup.progress import Progress, silent
from dedup.text.marks import Marks
from dedup.text.reading import Reading, kinds_named, read
from dedup.text.tokens import Tokens

if TYPE_CHECKING:
    from dedup.lint.sources.history import History
    from dedup.lint.sources.kept import Kept, Key

READING: Final = "reading files"


def read_file(path: str) -> bytes:
    """Return the bytes of a file; raises `OSError`."""
    with open(path, "rb") as file:
        return file.read()


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
    kept: Kept | None = None,
    focus: int = 0,
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
    kept
        Readings from earlier runs, which are used for the documents from number `focus` on, and added to; None: all
        documents are read.
    """
    sources: dict[str, Source] = {}
    keys: dict[str, Key] = {}
    if kept:
        from dedup.lint.sources.kept import key_of, way  # deferred: many runs have no corpus

        read_as = way(blocks, encoding)
    failures: list[Failure] = []
    progress(READING, 0, len(documents))
    for number, document in enumerate(documents):
        try:
            data = open_file(document.path)
            text = decode(data, encoding, document.markup)
        except OSError as error:
            failures.append(Failure(document.path, reason(error)))
            continue
        except UndecodableError as error:
            failures.append(Failure(document.path, str(error), error.readable))
            continue
        if not is_baseline(text):
            sources[document.path] = Source(document.path, text)
            if kept and number >= focus:
                keys[document.path] = key_of(data, document.markup, read_as)
    found = kept.find(keys.values()) if kept else {}
    # Compiled kernels pay for themselves if all texts together are long enough, though no single one may be. Those that
    # are kept are not read, and only what is like the texts in focus is compared.
    kernels.expect(sum(len(source.text) for path, source in sources.items() if keys.get(path) not in found), progress)
    markups = {document.path: document.markup for document in documents}
    readings: dict[Hashable, Reading] = {}
    kinds = kinds_named(blocks)
    fresh: dict[Key, tuple[Marks, Tokens]] = {}
    for path, source in sources.items():
        key = keys.get(path)
        if key in found:
            readings[path] = Reading(source.text, *found[key], kinds)
        else:
            reading = readings[path] = read(source.text, markups[path], blocks)
            if key is not None:
                fresh[key] = reading.marks, reading.tokens
        progress(READING, len(failures) + len(readings), len(documents))
    if kept:
        kept.add(fresh, found)
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
