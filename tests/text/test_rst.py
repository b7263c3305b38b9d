from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given

from dedup.text.marks import Marks
from dedup.text.rst import mark_rst
from dedup.text.tokens import folded, tokenize
from tests.text import marked
from tests.text.marked import hostile

blocks = partial(marked.blocks, mark_rst)
words = partial(marked.words, mark_rst)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one two\nthree\n\nfour\n", [("prose", "one two\nthree"), ("prose", "four")]),
        ("one\n===\n\ntwo", [("heading", "one"), ("prose", "two")]),
        ("====\none\n====\ntwo\n----\nthree", [("heading", "one"), ("heading", "two"), ("prose", "three")]),
        ("======\n one\n======\n", [("heading", "one")]),
        ("---\none\n---\n\ntwo", [("heading", "one"), ("prose", "two")]),
        ("---\nfour\n---\n\ntwo", [("prose", "---\nfour\n---"), ("prose", "two")]),
        ("==\none\n==\n\ntwo", [("prose", "==\none\n=="), ("prose", "two")]),
        ("one\n\n----\n\ntwo", [("prose", "one"), ("prose", "two")]),
        ("onetwo\n---\nthree", [("prose", "onetwo\n---\nthree")]),
        ("- one\n- two\n  three\n", [("list", "one"), ("list", "two\n  three")]),
        ("- one\n\n  two\n\n  - three\n- four", [("list", word) for word in ("one", "two", "three", "four")]),
        ("-\n  one\n\nA. two\n\n(iv) three\n(v) four", [("list", word) for word in ("one", "two", "three", "four")]),
        ("A. One\nand two.", [("prose", "A. One\nand two.")]),
        ("one : two\n  three\n\n  four", [("list", "one : two"), ("list", "three"), ("list", "four")]),
        (
            "one\n\n:two: three\n  four\n:five:\n",
            [("prose", "one"), ("list", "two"), ("list", "three\n  four"), ("list", "five")],
        ),
        (
            "-a, --one=TWO  three\n/V\n  four",
            [("list", "-a, --one=TWO"), ("list", "three"), ("list", "/V"), ("list", "four")],
        ),
        (
            "one\n\n  two\n\n  - three\n\nfour",
            [("prose", "one"), ("quote", "two"), ("quote", "three"), ("prose", "four")],
        ),
        ("one\n\n  - two\n\n  three", [("prose", "one"), ("list", "two"), ("prose", "three")]),
        ("| one\n| two\n  three\n| four", [("prose", "| one\n| two\n  three\n| four")]),
        ("one::\n\n  two\n\n   three\n\nfour", [("prose", "one::"), ("code", "two\n\n   three"), ("prose", "four")]),
        ("one::\n\n> two\n> three\n\nfour", [("prose", "one::"), ("code", "> two\n> three"), ("prose", "four")]),
        ("one\\::\n\n  two", [("prose", "one\\::"), ("quote", "two")]),
        (">>> one\ntwo\n\nthree", [("code", ">>> one\ntwo"), ("prose", "three")]),
        (
            ".. code-block:: py\n   :name: one\n\n   two\n\n   three\n\nfour",
            [("code", "two\n\n   three"), ("prose", "four")],
        ),
        (".. parsed-literal::\n   one\n   two", [("code", "one\n   two")]),
        (
            ".. note:: one\n   two\n   :name: three\n\n   four\n\nfive",
            [("prose", "one\n   two"), ("prose", "four"), ("prose", "five")],
        ),
        ("- .. tip::\n     one\n\n     two::\n\n       three", [("list", "one"), ("list", "two::"), ("code", "three")]),
        (".. admonition:: one\n\n   two", [("heading", "one"), ("prose", "two")]),
        (".. versionadded:: 3.2\n   one\n\n.. deprecated:: 3.3 two", [("prose", "one"), ("prose", "two")]),
        (".. figure:: one.png\n   :alt: two\n\n   three\n\n   four", [("prose", "three"), ("prose", "four")]),
        (
            ".. function:: one(two)\n\n   three\n\n   :param four: five",
            [("prose", "three"), ("list", "param four"), ("list", "five")],
        ),
        (".. unknown::\n   one", [("prose", "one")]),
        (".. image:: one\n   :alt: two\n\n.. toctree::\n\n   three\n\n.. raw:: html\n\n   four", []),
        (
            ".. list-table:: one\n   :widths: 1 2\n\n   * - two\n     - three",
            [("heading", "one"), ("cell", "two"), ("cell", "three")],
        ),
        (".. one\n   two\n\n   three\n\nfour", [("comment", "one\n   two\n\n   three"), ("prose", "four")]),
        ("..\n\n  one", [("quote", "one")]),
        (".. |one| replace:: two\n.. _three: four\n__ five\n.. _six:\n\nseven", [("prose", "seven")]),
        (
            ".. [1] one\n   two\n.. [#three] four\n.. [Five] six",
            [("prose", "one\n   two"), ("prose", "four"), ("prose", "six")],
        ),
        ("+---+---+\n| a | b |\n+---+---+\n| c     |\n+-------+", [("cell", word) for word in "abc"]),
        ("+---+---+\n| a | b |\n|   +---+\n| c | d |\n+---+---+", [("cell", word) for word in "abcd"]),
        (
            "=== ===\none two\n=== ===\na   b\n    c\n\nd   e f\n=== ===\n",
            [("cell", word) for word in ("one", "two", "a", "b\n    c", "d", "e f")],
        ),
        ("+---+\n| a |\n", [("prose", "+---+\n| a |")]),
        ("=== ===\none two\n", [("prose", "=== ===\none two")]),
        (
            ":one: two\n:three:\n  four\n\nfive",
            [("front", word) for word in ("one", "two", "three", "four")] + [("prose", "five")],
        ),
        (
            ".. one\n\ntwo\n===\n\n:three: four",
            [("comment", "one"), ("heading", "two"), ("front", "three"), ("front", "four")],
        ),
        ("PEP: 1\nTitle: one\n  two\n\nthree", [("front", "PEP: 1\nTitle: one\n  two"), ("prose", "three")]),
        ("", []),
        ("..\n\n-\n\n----\n\n::\n", [("prose", "::")]),
    ],
)
def test_a_block_is_the_text_of_one_leaf_with_its_kind(text: str, expected: list[tuple[str, str]]) -> None:
    assert blocks(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("un\\ *believ*\\ able", "unbelievable"),
        ("**one** *two* ``three`` `four` `five`_ six_ seven__ _`eight`", "one two three four five six seven eight"),
        (":func:`one` `two`:py:mod: :ref:`three <four>` :sup:`five <six>`", "one two three five six"),
        ("`one <http://two>`_ `three <four_>`__ `<http://five>`_", "one three http five"),
        ("one\\ [1]_\\ two [#three]_ |four| five [*]_", "one two five"),
        ("10\\ :sup:`6` **2**\\ :sub:`10`\\ 1 3\\ `4`:superscript:", "10 6 2 10 1 3 4"),
        ("H\\ :sub:`2`\\ O 2\\ :sup:`nd` 1\\ :math:`2`", "h2o 2nd 12"),
        ("*one two ``three |four `five", "one two three four five"),
        ("one*two* (*three*) '*'four*", "one two three four"),
        ("**one ``two`` [three] a|b|c", "one two three a b c"),
        ("\\*one* `\\`two`", "one two"),
        (":math:`one\\two`", "one two"),
        ("a_b_c d_ e_f_", "a b c d e f"),
        ("- one *two\n  three* four", "one two three four"),
    ],
)
def test_words_are_those_a_reader_sees(text: str, expected: str) -> None:
    assert words(text) == expected


