"""``dedup archive add``: documents from files, folders, tables and commits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import click

from dedup.archive.document import Document
from dedup.cli.archive.opening import address_option, format_option, opened, parse_moment
from dedup.cli.archive.tables import TABLES, documents_in
from dedup.cli.config import choose_config
from dedup.cli.options import check_encoding, read_input
from dedup.cli.output import write
from dedup.lint.errors import GitError, PathError, UndecodableError
from dedup.lint.findings import Failure
from dedup.lint.reporters.excerpt import harmless, inert
from dedup.lint.reporters.names import count
from dedup.lint.sources.decode import decode
from dedup.lint.sources.discover import NOTHING, STANDARD_INPUT, below, markup_of, select
from dedup.lint.sources.paths import reason
from dedup.text.markups import MARKUPS

FIELDS = ("key", "text", "markup", "published", "title", "url")


def _columns(ctx: click.Context, param: click.Parameter, value: Sequence[str]) -> dict[str, str]:
    columns = {name: name for name in FIELDS}
    for given in value:
        name, equals, column = given.partition("=")
        if name not in FIELDS or not equals or not column:
            raise click.BadParameter(f"{given!r} is not FIELD=NAME; fields are {', '.join(FIELDS)}.")
        columns[name] = column
    return columns


@click.command("add")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@address_option
@click.option("--from-ref", "revision", metavar="REF", help="Add the files as they are in a git commit.")
@click.option("--key", help="Key of the document, if there is only one. [default: its path]")
@click.option("--published", callback=parse_moment, metavar="DATE", help="When the documents were published.")
@click.option("--title", help="Title of the document, if there is only one.")
@click.option("--url", help="Address of the document, if there is only one.")
@click.option(
    "--column",
    "columns",
    multiple=True,
    callback=_columns,
    metavar="FIELD=NAME",
    help="Name of a column in JSONL or Parquet, if it is not that of the field: key, text, markup, published, title, "
    "url. Repeatable.",
)
@click.option("--markup", type=click.Choice(tuple(MARKUPS)), help="Markup of all documents.")
@click.option("--encoding", metavar="NAME", callback=check_encoding, help="Encoding of the files.")
@format_option
def add_command(
    paths: tuple[str, ...],
    address: str | None,
    revision: str | None,
    key: str | None,
    published: date | None,
    title: str | None,
    url: str | None,
    columns: dict[str, str],
    markup: str | None,
    encoding: str | None,
    format_name: str,
) -> int:
    """Add documents, or replace those with the same key.

    PATH is a file, a folder, a table (.jsonl, .parquet), or - for standard input. The key of a file is its path as it
    is given: lint it from the same folder, and it is not compared with itself. Documents that are there already, word
    for word, change nothing.

    Exit code: 0 all documents were added, 2 some were not.
    """
    single = {"--key": key, "--title": title, "--url": url}
    tables = [path for path in paths if path.lower().endswith(TABLES)]
    files = [path for path in paths if path not in tables]
    extensions = choose_config(None, False).markups
    try:
        if revision is not None:
            if tables or STANDARD_INPUT in paths:
                raise click.UsageError("--from-ref reads files of a commit; tables and - are not among them.")
            from dedup.lint.sources.revision import files_at

            selection, contents = files_at(revision, lambda path: below(path, paths), markup, extensions)
        else:
            selection, contents = select(files, markup, extensions) if files else NOTHING, None
    except (GitError, PathError) as error:
        raise click.UsageError(str(error)) from error
    if any(single.values()) and (tables or len(selection.documents) != 1):
        raise click.UsageError(f"{', '.join(name for name in single if single[name])} needs exactly one document.")
    failures = list(selection.failures)

    def from_files() -> Iterator[Document]:
        for found in selection.documents:
            kind = found.markup
            if found.path == STANDARD_INPUT:
                if key is None:
                    raise click.UsageError("Standard input has no path; add --key KEY.")
                kind = markup or markup_of(key, extensions)
            try:
                data = read_input(found.path) if contents is None else contents[found.path]
                text = decode(data, encoding, kind)
                found.path.encode()
            except OSError as error:
                failures.append(Failure(found.path, reason(error)))
            except UndecodableError as error:
                failures.append(Failure(found.path, str(error)))
            except UnicodeEncodeError:
                failures.append(Failure(found.path, "has a name that is not UTF-8, so it cannot be a key"))
            else:
                yield Document(key or found.path, text, kind, published, title, url)

    def every() -> Iterator[Document]:
        yield from from_files()
        for path in tables:
            yield from documents_in(path, columns, markup or "plain", published)

    with opened(address, create=True) as archive:
        done = archive.add_many(every(), progress=True)
        where = archive.info().address
    for failure in failures:
        click.echo(inert(f"{failure.path} {failure.message}"), err=True)
    if format_name == "json":
        import json

        faults = [{"path": failure.path, "message": failure.message} for failure in failures]
        write([json.dumps({**done._asdict(), "failed": faults}) + "\n"])
    else:
        new = count(done.added, "document")
        write([f"{new} added, {done.replaced:,} replaced, {done.unchanged:,} unchanged in {harmless(where)}.\n"])
    return 2 if failures else 0
