"""Repeats that follow each other in two texts, or twice in one, as one: a copied section, a copied file."""

from __future__ import annotations

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

    texts: Ints
    """int64 (s,): the number of the two texts."""
    place: Ints
    """int64 (s,): the first place, as its number."""
    other: Ints
    """int64 (s,): the other place."""


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
    texts = repeats.documents[a] * len(table.documents) + repeats.documents[b]
    order = np.lexsort((repeats.first[b], repeats.first[a], texts))
    return _Pairs(texts[order], a[order], b[order])


def _chained(table: TokenTable, repeats: Repeats, pairs: _Pairs) -> list[list[int]]:
    """Return chains of pairs that follow each other, as numbers of pairs."""
    size = len(pairs.place)
    before, cost = np.full(size, -1), np.full(size, GAP + 1)
    first, stop, weight = repeats.first, repeats.stop, table.weight
    enters = np.searchsorted(table.regions, first, side="right")
    leaves = np.searchsorted(table.regions, stop - 1, side="right")
    apart = first[pairs.other]  # where the later side of a section that began with this pair begins
    for back in range(1, min(_LOOK_BACK, size - 1) + 1):
        here, there = np.arange(back, size), np.arange(size - back)
        a, b, c, d = pairs.place[there], pairs.other[there], pairs.place[here], pairs.other[here]
        good = pairs.texts[there] == pairs.texts[here]
        good &= (stop[a] <= first[c]) & (stop[b] <= first[d])
        good &= (pairs.texts[here] // len(table.documents) != pairs.texts[here] % len(table.documents)) | (
            stop[c] <= apart[there]
        )
        good &= (leaves[a] == enters[c]) & (leaves[b] == enters[d])
        gap = np.maximum(weight[first[c]] - weight[stop[a]], weight[first[d]] - weight[stop[b]])
        good &= gap < cost[here]
        before[here[good]] = there[good]
        cost[here[good]] = gap[good]
    linked = np.flatnonzero(before >= 0)
    # each pair is continued by the nearest of those that would continue it
    order = linked[np.lexsort((linked, cost[linked], before[linked]))]
    order = order[np.append(True, before[order[1:]] != before[order[:-1]])] if len(order) else order
    following = np.full(size, -1)
    following[before[order]] = order
    begins = np.ones(size, np.bool_)
    begins[order] = False
    chains = []
    for start in np.flatnonzero(begins & (following >= 0)).tolist():
        chain = [start]
        limit = int(apart[start]) if _one_text(table, pairs, start) else None
        while (after := int(following[chain[-1]])) >= 0:
            if limit is not None and stop[pairs.place[after]] > limit:
                break  # the section would run into its own copy
            chain.append(after)
        chains.append(chain)
    return chains


def _one_text(table: TokenTable, pairs: _Pairs, pair: int) -> bool:
    one, other = divmod(int(pairs.texts[pair]), len(table.documents))
    return one == other


class _Section(NamedTuple):
    chain: list[int]
    share: float


def _similar(table: TokenTable, repeats: Repeats, pairs: _Pairs, chain: list[int]) -> list[_Section]:
    """Return the parts of a chain that share enough, of two pairs or more each."""
    weight = table.weight
    waiting, found = [chain], []
    while waiting:
        chain = waiting.pop()
        if len(chain) < 2:
            continue
        place, other = pairs.place[chain], pairs.other[chain]
        words = np.minimum(
            weight[repeats.stop[place]] - weight[repeats.first[place]],
            weight[repeats.stop[other]] - weight[repeats.first[other]],
        )
        gaps = np.maximum(
            weight[repeats.first[place[1:]]] - weight[repeats.stop[place[:-1]]],
            weight[repeats.first[other[1:]]] - weight[repeats.stop[other[:-1]]],
        )
        common = float((words * np.minimum(repeats.shares[place], repeats.shares[other])).sum())
        share = common / float(words.sum() + gaps.sum())
        if share >= LEAST_SHARE:
            found.append(_Section(chain, share))
        else:
            at = int(np.argmax(gaps)) + 1
            waiting += [chain[:at], chain[at:]]
    return found


class _Built(NamedTuple):
    """A section: the texts, tokens and shared runs of its two places."""

    documents: tuple[int, int]
    first: tuple[int, int]
    stop: tuple[int, int]
    share: float
    runs: list[tuple[int, int]]
    """Of the second place."""


def _joined(table: TokenTable, repeats: Repeats, pairs: _Pairs, chains: list[list[int]]) -> Repeats:
    built = []
    for chain in chains:
        for section in _similar(table, repeats, pairs, chain):
            trimmed = _without_ends(table, repeats, pairs, section.chain)
            if len(trimmed) < 2:
                continue
            place, other = pairs.place[trimmed], pairs.other[trimmed]
            runs = [
                (int(repeats.run_first[run]), int(repeats.run_stop[run]))
                for number in other.tolist()
                for run in range(int(repeats.runs[number]), int(repeats.runs[number + 1]))
            ]
            built.append(
                _Built(
                    (int(repeats.documents[place[0]]), int(repeats.documents[other[0]])),
                    (int(repeats.first[place[0]]), int(repeats.first[other[0]])),
                    (int(repeats.stop[place[-1]]), int(repeats.stop[other[-1]])),
                    section.share,
                    runs,
                )
            )
    return _grouped(table, built)


def _without_ends(table: TokenTable, repeats: Repeats, pairs: _Pairs, chain: list[int]) -> list[int]:
    """Return a chain without what begins or ends inside a block, if anything in it does not: what is reported as whole
    paragraphs stays that."""
    place, other = pairs.place[chain], pairs.other[chain]
    opens = table.opens[repeats.first[place]] & table.opens[repeats.first[other]]
    closes = table.closes[repeats.stop[place]] & table.closes[repeats.stop[other]]
    if not (opens & closes).any():
        return chain
    start, end = int(np.argmax(opens)), len(chain) - int(np.argmax(closes[::-1]))
    return chain[start:end]


def _grouped(table: TokenTable, built: list[_Built]) -> Repeats:
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
    return _table(table, groups)


def _table(table: TokenTable, groups: list[list[_Built]]) -> Repeats:
    hashes = table.hashes
    documents, first, stop, shares, runs, sizes, near = [], [], [], [], [], [], []
    for group in groups:
        lead = group[0]
        ordered = sorted(group, key=lambda section: section.first[1])
        documents += [lead.documents[0], *(section.documents[1] for section in ordered)]
        first += [lead.first[0], *(section.first[1] for section in ordered)]
        stop += [lead.stop[0], *(section.stop[1] for section in ordered)]
        shares += [1.0, *(section.share for section in ordered)]
        runs += [[(lead.first[0], lead.stop[0])], *(section.runs for section in ordered)]
        sizes.append(len(group) + 1)
        whole = hashes[lead.first[0] : lead.stop[0]]
        near.append(any(not np.array_equal(whole, hashes[one.first[1] : one.stop[1]]) for one in group))
    flat = np.array([run for several in runs for run in several], np.int64).reshape(-1, 2)
    return Repeats(
        bounds(np.array(sizes, np.int64)),
        np.array(near, np.bool_),
        np.array(shares, np.float64),
        np.array(documents, np.int64),
        np.array(first, np.int64),
        np.array(stop, np.int64),
        bounds(np.array([len(several) for several in runs], np.int64)),
        flat[:, 0],
        flat[:, 1],
    )
