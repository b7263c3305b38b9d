"""Which findings are reported, and in which order: what is part of a reported finding is not reported again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from dedup.kernels.rows import bounds, owner, spread
from dedup.lint.config import Config
from dedup.lint.diagnose.classify import EXACT_PARAGRAPH, PASSAGE
from dedup.lint.diagnose.cut import addresses
from dedup.lint.diagnose.judge import Judged
from dedup.lint.diagnose.table import TokenTable
from dedup.lint.findings import Report
from dedup.lint.rules import PASSAGES, RULES, Instance
from dedup.lint.suppress.apply import Places
from dedup.lint.suppress.passages import places_of
from dedup.lint.texts import Texts
from dedup.match.merge import Repeats

if TYPE_CHECKING:
    from dedup.lint.stale.copies import Stale

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

Order = Literal["file", "confidence"]
"""By path and position, or the most confident first."""

ORDERS: Final[tuple[Order, ...]] = get_args(Order)

_CELL = 6  # binary digits of a position that are left out when places are looked up: cells of 64 tokens
_STRETCH = 8  # the same of characters


def reported(repeats: Repeats, rules: Ints, wanted: Bools) -> Bools:
    """Return which repeats are reported: those that are wanted, and no part of another that is reported.

    An exact paragraph is no part of a passage that is neither an exact nor a near paragraph itself.

    Parameters
    ----------
    repeats
        Repeats in tokens of the table of all texts.
    rules
        int64 (r,): 1, 2 or 3, of DUP001, DUP002 and DUP003.
    wanted
        bool (r,): whether each may be reported: its rule is selected, and its confidence is high enough.

    Returns
    -------
    bool (r,)
        Cost: linear in the places, times the repeats that cover the first place of another.
    """
    found = wanted.copy()
    part, whole = _parts(repeats)
    absorbs = (rules[part] != EXACT_PARAGRAPH) | (rules[whole] != PASSAGE)
    part, whole = part[absorbs], whole[absorbs]
    # the heaviest first, so that what they are part of is decided before
    size = (repeats.stop - repeats.first)[repeats.offsets[:-1]]
    for row, other in zip(*(side[np.lexsort((part, -size[part]))].tolist() for side in (part, whole)), strict=True):
        if found[other]:
            found[row] = False
    return found


def apart(instances: Sequence[Instance], places: Places, rows: Ints) -> list[Instance]:
    """Return the instances that are no part of a reported passage: two of their places lie in two places of it.

    places : of repeats, in characters
    rows : int64 (k,), which of them are reported

    Cost: n log n in the places, times the reported passages that cover the first place of an instance.
    """
    if not instances or not len(rows):
        return list(instances)
    sizes = np.array([len(instance.places) for instance in instances])
    documents, starts, ends = np.array([place for instance in instances for place in instance.places], np.int64).T
    chosen, offsets = spread(places.offsets[:-1][rows], np.diff(places.offsets)[rows])
    row, low, high = owner(offsets), places.starts[chosen], places.ends[chosen]
    cell, offsets = spread(low >> _STRETCH, ((high - 1) >> _STRETCH) - (low >> _STRETCH) + 1)
    place = owner(offsets)
    keys = (places.documents[chosen][place] << 32) | cell
    order = np.argsort(keys, kind="stable")
    keys, place = keys[order], place[order]
    asked = (documents << 32) | (starts >> _STRETCH)
    first = np.searchsorted(keys, asked)
    index, offsets = spread(first, np.searchsorted(keys, asked, side="right") - first)
    part, holder = owner(offsets), place[index]
    inside = (low[holder] <= starts[part]) & (ends[part] <= high[holder])
    instance, holder = owner(bounds(sizes))[part[inside]], holder[inside]
    # the same passage holds two places of an instance, each in a place of its own
    order = np.lexsort((holder, row[holder], instance))
    instance, holder = instance[order], holder[order]
    several = (instance[1:] == instance[:-1]) & (row[holder[1:]] == row[holder[:-1]]) & (holder[1:] != holder[:-1])
    gone = set(instance[1:][several].tolist())
    return [found for number, found in enumerate(instances) if number not in gone]


def arranged(report: Report, order: Order, top: int | None = None) -> Report:
    """Return a report in an order, cut after a number of findings.

    Parameters
    ----------
    report
        A report in the order of its files.
    order
        "file" leaves it as it is. In the order "confidence", findings without a confidence, such as files that could
        not be read, come first; equally confident ones stay in the order of the files.
    top
        How many findings are left; None: all.

    Returns
    -------
    Report
        Its summary counts all findings, and those that were cut off. Cost: n log n in the findings.
    """
    findings = report.findings
    if order == "confidence":
        findings = tuple(
            sorted(findings, key=lambda finding: -2.0 if finding.confidence is None else -finding.confidence)
        )
    shown = findings[:top]
    omitted = report.summary.omitted + len(findings) - len(shown)
    return replace(report, findings=shown, summary=replace(report.summary, omitted=omitted))


def _parts(repeats: Repeats) -> tuple[Ints, Ints]:
    """Return pairs of repeats of which the first is part of the second.

    It is if each of its places lies inside one of the other's, and not all in the same. Of two with the same places,
    the second is part of the first.
    """
    none = np.zeros(0, np.int64)
    if not len(repeats.near):
        return none, none
    first, stop, row = repeats.first, repeats.stop, owner(repeats.offsets)
    cell, offsets = spread(first >> _CELL, ((stop - 1) >> _CELL) - (first >> _CELL) + 1)
    order = np.argsort(cell, kind="stable")
    cell, place = cell[order], owner(offsets)[order]
    leading = repeats.offsets[:-1]
    low = np.searchsorted(cell, first[leading] >> _CELL)
    high = np.searchsorted(cell, first[leading] >> _CELL, side="right")
    index, offsets = spread(low, high - low)
    part, place = owner(offsets), place[index]
    fits = (first[place] <= first[leading[part]]) & (stop[leading[part]] <= stop[place]) & (row[place] != part)
    part, whole = part[fits], row[place[fits]]
    # every place of the part in a place of the whole; the last place first, which decides most
    keys = (row << 32) | first

    def holder(places: Ints, rows: Ints) -> Ints:
        """Return the place of each row that holds each place, or -1."""
        at = np.searchsorted(keys, (rows << 32) | first[places], side="right") - 1
        good = (at >= 0) & (row[at] == rows) & (stop[places] <= stop[at])
        return np.where(good, at, -1)

    fits = holder(repeats.offsets[1:][part] - 1, whole) >= 0
    part, whole = part[fits], whole[fits]
    if not len(part):
        return none, none
    sizes = np.diff(repeats.offsets)[part]
    index, offsets = spread(leading[part], sizes)
    held = holder(index, np.repeat(whole, sizes))
    inside = np.logical_and.reduceat(held >= 0, offsets[:-1])
    apart = np.maximum.reduceat(held, offsets[:-1]) > np.minimum.reduceat(held, offsets[:-1])
    equal = np.logical_and.reduceat((first[index] == first[held]) & (stop[index] == stop[held]), offsets[:-1])
    equal &= sizes == np.diff(repeats.offsets)[whole]
    good = inside & apart & ~(equal & (part < whole))
    return part[good], whole[good]


class Ranked(NamedTuple):
    """What is reported."""

    judged: Judged
    """Repeated passages."""
    instances: list[Instance]
    """What rules found that look at the texts themselves."""
    weaker: int
    """How many findings are not reported only because their confidence is too low."""
    stale: Sequence[Stale] = ()
    """Edited passages whose copies keep the old wording."""


def rank(
    texts: Texts,
    table: TokenTable,
    judged: Judged,
    instances: Sequence[Instance],
    stale: Sequence[Stale],
    config: Config,
) -> Ranked:
    """Return what is reported: what is selected, of enough confidence, and no part of another finding.

    A repeat that an edit has changed in one of its places is reported as a stale copy alone.

    Cost: that of `reported`, and linear in the places of what may be reported.
    """
    if stale:
        from dedup.lint.stale.copies import explained  # deferred: rarely needed

        judged = judged.take(np.flatnonzero(~explained(texts, table, judged.repeats, stale)))
    selected = np.array([config.reports(code) for code in PASSAGES])[judged.rules - 1]
    wanted = selected & (judged.confidence >= config.min_confidence)
    rows = np.flatnonzero(wanted & (judged.rules != EXACT_PARAGRAPH))
    wanted[rows[addresses(table, judged.repeats, texts.readings, rows, config.min_words)]] = False
    shown = np.flatnonzero(reported(judged.repeats, judged.rules, wanted))
    weaker = int((reported(judged.repeats, judged.rules, selected) & ~wanted).sum())
    separate = apart(instances, places_of(table, judged.repeats), shown)
    confident = [found for found in separate if (RULES[found.rule].confidence or 1.0) >= config.min_confidence]
    return Ranked(judged.take(shown), confident, weaker + len(separate) - len(confident), stale)
