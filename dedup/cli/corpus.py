"""The commands ``dedup corpus duplicates`` and ``dedup corpus passages``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dedup.cli.options import option, options_of

if TYPE_CHECKING:
    from dedup.corpus.duplicates import Duplicates
    from dedup.corpus.passages import Passages

FOUND = 1
"""Exit code where something is to be removed."""


@click.group()
def command() -> None:
    """Find duplicates or repeated passages in a corpus of any size.

    INPUT is a file, a folder or a quoted pattern: Parquet, JSON Lines (.jsonl) or CSV, the last two also compressed
    (.gz, .zst, .bz2).

    Exit code: 0 there is nothing to remove, 1 there is, 2 dedup could not run.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusOptions:
    """What both commands ask for, one field for each option, in the order of the help text."""

    output: str | None = option(
        "-o", "--output", type=click.Path(file_okay=False), metavar="FOLDER", help="New folder for the result."
    )
    text: str = option("--text", default="text", show_default=True, metavar="COLUMN", help="Column with the texts.")
    id: str | None = option("--id", metavar="COLUMN", help="Column with the names of texts. [default: file and row]")
    memory: str = option(
        "--memory", default="4GB", show_default=True, metavar="SIZE", help="Memory to use, approximately."
    )
    scratch: str | None = option(
        "--scratch",
        type=click.Path(file_okay=False),
        metavar="FOLDER",
        help="Folder for intermediate tables, four to seven times as large as the text. "
        "[default: in the folder of --output; of a dry run, a temporary one]",
    )
    resume: bool = option("--resume", is_flag=True, help="Continue a run that was interrupted.")
    dry_run: bool = option("--dry-run", is_flag=True, help="Write nothing; print how much would be removed.")
    on_error: str = option(
        "--on-error",
        type=click.Choice(["fail", "skip"]),
        default="fail",
        show_default=True,
        help="What to do with a row that cannot be read; skipped rows are listed in report.json.",
    )
    exit_zero: bool = option("--exit-zero", is_flag=True, help="Exit with 0 even if there is something to remove.")


_sources = click.argument("sources", metavar="INPUT...", nargs=-1, required=True)
_options = options_of(CorpusOptions, "options")


@command.command()
@_sources
@_options
@click.option(
    "--against",
    multiple=True,
    metavar="INPUT",
    help="Texts that you have: a text that is similar to one of them is removed. Repeatable.",
)
@click.option(
    "--threshold", default=0.8, show_default=True, metavar="S", help="Minimum similarity, above 0 and up to 1."
)
@click.option(
    "--measure",
    type=click.Choice(["jaccard", "containment"]),
    default="jaccard",
    show_default=True,
    help="Similarity as a share of the shingles of both texts, or of those of the smaller one.",
)
@click.option(
    "--method",
    type=click.Choice(["auto", "exact", "lsh"]),
    default="auto",
    show_default=True,
    help="exact finds all similar texts, lsh nearly all; auto selects lsh for long texts.",
)
@click.option("--shingle-size", default=3, show_default=True, metavar="N", help="Number of words in a shingle.")
@click.option(
    "--keep",
    default="first",
    show_default=True,
    metavar="first|longest|COLUMN",
    help="Which of several similar texts is kept: with a column of numbers, the one with the highest.",
)
@click.option(
    "--linkage",
    type=click.Choice(["star", "single"]),
    default="star",
    show_default=True,
    help="With star, each removed text is similar to a kept one; with single, chains of similar texts are a group.",
)
@click.option("--pairs", is_flag=True, help="Also write all pairs of similar texts to pairs.parquet.")
@click.option("--no-texts", is_flag=True, help="Do not write the kept rows.")
def duplicates(
    sources: tuple[str, ...],
    options: CorpusOptions,
    no_texts: bool,
    pairs: bool,
    against: tuple[str, ...],
    **chosen: Any,
) -> int:
    """Find similar texts, and write those to keep.

    Writes members.parquet (for each text its group, whether it is kept, and because of which text it goes), the kept
    rows in kept/, report.json and report.html.
    """

    def find(given: dict[str, Any]) -> Duplicates:
        from dedup.corpus.duplicates import find_duplicates

        return find_duplicates(**given, **chosen, against=list(against) or None)

    def report(found: Duplicates) -> int:
        counts = found.counts
        click.echo(
            f"{counts.texts:,} texts: {counts.kept:,} kept, {counts.removed:,} removed "
            f"({counts.copies:,} texts have the same words as another)"
        )
        return counts.removed

    return _run(sources, options, find, report, texts=not no_texts, pairs=pairs)


