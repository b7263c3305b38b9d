"""The options that ``dedup lint`` and ``dedup explain`` share: which files are read, and what counts as a repeat."""

import errno
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from dedup.cli.config import choose_config
from dedup.lint.config import Config
from dedup.lint.errors import AllowError, GitError, LintError, PathError
from dedup.lint.run import Settings
from dedup.lint.sources import discover
from dedup.lint.sources.corpus import configured, tracked
from dedup.lint.sources.discover import NOTHING, STANDARD_INPUT, Selection, below, with_input_named
from dedup.lint.sources.load import read_file
from dedup.lint.sources.paths import shown
from dedup.lint.suppress.allowlist import passages
from dedup.text.markups import MARKUPS

if TYPE_CHECKING:
    from dedup.archive.archive import Archive
    from dedup.lint.sources.history import History
    from dedup.lint.sources.kept import Kept

_DEFAULTS = Config()


def check_encoding(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Return the value of ``--encoding``; raises `click.BadParameter` if it is no encoding of text."""
    if value is not None:
        try:
            "a".encode(value)
        except (LookupError, ValueError):
            raise click.BadParameter(
                f"{value!r} is not a text encoding; use a name such as utf-8, latin-1 or cp1252."
            ) from None
    return value


def option(*names: str, **settings: Any) -> Any:
    """Return a field of a dataclass of options, such as `SearchOptions`, that is given on the command line."""
    return field(metadata={"option": click.option(*names, **settings)})


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOptions:
    """What a user may ask of a search, one field for each option, in the order of the help text.

    None, an empty tuple and False stand for an option that was not given.
    """

    min_words: int | None = option(
        "--min-words",
        type=click.IntRange(4, 1_000_000),
        metavar="N",
        help=f"Minimum length of a repeated passage, in words. [default: {_DEFAULTS.min_words}]",
    )
    min_similarity: float | None = option(
        "--min-similarity",
        type=click.FloatRange(min=0, max=1, min_open=True),
        metavar="S",
        help="Minimum share of words that changed passages have in common, above 0 and up to 1. "
        f"[default: {_DEFAULTS.min_similarity}]",
    )
    min_confidence: float | None = option(
        "--min-confidence",
        type=click.FloatRange(min=0, max=1),
        metavar="P",
        help="Minimum confidence of a finding, from 0 (all) to 1: how likely an editor acts on it. "
        f"[default: {_DEFAULTS.min_confidence}]",
    )
    select: tuple[str, ...] = option(
        "--select", multiple=True, metavar="CODE", help="Rule code or prefix to enable. Repeatable."
    )
    ignore: tuple[str, ...] = option(
        "--ignore", multiple=True, metavar="CODE", help="Rule code or prefix to disable. Repeatable."
    )
    allow: str | None = option("--allow", metavar="FILE", help="File with passages that may be repeated anywhere.")
    corpus: str | None = option(
        "--corpus",
        type=click.Choice(["tracked"]),
        help="Compare with all files that git tracks, instead of those that the configuration includes.",
    )
    since: str | None = option(
        "--since",
        metavar="REF",
        help="Also report copies of passages that were edited since a git commit (DUP006).",
    )
    staged: bool = option(
        "--staged",
        is_flag=True,
        help="Read files as they are staged in git. Without --since, edits since HEAD are looked for.",
    )
    archive: str | None = option(
        "--archive",
        metavar="ADDRESS",
        help="Also report passages of this archive of published documents (DUP004): a file, or postgresql://…",
    )
    no_cache: bool = option("--no-cache", is_flag=True, help="Neither use nor keep what is kept between runs.")
    within: bool = option("--within", is_flag=True, help="Compare each file only with itself.")
    untranslated: bool = option(
        "--untranslated",
        is_flag=True,
        help="Report only what the trees of a group in the configuration repeat: text that was not translated.",
    )
    config_path: str | None = option(
        "--config", "config_path", metavar="FILE", help="Configuration file to use, instead of looking for one."
    )
    isolated: bool = option("--isolated", is_flag=True, help="Ignore all configuration files.")
    stdin_filename: str | None = option(
        "--stdin-filename", metavar="PATH", help="Path to report for standard input; its extension selects the markup."
    )
    markup: str | None = option(
        "--markup", type=click.Choice(tuple(MARKUPS)), help="Markup of all files, whatever their extension."
    )
    encoding: str | None = option(
        "--encoding",
        metavar="NAME",
        callback=check_encoding,
        help="Input encoding. [default: UTF-8, or UTF-16 with a BOM]",
    )


def options_of(declared: type[Any], argument: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a decorator that gives a command the options of a dataclass of them, as one argument with this name."""
    names = [each.name for each in fields(declared)]

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)
        def with_options(**values: Any) -> Any:
            options = declared(**{name: values.pop(name) for name in names})
            return command(**{argument: options}, **values)

        for each in reversed(fields(declared)):
            each.metadata["option"](with_options)
        return with_options

    return decorate


search_options = options_of(SearchOptions, "options")


