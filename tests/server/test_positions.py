from hypothesis import example, given
from hypothesis import strategies as st
from lsprotocol import types

from dedup.lint.findings import Source
from dedup.server.positions import Positions, difference

TEXTS = st.text(st.sampled_from("ab é漢🎈𝔘\u0301\u2028\x0b\n\r"), max_size=30)
ENCODINGS = st.sampled_from(["utf-8", "utf-16", "utf-32"])
CODECS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}


def spelled_out(text: str, offset: int, encoding: str) -> tuple[int, int]:
    """The position of an offset, counted one character after the other."""
    codec, unit = CODECS[encoding]
    line = units = 0
    for at, character in enumerate(text[:offset]):
        if character == "\n" or (character == "\r" and text[at + 1 : at + 2] != "\n"):
            line, units = line + 1, 0
        else:
            units += len(character.encode(codec)) // unit
    return line, units


@given(TEXTS, st.data(), ENCODINGS)
@example("🎈\r\n🎈a", None, "utf-16")
def test_positions_count_the_units_of_the_encoding(text: str, data: st.DataObject | None, encoding: str) -> None:
    offset = len(text) if data is None else data.draw(st.integers(0, len(text)))
    position = Positions(encoding).position(Source("", text), offset)
    assert (position.line, position.character) == spelled_out(text, offset, encoding)


@given(TEXTS, st.data(), ENCODINGS)
def test_an_offset_comes_back_from_its_position(text: str, data: st.DataObject, encoding: str) -> None:
    offset = data.draw(st.integers(0, len(text)))
    positions, source = Positions(encoding), Source("", text)
    between = text[offset - 1 : offset + 1] == "\r\n"  # no editor has a position inside a line end
    assert positions.offset(source, positions.position(source, offset)) == (offset - 1 if between else offset)


@given(TEXTS, ENCODINGS, st.integers(0, 40), st.integers(0, 40))
def test_a_position_that_is_not_there_is_the_nearest_before_it(
    text: str, encoding: str, line: int, character: int
) -> None:
    positions, source = Positions(encoding), Source("", text)
    offset = positions.offset(source, types.Position(line, character))
    assert 0 <= offset <= len(text)
    there = positions.position(source, offset)
    assert (there.line, there.character) <= (line, character) or offset == len(text)


@given(TEXTS, TEXTS, st.data(), ENCODINGS)
def test_changes_are_applied_one_after_the_other(text: str, new: str, data: st.DataObject, encoding: str) -> None:
    positions = Positions(encoding)
    start, end = sorted(data.draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
    if "\r\n" in (text[start - 1 : start + 1], text[end - 1 : end + 1]):
        start = end = 0
    area = positions.range(Source("", text), start, end)
    once = types.TextDocumentContentChangePartial(range=area, text=new)
    assert positions.changed(text, [once]) == text[:start] + new + text[end:]
    whole = types.TextDocumentContentChangeWholeDocument("b")
    again = types.TextDocumentContentChangePartial(
        range=types.Range(types.Position(0, 0), types.Position(0, 0)), text="a"
    )
    assert positions.changed(text, [once, whole, again]) == "ab"


@given(TEXTS, TEXTS)
@example("aba", "ababa")
def test_the_difference_is_the_smallest_piece_that_was_replaced(before: str, after: str) -> None:
    start, end, end_after = difference(before, after)
    assert start <= end
    assert start <= end_after
    assert before[:start] + after[start:end_after] + before[end:] == after
    old, new = before[start:end], after[start:end_after]
    assert not old or not new or (old[0] != new[0] and old[-1] != new[-1])
