"""``dedup explain``: everything about one finding."""

import textwrap
from collections.abc import Iterator
from dataclasses import replace

import click

from dedup.cli.baseline import read_baseline
from dedup.cli.options import Search, SearchOptions, prepare, search_options
from dedup.cli.output import view, write
from dedup.cli.progress import lint
from dedup.lint.findings import Finding, Report
from dedup.lint.reporters import evidence
from dedup.lint.reporters.full import MAX_PLACES, render
from dedup.lint.reporters.names import count, where
from dedup.lint.rules import REPEATS, RULES
from dedup.lint.suppress.baseline import without_known
from dedup.lint.suppress.insert import COMMENTED, comment

_WIDTH = 80


@click.command("explain")
@click.argument("fingerprint")
@click.argument("paths", metavar="[PATH...]", nargs=-1)
@search_options
def command(fingerprint: str, paths: tuple[str, ...], options: SearchOptions) -> None:
    """Explain one finding, and how to fix or suppress it.

    It is shown with all its places, how likely an editor acts on it and what that comes from, why it is reported, what
    to do, and what to write to suppress it.

    FINGERPRINT is the fingerprint of the finding, or the beginning of it. The formats json, jsonl, sarif, gitlab and
    html show fingerprints.

    PATH is what was linted. [default: the working folder] Give the same options as to dedup lint.
    """
    search = prepare(paths or (".",), options)
    report = lint(search.selection, search.settings, search.read, search.corpus)
    prefix = fingerprint.strip().lower()
    found = [finding for finding in report.findings if prefix and finding.fingerprint.startswith(prefix)]
    if not found:
        raise click.UsageError(
            f"No finding has the fingerprint {fingerprint!r} ({count(report.files, 'file')} read). It may be fixed; "
            "otherwise give the same paths and options as to dedup lint."
        )
    if len(found) > 1:
        raise click.UsageError(
            f"Ambiguous fingerprint {fingerprint!r} ({count(len(found), 'match', 'matches')}); give more of it."
        )
    write(_page(found[0], report, search))


def _page(finding: Finding, report: Report, search: Search) -> Iterator[str]:
    alone = replace(report, findings=(finding,), errors=())
    *shown, _ = render(alone, view())  # all but the line that sums up
    yield from shown
    if len(finding.places) > MAX_PLACES:
        yield f"All {len(finding.places):,} places:\n\n"
        for place in finding.places:
            yield f"  {where(place)}\n"
        yield "\n"
    if finding.confidence is not None:
        yield f"{evidence.MEANING}: {evidence.percent(finding.confidence)}.\n\n"
    if finding.evidence:
        yield f"What raises (+) and lowers (-) that ({evidence.SCALE}):\n\n"
        for contribution, words in evidence.contributions(finding):
            yield f"  {contribution}  {words}\n"
        yield "\n"
    rule = RULES[finding.rule]
    for paragraph in (rule.summary, rule.why, rule.remedy):
        yield textwrap.fill(paragraph, _WIDTH) + "\n\n"
    if finding.rule in REPEATS:
        yield from _how_to_suppress(finding, alone, search)
    yield f"fingerprint {finding.fingerprint}\n"


def _how_to_suppress(finding: Finding, alone: Report, search: Search) -> Iterator[str]:
    """Yield how to keep a repeat that is intended; `alone` is a report of nothing else."""
    markups = {document.path: document.markup for document in (*search.selection.documents, *search.corpus.documents)}
    with_comments = sorted({markups[place.path] for place in finding.places} & COMMENTED)
    if with_comments:
        yield "To suppress it here, write this before every place but one:\n\n"
        comments = (comment(f"dedup: ignore[{finding.rule}] why", markup) for markup in with_comments)
        for line in dict.fromkeys(comments):
            yield f"    {line}\n"
        yield "\n"
    allow = search.settings.config.allow
    file = f"add it to {allow}" if allow else "add it to a file and set allow = FILE in the configuration"
    yield textwrap.fill(f"To allow the passage anywhere, {file}.", _WIDTH) + "\n\n"
    baseline = search.settings.config.baseline
    if baseline and not without_known(alone, read_baseline(baseline, update=True)).findings:
        yield f"It is in the baseline {baseline}, so dedup lint does not report it.\n\n"
