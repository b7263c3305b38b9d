"""What holds of every reader, whatever it is given."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.text.markups import MARKUPS
from dedup.text.reading import read
from dedup.text.tokens import folded, tokenize
from tests.text.marked import READERS, as_shown, blocks, check, equal, hostile, moved, words

every_reader = pytest.mark.parametrize("name", READERS)


def test_every_markup_is_tested() -> None:
    assert set(READERS) == set(MARKUPS)


@every_reader
@given(data=st.data())
def test_marks_lie_in_bounds_ascend_and_are_disjoint(name: str, data: st.DataObject) -> None:
    text = data.draw(hostile(name))
    check(text, READERS[name](text))


@every_reader
@given(data=st.data())
def test_tokens_are_exactly_what_their_spans_show(name: str, data: st.DataObject) -> None:
    text = data.draw(hostile(name))
    marks = READERS[name](text)
    tokens = tokenize(text, marks)
    found: dict[tuple[int, int], list[str]] = {}  # one character may stand for several words, such as ½
    for word, start, end in zip(folded(text, tokens, marks), tokens.starts, tokens.ends, strict=True):
        found.setdefault((int(start), int(end)), []).append(word)
    for span, expected in found.items():
        shown = as_shown(text, marks, *span)
        assert folded(shown, tokenize(shown)) == expected


@every_reader
@given(data=st.data())
def test_a_bom_at_the_start_only_moves_the_marks(name: str, data: st.DataObject) -> None:
    text = data.draw(hostile(name)).lstrip("\ufeff")
    if name == "plain":  # where it is a character like any other, and transparent
        assert words(READERS[name], "\ufeff" + text) == words(READERS[name], text)
    else:
        assert equal(READERS[name]("\ufeff" + text), moved(READERS[name](text), 1))


@every_reader
@given(data=st.data())
def test_lone_surrogates_are_read_as_replacement_characters(name: str, data: st.DataObject) -> None:
    text = data.draw(hostile(name))
    assert equal(READERS[name](text), READERS[name](text.replace("\ud800", "\ufffd")))


@every_reader
@given(data=st.data(), line_end=st.sampled_from(["\r\n", "\r"]))
def test_words_do_not_depend_on_how_lines_end(name: str, data: st.DataObject, line_end: str) -> None:
    text = data.draw(hostile(name)).replace("\r", "")
    assert words(READERS[name], text.replace("\n", line_end)) == words(READERS[name], text)


WORDS = "dedup: ignore[DUP003] quay"
HTML, MDX, RST = f"<!-- {WORDS} -->", f"{{/* {WORDS} */}}", f".. {WORDS}"
MARKDOWN_PLACES = [
    "tide\n\n{}\n\nboats",
    "{}\ntide",
    "tide\n{}\nboats",
    "# tide\n{}\nboats",
    "- tide\n\n  {}\n\n  boats",
    "- {}\n  tide",
    "- tide\n{}\n- boats",
    "1. - tide\n\n     {}\n\n     boats",
    "> {}\n> tide",
    "> tide\n>\n> {}\n>\n> boats",
    "- > {}\n  > tide",
    "| tide |\n|-|\n| boats |\n{}\n",
    "<div>\n\n{}\n\ntide\n</div>",
    ":::note\n{}\ntide\n:::",
    "tide[^1]\n\n[^1]: boats\n\n    {}\n\n    low",
]
HTML_PLACES = [
    "<p>tide</p>{}<p>boats</p>",
    "{}<!DOCTYPE html><p>tide",
    "<ul><li>tide</li>{}<li>boats</ul>",
    "<ul><li>{}tide<li>boats</ul>",
    "<blockquote>{}<p>tide</blockquote>",
    "<table>{}<tr><td>tide</table>",
    "<div>tide<div>{}</div></div>",
    "<p>{}tide</p>",
    "<p>tide{}</p>",
]
RST_PLACES = [
    "tide\n\n{}\n\nboats",
    "{}\n\ntide",
    "tide\n====\n{}\n\nboats",
    "- tide\n\n  {}\n\n  boats",
    "- {}\n- tide",
    "1. tide\n\n   - boats\n\n     {}\n\n     low",
    "tide\n\n   boats\n\n   {}\n\n   low",
    ".. note::\n\n   {}\n\n   tide",
    ".. [1] tide\n\n   {}\n\n   boats",
]
PLACES = [
    *(("markdown", HTML, place) for place in MARKDOWN_PLACES),
    *(("mdx", HTML, place) for place in [*MARKDOWN_PLACES, "<Quay>\n    {}\n    tide\n</Quay>"]),
    *(("mdx", MDX, place) for place in [*MARKDOWN_PLACES, "<Quay>\n    {}\n    tide\n</Quay>"]),
    *(("html", HTML, place) for place in HTML_PLACES),
    *(("rst", RST, place) for place in RST_PLACES),
]


@pytest.mark.parametrize(("name", "comment", "place"), PLACES)
def test_a_comment_that_stands_alone_is_a_block_of_its_words(name: str, comment: str, place: str) -> None:
    without = [block for block in blocks(READERS[name], place.format("")) if block[0] != "comment"]
    found = blocks(READERS[name], place.format(comment))
    assert [block for kind, block in found if kind == "comment"] == [WORDS]
    assert [(kind, words(READERS["plain"], block)) for kind, block in found if kind != "comment"] == [
        (kind, words(READERS["plain"], block)) for kind, block in without
    ]


ROWS = [
    (name, comment, gap, place)
    for name, comment in [("markdown", HTML), ("mdx", HTML), ("mdx", MDX), ("html", HTML), ("rst", RST)]
    for place in ["tide\n\n{}\n\nboats", "- tide\n\n  {}\n\n  boats", "> {}\n>\n> tide"]
    for gap in ["", " ", "\n", "\n\n"]
    if name != "rst" or ("\n" in gap and ">" not in place)  # such a comment ends with its line, and no ">" quotes
]


@pytest.mark.parametrize(("name", "comment", "gap", "place"), ROWS)
def test_comments_in_a_row_are_all_found(name: str, comment: str, gap: str, place: str) -> None:
    if name == "html":
        place = place.replace("\n", "<p>").replace("> ", "<blockquote>")
    indent = place[: place.index("{")].rpartition("\n")[2]
    text = place.format(gap.replace("\n", f"\n{indent}").join([comment] * 3))
    assert [block for kind, block in blocks(READERS[name], text) if kind == "comment"] == [WORDS] * 3


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("markdown", f"high {HTML} tide"),
        ("markdown", f"un{HTML}moored and\nhigh {HTML}\ntide"),
        ("markdown", f"- high {HTML} tide"),
        ("markdown", f"> high {HTML} tide"),
        ("mdx", f"un{HTML}moored high {MDX} tide"),
        ("mdx", f"- un{MDX}moored"),
        ("html", f"<p>un{HTML}moored high {HTML} tide</p>"),
        ("html", f"<li>un{HTML}moored"),
    ],
)
def test_a_comment_inside_a_paragraph_is_transparent(name: str, text: str) -> None:
    plain = text.replace(HTML, "").replace(MDX, "")
    assert words(READERS[name], text) == words(READERS[name], plain)
    assert [kind for kind, _ in blocks(READERS[name], text)] == [kind for kind, _ in blocks(READERS[name], plain)]


@pytest.mark.parametrize("name", ["markdown", "mdx", "html", "rst"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("---\ntitle: quay\n\nlow: tide\n---\n", "title: quay\n\nlow: tide"),
        ("--- \n# set by hand\nlow: tide\n...\n\n", "# set by hand\nlow: tide"),
        ("\ufeff+++\ntitle = 'quay'\n+++\n", "title = 'quay'"),
        ('---\n"low tide": [1]\n---\n', '"low tide": [1]'),
    ],
)
def test_what_site_generators_read_is_front_matter_in_every_markup(
    name: str, text: str, content: str, line_end: str
) -> None:
    text, content = text.replace("\n", line_end), content.replace("\n", line_end)
    assert blocks(READERS[name], f"{text}boats") == [("front", content), ("prose", "boats")]
    assert blocks(READERS[name], text.rstrip()) == [("front", content)]


@pytest.mark.parametrize("name", ["markdown", "mdx", "html", "rst"])
@pytest.mark.parametrize(
    "text", ["---\ntitle: quay\n\nboats", " ---\nlow: tide\n---\n", "boats\n\n---\nlow: tide\n---\n"]
)
def test_what_is_not_closed_or_not_at_the_start_is_no_front_matter(name: str, text: str) -> None:
    assert "front" not in dict(blocks(READERS[name], text))


def test_what_begins_with_no_key_is_no_front_matter_where_its_fences_may_mean_more() -> None:
    assert blocks(READERS["html"], "---\nlow tide\n---\nboats") == [("prose", "---\nlow tide\n---\nboats")]
    assert blocks(READERS["rst"], "---\nlow\n---\n\nboats") == [("heading", "low"), ("prose", "boats")]
    assert blocks(READERS["html"], "---\n---\n<p>boats") == [("prose", "boats")]


# (reader, what stands open, whether its format reads "low tide" in the next paragraph but one all the same)
OPEN = [
    ("plain", "<!-- { ``` ---", True),
    ("markdown", "boats <!-- quay", True),
    ("markdown", "<div class='quay", True),
    ("markdown", "boats <b class='quay", True),
    ("markdown", "<!DOCTYPE quay", False),  # CommonMark: up to the next ">"
    ("markdown", "<!-- quay", False),  # CommonMark: up to the end of the document
    ("markdown", "<script>quay", False),
    ("markdown", "```quay", False),
    ("markdown", "> ```quay", True),
    ("markdown", "- ```quay", True),
    ("markdown", "> <!-- quay", True),
    ("markdown", "`` quay ` *boats **quay [boats](quay <boats", True),
    ("markdown", "| boats |\n|-|\n| `quay", True),
    ("markdown", "[quay]: <boats 'quay", True),
    ("markdown", "---\nquay: boats", True),
    ("markdown", ":::note\nquay", True),
    ("markdown", "{% comment %} quay", True),
    ("markdown", "{{< quay", True),
    ("mdx", "quay {boats", True),
    ("mdx", "{boats", True),
    ("mdx", "{/* boats", True),
    ("mdx", "<Quay boats={", True),
    ("mdx", "<Quay boats='", True),
    ("mdx", "<Quay>", True),
    ("mdx", "export const quay = {", True),
    ("mdx", "import {quay", True),
    ("html", "<p>boats <b>quay", True),
    ("html", "<table><tr><td>quay", True),
    ("html", "<ul><li><blockquote>quay", True),
    ("html", "quay < boats & quay &#; </>", True),
    ("html", "<![CDATA[ quay>", True),
    ("html", "<? quay > <!quay>", True),
    ("html", "---\nquay: boats", True),
    ("html", "<!-- quay", False),  # a browser: up to the end of the document
    ("html", "<script>quay", False),
    ("html", "<p title='quay", False),
    ("rst", "boats ``quay *boats **quay `boats |quay [boats", True),
    ("rst", ".. quay", True),
    ("rst", ".. note::\n   .. quay::", True),
    ("rst", ".. table:: quay\n\n   ===== =====\n   boats quay", True),
    ("rst", "+-----+\n| quay|", True),
    ("rst", "===== =====\nboats quay\n", True),
    ("rst", ".. code::\n\n   quay", True),
    ("rst", "quay::", True),
    ("rst", ":quay:`boats <quay", True),
    ("rst", ">>> quay", True),
    ("rst", ".. |quay| image::", True),
    ("rst", ".. [#quay", True),
    ("rst", "---\nquay: boats", True),
]


@pytest.mark.parametrize(("name", "opening", "is_read"), OPEN)
def test_what_is_not_closed_swallows_no_more_than_the_format_says(name: str, opening: str, is_read: bool) -> None:
    text = f"harbour\n\n{opening}\n\nhigh water\n\nlow tide\n"
    if opening.startswith("---"):
        text = text.removeprefix("harbour\n\n")
    prose = [block for kind, block in blocks(READERS[name], text) if kind not in ("comment", "code")]
    assert any("low tide" in block for block in prose) == is_read


# Ten thousand of each, alone, nested and left open: (reader, text, words read)
N = 10_000
CELLS = "| a " * 100 + "|\n"
LARGE = [
    *((name, "low tide\n" * 1_000_000, 2_000_000) for name in ("plain", "markdown", "html", "rst")),
    *((name, "tide " * 2_000_000, 2_000_000) for name in ("plain", "markdown", "html", "rst")),
    ("mdx", "low tide\n" * 100_000, 200_000),
    ("mdx", "tide " * 400_000, 400_000),
    *((name, "\n" * 100_000, 0) for name in READERS),
    *((name, "\0" * 100_000, 0) for name in READERS),
    *((name, "\ud800" * 100_000, 0) for name in READERS),
    *((name, "\x1b(2J \x07\b" * N, N) for name in READERS),
    ("markdown", CELLS + "|-" * 100 + "|\n" + CELLS * 999, 100_000),
    ("mdx", CELLS + "|-" * 100 + "|\n" + CELLS * 99, 10_000),
    ("html", "<table>" + ("<tr>" + "<td>a" * 100) * 1_000, 100_000),
    ("rst", ("+-" * 100 + "+\n" + "|a" * 100 + "|\n") * 1_000 + "+-" * 100 + "+\n", 100_000),
    ("rst", "= " * 100 + "=\n" + ("a " * 100 + "a\n") * 990 + "= " * 100 + "=\n", 99_990),
    ("mdx", "> " * N + "a", 1),
    ("mdx", "- " * N + "a", 1),
    ("mdx", "<A>" * N + "a" + "</A>" * N, 1),
    ("mdx", "<A b={" * N + "}>" * N + "a", 1),
    ("mdx", "*" * N + "a" + "*" * N, 1),
    ("mdx", "<!-- a " * N, 0),
    ("mdx", "a <!-- b\n\n" * N + "-->", 20_000),
    ("html", "<ul><li>" * N + "a", 1),
    ("rst", "".join(f"{'   ' * depth}.. note::\n\n" for depth in range(300)) + "   " * 300 + "a", 1),
    ("rst", "*" * N + "a" + "*" * N, 1),
    ("rst", ".. a\n" * N + "a", 1),
    ("rst", "---\na: b\n" * N, 20_000),
    ("html", "---\na: b\n" * N, 20_000),
]


@pytest.mark.parametrize(("name", "text", "count"), LARGE, ids=lambda value: repr(value)[:20])
def test_what_is_large_odd_or_deep_is_read_to_its_end(name: str, text: str, count: int) -> None:
    assert len(read(text, name, ["prose", "heading", "list", "cell", "quote", "code", "front"]).tokens.starts) == count
