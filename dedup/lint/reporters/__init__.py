"""How a report is shown. One module a format; each renders a report as pieces of text and knows nothing of
detection."""

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
"""The formats by name, and the module whose `render` writes each: imported only when it is asked for."""


@dataclass(frozen=True, slots=True)
class View:
    """What a report is shown on: whether it takes colour, and its width in cells; machine formats ask for neither.

    `folder` is the working folder, with slashes: formats whose readers know no absolute path name what lies inside it
    relative to it. "" where there is none. `focus` are the paths that findings are about: a finding is reported at its
    first place in one of them; None where all are.
    """

    color: bool = False
    width: int = 100
    folder: str = ""
    focus: Collection[str] | None = None


def renderer(format_name: str) -> Callable[[Report, View], Iterator[str]]:
    """The function that renders a report in one of `FORMATS`, piece by piece, each of whole lines."""
    return cast(Callable[[Report, View], Iterator[str]], import_module(FORMATS[format_name]).render)
