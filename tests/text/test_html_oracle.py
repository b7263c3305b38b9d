"""The HTML reader against its oracle: the tree that lexbor builds, which follows the standard as browsers do."""

from __future__ import annotations

from functools import partial

from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser, LexborNode

from dedup.text.html import mark_html
from dedup.text.marks import Block
from dedup.text.tokens import folded, tokenize
from tests.text.marked import MOVED, without_moves, words_by_block

words_marked = partial(words_by_block, mark_html)

BLOCKS = """
    address article aside blockquote body caption center col colgroup dd details dialog dir div dl dt fieldset
    figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li listing main menu nav ol
    optgroup option p plaintext pre search section summary table tbody td textarea tfoot th thead tr ul xmp
"""
SEPARATORS = "audio br button canvas iframe img input meter object progress rt select svg video"
RAISED = ("sub", "sup")
NOT_SHOWN = "audio canvas datalist iframe meter noembed noscript progress script style svg template title video"
KINDS = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), Block.HEADING),
    **dict.fromkeys(("li", "dd"), Block.LIST),
    **dict.fromkeys(("td", "th"), Block.CELL),
    **dict.fromkeys(("pre", "listing", "textarea", "xmp", "plaintext"), Block.CODE),
}

Shown = list[tuple[Block, list[str | LexborNode]]]
"""(kind, text and comments) of every block in order; what separates inside a block is white space."""


def shown_by_a_browser(source: str) -> Shown:
    shown: Shown = [(Block.PROSE, [])]
    root = LexborHTMLParser(source).root
    if root is not None:
        _show(root, Block.PROSE, shown)
    return shown


def _show(node: LexborNode, kind: Block, shown: Shown) -> None:
    if node.is_text_node:
        shown[-1][1].append(node.text_content or "")
    elif node.is_comment_node:
        shown[-1][1].append(node)
    elif node.is_element_node:
        name = node.tag or ""
        is_block, separates = name in BLOCKS.split(), name in SEPARATORS.split()
        inner = kind
        if kind is not Block.QUOTE:
            inner = Block.QUOTE if name == "blockquote" else KINDS.get(name, kind)
        if separates:
            shown[-1][1].append(" ")
        if name in RAISED:
            shown[-1][1].append(MOVED)
        if is_block:
            shown.append((inner, []))
        if name not in NOT_SHOWN.split():
            for child in node.iter(include_text=True):
                _show(child, inner, shown)
        if is_block:
            shown.append((kind, []))
        if name in RAISED:
            shown[-1][1].append(MOVED)
        if separates:
            shown[-1][1].append(" ")


Words = list[tuple[str, str]]
"""(kind, folded tokens joined by spaces) of every block that has tokens."""


def fold(text: str) -> str:
    text = without_moves(text)
    return " ".join(folded(text, tokenize(text)))


def comment(node: LexborNode) -> str:
    text = node.comment_content or ""
    return "" if text.startswith("[CDATA[") else text  # which is no comment to the author


def words_shown(source: str) -> Words:
    """The blocks; comments before and behind the text of a block are blocks of their own, those between are none."""
    found: Words = []
    for kind, parts in shown_by_a_browser(source):
        texts = [place for place, part in enumerate(parts) if isinstance(part, str) and part.strip(MOVED).strip()]
        first, last = (texts[0], texts[-1]) if texts else (0, 0)
        comments = [(place, comment(part)) for place, part in enumerate(parts) if not isinstance(part, str)]
        found += [("COMMENT", fold(text)) for place, text in comments if place < first]
        found.append((kind.name, fold("".join(part for part in parts if isinstance(part, str)))))
        found += [("COMMENT", fold(text)) for place, text in comments if place >= last]
    return [(kind, words) for kind, words in found if words]


