"""The Markdown reader against its oracle: what markdown-it-py renders, block by block."""

from __future__ import annotations

import re
from functools import partial
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

from dedup.text.markdown import mark_markdown
from dedup.text.marks import Block
from dedup.text.tokens import folded, tokenize
from tests.text.marked import words_by_block

words_marked = partial(words_by_block, mark_markdown)

BLOCK_TAGS = """
    address article aside blockquote body caption center col colgroup dd details dialog dir div dl dt fieldset
    figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html legend li link main menu
    menuitem meta nav noframes ol optgroup option p pre script search section style summary table tbody td template
    textarea tfoot th thead title tr ul
"""
SEPARATING_TAGS = "audio br button canvas embed iframe img input object picture select source svg video"
SEPARATORS = frozenset((BLOCK_TAGS + SEPARATING_TAGS).split())
BLOCKS = frozenset(BLOCK_TAGS.split())
KINDS = {"heading_open": Block.HEADING, "td_open": Block.CELL, "th_open": Block.CELL}
HTML_KINDS = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), Block.HEADING),
    **dict.fromkeys(("li", "dd"), Block.LIST),
    **dict.fromkeys(("td", "th"), Block.CELL),
    "pre": Block.CODE,
    "blockquote": Block.QUOTE,
}

Shown = list[tuple[Block, str]]

_parser = (
    MarkdownIt("commonmark")
    .enable(["table", "strikethrough"])
    .use(front_matter_plugin)
    .use(footnote_plugin, inline=False, move_to_end=False)
    .use(deflist_plugin)
    .use(tasklists_plugin)
)


def rendered(source: str) -> Shown:
    """(kind, text) of every block of a Markdown text, in order; separators inside a block are white space."""
    shown: Shown = []
    containers: list[str] = []
    leaf = ""
    for token in _parser.parse(source):
        if token.type in ("blockquote_open", "list_item_open", "dd_open"):
            containers.append(token.type)
        elif token.type in ("blockquote_close", "list_item_close", "dd_close"):
            containers.pop()
        elif token.type.endswith("_open"):
            leaf = token.type
        base = Block.QUOTE if "blockquote_open" in containers else Block.LIST if containers else Block.PROSE
        if token.type == "inline":
            kind = KINDS.get(leaf, base)
            shown.append(
                (Block.QUOTE if base is Block.QUOTE else kind, "".join(map(inline_text, token.children or [])))
            )
        elif token.type in ("fence", "code_block"):
            shown.append((Block.QUOTE if base is Block.QUOTE else Block.CODE, token.content))
        elif token.type == "html_block":
            page = _Page(base)
            page.feed(token.content)
            page.close()
            shown += page.shown
        elif token.type == "front_matter":
            shown.append((Block.FRONT, token.content))
    return shown


def inline_text(token: Token) -> str:
    if token.type in ("text", "code_inline", "text_special"):
        return token.content
    if token.type == "html_inline":
        name = re.match(r"</?([A-Za-z][^\s/>]*)", token.content)
        return " " if name and name[1].lower() in SEPARATORS else ""
    return "\n" if token.type in ("softbreak", "hardbreak", "image", "footnote_ref") else ""


class _Page(HTMLParser):
    """The visible text of a block of HTML, cut at block elements."""

    def __init__(self, base: Block) -> None:
        super().__init__(convert_charrefs=True)
        self.base = base
        self.open: list[str] = []
        self.raw = False
        self.shown: Shown = [(base, "")]

    def _cut(self) -> None:
        kind = self.base
        if self.open:
            kind = HTML_KINDS[self.open[-1]]
        if "blockquote" in self.open or self.base is Block.QUOTE:
            kind = Block.QUOTE
        self.shown.append((kind, ""))

    def handle_data(self, data: str) -> None:
        if not self.raw:
            self.shown[-1] = (self.shown[-1][0], self.shown[-1][1] + data)

    def handle_comment(self, data: str) -> None:
        self.shown.append((Block.COMMENT, data))
        self._cut()

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        self.handle_starttag(tag, attrs)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.raw = tag in ("script", "style")
        if tag in HTML_KINDS:
            self.open.append(tag)
        self._border(tag)

    def handle_endtag(self, tag: str) -> None:
        self.raw = False
        if tag in self.open:
            while self.open.pop() != tag:
                pass
        self._border(tag)

    def _border(self, tag: str) -> None:
        if tag in BLOCKS:
            self._cut()
        elif tag in SEPARATORS:
            self.handle_data(" ")


Words = list[tuple[str, str]]
"""(kind, folded tokens joined by spaces) of every block that has tokens."""


def words_rendered(source: str) -> Words:
    read = ((kind.name, " ".join(folded(text, tokenize(text)))) for kind, text in rendered(source))
    return [(kind, words) for kind, words in read if words]


