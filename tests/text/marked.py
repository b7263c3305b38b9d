"""What the tests of all readers ask of marks, and texts that are rich in what means something to each."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from dedup.text.html import mark_html
from dedup.text.markdown import mark_markdown, mark_mdx
from dedup.text.marks import Block, Marks
from dedup.text.plain import mark_plain
from dedup.text.rst import mark_rst
from dedup.text.tokens import folded, tokenize

Reader = Callable[[str], Marks]


READERS: dict[str, Reader] = {
    "plain": mark_plain,
    "markdown": mark_markdown,
    "mdx": mark_mdx,
    "html": mark_html,
    "rst": mark_rst,
}


MOVED = "\ue000"
"""Stands in the texts of the oracles where superscript or subscript begins or ends."""


def without_moves(text: str) -> str:
    """The text of an oracle with a space for what stands between two digits."""
    return re.sub(rf"(?<=\d){MOVED}+(?=\d)", " ", text).replace(MOVED, "")


def blocks(mark: Reader, text: str) -> list[tuple[str, str]]:
    """(kind, source) of every block."""
    marks = mark(text)
    return [
        (Block(kind).name.lower(), text[start:end])
        for start, end, kind in zip(marks.starts, marks.ends, marks.kinds, strict=True)
    ]


def words(mark: Reader, text: str, kinds: Collection[Block] | None = None) -> str:
    """The folded tokens of the text, or of its blocks of these kinds, in order, joined by spaces."""
    marks = mark(text)
    return " ".join(folded(text, tokenize(text, marks, kinds), marks))


def spans(mark: Reader, text: str) -> list[str]:
    """The source of every token."""
    tokens = tokenize(text, mark(text))
    return [text[start:end] for start, end in zip(tokens.starts, tokens.ends, strict=True)]


def words_by_block(mark: Reader, text: str) -> list[tuple[str, str]]:
    """(kind, folded tokens joined by spaces) of every block that has tokens."""
    marks = mark(text)
    tokens = tokenize(text, marks)
    found = np.array([*folded(text, tokens, marks), ""], object)
    owners = np.searchsorted(marks.starts, tokens.starts, "right") - 1
    return [
        (Block(marks.kinds[owner]).name, " ".join(found[:-1][owners == owner])) for owner in np.unique(owners).tolist()
    ]


def check(text: str, marks: Marks) -> None:
    """That marks are as `Marks` says: in bounds, in order, disjoint, and blocks begin and end with what is visible."""
    assert (marks.starts.dtype, marks.ends.dtype, marks.kinds.dtype) == (np.int64, np.int64, np.uint8)
    assert len(marks.starts) == len(marks.ends) == len(marks.kinds)
    check_structure(marks)
    assert np.all(marks.starts < marks.ends)
    assert np.all(marks.ends[:-1] <= marks.starts[1:])
    assert not len(marks.starts) or (marks.starts[0] >= 0 and marks.ends[-1] <= len(text))
    assert np.all(np.isin(marks.kinds, list(Block)))
    for start, end in zip(marks.starts, marks.ends, strict=True):
        assert not text[start].isspace()
        assert not text[end - 1].isspace()
    for ranges in (marks.hidden, marks.borders):
        assert ranges.dtype == np.int64
        assert ranges.shape[1:] == (2,)
        assert np.all(ranges[:, 0] <= ranges[:, 1])
        owner = np.searchsorted(marks.starts, ranges[:, 0], "right") - 1
        assert np.all(owner >= 0)
        assert np.all(ranges[:, 1] <= marks.ends[owner])
    reach = 0
    for start, end, characters in marks.stands:
        assert reach <= start
        assert len(characters) <= end - start
        reach = end


def check_structure(marks: Marks) -> None:
    """That every block has a place in the structure: an item lies in one list, and only headings have levels."""
    structure = marks.containers, marks.items, marks.levels, marks.landmarks
    assert [array.dtype for array in structure] == [np.int32, np.int32, np.uint8, np.bool_]
    assert {array.shape for array in structure} == {marks.starts.shape}
    in_items = marks.items >= 0
    pairs = np.unique(np.stack((marks.items[in_items], marks.containers[in_items])), axis=1)
    assert len(np.unique(pairs[0])) == pairs.shape[1]
    assert np.all(marks.levels <= 6)
    assert not np.any(marks.levels[marks.kinds != Block.HEADING])
    apart = np.isin(marks.kinds, [Block.FRONT, Block.COMMENT])
    assert np.all(marks.containers[apart] == -1)
    assert np.all(marks.items[apart] == -1)


def as_shown(text: str, marks: Marks, start: int, end: int) -> str:
    """A part of the source as a reader sees it: without what is hidden, and with what entities stand for."""
    shown = list(text)
    for first, last, characters in marks.stands:
        shown[first:last] = [characters] + [""] * (last - first - 1)
    for first, last in marks.hidden.tolist():
        shown[first:last] = [""] * (last - first)
    return "".join(shown[start:end])


def equal(one: Marks, other: Marks) -> bool:
    """Whether two texts are marked alike."""
    return one.stands == other.stands and all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("starts", "ends", "kinds", "hidden", "borders", "containers", "items", "levels", "landmarks")
    )


def moved(marks: Marks, by: int) -> Marks:
    """The same marks, further behind."""
    return replace(
        marks,
        starts=marks.starts + by,
        ends=marks.ends + by,
        hidden=marks.hidden + by,
        borders=marks.borders + by,
        stands=tuple((start + by, end + by, characters) for start, end, characters in marks.stands),
    )


# Anything at all, but rich in what means something to a markup.
CHARACTERS = "ab1é漢\u0301 \t\n\r\f\v\x85*_~`[]()<>!?&;:#-+=|\\\"'/.^{}$%x\0\ud800\ufeff\u00a0\u3000\u00ad🙂"
PIECES = {
    "plain": "a é 漢",
    "markdown": """
        > - 1. ``` ~~~ <!-- --> <b> <br> </div> <pre> <li> <td> &amp; [a]: [^a] [^a]: ![ ](b) | |- --- : * _ [ ] a é
        漢 \\
    """,
    "mdx": """
        {{ }} {{< >}} {{% %}} {% %} {%raw%} {%endraw%} {%comment%} {%endcomment%} {%highlight%} {%endhighlight%} {{<a>}}
        {{</a>}} {{b}} ::: :::: :::note :::{tip} :::{code} :a:b ```{note} ``` ~~~ ` --- > - 1. | <A <A> </A> <b </b> />
        < > { } {/* */} {x} import export const from 'a' " = ( a é 漢 \\ # <!-- --> [!NOTE] [a]( ) * & &amp;
    """,
    "html": """
        <p> </p> <b> </b> <br> <li> </ul> <td> </table> <pre> </pre> <blockquote> </blockquote> <!-- --> --!> <script>
        </script> <svg> </svg> <template> </template> <textarea> </textarea> <title> </title> <![CDATA[ ]]> <? <! </
        </a <a &amp; &eacute &#233; &# href=" ' = > a é 漢 🙂 <?xml?> --- b:
    """,
    "rst": """
        - * 1. (a) #. :a: -a --bc=d >>> | +---+ |a| +---+---+ ==== === ---- :: .. .._ ..|a| __ [1] [1]_ a_ a__ `a`
        :a:`b` ` `` * ** \\ .. note:: code:: figure:: list-table:: versionadded:: <b> a é 漢 --- b:
    """,
}
BLANKS = ["\n", "\n", "\n\n", "\r\n", "\r", " ", " ", "  ", "    ", "\t"]


def hostile(name: str) -> st.SearchStrategy[str]:
    """Texts for the reader of this name."""
    rich = st.lists(st.sampled_from([*PIECES[name].split(), *BLANKS]), max_size=50).map("".join)
    return st.text(CHARACTERS, max_size=60) | rich | st.text()
