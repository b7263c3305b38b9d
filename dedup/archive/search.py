"""From a draft to the documents of an archive that it may share passages with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.engine import Connection

from dedup.archive import dates, index
from dedup.archive.candidates import Chosen, Passages, choose, count, passages
from dedup.archive.document import Document
from dedup.archive.moments import microseconds
from dedup.archive.rows import numbered
from dedup.archive.seeds import seeds
from dedup.match.passages import Repeat
from dedup.match.stream import QUARTERS, Stream, join
from dedup.text.reading import Reading, read

Ints = NDArray[np.int64]


class Found(NamedTuple):
    """What a draft is compared with.

    Attributes
    ----------
    documents
        In the order in which they were added.
    readings
        The same, read.
    left
        The passages of documents that are only counted, because too many have them.
    """

    documents: list[Document]
    readings: list[Reading]
    left: Passages


def search(
    connection: Connection, draft: Reading, where: str, *, min_words: int, before: int | None, own: int | None
) -> Found:
    """Return the documents that a draft may share a passage with.

    Parameters
    ----------
    draft
        The draft, read.
    where
        The name of the archive, for errors.
    min_words
        Minimum length of a passage.
    before
        Only documents that were published before this moment, in microseconds since 1970; None: all.
    own
        The number of the document that is an earlier version of the draft, if there is one.
    """
    stream = join([draft])
    chosen = candidates(connection, stream, where, min_weight=min_words * QUARTERS, before=before, own=own)
    documents = numbered(connection, chosen.documents.tolist(), where)
    if before is not None:
        documents = [each for each in documents if _earlier(each, before)]
    return Found(documents, [read(each.text, each.markup) for each in documents], chosen.left)


def candidates(
    connection: Connection, stream: Stream, where: str, *, min_weight: int, before: int | None, own: int | None
) -> Chosen:
    """Return the numbers of the documents to compare with the draft whose tokens are given.

    Costs n log n in the postings of its seeds.
    """
    spans, hashes = seeds(stream)
    found = passages(stream, spans, hashes, index.lookup(connection, hashes, where), min_weight)
    if own is not None:
        found = found.take(found.documents != own)

    def allowed(numbers: Ints) -> tuple[Ints, Ints]:
        published = dates.read(connection, numbers, where)
        there = published != dates.GONE
        if before is not None:
            there &= published < before
        return numbers[there], published[there]

    return choose(found, allowed)


def counted(repeats: Sequence[Repeat], draft: Reading, left: Passages, min_words: int) -> list[Repeat]:
    """Return repeats with the number of further documents that have each, and no place in it.

    The draft is document 0 of them.
    """
    if not len(left.documents):
        return list(repeats)
    weight = join([draft]).weight
    starts, ends = draft.tokens.starts, draft.tokens.ends
    result = []
    for repeat in repeats:
        more = 0
        for place in repeat.places:
            if place.document == 0:
                first = int(np.searchsorted(starts, place.start))
                stop = int(np.searchsorted(ends, place.end, side="right"))
                least = None if repeat.kind == "exact" else min_words * QUARTERS
                more = max(more, count(left, weight, first, stop, least))
        result.append(replace(repeat, omitted=more) if more else repeat)
    return result


def _earlier(document: Document, before: int) -> bool:
    published = microseconds("published", document.published)
    return published is not None and published < before
