"""``dedup lint --fix`` and ``--diff``: apply edits to the copies that keep the old wording."""

import os
from collections.abc import Iterator

import click

from dedup.cli.options import Search
from dedup.cli.rewrite import rewrite
from dedup.lint.diagnose.diff import describe
from dedup.lint.findings import Change, Fix, Report, Source
from dedup.lint.reporters import lines
from dedup.lint.reporters.excerpt import harmless
from dedup.lint.reporters.names import count
from dedup.lint.sources.history import is_dirty
from dedup.lint.sources.load import read_file
from dedup.lint.stale.fixes import applied


def check_options(fix: bool, diff: bool, allow_dirty: bool, since: bool, writes_more: bool) -> None:
    """Check that the options go together.

    Parameters
    ----------
    fix, diff, allow_dirty
        Whether each of these options was given.
    since
        Whether edits are looked for.
    writes_more
        Whether another option writes into files or a baseline.

    Raises
    ------
    click.UsageError
        They do not.
    """
    for name, given in (("--fix", fix), ("--diff", diff)):
        if given and not since:
            raise click.UsageError(f"{name} applies edits to their copies; add --since REF or --staged.")
        if given and writes_more:
            raise click.UsageError(f"{name} excludes --add-ignores and --update-baseline; use only one.")
    if fix and diff:
        raise click.UsageError("--fix and --diff exclude each other; use only one.")
    if allow_dirty and not fix:
        raise click.UsageError("--allow-dirty applies to --fix only.")


def diff(report: Report) -> Iterator[str]:
    """Yield what `write_fixes` would change, as a unified diff."""
    return lines.diff(_all_fixes(report))


def _all_fixes(report: Report) -> list[Fix]:
    return [fix for finding in report.findings for fix in finding.fixes]


def write_fixes(search: Search, report: Report, allow_dirty: bool) -> set[str]:
    """Write the fixes of a report into the files, and return the real paths of those that were written.

    Each change is printed on standard error, and how many copies were left as they are. A file that cannot be written
    stays as it is, and the others are written all the same.

    Raises
    ------
    click.ClickException
        Files cannot be written, or have changes that git does not hold; the message names all of them.
    """
    documents = {document.path: document for document in (*search.selection.documents, *search.corpus.documents)}
    written: set[str] = set()
    done: set[Source] = set()
    faults: list[str] = []
    for source, fixes in lines.by_source(_all_fixes(report)).items():
        path = harmless(source.path)
        if source.path == search.stdin_path:
            faults.append(f"{path} was read from standard input, and cannot be written.")
        elif not allow_dirty and is_dirty(source.path):
            faults.append(f"{path} has changes that are not staged; it is unchanged. Use --allow-dirty to change it.")
        else:
            try:
                changed = applied(source.text, fixes)
                rewrite(documents[source.path], source.text, changed, read_file, search.settings.encoding)
            except click.ClickException as error:
                faults.append(error.message)
                continue
            written.add(os.path.realpath(source.path))
            done.add(source)
            for fix in fixes:
                line = source.position(fix.start)[0]
                was, now = source.text[fix.start : fix.end].strip(), fix.text.strip()
                click.echo(f"{path}:{line}: {harmless(describe([Change(fix.start, fix.end, was, now)]))}", err=True)
    copies = [(finding, place) for finding in report.findings if finding.edits for place in finding.places[1:]]
    fixed = sum(place.source in done and bool(finding.fixes_of(place)) for finding, place in copies)
    message = f"{count(fixed, 'copy', 'copies')} changed in {count(len(done), 'file')}."
    if fixed < len(copies):
        message += f" {count(len(copies) - fixed, 'copy', 'copies')} left for you to change."
    click.echo(message, err=True)
    if faults:
        raise click.ClickException("\n".join(faults))
    return written
