"""Files as they were in a commit."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping

from dedup.lint.files import Document, Selection, known, markup_of


class RevisionError(ValueError):
    """The commit cannot be read: the message says why."""


def files_at(
    revision: str, wanted: Callable[[str], bool], markup: str | None = None
) -> tuple[Selection, Mapping[str, bytes]]:
    """The files of a known type in a commit whose path, relative to the working folder, is wanted, and their bytes.
    `markup` overrides what the extension says.

    Raises:
        RevisionError: git is not installed, there is no repository, or no such commit.
    """
    top = os.fsdecode(_git("rev-parse", "--show-toplevel").removesuffix(b"\n"))
    commit = os.fsdecode(_git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}").strip())
    listed = _git("ls-tree", "-r", "-z", "--full-tree", commit)
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
    out = _git("cat-file", "--batch", given=b"\n".join(names) + b"\n")
    found, at = [], 0
    for _ in names:
        end = out.index(b"\n", at)
        size = int(out[at:end].split()[2])
        found.append(out[end + 1 : end + 1 + size])
        at = end + 1 + size + 1
    return found


def _git(*arguments: str, given: bytes = b"") -> bytes:
    try:
        return subprocess.run(["git", *arguments], input=given, capture_output=True, check=True).stdout
    except FileNotFoundError:
        raise RevisionError("a commit was named, but git is not installed") from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip() or f"there is no commit {arguments[-1]!r}"
        raise RevisionError(f"git says: {said}") from None