def test_emphasis_roles_and_references_are_transparent() -> None:
    marks = mark_rst("an\\ `other <q>`_\\ s")
    text = "an\\ `other <q>`_\\ s"
    assert folded(text, tokenize(text, marks), marks) == ["anothers"]
    (start,), (end,) = (tokenize(text, marks).starts, tokenize(text, marks).ends)
    assert text[start:end] == text


def test_what_is_not_closed_swallows_nothing_but_its_own_paragraph() -> None:
    text = "One ``two **three `four <five |six\n\n*Seven* eight.\n"
    assert words(text) == "one two three four five six seven eight"


def test_tabs_reach_to_every_eighth_column() -> None:
    assert blocks("-\tone\n\n\ttwo\n        three") == [("list", "one"), ("list", "two\n        three")]


def test_wide_characters_take_two_columns_of_a_table() -> None:
    assert blocks("+------+---+\n| 漢字 | b |\n+------+---+") == [("cell", "漢字"), ("cell", "b")]
    assert blocks("==== ===\n漢字 b\n==== ===") == [("cell", "漢字"), ("cell", "b")]


def test_a_cell_with_several_lines_is_one_block_unless_others_stand_between_them() -> None:
    assert blocks("=== ===\na   b\n    c\nd   e\n=== ===") == [
        ("cell", "a"),
        ("cell", "b\n    c"),
        ("cell", "d"),
        ("cell", "e"),
    ]
    assert blocks("+---+---+\n| a | b |\n|   | c |\n+---+---+") == [("cell", "a"), ("cell", "b |\n|   | c")]
    assert blocks("+---+---+\n| a | b |\n| d | c |\n+---+---+") == [("cell", word) for word in "abdc"]


