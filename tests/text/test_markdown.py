from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.text.markdown import mark_markdown
from dedup.text.marks import Block, Marks
from dedup.text.tokens import folded, tokenize


def blocks(text: str) -> list[tuple[str, str]]:
    """(kind, source) of every block."""
    marks = mark_markdown(text)
    return [
        (Block(kind).name.lower(), text[start:end])
        for start, end, kind in zip(marks.starts, marks.ends, marks.kinds, strict=True)
    ]


def words(text: str) -> str:
    """The folded tokens of the text, in order, joined by spaces."""
    marks = mark_markdown(text)
    return " ".join(folded(text, tokenize(text, marks), marks))


def spans(text: str) -> list[str]:
    """The source of every token."""
    tokens = tokenize(text, mark_markdown(text))
    return [text[start:end] for start, end in zip(tokens.starts, tokens.ends, strict=True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one two\nthree\n\nfour\n", [("prose", "one two\nthree"), ("prose", "four")]),
        ("# one #\n\ntwo\n---\n\n###### three", [("heading", "one"), ("heading", "two"), ("heading", "three")]),
        ("- one\n- two\n  three\n", [("list", "one"), ("list", "two\n  three")]),
        ("1. one\n\n   two\n2. three\n", [("list", "one"), ("list", "two"), ("list", "three")]),
        ("- one\n  1) two\n     - three\n- four", [("list", word) for word in ("one", "two", "three", "four")]),
        ("- one\n  ***\n  two\n", [("list", "one"), ("list", "two")]),
        ("- one\n  ```\n  two\n  ```\n  three\n", [("list", "one"), ("code", "two"), ("list", "three")]),
        ("- [ ] one\n- [x] two", [("list", "one"), ("list", "two")]),
        ("- # one\n- | two |\n  |-----|\n", [("heading", "one"), ("cell", "two")]),
        ("| one | two |\n|-|-|\n| three | |\n", [("cell", "one"), ("cell", "two"), ("cell", "three")]),
        ("> one\n> two\nthree\n\nfour", [("quote", "one\n> two\nthree"), ("prose", "four")]),
        ("> # one\n> - two\n>\n>   > three\n", [("quote", "one"), ("quote", "two"), ("quote", "three")]),
        ("> ```\n> one\n> ```\n> <!-- two -->\n", [("quote", "one"), ("comment", "two")]),
        ("- one\n  > two\n\nthree", [("list", "one"), ("quote", "two"), ("prose", "three")]),
        ("```py\none\n\n  two\n```\nthree", [("code", "one\n\n  two"), ("prose", "three")]),
        ("~~~~ py\none\n~~~\n~~~~\ntwo", [("code", "one\n~~~"), ("prose", "two")]),
        ("``` py\none", [("code", "one")]),
        ("one\n\n    two\n      three\n\nfour", [("prose", "one"), ("code", "two\n      three"), ("prose", "four")]),
        ("---\none: two\n---\nthree", [("front", "one: two"), ("prose", "three")]),
        ("---\none: two\n...\n\nthree", [("front", "one: two"), ("prose", "three")]),
        ("+++\none = 2\n+++\nthree", [("front", "one = 2"), ("prose", "three")]),
        (
            "one\n\n<!-- two\n\n  three -->\n\nfour",
            [("prose", "one"), ("comment", "two\n\n  three"), ("prose", "four")],
        ),
        ("<!-- one", [("comment", "one")]),
        ("one[^1]\n\n[^1]: two\n\n    three\n", [("prose", "one"), ("prose", "two"), ("prose", "three")]),
        ("one\n: two\n\n    three\n", [("prose", "one"), ("list", "two"), ("list", "three")]),
        ("one\n:::\ntwo", [("prose", "one"), ("prose", "::\ntwo")]),
        ("[one]: /two 'three'\n\n[one]", [("prose", "one]")]),
        ("***\n\n* * *\n\n[a]: b\n\n![c](d)\n\n- \n\n|  |\n|-|\n\n```\n```\n", []),
        ("", []),
        (" \n\t\n", []),
    ],
)
def test_a_block_is_the_text_of_one_leaf_with_its_kind(text: str, expected: list[tuple[str, str]]) -> None:
    assert blocks(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "one\n\n---\ntwo: three\n---\n",
        "\n---\ntwo: three\n---\n",
        " ---\ntwo: three\n---\n",
        "---\n\ntwo: three\n---\n",
        "--- \ntwo: three\n",
        "----\ntwo: three\n----\n",
        "+++\ntwo: three\n---\n",
        "---\ntwo: three\n  ---\n",
    ],
)
def test_what_is_not_fenced_at_the_very_start_is_not_front_matter(text: str) -> None:
    assert "front" not in dict(blocks(text))
    assert "two three" in words(text)


