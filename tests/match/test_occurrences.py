"""Where runs of tokens stand in other texts, against a search of every place."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.match.occurrences import Tokens, occurrences

TOKENS = st.lists(st.integers(0, 2), min_size=1, max_size=40)


@st.composite
def texts(draw):
    """Tokens of a few kinds, with borders that no run crosses."""
    tokens = draw(TOKENS)
    borders = sorted({0, len(tokens), *draw(st.sets(st.integers(0, len(tokens)), max_size=3))})
    return Tokens(np.array(tokens, np.uint64), np.array(borders, np.int64))


def region(tokens, at):
    later = [border for border in tokens.regions.tolist() if border > at]
    return max(border for border in tokens.regions.tolist() if border <= at), later[0]


def everywhere(searched, source, first, stop, size, reach):
    """Every place, by trying each."""
    found = []
    low, high = region(source, first)
    for at in range(len(searched.hashes)):
        from_, to = region(searched, at)
        if at + stop - first > to or (searched.hashes[at : at + stop - first] != source.hashes[first:stop]).any():
            continue
        before = after = 0
        while before < reach and at - before > from_ and first - before > low:
            if searched.hashes[at - before - 1] != source.hashes[first - before - 1]:
                break
            before += 1
        while after < reach and at + stop - first + after < to and stop + after < high:
            if searched.hashes[at + stop - first + after] != source.hashes[stop + after]:
                break
            after += 1
        if before + stop - first + after >= size:
            found.append((at, before, after))
    return found


@given(texts(), texts(), st.data())
def test_every_place_is_found_with_what_is_equal_around_it(engine, searched, source, data):
    runs = []
    for _ in range(data.draw(st.integers(0, 3))):
        first = data.draw(st.integers(0, len(source.hashes) - 1))
        runs.append((first, data.draw(st.integers(first + 1, region(source, first)[1]))))
    size = data.draw(st.integers(1, 6))
    reach = size + data.draw(st.integers(0, 5))
    first, stop = np.array(runs, np.int64).reshape(-1, 2).T
    found = occurrences(searched, source, first, stop, size, reach)
    rows = zip(*(column.tolist() for column in found), strict=True)
    wanted = [
        (row, *place)
        for row, (start, end) in enumerate(runs)
        for place in everywhere(searched, source, start, end, size, reach)
    ]
    assert list(rows) == wanted
