"""The files in a folder that git does not ignore."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

from dedup.lint.findings import Failure
from dedup.lint.sources import git
from dedup.lint.sources.gitignore import IgnoreFiles, files_above, repository_of
from dedup.lint.sources.paths import joined, reason, shown


def files_in(root: str, wanted: Callable[[str], bool], failures: list[Failure]) -> Iterator[str]:
    """Yield the paths of the wanted files in a folder, each beginning with `root` unless that is ".".

    Inside a repository git lists them: tracked files, and others that it does not ignore. A repository or submodule
    inside it is asked itself. Git leaves out pipes and devices. Elsewhere, and where git does not answer, the folder is
    walked and its gitignore files are read; links to folders are not followed, and `.git` is never entered. A folder
    that git ignores is walked in the same way if it is `root`.

    Parameters
    ----------
    root
        A folder.
    wanted
        Whether a file of this name is wanted.
    failures
        Receives the folders and gitignore files that cannot be read.
    """
    repository = repository_of(root)
    listed = None if repository is None else git.files_in(root, repository == os.path.realpath(root))
    if listed is None:
        yield from _walked(root, wanted, failures)
        return
    for path, is_repository in listed:
        if not is_repository:
            if wanted(path[path.rfind("/") + 1 :]):
                yield joined(root, path)
        elif os.path.lexists(os.path.join(root, path, ".git")):  # a submodule that is not checked out has none
            yield from files_in(joined(root, path), wanted, failures)


def _walked(root: str, wanted: Callable[[str], bool], failures: list[Failure]) -> Iterator[str]:
    try:
        above = files_above(root)
    except OSError as error:
        failures.append(Failure(str(error.filename), reason(error)))
        above = IgnoreFiles()
    stack = [("", above)]
    while stack:
        folder, above = stack.pop()
        try:
            with os.scandir(joined(root, folder)) as listing:
                # the kind of an entry may need a look at the disk, so it is asked for where an error is caught
                entries = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in listing]
        except OSError as error:
            failures.append(Failure(joined(root, folder), reason(error)))
            continue
        try:
            ignored = _inside(root, folder, {name for name, _ in entries}, above)
        except OSError as error:
            failures.append(Failure(shown(str(error.filename)), reason(error)))
            ignored = above
        for name, is_folder in entries:
            path = f"{folder}/{name}" if folder else name
            if is_folder:
                if name != ".git" and not ignored.ignores(path, True):
                    stack.append((path, ignored))
            elif wanted(name) and not ignored.ignores(path, False):
                yield joined(root, path)


def _inside(root: str, folder: str, names: set[str], above: IgnoreFiles) -> IgnoreFiles:
    """Return the gitignore files that apply inside a folder with these names, given those of the folder above it."""
    skip = len(folder) + 1 if folder else 0
    if folder and ".git" in names:  # a repository inside another keeps its own rules
        above = IgnoreFiles().with_file(joined(root, folder) + "/.git/info/exclude", skip=skip)
    if ".gitignore" in names:
        above = above.with_file(joined(root, f"{folder}/.gitignore" if folder else ".gitignore"), skip=skip)
    return above
