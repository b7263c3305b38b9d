"""Which paths git would ignore: the .gitignore files of a tree, level by level."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

# pathspec's name for the part of a match that is the slash behind a folder
_FOLDER_MARK = "ps_d"


@dataclass(frozen=True, slots=True)
class Ignores:
    """The ignore files that speak of a folder, the deepest last.

    Each level is (patterns, `above`, `skip`): its patterns are asked about `above` + path, less the first `skip`
    characters, where path is relative to the root of the walk.
    """

    levels: tuple[tuple[tuple[GitIgnoreSpecPattern, ...], str, int], ...] = ()

    def ignored(self, path: str, is_folder: bool) -> bool:
        """Whether git ignores a path, relative to the root of the walk, with slashes and none at its end.

        The deepest file that speaks of it decides, and in it the last pattern. The folders above the path are not
        asked about: whoever walks has asked already, and git never looks inside an ignored folder.
        """
        for patterns, above, skip in reversed(self.levels):
            subject = (above + path)[skip:] + ("/" if is_folder else "")
            for pattern in reversed(patterns):
                if _matches(pattern, subject, is_folder):
                    return bool(pattern.include)
        return False

    def with_file(self, file: str, *, above: str = "", skip: int = 0) -> Ignores:
        """These and, deeper, the patterns of `file`, if it is there. Raises `OSError` if it cannot be read."""
        patterns = _read(file)
        return Ignores((*self.levels, (patterns, above, skip))) if patterns else self


def ignores_above(root: str) -> Ignores:
    """What the repository around a folder says about the paths inside it; nothing outside a repository.

    The folder's own .gitignore is not among them. A folder that was named is walked even where git ignores it; then
    nothing above it counts. Raises `OSError` for an ignore file that cannot be read.
    """
    path = os.path.realpath(root)
    below: list[str] = []
    while not os.path.lexists(os.path.join(path, ".git")):
        parent, name = os.path.split(path)
        if parent == path:
            return Ignores()
        below.insert(0, name)
        path = parent
    above = "".join(f"{name}/" for name in below)
    found = Ignores().with_file(os.path.join(path, ".git", "info", "exclude"), above=above)
    outside = Ignores().with_file(os.path.join(path, ".git", "info", "exclude"))
    skip = 0
    for name in below:
        file = os.path.join(path, ".gitignore")
        found = found.with_file(file, above=above, skip=skip)
        outside = outside.with_file(file, skip=skip)
        if outside.ignored(above[:skip] + name, True):
            return Ignores()
        path = os.path.join(path, name)
        skip += len(name) + 1
    return found


def _read(path: str) -> tuple[GitIgnoreSpecPattern, ...]:
    try:
        with open(path, "rb") as file:
            data = file.read()
    except (FileNotFoundError, NotADirectoryError):
        return ()
    # imported here because it costs a third of what NumPy does, and most runs read no ignore file
    from pathspec.patterns.gitignore.base import GitIgnorePatternError
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

    patterns = []
    for line in os.fsdecode(data.removeprefix(b"\xef\xbb\xbf")).split("\n"):
        line = line.removesuffix("\r")
        if line.rstrip(" ").endswith("/**/"):  # the folders inside; pathspec would take the folder itself as well
            line = line.rstrip(" ") + "*/"
        try:
            pattern = GitIgnoreSpecPattern(line)
        except GitIgnorePatternError:  # git passes over what it does not understand
            continue
        if pattern.include is not None:
            patterns.append(pattern)
    return tuple(patterns)


def _matches(pattern: GitIgnoreSpecPattern, subject: str, is_folder: bool) -> bool:
    """Whether a pattern matches the subject itself.

    pathspec's expressions also match whatever lies inside a folder that matches, which would let `!*/` bring back
    the files of every folder; git asks each pattern about each path by itself.
    """
    found = pattern.match_file(subject)
    if found is None:
        return False
    match = found.match
    if _FOLDER_MARK not in match.re.groupindex:
        # `name/**` is everything inside and not the folder itself
        return not (is_folder and match.re.pattern.endswith("/") and match.end() == len(subject))
    if match.group(_FOLDER_MARK) is None:
        return True
    if match.re.pattern.startswith("^"):
        return bool(match.end(_FOLDER_MARK) == len(subject))
    return is_folder  # `*/` and `**/`, whose expression is the slash alone
