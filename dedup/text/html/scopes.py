"""What an element of HTML makes of the blocks in it: part of a list, an item, a landmark, a heading of a level."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import count
from typing import NamedTuple

from dedup.text.html.elements import HEADINGS, LISTS
from dedup.text.marks import Block, Scope

_LANDMARKS = frozenset((b"aside", b"nav"))
_PAGE_LANDMARKS = frozenset((b"footer", b"header"))
_ROLE = re.compile(
    rb"""[\t\n\f\r /"']role[\t\n\f\r ]*+=[\t\n\f\r ]*+["']?[\t\n\f\r ]*+
    (?:banner|complementary|contentinfo|navigation)(?=[\t\n\f\r "'>]|\Z)""",
    re.IGNORECASE | re.VERBOSE,
)

_STRUCTURE = frozenset((*LISTS, *HEADINGS, b"dd", b"dt", b"li", b"tr"))

# A header or footer inside one of these is not the page's (ARIA in HTML, W3C).
_SECTIONS = (b"article", b"main", b"section")


class Numbering(NamedTuple):
    """Numbers the lists and items of one text."""

    containers: count[int]
    items: count[int]
    terms: dict[int, tuple[int, bytes]]
    """For each definition list, its last item, and the name of the last element in that."""

    def inside(self, outer: Scope, name: bytes, kind: int, is_landmark: bool) -> Scope:
        """Return the scope inside an element whose text is of this kind."""
        if name not in _STRUCTURE and kind == outer.kind and outer.landmark >= is_landmark:
            return outer  # as for most elements
        container, item = outer.container, outer.item
        if name in LISTS:
            container, item = next(self.containers), -1
        elif name == b"li" or name == b"tr":
            item = next(self.items)
        elif name == b"dt" or name == b"dd":
            item, last = self.terms.get(container, (-1, b"dd"))
            # an item is one or more terms with one or more definitions
            if item < 0 or (name == b"dt" and last == b"dd"):
                item = next(self.items)
            self.terms[container] = item, name
        level = 0
        if kind == Block.HEADING:
            level = name[1] - ord("0") if name in HEADINGS else outer.level
        return Scope(kind, container, item, level, outer.landmark or is_landmark)


def is_landmark(name: bytes, attributes: bytes, places: Mapping[bytes, Sequence[int]]) -> bool:
    """Return whether an element is a landmark of its page other than the main one.

    Parameters
    ----------
    attributes
        The source between the element's name and the end of its start tag.
    places
        For each name, where elements of that name are open around it.
    """
    if name in _LANDMARKS or (name in _PAGE_LANDMARKS and not any(places[section] for section in _SECTIONS)):
        return True
    return b"role" in attributes.lower() and _ROLE.search(attributes) is not None
