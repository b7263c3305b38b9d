"""Tokens under marks: blocks, hidden ranges, borders, entities; and the chunks in which a text is read."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xxhash import xxh64_intdigest

from dedup.kernels.alphabet import CONTINUE, HIDDEN, SEPARATE
from dedup.kernels.reference.text import folds
from dedup.text import fold
from dedup.text.marks import Block, Marks
from dedup.text.overlay import chunks
from dedup.text.tokens import folded, tokenize
from tests.text import oracle
from tests.text.scripts import texts


def block(*spans: tuple[int, int], kinds: list[Block] | None = None) -> Marks:
    """Marks with these blocks and nothing else."""
    table = np.array(spans, np.int64).reshape(-1, 2)
    return Marks(table[:, 0], table[:, 1], np.array(kinds or [Block.PROSE] * len(table), np.uint8))


def ranges(*spans: tuple[int, int]) -> np.ndarray:
    return np.array(spans, np.int64).reshape(-1, 2)


def read(text: str, marks: Marks, kinds: list[Block] | None = None) -> list[tuple[str, str]]:
    """(source, fold) of every token."""
    tokens = tokenize(text, marks, kinds)
    sources = [text[start:end] for start, end in zip(tokens.starts, tokens.ends, strict=True)]
    return list(zip(sources, folded(text, tokens, marks), strict=True))


def test_what_lies_outside_every_block_is_not_read() -> None:
    assert read("one two three", block((4, 7))) == [("two", "two")]


def test_a_block_border_inside_a_word_cuts_it() -> None:
    assert read("one two", block((0, 5))) == [("one", "one"), ("t", "t")]


def test_a_token_never_crosses_from_one_block_into_the_next() -> None:
    text = "onetwothree"
    marks = block((0, 3), (3, 6), (6, 11))
    assert read(text, marks) == [("one", "one"), ("two", "two"), ("three", "three")]
    assert read("a'b", block((0, 1), (1, 3))) == [("a", "a"), ("b", "b")]


def test_only_blocks_of_the_chosen_kinds_are_read() -> None:
    marks = block((0, 3), (4, 7), (8, 13), kinds=[Block.PROSE, Block.CODE, Block.LIST])
    assert read("one two three", marks, [Block.PROSE, Block.LIST]) == [("one", "one"), ("three", "three")]
    assert read("one two three", marks, []) == []


def test_without_marks_the_whole_text_is_prose() -> None:
    assert len(tokenize("one two", None, [Block.PROSE]).hashes) == 2
    assert len(tokenize("one two", None, [Block.CODE]).hashes) == 0


def test_hidden_ranges_neither_separate_nor_count() -> None:
    text = "un*believ*able *x*"
    marks = replace(block((0, len(text))), hidden=ranges((2, 3), (9, 10), (15, 16), (17, 18)))
    assert read(text, marks) == [("un*believ*able", "unbelievable"), ("x", "x")]


def test_an_apostrophe_may_stand_beside_a_hidden_range() -> None:
    text = "*don*'*t*"
    marks = replace(block((0, len(text))), hidden=ranges((0, 1), (4, 5), (6, 7), (8, 9)))
    assert read(text, marks) == [("don*'*t", "dont")]


def test_borders_separate_and_win_over_hidden_ranges() -> None:
    text = "one![x](y)two"
    marks = replace(block((0, len(text))), hidden=ranges((3, 10)), borders=ranges((5, 6)))
    assert read(text, marks) == [("one", "one"), ("two", "two")]


def test_hidden_ranges_may_nest_overlap_and_come_in_any_order() -> None:
    text = "ab[[cd]]ef"
    marks = replace(block((0, len(text))), hidden=ranges((7, 8), (2, 3), (2, 4), (6, 8), (3, 3), (6, 7)))
    assert read(text, marks) == [("ab[[cd]]ef", "abcdef")]


def test_an_entity_is_the_character_it_stands_for_and_ends_the_token_behind_it() -> None:
    text = "caf&eacute; caf&eacute;s R&amp;D don&rsquo;t so&shy;ft so&shy;"
    stands = tuple(
        (start, start + len(entity), char)
        for entity, char in [("&eacute;", "é"), ("&amp;", "&"), ("&rsquo;", "’"), ("&shy;", "\u00ad")]
        for start in range(len(text))
        if text.startswith(entity, start)
    )
    marks = replace(block((0, len(text))), stands=tuple(sorted(stands)))
    assert read(text, marks) == [
        ("caf&eacute;", "cafe"),
        ("caf&eacute;s", "cafes"),
        ("R", "r"),
        ("D", "d"),
        ("don&rsquo;t", "dont"),
        ("so&shy;ft", "soft"),
        ("so", "so"),
    ]


def test_an_entity_may_stand_for_several_characters() -> None:
    marks = replace(block((0, 8)), stands=((1, 7, "b c"),))
    assert read("a&bcde;z", marks) == [("a&", "ab"), ("cde;z", "cz")]


def test_an_entity_cannot_stand_for_more_characters_than_it_has() -> None:
    marks = replace(block((0, 5)), stands=((1, 3, "xyz"),))
    with pytest.raises(ValueError, match=r"text\[1:3\] cannot stand for 'xyz'"):
        tokenize("ab;cd", marks)


def test_empty_blocks_change_nothing() -> None:
    assert read("one two", block((0, 0), (0, 3), (3, 3), (4, 7), (7, 7))) == [("one", "one"), ("two", "two")]


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, Marks]:
    """A text and marks of every sort on it."""
    text = draw(texts(max_size=60))
    places = st.integers(0, len(text))
    cuts = sorted(draw(st.lists(places, max_size=8)))
    if len(cuts) % 2:
        cuts.append(len(text))
    spans = list(zip(cuts[::2], cuts[1::2], strict=True))
    kinds = [draw(st.sampled_from([Block.PROSE, Block.CODE])) for _ in spans]
    pairs = st.lists(st.tuples(places, places).map(lambda pair: (min(pair), max(pair))), max_size=3)
    edges = sorted(draw(st.sets(places, max_size=6)))
    stands = tuple(
        (start, end, draw(st.text(st.sampled_from("aé '\u00ad日ำ"), min_size=1, max_size=end - start)))
        for start, end in zip(edges[::2], edges[1::2], strict=False)
    )
    hidden, borders = ranges(*draw(pairs)), ranges(*draw(pairs))
    return text, replace(block(*spans, kinds=kinds), hidden=hidden, borders=borders, stands=stands)


def overlaid(text: str, marks: Marks, kinds: list[Block] | None) -> tuple[list[int], list[int]]:
    """Code points and sentinels with a separator between any two blocks, and where in the text each stands."""
    codes = [ord(char) for char in text]
    for start, end, characters in marks.stands:
        codes[start:end] = [*map(ord, characters)] + [CONTINUE] * (end - start - len(characters))
    for start, end in marks.hidden:
        codes[start:end] = [HIDDEN] * (end - start)
    for start, end in marks.borders:
        codes[start:end] = [SEPARATE] * (end - start)
    found, places = [SEPARATE], [0]
    for start, end, kind in zip(marks.starts, marks.ends, marks.kinds, strict=True):
        if kinds is None or kind in kinds:
            found += [*codes[start:end], SEPARATE]
            places += [*range(start, end), end]
    return found, places


@settings(deadline=None, max_examples=200)
@given(given_text=marked(), kinds=st.sampled_from([None, [Block.PROSE], [Block.CODE, Block.PROSE], []]))
def test_tokens_under_marks_are_what_the_rules_say(given_text: tuple[str, Marks], kinds: list[Block] | None) -> None:
    text, marks = given_text
    codes, places = overlaid(text, marks, kinds)
    expected = oracle.tokens(codes)
    tokens = tokenize(text, marks, kinds)
    assert tokens.hashes.tolist() == [token.hash for token in expected]
    assert tokens.starts.tolist() == [places[token.start] for token in expected]
    assert tokens.ends.tolist() == [places[token.end - 1] + 1 for token in expected]
    assert [xxh64_intdigest(word.encode()) for word in folded(text, tokens, marks)] == tokens.hashes.tolist()


@settings(deadline=None, max_examples=200)
@given(given_text=marked(), window=st.integers(1, 9))
def test_no_token_is_cut_however_small_the_pieces(given_text: tuple[str, Marks], window: int) -> None:
    text, marks = given_text
    whole = tokenize(text, marks)
    starts: list[int] = []
    ends: list[int] = []
    reached = 0
    for chunk in chunks(text, marks, None, fold.load(), window=window):
        assert chunk.start == reached < chunk.end
        reached = chunk.end
        found = folds(chunk.codes, fold.load())
        starts += chunk.places(found[0]).tolist()
        ends += chunk.places(found[1]).tolist()
    assert reached == len(text)
    assert starts == whole.starts.tolist()
    assert ends == whole.ends.tolist()


def test_pieces_are_small_where_the_text_can_be_cut() -> None:
    for text in ("word " * 1_000, "日本語" * 1_000, "ไทย" * 1_000):
        assert max(len(chunk.codes) for chunk in chunks(text, None, None, fold.load(), window=64)) <= 64
