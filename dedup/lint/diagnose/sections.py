"""Repeats that follow each other in two texts, or twice in one, as one: a copied section, a copied file."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.kernels.rows import bounds, spread
from dedup.lint.diagnose.table import TokenTable
from dedup.match.merge import Repeats
from dedup.match.stream import QUARTERS

Ints = NDArray[np.int64]

GAP: Final = 40 * QUARTERS
"""The most that may stand between two repeats of one section, on either side."""
LEAST_SHARE: Final = 0.6
"""The least share of a section's words that its two places have in common."""
_LOOK_BACK: Final = 12  # pairs of places before one that may be continued by it


class _Pairs(NamedTuple):
    """Each place beside the first of its repeat: ordered by the texts, then by where they begin."""

    place: Ints
    """int64 (s,): the first place, as its number."""
    other: Ints
    """int64 (s,): the other place."""
    texts: Ints
    """int64 (s,): the number of the two texts."""
    one_text: NDArray[np.bool_]
    """bool (s,): whether both are in one text."""


class _Chains(NamedTuple):
    """Pairs that follow each other: of chain c, ``members[offsets[c]:offsets[c + 1]]``."""

    members: Ints
    offsets: Ints


def sections(table: TokenTable, repeats: Repeats) -> Repeats:
    """Return a repeat for each stretch in which several repeats follow each other in the same order.

    Two repeats are joined if both go on, in the same two texts, within `GAP` of where the other ends; of several that
    would, each continues the nearest. A chain that shares less than `LEAST_SHARE` of its words is parted at its widest
    gaps. Places of several sections that are nearly the same place make one repeat of all of them.

    Parameters
    ----------
    table
        The tokens of all texts.
    repeats
        Repeats in tokens of the table.

    Returns
    -------
    Repeats
        New ones only, each of two or more of those given. Cost: n log n in the places.
    """
    pairs = _pairs(table, repeats)
    chains = _chained(table, repeats, pairs)
    return _joined(table, repeats, pairs, chains)


def _pairs(table: TokenTable, repeats: Repeats) -> _Pairs:
    sizes = np.diff(repeats.offsets) - 1
    b, _ = spread(repeats.offsets[:-1] + 1, sizes)
    a = np.repeat(repeats.offsets[:-1], sizes)
    one, other = repeats.documents[a], repeats.documents[b]
    texts = one * len(table.documents) + other
    order = np.lexsort((repeats.first[b], repeats.first[a], texts))
    return _Pairs(a[order], b[order], texts[order], (one == other)[order])


def _chained(table: TokenTable, repeats: Repeats, pairs: _Pairs) -> _Chains:
    """Return chains of two pairs or more that follow each other."""
    size = len(pairs.place)
    before, cost = np.full(size, -1), np.full(size, GAP + 1)
    # of both sides of each pair: where it begins and ends, in tokens, in weight, and in regions
    firsts, stops = ([side[places] for places in (pairs.place, pairs.other)] for side in (repeats.first, repeats.stop))
    begins, ends = ([table.weight[tokens] for tokens in sides] for sides in (firsts, stops))
    enters = [np.searchsorted(table.regions, tokens, side="right") for tokens in firsts]
    leaves = [np.searchsorted(table.regions, tokens - 1, side="right") for tokens in stops]
    for back in range(1, min(_LOOK_BACK, size - 1) + 1):
        here, there = slice(back, None), slice(None, size - back)
        good = pairs.texts[there] == pairs.texts[here]
        good &= ~pairs.one_text[here] | (stops[0][here] <= firsts[1][there])
        for side in range(2):
            good &= (stops[side][there] <= firsts[side][here]) & (leaves[side][there] == enters[side][here])
        gap = np.maximum(begins[0][here] - ends[0][there], begins[1][here] - ends[1][there])
        good &= gap < cost[here]
        at = np.flatnonzero(good)
        before[at + back] = at
        cost[at + back] = gap[at]
    linked = np.flatnonzero(before >= 0)
    # each pair is continued by the nearest of those that would continue it
    order = linked[np.lexsort((linked, cost[linked], before[linked]))]
    order = order[np.append(True, before[order[1:]] != before[order[:-1]])] if len(order) else order
    following = np.full(size, -1)
    following[before[order]] = order
    starts = following >= 0
    starts[order] = False
    return _walked(
        np.flatnonzero(starts), following, np.where(pairs.one_text, firsts[1], stops[0].max(initial=0)), stops[0]
    )


