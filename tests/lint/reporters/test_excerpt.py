import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.lint.findings import Change, Location, Source
from dedup.lint.reporters.excerpt import MAX_LINES, cells, excerpt, harmless


def shown(
    text: str, passage: str, width: int = 80, changes=(), brief: bool = False
) -> list[tuple[int | None, str, str]]:
    """(number, the line, what is underlined) of every line of the excerpt."""
    start = text.index(passage)
    place = Location(Source("a.md", text), start, start + len(passage), (), "", tuple(changes))
    marks = {"around": " ", "passage": "~", "change": "^"}
    return [
        (
            line.number,
            "".join(piece.text for piece in line.pieces),
            "".join(marks[piece.role] * cells(piece.text) for piece in line.pieces).rstrip(),
        )
        for line in excerpt(place, width, brief)
    ]


def test_a_passage_is_underlined_in_its_line():
    assert shown("one\ntwo three four\nfive", "three") == [(2, "two three four", "    ~~~~~")]


def test_the_words_that_differ_are_marked_apart():
    text = "one two three four"
    change = Change(text.index("three"), text.index("three") + 5, "3", "three")
    assert shown(text, "two three four", changes=[change]) == [(1, text, "    ~~~~^^^^^~~~~~")]


def test_where_words_are_missing_the_blank_is_marked():
    assert shown("one two four", "two four", changes=[Change(7, 7, "three", "")]) == [
        (1, "one two four", "    ~~~^~~~~")
    ]


def test_wide_characters_take_two_cells():
    text = "昨日、東京都は発表した。"
    assert shown(text, "東京都") == [(1, text, " " * 6 + "~" * 6)]
    assert shown("e\u0301a\u0301 word", "word") == [(1, "e\u0301a\u0301 word", "   ~~~~")]


def test_a_passage_of_some_lines_is_shown_whole_without_blank_lines():
    lines = shown("a b\n\n  c\r\nd e", "b\n\n  c\r\nd")
    assert lines == [(1, "a b", "  ~"), (3, "c", "~"), (4, "d e", "~")]


def test_a_passage_of_many_lines_loses_its_middle():
    text = "\n".join(f"line {number}" for number in range(1, 21))
    assert [number for number, _, _ in shown(text, text)] == [1, 2, None, 20]
    assert [number for number, _, _ in shown(text, text, brief=True)] == [1]


def test_lines_that_differ_are_shown_even_in_the_middle():
    text = "\n".join(f"line {number}" for number in range(1, 21))
    change = Change(text.index("10"), text.index("10") + 2, "X", "10")
    assert [number for number, _, _ in shown(text, text, changes=[change])] == [1, 2, None, 10, None, 20]
    assert [number for number, _, _ in shown(text, text, changes=[change], brief=True)] == [1, None, 10]


def test_a_long_line_is_cut_around_the_passage_and_in_its_middle():
    before, after = "before " * 50, " after" * 50
    passage = "The first words " + "and so on " * 50 + "the last words"
    [(_, line, marks)] = shown(before + passage + after, passage)
    assert line.startswith("…")
    assert line.endswith("…")
    assert "The first words" in line
    assert "the last words" in line
    assert len(line) <= 80
    assert marks.strip() == "~" * len(marks.strip())
    assert line[marks.index("~") :].startswith("The first")


def test_words_that_differ_stay_visible_in_a_long_line():
    passage = "a " * 200 + "DIFFERENT " + "b " * 200 + "c"
    change = Change(400, 409, "same", "DIFFERENT")
    [(_, line, marks)] = shown(passage, passage, changes=[change])
    assert len(line) <= 80
    assert line[marks.index("^") : marks.rindex("^") + 1] == "DIFFERENT"


@pytest.mark.parametrize(
    "character", ["\x1b", "\x00", "\x07", "\x7f", "\x9b", "\u202e", "\u2066", "\u2028", "\r", "\n", "\t"]
)
def test_nothing_reaches_the_terminal_that_it_would_obey(character):
    safe = harmless(f"a{character}b")
    assert len(safe) == 3
    assert character not in safe
    assert safe[1] == " " or safe[1].isprintable()


texts = st.text(st.sampled_from("ab  .\n\r\t東é\u0301🙂\x1b"), max_size=300)


@settings(max_examples=300)
@given(texts, st.data(), st.integers(30, 90), st.booleans())
def test_no_line_is_wider_than_the_screen_and_no_word_of_a_short_passage_is_lost(text, data, width, brief):
    text = f"x{text}x"
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    if text[start].isspace() or text[end - 1].isspace():
        return
    cuts = sorted(data.draw(st.lists(st.integers(start, end), max_size=20)))
    changes = tuple(Change(left, right, "", "") for left, right in zip(cuts[::2], cuts[1::2], strict=False))
    place = Location(Source("a.md", text), start, end, (), "", changes)
    lines = list(excerpt(place, width, brief))
    assert lines
    assert lines[0].number == place.line
    for line in lines:
        assert sum(cells(piece.text) for piece in line.pieces) <= width
        assert all(piece.text and piece.text == harmless(piece.text) for piece in line.pieces)
    if not brief and place.end_line - place.line < MAX_LINES and cells(text) <= width:
        inside = " ".join("".join(piece.text for piece in line.pieces if piece.role != "around") for line in lines)
        assert inside.split() == harmless(place.text).split()