def test_front_matter_may_follow_a_bom_and_end_the_text() -> None:
    assert blocks("\ufeff---\r\none: two\r\n---") == [("front", "one: two")]
    assert blocks("---\n---") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("un*believ*able un**believ**able ~~un~~believable", "unbelievable unbelievable unbelievable"),
        ("un[believ](http://a.b 'c d')able [one][two]\n\n[two]: three", "unbelievable one"),
        ("[one *two*][] [one *two*]\n\n[one *two*]: three", "one two one two"),
        ("[one] [two][three]", "one two three"),
        ("<http://a.b/c> http://d.e/f <g@h.i>", "http a b c http d e f g h i"),
        ("un`believ`able ``one`two`` ` `` `", "unbelievable one two"),
        ("un` believ `able un`\r\nbeliev\r\n`able", "unbelievable unbelievable"),
        ("> un`\n> believ\n>`able `>one>` `one\n> > two`", "unbelievable one one two"),
        ("un<b\nclass='x'>believ</b >able", "unbelievable"),
        ("one<!-- two -->three <!-- four\nfive --> six", "onethree six"),
        ("one<br>two<br/>three<BR />four<img alt='five'>six", "one two three four six"),
        ("one<wbr>two <Tab>three</Tab> four<div>five", "onetwo three four five"),
        ("caf&eacute; caf&#233; caf&#xE9; Stra&szlig;e", "cafe cafe cafe strasse"),
        ("one&nbsp;two&amp;three&unknown;", "one two three unknown"),
        (r"one\*two un\believ \# \&eacute;", "one two un believ eacute"),
        ("one&shy;two don&rsquo;t", "onetwo dont"),
        ("one  \ntwo\\\nthree\nfour", "one two three four"),
        ("one![two *three*](four 'five')six ![seven][eight]\n\n[eight]: nine", "one six"),
        ("[![one](two) three](four)", "three"),
        ("![one ![two](three) four](five) six", "six"),
        ("![one &eacute;\ntwo](three) four", "four"),
        ("one[^a]two[^a]. three[^b]\n\n[^a]: four", "one two three b four"),
        ("$one_2$ costs $3 $$four$$", "one 2 costs 3 four"),
        ("1986\\. one\n\n2. two", "1986 one two"),
        ("|one\\|two|`three\\|four`|\n|-|-|\n|five&eacute;||", "one two three four fivee"),
        ("don<b>'</b>t", "dont"),
    ],
)
def test_words_are_those_a_reader_sees(text: str, expected: str) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<div>one <b>two</b>\nthree</div>", [("prose", "one <b>two</b>\nthree")]),
        ("<p>one<p>two", [("prose", "one"), ("prose", "two")]),
        ("<details>\n<summary>one</summary>\n\ntwo\n\n</details>", [("prose", "one"), ("prose", "two")]),
        (
            "<h2>one</h2><blockquote><p>two</blockquote>three",
            [("heading", "one"), ("quote", "two"), ("prose", "three")],
        ),
        ("<ul><li>one<li><p>two</p></ul>three", [("list", "one"), ("list", "two"), ("prose", "three")]),
        ("<table><tr><th>one<td>two</table>three", [("cell", "one"), ("cell", "two"), ("prose", "three")]),
        ("<pre><code>one\n\n<b>two</b></code></pre>", [("code", "one\n\n<b>two")]),
        ("<script>\none\n\n'<b>'</script>\n\ntwo", [("prose", "two")]),
        ("<style>one</STYLE>two", [("prose", "two")]),
        ("<div><!-- one -->two<!--> three--></div>", [("comment", "one"), ("prose", "two<!--> three-->")]),
        ("<div title='>'\n data-x=\"</div>\">one</div>", [("prose", "one")]),
        ("> <div\n> class='x'>\n> one\n> </div>", [("quote", "one")]),
        ("- <div>\n  one", [("list", "one")]),
        ("<div>one <img alt='two'> three</div>", [("prose", "one <img alt='two'> three")]),
        ("<?php one ?>\n\n<!DOCTYPE two>\n\n<![CDATA[three]]>\n\n<div one", []),
        ("<div>one <two", [("prose", "one")]),
        ("<div>1 < 2 &lt; 3</div>", [("prose", "1 < 2 &lt; 3")]),
    ],
)
def test_of_html_what_stands_between_tags_is_read(text: str, expected: list[tuple[str, str]]) -> None:
    assert blocks(text) == expected


