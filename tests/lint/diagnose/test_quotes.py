"""Quotations, against the tokens that were read from the same stretch."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.lint.diagnose.quotes import Quoter
from dedup.text.marks import Block, Marks
from dedup.text.overlay import WINDOW
from dedup.text.reading import Reading, read
from dedup.text.tokens import folded, tokenize

TEXTS = {
    "markdown": (
        '# A gate\n\nThe [old *gate*](gate.html "shut") of `the mill`&amp;co is <b>sh</b>ut.  \nIt\u00a0rains.\n\n'
        "- one\n- two ![a sea](sea.png) three<!-- four -->\n\n```\ncode\n```\n\n"
        "> dusk\n> dawn 今天 café\n\n| a | b |\n|---|---|\n| c | d |\n"
    ),
    "html": (
        "<p>The <a href='x.html'>old</a> g&#97;te<br>is<b>s</b>hut<script>no</script>.</p><ul><li>one<li>two</ul>"
        "<table><tr><td>a</td><td>b</td></tr></table><!-- no --><pre>code</pre>"
    ),
    "rst": (
        "A gate\n======\n\nThe *old* :pep:`12` gate_ of ``the mill`` is\\ shut.\n\n- one\n- two\n\n"
        ".. note:: dusk\n\n.. no\n\n::\n\n    code\n\n=====  =====\na      b\n=====  =====\n"
    ),
    "plain": "The old gate\nis shut.\n\nIt rains today.\n",
}


@pytest.mark.parametrize("markup", TEXTS)
@pytest.mark.parametrize("blocks", [None, {"prose", "list"}])
@given(data=st.data())
def test_a_quotation_has_the_words_that_were_read_and_no_others(markup, blocks, data):
    text = TEXTS[markup]
    reading = read(text, markup, blocks)
    tokens = reading.tokens
    first = data.draw(st.integers(0, len(tokens.starts) - 1))
    last = data.draw(st.integers(first, len(tokens.starts) - 1))
    quoted = Quoter(reading).quote(int(tokens.starts[first]), int(tokens.ends[last]))
    assert folded(quoted, tokenize(quoted)) == folded(text, tokens, reading.marks)[first : last + 1]
    assert quoted == " ".join(quoted.split())


@pytest.mark.parametrize("markup", TEXTS)
def test_nothing_is_quoted_of_nothing(markup):
    quoter = Quoter(read(TEXTS[markup], markup))
    assert {quoter.quote(at, at) for at in range(len(TEXTS[markup]))} == {""}


def test_blocks_that_touch_are_parted_by_a_blank():
    text = "onetwo, three&amp;four"
    borders = np.array([0, 3, 8, 18, len(text)])
    kinds = frozenset({Block.PROSE})
    marks = Marks(borders[:-1], borders[1:], np.zeros(4, np.uint8), stands=((13, 18, "&"),))
    quoter = Quoter(Reading(text, marks, tokenize(text, marks, kinds), kinds))
    assert quoter.quote(0, len(text)) == "one two, three& four"
    assert quoter.quote(0, 6) == "one two"
    assert (quoter.quote(0, 3), quoter.quote(3, 8)) == ("one", "two,")


def test_a_long_text_is_quoted_alike_at_its_end():
    text = "A *gate* is shut.\n\n" * (3 * WINDOW // 19) + "The *old* gate"
    quoter = Quoter(read(text, "markdown"))
    assert quoter.quote(len(text) - 14, len(text)) == "The old gate"
    assert quoter.quote(text.index("gate", WINDOW), len(text)).startswith("gate is shut. A gate is shut. A gate")
