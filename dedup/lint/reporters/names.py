"""How a report names things: paths, places, numbers of things, and a finding in one sentence."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from dedup.lint.findings import Finding, Location, Relation
from dedup.lint.reporters.excerpt import harmless

NAMED_PLACES = 10
"""Further places of a finding that a message names; the others are only counted."""

NO_COMMAND = "&#58;:"
"""Two colons in HTML and XML: in GitHub Actions, a line that begins with two colons would be a command."""

RELATIONS: Final[Mapping[Relation, str]] = {
    "exact": "",
    "near": "near: some words differ",
    "part": "part: inside other text",
}
"""How a place relates to the strongest two of its finding, in words; nothing where it is the same."""

_SURROGATE = re.compile("[\ud800-\udfff]")


def valid(text: str) -> str:
    """Return the text with U+FFFD for every lone surrogate, which UTF-8 cannot encode and many JSON readers reject."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def relative(path: str, folder: str) -> str:
    """Return a path inside `folder` relative to it; any other path, and every path if `folder` is "", unchanged."""
    inside = path.removeprefix(f"{folder.rstrip('/')}/") if folder else path
    return inside.lstrip("/") if inside != path else path


def lead(finding: Finding, focus: Collection[str] | None) -> tuple[Location, Sequence[Location]]:
    """Return the place where a finding is reported, the first in `focus`, and all its other places in their order.

    If no place is in focus, it is the first of all: a file that was to be compared with could not be read.
    """
    places = finding.places
    at = 0 if focus is None else next((index for index, place in enumerate(places) if place.path in focus), 0)
    return places[at], (*places[:at], *places[at + 1 :])


def where(place: Location, folder: str = "") -> str:
    """Return ``path:line:column``, on one line and without anything that a terminal obeys."""
    line, column = place.source.position(place.start)
    return f"{harmless(relative(place.path, folder))}:{line}:{column}"


def sentence(finding: Finding, folder: str = "") -> str:
    """Return the message as a sentence that makes sense without a path beside it, on one line."""
    if finding.unreadable:
        return f"{harmless(relative(finding.places[0].path, folder))} {harmless(finding.message)}"
    return harmless(finding.message)


def listed(names: Sequence[str], number: int) -> str:
    """Return the names of some of `number` places, and how many more there are: "a, b and 3 more"."""
    more = number - len(names)
    return ", ".join(names) + (f" and {more:,} more" if more else "")


def further(finding: Finding, names: Sequence[str]) -> str:
    """Return the end of a sentence that names some of a finding's further places, and how many more there are."""
    more = len(finding.places) - 1
    return f"{beginning(finding)}{listed(names, more)}" if more else ""


def beginning(finding: Finding) -> str:
    """Return what stands between a message and the names of further places."""
    return ": " if finding.edits else "; also at "


def count(number: int, singular: str, plural: str = "") -> str:
    """Return a number of things: "1 file", "2,000 files"."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"
