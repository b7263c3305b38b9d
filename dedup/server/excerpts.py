"""What of many texts can have a passage in common with one text: the rest of them is not searched.

An excerpt holds all seeds of the text, wherever they are, and what lies around those that are close enough together for
a passage. What is repeated in the text is found in it as it would be found in all texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.archive.seeds import seeds
from dedup.kernels.rows import bounds, distinct, heads, owner, spread, sums
from dedup.lint.diagnose.sections import GAP as BETWEEN
from dedup.lint.diagnose.table import TokenTable
from dedup.match.chains import GAP, SEED
from dedup.match.stream import Origin, Stream, join
from dedup.text.reading import Reading
from dedup.text.tokens import Tokens

AROUND: Final = GAP + BETWEEN // 2 + SEED
"""Weight around seeds that an excerpt holds. A passage goes on beyond its last seed by `GAP` at most, and two passages
that belong to one section have `BETWEEN` between them at most. No rule looks at more of a block than a few words beyond
a passage."""

_LOW: Final = np.uint64(32)
_TOKEN: Final = np.uint64(0xFFFFFFFF)

Ints = NDArray[np.int64]
Hashes = NDArray[np.uint32]
Postings = NDArray[np.uint64]


class Corpus(NamedTuple):
    """Texts, end to end, and where each of their seeds is."""

    table: TokenTable
    blocks: Ints
    """int64 (b,): the first token of each block, read or not."""
    lightest: NDArray[np.uint8]
    """uint8 (d,): the least weight of a token of each text; that of a word, if it has none."""
    postings: Postings
    """uint64 (s,), ascending: ``hash of the seed << 32 | its first token``."""

    @classmethod
    def of(cls, readings: Sequence[Reading]) -> Corpus:
        """Return the texts, one or more. n log n in their tokens."""
        stream = join(readings)
        spans, hashes = seeds(stream)
        postings = (hashes.astype(np.uint64) << _LOW) | spans.starts.astype(np.uint64)
        postings.sort()
        table = TokenTable.of(readings)._replace(hashes=stream.hashes, weight=stream.weight, regions=stream.regions)
        lightest = [reading.tokens.weights.min(initial=4) for reading in readings]
        return cls(table, stream.blocks, np.array(lightest, np.uint8), postings)

    def find(self, wanted: Hashes) -> Postings:
        """Return the postings of some seeds, which are distinct. Linear in them."""
        keys = wanted.astype(np.uint64) << _LOW
        begin = np.searchsorted(self.postings, keys).astype(np.int64)
        end = np.searchsorted(self.postings, keys | _TOKEN, side="right").astype(np.int64)
        return self.postings[spread(begin, end - begin)[0]]

    def document_of(self, tokens: Ints) -> Ints:
        """Return the number of the text of each token."""
        found: Ints = np.searchsorted(self.table.documents, tokens, side="right") - 1
        return found


def tokens_of(postings: Postings) -> Ints:
    """Return the first token of the seed of each posting."""
    return (postings & _TOKEN).astype(np.int64)


class Stretches(NamedTuple):
    """Parts of the texts of a corpus: k of them, ascending and apart."""

    corpus: Corpus
    documents: Ints
    """int64 (k,): the number of the text of each."""
    first: Ints
    """int64 (k,)"""
    stop: Ints
    """int64 (k,): one past the last token of each."""

    def take(self, rows: Ints) -> Stretches:
        """Return some of them."""
        return Stretches(self.corpus, self.documents[rows], self.first[rows], self.stop[rows])


def stretches(corpus: Corpus, tokens: Ints, documents: Ints, min_weight: int, around: int) -> Stretches:
    """Return what an excerpt holds of a corpus. Linear in the seeds.

    Parameters
    ----------
    corpus
        Texts.
    tokens, documents
        int64 (n,), ascending: where the seeds of a text begin in them, and the number of the text of each.
    min_weight
        The least weight of a passage, in quarter words.
    around
        Weight that is added on both sides where seeds are close enough together.
    """
    weight, edges = corpus.table.weight, corpus.table.documents
    # a seed ends where it has its weight, or would lose it with its first token
    stop = np.searchsorted(weight, weight[tokens] + SEED)
    stop = np.maximum(stop, np.searchsorted(weight, weight[tokens + 1] + SEED) - 1)
    stop = np.minimum(stop, edges[documents + 1])
    fresh = np.ones(len(tokens), np.bool_)
    fresh[1:] = (documents[1:] != documents[:-1]) | (weight[tokens[1:]] - weight[stop[:-1]] > GAP)
    begin = tokens.copy()
    begin[1:] = np.where(fresh[1:], tokens[1:], np.maximum(tokens[1:], stop[:-1]))
    groups = heads(np.cumsum(fresh))
    enough = sums(weight[stop] - weight[begin], groups) >= min_weight
    alone = ~enough[owner(groups)]
    head, last = groups[:-1][enough], groups[1:][enough] - 1
    low = np.maximum(np.searchsorted(weight, weight[tokens[head]] - around), edges[documents[head]])
    high = np.minimum(np.searchsorted(weight, weight[stop[last]] + around), edges[documents[head] + 1])
    of = np.append(documents[head], documents[alone])
    first, stop = np.append(low, tokens[alone]), np.append(high, stop[alone])
    order = np.argsort(first, kind="stable")
    of, first, stop = of[order], first[order], stop[order]
    reach = np.maximum.accumulate(stop)
    apart = np.ones(len(first), np.bool_)
    apart[1:] = (first[1:] > reach[:-1]) | (of[1:] != of[:-1])
    at = np.flatnonzero(apart)
    return Stretches(corpus, of[at], first[at], reach[np.append(at[1:], len(first))[: len(at)] - 1])


class Excerpt(NamedTuple):
    """Parts of several texts, end to end."""

    stream: Stream
    table: TokenTable

    def readings(self, whole: Sequence[Reading]) -> list[Reading]:
        """Return the texts with no more tokens than the excerpt has; `whole`: with all of them."""
        table, found = self.table, []
        weights = np.diff(table.weight).astype(np.uint8)
        edges = table.documents.tolist()
        for reading, first, stop in zip(whole, edges[:-1], edges[1:], strict=True):
            rows = slice(first, stop)
            tokens = Tokens(table.hashes[rows], table.starts[rows], table.ends[rows], weights[rows])
            found.append(Reading(reading.text, reading.marks, tokens, reading.kinds))
        return found


def excerpt(
    parts: Sequence[Stretches], files: Sequence[Ints], chosen: Ints, start: Ints, lightest: int, texts: Sequence[Tokens]
) -> Excerpt:
    """Return stretches of several corpora, in the order of their files. n log n in the stretches, linear in the tokens.

    Parameters
    ----------
    parts, files
        For each corpus, its stretches, and int64 (k,): the number of the file of each.
    chosen
        int64 (d,): the numbers of all files of the excerpt, in order.
    start
        int64 (f + 1,): where each of all files begins in all tokens; and the number of these.
    lightest
        The least weight of all tokens.
    texts
        All tokens of each chosen file.
    """
    rank = np.zeros(len(start), np.int64)
    rank[chosen] = np.arange(len(chosen))
    place = rank[np.concatenate(files)]
    order = np.argsort(place, kind="stable")
    of = np.repeat(np.arange(len(parts)), [len(part.first) for part in parts])[order]
    row = np.concatenate([np.arange(len(part.first)) for part in parts])[order]
    turns = [parts[of[low]].take(row[low:high]) for low, high in pairwise(heads(of).tolist())]  # one corpus each
    edges = bounds(np.concatenate([turn.stop - turn.first for turn in turns]))
    documents = edges[bounds(np.bincount(place, minlength=len(chosen)))]

    pieces = []
    at = []
    begin = 0
    for turn in turns:
        end = begin + len(turn.first)
        pieces.append(_piece(turn, edges[begin:end] - turn.first))
        moved = start[chosen[place[order[begin:end]]]] - turn.corpus.table.documents[turn.documents]
        at.append(spread(turn.first + moved, turn.stop - turn.first)[0])
        begin = end
    columns = [np.concatenate(column) for column in zip(*pieces, strict=True)]
    hashes, weights, starts, ends, opens, closes, regions, blocks, opening, closing, kinds, landmarks = columns
    weight, regions = bounds(weights), distinct(np.append(regions, edges))
    origin = Origin(int(start[-1]), lightest, np.concatenate(at))
    opens, closes = np.append(opens, False), np.append(False, closes)
    blocks_of = (opening, closing, kinds, landmarks)
    table = TokenTable(documents, regions, hashes, weight, *blocks_of, opens, closes, starts, ends, texts)
    return Excerpt(Stream(hashes, weight, regions, documents, blocks, origin), table)


def _piece(part: Stretches, shift: Ints) -> tuple[NDArray[Any], ...]:
    """Return columns of what is in stretches, the tokens of which move by `shift`.

    Of the tokens: hashes, weights, starts, ends, whether a block begins and whether one ends with each. Then where
    regions begin, where all blocks do, and of those that are read where they begin and end, their kinds and landmarks.
    """
    table, blocks = part.corpus.table, part.corpus.blocks
    index, _ = spread(part.first, part.stop - part.first)
    borders = []
    for begins in (table.regions, blocks):
        low = np.searchsorted(begins, part.first)
        inside, offsets = spread(low, np.searchsorted(begins, part.stop) - low)
        borders.append(begins[inside] + shift[owner(offsets)])
    low = np.searchsorted(table.closing, part.first, side="right")
    block, offsets = spread(low, np.searchsorted(table.opening, part.stop) - low)
    row = owner(offsets)
    return (
        table.hashes[index],
        table.weight[index + 1] - table.weight[index],
        table.starts[index],
        table.ends[index],
        table.opens[index],
        table.closes[index + 1],
        *borders,
        np.maximum(table.opening[block], part.first[row]) + shift[row],
        np.minimum(table.closing[block], part.stop[row]) + shift[row],
        table.kinds[block],
        table.landmarks[block],
    )
