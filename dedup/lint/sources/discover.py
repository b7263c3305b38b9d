"""Which files are read: those that are named, and those in folders that are named."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from dedup.lint.errors import PathError
from dedup.lint.findings import Failure
from dedup.lint.sources.paths import reason, shown
from dedup.text import markups
from dedup.text.markups import EXTENSIONS

STANDARD_INPUT = "-"
"""The path that stands for standard input."""

_DATA = frozenset([".csv", ".feather", ".json", ".jsonl", ".ndjson", ".parquet", ".tsv"])
_COMPRESSED = (".gz", ".zst", ".bz2", ".xz")
# Formats of prose that are not read. Code, data and images are no documents: nobody expects them to be read, and in a
# repository they outnumber the rest.
_OTHER_PROSE = """
    .adoc .asc .asciidoc .creole .dita .ditamap .dbk .docbook .doc .docx .epub .fodt .ipynb .latex .lyx .man .mediawiki
    .mom .odt .org .pages .pdf .pod .rdoc .rnw .rtf .t2t .tex .texi .texinfo .textile .tid .typ .wiki .wikitext
"""
_OTHER_EXTENSIONS = frozenset(_OTHER_PROSE.split())
_TEMPLATES = ("eex", "ejs", "erb", "hbs", "in", "j2", "jinja", "jinja2", "liquid", "mustache", "njk", "tmpl")


@dataclass(frozen=True, slots=True)
class Document:
    """A file to read: its path, as shown and as opened ("-" is standard input), and the name of its markup."""

    path: str
    markup: str


@dataclass(frozen=True, slots=True)
class Selection:
    """The files to read.

    Attributes
    ----------
    documents
        The files, each once, in the order of their paths.
    failures
        What could not be looked at.
    unread
        Paths of files in folders that look like prose in a format that is not read.
    """

    documents: tuple[Document, ...]
    failures: tuple[Failure, ...]
    unread: tuple[str, ...] = ()

    def without(self, left_out: Callable[[str], bool]) -> Selection:
        """Return the same without the files whose path is left out."""
        documents = (document for document in self.documents if not left_out(document.path))
        return Selection(tuple(documents), self.failures, tuple(path for path in self.unread if not left_out(path)))

    def unread_by_extension(self) -> list[tuple[str, int]]:
        """Return (extension, number of files) of the unread files, the most frequent first."""
        counts = Counter(_prose_extension(path) or "" for path in self.unread)
        return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


NOTHING = Selection((), ())


@dataclass(frozen=True, slots=True, order=True)
class _Name:
    """A name of a file. The lowest of several is taken: one that is not a link, then the first by its parts."""

    is_link: bool
    parts: list[str]
    path: str


def select(paths: Iterable[str], markup: str | None = None, extensions: Mapping[str, str] = EXTENSIONS) -> Selection:
    """Return the files that `paths` name.

    A file that is named is read whatever it is called, except a data file. In a folder, files of a known extension are
    read that `dedup.lint.sources.walk.files_in` finds. A file with several names is read once, under a name that is not
    a link if there is one.

    Parameters
    ----------
    paths
        Files, folders, and "-" for standard input.
    markup
        The markup of all files; None decides by extension.
    extensions
        The markup by extension, as `dedup.text.markups.with_extensions` returns it.

    Raises
    ------
    PathError
        A path does not exist, or names a data file and neither `markup` nor `extensions` say how to read it.
    """
    names: dict[object, _Name] = {}
    failures: list[Failure] = []
    unread: set[str] = set()

    def known(name: str) -> bool:
        return markups.markup_of(name, extensions) is not None

    def take(path: str, status: os.stat_result, is_link: bool) -> None:
        name = _Name(is_link, _parts(path), path)
        identity = _identity(path, status)
        if identity not in names or name < names[identity]:
            names[identity] = name

    for named in dict.fromkeys(paths):
        if named == STANDARD_INPUT:
            names[STANDARD_INPUT] = _Name(False, [], named)
            continue
        path = shown(named)
        try:
            status = os.stat(named)
        except (FileNotFoundError, NotADirectoryError):
            raise PathError(f"{named!r}: no such file or folder") from None
        except OSError as error:
            failures.append(Failure(path, reason(error)))
            continue
        if not stat.S_ISDIR(status.st_mode):
            if markup is None and not known(path):
                _refuse_data(named)
            take(path, status, os.path.islink(named))
            continue
        from dedup.lint.sources.walk import files_in  # deferred: a hook names files

        for found in files_in(path, lambda name: known(name) or _prose_extension(name) is not None, failures):
            if known(found):
                _take_found(found, take, failures)
            else:
                unread.add(found)
    documents = (
        Document(name.path, markup or markup_of(name.path, extensions)) for name in sorted(names.values(), key=_order)
    )
    return Selection(tuple(documents), tuple(sorted(set(failures), key=_order)), tuple(sorted(unread)))


def with_input_named(
    selection: Selection, name: str, markup: str | None = None, extensions: Mapping[str, str] = EXTENSIONS
) -> Selection:
    """Return the selection with standard input in the place of the file of this path, which may not exist.

    `markup` and `extensions` are those of `select`.
    """
    path, real = shown(name), os.path.realpath(name)
    documents = [
        document
        for document in selection.documents
        if document.path != STANDARD_INPUT and os.path.realpath(document.path) != real
    ]
    documents.append(Document(path, markup or markup_of(path, extensions)))
    documents.sort(key=lambda document: _parts(document.path))
    return Selection(tuple(documents), selection.failures, selection.unread)


def markup_of(path: str, extensions: Mapping[str, str] = EXTENSIONS) -> str:
    """Return the name of the markup that a path's extension stands for; "plain" if it is unknown."""
    return markups.markup_of(path, extensions) or "plain"


