import re
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.text import plain
from dedup.text.marks import Block
from dedup.text.plain import mark_plain

SPACES = "\t\v\f \x1c\x1d\x1e\x1f\x85\xa0\u1680\u2003\u2028\u2029\u3000"


def paragraphs(text: str) -> list[str]:
    marks = mark_plain(text)
    assert set(marks.kinds.tolist()) <= {Block.PROSE}
    assert [marks.starts.dtype, marks.ends.dtype, marks.kinds.dtype] == [np.int64, np.int64, np.uint8]
    return [text[start:end] for start, end in zip(marks.starts, marks.ends, strict=True)]


def oracle(text: str) -> list[str]:
    """Paragraphs, line by line."""
    lines = re.split(r"\r\n|\n|\r", text)
    ends = [match.start() for match in re.finditer(r"\r\n|\n|\r", text)] + [len(text)]
    begins = [0] + [match.end() for match in re.finditer(r"\r\n|\n|\r", text)]
    groups: list[list[int]] = [[]]
    for number, line in enumerate(lines):
        if line.strip():
            groups[-1].append(number)
        elif groups[-1]:
            groups.append([])
    groups = [group for group in groups if group]
    if len(groups) == 1:
        groups = [[number] for number in groups[0]]
    return [text[begins[group[0]] : ends[group[-1]]].strip() for group in groups]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\t\r\n ", []),
        ("one", ["one"]),
        ("one\ntwo\n\nthree", ["one\ntwo", "three"]),
        ("one\n \t\ntwo", ["one", "two"]),
        ("one\r\n\r\ntwo", ["one", "two"]),
        ("one\r\rtwo", ["one", "two"]),
        ("one\n\rtwo", ["one", "two"]),
        ("one\r\ntwo\r\n\r\nthree", ["one\r\ntwo", "three"]),
        ("one\n\u3000\ntwo", ["one", "two"]),
    ],
)
def test_blank_lines_separate_paragraphs(text: str, expected: list[str]) -> None:
    assert paragraphs(text) == expected


@pytest.mark.parametrize("text", ["one\ntwo", "one\r\ntwo\r\n", "one\rtwo", "\n\n one \n\ttwo \n\n"])
def test_without_blank_lines_between_them_every_line_is_one(text: str) -> None:
    assert paragraphs(text) == ["one", "two"]


@pytest.mark.parametrize("char", "\v\f\x1c\x1d\x1e\x85\u2028\u2029")
def test_no_other_character_ends_a_line(char: str) -> None:
    assert paragraphs(f"one{char}{char}two\nthree") == [f"one{char}{char}two", "three"]


def test_a_paragraph_begins_and_ends_with_what_is_no_space() -> None:
    assert paragraphs(f"{SPACES}one two{SPACES}\n\n{SPACES}\n{SPACES}three") == ["one two", "three"]


def test_what_is_no_white_space_makes_a_line_that_is_not_blank() -> None:
    assert paragraphs("one\n\u200b\ntwo") == ["one", "\u200b", "two"]
    assert paragraphs("one\n\x00\n\ud800\n\n😀") == ["one\n\x00\n\ud800", "😀"]


@settings(deadline=None)
@given(text=st.text(st.sampled_from("ab \n\r\n\r\t\u2028é😀\ud800")), window=st.sampled_from([1, 2, 3, 7, 1 << 18]))
def test_paragraphs_are_those_of_the_oracle_whatever_the_window(text: str, window: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain, "WINDOW", window)
        assert paragraphs(text) == oracle(text)


def test_white_space_is_what_str_isspace_says() -> None:
    spaces = {chr(point) for point in range(0x3001) if plain._IS_SPACE[point]}
    assert spaces == {chr(point) for point in range(0x110000) if chr(point).isspace()}


def test_memory_is_that_of_the_paragraphs() -> None:
    text = "One line of some length that goes on, and on, and on. " * 40_000
    tracemalloc.start()
    marks = mark_plain(text)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(marks.starts) == 1
    assert peak < 40 * plain.WINDOW
