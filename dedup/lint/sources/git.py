"""Asking git."""

from __future__ import annotations

import os
from collections.abc import Iterator

from dedup.lint.errors import GitError


def git(*arguments: str, stdin: bytes = b"", no_answer: str = "") -> bytes:
    """Return what git prints in the working folder.

    Parameters
    ----------
    arguments
        Its command line.
    stdin
        Bytes on its standard input.
    no_answer
        The error if git fails without a message.

    Raises
    ------
    GitError
        It is not installed, or it fails.
    """
    import subprocess  # deferred: most runs do not need git

    try:
        return subprocess.run(["git", *arguments], input=stdin, capture_output=True, check=True).stdout
    except FileNotFoundError:
        raise GitError("git is not installed") from None
    except subprocess.CalledProcessError as error:
        message = error.stderr.decode(errors="replace").strip()
        raise GitError(f"git says: {message or no_answer or f'exit code {error.returncode}'}") from None


def top() -> str:
    """Return the top folder of the repository around the working folder.

    Raises
    ------
    GitError
        Git is not installed, or there is no repository.
    """
    return os.fsdecode(git("rev-parse", "--show-toplevel").removesuffix(b"\n"))


def commit(revision: str) -> str:
    """Return the name of the commit that a revision stands for.

    Raises
    ------
    GitError
        Git is not installed, or there is no repository, or no such commit.
    """
    ask = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    return os.fsdecode(git(*ask, no_answer=f"there is no commit {revision!r}").strip())


def tree(commit: str, path: str | None = None) -> Iterator[tuple[bytes, bytes, str]]:
    """Yield (mode, object, path from the top folder) of all files in a commit, or of the one at a path."""
    asked = ("--full-tree", commit) if path is None else ("--full-name", commit, "--", path)
    for entry in git("ls-tree", "-r", "-z", *asked).split(b"\0")[:-1]:
        head, _, name = entry.partition(b"\t")
        mode, _, blob = head.split()
        yield mode, blob, os.fsdecode(name)


def contents(blobs: list[bytes]) -> list[bytes]:
    """Return the contents of objects, by one process."""
    if not blobs:
        return []
    out = git("cat-file", "--batch", stdin=b"\n".join(blobs) + b"\n")
    found, at = [], 0
    for _ in blobs:
        end = out.index(b"\n", at)
        size = int(out[at:end].split()[2])
        found.append(out[end + 1 : end + 1 + size])
        at = end + 1 + size + 1
    return found


def files_in(folder: str, is_root: bool) -> list[tuple[str, bool]] | None:
    """Return (path, whether it is a repository of its own) of the files in a folder that git tracks or does not ignore.

    Paths are relative to the folder. A tracked file may have been deleted.

    Parameters
    ----------
    folder
        A folder in a repository.
    is_root
        Whether it is the repository's top folder, which git cannot ignore.

    Returns
    -------
    list or None
        None if git does not answer: it is not installed, does not take this for a repository, cannot read all of it,
        or ignores the folder itself.
    """
    ask = ("-C", folder, "-c", "core.fsmonitor=false")  # a repository may name a program as its monitor
    if not is_root and quiet(*ask, "check-ignore", "--no-index", "--quiet", ".") is not None:
        return None
    out = quiet(*ask, "ls-files", "--cached", "--others", "--exclude-standard", "--stage", "-t", "-z")
    return None if out is None else list(_entries(out))


def quiet(*arguments: str) -> bytes | None:
    """Return what git prints, whatever repository and index a hook is run for; None if it fails or complains."""
    import subprocess

    # In a hook, git names the repository and index of the commit. The folder decides here.
    local = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
    environment = {name: value for name, value in os.environ.items() if name not in local}
    try:
        done = subprocess.run(["git", *arguments], stdin=subprocess.DEVNULL, capture_output=True, env=environment)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 and not done.stderr else None


def _entries(out: bytes) -> Iterator[tuple[str, bool]]:
    """Parse `? path` for files that are not tracked, and `H mode object stage<TAB>path` for those that are."""
    for entry in out.split(b"\0")[:-1]:
        if entry.startswith(b"? "):
            path = os.fsdecode(entry[2:])
            yield path.removesuffix("/"), path.endswith("/")
        else:
            head, _, name = entry.partition(b"\t")
            yield os.fsdecode(name), head.split()[1] == b"160000"
