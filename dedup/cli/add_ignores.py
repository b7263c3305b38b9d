"""``dedup lint --add-ignores``: write comments that suppress findings into files."""

from collections import Counter
from collections.abc import Callable, Sequence

import click

from dedup.cli.options import Search
from dedup.cli.rewrite import rewrite
from dedup.lint.findings import Report
from dedup.lint.reporters.names import count
from dedup.lint.sources.discover import Document
from dedup.lint.suppress.insert import COMMENTED, Wanted, wanted, with_ignores


def write_ignores(search: Search, lint: Callable[[], Report]) -> Report:
    """Write comments until no finding is left that a comment could suppress, and return the last report.

    A passage that was part of a longer repeat may be a finding of its own once that is suppressed: so the files are
    linted again until nothing is written. The number of comments is printed on standard error. A file that cannot be
    written stays as it is, and the others are written all the same.

    Raises
    ------
    click.ClickException
        Files cannot be read or written; the message names all of them.
    """
    documents = {document.path: document for document in search.selection.documents}
    writable = {
        path: path != search.stdin_path and document.markup in COMMENTED for path, document in documents.items()
    }
    written: Counter[str] = Counter()
    faults: list[str] = []
    while True:
        report = lint()
        before = written.total()
        for source, places in wanted(report, writable).items():
            try:
                number = _write(documents[source.path], source.text, places, search)
            except click.ClickException as error:
                faults.append(error.message)
                writable[source.path] = False
            else:
                written.update({source.path: number})
        if written.total() == before:
            break
    left = sum(finding.kind is not None for finding in report.findings)
    message = f"{count(before, 'comment')} written in {count(len(+written), 'file')}."
    if left:
        message += f" {count(left, 'finding')} left where no comment can be written."
    click.echo(message, err=True)
    if faults:
        raise click.ClickException("\n".join(faults))
    return report


def _write(document: Document, text: str, places: Sequence[Wanted], search: Search) -> int:
    """Write comments into a file, in its encoding, and return how many; `text` is what was linted."""
    changed, number = with_ignores(text, document.markup, places)
    if number:
        rewrite(document, text, changed, search.read, search.settings.encoding)
    return number