def test_entities_in_html_stand_for_their_characters() -> None:
    assert words("<div>caf&eacute; caf&#xe9; &#1;2 &nothing; &#99999999; one&shy;two</div>") == (
        "cafe cafe 2 nothing 99999999 onetwo"
    )


def test_a_token_spans_its_source_with_all_that_is_hidden_in_it() -> None:
    assert spans("un*believ*able [one](two)'s caf&eacute; `x`y") == [
        "un*believ*able",
        "one](two)'s",
        "caf&eacute;",
        "x`y",
    ]


def test_marks_of_a_text_whose_characters_are_not_one_byte_count_code_points() -> None:
    text = "🙂 *ünter* ![漢字](漢) `日本`&eacute;\n\n> 한국\n> ไทย"
    marks = mark_markdown(text)
    assert [text[start:end] for start, end in zip(marks.starts, marks.ends, strict=True)] == [
        "🙂 *ünter* ![漢字](漢) `日本`&eacute;",
        "한국\n> ไทย",
    ]
    assert [text[start:end] for start, end in marks.hidden] == ["*", "*", "`", "`"]
    assert [text[start:end] for start, end in marks.borders] == ["![漢字](漢)", "\n> "]
    assert [(text[start:end], stand) for start, end, stand in marks.stands] == [("&eacute;", "é")]


def test_a_tab_behind_a_closing_fence_does_not_keep_the_code_open() -> None:
    assert blocks("```\none\n``` \t\ntwo\n~~~\nthree\n~~~\t\t\nfour") == [
        ("code", "one"),
        ("prose", "two"),
        ("code", "three"),
        ("prose", "four"),
    ]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (">" * 10_000 + " one", 1),
        ("> " * 10_000 + "one", 1),
        ("- " * 10_000 + "one", 1),
        ("*" * 50_000 + "one" + "*" * 50_000, 1),
        ("*a _b " * 50_000, 100_000),
        ("![" * 50_000 + "one" + "](b)" * 50_000, 0),
        ("[" * 100_000 + "one", 1),
        ("```\n" * 100_001 + "one", 1),
        ("one <!-- " * 100_000, 100_000),
        ("<!-- one " * 100_000, 100_000),
        ("<div>" + "<a '" * 100_000, 0),
        ("<div>" + '<a b="' * 100_000, 0),
        ("<div>" + "<blockquote><li>" * 50_000 + "</td>" * 50_000 + "one", 1),
        ("<pre>" + "<script>" * 100_000, 0),
        ("<div>" + "&eacute" * 100_000, 100_000),
        ("one " * 1_000_000, 1_000_000),
        ("one\n" * 200_000 + "```" + "\t" * 200_000 + "x", 200_000),
        ("![a](b) " * 100_000 + "one" + " ![a](b)" * 100_000, 1),
        ("\n" * 1_000_000 + "    one" + " \n" * 1_000_000, 1),
        ("---\n" + "one: 2\n" * 100_000, 200_000),
    ],
    ids=lambda value: value[:12] if isinstance(value, str) else "",
)
def test_hostile_text_costs_no_more_than_its_length(text: str, count: int) -> None:
    assert len(tokenize(text, mark_markdown(text)).starts) == count