def test_cells_may_hold_lists_and_tables() -> None:
    rows = ["- one", "", "::", "", "  two", "", "+-----+", "|three|", "+-----+"]
    text = "+---------+\n" + "".join(f"| {row:8}|\n" for row in rows) + "+---------+"
    assert [found for found in blocks(text) if found[1] != "::"] == [
        ("cell", "one"),
        ("code", "two"),
        ("cell", "three"),
    ]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("- " * 100_000 + "one", 1),
        (".. note:: " * 20_000 + "one", 1),
        ("".join(" " * depth + "- one\n" for depth in range(1_000)), 1_000),
        ("".join(" " * depth + "one\n\n" for depth in range(1_000, 0, -1)), 1_000),
        ("*a **b `c ``d |e _`f " * 10_000, 60_000),
        (":a" * 50_000 + ":`x` " * 10_000, 10_000),
        ("a-" * 50_000 + "b_ ", 50_001),
        ("[a." * 50_000, 50_000),
        ("`a <" * 20_000 + ">`_", 20_000),
        ("\\" * 100_000, 0),
        ("=" * 100_000, 0),
        ("== ==\n" * 20_000, 0),
        ("== ==\na b\n\n" * 10_000, 20_000),
        ("+---+\n| a |\n" * 10_000, 10_000),
        ("one::\n\n  two\n" * 10_000, 20_000),
        ("::\n\n" * 20_000, 0),
        ("one " * 2_500_000, 2_500_000),
        ("\t" * 100_000 + "one", 1),
    ],
    ids=lambda value: value[:12] if isinstance(value, str) else "",
)
def test_hostile_text_costs_no_more_than_its_length(text: str, count: int) -> None:
    assert len(tokenize(text, mark_rst(text)).starts) == count


def test_ten_thousand_levels_are_read() -> None:
    assert blocks("- " * 10_000 + "one\n\ntwo") == [("list", "one"), ("prose", "two")]


@given(hostile("rst"))
def test_words_are_read_in_any_part_of_a_text_alike(text: str) -> None:
    begun = "First.\n\n" + text.replace("\r", "")
    alone = words(begun)
    assert words(begun + "\n\n..\n\nLast.\n") == f"{alone} last"


def test_marks_of_nothing_are_empty() -> None:
    assert isinstance(mark_rst(" \n"), Marks)
    assert len(mark_rst("\ufeff").starts) == 0
