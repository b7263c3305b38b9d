"""``dedup explain``: all about one finding."""

import textwrap
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import click

from dedup.cli.baseline import known
from dedup.cli.options import Search, prepared, search_options
from dedup.cli.output import view, write
from dedup.cli.progress import lint
from dedup.lint.findings import Finding, Report
from dedup.lint.reporters.addresses import counted, where
from dedup.lint.reporters.full import MAX_PLACES, render
from dedup.lint.rules import REPEATS, RULES
from dedup.lint.suppress.baseline import without_known
from dedup.lint.suppress.insert import COMMENTED, comment

_WIDTH = 80


@click.command("explain")
@click.argument("fingerprint")
@click.argument("paths", metavar="[PATH...]", nargs=-1)
@search_options
def command(fingerprint: str, paths: tuple[str, ...], **searched: Any) -> None:
    """Show all about the finding that has FINGERPRINT, or begins so: every place, why it is reported, what to do, and
    what to write if it is meant.

    PATH is what was linted, the working folder if nothing is named. Say --min-words and the like as they were said
    there. Machine formats and the page in HTML tell fingerprints.
    """
    search = prepared(paths or (".",), **searched)
    report = lint(search.selection, search.settings, search.read, search.corpus)
    wanted = fingerprint.strip().lower()
    found = [finding for finding in report.findings if wanted and finding.fingerprint.startswith(wanted)]
    if not found:
        raise click.UsageError(
            f"{fingerprint!r} is no fingerprint of a finding in {counted(report.files, 'file')}: it was mended, or "
            "other files, or other options, found it."
        )
    if len(found) > 1:
        raise click.UsageError(f"{fingerprint!r} begins {len(found):,} fingerprints: write more of it.")
    write(_page(found[0], report, search))


def _page(finding: Finding, report: Report, search: Search) -> Iterator[str]:
    alone = replace(report, findings=(finding,), errors=())
    shown = list(render(alone, view()))
    yield from shown[:-1]  # without the line that sums up
    if len(finding.places) > MAX_PLACES:
        yield f"All {len(finding.places):,} places:\n\n"
        for place in finding.places:
            yield f"  {where(place)}\n"
        yield "\n"
    rule = RULES[finding.rule]
    for paragraph in (rule.summary, rule.why, rule.remedy):
        yield textwrap.fill(paragraph, _WIDTH) + "\n\n"
    if finding.rule in REPEATS:
        yield from _meant(finding, alone, search)
    yield f"fingerprint {finding.fingerprint}\n"


def _meant(finding: Finding, report: Report, search: Search) -> Iterator[str]:
    """What to write if the repeat is meant; `report` has nothing but it."""
    markups = {document.path: document.markup for document in (*search.selection.documents, *search.corpus.documents)}
    used = sorted({markups[place.path] for place in finding.places} & COMMENTED)
    if used:
        yield "If it is meant, write before every place but one:\n\n"
        for said in dict.fromkeys(comment(f"dedup: ignore[{finding.rule}] why", markup) for markup in used):
            yield f"    {said}\n"
        yield "\n"
    allow = search.settings.config.allow
    file = f"in {allow}" if allow else "in a file that the configuration names: allow = FILE"
    yield textwrap.fill(f"If it may stand anywhere, write the passage {file}.", _WIDTH) + "\n\n"
    baseline = search.settings.config.baseline
    if baseline and not without_known(report, known(baseline, update=True)).findings:
        yield f"{baseline} knows it, so that dedup lint does not report it.\n\n"
