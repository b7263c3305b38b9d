"""The words of a place as a hash, which survives moving, re-wrapping and re-linking."""

from collections.abc import Sequence

import numpy as np
from xxhash import xxh3_128_hexdigest

from dedup.lint.diagnose.table import covered
from dedup.text.reading import Reading
from dedup.text.tokens import Tokens, folded, tokenize

NO_CONTENT = xxh3_128_hexdigest(b"")
"""The content of a place without tokens."""


def contents(readings: Sequence[Reading], runs: Sequence[tuple[int, int, int]]) -> list[str]:
    """Return the content of every run of tokens: xxh3_128, as hex, of its folded tokens, joined by one space, as UTF-8.

    Parameters
    ----------
    readings
        The texts.
    runs
        The number of the text, the first token, and one past the last token, of each run.

    Returns
    -------
    list of str
        Cost: linear in the tokens of the runs; each distinct token is folded once.
    """
    # Many runs hold the same tokens: copies of a place of a near repeat.
    rows = [readings[index].tokens.hashes[first:stop] for index, first, stop in runs]
    keys = [row.tobytes() for row in rows]
    distinct = {key: number for number, key in enumerate(keys)}
    places = _representatives(readings, [runs[number] for number in distinct.values()])
    words = dict(zip(places, _fold(readings, places), strict=True))
    hashes = {}
    for key, number in distinct.items():
        joined = " ".join([words[token] for token in rows[number].tolist()])
        hashes[key] = xxh3_128_hexdigest(joined.encode())
    return [hashes[key] for key in keys]


def _representatives(readings: Sequence[Reading], runs: Sequence[tuple[int, int, int]]) -> dict[int, tuple[int, int]]:
    """Return, for every token hash in the runs, the number of a text and of a token in it that has this hash."""
    by_reading: dict[int, list[tuple[int, int]]] = {}
    for index, first, stop in runs:
        by_reading.setdefault(index, []).append((first, stop))
    places: dict[int, tuple[int, int]] = {}
    for index, spans in by_reading.items():
        hashes = readings[index].tokens.hashes
        bounds = np.array(spans, np.int64)
        at = np.flatnonzero(covered(len(hashes), bounds[:, 0], bounds[:, 1]))
        distinct, positions = np.unique(hashes[at], return_index=True)
        for token, position in zip(distinct.tolist(), at[positions].tolist(), strict=True):
            places.setdefault(token, (index, position))
    return places


def _fold(readings: Sequence[Reading], places: dict[int, tuple[int, int]]) -> list[str]:
    """Return the folded tokens at `places`, in order."""
    # All of them in one text, because folding a few tokens costs nearly as much as folding a few thousand. A token
    # with markup inside (an entity, emphasis) may be another word there: then its hash is not found, and it is folded
    # in its own text.
    written = []
    for index, token in places.values():
        reading = readings[index]
        written.append(reading.text[reading.tokens.starts[token] : reading.tokens.ends[token]])
    joined = "\n".join(written)
    tokens = tokenize(joined)
    by_hash = dict(zip(tokens.hashes.tolist(), folded(joined, tokens), strict=True))
    strings = []
    for wanted, (index, token) in places.items():
        string = by_hash.get(wanted)
        if string is None:
            reading, at = readings[index], slice(token, token + 1)
            part = reading.tokens
            only = Tokens(part.hashes[at], part.starts[at], part.ends[at], part.weights[at])
            [string] = folded(reading.text, only, reading.marks)
        strings.append(string)
    return strings
