"""What a place says, as a hash that survives moving, re-wrapping and re-linking."""

from collections.abc import Sequence

import numpy as np
from xxhash import xxh3_128_hexdigest

from dedup.lint.diagnose.spans import covered
from dedup.text.reading import Reading
from dedup.text.tokens import Tokens, folded, tokenize

NO_CONTENT = xxh3_128_hexdigest(b"")
"""The content of a place without tokens."""


def contents(readings: Sequence[Reading], runs: Sequence[tuple[int, int, int]]) -> list[str]:
    """For every run (index of its reading, first token, token behind the last): xxh3_128 of its folded tokens, as hex.

    The tokens are joined by one space and hashed as UTF-8. Linear in the tokens of the runs; each distinct token is
    folded once, however often it stands.
    """
    # Many runs hold the same tokens: copies of a place of a near repeat.
    rows = [readings[index].tokens.hashes[first:behind] for index, first, behind in runs]
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
    """For every token hash in the runs one (index of the reading, index of the token) where it stands."""
    by_reading: dict[int, list[tuple[int, int]]] = {}
    for index, first, behind in runs:
        by_reading.setdefault(index, []).append((first, behind))
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
    """The folded tokens at `places`, in order."""
    # All of them in one text, because folding a few tokens costs nearly as much as folding a few thousand. A token
    # that was read through markup (an entity, emphasis inside a word) may read otherwise there; its hash tells, and
    # it is folded where it stands.
    written = []
    for index, token in places.values():
        reading = readings[index]
        written.append(reading.text[reading.tokens.starts[token] : reading.tokens.ends[token]])
    joined = "\n".join(written)
    tokens = tokenize(joined)
    known = dict(zip(tokens.hashes.tolist(), folded(joined, tokens), strict=True))
    strings = []
    for wanted, (index, token) in places.items():
        string = known.get(wanted)
        if string is None:
            reading, one = readings[index], slice(token, token + 1)
            part = reading.tokens
            only = Tokens(part.hashes[one], part.starts[one], part.ends[one], part.weights[one])
            [string] = folded(reading.text, only, reading.marks)
        strings.append(string)
    return strings