def _walked(starts: Ints, following: Ints, limits: Ints, stops: Ints) -> _Chains:
    """Return the chains that begin with some pairs. Each ends before a pair whose first place stops beyond the limit of
    the pair that it began with: a section in one text would run into its own copy."""
    after_of, stop_of = following.tolist(), stops.tolist()
    members: list[int] = []
    sizes = []
    for pair, limit in zip(starts.tolist(), limits[starts].tolist(), strict=True):
        size = len(members)
        members.append(pair)
        after = after_of[pair]
        while after >= 0 and stop_of[after] <= limit:
            members.append(after)
            after = after_of[after]
        sizes.append(len(members) - size)
    return _Chains(np.array(members, np.int64), bounds(np.array(sizes, np.int64)))


class _Section(NamedTuple):
    """A part of a chain: pairs ``low .. high - 1`` of all members."""

    low: int
    high: int
    share: float


def _similar(table: TokenTable, repeats: Repeats, pairs: _Pairs, chains: _Chains) -> Iterator[_Section]:
    """Yield the parts of chains that share enough, of two pairs or more each."""
    place, other = pairs.place[chains.members], pairs.other[chains.members]
    weights = table.weight_of(repeats.first, repeats.stop)
    words = np.minimum(weights[place], weights[other])
    common = words * np.minimum(repeats.shares[place], repeats.shares[other])
    gaps = np.zeros(len(words), np.int64)  # before each pair
    gaps[1:] = np.maximum(
        table.weight_of(repeats.stop[place[:-1]], repeats.first[place[1:]]),
        table.weight_of(repeats.stop[other[:-1]], repeats.first[other[1:]]),
    )
    gaps[chains.offsets[:-1]] = 0
    lists = common.tolist(), words.tolist(), gaps.tolist()
    for low, high in pairwise(chains.offsets.tolist()):
        yield from _parts(*lists, low, high)


def _parts(common: list[float], words: list[int], gaps: list[int], low: int, high: int) -> Iterator[_Section]:
    """Yield the parts of one chain that share enough: it is cut at its widest gap until they do."""
    waiting = [(low, high)]
    while waiting:
        low, high = waiting.pop()
        if high - low < 2:
            continue
        inner = gaps[low + 1 : high]
        share = sum(common[low:high]) / (sum(words[low:high]) + sum(inner))
        if share >= LEAST_SHARE:
            yield _Section(low, high, share)
        else:
            at = low + 1 + inner.index(max(inner))
            waiting += [(low, at), (at, high)]


class _Built(NamedTuple):
    """A section: the texts and tokens of its two places."""

    documents: tuple[int, int]
    first: tuple[int, int]
    stop: tuple[int, int]
    share: float
    parts: list[int]
    """The places that the second is made of, as their numbers."""


def _joined(table: TokenTable, repeats: Repeats, pairs: _Pairs, chains: _Chains) -> Repeats:
    places, others = pairs.place[chains.members], pairs.other[chains.members]
    first, stop = repeats.first, repeats.stop
    opens = (table.opens[first[places]] & table.opens[first[others]]).tolist()
    closes = (table.closes[stop[places]] & table.closes[stop[others]]).tolist()
    sides = [(repeats.documents[side].tolist(), first[side].tolist(), stop[side].tolist()) for side in (places, others)]
    numbers = others.tolist()
    built = []
    for section in _similar(table, repeats, pairs, chains):
        low, high = _without_ends(opens, closes, section.low, section.high)
        if high - low > 1:
            document, start, end = zip(*((d[low], f[low], s[high - 1]) for d, f, s in sides), strict=True)
            built.append(_Built(document, start, end, section.share, numbers[low:high]))
    return _grouped(table, repeats, built)


