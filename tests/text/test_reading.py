import numpy as np
import pytest
from hypothesis import given, settings

from dedup.text.marks import Block
from dedup.text.reading import Reading, read
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
