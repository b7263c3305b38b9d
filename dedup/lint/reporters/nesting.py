"""Which finding lies inside which, so that the shorter can be shown under the longer."""

from bisect import bisect_right
from collections.abc import Sequence
from operator import itemgetter

from dedup.lint.findings import Finding, Location


def parents(findings: Sequence[Finding]) -> list[int | None]:
    """Return for each finding the index of a longer one, inside a place of which one of its places lies, or None.

    Of several, it is the one whose place ends first, at the first such place of its path. A parent has more words than
    its child, so there are no cycles. O(places log places), times the number of findings that overlap at one place.
    """
    by_path: dict[str, list[tuple[int, int, int]]] = {}
    for index, finding in enumerate(findings):
        for place in finding.places:
            by_path.setdefault(place.path, []).append((place.start, -place.end, index))
    found: list[int | None] = [None] * len(findings)
    for spans in by_path.values():
        spans.sort()
        around: list[tuple[int, int]] = []
        for start, minus_end, index in spans:
            around = [(end, outer) for end, outer in around if end > start]
            if found[index] is None:
                enclosing = (
                    (end, outer)
                    for end, outer in around
                    if end >= -minus_end and findings[outer].words > findings[index].words
                )
                found[index] = min(enclosing, default=(0, None))[1]
            around.append((-minus_end, index))
    return found


def inside(places: Sequence[Location], outer: Finding) -> list[bool]:
    """Return for each place whether it lies inside a place of `outer`. O(n log n) in the places of both."""
    by_path: dict[str, list[tuple[int, int]]] = {}
    for place in outer.places:
        by_path.setdefault(place.path, []).append((place.start, place.end))
    for spans in by_path.values():
        spans.sort()  # they never overlap, so only the last one that starts before a place can contain it
    found = []
    for place in places:
        spans = by_path.get(place.path, [])
        at = bisect_right(spans, place.start, key=itemgetter(0)) - 1
        found.append(at >= 0 and spans[at][1] >= place.end)
    return found


def shown_places(finding: Finding, limit: int, nested: Sequence[bool] = ()) -> list[int]:
    """Return the indices of the places that are shown, in order.

    They are the first `limit` of the places that are not `nested`, or of all if all are. Of a near repeat, the first
    place, which the others are compared with, is always among them, and so is one with words that differ.

    Parameters
    ----------
    finding
        The finding.
    limit
        The most places that are shown, at least 2.
    nested
        For each place whether it lies in a passage that is shown already; empty: none does.
    """
    places = finding.places
    free = [index for index in range(len(places)) if not (nested and nested[index])] or list(range(len(places)))
    changed = next((index for index in [*free, *range(len(places))] if places[index].changes), None)
    if changed is None:
        return free[:limit]
    others = [index for index in free if index not in (0, changed)]
    return sorted([0, changed, *others[: limit - 2]])
