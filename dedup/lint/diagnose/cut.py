"""Where places end: at the borders of blocks, wherever a passage goes on beyond one by too little."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dedup.kernels.rows import owner
from dedup.lint.diagnose.table import TokenTable
from dedup.match.merge import Repeats
from dedup.match.stream import QUARTERS
from dedup.text.reading import Reading

Ints = NDArray[np.int64]

_ADDRESS: Final = re.compile(
    r"[a-z][a-z0-9+.-]*+://[^\s<>\"]+|[\w.+-]++@[\w-]+(?:\.[\w-]+)+|(?:[\w.~-]*+[/\\]){2,}+[\w.~-]*", re.IGNORECASE
)
"""A URL, an e-mail address, or a path of three parts."""
_LONG: Final = 5
"""Nothing of as many times the least length was ever found to be addresses alone, and to look takes long."""
_SIGNS: Final = re.compile(r"[@/\\]")


def cut(table: TokenTable, repeats: Repeats, min_words: int) -> Repeats:
    """Return the repeats, cut at borders of blocks, without those that are no passage of their own.

    Where two places or more hold the same words beyond a border of blocks, too few for a passage of their own, and
    stop inside the block, all places of the repeat are cut at that border: a paragraph that stands twice is reported
    as that, whatever words happen to follow it. What has fewer than `min_words` words then goes.

    Parameters
    ----------
    table
        The tokens of all texts.
    repeats
        Repeats in tokens of the table.
    min_words
        The least length of a passage, in words.

    Returns
    -------
    Repeats
        In the same order. Cost: linear in the places, n log n in those that go on across a border.
    """
    least = min_words * QUARTERS
    for end in (False, True):
        repeats = _cut_at(table, repeats, least, end)
    lightest = np.minimum.reduceat(table.weight_of(repeats.first, repeats.stop), repeats.offsets[:-1])
    return repeats.take(lightest >= least) if len(lightest) else repeats


def _cut_at(table: TokenTable, repeats: Repeats, least: int, end: bool) -> Repeats:
    """Return the repeats, cut at one end: at the beginning of their places or, if `end`, at the end of them."""
    first, stop = repeats.first, repeats.stop
    if not len(first):
        return repeats
    if end:
        border = table.opening[table.block_of(stop - 1)]
        extra = np.where((border > first) & ~table.closes[stop], stop - border, 0)
        weight = table.weight_of(stop - extra, stop)
        shared = stop - repeats.run_first[repeats.runs[1:] - 1]
    else:
        border = table.closing[table.block_of(first)]
        extra = np.where((border < stop) & ~table.opens[first], border - first, 0)
        weight = table.weight_of(first, first + extra)
        shared = repeats.run_stop[repeats.runs[:-1]] - first
    row = owner(repeats.offsets)
    extra[(weight >= least) | (extra >= shared)] = 0
    # the least that two places of a repeat agree in
    some = np.flatnonzero(extra)
    order = some[np.lexsort((extra[some], row[some]))]
    again = np.flatnonzero((row[order[1:]] == row[order[:-1]]) & (extra[order[1:]] == extra[order[:-1]]))
    amount = np.zeros(len(repeats.near), np.int64)
    chosen = order[again][::-1]  # of several the first is assigned last
    amount[row[chosen]] = extra[chosen]
    # cutting must leave every place a part of the run that it ends with
    room = np.minimum.reduceat(shared, repeats.offsets[:-1])
    amount[amount >= room] = 0
    if not amount.any():
        return repeats
    shift = amount[row]
    # What goes is shared by all places: as much less is matched, of as many columns less.
    gone = table.weight_of(stop - shift, stop) if end else table.weight_of(first, first + shift)
    matched = np.add.reduceat(table.weight_of(repeats.run_first, repeats.run_stop), repeats.runs[:-1])
    repeats = repeats._replace(shares=(matched - gone) / (matched / repeats.shares - gone))
    if end:
        stop = stop - shift
        bound = np.repeat(stop, np.diff(repeats.runs))
        return repeats._replace(stop=stop, run_stop=np.minimum(repeats.run_stop, bound))
    first = first + shift
    bound = np.repeat(first, np.diff(repeats.runs))
    return repeats._replace(first=first, run_first=np.maximum(repeats.run_first, bound))


def addresses(
    table: TokenTable, repeats: Repeats, readings: Sequence[Reading], rows: NDArray[np.int64], min_words: int
) -> NDArray[np.bool_]:
    """Return which of some repeats have too few words if every URL, e-mail address and path counts as one: to a
    reader, two links into one site are no passage. What is `_LONG` times as long is not looked at. Linear in the rest
    of the rows' first places."""
    found = np.zeros(len(rows), np.bool_)
    for at, row in enumerate(rows.tolist()):
        place = int(repeats.offsets[row])
        weight = int(table.weight[repeats.stop[place]] - table.weight[repeats.first[place]])
        if weight < _LONG * min_words * QUARTERS:
            found[at] = weight - _more_in_addresses(table, repeats, place, readings) < min_words * QUARTERS
    return found


def _more_in_addresses(table: TokenTable, repeats: Repeats, place: int, readings: Sequence[Reading]) -> int:
    """Return how much a place weighs beyond what it does if every address in it counts as a word."""
    document = int(repeats.documents[place])
    shift = int(table.documents[document])
    first, stop = int(repeats.first[place]) - shift, int(repeats.stop[place]) - shift
    text, tokens = readings[document].text, readings[document].tokens
    start, end = int(tokens.starts[first]), int(tokens.ends[stop - 1])
    if not _SIGNS.search(text, start, end):
        return 0
    more = 0
    for address in _ADDRESS.finditer(text, start, end):
        inside = first + np.searchsorted(tokens.starts[first:stop], address.span())
        more += int(tokens.weights[inside[0] + 1 : inside[1]].sum(dtype=np.int64))
    return more
