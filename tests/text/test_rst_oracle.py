"""The reStructuredText reader against its oracle: what docutils shows, block by block."""

from __future__ import annotations

from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from dedup.text.rst import mark_rst
from tests.text.marked import words_by_block
from tests.text.rst_shown import parsed, words_shown

words_marked = partial(words_by_block, mark_rst)

ROLES = ("func", "py:class", "ref")
BODIES = ("function", "unheard-of")


def indented(text: str, by: int, marker: str = "") -> str:
    """Every line behind `by` blanks, the first behind a marker."""
    lines = [" " * by + line if line else line for line in text.split("\n")]
    return marker + "\n".join(lines)[len(marker) :] if marker else "\n".join(lines)


# What the grammar leaves out:
# - documents in which docutils reports an error and shows source instead, such as titles inside lists;
# - topics and tables of contents, which docutils allows at the top only;
# - field lists at the start, which are front matter to us, and to docutils only after a transform;
# - cells with several lines, of which each line is a block: they are compared as one, below.
WORDS = "alpha be naïve café straße Привет мир שלום كِتاب 漢字 カナ ไทย हिन्दी 한국 don't x1 42 🙂 ﬁne İ"
WHOLE = [
    "*{}*",
    "**{}**",
    "``{}``",
    "`{}`",
    ":func:`{}`",
    ":ref:`{} <q q>`",
    "`{}`:py:class:",
    "`{} <http://q.q>`_",
    "`{} <q_>`__",
    "_`{}`",
    "`{}`_",
    "[1]_",
    "[#q]_",
    "[*]_",
    "[Q2]_",
    "|q|",
    "|q q|_",
    "({})",
    '"{}"',
    "'*'{}",
    "{}'s",
    "``{}`` ``\\``",
    ":sup:`{}`",
    ":math:`{}\\q`",
    "{}\\ :sup:`{}`\\ {}",
    "**4**\\ :sub:`2`\\ {}",
    "4\\ `{}`:sup:\\ 2",
    "**{}\n{}**",
    "`{}\n{} <q\nq>`_",
    "*{}*-**{}**",
    "(*{}*)",
    "«*{}*»",
    "{}\\ *{}*\\ {}",
    "*{}*\\{}",
    "``{}``{}",
    "https://{}.org/q_q",
]
LOOSE = [
    "*",
    "**",
    "`",
    "``",
    "|",
    "_",
    "__",
    "\\*",
    "\\\\",
    "\\`{}",
    "{}_",
    "{}__",
    "*{}",
    "{}*",
    "`{} <q>`",
    "[{}]",
    "<{}>",
]

words = st.sampled_from(WORDS.split())
fragments = st.builds(
    lambda pattern, one, two, three: pattern.format(one, two, three),
    st.sampled_from(["{}"] * 20 + WHOLE + LOOSE),
    words,
    words,
    words,
)
spaces = st.sampled_from([" ", " ", " ", "\n"])
# The first word keeps a line from beginning with a marker.
paragraphs = st.lists(st.tuples(spaces, fragments), max_size=10).map(
    lambda found: "Then" + "".join(f"{space}x {text}" for space, text in found)
)
lines = paragraphs.map(lambda text: text.replace("\n", " "))
raw = st.lists(words | st.sampled_from(["*q", "`q", "  q", "::", "q_", ""]), min_size=1, max_size=5).map(
    lambda found: "\n".join(["raw", *found, "end"])
)
tables = st.builds(
    lambda kind, cells: (grid if kind else simple)(cells),
    st.booleans(),
    st.lists(st.tuples(words, words), min_size=1, max_size=3),
)


def wide(text: str) -> int:
    from dedup.text.rst.lines import width

    return width(text)


def grid(rows: list[tuple[str, str]]) -> str:
    rule = "+----------+----------+"
    shown = [f"|{one}{' ' * (10 - wide(one))}|{two}{' ' * (10 - wide(two))}|\n{rule}" for one, two in rows]
    return "\n".join([rule, *shown])


def simple(rows: list[tuple[str, str]]) -> str:
    rule = "=========  ========="
    shown = [f"{one}{' ' * (11 - wide(one))}{two}" for one, two in rows]
    return "\n".join([rule, "one        two", rule, *shown, rule])


