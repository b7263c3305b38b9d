"""The reports that a command writes, where, and when they make it fail."""

import os
import stat
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Literal

import click

from dedup import atomic
from dedup.cli.options import option, options_of
from dedup.cli.output import plain_view, view, write
from dedup.lint.findings import Report, Totals
from dedup.lint.rank import ORDERS
from dedup.lint.reporters import FORMATS, renderer, statistics, summary
from dedup.lint.rules import Severity
from dedup.lint.sources.discover import STANDARD_INPUT, Document

STANDARD_OUTPUT = "-"


@dataclass(frozen=True, slots=True)
class Target:
    """A report to write: the name of its format, and a file, or "-" for standard output."""

    format_name: str
    file: str


def parse_output(ctx: click.Context, param: click.Parameter, value: str) -> str:
    """Return the value of ``--output``; raises `click.BadParameter` if it is empty."""
    if not value:
        raise click.BadParameter("the name of the file is empty; use - for standard output.")
    return value


def parse_reports(ctx: click.Context, param: click.Parameter, value: Sequence[str]) -> tuple[Target, ...]:
    """Return the values of ``--report``; raises `click.BadParameter` for one that is not FORMAT=FILE."""
    targets = []
    for given in value:
        name, equals, file = given.partition("=")
        if name not in FORMATS:
            raise click.BadParameter(f"unknown format {name!r} in {given!r}; allowed: {', '.join(FORMATS)}.")
        if not equals or not file:
            raise click.BadParameter(f"{given!r} has no file; use {name}=FILE.")
        targets.append(Target(name, file))
    return tuple(targets)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOptions:
    """What a user may ask of the reports, one field for each option, in the order of the help text."""

    format_name: str = option(
        "--format",
        "format_name",
        type=click.Choice(list(FORMATS)),
        default="full",
        show_default=True,
        help="Output format.",
    )
    output: str = option(
        "--output",
        default=STANDARD_OUTPUT,
        callback=parse_output,
        metavar="FILE",
        help="File to write the output to. [default: - (standard output)]",
    )
    reports: tuple[Target, ...] = option(
        "--report",
        "reports",
        multiple=True,
        callback=parse_reports,
        metavar="FORMAT=FILE",
        help="Also write a report in FORMAT to FILE. Repeatable.",
    )
    sort: Literal["file", "confidence"] = option(
        "--sort",
        type=click.Choice(ORDERS),
        default="file",
        show_default=True,
        help="Order of the findings: by file, or the most confident first.",
    )
    top: int | None = option(
        "--top",
        type=click.IntRange(min=1),
        metavar="N",
        help="Show only the first N findings. The summary and the exit code are those of all findings.",
    )
    statistics: bool = option(
        "--statistics",
        is_flag=True,
        help="Also print how much of each file is repeated, and how much each pair of files has in common.",
    )
    fail_on: str = option(
        "--fail-on",
        type=click.Choice([severity.label for severity in sorted(Severity, reverse=True)]),
        default=Severity.WARNING.label,
        show_default=True,
        help="Minimum severity that makes the run fail.",
    )
    max_share: float | None = option(
        "--max-share",
        type=click.FloatRange(min=0, max=100),
        metavar="PERCENT",
        help="Also fail if more than PERCENT of all words are in repeated passages (DUP001 to DUP003), including those "
        "in the baseline.",
    )
    exit_zero: bool = option("--exit-zero", is_flag=True, help="Exit with 0 even if there are findings.")

    @property
    def targets(self) -> tuple[Target, ...]:
        """All reports to write."""
        return (Target(self.format_name, self.output), *self.reports)

    def fails(self, report: Report) -> bool:
        """Return whether a report makes the run fail; too large a share is also reported on standard error."""
        gravest = max((finding.severity for finding in report.findings), default=None)
        failed = gravest is not None and gravest >= Severity[self.fail_on.upper()]
        if self.max_share is not None and report.summary.repeated_share * 100 > self.max_share:
            click.echo(f"{summary.share(report)}; --max-share allows {self.max_share:g}%.", err=True)
            failed = True
        return failed and not self.exit_zero


report_options = options_of(ReportOptions, "reporting")


def check_targets(targets: Sequence[Target], documents: Iterable[Document]) -> None:
    """Check, before any work is done, that all reports can be written.

    Raises
    ------
    click.UsageError
        Two reports go to one file; a file is one of `documents`, which would be lost; or it is a folder, or in a folder
        that does not exist.
    """
    taken: dict[str, Target] = {}
    existing: dict[tuple[int, int], str] = {}
    for target in targets:
        place = target.file if target.file == STANDARD_OUTPUT else os.path.realpath(target.file)
        if place in taken:
            shown = "standard output" if target.file == STANDARD_OUTPUT else repr(target.file)
            raise click.UsageError(
                f"{taken[place].format_name} and {target.format_name} would both be written to {shown}; write one of "
                "them to another file."
            )
        taken[place] = target
        if target.file == STANDARD_OUTPUT:
            continue
        if os.path.isdir(place):
            raise click.UsageError(f"{target.file!r} is a folder; give the path of a file.")
        if not os.path.lexists(target.file) and not os.path.isdir(os.path.dirname(place)):
            raise click.UsageError(f"{target.file!r}: the folder does not exist; create it first.")
        with suppress(OSError):
            status = os.stat(place)
            if stat.S_ISREG(status.st_mode):
                existing[status.st_dev, status.st_ino] = target.file
    if existing:
        for document in documents:
            with suppress(OSError):
                status = os.stat(document.path)
                if document.path != STANDARD_INPUT and (file := existing.get((status.st_dev, status.st_ino))):
                    raise click.UsageError(f"{file!r} is one of the files to read; write the report to another file.")


def print_statistics(totals: Totals, targets: Sequence[Target]) -> None:
    """Print totals after the reports: on standard error if standard output has a report for programs."""
    if any(target.file == STANDARD_OUTPUT and target.format_name != "full" for target in targets):
        click.echo("".join(statistics.render(totals)), nl=False, err=True)
    else:
        write(statistics.render(totals))


def deliver(report: Report, targets: Sequence[Target], focus: Collection[str]) -> None:
    """Write all reports, files first. If one cannot be written, the others still are.

    Parameters
    ----------
    report
        The findings.
    targets
        The reports to write.
    focus
        The paths that findings are about.

    Raises
    ------
    click.ClickException
        Reports cannot be written; the message names all of them.
    """
    faults = []
    for target in sorted(targets, key=lambda target: target.file == STANDARD_OUTPUT):
        render = renderer(target.format_name)
        try:
            if target.file == STANDARD_OUTPUT:
                write(render(report, replace(view(), focus=focus)))
            else:
                save(target.file, map(encoded, render(report, replace(plain_view(), focus=focus))))
        except click.ClickException as error:
            faults.append(error.message)
    if faults:
        raise click.ClickException("\n".join(faults))


def save(path: str, pieces: Iterable[bytes]) -> None:
    """Write a file completely, or leave it as it was.

    A link stays a link, and an existing file keeps its permissions. Pipes and devices are written directly; if the
    reader closes a pipe, writing ends without an error.

    Raises
    ------
    click.ClickException
        Writing fails.
    """
    try:
        atomic.save(path, pieces)
    except OSError as error:
        raise click.ClickException(f"could not write {path!r}: {error.strerror or error}") from error


def encoded(text: str) -> bytes:
    """Return a piece of a report in UTF-8, with lone surrogates as escapes."""
    return text.encode("utf-8", "backslashreplace")
