"""Files as they were in a commit."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from dedup.lint.sources.discover import Document, Selection, known, markup_of
from dedup.lint.sources.git import git


def files_at(
    revision: str, wanted: Callable[[str], bool], markup: str | None = None
) -> tuple[Selection, Mapping[str, bytes]]:
    """The files of a known type in a commit whose path, relative to the working folder, is wanted, and their bytes.
    `markup` overrides what the extension says.

    Raises:
        GitError: git is not installed, there is no repository, or no such commit.
    """
    top = os.fsdecode(git("rev-parse", "--show-toplevel").removesuffix(b"\n"))
    asked = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    commit = os.fsdecode(git(*asked, silent=f"there is no commit {revision!r}").strip())
    listed = git("ls-tree", "-r", "-z", "--full-tree", commit)
    shown: dict[str, bytes] = {}
    for entry in listed.split(b"\0"):
        if entry:
            mode_kind_id, _, name = entry.partition(b"\t")
            mode, kind, blob = mode_kind_id.split()
            path = os.path.relpath(os.path.join(top, os.fsdecode(name))).replace(os.sep, "/")
            if kind == b"blob" and mode != b"120000" and known(path) and wanted(path):
                shown[path] = blob
    contents = _blobs(list(shown.values()))
    documents = tuple(Document(path, markup or markup_of(path)) for path in sorted(shown))
    return Selection(documents, ()), dict(zip(shown, contents, strict=True))


def _blobs(names: list[bytes]) -> list[bytes]:
    """The contents of objects, by one process."""
    if not names:
        return []
    out = git("cat-file", "--batch", given=b"\n".join(names) + b"\n")
    found, at = [], 0
    for _ in names:
        end = out.index(b"\n", at)
        size = int(out[at:end].split()[2])
        found.append(out[end + 1 : end + 1 + size])
        at = end + 1 + size + 1
    return found