leaves = st.one_of(
    paragraphs,
    paragraphs,
    st.builds("{}::\n\n{}".format, lines, raw.map(lambda text: indented(text, 3))),
    st.builds("{} ::\n\n> {}\n> {}".format, lines, words, words),
    st.builds(".. {}:: q\n   :q: q\n\n{}".format, st.just("code-block"), raw.map(lambda text: indented(text, 3))).map(
        lambda text: text.replace("   :q: q\n", "")
    ),
    lines.map(lambda text: f">>> {text}\nresult"),
    st.lists(lines, min_size=1, max_size=3).map(lambda found: "\n".join(f"| {line}" for line in found)),
    lines.map(".. {}".format),
    lines.map("..\n   {}\n\n   more".format),
    tables,
    st.sampled_from(
        [
            ".. _q: http://q.q",
            ".. _q:",
            "__ http://q.q",
            ".. |q q| image:: q.png",
            ".. image:: q.png\n   :alt: q",
            ".. raw:: html\n\n   <b>q</b>",
            ".. unheard-of:: q",
            "..",
        ]
    ),
    st.builds(".. rubric:: {}".format, lines),
)
NAMES = ["note", "warning", "tip", "admonition", "figure", "container", "unheard-of", "function", "epigraph"]


def contained(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    bodies = st.lists(children, min_size=1, max_size=3).map("\n\n".join)
    items = st.builds(lambda text, marker: indented(text, len(marker), marker), bodies, st.sampled_from(MARKERS))
    return st.one_of(
        items,
        st.builds(lambda first, rest: indented(f"{first}\n\n{rest}", 2, "* "), paragraphs, bodies),
        st.builds(lambda term, text: f"{term} : q\n{indented(text, 4)}", lines, bodies),
        st.builds(lambda term, text: f"Item\n\n:{term}: x\n{indented(text, 3)}", words, paragraphs.map(lambda t: t)),
        st.builds(lambda text: f"-a, --bc=q  {text}", lines),
        st.builds(lambda text: f"Above.\n\n{indented(text, 3)}\n\nBelow.", bodies),
        st.builds(directive, st.sampled_from(NAMES), st.booleans(), bodies),
        st.builds(lambda text, mark: f".. [{mark}] {indented(text, 3).lstrip()}", bodies, st.sampled_from(["1", "#q"])),
    )


MARKERS = ["- ", "*  ", "1. ", "#. ", "(a) ", "iv) "]


def directive(name: str, options: bool, body: str) -> str:
    argument = {"admonition": " Title", "figure": " q.png", "container": " q", "function": " q(q)"}
    # A figure begins with its caption, and a quote with a paragraph.
    body = f"Shown.\n\n{body}" if name in ("figure", "epigraph") else body
    options = options and name not in ("container", "unheard-of", "function", "epigraph")
    return f".. {name}::{argument.get(name, '')}\n{'   :class: q' if options else ''}\n\n{indented(body, 3)}"


titles = st.builds(
    lambda title, over: f"{'=' * 200}\n{title}\n{'=' * 200}" if over else f"{title}\n{'-' * 200}", lines, st.booleans()
).filter(lambda text: wide(text.split("\n")[0]) <= 200 >= wide(text.split("\n")[1]))
documents = st.lists(st.recursive(leaves, contained, max_leaves=5) | st.just("----"), min_size=1, max_size=4).map(
    lambda blocks: "First.\n\n" + "\n\n".join(blocks) + "\n\nLast.\n"
)


@given(documents, st.sampled_from(["\n", "\n", "\r\n", "\r"]))
def test_the_words_of_each_block_are_those_that_docutils_shows(source: str, line_end: str) -> None:
    assert words_marked(source.replace("\n", line_end)) == words_shown(parsed(source, ROLES, BODIES))


@given(st.lists(titles | paragraphs, min_size=1, max_size=5))
def test_titles_are_headings(blocks: list[str]) -> None:
    source = "\n\n".join(blocks) + "\n"
    assert words_marked(source) == words_shown(parsed(source, ROLES, BODIES))