@dataclass(frozen=True, slots=True)
class Search:
    """Everything that is decided before files are read."""

    settings: Settings
    selection: Selection
    """The files that findings are about."""
    corpus: Selection
    """Files that these are compared with."""
    read: Callable[[str], bytes]
    """Returns the bytes of a file, or of standard input; raises `OSError`."""
    wanted: Callable[[str], bool]
    """Whether a path, existing or not, belongs to the files to read."""
    markup: str | None
    stdin_path: str
    """The path that standard input is reported as."""
    since: bool = False
    """Whether edits are looked for."""


def prepare(paths: Sequence[str], options: SearchOptions) -> Search:
    """Return the search that a user asks for. The command line takes precedence over the configuration.

    Raises
    ------
    click.UsageError
        Options exclude each other, a path does not exist, or a file that they name cannot be used.
    """
    if options.untranslated and options.within:
        raise click.UsageError("--untranslated and --within exclude each other; use only one.")
    if options.corpus and options.within:
        raise click.UsageError("--corpus and --within exclude each other; use only one.")
    if options.stdin_filename is not None and STANDARD_INPUT not in paths:
        raise click.UsageError("--stdin-filename applies to standard input only; add - to the paths.")
    config = choose_config(options.config_path, options.isolated, options.select, options.ignore)
    config = replace(
        config,
        min_words=config.min_words if options.min_words is None else options.min_words,
        min_similarity=config.min_similarity if options.min_similarity is None else options.min_similarity,
        min_confidence=config.min_confidence if options.min_confidence is None else options.min_confidence,
        allow=config.allow if options.allow is None else options.allow,
        archive=config.archive if options.archive is None else options.archive,
    )
    if options.untranslated and not config.groups:
        raise click.UsageError("--untranslated needs groups of trees in the configuration; there are none.")

    def wanted(path: str) -> bool:
        return not config.excluded(path) and (bool(options.corpus) or config.included(path) or below(path, paths))

    read: Callable[[str], bytes] = read_file
    history: History = {}
    revision = "HEAD" if options.since is None and options.staged else options.since
    if revision is not None:
        from dedup.lint.sources.history import changed_since, staged_files  # deferred: most runs compare with no commit

        try:
            history = changed_since(revision, options.staged, options.markup, config.markups, options.stdin_filename)
            if options.staged:
                read = staged_files(read_file)
        except GitError as error:
            option = "--staged" if options.since is None else f"--since {revision}"
            raise click.UsageError(f"{option}: {error}") from error
    try:
        allowed = passages(config.allow) if config.allow is not None else ()
        selection = discover.select(paths, options.markup, config.markups)
        if options.stdin_filename is not None:
            selection = with_input_named(selection, options.stdin_filename, options.markup, config.markups)
        selection = selection.without(config.excluded)
        corpus = NOTHING
        if options.corpus:
            corpus = tracked(selection, config.markups).without(config.excluded)
        elif not options.within:
            corpus = configured(config, selection, os.path.relpath(config.root)).without(config.excluded)
    except (AllowError, PathError) as error:
        raise click.UsageError(str(error)) from error
    except GitError as error:
        raise click.UsageError(f"--corpus {options.corpus}: {error}") from error
    stdin_path = STANDARD_INPUT if options.stdin_filename is None else shown(options.stdin_filename)
    return Search(
        settings=Settings(
            config=config,
            encoding=options.encoding,
            within=options.within,
            whole=bool(options.corpus or config.include or any(map(os.path.isdir, paths))),
            passages=tuple(allowed),
            archive=_archive(config),
            history=history,
            kept=None if options.no_cache or not corpus.documents else _kept(),
            untranslated=options.untranslated,
        ),
        selection=selection,
        corpus=corpus,
        read=lambda path: standard_input() if path == stdin_path else read(path),
        wanted=wanted,
        markup=options.markup,
        stdin_path=stdin_path,
        since=revision is not None,
    )


def standard_input() -> bytes:
    """Return the bytes of standard input; raises `OSError` if it is closed."""
    if sys.stdin is None:
        raise OSError(errno.EBADF, "standard input is closed")
    return sys.stdin.buffer.read()


def _kept() -> "Kept | None":
    """Return the readings that are kept on this machine, if there is a folder for them."""
    from dedup.lint.sources.kept import Kept, folder  # deferred: many runs have no corpus

    place = folder()
    return None if place is None else Kept(place)


def _archive(config: Config) -> "Archive | None":
    """Return the archive that is asked for, open until the command ends.

    Raises
    ------
    click.UsageError
        It cannot be opened.
    """
    if not config.archive:
        return None
    from dedup.lint.published import open_archive  # deferred: most runs have no archive

    try:
        archive = open_archive(config)
    except LintError as error:
        raise click.UsageError(f"{error}.") from error
    if archive is not None:
        click.get_current_context().call_on_close(archive.close)
    return archive


def read_input(path: str) -> bytes:
    """Return the bytes of a file, or of standard input for ``-``; raises `OSError`."""
    return standard_input() if path == STANDARD_INPUT else read_file(path)
