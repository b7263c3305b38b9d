from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given

from dedup.text.markdown import mark_markdown
from dedup.text.tokens import folded, tokenize
from tests.text import marked
from tests.text.marked import hostile

blocks = partial(marked.blocks, mark_markdown)
words = partial(marked.words, mark_markdown)
spans = partial(marked.spans, mark_markdown)


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
        ("10<sup>6</sup> **2**<sub>10</sub>1 H<sub>2</sub>O 2<sup>nd</sup>", "10 6 2 10 1 h2o 2nd"),
        ("[2019](one)<sup>2</sup> 3![4<sup>5</sup>](six)7<sup>8</sup>", "2019 2 3 7 8"),
        ("one\n\n10<sup>\n\n6</sup>", "one 10 6"),
        ("<p>10<sup>6</sup></p>", "10 6"),
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


def test_entities_in_html_stand_for_what_a_browser_shows() -> None:
    assert words("<div>caf&eacute; caf&eacute caf&#xe9; &#1;2 &nosuch; &#99999999; one&shy;two</div>") == (
        "cafe cafe cafe 2 nosuch onetwo"
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
        ("<div>" + "&eacute" * 100_000, 1),
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


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("See [the hours](hours.html) here", "hours](hours.html)"),
        ("[See the hours.](hours.html)", "hours.](hours.html)"),
        ("[See *the* hours!?][hours] here\n\n[hours]: hours.html", "hours!?][hours]"),
        ("[See the hours.](hours.html)here", "hours"),
        ("[See the hours.](hours.html)é", "hours"),
        ("[See the hours (all)](hours.html)", "all"),
        ("[.](hours.html) See the hours.", "hours"),
    ],
)
def test_what_closes_a_link_goes_with_its_last_word(text: str, last: str) -> None:
    tokens = tokenize(text, mark_markdown(text))
    ends = [text[start:end] for start, end in zip(tokens.starts, tokens.ends, strict=True)]
    assert last in ends
    assert folded(text, tokens, mark_markdown(text))[ends.index(last)] in ("hours", "all")


@given(hostile("markdown"))
def test_nothing_but_references_and_what_closes_a_link_stands_for_other_characters(text: str) -> None:
    for start, end, characters in mark_markdown(text).stands:
        assert text[start:end][:: end - start - 1] == "&;" if characters else text[end - 1] in ")]"


@given(hostile("markdown"))
def test_nul_is_read_as_a_replacement_character(text: str) -> None:
    assert marked.equal(mark_markdown(text), mark_markdown(text.replace("\0", "\ufffd")))