def below(path: str, named: Iterable[str]) -> bool:
    """Return whether a path is one of those that are named, or inside a folder that is, existing or not."""
    return any(shown(name) in (path, ".") or path.startswith(shown(name).rstrip("/") + "/") for name in named)


def _take_found(path: str, take: Callable[[str, os.stat_result, bool], None], failures: list[Failure]) -> None:
    """Take a file that was found in a folder, if it is a regular one or a link to one."""
    try:
        is_link = stat.S_ISLNK(os.lstat(path).st_mode)
    except FileNotFoundError:  # git tracks it, but it was deleted
        return
    except OSError as error:
        failures.append(Failure(path, reason(error)))
        return
    try:
        status = os.stat(path)
    except OSError as error:
        failures.append(Failure(path, reason(error)))
        return
    if stat.S_ISREG(status.st_mode):
        take(path, status, is_link)
    elif not stat.S_ISDIR(status.st_mode):  # to open a pipe would wait for ever
        failures.append(Failure(path, "is not a regular file"))


def _refuse_data(path: str) -> None:
    """Raise `PathError` for a file that holds data by its extension, perhaps compressed."""
    name = path.lower()
    bare = os.path.splitext(name)[0] if name.endswith(_COMPRESSED) else name
    if os.path.splitext(bare)[1] in _DATA:
        raise PathError(
            f"{path!r}: is a data file, not a document; compare the texts in it with dedup.find_duplicates in Python, "
            "or name a markup with --markup to read it as one document"
        )


def _prose_extension(path: str) -> str | None:
    """Return the extension of a file that looks like prose in a format that is not read; None for any other."""
    name = path[path.rfind("/") + 1 :].lower()
    bare, extension = os.path.splitext(name)
    if extension in _OTHER_EXTENSIONS:
        return extension
    if extension[1:] in _TEMPLATES and markups.markup_of(bare) is not None:
        return os.path.splitext(bare)[1] + extension
    return None


def _identity(path: str, status: os.stat_result) -> object:
    return (status.st_dev, status.st_ino) if status.st_ino else os.path.realpath(path)


def _order(item: _Name | Failure) -> list[str]:
    return item.parts if isinstance(item, _Name) else [*_parts(item.path), item.message]


def _parts(path: str) -> list[str]:
    return [] if path == STANDARD_INPUT else path.split("/")
