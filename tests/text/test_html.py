from __future__ import annotations

import re
from functools import partial

import pytest
from hypothesis import given

from dedup.match.passages import find_repeats
from dedup.text.html import mark_html
from dedup.text.marks import Block
from dedup.text.tokens import tokenize
from tests.text import marked
from tests.text.marked import hostile

blocks = partial(marked.blocks, mark_html)
words = partial(marked.words, mark_html)
spans = partial(marked.spans, mark_html)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one two\nthree", [("prose", "one two\nthree")]),
        ("<p>one</p>\n<p> two <p>three", [("prose", "one"), ("prose", "two"), ("prose", "three")]),
        ("<h1>one</h1><h6>two</h6>three", [("heading", "one"), ("heading", "two"), ("prose", "three")]),
        ("<h1>one<h2>two</h3>three", [("heading", "one"), ("heading", "two"), ("prose", "three")]),
        ("<ul><li>one<li><p>two</p></ul>three", [("list", "one"), ("list", "two"), ("prose", "three")]),
        ("<ul><li>one<ol><li>two</ol>three</ul>", [("list", "one"), ("list", "two"), ("list", "three")]),
        ("<dl><dt>one<dd>two<dt>three</dl>", [("prose", "one"), ("list", "two"), ("prose", "three")]),
        ("<table><tr><th>one<td>two</table>three", [("cell", "one"), ("cell", "two"), ("prose", "three")]),
        ("<table><tr><td><ul><li>one</ul><p>two<tr><td>three", [("list", "one"), ("cell", "two"), ("cell", "three")]),
        ("<td>one</td><td>two</td>", [("cell", "one"), ("cell", "two")]),
        ("<table><caption>one</caption><td><pre>two<td>three", [("prose", "one"), ("code", "two"), ("cell", "three")]),
        ("<blockquote><h2>one</h2><ul><li>two</ul><pre>three</pre></blockquote>four",
         [("quote", "one"), ("quote", "two"), ("quote", "three"), ("prose", "four")]),
        ("<blockquote>one<blockquote>two</blockquote>three</blockquote>four",
         [("quote", "one"), ("quote", "two"), ("quote", "three"), ("prose", "four")]),
        ("<blockquote><!-- one --><textarea>two</textarea>", [("comment", "one"), ("quote", "two")]),
        ("<pre>one\n\n <b>two</b></pre>three", [("code", "one\n\n <b>two"), ("prose", "three")]),
        ("<listing>one</listing><xmp><b>two</xmp>", [("code", "one"), ("code", "<b>two")]),
        ("<textarea>one <b></textarea>two<plaintext>three</plaintext>",
         [("code", "one <b>"), ("prose", "two"), ("code", "three</plaintext>")]),
        ("one<div>two</div>three<hr>four", [("prose", word) for word in ("one", "two", "three", "four")]),
        ("one</div>two", [("prose", "one"), ("prose", "two")]),
        ("<div><h2>one</div>two<div><pre>three</div>four",
         [("heading", "one"), ("prose", "two"), ("code", "three"), ("prose", "four")]),
        ("<!-- one --><p><!-- two -->three <!-- four --> five <!-- six --></p>",
         [("comment", "one"), ("comment", "two"), ("prose", "three <!-- four --> five"), ("comment", "six")]),
        ("\u00a0<p>\u3000one\u2003<b> </b></p>&nbsp;", [("prose", "one"), ("prose", "&nbsp;")]),
        ("<br><img><hr><p></p><!DOCTYPE one><?two?></three></>", []),
        ("", []),
        (" \n\t\r\n", []),
    ],
)  # fmt: skip
def test_a_block_is_what_stands_between_two_tags_with_its_kind(text: str, expected: list[tuple[str, str]]) -> None:
    assert blocks(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("un<b>believ</b>able <a href='a'>one</a>two <x-y>three</x-y>four", "unbelievable onetwo threefour"),
        ("H<sub>2</sub>O <span\n title='>' >one</span>s <wbr>o<wbr/>ne", "h2o ones one"),
        ("10<sup>6</sup> <b>2</b><SUB class=x>10</SUB>1 10<sup><i>6</i></sup><sub>3</sub>", "10 6 2 10 1 10 6 3"),
        ("10<sup></sup> 6 2<sup>nd</sup> x<sub>2</sub> 2<sup>&frac12;</sup>", "10 6 2nd x2 2 1 2"),
        ("10<video><sup>3</sup></video>6<sup>", "10 6"),
        ("one<br>two<br/>three<img alt=x>four", "one two three four"),
        ("one<input value=x>two<button>three</button>four", "one two three four"),
        ("one<select><option>two<option>three</select>four", "one two three four"),
        ("<html><head><title>one</title><meta content=two></head><body title=three>four", "four"),
        ("<script>one</script><style>two</style><template>three</template><noscript>four</noscript>five", "five"),
        ("<script>'<!--<script>' one </script> --> two </script>three", "three"),
        ("one<svg><title>two</title><text>three</text></svg>four", "one four"),
        ("one<svg><style/><path/><svg/></svg>two<svg/>three", "one two three"),
        ("one<svg><template></svg>two<svg><![CDATA[<p>]]><object/></svg>three", "one two three"),
        ("<p>one <svg><text>two<p>three</p></svg> four", "one three four"),
        ("one<svg><b>two</b></svg>three</video>four", "one twothreefour"),
        ("<video>one<p>two</video>three<canvas>four</canvas>five", "three five"),
        ("<div><video>one</div>two<p><video>three<hr>four<p><canvas><xmp>five</xmp>", "two four five"),
        ("<ruby>漢<rp>(</rp><rt>kan</rt></ruby>", "漢 kan"),
        ("caf&eacute; caf&eacute; caf&#233; caf&#xE9; caf&#0000233 caf&eacute", "cafe cafe cafe cafe cafe cafe"),
        ("&notit; &notin; &amp;eacute; &lt;b&gt; one&shy;two one&nbsp;two", "it eacute b onetwo one two"),
        ("&nosuch; &#; &#x; &#xZZ; & &; a&b &#0; &#xD800; &#1114112; &#" + "9" * 5000 + ";one", "nosuch x xzz a b one"),
        ("&#" + "0" * 5000 + "65;b &#x" + "0" * 5000 + "42", "ab b"),
        ("<!-- one&eacute; --><xmp>&eacute;</xmp><textarea>&eacute;</textarea>", "one eacute eacute e"),
        ("one <![CDATA[two]]> three", "one three"),
        ("\ufeff<?xml ?>one <![CDATA[<two>&eacute;]]><script/> three <video/>four", "one two eacute three four"),
    ],
)  # fmt: skip
def test_what_is_shown_is_read_and_nothing_else(text: str, expected: str) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 < 2 and 3 <4 or <> five", "1 2 and 3 4 or five"),
        ("one </ two> three </5> four", "one three four"),
        ("one <!two> three <?four five> six", "one three six"),
        ("one <!--> two <!---> three <!-- four --!> five", "one two three five"),
        ('<p title=one"two>three</p><p a=\'=">four', "three"),
        ('<p title==">">one<p =">two<p a = \'b>\' c>three', "one two three"),
        ("one <b two <i> three", "one three"),
        ("one <b", "one"),
        ("one <", "one"),
        ("one </", "one"),
        ("one &", "one"),
        ("<ul><li>one</ol></td></li><li>two</h1></ul>three", "one two three"),
        ("</template></svg></video></script></title>one", "one"),
    ],
)
def test_one_odd_character_swallows_no_more_than_in_a_browser(text: str, expected: str) -> None:
    assert words(text) == expected


