"""What is searched for, and where: the options that ``dedup lint`` and ``dedup explain`` share."""

import errno
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import click

from dedup.cli.config import chosen
from dedup.lint.config import Config
from dedup.lint.run import Settings
from dedup.lint.sources import discover as files
from dedup.lint.sources.corpus import configured, tracked
from dedup.lint.sources.discover import NOTHING, STANDARD_INPUT, MissingPathError, Selection, below, with_input_named
from dedup.lint.suppress.allowlist import AllowError, Hashes, passages
from dedup.text.markups import MARKUPS

_DEFAULTS = Config()


def _encoding(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is not None:
        try:
            "a".encode(value)
        except (LookupError, ValueError):
            raise click.BadParameter(f"{value!r} is not an encoding of text that Python knows.") from None
    return value


_OPTIONS = (
    click.option(
        "--min-words",
        type=click.IntRange(4, 1_000_000),
        metavar="N",
        help=f"Report passages of at least N words. [default: {_DEFAULTS.min_words}]",
    ),
    click.option(
        "--min-similarity",
        type=click.FloatRange(min=0, max=1, min_open=True),
        metavar="S",
        help="Report changed passages that share at least this part of their words, up to 1. "
        f"[default: {_DEFAULTS.min_similarity}]",
    ),
    click.option("--select", multiple=True, metavar="CODE", help="Report this rule, or all that begin so; repeatable."),
    click.option("--ignore", multiple=True, metavar="CODE", help="Do not report this rule, or any that begins so."),
    click.option("--allow", metavar="FILE", help="Do not report the passages that stand in FILE."),
    click.option(
        "--corpus",
        type=click.Choice(["tracked"]),
        help="Compare with every file of a known type that git tracks, and not with what is configured.",
    ),
    click.option("--within", is_flag=True, help="Compare every file with itself only."),
    click.option("--config", "config_path", metavar="FILE", help="Read this configuration, and look for no other."),
    click.option("--isolated", is_flag=True, help="Read no configuration."),
    click.option("--stdin-filename", metavar="PATH", help="What standard input is called, and read as."),
    click.option(
        "--markup", type=click.Choice(tuple(MARKUPS)), help="Read every file as this, whatever its extension."
    ),
    click.option(
        "--encoding", metavar="NAME", callback=_encoding, help="Of every file. [default: UTF-8; UTF-16 by its mark]"
    ),
)


def search_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that `prepared` takes, in their order."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class Search:
    """Everything that is known before files are read."""

    settings: Settings
    selection: Selection
    """What findings are about."""
    corpus: Selection
    """What it is compared with, beside itself."""
    read: Callable[[str], bytes]
    wanted: Callable[[str], bool]
    """Whether a path, there or not, is one of those to read."""
    markup: str | None
    piped: str
    """What standard input is called."""


def prepared(
    paths: Sequence[str],
    *,
    min_words: int | None,
    min_similarity: float | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    allow: str | None,
    corpus: str | None,
    within: bool,
    config_path: str | None,
    isolated: bool,
    stdin_filename: str | None,
    markup: str | None,
    encoding: str | None,
) -> Search:
    """The search that the options ask for. What is named on the command line wins over the configuration.

    Raises `click.UsageError` for what does not go together, is not there or cannot be used.
    """
    from dedup.lint.sources.git import GitError

    if corpus and within:
        raise click.UsageError("--corpus and --within exclude each other.")
    if stdin_filename is not None and STANDARD_INPUT not in paths:
        raise click.UsageError("--stdin-filename names standard input: give the path -, too.")
    config = chosen(config_path, isolated, select, ignore)
    config = replace(
        config,
        min_words=config.min_words if min_words is None else min_words,
        min_similarity=config.min_similarity if min_similarity is None else min_similarity,
        allow=config.allow if allow is None else allow,
    )

    standing: list[Hashes] = []
    if config.allow is not None:
        try:
            standing = passages(config.allow)
        except AllowError as error:
            raise click.UsageError(str(error)) from error

    def wanted(path: str) -> bool:
        return not config.excluded(path) and (bool(corpus) or config.included(path) or below(path, paths))

    try:
        selection = files.select(paths, markup)
        if stdin_filename is not None:
            selection = with_input_named(selection, stdin_filename, markup)
        selection = selection.without(config.excluded)
        others = NOTHING
        if corpus:
            others = tracked(selection).without(config.excluded)
        elif not within:
            others = configured(config, selection).without(config.excluded)
    except MissingPathError as error:
        raise click.UsageError(str(error)) from error
    except GitError as error:
        raise click.UsageError(f"--corpus {corpus}: {error}") from error
    piped = STANDARD_INPUT if stdin_filename is None else files.shown(stdin_filename)
    return Search(
        settings=Settings(
            config=config,
            encoding=encoding,
            within=within,
            whole=bool(corpus or config.include or any(map(os.path.isdir, paths))),
            passages=tuple(standing),
        ),
        selection=selection,
        corpus=others,
        read=lambda path: _read(path, path == piped),
        wanted=wanted,
        markup=markup,
        piped=piped,
    )


def _read(path: str, piped: bool) -> bytes:
    if piped:
        if sys.stdin is None:
            raise OSError(errno.EBADF, "standard input is closed")
        return sys.stdin.buffer.read()
    with open(path, "rb") as file:
        return file.read()
