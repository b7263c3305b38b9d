"""Which files are read: those named, and those found in folders that are named."""

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from dedup.lint.findings import Failure
from dedup.lint.sources.gitignore import Ignores, ignores_above
from dedup.text import markups

STANDARD_INPUT = "-"
"""The path that stands for standard input."""


class MissingPathError(ValueError):
    """A path was named that is not there."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file to read: its path, as shown and as opened ("-" is standard input), and the name of its markup."""

    path: str
    markup: str


@dataclass(frozen=True, slots=True)
class Selection:
    """The files to read, each once, in the order of their paths, and what could not be looked at."""

    documents: tuple[Document, ...]
    failures: tuple[Failure, ...]

    def without(self, left_out: Callable[[str], bool]) -> "Selection":
        """The same without the files whose path, as shown, is left out."""
        return Selection(tuple(one for one in self.documents if not left_out(one.path)), self.failures)


NOTHING = Selection((), ())


@dataclass(frozen=True, slots=True, order=True)
class _Name:
    """A name of a file. Of several the lowest is taken: one that is no link, then the first by its parts."""

    is_link: bool
    parts: list[str]
    path: str


def select(paths: Iterable[str], markup: str | None = None) -> Selection:
    """The files that `paths` name.

    A file that is named is read whatever it is called. A folder is walked: files of a known extension are taken,
    what git ignores is not, `.git` is never entered, and links to folders are not followed. A file that is reached
    by several names is read once, under a name that is no link if there is one. `markup` overrides what the
    extension says.

    Raises `MissingPathError` for a path that is not there.
    """
    names: dict[object, _Name] = {}
    failures: list[Failure] = []

    def take(path: str, identity: object, is_link: bool) -> None:
        name = _Name(is_link, _parts(path), path)
        if identity not in names or name < names[identity]:
            names[identity] = name

    for named in dict.fromkeys(paths):
        if named == STANDARD_INPUT:
            take(named, STANDARD_INPUT, False)
            continue
        path = shown(named)
        try:
            status = os.stat(named)
        except (FileNotFoundError, NotADirectoryError):
            raise MissingPathError(f"{named!r}: no such file or folder") from None
        except OSError as error:
            failures.append(Failure(path, reason(error)))
            continue
        if stat.S_ISDIR(status.st_mode):
            for found in _walk(path, failures):
                take(*found)
        else:
            take(path, _identity(path, status), os.path.islink(named))
    documents = (Document(name.path, markup or markup_of(name.path)) for name in sorted(names.values(), key=_order))
    return Selection(tuple(documents), tuple(sorted(set(failures), key=_order)))


def with_input_named(selection: Selection, name: str, markup: str | None = None) -> Selection:
    """The selection with another path for standard input, which is read in the place of a file of that path, there or
    not, and as its extension says unless `markup` does."""
    path, real = shown(name), os.path.realpath(name)
    documents = [
        one for one in selection.documents if one.path != STANDARD_INPUT and os.path.realpath(one.path) != real
    ]
    documents.append(Document(path, markup or markup_of(path)))
    return Selection(tuple(sorted(documents, key=lambda one: _parts(one.path))), selection.failures)


def markup_of(path: str) -> str:
    """The markup that a path's extension says; "plain" where it says none."""
    return markups.markup_of(path) or "plain"


def known(path: str) -> bool:
    """Whether a file's extension says what it is."""
    return markups.markup_of(path) is not None


def below(path: str, named: Iterable[str]) -> bool:
    """Whether a path is one of those that are named, or inside a folder that is, there or not."""
    return any(shown(name) in (path, ".") or path.startswith(shown(name).rstrip("/") + "/") for name in named)


def reason(error: OSError) -> str:
    """What the system says of a file that could not be read, as part of a sentence about it."""
    return f"could not be read: {error.strerror or error}"


def _walk(root: str, failures: list[Failure]) -> Iterator[tuple[str, object, bool]]:
    """(path, identity, whether it is a link) of every file to read in a folder; faults join `failures`."""
    try:
        ignores = ignores_above(root)
    except OSError as error:
        failures.append(Failure(str(error.filename), reason(error)))
        ignores = Ignores()
    waiting = [("", ignores)]
    while waiting:
        folder, ignores = waiting.pop()
        try:
            with os.scandir(_join(root, folder)) as listing:
                # the kind of an entry may need a look at the disk, so it is asked for where an error is caught
                entries = [(entry, entry.is_dir(follow_symlinks=False)) for entry in listing]
        except OSError as error:
            failures.append(Failure(_join(root, folder), reason(error)))
            continue
        try:
            ignores = _ignores_of(root, folder, {entry.name for entry, _ in entries}, ignores)
        except OSError as error:
            failures.append(Failure(shown(str(error.filename)), reason(error)))
        for entry, is_folder in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if is_folder:
                if entry.name != ".git" and not ignores.ignored(path, True):
                    waiting.append((path, ignores))
            elif known(entry.name) and not ignores.ignored(path, False):
                yield from _found(_join(root, path), entry, failures)


def _ignores_of(root: str, folder: str, names: set[str], ignores: Ignores) -> Ignores:
    """What holds inside a folder, given what holds in the one above it."""
    skip = len(folder) + 1 if folder else 0
    if folder and ".git" in names:  # a repository inside another keeps its own rules
        ignores = Ignores().with_file(_join(root, folder) + "/.git/info/exclude", skip=skip)
    if ".gitignore" in names:
        ignores = ignores.with_file(_join(root, f"{folder}/.gitignore" if folder else ".gitignore"), skip=skip)
    return ignores


def _found(path: str, entry: "os.DirEntry[str]", failures: list[Failure]) -> Iterator[tuple[str, object, bool]]:
    try:
        status = entry.stat()
        if not status.st_ino:  # on Windows a listing carries no identity
            status = os.stat(path)
    except OSError as error:
        failures.append(Failure(path, reason(error)))
        return
    if stat.S_ISREG(status.st_mode):
        yield path, _identity(path, status), entry.is_symlink()
    elif not stat.S_ISDIR(status.st_mode):  # to open a pipe would wait for ever
        failures.append(Failure(path, "is not a regular file"))


def _identity(path: str, status: os.stat_result) -> object:
    return (status.st_dev, status.st_ino) if status.st_ino else os.path.realpath(path)


def _order(item: _Name | Failure) -> list[str]:
    return item.parts if isinstance(item, _Name) else [*_parts(item.path), item.message]


def _parts(path: str) -> list[str]:
    return [] if path == STANDARD_INPUT else path.split("/")


def _join(root: str, path: str) -> str:
    if not path:
        return root
    if root == ".":
        return shown(path)
    return root + path if root.endswith("/") else f"{root}/{path}"


def shown(path: str) -> str:
    """A path as it is shown: slashes, and no "./" before it, except where a file is called "-" or the like of it."""
    path = path.replace(os.sep, "/")
    bare = path
    while bare.startswith("./"):
        bare = bare[2:].lstrip("/")
    return path if bare in ("", STANDARD_INPUT) else bare
