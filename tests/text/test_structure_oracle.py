"""Lists, tables and outlines against the trees that other parsers build."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count, groupby

from docutils import nodes
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser, LexborNode

from dedup.text.html import mark_html
from dedup.text.markdown import mark_markdown
from dedup.text.marks import Block, Marks
from dedup.text.rst import mark_rst
from dedup.text.tokens import folded, tokenize
from tests.text import test_html_oracle, test_markdown_oracle, test_rst_oracle
from tests.text.rst_shown import parsed

Place = tuple[int, int, int]
"""Container, item and level."""
Words = Iterator[tuple[Place, str]]

NOWHERE = (-1, -1, 0)


def numbered(found: Words) -> list[tuple[str, Place]]:
    """(words, place) of every stretch of words in one place; containers and items are numbered as they come."""
    containers, items = {-1: -1}, {-1: -1}
    shown = []
    for (container, item, level), group in groupby(found, lambda entry: entry[0]):
        words = " ".join(word for _, text in group if (word := " ".join(folded(text, tokenize(text)))))
        if words:
            numbers = containers.setdefault(container, len(containers)), items.setdefault(item, len(items))
            shown.append((words, (*numbers, level)))
    # what has no words may have stood between two of the same place
    return [(" ".join(words for words, _ in group), place) for place, group in groupby(shown, lambda entry: entry[1])]


def marked(text: str, mark: Callable[[str], Marks]) -> list[tuple[str, Place]]:
    marks = mark(text)
    tokens = tokenize(text, marks)
    owners = [block for block in range(len(marks.starts)) if marks.kinds[block] not in (Block.COMMENT, Block.FRONT)]

    def found() -> Words:
        words = folded(text, tokens, marks)
        for block in owners:
            inside = (tokens.starts >= marks.starts[block]) & (tokens.ends <= marks.ends[block])
            place = int(marks.containers[block]), int(marks.items[block]), int(marks.levels[block])
            yield place, " ".join(word for word, is_inside in zip(words, inside, strict=True) if is_inside)

    return numbered(found())


_markdown = MarkdownIt("commonmark").enable("table")


def rendered(source: str) -> Words:
    numbers = count()
    places = [NOWHERE]
    for token in _markdown.parse(source):
        name, _, way = token.type.rpartition("_")
        if way == "open":
            container, item, _ = places[-1]
            if name in ("bullet_list", "ordered_list", "table"):
                container, item = next(numbers), -1
            elif name in ("list_item", "tr"):
                item = next(numbers)
            quoted = any(place[2] < 0 for place in places) or name == "blockquote"
            places.append((container, item, -1 if quoted else int(token.tag[1]) if name == "heading" else 0))
        elif way == "close":
            places.pop()
        elif token.type in ("inline", "fence", "code_block"):
            shown = "".join(map(test_markdown_oracle.inline_text, token.children or [])) or token.content
            yield (*places[-1][:2], max(places[-1][2], 0)), shown


words = test_markdown_oracle.words
texts = st.lists(words, min_size=1, max_size=3).map(" ".join)
markdown_leaves = st.one_of(
    texts,
    texts.map("### {}".format),
    texts.map("{}\n---".format),
    texts.map("```\n{}\n```".format),
    st.builds("| {} | {} |\n|---|:-:|\n| {} | {} |\n| {} |".format, texts, texts, texts, texts, texts),
)
markdown = st.lists(
    st.recursive(markdown_leaves, test_markdown_oracle.containers, max_leaves=6), min_size=1, max_size=4
).map(test_markdown_oracle.joined)


@given(markdown)
def test_structure_of_markdown_is_that_of_markdown_it(source: str) -> None:
    assert marked(source, mark_markdown) == numbered(rendered(source))


def in_a_browser(source: str) -> Words:
    numbers = count()

    def walk(node: LexborNode, place: Place, hidden: bool) -> Words:
        if node.is_text_node and not hidden:
            yield place, node.text_content or ""
        if not node.is_element_node:
            return
        name = node.tag or ""
        container, item, level = place
        if name in ("ul", "ol", "dl", "table"):
            container, item = next(numbers), -1
        elif name in ("li", "tr"):
            item = next(numbers)
        elif len(name) == 2 and name[0] == "h" and name[1].isdigit() and level >= 0:
            level = int(name[1])
        elif name == "blockquote":
            level = -1
        elif name in ("td", "th", "li", "pre"):
            level = min(level, 0)
        last = "dd"
        for child in node.iter(include_text=True):
            if child.tag in ("dt", "dd"):
                if child.tag == "dt" and last == "dd":
                    item = next(numbers)
                last = child.tag or ""
            yield from walk(child, (container, item, level), hidden or name in test_html_oracle.NOT_SHOWN.split())

    root = LexborHTMLParser(source).root
    assert root is not None
    for (container, item, level), text in walk(root, NOWHERE, False):
        yield (container, item, max(level, 0)), text


html_leaves = st.builds(
    test_html_oracle.wrapped,
    st.sampled_from([("<p>", ""), ("<h2>", "</h2>"), ("<div><h5>", "</h5></div>"), ("<pre>", "</pre>"), ("", "<hr>")]),
    texts,
)
html = st.lists(st.recursive(html_leaves, test_html_oracle.containers, max_leaves=8), max_size=4).map("".join)


@given(html)
def test_structure_of_html_is_that_of_a_browser(body: str) -> None:
    source = "<!DOCTYPE html><body>" + body
    assert marked(source, mark_html) == numbered(in_a_browser(source))


LISTS = (nodes.bullet_list, nodes.enumerated_list, nodes.definition_list, nodes.field_list, nodes.option_list)
ITEMS = (nodes.list_item, nodes.definition_list_item, nodes.field, nodes.option_list_item, nodes.row)
SILENT = (nodes.comment, nodes.label, nodes.system_message, nodes.substitution_definition, nodes.raw)


def in_docutils(document: nodes.document) -> Words:
    numbers = count()

    def walk(node: nodes.Node, place: Place) -> Words:
        if isinstance(node, SILENT):
            return
        container, item, _ = place
        if isinstance(node, (*LISTS, nodes.table)):
            container, item = next(numbers), -1
        elif isinstance(node, ITEMS):
            item = next(numbers)
        if isinstance(node, nodes.TextElement):
            yield (container, item, 0), " ".join(text.astext() for text in node.findall(nodes.Text))
            return
        for child in node.children:
            yield from walk(child, (container, item, 0))

    return walk(document, NOWHERE)


rst_leaves = st.one_of(
    texts.map("Then {}".format),
    st.lists(st.tuples(words, words), min_size=1, max_size=3).map(test_rst_oracle.grid),
    st.lists(st.tuples(words, words), min_size=1, max_size=3).map(test_rst_oracle.simple),
)


def listed(bodies: list[str], marker: str) -> str:
    """Items with one marker; numbers go on where docutils asks for that."""
    return "\n\n".join(test_rst_oracle.indented(body, len(marker), marker) for body in bodies)


def contained(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    bodies = st.lists(inner, min_size=1, max_size=2).map("\n\n".join)
    several = st.lists(bodies.map("Begun.\n\n{}".format), min_size=1, max_size=3)
    return st.one_of(
        st.builds(listed, several, st.sampled_from(["- ", "*  ", "#. "])),
        several.map(lambda found: "\n\n".join(f"Term\n{test_rst_oracle.indented(body, 4)}" for body in found)),
        several.map(lambda found: "Then\n\n" + listed(found, ":field: ")),
        several.map(lambda found: listed(found, "-a  ")),
        bodies.map(lambda body: f"Above.\n\n{test_rst_oracle.indented(body, 3)}\n\nBelow."),
    )


rst = st.lists(st.recursive(rst_leaves, contained, max_leaves=5), min_size=1, max_size=4).map(
    lambda blocks: "First.\n\n" + "\n\n".join(blocks) + "\n\nLast.\n"
)


@given(rst)
def test_structure_of_restructuredtext_is_that_of_docutils(source: str) -> None:
    assert marked(source, mark_rst) == numbered(in_docutils(parsed(source)))