def _without_ends(opens: list[bool], closes: list[bool], low: int, high: int) -> tuple[int, int]:
    """Return a part of a chain without what begins or ends inside a block, if anything in it does not: what is reported
    as whole paragraphs stays that."""
    if not any(opens[at] and closes[at] for at in range(low, high)):
        return low, high
    return opens.index(True, low), next(at for at in range(high, low, -1) if closes[at - 1])


def _grouped(table: TokenTable, repeats: Repeats, built: list[_Built]) -> Repeats:
    """Return sections as repeats; those whose earlier places are nearly the same are one."""
    order = sorted(range(len(built)), key=lambda number: (built[number].first[0], -built[number].stop[0]))
    groups: list[list[_Built]] = []
    taken: list[dict[int, list[tuple[int, int]]]] = []  # by group, what its other places cover of each text
    recent: list[tuple[int, int, int]] = []  # first, stop and group of the latest leading places
    for number in order:
        section = built[number]
        first, stop = section.first[0], section.stop[0]
        recent = [(start, end, group) for start, end, group in recent if end > first]
        for start, end, group in recent:
            common, union = min(end, stop) - first, max(end, stop) - start
            if common < 0.8 * union or section.first[1] < end:
                continue
            there = taken[group].setdefault(section.documents[1], [])
            if all(section.first[1] >= high or section.stop[1] <= low for low, high in there):
                there.append((section.first[1], section.stop[1]))
                groups[group].append(section)
                break
        else:
            recent.append((first, stop, len(groups)))
            groups.append([section])
            taken.append({section.documents[1]: [(section.first[1], section.stop[1])]})
    return _table(table, repeats, groups)


def _table(table: TokenTable, repeats: Repeats, groups: list[list[_Built]]) -> Repeats:
    hashes, count = table.hashes, len(repeats.first)
    documents: list[int] = []
    first: list[int] = []
    stop: list[int] = []
    shares: list[float] = []
    parts: list[list[int]] = []
    near = []
    for number, group in enumerate(groups):
        lead = group[0]
        ordered = sorted(group, key=lambda section: section.first[1])
        documents += [lead.documents[0], *(section.documents[1] for section in ordered)]
        first += [lead.first[0], *(section.first[1] for section in ordered)]
        stop += [lead.stop[0], *(section.stop[1] for section in ordered)]
        shares += [1.0, *(section.share for section in ordered)]
        parts += [[count + number], *(section.parts for section in ordered)]
        whole = hashes[lead.first[0] : lead.stop[0]].tobytes()
        near.append(any(whole != hashes[part.first[1] : part.stop[1]].tobytes() for part in group))
    offsets = bounds(np.array([len(group) + 1 for group in groups], np.int64))
    starts, stops = np.array(first, np.int64), np.array(stop, np.int64)
    # the runs of the places that each is made of; a leading place, numbered after them, is one run
    run_first = np.append(repeats.run_first, starts[offsets[:-1]])
    run_stop = np.append(repeats.run_stop, stops[offsets[:-1]])
    begin = np.append(repeats.runs, len(repeats.run_first) + np.arange(1, len(groups)))
    made_of = np.array([place for several in parts for place in several], np.int64)
    sizes = np.append(np.diff(repeats.runs), np.ones(len(groups), np.int64))[made_of]
    runs, inner = spread(begin[made_of], sizes)
    return Repeats(
        offsets,
        np.array(near, np.bool_),
        np.array(shares, np.float64),
        np.array(documents, np.int64),
        starts,
        stops,
        inner[bounds(np.array([len(several) for several in parts], np.int64))],
        run_first[runs],
        run_stop[runs],
    )
