"""``dedup lint --add-ignores``: write comments into the files."""

from collections.abc import Callable

import click

from dedup.cli.options import Search
from dedup.cli.reports import save
from dedup.lint.findings import Report
from dedup.lint.reporters.addresses import counted
from dedup.lint.sources.decode import decode, encode_like
from dedup.lint.sources.discover import Document, reason
from dedup.lint.suppress.insert import COMMENTED, Wanted, wanted, with_ignores


def write_ignores(search: Search, linted: Callable[[], Report]) -> Report:
    """Write comments until nothing is found that a comment could silence, say how many, and give the last report.

    What was part of a longer repeat may stand by itself once that is silenced: so it is looked again, until nothing is
    written.
    Raises `click.ClickException` where a file cannot be written.
    """
    documents = {one.path: one for one in search.selection.documents}
    writable = {path: path != search.piped and one.markup in COMMENTED for path, one in documents.items()}
    files: set[str] = set()
    total = 0
    while True:
        report = linted()
        places = wanted(report, writable)
        added = 0
        for path, several in places.items():
            number = _write(documents[path], several, search)
            files.update([path] if number else [])
            added += number
        if not added:
            break
        total += added
    left = sum(finding.kind is not None for finding in report.findings)
    said = f"{counted(total, 'comment')} written, in {counted(len(files), 'file')}."
    click.echo(f"{said} {left:,} more found where no comment can stand." if left else said, err=True)
    return report


def _write(document: Document, places: list[Wanted], search: Search) -> int:
    """Write comments into one file: how many. A file that cannot be written as it was read stays as it is."""
    encoding = search.settings.encoding
    try:
        data = search.read(document.path)
    except OSError as error:
        raise click.ClickException(f"{document.path} {reason(error)}") from error
    text = decode(data, encoding)
    changed, number = with_ignores(text, document.markup, places)
    if not number:
        return 0
    if encode_like(text, data, encoding) != data:
        raise click.ClickException(f"{document.path} could not be written again as it is encoded; nothing was changed.")
    save(document.path, [encode_like(changed, data, encoding)])
    return number
