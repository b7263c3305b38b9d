from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.match.passages import find_repeats
from dedup.text.html import mark_html
from dedup.text.marks import Block, Marks
from dedup.text.tokens import folded, tokenize


def blocks(text: str) -> list[tuple[str, str]]:
    """(kind, source) of every block."""
    marks = mark_html(text)
    return [
        (Block(kind).name.lower(), text[start:end])
        for start, end, kind in zip(marks.starts, marks.ends, marks.kinds, strict=True)
    ]


def words(text: str) -> str:
    """The folded tokens of the text, in order, joined by spaces."""
    marks = mark_html(text)
    return " ".join(folded(text, tokenize(text, marks), marks))


def spans(text: str) -> list[str]:
    """The source of every token."""
    tokens = tokenize(text, mark_html(text))
    return [text[start:end] for start, end in zip(tokens.starts, tokens.ends, strict=True)]


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


# Anything at all, but rich in what means something to HTML.
CHARACTERS = "ab1é漢\u0301 \t\n\r\f<>/!?-&;#=\"'[]x\0\ud800\ufeff\u00a0\u3000\u00ad🙂"
PIECES = """
    <p> </p> <b> </b> <br> <li> </ul> <td> </table> <pre> </pre> <blockquote> </blockquote> <!-- --> --!> <script>
    </script> <svg> </svg> <template> </template> <textarea> </textarea> <title> </title> <![CDATA[ ]]> <? <! </ </a <a
    &amp; &eacute &#233; &# href=" ' = > a é 漢 🙂
"""
hostile = st.text(CHARACTERS, max_size=60) | st.lists(
    st.sampled_from([*PIECES.split(), "\n", "\r\n", " ", "<?xml ?>"]), max_size=40
).map("".join)


def is_ordered(starts: np.ndarray, ends: np.ndarray) -> bool:
    return bool(np.all(starts < ends) and np.all(ends[:-1] <= starts[1:]))


@given(hostile | st.text())
def test_marks_lie_in_bounds_ascend_and_are_disjoint(text: str) -> None:
    marks = mark_html(text)
    assert is_ordered(marks.starts, marks.ends)
    assert len(marks.starts) == len(marks.ends) == len(marks.kinds)
    assert (marks.starts.dtype, marks.ends.dtype, marks.kinds.dtype) == (np.int64, np.int64, np.uint8)
    assert not len(marks.starts) or (marks.starts[0] >= 0 and marks.ends[-1] <= len(text))
    assert np.all(np.isin(marks.kinds, list(Block)))
    for start, end in zip(marks.starts, marks.ends, strict=True):
        assert text[start:end] == text[start:end].strip()
    for ranges in (marks.hidden, marks.borders):
        assert ranges.dtype == np.int64
        assert ranges.shape[1:] == (2,)
        assert is_ordered(ranges[:, 0], ranges[:, 1])
        owner = np.searchsorted(marks.starts, ranges[:, 0], "right") - 1
        assert np.all(owner >= 0)
        assert np.all(ranges[:, 1] <= marks.ends[owner])
    reach = 0
    for start, end, characters in marks.stands:
        assert reach <= start
        assert re.fullmatch(r"&#?[0-9A-Za-z]+;?", text[start:end])
        assert 1 <= len(characters) <= end - start
        reach = end


def as_shown(text: str, marks: Marks, start: int, end: int) -> str:
    """A part of the source as a reader sees it: without what is hidden, and with what references stand for."""
    shown = list(text)
    for first, last, characters in marks.stands:
        shown[first:last] = [characters] + [""] * (last - first - 1)
    for first, last in marks.hidden.tolist():
        shown[first:last] = [""] * (last - first)
    return "".join(shown[start:end])


@given(hostile)
def test_a_token_is_exactly_what_its_span_shows(text: str) -> None:
    marks = mark_html(text)
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
def test_lone_surrogates_are_read_as_replacement_characters(text: str) -> None:
    assert equal(mark_html(text), mark_html(text.replace("\ud800", "\ufffd")))


@given(hostile)
def test_a_bom_at_the_start_only_moves_the_marks(text: str) -> None:
    text = text.lstrip("\ufeff")
    plain = mark_html(text)
    moved = Marks(
        plain.starts + 1,
        plain.ends + 1,
        plain.kinds,
        plain.hidden + 1,
        plain.borders + 1,
        tuple((start + 1, end + 1, characters) for start, end, characters in plain.stands),
    )
    assert equal(mark_html("\ufeff" + text), moved)


@given(hostile, st.sampled_from(["\r\n", "\r"]))
def test_words_do_not_depend_on_how_lines_end(text: str, line_end: str) -> None:
    text = text.replace("\r", "")
    assert words(text.replace("\n", line_end)) == words(text)


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