# Anything at all, but rich in what means something to Markdown.
CHARACTERS = "ab1é漢\u0301 \t\n\r*_~`[]()<>!&;:#-+=|\\\"'/.^{}$\0\ud800\ufeff\u00a0\u3000\u00ad🙂"
PIECES = """
    > - 1. ``` ~~~ <!-- --> <b> <br> </div> <pre> <li> <td> &amp; [a]: [^a] [^a]: ![ ](b) | |- --- : * _ [ ] a é 漢 \\
"""
hostile = st.text(CHARACTERS, max_size=60) | st.lists(
    st.sampled_from([*PIECES.split(), "\n", "\n\n", " ", "    ", "\t"]), max_size=40
).map("".join)


def is_ordered(starts: np.ndarray, ends: np.ndarray) -> bool:
    return bool(np.all(starts < ends) and np.all(ends[:-1] <= starts[1:]))


@given(hostile | st.text())
def test_marks_lie_in_bounds_ascend_and_are_disjoint(text: str) -> None:
    marks = mark_markdown(text)
    assert is_ordered(marks.starts, marks.ends)
    assert len(marks.starts) == len(marks.ends) == len(marks.kinds)
    assert (marks.starts.dtype, marks.ends.dtype, marks.kinds.dtype) == (np.int64, np.int64, np.uint8)
    assert not len(marks.starts) or (marks.starts[0] >= 0 and marks.ends[-1] <= len(text))
    for start, end in zip(marks.starts, marks.ends, strict=True):
        assert text[start:end] == text[start:end].strip()
    for ranges in (marks.hidden, marks.borders):
        assert ranges.dtype == np.int64
        assert ranges.shape[1:] == (2,)
        assert is_ordered(ranges[:, 0], ranges[:, 1])
        owner = np.searchsorted(marks.starts, ranges[:, 0], "right") - 1
        assert np.all(owner >= 0)
        assert np.all(ranges[:, 1] <= marks.ends[owner])
    for start, end, characters in marks.stands:
        assert text[start] == "&"
        assert text[end - 1] == ";"
        assert 1 <= len(characters) <= end - start


def as_shown(text: str, marks: Marks, start: int, end: int) -> str:
    """A part of the source as a reader sees it: without what is hidden, and with what entities stand for."""
    shown = list(text)
    for first, last, characters in marks.stands:
        shown[first:last] = [characters] + [""] * (last - first - 1)
    for first, last in marks.hidden.tolist():
        shown[first:last] = [""] * (last - first)
    return "".join(shown[start:end])


@given(hostile)
def test_a_token_is_exactly_what_its_span_shows(text: str) -> None:
    marks = mark_markdown(text)
    tokens = tokenize(text, marks)
    for word, start, end in zip(folded(text, tokens, marks), tokens.starts, tokens.ends, strict=True):
        shown = as_shown(text, marks, int(start), int(end))
        assert folded(shown, tokenize(shown)) == [word]


def equal(one: Marks, other: Marks) -> bool:
    return one.stands == other.stands and all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("starts", "ends", "kinds", "hidden", "borders")
    )


@given(hostile)
def test_lone_surrogates_and_nul_are_read_as_replacement_characters(text: str) -> None:
    assert equal(mark_markdown(text), mark_markdown(text.replace("\0", "\ufffd").replace("\ud800", "\ufffd")))


@given(hostile)
def test_a_bom_at_the_start_only_moves_the_marks(text: str) -> None:
    text = text.lstrip("\ufeff")
    plain = mark_markdown(text)
    moved = Marks(
        plain.starts + 1,
        plain.ends + 1,
        plain.kinds,
        plain.hidden + 1,
        plain.borders + 1,
        tuple((start + 1, end + 1, characters) for start, end, characters in plain.stands),
    )
    assert equal(mark_markdown("\ufeff" + text), moved)


@given(hostile, st.sampled_from(["\r\n", "\r"]))
def test_words_do_not_depend_on_how_lines_end(text: str, line_end: str) -> None:
    text = text.replace("\r", "")
    assert words(text.replace("\n", line_end)) == words(text)