@command.command()
@_sources
@_options
@click.option("--min-words", default=50, show_default=True, metavar="N", help="Minimum length of a passage, in words.")
@click.option("--texts", is_flag=True, help="Also write all rows to cut/, their texts without the passages.")
def passages(sources: tuple[str, ...], options: CorpusOptions, texts: bool, min_words: int) -> int:
    """Find passages that are repeated from earlier text, and write where they are.

    Writes spans.parquet (in characters: cutting text[start:next] leaves one copy of each passage) and report.json.
    """

    def find(given: dict[str, Any]) -> Passages:
        from dedup.corpus.passages import find_passages

        return find_passages(**given, min_words=min_words)

    def report(found: Passages) -> int:
        counts = found.counts
        click.echo(f"{counts.words:,} words in {counts.spans:,} passages of {counts.texts:,} texts are repeated")
        return counts.spans

    return _run(sources, options, find, report, texts=texts)


def _run(
    sources: tuple[str, ...],
    options: CorpusOptions,
    find: Callable[[dict[str, Any]], Any],
    report: Callable[[Any], int],
    **written: bool,
) -> int:
    try:
        from dedup.corpus.errors import CorpusError
    except ModuleNotFoundError as error:
        raise click.ClickException(str(error)) from error
    if not options.output and not options.dry_run:
        raise click.UsageError("name a folder for the result with --output, or use --dry-run")
    try:
        with _scratch(sources, options) as scratch:
            given = {
                "source": list(sources),
                "text": options.text,
                "id": options.id,
                "memory": options.memory,
                "scratch": scratch,
                "on_error": options.on_error,
                "progress": True,
            }
            with find(given) as found:
                if not options.dry_run:
                    found.write(options.output, progress=True, **written)
                removed = report(found)
                skipped = len(found.skipped)
    except (CorpusError, TypeError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    if skipped:
        click.echo(f"{skipped:,} rows or groups of rows could not be read and were left out", err=True)
    return FOUND if removed and not options.exit_zero else 0


@contextmanager
def _scratch(sources: tuple[str, ...], options: CorpusOptions) -> Iterator[Path | None]:
    """Return the folder for intermediate tables, which is removed when all is written; None for a temporary one."""
    from dedup.corpus.output import SCRATCH
    from dedup.corpus.run import remove

    output = None if options.dry_run or options.output is None else Path(options.output)
    if options.scratch:
        folder = Path(options.scratch)
    elif output:
        folder = output / SCRATCH
    elif options.resume:
        raise click.UsageError("a dry run can only be continued in the folder that --scratch names")
    else:
        yield None
        return
    if not options.resume and folder.exists() and any(folder.iterdir()):
        raise click.ClickException(
            f"{folder} is not empty: continue an interrupted run with --resume, or name a new folder"
        )
    if options.resume and not folder.exists():
        raise click.ClickException(f"{folder} does not exist: there is no run to continue")
    if output and not options.resume and output.exists() and any(output.iterdir()):
        raise click.ClickException(f"{output} is not empty: name a new folder")
    for source in sources:
        if output and Path(source).is_dir() and Path(source).resolve() in output.resolve().parents:
            raise click.ClickException(
                f"{output} lies in {source}, and would be read as input: name a folder elsewhere"
            )
    yield folder
    remove(folder)
