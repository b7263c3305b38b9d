import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.text.marks import Block
from dedup.text.markups import MARKUPS
from dedup.text.reading import TOGETHER, Reading, read, read_all
from dedup.text.tokens import folded, tokenize
from tests.text.scripts import texts


def words(reading: Reading) -> str:
    return " ".join(folded(reading.text, reading.tokens, reading.marks))


def test_plain_text_is_read_as_prose() -> None:
    reading = read("One.\n\nTwo three.")
    assert words(reading) == "one two three"
    assert reading.marks.starts.tolist() == [0, 6]
    assert reading.marks.kinds.tolist() == [Block.PROSE, Block.PROSE]


@settings(deadline=None)
@given(text=texts())
def test_tokens_of_plain_text_are_those_of_its_paragraphs(text: str) -> None:
    reading = read(text)
    under_marks = tokenize(text, reading.marks)
    for name in ("hashes", "starts", "ends", "weights"):
        assert np.array_equal(getattr(reading.tokens, name), getattr(under_marks, name))


ODD = [
    "",
    "\n",
    "\r",
    "one\r",
    "\ntwo",
    "a\n\nb c\nd",
    "a\nb",
    " \r\n\r\n x",
    "don'",
    "t",
    "\u0301e",
    "1½",
    "น",
    "ำ",
    "\ud83d",
    "\ude00",
    "a &amp; b&frac12;",
    "# Title\n\n- *item* [link](https://example.org)\n\n> quoted\n",
    "---\ntitle: cover\n---\n\nProse <!-- aside --> here.",
    "<h1>Title</h1><p>one<b>two</b><ul><li>three</ul>",
    "Title\n=====\n\n* item\n\n.. note:: `text`_\n",
]


def assert_same(found: Reading, expected: Reading) -> None:
    assert (found.text, found.kinds, found.marks.stands) == (expected.text, expected.kinds, expected.marks.stands)
    for part, names in (
        ("tokens", ("hashes", "starts", "ends", "weights")),
        ("marks", ("starts", "ends", "kinds", "hidden", "borders", "containers", "items", "levels", "landmarks")),
    ):
        for name in names:
            one, other = getattr(getattr(found, part), name), getattr(getattr(expected, part), name)
            assert one.dtype == other.dtype
            assert np.array_equal(one, other), (found.text, name)


@pytest.mark.parametrize("markup", MARKUPS)
@settings(deadline=None, max_examples=40)
@given(many=st.lists(st.sampled_from(ODD) | texts(), max_size=8), data=st.data())
def test_texts_read_together_are_read_as_each_alone(markup: str, many: list[str], data: st.DataObject) -> None:
    blocks = data.draw(st.none() | st.sets(st.sampled_from(["prose", "heading", "list", "code", "comment"])))
    found = read_all(many, markup, blocks)
    assert len(found) == len(many)
    for reading, text in zip(found, many, strict=True):
        assert_same(reading, read(text, markup, blocks))


@pytest.mark.parametrize("size", [1, 50, TOGETHER - 1, TOGETHER, TOGETHER + 1, 3 * TOGETHER])
def test_texts_of_any_length_are_read_as_each_alone(size: int) -> None:
    many = ["a few words", ("word\n\nother line\n" * (size // 10 + 1))[:size], "", "the end"] * 3
    for reading, text in zip(read_all(iter(many)), many, strict=True):
        assert_same(reading, read(text))


def test_front_matter_and_comments_are_read_only_if_asked_for() -> None:
    text = "---\ntitle: cover\n---\n\nProse here.\n\n<!-- aside -->\n\n    code()\n"
    assert Block.FRONT not in read(text, "markdown").kinds
    assert words(read(text, "markdown")) == "prose here code"
    assert words(read(text, "markdown", ["front"])) == "title cover"


def test_only_the_named_blocks_are_read() -> None:
    assert words(read("prose", blocks=["code"])) == ""
    assert words(read("prose", blocks={"prose", "code"})) == "prose"
    assert read("prose", blocks=["prose", "list"]).kinds == frozenset({Block.PROSE, Block.LIST})
    assert read("prose").kinds == frozenset(Block) - {Block.FRONT, Block.COMMENT}


@pytest.mark.parametrize("markup", ["latex", "Markdown", "", None])
def test_an_unknown_markup_is_refused_by_name(markup: str) -> None:
    with pytest.raises(ValueError, match=rf"markup={markup!r} is unknown; allowed: 'plain', 'markdown'"):
        read("text", markup)


def test_an_unknown_block_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"blocks=\['prose', 'Code'\] holds 'Code', .* allowed: 'prose', 'heading', "):
        read("text", blocks=["prose", "Code"])


def test_blocks_are_several_names_not_one() -> None:
    with pytest.raises(TypeError, match=r"blocks='prose' is a str; .*\['prose'\]"):
        read("text", blocks="prose")


def test_a_text_is_a_str() -> None:
    with pytest.raises(TypeError, match="text is bytes; allowed is str"):
        read(b"text")  # type: ignore[arg-type]