WORDS = "alpha be naïve café straße Привет мир שלום كِتاب 漢字 カナ ไทย हिन्दी 한국 don't x1 42 🙂 ﬁne İ e\u0301"
REFERENCES = """
    &eacute; &eacute &EACUTE; &#233; &#233 &#xe9; &#XE9z &#00000000000000000000233; &#x80; &#0; &#xD800; &#99999999999;
    &#x110000; &amp; &amp;amp; &ampamp; &lt;b&gt; &ltb &notit; &notin; &nosuch; &shy; &nbsp; &# &#x &#; & && &; &1
    &NotEqualTilde; &CounterClockwiseContourIntegral; &ThickSpace; &fjlig; &AMP &frac34 &zwj; &eacute&eacute
"""
ODD = """
    </> <> <1 <!> <!DOCTYPE> <??> </-> <!---> <!--> <![CDATA[> <wbr> <br> <br/> </br> <img> <hr> <input> <q/b=c>
    <i\nx> \ufeff \u00a0 \u200b ' " = > /> </kbd> </video>
"""
# Pairs that stand round any inline text, and pairs that stand round words alone: the tree does not nest them.
ROUND_INLINES = [
    ("<b>", "</b>"),
    ("<em\nclass=a>", "</EM\n>"),
    ('<span title=">">', "</span>"),
    ("<font a=b'c>", "</font>"),
    ("<U a = ' b=\"><p>'>", "</u>"),
    ('<code =">', "</code>"),
    ("<SUB a=b>", "</sub>"),  # and no <sup>, which lexbor alone lets stand in a drawing
    ("<x-y/>", "</x-y b='>'>"),
    ("<svg><text>", "</text></svg>"),
    ("<svg><title/></svg>", ""),
    ("<svg/>", "<svg a='/'/>"),
    ("<video>", "</video>"),
    ("<Canvas>", "</CANVAS>"),
    ("<template>", "</template>"),
    ("<template><p>", "<div></template>"),
    ("<meter>", "</meter>"),
]
ROUND_WORDS = [
    ("<a href='x>y\">z'>", "</a>"),
    ("<button>", "</button>"),
    ("<script>", "</script>"),
    ("<script><!--<script>", "</script>--></script/>"),
    ("<script><!--<b></script>", ""),
    ("<script><!--><script></script>", ""),
    ("<STYLE><p>", "</stylex></style >"),
    ("<iframe>", "</b></iframe>"),
    ("<noscript>", "</noscript>"),
    ("<!--", "-->"),
    ("<!-- -- > ", " --!>"),
    ("<select><option>", "</option></select>"),
    ("<datalist><option>", "</datalist>"),
    ("<ruby>", "<rt>a</rt></ruby>"),
    ("<object>", "</object>"),
    ("<math><mi>", "</mi></math>"),
]
BLOCK_PAIRS = [
    ("<p>", "</p>"),
    ("<p>", "\n"),
    ("<P class=a\n>", ""),
    ("<h1>", "</h1>"),
    ("<h6 id='>'>", "</H6 >"),
    ("<h2>", "</h3>"),
    ("<div>", "</div>"),
    ("<pre>\n", "</pre>"),
    ("<div><pre>", "</div>"),
    ("<listing>", "</listing>"),
    ("<address><center>", "</address>"),
    ("<blockquote>", "</blockquote>"),
    ("<figure><figcaption>a</figcaption>", "</figure>"),
    ("<details><summary>be</summary>", "</details>"),
    ("", ""),
    (" ", "\r\n"),
]
OTHER_LEAVES = [
    "<hr>",
    "<textarea>a <b> &eacute; <!-- c --></textareab></textarea>",
    "<xmp>a <b> &eacute; <!-- c --></xmpb></xmp>",
    "<!-- alpha -->",
    "<p>alpha<!-- be --></p>",
    "<p><!-- be -->alpha <!-- be --> x1 <!-- be --> </p>",
    "<p><video>alpha</p>",
    "<p>alpha<div><svg>be</div>",
    "<p><svg>alpha<p>be</svg>",
]


def wrapped(pair: tuple[str, str], inner: str) -> str:
    return inner.join(pair)


def listed(tags: tuple[str, list[tuple[str, str]], str], inners: list[str]) -> str:
    start, pairs, end = tags
    return start + "".join(wrapped(pairs[place % len(pairs)], inner) for place, inner in enumerate(inners)) + end


