"""How much of each file is repeated, and how much each pair of files has in common."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from dedup.kernels.rows import bounds, distinct, heads, owner, spread
from dedup.lint.diagnose.table import TokenTable, covered
from dedup.lint.findings import FileTotal, PairTotal, Totals
from dedup.lint.texts import Texts
from dedup.match.merge import Repeats
from dedup.match.stream import QUARTERS

Ints = NDArray[np.int64]

MOST_FILES: Final = 16
"""A passage in more files is not counted in pairs of them: it says little about two of them, and the pairs of n files
are n² / 2."""


def totals(texts: Texts, table: TokenTable, repeats: Repeats) -> Totals:
    """Return how much of each text in focus is in places, and how much pairs of texts have in common.

    Parameters
    ----------
    texts
        The texts. A pair has at least one in focus.
    table
        Their tokens.
    repeats
        The repeats that are reported, in tokens of the table.

    Returns
    -------
    Totals
        Texts in their order. Words are counted once, however many places they are in. Cost: n log n in the places,
        linear in the tokens.
    """
    paths = [source.path for source in texts.sources]
    size = np.diff(table.weight[table.documents])
    weight = np.diff(table.weight)
    inside = bounds(np.where(covered(len(weight), repeats.first, repeats.stop), weight, 0))
    repeated = np.diff(inside[table.documents]) // QUARTERS
    by_file = tuple(
        FileTotal(path, *numbers)
        for path, *numbers in zip(paths[: texts.focus], (size // QUARTERS).tolist(), repeated.tolist(), strict=False)
    )
    pairs, common, uncounted = _pairs(table, repeats, texts.focus)
    low, high = np.divmod(pairs, len(paths))
    both = (size[low] + size[high]) // QUARTERS
    by_pair = tuple(
        PairTotal((paths[one], paths[other]), *numbers)
        for one, other, *numbers in zip(
            low.tolist(), high.tolist(), both.tolist(), (common // QUARTERS).tolist(), strict=True
        )
    )
    return Totals(by_file, by_pair, uncounted)


def _pairs(table: TokenTable, repeats: Repeats, focus: int) -> tuple[Ints, Ints, int]:
    """Return pairs of texts (as low · d + high), the weight of the tokens of both in passages that both have, and how
    many repeats are in too many texts to be counted."""
    size = len(table.documents) - 1
    row = owner(repeats.offsets)
    holders = distinct(row * size + repeats.documents)  # which texts each repeat is in
    texts = bounds(np.bincount(holders // size, minlength=len(repeats.near)))
    number = np.diff(texts)
    places = np.flatnonzero((number[row] > 1) & (number[row] <= MOST_FILES))
    # each place, with every other text that its repeat is in
    index, offsets = spread(texts[row[places]], number[row[places]])
    place, other = places[owner(offsets)], holders[index] % size
    here = repeats.documents[place]
    low, high = np.minimum(here, other), np.maximum(here, other)
    kept = (low < high) & (low < focus)
    pair, place = (low * size + high)[kept], place[kept]
    order = np.lexsort((repeats.first[place], pair))
    pair, first, stop = pair[order], repeats.first[place][order], repeats.stop[place][order]
    starts = heads(pair)
    # how far the places of the pair reach that begin before: what lies behind that is counted
    shift = owner(starts) * (len(table.hashes) + 1)
    reach = np.maximum.accumulate(shift + stop)
    before = np.maximum(np.append(0, reach[:-1]) - shift, 0)[: len(first)]
    begin = np.maximum(first, before)
    fresh = table.weight[np.maximum(stop, begin)] - table.weight[begin]
    common = np.diff(bounds(fresh)[starts])
    return pair[starts[:-1]], common, int((number > MOST_FILES).sum())