@pytest.mark.parametrize("text", ["<!-- two", "<script>two", "<style>two", "<title>two", "<b a='two", "<template>two"])
def test_what_is_not_closed_reaches_to_the_end_as_in_a_browser(text: str) -> None:
    marks = mark_html(f"<p>one</p>{text}<p>three</p>")
    assert [kind for kind in marks.kinds if kind != Block.COMMENT] == [Block.PROSE]


def test_a_token_spans_its_source_with_all_that_is_hidden_in_it() -> None:
    assert spans("un<i>believ</i>able <b>one</b>'s caf&eacute; <u>two</u>") == [
        "un<i>believ</i>able",
        "one</b>'s",
        "caf&eacute;",
        "two",
    ]


def test_marks_of_a_text_whose_characters_are_not_one_byte_count_code_points() -> None:
    text = "🙂<p>🙂 <b>ünter</b> 漢<img alt='漢'>字&eacute;</p>\ud800<p>한국"
    marks = mark_html(text)
    assert [text[start:end] for start, end in zip(marks.starts, marks.ends, strict=True)] == [
        "🙂",
        "🙂 <b>ünter</b> 漢<img alt='漢'>字&eacute;",
        "\ud800",
        "한국",
    ]
    assert [text[start:end] for start, end in marks.hidden] == ["<b>", "</b>"]
    assert [text[start:end] for start, end in marks.borders] == ["<img alt='漢'>"]
    assert [(text[start:end], stand) for start, end, stand in marks.stands] == [("&eacute;", "é")]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("<blockquote>" * 10_000 + "one", 1),
        ("<blockquote><ul><li>" * 30_000 + "</td>" * 30_000 + "one", 1),
        ("<div>" * 30_000 + "<li></li>" * 30_000 + "one" + "</div>" * 30_000, 1),
        ("<table><tr><td>" * 30_000 + "one", 1),
        ("<td>" * 60_000 + "</table>" * 60_000 + "one", 1),
        ("<dl><dd><div>" * 30_000 + "</dt>" * 60_000 + "one", 1),
        ("<b>" * 60_000 + "one" + "</i>" * 60_000, 1),
        ("<a '" * 60_000, 0),
        ('<a b="' * 60_000, 0),
        ("<a b=c" * 60_000, 0),
        ("<" * 60_000 + "/" * 60_000, 0),
        ("< /" * 60_000 + "one", 1),
        ("</ " * 60_000, 0),
        ("<!--" * 60_000 + "one", 1),
        ("one <!-- two -->" * 30_000, 30_001),
        ("<![CDATA[>" * 60_000 + "one", 1),
        ("<svg><![CDATA[>" * 60_000, 0),
        ("<svg><p>" * 30_000 + "one", 1),
        ("<script><!--<script>" * 30_000 + "one", 0),
        ("<script></script>" * 30_000 + "one", 1),
        ("<title>" * 60_000, 0),
        ("<template>" * 60_000 + "</div>" * 60_000, 0),
        ("&eacute" * 60_000, 1),
        ("&" * 60_000 + "a" * 60_000, 1),
        ("&#" * 60_000 + "1" * 60_000, 0),
        ("one " * 2_500_000, 2_500_000),
        (" <p> " * 60_000 + "one" + "\u00a0<br>" * 60_000, 1),
    ],
    ids=lambda value: value[:12] if isinstance(value, str) else "",
)
def test_hostile_text_costs_no_more_than_its_length(text: str, count: int) -> None:
    assert len(tokenize(text, mark_html(text)).starts) == count


@given(hostile("html"))
def test_nothing_but_references_stands_for_other_characters(text: str) -> None:
    for start, end, characters in mark_html(text).stands:
        assert re.fullmatch(r"&#?[0-9A-Za-z]+;?", text[start:end])
        assert characters


def test_a_passage_is_found_whatever_its_markup() -> None:
    text = (
        "<p>The harbour master said the north pier will stay closed.</p><!-- aside -->"
        "<ul><li>Boats wait: <em>the har</em>bour\nmaster said the <a href='n'>north pier</a> "
        "<!-- not --> will&nbsp;stay closed</ul>"
    )
    [repeat] = find_repeats(text, markup="html")
    assert (repeat.kind, repeat.words) == ("exact", 10)
    assert [place.text for place in repeat.places] == [
        "The harbour master said the north pier will stay closed",
        "the har</em>bour\nmaster said the <a href='n'>north pier</a> <!-- not --> will&nbsp;stay closed",
    ]
