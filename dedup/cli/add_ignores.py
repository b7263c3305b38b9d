"""``dedup lint --add-ignores``: write comments that suppress findings into files."""

from collections.abc import Callable

import click

from dedup.cli.options import Search
from dedup.cli.reports import save
from dedup.lint.findings import Report
from dedup.lint.reporters.excerpt import harmless
from dedup.lint.reporters.names import count
from dedup.lint.sources.decode import decode, encode_like
from dedup.lint.sources.discover import Document
from dedup.lint.sources.paths import reason
from dedup.lint.suppress.insert import COMMENTED, Wanted, wanted, with_ignores


def write_ignores(search: Search, lint: Callable[[], Report]) -> Report:
    """Write comments until no finding is left that a comment could suppress, and return the last report.

    A passage that was part of a longer repeat may be a finding of its own once that is suppressed: so the files are
    linted again until nothing is written. The number of comments is printed on standard error.

    Raises
    ------
    click.ClickException
        A file cannot be read or written.
    """
    documents = {document.path: document for document in search.selection.documents}
    writable = {
        path: path != search.stdin_path and document.markup in COMMENTED for path, document in documents.items()
    }
    files: set[str] = set()
    total = 0
    while True:
        report = lint()
        added = 0
        for path, places in wanted(report, writable).items():
            number = _write(documents[path], places, search)
            files.update([path] if number else [])
            added += number
        if not added:
            break
        total += added
    left = sum(finding.kind is not None for finding in report.findings)
    message = f"{count(total, 'comment')} written in {count(len(files), 'file')}."
    if left:
        message += f" {count(left, 'finding')} left where no comment can be written."
    click.echo(message, err=True)
    return report


def _write(document: Document, places: list[Wanted], search: Search) -> int:
    """Write comments into a file, in its encoding, and return how many."""
    encoding = search.settings.encoding
    path = harmless(document.path)
    try:
        data = search.read(document.path)
    except OSError as error:
        raise click.ClickException(f"{path} {reason(error)}") from error
    text = decode(data, encoding, document.markup)
    changed, number = with_ignores(text, document.markup, places)
    if not number:
        return 0
    if encode_like(text, data, encoding, document.markup) != data:
        raise click.ClickException(
            f"{path} cannot be written back in its encoding without other changes; the file is unchanged. Convert it "
            "to UTF-8."
        )
    save(document.path, [encode_like(changed, data, encoding, document.markup)])
    return number
