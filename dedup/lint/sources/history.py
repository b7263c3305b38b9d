"""What has changed since a commit: the earlier versions of files, and what is staged."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from dedup.lint.errors import GitError
from dedup.lint.sources import git
from dedup.text.markups import EXTENSIONS, markup_of

_REGULAR: Final = (b"100644", b"100755")
_QUIET: Final = ("-c", "core.fsmonitor=false")  # a repository may name a program as its monitor

_RAW: Final = ("--raw", "-z", "--no-abbrev", "--no-relative", "--ignore-submodules=all")


class Earlier(NamedTuple):
    """A file as it was."""

    data: bytes
    markup: str


History = Mapping[str, tuple[Earlier, ...]]
"""The earlier versions of each file that has changed, by its real path; none for a new file.

The first is that of the commit; then come those of commits that are being merged with it.
"""


def changed_since(
    revision: str,
    staged: bool,
    markup: str | None = None,
    extensions: Mapping[str, str] = EXTENSIONS,
    draft: str | None = None,
) -> History:
    """Return the files of a known extension that differ from a commit, with their earlier versions.

    Files are compared with the latest common ancestor of the commit and HEAD, so that what others have changed since
    then is no change. If git knows none, as in a shallow clone, they are compared with the commit itself. A file that
    was renamed has its earlier version; deleted files are left out.

    Parameters
    ----------
    revision
        What git takes for a commit. In a repository without a commit, HEAD has no files.
    staged
        Whether the files in the index are compared with it, instead of those in the working tree.
    markup
        The markup of all files; None decides by extension.
    extensions
        The markup by extension, as `dedup.text.markups.with_extensions` returns it.
    draft
        The path of a file that is read from elsewhere: what git has of it is an earlier version in any case.

    Raises
    ------
    GitError
        Git is not installed, or there is no repository, or no such commit.
    """
    top = git.top()
    if revision == "HEAD" and not _exists("HEAD"):
        return {}
    commit = git.commit(revision)
    head = git.commit("HEAD")
    base = _common(commit, head)
    merged = list(_merged(top)) if base == head else []
    index = ("--cached",) if staged else ()
    ask = ("diff", *_RAW, "--find-renames", *index)
    changes = [
        change
        for change in _changes(git.git(*_QUIET, *ask, base, "--"))
        if change.mode in _REGULAR and markup_of(change.name, extensions) is not None
    ]
    if draft is not None and os.path.realpath(draft) not in {
        os.path.realpath(f"{top}/{change.name}") for change in changes
    }:
        changes += [_Change(mode, blob, path, path) for mode, blob, path in git.tree(base, draft)]
    blobs: list[bytes] = []
    versions: dict[str, list[tuple[int, str]]] = {}
    for change in changes:
        earlier = versions.setdefault(os.path.realpath(os.path.join(top, change.name)), [])
        named = [(change.old, change.old_name), *((tree.get(change.name), change.name) for tree in merged)]
        for blob, name in named:
            if blob is not None:
                earlier.append((len(blobs), markup or markup_of(name, extensions) or "plain"))
                blobs.append(blob)
    data = git.contents(blobs)
    return {
        path: tuple(Earlier(data[number], language) for number, language in earlier)
        for path, earlier in versions.items()
    }


def staged_files(read: Callable[[str], bytes]) -> Callable[[str], bytes]:
    """Return a function that returns the bytes of a file as it is staged; of files that are not tracked, what `read`
    returns.

    Raises
    ------
    GitError
        Git is not installed, or there is no repository.
    """
    top = git.top()
    out = git.git(*_QUIET, "diff", *_RAW, "--no-renames", "--")
    blobs = {
        os.path.realpath(os.path.join(top, change.name)): change.old
        for change in _changes(out)
        if change.old is not None
    }

    def read_staged(path: str) -> bytes:
        blob = blobs.get(os.path.realpath(path))
        return read(path) if blob is None else git.contents([blob])[0]

    return read_staged


def is_dirty(path: str) -> bool:
    """Return whether a file has changes that git does not hold: they are not staged, or it is not tracked.

    A file outside of any repository has, too.
    """
    folder, name = os.path.split(os.path.realpath(path))
    ask = ("status", "--porcelain", "-z", "--untracked-files=all", "--ignored=matching", "--", f":(literal){name}")
    out = git.quiet("-C", folder, *_QUIET, *ask)
    return out is None or any(entry[1:2] not in (b"", b" ") for entry in out.split(b"\0") if entry[2:3] == b" ")


class _Change(NamedTuple):
    mode: bytes
    """Of the file as it is now; zeros if it was deleted."""
    old: bytes | None
    """The object with its earlier version."""
    old_name: str
    name: str


def _changes(out: bytes) -> Iterator[_Change]:
    """Parse ``:mode mode object object status`` and one or two names of each file, all ended by NUL."""
    fields = iter(out.split(b"\0"))
    for head in fields:
        if not head.startswith(b":"):
            break
        old_mode, mode, old, _, status = head[1:].split(b" ")
        old_name = name = os.fsdecode(next(fields))
        if status[:1] in (b"R", b"C"):
            name = os.fsdecode(next(fields))
        exists = old_mode in _REGULAR and old.strip(b"0")
        yield _Change(mode, old if exists else None, old_name, name)


def _exists(revision: str) -> bool:
    try:
        git.commit(revision)
    except GitError:
        return False
    return True


def _common(commit: str, head: str) -> str:
    try:
        return os.fsdecode(git.git("merge-base", commit, head).strip())
    except GitError:
        return commit


def _merged(top: str) -> Iterator[dict[str, bytes]]:
    """Yield the objects of the files, by name, of each commit that is being merged."""
    path = os.path.join(top, os.fsdecode(git.git("-C", top, "rev-parse", "--git-path", "MERGE_HEAD").strip()))
    try:
        with open(path, encoding="ascii") as file:
            commits = file.read().split()
    except FileNotFoundError:
        return
    for commit in commits:
        yield {name: blob for _, blob, name in git.tree(commit)}
