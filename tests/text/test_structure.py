"""Which list, table, item and row each block is part of, the levels of headings, and the landmarks of a page."""

from __future__ import annotations

import numpy as np
import pytest

from dedup.text.html import mark_html
from dedup.text.markdown import mark_markdown, mark_mdx
from dedup.text.marks import Block, Marks
from dedup.text.plain import mark_plain
from dedup.text.rst import mark_rst
from tests.text.marked import READERS
from tests.text.structure import lists, outline

NESTED = [
    (mark_markdown, "low\n\n- a\n\n  b\n  - c\n  - d\n\n  e\n- f\n\nhigh\n\n1. g\n2. h\n"),
    (mark_mdx, "low\n\n- a\n\n  b\n  - c\n  - d\n\n  e\n- f\n\nhigh\n\n1. g\n2. h\n"),
    (
        mark_html,
        "<p>low<ul><li><p>a<p>b<ul><li>c<li>d</ul><p>e<li>f</ul><p>high<ol><li>g<li>h</ol>",
    ),
    (mark_markdown, "low\n\n<ul><li><p>a<p>b<ul><li>c</li><li>d</li></ul><p>e</li><li>f</li></ul>\n\n1. g\n2. h\n"),
    (mark_rst, "low\n\n- a\n\n  b\n\n  - c\n  - d\n\n  e\n- f\n\nhigh\n\n1. g\n2. h\n"),
]


@pytest.mark.parametrize(("mark", "text"), NESTED)
def test_a_list_inside_an_item_has_items_of_its_own(mark, text):
    assert lists(mark, text) == [
        ("list", [["a", "b", "e"], ["f"]]),
        ("list", [["c"], ["d"]]),
        ("list", [["g"], ["h"]]),
    ]


TABLES = [
    (mark_markdown, "| a | b |\n|---|---|\n| c | d |\n\n| e |\n|---|\n| f |\n"),
    (
        mark_html,
        "<table><caption>low</caption><thead><tr><th>a<th>b<tbody><tr><td>c<td>d</table><table><tr><td>e<tr><td>f",
    ),
    (mark_html, "<table><td>a<td>b<tr><td>c<td>d</table><table><td>e</tr><td>f"),
    (mark_markdown, "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>\n\n|e|\n|-|\n|f|"),
    (mark_rst, "+---+---+\n| a | b |\n+===+===+\n| c | d |\n+---+---+\n\n== ==\ne\n== ==\nf\n== ==\n"),
    (mark_rst, ".. list-table:: low\n\n   * - a\n     - b\n   * - c\n     - d\n\n== ==\ne\n== ==\nf\n== ==\n"),
]


@pytest.mark.parametrize(("mark", "text"), TABLES)
def test_the_cells_of_a_row_share_an_item_and_the_header_is_a_row(mark, text):
    assert lists(mark, text) == [("cell", [["a", "b"], ["c", "d"]]), ("cell", [["e"], ["f"]])]


TERMS = [
    (mark_markdown, "a\n: b\n\n: c\n\nd\n: e\n"),
    (mark_html, "<dl><dt>a<dd>b<dd>c<dt>d<dd>e</dl>"),
    (mark_html, "<dl><div><dt>a</dt><dd>b<dd>c</div><div><dt>d<dd>e</div></dl>"),
    (mark_rst, "a\n   b\n\n   c\nd\n   e\n"),
    (mark_rst, "low\n\n:a: b\n\n    c\n:d: e\n"),
    (mark_rst, "-a  b\n\n    c\n-d  e\n"),
]


@pytest.mark.parametrize(("mark", "text"), TERMS)
def test_a_term_and_what_explains_it_are_one_item(mark, text):
    found = [(kind, [[part.strip("-") for part in item] for item in items]) for kind, items in lists(mark, text)]
    assert [items for _, items in found] == [[["a", "b", "c"], ["d", "e"]]]


def test_terms_in_a_row_share_what_explains_them():
    assert lists(mark_html, "<dl><dt>a<dt>b<dd>c<dt>d<dd>e</dl>")[0][1] == [["a", "b", "c"], ["d", "e"]]


@pytest.mark.parametrize(
    "text",
    [
        "- a\n\n- b\n\n* c\n* d\n",
        "- a\n- b\n\nlow\n\n- c\n- d\n",
        "- a\n- b\n\n.. low\n\n- c\n- d\n",
        "- a\n- b\n\n low\n\n- c\n- d\n",
        "- a\n- b\n\n1. c\n2. d\n",
        "1. a\n2. b\n\n1) c\n2) d\n",
        "(1) a\n(2) b\n\n1) c\n2) d\n",
    ],
)
def test_another_marker_or_other_text_ends_a_list_of_restructuredtext(text):
    assert [items for _, items in lists(mark_rst, text)] == [[["a"], ["b"]], [["c"], ["d"]]]


def test_a_cell_that_spans_rows_is_part_of_the_first():
    table = "+---+---+\n| a | b |\n|   +---+\n|   | c |\n+---+---+\n| d | e |\n+---+---+\n"
    assert lists(mark_rst, table) == [("cell", [["a", "b"], ["c"], ["d", "e"]])]


