"""The gitignore files that apply to a folder, for trees whose files git does not list."""

from __future__ import annotations

import os
from dataclasses import dataclass

from dedup.lint.sources.patterns import Pattern, encoded, last_match, parse


@dataclass(frozen=True, slots=True)
class IgnoreFiles:
    """The patterns that apply inside a folder, file by file, the deepest last.

    Attributes
    ----------
    levels
        (patterns, above, skip) of each file: its patterns are compared with `above` + path, less the first `skip`
        characters, where the path is relative to the root of the walk.
    """

    levels: tuple[tuple[tuple[Pattern, ...], str, int], ...] = ()

    def ignores(self, path: str, is_folder: bool) -> bool:
        """Return whether a path is ignored: the deepest file with a pattern that matches decides, by its last such.

        The folders above the path are not looked at: whoever walks has done so, and git never enters an ignored folder.

        Parameters
        ----------
        path
            Relative to the root of the walk, without a slash at either end.
        is_folder
            Whether it is a folder. A link to a folder is none.
        """
        for patterns, above, skip in reversed(self.levels):
            decisive = last_match(patterns, encoded((above + path)[skip:]), is_folder)
            if decisive is not None:
                return not decisive.negated
        return False

    def with_file(self, file: str, *, above: str = "", skip: int = 0) -> IgnoreFiles:
        """Return these with one more file, if it exists. Raises `OSError` if it cannot be read."""
        patterns = _read(file)
        return IgnoreFiles((*self.levels, (patterns, above, skip))) if patterns else self


def repository_of(folder: str) -> str | None:
    """Return the nearest folder with a `.git`, as a real path: this one or one above it; None if there is none."""
    path = os.path.realpath(folder)
    while not os.path.lexists(os.path.join(path, ".git")):
        path, below = os.path.dirname(path), path
        if path == below:
            return None
    return path


def files_above(root: str) -> IgnoreFiles:
    """Return what the repository around a folder ignores inside it, without the folder's own file.

    A folder that git ignores is read if it is named; then nothing above it applies. Nothing applies outside of a
    repository. Raises `OSError` for a file that cannot be read.
    """
    path = repository_of(root)
    if path is None:
        return IgnoreFiles()
    inside = os.path.relpath(os.path.realpath(root), path).replace(os.sep, "/")
    below = [] if inside == "." else inside.split("/")
    above = "".join(f"{name}/" for name in below)
    exclude = os.path.join(path, ".git", "info", "exclude")
    found = IgnoreFiles().with_file(exclude, above=above)
    outside = IgnoreFiles().with_file(exclude)
    skip = 0
    for name in below:
        file = os.path.join(path, ".gitignore")
        found = found.with_file(file, above=above, skip=skip)
        outside = outside.with_file(file, skip=skip)
        if outside.ignores(above[:skip] + name, True):
            return IgnoreFiles()
        path = os.path.join(path, name)
        skip += len(name) + 1
    return found


def _read(path: str) -> tuple[Pattern, ...]:
    try:
        with open(path, "rb") as file:
            data = file.read()
    except (FileNotFoundError, NotADirectoryError):
        return ()
    lines = data.removeprefix(b"\xef\xbb\xbf").decode("latin-1").split("\n")
    patterns = (parse(line.removesuffix("\r")) for line in lines)
    return tuple(pattern for pattern in patterns if pattern is not None)
