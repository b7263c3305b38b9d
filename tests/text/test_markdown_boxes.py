"""Admonitions, alerts, callouts, details and tabs: what they hold is read as what it is, and their titles are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.text.markdown import mark_markdown
from tests.text import marked
from tests.text.structure import lists
from tests.text.test_markdown_oracle import joined, paragraphs

BODY = "low *water*\nhere\n\n- one\n- two\n\n```\ncode\n```\n\n> said\n\n## high\n\n| a | b |\n|---|---|\n| c | d |"
READ = [
    ("prose", "low *water* here"),
    ("list", "one"),
    ("list", "two"),
    ("code", "code"),
    ("quote", "said"),
    ("heading", "high"),
    *(("cell", letter) for letter in "abcd"),
]


def indented(text: str, by: str = "    ") -> str:
    return "\n".join(by + line if line else line for line in text.split("\n"))


def quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def blocks(text: str) -> list[tuple[str, str]]:
    """Blocks, each in one line and without the markup of what is round it."""
    found = marked.blocks(mark_markdown, text)
    return [(kind, " ".join(part.strip(" \t>") for part in source.split("\n")).strip()) for kind, source in found]


BOXES = [
    *(
        f"{opening}{gap}{indented(BODY)}\n"
        for opening in (
            "!!! note",
            '!!! note "Spring tide"',
            '!!! warning inline end "Spring *tide*"',
            '!!! danger ""',
            "!!!note",
            "??? note",
            '???+ note "Spring tide"',
            '??? "Spring tide"',
            '=== "Spring tide"',
            '===! "Spring tide"',
        )
        for gap in ("\n", "\n\n")
    ),
    "!!! tide\n" + indented(BODY, "\t"),
    *(
        f"{opening}\n{quoted(BODY)}\n"
        for opening in (
            "> [!NOTE]",
            "> [!warning]  ",
            "> [!tip]+ Spring tide",
            "> [!bug]- Spring *tide*",
            "> [!faq]",
            "> [!note]-",
            "> [!my-own|right] Spring tide",
            ">[!note] Spring `tide`",
        )
    ),
    f":::note\n\n{BODY}\n\n:::\n",
    f"::: warning Spring tide\n\n{BODY}\n\n:::\n",
    f":::{{note}} Spring tide\n:class: tide\n\n{BODY}\n:::\n",
    f"````{{note}}\n{BODY}\n````\n",
    f"````{{admonition}} Spring tide\n:class: tide\n\n{BODY}\n````\n",
]


@pytest.mark.parametrize("text", BOXES)
def test_what_a_box_holds_is_read_as_what_it_is_and_its_title_is_not(text):
    assert blocks(text) == READ
    assert blocks(f"before\n\n{text}\nafter\n") == [("prose", "before"), *READ, ("prose", "after")]
    assert [items for _, items in lists(mark_markdown, text)] == [[["one"], ["two"]], [["a", "b"], ["c", "d"]]]


@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
@pytest.mark.parametrize("text", BOXES)
def test_boxes_are_read_however_lines_end(text, line_end):
    assert marked.words_by_block(mark_markdown, text.replace("\n", line_end)) == marked.words_by_block(
        mark_markdown, text
    )


def test_the_summary_of_details_is_a_block_of_its_own():
    text = f"<details><summary>tide</summary>\n\n{BODY}\n\n</details>\n"
    assert blocks(text) == [("prose", "tide"), *READ]


@pytest.mark.parametrize(
    "text",
    [
        '!!! note\n\n    a\n\n    ??? tip\n\n        b\n\n        === "T"\n\n            c\n\n    d\n\ne\n',
        "> [!note] T\n> a\n> > [!todo]- T\n> > b\n> > > [!TIP]\n> > > c\n>\n> d\n\ne\n",
        "!!! note\n    a\n\n    > [!tip] T\n    > b\n\n    :::note\n    c\n    :::\n\n    d\n\ne\n",
        "> [!note] T\n> a\n>\n> !!! tip\n>     b\n>\n>     c\n>\n> d\n\ne\n",
        ':::note\na\n\n!!! tip\n    b\n\n=== "T"\n    c\n\nd\n:::\n\ne\n',
    ],
)
def test_boxes_may_stand_in_boxes(text):
    assert blocks(text) == [("prose", letter) for letter in "abcde"]


def test_a_box_in_an_item_is_part_of_the_item():
    text = "- a\n\n    !!! note\n\n        b\n\n- c\n\n    > [!tip] T\n    > d\n\n1. e\n\n    ???+ tip\n        f\n"
    assert {kind for kind, _ in blocks(text)} == {"list"}
    assert [items for _, items in lists(mark_markdown, text)] == [[["a", "b"], ["c", "d"]], [["e", "f"]]]


def test_lists_before_and_behind_a_box_are_two():
    text = '+ a\n\n=== "T"\n    b\n\n+ c\n'
    assert blocks(text) == [("list", "a"), ("prose", "b"), ("list", "c")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("!!! note\nlow\n", [("prose", "!!! note low")]),
        ("High water!!!\n    low\n", [("prose", "High water!!! low")]),
        ("What??? note\n\nlow\n", [("prose", "What??? note"), ("prose", "low")]),
        ("High\n===\n\n    low\n", [("heading", "High"), ("code", "low")]),
        ("```\n!!! note\n    low\n```\n", [("code", "!!! note low")]),
        ("    !!! note\n        low\n", [("code", "!!! note low")]),
        ("```\n> [!tip] Title\n```\n", [("code", "[!tip] Title")]),
        ("> high\n> [!tip] low\n", [("quote", "high [!tip] low")]),
        ("> [!quote] Title\n> high\n", [("quote", "high")]),
        ("> [!NOTE]\n> > high\n", [("quote", "high")]),
        ("> !!! note\n>     high\n", [("quote", "high")]),
        ("> [!note](a) high\n", [("quote", "!note](a) high")]),
        ("[![tide](a)](b)\n", []),
    ],
)
def test_what_only_resembles_a_box_is_read_as_it_stands(text, expected):
    assert blocks(text) == expected


@given(st.lists(paragraphs, min_size=1, max_size=3).map(joined), st.sampled_from(["!!! note", '=== "T"', "> [!faq] T"]))
def test_paragraphs_in_a_box_have_the_words_that_they_have_outside(text, opening):
    # what is no paragraph by itself, a rule or an indented line, may be another thing below the first line of a box
    inside = quoted(text) if opening.startswith(">") else indented(text)
    alone = marked.words_by_block(mark_markdown, text)
    assert marked.words_by_block(mark_markdown, f"{opening}\n{inside}\n") == alone


MANY = ["!!! a\n\n    b\n\n", '=== "a"\n    b\n', "> [!faq] a\n> b\n\n", "    !!! a\n        b\n", "!!! a\n", "> [!a\n"]


@pytest.mark.parametrize("text", MANY)
def test_ten_thousand_boxes_cost_no_more_than_their_length(text):
    marks = mark_markdown(text * 10_000 + "\n\n# harbour\n")
    assert marks.ends[-1] == len(text) * 10_000 + 11


def test_boxes_in_boxes_to_any_depth_are_read_or_left_as_code():
    text = "".join(f"{'    ' * depth}!!! a\n\n" for depth in range(200)) + "    " * 200 + "b\n\nc\n"
    assert blocks(text)[-1] == ("prose", "c")
