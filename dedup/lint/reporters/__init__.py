"""How a report is shown. One module a format; each renders a report as pieces of text and knows nothing of
detection."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import cast

from dedup.lint.findings import Report

FORMATS = {
    "full": "dedup.lint.reporters.full",
    "json": "dedup.lint.reporters.machine",
}
"""The formats by name, and the module whose `render` writes each: imported only when it is asked for."""


@dataclass(frozen=True, slots=True)
class View:
    """What a report is shown on: whether it takes colour, and its width in cells. Machine formats ask for neither."""

    color: bool = False
    width: int = 100


def renderer(format_name: str) -> Callable[[Report, View], Iterator[str]]:
    """The function that renders a report in one of `FORMATS`, piece by piece, each of whole lines."""
    return cast(Callable[[Report, View], Iterator[str]], import_module(FORMATS[format_name]).render)