def test_a_list_inside_a_cell_is_a_list_of_its_own():
    rule = "+------+---+\n"
    table = f"{rule}| a    | b |\n|      |   |\n| - c  |   |\n| - d  |   |\n{rule}| e    | f |\n{rule}"
    assert [items for _, items in lists(mark_rst, table)] == [[["a", "b"], ["e", "f"]], [["c"], ["d"]]]
    page = "<table><tr><td>a<ul><li>c<li>d</ul><td>b<tr><td>e<td>f</table>"
    assert [items for _, items in lists(mark_html, page)] == [[["a", "b"], ["e", "f"]], [["c"], ["d"]]]


@pytest.mark.parametrize(
    ("mark", "text"),
    [
        (mark_markdown, "> - a\n> - b\n\nlow\n\n- > c\n\n- d\n"),
        (mark_html, "<blockquote><ul><li>a<li>b</ul></blockquote>low<ul><li><blockquote>c</blockquote><li>d</ul>"),
        (mark_rst, "low\n\n   low\n\n   - a\n   - b\n\n- high\n\n     c\n\n- d\n"),
    ],
)
def test_quotations_and_lists_may_stand_in_each_other(mark, text):
    found = [[[part for part in item if part != "high"] for item in items] for _, items in lists(mark, text)]
    assert found == [[["a"], ["b"]], [["c"], ["d"]]]


OUTLINES = [
    (mark_markdown, "# a\n\n## b\n\nlow\n\n### c\n\nd\n-\n\ne\n=\n\n> # quoted\n\n- ## f\n"),
    (
        mark_html,
        "<h1>a</h1><h2>b</h2>low<h3>c</h3><h2>d<h1>e</h1><blockquote><h1>quoted</h1></blockquote><li><h2>f</h2>",
    ),
    (mark_markdown, "# a\n\n<h2>b</h2>\n\nlow\n\n<h3>c</h3>\n\n<h2>d</h2>\n\n<h1>e</h1>\n\n<li><h2>f</h2>\n"),
    (mark_rst, "=\na\n=\n\nb\n=\n\nlow\n\nc\n-\n\nd\n=\n\n.. topic:: boxed\n\n   low\n\n=\ne\n=\n\nf\n=\n"),
]


@pytest.mark.parametrize(("mark", "text"), OUTLINES)
def test_headings_of_the_outline_have_levels_and_nothing_else_has(mark, text):
    assert outline(mark, text) == [(1, "a"), (2, "b"), (3, "c"), (2, "d"), (1, "e"), (2, "f")]


def landmarks(text: str) -> list[str]:
    marks = mark_html(text)
    return [
        text[start:end] for start, end in zip(marks.starts[marks.landmarks], marks.ends[marks.landmarks], strict=True)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "<header>a</header><p>b",
        "<nav><ul><li>a</ul></nav>b",
        "<footer><div>a</div></footer>b",
        "<aside>a</aside>b",
        "<div role=navigation>a</div>b",
        "<div class='low' role='banner'><p>a</div>b",
        '<section ROLE="ContentInfo">a</section>b',
        "<div\nrole = complementary\n>a</div>b",
        "<article><nav>a</nav>b</article>",
        "<article>b<header>b</header></article><footer>a</footer>",
    ],
)
def test_what_frames_a_page_is_in_a_landmark(text):
    assert landmarks(text) == ["a"]


@pytest.mark.parametrize(
    "text",
    [
        "<article><header>a</header>b<footer>c</footer></article>",
        "<section><header>a</header></section>",
        "<main><header>a</header>b</main>",
        "<div data-role=navigation>a</div>",
        "<div role=navigations>a</div>",
        "<div title='role is navigation'>a</div>",
        "<p>nav header footer aside",
    ],
)
def test_what_belongs_to_the_text_of_a_page_is_in_no_landmark(text):
    assert landmarks(text) == []


@pytest.mark.parametrize("mark", READERS.values())
def test_plain_paragraphs_front_matter_and_comments_are_part_of_nothing(mark):
    marks = mark("---\na: b\n---\n\nlow\n\nhigh\n")
    for numbers in (marks.containers, marks.items):
        assert numbers.tolist() == [-1] * len(marks.starts)
    assert not marks.levels.any()
    assert not marks.landmarks.any()


def test_blocks_that_are_taken_keep_their_structure():
    text = "# a\n\n- b\n- c\n\n| d |\n|---|\n| e |\n"
    marks = mark_markdown(text)
    kept = marks.take(marks.kinds != Block.LIST)
    assert [text[start:end] for start, end in zip(kept.starts, kept.ends, strict=True)] == ["a", "d", "e"]
    assert (kept.levels.tolist(), kept.containers.tolist()) == ([1, 0, 0], [-1, 1, 1])
    assert kept.items[1] != kept.items[2]
    assert np.array_equal(kept.hidden, marks.hidden)


def test_blocks_that_are_added_stand_in_order_and_are_part_of_nothing():
    marks = mark_plain("low\n\nhigh")
    more = Marks(marks.starts[1:], marks.ends[1:], marks.kinds[1:], levels=np.array([2], np.uint8))
    joined = more.with_blocks(marks.starts[:1], marks.ends[:1], Block.COMMENT)
    assert joined.starts.tolist() == marks.starts.tolist()
    assert joined.kinds.tolist() == [Block.COMMENT, Block.PROSE]
    assert (joined.levels.tolist(), joined.items.tolist()) == ([0, 2], [-1, -1])
