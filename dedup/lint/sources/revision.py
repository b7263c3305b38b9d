"""Files as they were in a commit."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from dedup.lint.sources import git
from dedup.lint.sources.discover import Document, Selection
from dedup.text.markups import EXTENSIONS, markup_of


def files_at(
    revision: str,
    wanted: Callable[[str], bool],
    markup: str | None = None,
    extensions: Mapping[str, str] = EXTENSIONS,
) -> tuple[Selection, Mapping[str, bytes]]:
    """Return the files of a known extension in a commit, and their bytes by path.

    Parameters
    ----------
    revision
        What git takes for a commit.
    wanted
        Whether a file is wanted, by its path relative to the working folder.
    markup
        The markup of all files; None decides by extension.
    extensions
        The markup by extension, as `dedup.text.markups.with_extensions` returns it.

    Raises
    ------
    GitError
        Git is not installed, or there is no repository, or no such commit.
    """
    top = git.top()
    blobs: dict[str, bytes] = {}
    documents: dict[str, Document] = {}
    for entry in git.git("ls-tree", "-r", "-z", "--full-tree", git.commit(revision)).split(b"\0"):
        if not entry:
            continue
        head, _, name = entry.partition(b"\t")
        mode, kind, blob = head.split()
        path = os.path.relpath(os.path.join(top, os.fsdecode(name))).replace(os.sep, "/")
        known = markup_of(path, extensions)
        if kind == b"blob" and mode != b"120000" and known is not None and wanted(path):
            blobs[path] = blob
            documents[path] = Document(path, markup or known)
    contents = dict(zip(blobs, git.contents(list(blobs.values())), strict=True))
    return Selection(tuple(documents[path] for path in sorted(documents)), ()), contents
