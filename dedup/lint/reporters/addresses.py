"""How a report names things: paths, places, and what is said of them in one sentence."""

import re
from collections.abc import Collection, Sequence

from dedup.lint.findings import Finding, Location
from dedup.lint.reporters.excerpt import harmless

NAMED_PLACES = 10
"""Further places of a repeat that a message names; of the others only their number."""

_SURROGATE = re.compile("[\ud800-\udfff]")


def valid(text: str) -> str:
    """The text with U+FFFD for every lone surrogate: UTF-8 cannot hold one, and many readers of JSON stop there."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def relative(path: str, folder: str) -> str:
    """A path inside `folder` from there; any other path, and every one where `folder` is "", as it is."""
    inside = path.removeprefix(f"{folder.rstrip('/')}/") if folder else path
    return inside.lstrip("/") if inside != path else path


def lead(finding: Finding, focus: Collection[str] | None) -> tuple[Location, Sequence[Location]]:
    """The place where a finding is reported, which is the first in `focus`, and all its other places in their order.

    It is the first of all where none is in focus: what was to be compared with could not be read.
    """
    places = finding.places
    at = 0 if focus is None else next((index for index, place in enumerate(places) if place.path in focus), 0)
    return places[at], (*places[:at], *places[at + 1 :])


def where(place: Location, folder: str = "") -> str:
    """``path:line:column``, on one line and without what a terminal would obey."""
    line, column = place.source.position(place.start)
    return f"{harmless(relative(place.path, folder))}:{line}:{column}"


def sentence(finding: Finding, folder: str = "") -> str:
    """The message as a sentence that can stand by itself, on one line."""
    if finding.unreadable:
        return f"{harmless(relative(finding.places[0].path, folder))} {harmless(finding.message)}"
    return harmless(finding.message)


def listed(names: Sequence[str], number: int) -> str:
    """The names of some of `number` places, and how many more there are: "a, b and 3 more"."""
    more = number - len(names)
    return ", ".join(names) + (f" and {more:,} more" if more else "")


def counted(number: int, noun: str) -> str:
    """A number of things: "1 file", "2,000 files"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
