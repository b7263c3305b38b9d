"""The words of a place as a hash, which survives moving, re-wrapping and re-linking."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from xxhash import xxh3_128_hexdigest

from dedup.kernels.rows import bounds, owner
from dedup.lint.diagnose.table import TokenTable, covered
from dedup.match.postings import runs_of_equal_keys
from dedup.text.reading import Reading
from dedup.text.tokens import Tokens, folded, tokenize

Ints = NDArray[np.int64]

NO_CONTENT = xxh3_128_hexdigest(b"")
"""The content of a place without tokens."""


def contents(readings: Sequence[Reading], table: TokenTable, first: Ints, stop: Ints) -> list[str]:
    """Return the content of every run of tokens: xxh3_128, as hex, of its folded tokens, joined by one space, as UTF-8.

    Parameters
    ----------
    readings, table
        The texts, and all their tokens.
    first, stop
        int64 (k,): the runs, in tokens of the table.

    Returns
    -------
    list of str
        Cost: linear in the tokens of the texts; each distinct token of the runs is folded once.
    """
    # Many runs hold the same tokens: copies of a place of a near repeat.
    spans = list(zip(first.tolist(), stop.tolist(), strict=True))
    keys = [table.hashes[low:high].tobytes() for low, high in spans]
    rows = list({key: number for number, key in enumerate(keys)}.values())
    inside = covered(len(table.hashes), first[rows], stop[rows])
    tokens = np.flatnonzero(inside)
    rank = bounds(inside)
    equal = runs_of_equal_keys(table.hashes[tokens])
    numbers = np.full(len(tokens), -1)
    numbers[equal.values] = owner(equal.offsets)
    single = np.flatnonzero(numbers < 0)
    numbers[single] = len(equal.offsets) - 1 + np.arange(len(single))
    words = _fold(readings, table, tokens[np.append(equal.values[equal.offsets[:-1]], single)])
    hashes = {}
    for row in rows:
        low, high = spans[row]
        of_row = numbers[rank[low] : rank[high]].tolist()
        hashes[keys[row]] = xxh3_128_hexdigest(" ".join([words[number] for number in of_row]).encode())
    return [hashes[key] for key in keys]


def _fold(readings: Sequence[Reading], table: TokenTable, chosen: Ints) -> list[str]:
    """Return some tokens of the table, folded, in order. No two are equal."""
    # All of them in one text, because folding a few tokens costs nearly as much as folding a few thousand. A token
    # with markup inside (an entity, emphasis) may be another word there: then its hash is not found, and it is folded
    # in its own text.
    documents = np.searchsorted(table.documents, chosen, side="right") - 1
    places = list(zip(documents.tolist(), (chosen - table.documents[documents]).tolist(), strict=True))
    written = []
    for index, token in places:
        reading = readings[index]
        written.append(reading.text[reading.tokens.starts[token] : reading.tokens.ends[token]])
    joined = "\n".join(written)
    tokens = tokenize(joined)
    by_hash = dict(zip(tokens.hashes.tolist(), folded(joined, tokens), strict=True))
    strings = []
    for wanted, (index, token) in zip(table.hashes[chosen].tolist(), places, strict=True):
        string = by_hash.get(wanted)
        if string is None:
            reading, at = readings[index], slice(token, token + 1)
            part = reading.tokens
            only = Tokens(part.hashes[at], part.starts[at], part.ends[at], part.weights[at])
            [string] = folded(reading.text, only, reading.marks)
        strings.append(string)
    return strings
