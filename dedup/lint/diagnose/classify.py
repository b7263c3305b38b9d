"""Which rule a repeat is of: by its two strongest places, which evidence is then taken of too."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.kernels.rows import bounds, owner, spread
from dedup.lint.diagnose.table import TokenTable
from dedup.match.merge import Repeats
from dedup.match.postings import Runs
from dedup.match.stream import QUARTERS, Stream, Windows, equal_windows, keys
from dedup.text.marks import Block

Ints = NDArray[np.int64]

EXACT_PARAGRAPH: Final = 1
NEAR_PARAGRAPH: Final = 2
PASSAGE: Final = 3

_SLACK: Final = 3 * QUARTERS
"""The most of a block that a changed copy of it may lack at an end, and be a copy of the block nevertheless: a near
repeat ends with the last word that both have."""
_SLACK_SHARE: Final = 5  # and no more than a fifth of it


class Classes(NamedTuple):
    """What each repeat is."""

    rules: Ints
    """int64 (r,): 1, 2 or 3, of DUP001, DUP002 and DUP003."""
    strongest: Ints
    """int64 (r,): the earlier of the two strongest places, as its number."""
    second: Ints
    """int64 (r,): the other of them."""

    def with_more(self, other: Classes, places: int) -> Classes:
        """Return these classes and those of repeats behind them, which follow `places` places."""
        return Classes(
            np.append(self.rules, other.rules),
            np.append(self.strongest, other.strongest + places),
            np.append(self.second, other.second + places),
        )


def classify(table: TokenTable, repeats: Repeats, min_words: int) -> Classes:
    """Return the rule of every repeat, and its two strongest places.

    These are the first two that hold one whole block or more, of `min_words` words together, word for word: then the
    repeat is an exact paragraph. Places of a near repeat must be whole blocks from end to end for that. If there are
    none, two places that are whole blocks for the most part make it a near paragraph: the first place and the one that
    is most like it. Everything else is a repeated passage.

    Cost: n log n in the places.
    """
    count = len(repeats.near)
    first, stop = repeats.first, repeats.stop
    row = owner(repeats.offsets)
    starts = repeats.offsets[:-1]
    if not count:
        none = np.zeros(0, np.int64)
        return Classes(none, none, none)
    # which words of a place are whole blocks
    head = np.where(table.opens[first], first, table.closing[table.block_of(first)])
    tail = np.where(table.closes[stop], stop, table.opening[table.block_of(stop - 1)])
    core = np.where(head < tail, table.weight[np.maximum(head, tail)] - table.weight[head], 0)
    complete = (head == first) & (tail == stop)
    whole = complete | ((core >= min_words * QUARTERS) & ~repeats.near[row])
    rules = np.full(count, PASSAGE)
    strongest, second = starts.copy(), np.minimum(starts + 1, repeats.offsets[1:] - 1)

    # the nearest to the first place, which all are compared with; of an exact repeat, the next
    near = np.flatnonzero(repeats.near)
    others, offsets = spread(starts[near] + 1, np.diff(repeats.offsets)[near] - 1)
    if len(near):
        order = np.lexsort((others, -repeats.shares[others], owner(offsets)))
        second[near] = others[order[offsets[:-1]]]
    nearly = _nearly_whole(table, first, stop)
    nearly |= (core >= min_words * QUARTERS) & (2 * core >= table.weight_of(first, stop))
    both = nearly[strongest] & nearly[second] & repeats.near
    rules[both] = NEAR_PARAGRAPH

    # equal words of whole blocks
    some = np.flatnonzero(whole)
    stream = Stream(table.hashes, table.weight, table.documents, table.documents)
    content = keys(stream, Windows(head[some].astype(np.int32), tail[some].astype(np.int32), whole[:0]))
    order = np.lexsort((some, content, row[some]))
    at, key = some[order], content[order]
    equal = np.flatnonzero((row[at[1:]] == row[at[:-1]]) & (key[1:] == key[:-1]))[::-1]
    a, b = at[equal], at[equal + 1]
    rules[row[a]] = EXACT_PARAGRAPH
    strongest[row[a]], second[row[a]] = a, b
    return Classes(rules, strongest, second)


def _nearly_whole(table: TokenTable, first: Ints, stop: Ints) -> NDArray[np.bool_]:
    """Return which runs of tokens are whole blocks, but for a few words at their ends."""
    block, last = table.block_of(first), table.block_of(stop - 1)
    before = table.weight[first] - table.weight[table.opening[block]]
    after = table.weight[table.closing[last]] - table.weight[stop]
    size = table.weight[table.closing] - table.weight[table.opening]
    good: NDArray[np.bool_] = (before <= np.minimum(_SLACK, size[block] // _SLACK_SHARE)) & (
        after <= np.minimum(_SLACK, size[last] // _SLACK_SHARE)
    )
    return good


def missing_paragraphs(
    table: TokenTable, repeats: Repeats, rules: Ints, focus: int, min_words: int, within: bool
) -> Repeats:
    """Return an exact repeat for each paragraph that stands whole in several places and is in no repeat with all.

    What stands in one finding of DUP001 with all its copies is not missing. A paragraph is a block of prose, of a list
    or of a quotation, of `min_words` words or more.

    Parameters
    ----------
    table
        The tokens of all texts.
    repeats, rules
        What was found, and the rule of each.
    focus
        How many of the texts, the first ones, findings are about.
    min_words
        The least length of a paragraph, in words.
    within
        Whether each text is compared with itself only.

    Returns
    -------
    Repeats
        New ones only. Cost: n log n in the blocks, and linear in the blocks inside of places.
    """
    weight = table.weight[table.closing] - table.weight[table.opening]
    kind = np.isin(table.kinds, [int(Block.PROSE), int(Block.LIST), int(Block.QUOTE)])
    block = np.flatnonzero((weight >= min_words * QUARTERS) & kind)
    spans = Windows(table.opening[block].astype(np.int32), table.closing[block].astype(np.int32), kind[:0])
    stream = Stream(table.hashes, table.weight, table.documents, table.documents)
    found = equal_windows(stream, spans, int(np.searchsorted(spans.starts, table.documents[focus])))
    if within:
        found = _within(found, np.searchsorted(table.documents, table.opening[block], side="right"))
    member = np.sort(found.values)  # of `block`, ascending; each is in one class
    classes = np.empty(len(member), np.int64)
    classes[np.searchsorted(member, found.values)] = owner(found.offsets)
    opening, closing = table.opening[block[member]], table.closing[block[member]]
    wanted = rules[owner(repeats.offsets)] == EXACT_PARAGRAPH
    low = np.searchsorted(opening, repeats.first[wanted])
    high = np.searchsorted(closing, repeats.stop[wanted], side="right")
    inside, offsets = spread(low, np.maximum(high - low, 0))
    row = np.repeat(owner(repeats.offsets)[wanted], np.diff(offsets))
    # how many members of a class each repeat holds
    key = (row << 32) | classes[inside]
    ordered = np.sort(key)
    heads = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])) if len(ordered) else np.zeros(0, np.int64)
    held = np.diff(np.append(heads, len(ordered)))
    of = ordered[heads] & 0xFFFFFFFF
    sizes = np.diff(found.offsets)
    complete = np.zeros(len(sizes), np.bool_)
    complete[of[held >= sizes[of]]] = True
    complete |= opening[np.searchsorted(member, found.values[found.offsets[:-1]])] >= table.documents[focus]
    left = np.flatnonzero(~complete)
    places, offsets = spread(found.offsets[:-1][left], sizes[left])
    chosen = block[found.values[places]]
    first, stop = table.opening[chosen], table.closing[chosen]
    return Repeats(
        offsets,
        np.zeros(len(left), np.bool_),
        np.ones(len(chosen)),
        np.searchsorted(table.documents, first, side="right") - 1,
        first,
        stop,
        bounds(np.ones(len(chosen), np.int64)),
        first,
        stop,
    )


def _within(runs: Runs, documents: Ints) -> Runs:
    """Return runs of two or more windows of one text each; `documents` tells the text of every window."""
    text = documents[runs.values]
    row = owner(runs.offsets)
    starts = np.flatnonzero(np.append(True, (row[1:] != row[:-1]) | (text[1:] != text[:-1]))[: len(row)])
    sizes = np.diff(np.append(starts, len(row)))
    index, offsets = spread(starts[sizes > 1], sizes[sizes > 1])
    return Runs(runs.values[index], offsets)
