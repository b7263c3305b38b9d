"""Where near repeats end, from the outside and against an oracle."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dedup
from dedup.match.chains import Alignments
from dedup.match.ends import parted, trimmed
from dedup.match.stream import Stream
from dedup.text.reading import read
from tests.match.test_promise import pages

Run = tuple[int, int, int]

TOTAL = 140
"""Tokens of the document in which alignments are made up."""

WHOLE = "The harbour office is closed on {} and on every public holiday in spring"


def texts(text: str, markup: str = "markdown") -> list[tuple[str, list[str]]]:
    found = dedup.find_repeats(text, markup=markup, blocks=["prose", "list"])
    return [(repeat.kind, [place.text for place in repeat.places]) for repeat in found]


@pytest.mark.usefixtures("engine")
def test_a_phrase_three_times_has_no_end_that_costs_more_than_it_matches() -> None:
    phrase = "road to a barn behind the old water mill"
    lines = [
        f"The {phrase}.",
        f"We found the cart with apples in the {phrase} last week.",
        f"Some men lost the rope in the {phrase} too.",
    ]
    assert texts("\n\n".join(lines)) == [
        ("exact", [f"The {phrase}", f"the {phrase}", f"the {phrase}"]),
        ("exact", [f"in the {phrase}"] * 2),
    ]


@pytest.mark.usefixtures("engine")
def test_one_word_of_the_next_paragraph_is_no_part_of_a_repeat() -> None:
    shared = "keep the keys of all the boats in the harbour office"
    first = f"He asked them to {shared}.\n\nBecause the winter is long, nobody did."
    second = f"They will not {shared.replace('all the', 'the')} of the town."
    ((kind, places),) = texts(f"{first}\n\n{second}")
    assert kind == "near"
    assert places == [shared, shared.replace("all the", "the")]


@pytest.mark.usefixtures("engine")
def test_a_repeat_does_not_go_on_into_the_text_of_a_picture() -> None:
    first = "A boat is always in exactly one of the following places, told here"
    text = (
        f"{first}:\n\n.. image:: map.svg\n   :alt: From the first place the boat sails out.\n\nThe list tells more.\n\n"
        f"{first.replace('A boat', 'A small boat').replace('here', 'below')}.  The same place is told again.\n"
    )
    ((kind, places),) = texts(text, "rst")
    assert kind == "near"
    assert [place.split()[-1] for place in places] == ["told", "told"]


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("words", [1, 2, 3])
def test_a_paragraph_changed_near_its_end_or_beginning_stays_whole(words: int) -> None:
    tail = " ".join(["oak", "elm", "ash"][:words])
    for pattern in (f"{WHOLE.format('Monday')} {{}} {tail}", f"{tail} {{}} {WHOLE.format('Monday')}"):
        one, other = pattern.format("first"), pattern.format("second")
        ((kind, places),) = texts(f"{one}\n\nNothing to see.\n\n{other}")
        assert (kind, places) == ("near", [one, other])


@pytest.mark.usefixtures("engine")
def test_three_words_after_a_change_of_one_stay() -> None:
    one = f"{WHOLE.format('Monday')} as it was agreed"
    (repeat,) = texts(f"Notice: {one}. Bring a coat.\n\nBut {one.replace(' as ', ' like ')}, they say.")
    assert repeat == ("near", [one, one.replace(" as ", " like ")])


@pytest.mark.usefixtures("engine")
def test_a_changed_paragraph_does_not_take_the_first_words_of_the_next() -> None:
    one, other = "Tickets may be bought at noon from the {} desk near here", "Stairs are steep"
    first, second = one.format("old"), one.format("new")
    texts_of = texts(f"{first}\n\n{other}.\n\nOne line between.\n\n{second}\n\n{other} and wet.", "plain")
    assert texts_of == [("near", [first, second])]


HEADER = "This page belongs to the handbook of the harbour office and was printed there"
FOOTER = "Whoever finds an error on a page writes to the clerk at the northern gate"


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("size", [2, 5, 12, 40])
@pytest.mark.parametrize("markup", ["plain", "markdown", "html", "rst"])
def test_pages_with_one_header_and_footer_are_no_repeat_of_their_bodies(size: int, markup: str) -> None:
    pages = []
    for name in "xy":
        body = " ".join(f"{name}{number}" for number in range(size))
        blocks = [HEADER.replace("printed", f"printed{name}"), body, FOOTER.replace("clerk", f"clerk{name}")]
        pages.append("\n\n".join(f"<p>{block}</p>" if markup == "html" else block for block in blocks))
    for given_texts in (pages, ["\n\n".join(pages)], [pages[0], "\n\n".join([HEADER, FOOTER])]):
        found = dedup.find_repeats(given_texts, markup=markup)
        assert [repeat.kind for repeat in found] == ["near", "near"]
        assert [[place.text[:4] for place in repeat.places] for repeat in found] == [["This"] * 2, ["Whoe"] * 2]


def test_a_heading_or_a_cell_of_one_word_may_differ_within_a_repeat() -> None:
    one = f"{HEADER}\n\n# Monday\n\n{FOOTER}"
    other = one.replace("Monday", "Friday")
    (repeat,) = dedup.find_repeats(f"{one}\n\nNothing to see.\n\n{other}", markup="markdown")
    assert [place.text for place in repeat.places] == [one, other]


@settings(max_examples=60)
@given(pages(), st.integers(4, 10))
def test_no_place_of_a_near_repeat_covers_a_block_without_a_match(documents: list[str], min_words: int) -> None:
    blocks = []
    for number, text in enumerate(documents):
        reading = read(text, "markdown")
        words = reading.tokens.starts.tolist()
        starts = [*reading.marks.starts.tolist(), len(text)]
        for begin, end in pairwise(starts):
            inside = [word for word in words if begin <= word < end]
            if len(inside) >= 8:  # two words in any script
                blocks.append((number, inside))
    for repeat in dedup.find_repeats(documents, markup="markdown", min_words=min_words):
        for place in repeat.places[1:]:
            for number, inside in blocks:
                if number == place.document and place.start <= inside[0] and inside[-1] < place.end:
                    assert any(a <= word < b for word in inside for a, b in place.matched)


def trim(runs: list[Run], borders: set[int], weight: int, least: int) -> list[Run]:
    """What the contract says of one alignment, run by run."""

    def number(at: int) -> int:
        return sum(border <= at for border in borders)

    def whole(edge: tuple[int, int]) -> bool:
        return edge[0] in borders and edge[1] in borders

    def shorter(runs: list[Run], way: int) -> list[Run]:
        a, b, size = run = runs[-1] if way > 0 else runs[0]
        others = runs[:-1] if way > 0 else runs[1:]
        won = size * weight
        edge = (a + size, b + size) if way > 0 else (a, b)
        if others:
            left, right = (others[-1], run) if way > 0 else (run, others[0])
            over = any(number(left[side] + left[2] - 1) != number(right[side]) for side in (0, 1))
            if over and won < 16 and not whole(edge):
                return others
        if won < least and not whole(edge):
            lengths = []
            for side in (a, b):
                inside = [k for k in range(1, size) if side + k in borders]
                lengths += [min(size - k if way > 0 else k for k in inside)] if inside else []
            if cut := max((length for length in lengths if length * weight < 16), default=0):
                run = (a, b, size - cut) if way > 0 else (a + cut, b + cut, size - cut)
                return [*others, run] if way > 0 else [run, *others]
        return runs

    for way in (-1, 1):
        while (less := shorter(runs, way)) != runs:
            runs = less
    return runs


@st.composite
def alignments(draw: st.DrawFn) -> list[list[Run]]:
    rows = []
    for _ in range(draw(st.integers(0, 5))):
        a, b, row = draw(st.integers(0, 9)), draw(st.integers(60, 70)), []
        for _ in range(draw(st.integers(1, 5))):
            size = draw(st.integers(1, 9))
            row.append((a, b, size))
            step = draw(st.tuples(st.integers(0, 4), st.integers(0, 4)).filter(any))
            a, b = a + size + step[0], b + size + step[1]
        rows.append(row)
    return rows


def arrays(rows: list[list[Run]], inner: set[int], weight: int) -> tuple[Stream, Alignments]:
    """Return one document, with blocks at these tokens of one weight, and alignments of it."""
    stream = Stream(
        np.arange(TOTAL, dtype=np.uint64),
        np.arange(TOTAL + 1, dtype=np.int64) * weight,
        np.array([0, TOTAL]),
        np.array([0, TOTAL]),
        np.array(sorted(inner), dtype=np.int64),
    )
    a, b, size = np.array([run for row in rows for run in row], dtype=np.int32).reshape(-1, 3).T
    return stream, Alignments(a, b, size, np.cumsum([0, *map(len, rows)]))


def runs_of(found: Alignments) -> list[list[Run]]:
    runs = list(zip(found.a.tolist(), found.b.tolist(), found.size.tolist(), strict=True))
    return [runs[first:stop] for first, stop in pairwise(found.offsets.tolist())]


@given(
    alignments(), st.sets(st.integers(1, 139), max_size=30), st.sampled_from([4, 2, 1]), st.sampled_from([16, 32, 60])
)
def test_ends_are_trimmed_as_the_contract_says(rows: list[list[Run]], inner: set[int], weight: int, least: int) -> None:
    parts, touched = trimmed(*arrays(rows, inner, weight), least)
    assert {part.dtype for part in parts[:3]} == {np.dtype(np.int32)}
    result = runs_of(parts)
    assert result == [trim(row, {0, TOTAL, *inner}, weight, least) for row in rows]
    assert touched.tolist() == [part != row for part, row in zip(result, rows, strict=True)]


@given(alignments(), st.sets(st.integers(1, 139), max_size=30), st.sampled_from([4, 2, 1]))
def test_runs_part_where_blocks_of_two_words_lie_between_them(
    rows: list[list[Run]], inner: set[int], weight: int
) -> None:
    def unmatched(before: int, after: int) -> int:
        borders = [border for border in {0, TOTAL, *inner} if before <= border <= after]
        return (max(borders) - min(borders)) * weight if borders else 0

    expected = []
    for row in rows:
        parts = [[row[0]]]
        for one, two in pairwise(row):
            apart = any(unmatched(one[side] + one[2], two[side]) >= 8 for side in (0, 1))
            parts = [*parts, [two]] if apart else [*parts[:-1], [*parts[-1], two]]
        expected += parts
    found = parted(*arrays(rows, inner, weight))
    assert runs_of(found) == expected
