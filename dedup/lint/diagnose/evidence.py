"""What speaks for and against a finding: features that an editor would name, and how likely it is acted on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.kernels.rows import bounds, owner, spread, sums
from dedup.lint.diagnose.classify import EXACT_PARAGRAPH, Classes
from dedup.lint.diagnose.diff import changed_runs
from dedup.lint.diagnose.pages import Pages
from dedup.lint.diagnose.table import TokenTable
from dedup.match.merge import Repeats
from dedup.match.stream import QUARTERS
from dedup.text.marks import Block
from dedup.text.reading import Reading

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

SHORTEST_FILE: Final = 500
LONGEST_FILE: Final = 10_000
"""Words: shorter and longer files count as this long, for hardly any that the model was fitted to are."""
LONGEST: Final = 100
"""Words: longer passages count as this long. More words than these make a finding no more likely, and whole pages that
were copied on purpose have most."""
SHORTEST: Final = 8
"""Words: of so few, places side by side are as likely parallel on purpose as not."""
_SIDE_BY_SIDE: Final = 3 * QUARTERS
_SLOT: Final = 2 * QUARTERS
"""Words that are replaced by as many others, and no more of them than this, fill a slot: a number, a name, a code."""
_STOP: Final = re.compile("[.!?\u2026\u3002\uff01\uff1f\u061f\u0964]")
"""What stands between two words where a sentence ends."""


class Gaps(NamedTuple):
    """Where the two strongest places of each repeat differ: of row r, ``offsets[r] .. offsets[r + 1] - 1``."""

    offsets: Ints
    first: Ints
    """int64 (g,): the first token of each gap in the earlier place, in tokens of the table."""
    stop: Ints
    other: Ints
    """int64 (g,): the weight of what stands in the other place instead."""
    tokens: Ints
    """int64 (g,): how many tokens those are."""


def features(
    table: TokenTable, repeats: Repeats, classes: Classes, readings: Sequence[Reading], pages: Pages
) -> Floats:
    """Return the features of each repeat, taken of its two strongest places.

    Parameters
    ----------
    table
        The tokens of all texts.
    repeats
        Repeats in tokens of the table.
    classes
        Their strongest places.
    readings
        The texts.
    pages
        On which pages their words stand.

    Returns
    -------
    float64 (r, 10)
        The columns are those of `dedup.lint.diagnose.confidence.FEATURES`: the logarithm of the words that both
        places have; the logarithm of 1 and those of them that stand nowhere else in the text; that of 1 and the words
        that are changed, except in slots; the share of aligned words that fill slots; if the places stand side by
        side, the logarithm of how many times `SHORTEST` words they have; whether both are whole sentences; how many of
        the two hold list items; the logarithm of the words of the text; on how many pages the words stand, see
        `Pages`; and whether all places are the same on versions of one page. Cost: n log n in the words of the
        places, linear in the texts that they are in.
    """
    count = len(repeats.near)
    if not count:
        return np.zeros((0, 10))
    a, b = classes.strongest, classes.second
    first, stop = repeats.first[a], repeats.stop[a]
    tokens, offsets = spread(first, stop - first)
    row = owner(offsets)
    gaps = _gaps(table, repeats, classes)
    equal = np.ones(len(tokens), np.bool_)
    of = owner(gaps.offsets)
    inside, _ = spread(gaps.first - first[of] + offsets[:-1][of], gaps.stop - gaps.first)
    equal[inside] = False
    shared = np.where(equal, table.weight_of(tokens, tokens + 1), 0.0)

    here = table.weight_of(gaps.first, gaps.stop)
    slot = (gaps.stop - gaps.first == gaps.tokens) & (here <= _SLOT) & (gaps.other <= _SLOT)
    slots = np.bincount(of, np.where(slot, here, 0), count)
    edits = np.bincount(of, np.where(slot, 0, np.maximum(here, gaps.other)), count)
    common = np.add.reduceat(shared, offsets[:-1])
    words = np.log(np.clip(common / QUARTERS, 1.0, LONGEST))

    elsewhere = _elsewhere(table, repeats, a, tokens, row)
    documents = repeats.documents[a]
    weights = {document: table.texts[document].weights.sum(dtype=np.int64) for document in set(documents.tolist())}
    size = np.array([weights[document] for document in documents.tolist()])
    same = documents == repeats.documents[b]
    low = np.where(repeats.first[a] < repeats.first[b], a, b)
    high = a + b - low
    between = np.where(same, table.weight_of(repeats.stop[low], repeats.first[high]), 0)
    beside = same & (between <= _SIDE_BY_SIDE)
    return np.column_stack(
        (
            words,
            np.log1p(np.add.reduceat(np.where(elsewhere == 0, shared, 0.0), offsets[:-1]) / QUARTERS),
            np.log1p(edits / QUARTERS),
            slots / np.maximum(common + slots + edits, 1.0),
            np.where(beside, np.maximum(words - np.log(SHORTEST), 0.0), 0.0),
            _sentences(table, repeats, readings, a) & _sentences(table, repeats, readings, b),
            _listed(table, repeats, a).astype(np.float64) + _listed(table, repeats, b),
            np.log1p(np.clip(size / QUARTERS, SHORTEST_FILE, LONGEST_FILE)),
            (pages.levels[stop] - pages.levels[first]) / table.weight_of(first, stop),
            _one_page(repeats, pages),
        )
    )


def _sentences(table: TokenTable, repeats: Repeats, readings: Sequence[Reading], places: Ints) -> NDArray[np.bool_]:
    """Return whether each place begins and ends with a block, or with a sentence."""
    found = table.opens[repeats.first[places]] & table.closes[repeats.stop[places]]
    for number in np.flatnonzero(~found).tolist():
        place = places[number]
        document = int(repeats.documents[place])
        reading, shift = readings[document], int(table.documents[document])
        found[number] = all(
            border or _STOP.search(reading.text, int(reading.tokens.ends[at - 1]), int(reading.tokens.starts[at]))
            for border, at in (
                (table.opens[repeats.first[place]], int(repeats.first[place]) - shift),
                (table.closes[repeats.stop[place]], int(repeats.stop[place]) - shift),
            )
        )
    return found


def _listed(table: TokenTable, repeats: Repeats, places: Ints) -> NDArray[np.bool_]:
    """Return whether each place holds a list item, or part of one."""
    count = bounds((table.kinds == Block.LIST).astype(np.int64))
    low, high = table.block_of(repeats.first[places]), table.block_of(repeats.stop[places] - 1)
    found: NDArray[np.bool_] = count[high + 1] > count[low]
    return found


def _one_page(repeats: Repeats, pages: Pages) -> NDArray[np.bool_]:
    """Return whether the places of each repeat are in different texts, all of one page."""
    row = owner(repeats.offsets)
    twice = (row[1:] == row[:-1]) & (repeats.documents[1:] == repeats.documents[:-1])
    found: NDArray[np.bool_] = pages.numbers(repeats) == 1
    found[row[1:][twice]] = False
    return found


def _gaps(table: TokenTable, repeats: Repeats, classes: Classes) -> Gaps:
    """Return where the two strongest places of each repeat differ: nowhere, if it is an exact paragraph."""
    sizes = np.zeros(len(repeats.near), np.int64)
    found: list[tuple[int, int, int, int]] = []
    runs, weight = repeats.runs.tolist(), table.weight
    leading = repeats.offsets[:-1].tolist()
    for number in np.flatnonzero(repeats.near & (classes.rules != EXACT_PARAGRAPH)).tolist():
        a, b = leading[number], int(classes.second[number])
        one, other = (
            slice(int(repeats.first[a]), int(repeats.stop[a])),
            slice(int(repeats.first[b]), int(repeats.stop[b])),
        )
        matched = [
            (int(repeats.run_first[run]) - other.start, int(repeats.run_stop[run]) - other.start)
            for run in range(runs[b], runs[b + 1])
        ]
        changes = changed_runs(table.hashes[one].tolist(), table.hashes[other].tolist(), matched)
        sizes[number] = len(changes)
        for low, high, start, end in changes:
            there = int(weight[other.start + end] - weight[other.start + start])
            found.append((one.start + low, one.start + high, there, end - start))
    flat = np.array(found, np.int64).reshape(-1, 4)
    return Gaps(bounds(sizes), *flat.T)


def _elsewhere(table: TokenTable, repeats: Repeats, places: Ints, tokens: Ints, row: Ints) -> Floats:
    """Return how often each word stands in its text outside of the places of its repeat.

    Words are counted by the first bits of their hashes, in four times as many counters as the text has words: a
    word that shares a counter seems less rare than it is.
    """
    documents = repeats.documents[places]
    counts = np.zeros(len(tokens), np.int64)
    order = np.argsort(documents, kind="stable")
    token_rows = bounds(np.bincount(row, minlength=len(places)))
    parts = np.split(order, np.flatnonzero(np.diff(documents[order])) + 1) if len(order) else []
    for part in parts:
        hashes = table.texts[int(documents[part[0]])].hashes
        shift = np.uint64(64 - max(10, (4 * len(hashes)).bit_length()))
        bucket = (hashes >> shift).astype(np.int64)
        table_of_counts = np.bincount(bucket)
        index, _ = spread(token_rows[part], token_rows[part + 1] - token_rows[part])
        counts[index] = table_of_counts[(table.hashes[tokens[index]] >> shift).astype(np.int64)]
    # how often a word stands in the place itself, for each of the places in this text
    rank = np.lexsort((table.hashes[tokens], row))
    ordered, of = table.hashes[tokens[rank]], row[rank]
    fresh = np.append(True, (ordered[1:] != ordered[:-1]) | (of[1:] != of[:-1]))
    group = np.cumsum(fresh) - 1
    inner = np.empty(len(tokens), np.int64)
    inner[rank] = np.bincount(group)[group]
    here = repeats.documents == np.repeat(documents, np.diff(repeats.offsets))
    copies = sums(here.astype(np.int64), repeats.offsets)
    outside: Floats = np.maximum(0, counts - inner * copies[row]).astype(np.float64)
    return outside