words = st.sampled_from(WORDS.split())
references = st.sampled_from(REFERENCES.split())
blanks = st.sampled_from([" ", " ", "\n", "\t", "\r\n", "\r", "\f"])
fragments = words | blanks | references | st.sampled_from(ODD.split(" "))
plain = st.lists(words | blanks | references, max_size=5).map("".join)
inline = st.lists(
    st.recursive(
        fragments | fragments | st.builds(wrapped, st.sampled_from(ROUND_WORDS), st.lists(words).map(" ".join)),
        lambda inner: st.builds(wrapped, st.sampled_from(ROUND_INLINES), st.lists(inner, max_size=3).map("".join)),
        max_leaves=4,
    ),
    max_size=8,
).map("".join)
leaves = st.builds(wrapped, st.sampled_from(BLOCK_PAIRS), inline) | st.sampled_from(OTHER_LEAVES)
LISTS = [
    ("<ul>", [("<li>", "</li>\n")], "</ul>"),
    ("<ul>\n", [("<li>", ""), ("<LI class='a'>", "</li>")], "</ul>"),
    ("<ol>", [("<li><div>", ""), ("<li><p>", "")], "</ol>"),
    ("<dl>", [("<dt>", "</dt>"), ("<dd>", "</dd>")], "</dl>"),
    ("<dl>", [("<dt>", ""), ("<dd><p>", "")], "</dl>"),
    ("<table><tr>", [("<td>", "</td>"), ("<th>", "</th>")], "</tr></table>"),
    ("<table>", [("<tr><td>", ""), ("<td><div>", "\n"), ("<tbody><tr><th>", "")], "</table>"),
    ("<table><caption>a</caption><thead>", [("<tr><th>", ""), ("<td>", "</td>")], "</table>"),
    ("<table><caption>a<tfoot>", [("<tr><th>", "</tr>"), ("<tr><td>", "</tfoot>")], "</table>"),
    ("<blockquote>", [("<div>", "</div>"), ("<p>", "")], "</blockquote>"),
    ("<section><article>", [("<div>", ""), ("", "")], "</article></section>"),
]


def containers(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    blocks = st.lists(inner, max_size=3).map("".join)
    return st.builds(listed, st.sampled_from(LISTS), st.lists(blocks, min_size=2, max_size=4))


bodies = st.lists(st.recursive(leaves, containers, max_leaves=8), max_size=6).map("".join)
HEADS = [
    "<!DOCTYPE html><body>",
    "<!doctype HTML>\n<html lang='a'>\n<head><meta a='b'><title>a &lt; <b></title><style>a</style></head>\n<body>\n",
]


@given(st.sampled_from(HEADS), bodies, st.sampled_from(["", "\n</body>\n</html>\n", "<script>a", "<!-- a", "<p a='"]))
def test_the_words_of_each_block_are_those_that_a_browser_shows(head: str, body: str, tail: str) -> None:
    source = head + body + tail
    assert words_marked(source) == words_shown(source)


# Tags in any order. What blocks come of that is the tree's business; where tags, comments and scripts end is not.
SOUP = """
    <p> </p> <div> </div> <li> </ul> <h1> </h2> <b> </b> <!-- --> --!> - <script> </script> <style> </style> <textarea>
    </textarea> <title> </title> <xmp> </xmp> </ </a <a href=" href=' " ' > /> = <? <! <![CDATA[ ]]> </body> </html> <br
    <hr> <img </p <p <pre> </pre> <iframe> </iframe> <blockquote> </blockquote>
"""


@given(st.lists(st.sampled_from(SOUP.split()) | words | references, max_size=30))
def test_the_words_of_tag_soup_are_those_that_a_browser_shows(parts: list[str]) -> None:
    source = "<!DOCTYPE html><body> " + " ".join(parts)
    shown = [words for kind, words in words_shown(source) if kind != "COMMENT"]
    marked = [words for kind, words in words_marked(source) if kind != "COMMENT"]
    assert " ".join(marked) == " ".join(shown)
