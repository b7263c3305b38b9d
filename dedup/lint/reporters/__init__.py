"""How a report is shown. One module for each format; each renders a report as pieces of text and detects nothing."""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import cast

from dedup.lint.findings import Report

FORMATS = {
    "full": "dedup.lint.reporters.full",
    "html": "dedup.lint.reporters.page",
    "concise": "dedup.lint.reporters.concise",
    "json": "dedup.lint.reporters.json",
    "jsonl": "dedup.lint.reporters.jsonl",
    "sarif": "dedup.lint.reporters.sarif",
    "github": "dedup.lint.reporters.github",
    "gitlab": "dedup.lint.reporters.gitlab",
    "junit": "dedup.lint.reporters.junit",
    "rdjson": "dedup.lint.reporters.rdjson",
    "markdown": "dedup.lint.reporters.markdown",
}
"""The formats by name, and the module whose `render` writes each; it is imported when the format is used."""


def _ignore(note: str) -> None:
    """Drop a note."""


@dataclass(frozen=True, slots=True)
class View:
    """What a report is written for.

    Parameters
    ----------
    color
        Whether it may have colours; machine formats never have.
    width
        Width of a line in cells; machine formats ignore it.
    folder
        The working folder, with slashes, or "". Formats whose readers expect paths in a repository name what lies
        inside it relative to it.
    focus
        The paths that findings are about: a finding is reported at its first place in one of them. None: all.
    note
        Called with a sentence for each thing that a format had to leave out.
    add_summary
        Appends Markdown to the summary of the step that runs in GitHub Actions; None elsewhere.
    """

    color: bool = False
    width: int = 100
    folder: str = ""
    focus: Collection[str] | None = None
    note: Callable[[str], None] = _ignore
    add_summary: Callable[[str], None] | None = None


# Some CI runners obey ##[ or ##vso[ anywhere in a line. Formats for programs write the sign in another way.
_COMMAND = re.compile(r"(?<=#)#(?=\[|vso\[)", re.IGNORECASE)
_SIGNS = {
    **dict.fromkeys(("json", "jsonl", "sarif", "gitlab", "rdjson"), r"\u0023"),
    **dict.fromkeys(("html", "junit"), "&#35;"),
}


def renderer(format_name: str) -> Callable[[Report, View], Iterator[str]]:
    """Return the function that renders a report in one of `FORMATS`, piece by piece, each of whole lines."""
    render = cast(Callable[[Report, View], Iterator[str]], import_module(FORMATS[format_name]).render)
    sign = _SIGNS.get(format_name)
    if sign is None:  # the text itself has no command
        return render
    return lambda report, view: (_COMMAND.sub(lambda _: sign, piece) for piece in render(report, view))
