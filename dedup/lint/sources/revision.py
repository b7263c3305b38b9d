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
    for mode, blob, name in git.tree(git.commit(revision)):
        path = os.path.relpath(os.path.join(top, name)).replace(os.sep, "/")
        by_extension = markup_of(path, extensions)
        is_file = mode not in (b"120000", b"160000")  # a link, another repository
        if is_file and by_extension is not None and wanted(path):
            blobs[path] = blob
            documents[path] = Document(path, markup or by_extension)
    contents = dict(zip(blobs, git.contents(list(blobs.values())), strict=True))
    return Selection(tuple(documents[path] for path in sorted(documents)), ()), contents