# What the grammar leaves out, because the parsers differ there:
# - "~~" beside punctuation: GFM's rules for it are not those for "*"; so it stands between blanks only;
# - HTML that is not closed: html.parser gives as text what a browser swallows;
# - tables of one column, with rows longer than their heads, and directly below a line of text: GitHub takes the last
#   for a table, CommonMark parsers differ;
# - link definitions with a quote mark for target, footnotes inside images or right before a bracket;
# - list items and quotes whose lines are indented by chance: markdown-it-py does not keep to CommonMark's rule that
#   what is indented by four more continues a paragraph;
# - definition lists right before a list: its first item becomes a term to markdown-it-py.
WORDS = "alpha be naïve café straße Привет мир שלום كِتاب 漢字 カナ ไทย हिन्दी 한국 don't x1 42 🙂 ﬁne İ"
SYNTAX = ["*", "**", "_", "`", "``", "[", "](u)", '](<u v> "t w")', "](x 'y')", "][r]", "[r]", "[^1] ", "(", ")", "."]
IMAGES = ["![q](u)", "![q *q* [q](u)][r]", "![q ![q\nq](u) &eacute;](<u v> 't')"]
TAGS = ["<b>", "</b>", "<br>", "<i class='q'>", "</i>", '<img alt="q">', "<wbr/>", "<!-- c d -->", "<?p q?>"]
OTHERS = r"&eacute; &#233; &amp; &shy; &none; & \* \_ \& \a <http://a.b/c> http://d.e '"
BREAKS = [" ", " ", " ", " ", "\n", "  \n", "\\\n"]

words = st.sampled_from(WORDS.split())
syntax = st.sampled_from(SYNTAX + IMAGES + TAGS + OTHERS.split())
fragments = words | st.sampled_from(BREAKS) | syntax | words.map(" ~~{}~~ ".format)
# A line without anything visible would end the paragraph; one that begins with a blank may be indented code.
paragraphs = st.lists(fragments, min_size=1, max_size=12).map(
    lambda found: "\n".join(line.lstrip(" ") for line in "".join(found).split("\n") if line.strip(" \\")) or "word"
)
lines = paragraphs.map(lambda text: text.replace("\n", " "))
leaves = st.one_of(
    paragraphs,
    paragraphs,
    st.builds("{} {}".format, st.sampled_from(["#", "######"]), lines),
    st.builds("{}\n{}".format, paragraphs, st.sampled_from(["===", "---"])),
    st.builds("{0}{1}\n{2}\n{0}".format, st.sampled_from(["```", "~~~~"]), st.sampled_from(["", " py"]), paragraphs),
    paragraphs.map(lambda text: "\n".join(f"    {line}" for line in text.split("\n"))),
    st.builds("<!--{}\n\n{}-->".format, words, words),
    st.builds("<div>\n{} <b>{}</b>{}\n</div>".format, words, words, words),
    st.builds("<ul><li>{}<li><h2>{}</h2></ul>&eacute;{}".format, words, words, words),
    st.builds("<table>\n<td a='>'>{}</td>\n<td\n>{}<br>{}</table>".format, words, words, words),
    st.builds("<pre>{}\n\n<b>{}</b>\n</pre>{}".format, words, words, words),
    st.builds("<script>{}\n\n</script>{}\n<blockquote>{}".format, words, words, words),
    st.builds("| {} | *{}*{} |\n|---|:-:|\n| `{}` | \\|{} |\n|{}|".format, words, words, words, words, words, words),
    st.sampled_from(["***", "[r]: /url 'title'", '[r]:\n<u v>\n"title"', "[r]: /x"]),
    st.builds("[^1]: {}\n\n    {}".format, words, words),
    st.builds("{}\n: {} *{}*\n\n  {}\n\n***".format, words, words, words, words),
)


def joined(blocks: list[str]) -> str:
    return "\n\n".join(blocks)


def quoted(text: str, prefix: str = "> ") -> str:
    return "\n".join(prefix + line for line in text.split("\n"))


def item(marker: str, text: str) -> str:
    first, *rest = text.split("\n")
    pad = " " * (len(marker) + 1)
    return "\n".join([f"{marker} {first}", *(pad + line if line else "" for line in rest)])


def items(markers: list[str], texts: list[str], gap: str) -> str:
    return gap.join(item(marker, text) for marker, text in zip(markers, texts, strict=False))


def containers(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    blocks = st.lists(inner, min_size=1, max_size=3).map(joined)
    markers = st.sampled_from([["-", "-", "-"], ["*", "*"], ["1.", "2.", "10."], ["7)", "8)"]])
    return blocks.map(quoted) | st.builds(
        items, markers, st.lists(blocks | lines, min_size=2, max_size=3), st.sampled_from(["\n", "\n\n"])
    )


documents = st.builds(
    lambda front, blocks, end: front + joined(blocks) + end,
    st.sampled_from(["", "", "", "---\nkey: value\n---\n"]),
    st.lists(st.recursive(leaves, containers, max_leaves=6), min_size=1, max_size=5),
    st.sampled_from(["", "\n", "\n\n[r]: /url\n\n[^1]: note\n"]),
)


@given(documents, st.sampled_from(["\n", "\n", "\r\n", "\r"]))
def test_the_words_of_each_block_are_those_that_markdown_it_renders(source: str, line_end: str) -> None:
    source = source.replace("\n", line_end)
    assert words_marked(source) == words_rendered(source)


@given(documents)
def test_a_quoted_text_has_the_same_words_and_every_block_is_a_quote(source: str) -> None:
    source = source.removeprefix("---\nkey: value\n---\n")
    plain = [(kind if kind == "COMMENT" else "QUOTE", words) for kind, words in words_marked(source)]
    assert words_marked(quoted(source)) == plain
