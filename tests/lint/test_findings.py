import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.lint.findings import Location, Source, Summary


def position_by_counting(text: str, offset: int) -> tuple[int, int]:
    line = column = 1
    for index in range(offset):
        ends = text[index] == "\n" or (text[index] == "\r" and text[index + 1 : index + 2] != "\n")
        line, column = (line + 1, 1) if ends else (line, column + 1)
    return line, column


@given(st.text(st.sampled_from("ab \n\r\u2028\x0b\x0c\x85é")))
def test_lines_end_at_lf_crlf_and_cr_only(text):
    source = Source("a.md", text)
    for offset in range(len(text) + 1):
        assert source.position(offset) == position_by_counting(text, offset)
        for end in range(offset, len(text) + 1):
            assert source.positions(offset, end) == (*source.position(offset), *position_by_counting(text, end))


@given(st.text(st.sampled_from("ab \n\r\u2028\x0b\x0c\x85é")))
def test_the_span_of_a_line_is_without_its_line_end(text):
    source = Source("a.md", text)
    last = source.position(len(text))[0]
    lines = [text[slice(*source.line_span(number))] for number in range(1, last + 1)]
    assert lines == text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def test_columns_count_code_points():
    text = "a\n🙂東 e\u0301x"
    place = Location(Source("a.md", text), text.index("x"), len(text), (), "")
    assert (place.line, place.column, place.end_line, place.end_column) == (2, 6, 2, 7)
    assert place.text == "x"


@pytest.mark.parametrize(("words", "repeated", "share"), [(0, 0, 0.0), (8, 2, 0.25)])
def test_the_share_of_repeated_words(words, repeated, share):
    assert Summary({}, words, repeated).repeated_share == share
