"""DUP007: what stands twice in one list or table, in several markups and scripts, and what may."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.lint.rules import repeated_item
from dedup.text.reading import read
from tests.lint.rules.places import check, compared
from tests.lint.rules.places import found as found_by

NAMES = ("Kiosk", "Glass house", "Чайная", "温室", "สวน", "온실", "بستان", "ML++", "ML", "`run`", "`Run`", "Été")


def found(text, markup="markdown"):
    return found_by(repeated_item.find, text, markup=markup)


def test_an_item_that_is_repeated_in_its_list_is_found():
    assert found("- tulips\n- roses\n- tulips\n- ferns\n") == [
        ('item repeated in this list: "tulips"', ["tulips", "tulips"]),
    ]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("markdown", "* {}\n* roses\n* {}\n* ferns\n"),
        ("markdown", "- **{}**\n- roses\n\n- {}.\n- ferns\n"),
        ("markdown", "1. {}\n2. {}\n3. roses\n"),
        ("rst", "- {}\n- roses\n- *{}*\n- ferns\n"),
        ("rst", "#. {}\n#. {}\n#. roses\n"),
        ("html", "<ul><li>{}</li><li>roses</li><li>{}</li><li>ferns</li></ul>"),
        ("markdown", "| a | b |\n|---|---|\n| {} | x |\n| roses | x |\n|   {}   | x |\n| ferns | x |\n"),
        ("html", "<table><tr><td>{}<tr><td>roses<tr><td>{}<tr><td>ferns</table>"),
    ],
)
@pytest.mark.parametrize("name", ["Yew", "Ёлк", "温室庭"])
def test_items_and_rows_are_found_in_every_markup(markup, text, name):
    [(_, places)] = found(text.format(name, name), markup)
    assert len(places) == 2
    assert all(place.startswith(name) for place in places)


@pytest.mark.parametrize("name", ["Yew", "Ёлк"])  # wider characters do not fit the columns of this table
def test_rows_of_a_simple_table_are_found(name):
    text = f"=== ===\na   b\n=== ===\n{name} x\nros ros\n{name} x\nfer fer\n=== ===\n"
    [(_, places)] = found(text, "rst")
    assert len(places) == 2
    assert all(place.startswith(name) for place in places)


def test_an_item_is_compared_with_all_that_is_inside_it():
    text = "- trees\n  - oak\n\n  ```\n  water()\n  ```\n- roses\n- trees\n  - {}\n\n  ```\n  water()\n  ```\n- ferns\n"
    [(message, places)] = found(text.format("oak"))
    assert message == 'item repeated in this list: "trees"'
    assert [place.split()[-1] for place in places] == ["water", "water"]
    assert found(text.format("elm")) == []


def test_what_is_inside_a_repeated_item_is_no_finding_of_its_own():
    text = "- trees\n  - [oak](oak.md)\n- roses\n- trees\n  - [oak](oak.md)\n- ferns\n"
    assert [len(places) for _, places in found(text)] == [2]


@pytest.mark.parametrize(
    "text",
    [
        "- [news](a.md)\n- roses\n- [news](b.md)\n- ferns\n",
        '<ul><li><a href="a">news</a><li>roses<li><a href="b">news</a><li>ferns</ul>',
        "- C++\n- C\n- roses\n",
        "- `Run`\n- `run`\n- roses\n",
        "| sign | |\n|---|---|\n| a | + |\n| a | - |\n| b | x |\n",
        "| | | |\n|---|---|---|\n| Yes | | No |\n| Yes | No | |\n| No | No | Yes |\n",
    ],
)
def test_the_same_words_with_other_targets_signs_or_cells_are_not_the_same(text):
    assert found(text, "html" if text.startswith("<") else "markdown") == []


@pytest.mark.parametrize(
    "text",
    [
        "1. stir the dough\n2. wait\n3. stir the dough\n4. bake\n",
        "<ol><li>stir the dough<li>wait<li>stir the dough<li>bake</ol>",
        "- name: oak\n- colour: green\n- name: elm\n- colour: green\n- height: low\n- width: low\n",
        "| | |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n| 1 | 2 |\n| 5 | 6 |\n",
        "- yes\n- no\n- yes\n- yes\n- no\n- yes\n- perhaps\n- never\n- seldom\n",
        "- tulips\n\nThen:\n\n- tulips\n- roses\n",
        "| a | b |\n|---|---|\n| x | y |\n\n| a | b |\n|---|---|\n| x | y |\n",
        "<nav><ul><li>home<li>news<li>home<li>shop</ul></nav>",
    ],
)
def test_steps_labelled_values_numbers_and_other_lists_may_repeat(text):
    assert found(text, "html" if text.startswith("<") else "markdown") == []


def test_a_step_right_after_itself_is_found():
    assert len(found("1. stir the dough\n2. stir the dough\n3. bake\n")) == 1


def test_an_item_that_is_only_a_link_is_repeated_by_one_that_begins_with_it():
    text = "- [Pond](pond.md)\n- [Hill](hill.md)\n  - [Pond](pond.md) with ducks\n"
    assert found(text) == [
        ('link repeated in this list: "Pond"', ["Pond](pond.md)", "Pond](pond.md) with ducks"]),
    ]
    assert found(text.replace("- [Pond](pond.md)\n", "- [Pond](pond.md) with swans\n", 1)) == []


@pytest.mark.parametrize("target", ["https://birds.example/rook", "rook.md"])
def test_the_address_of_another_page_is_looked_for_in_all_lists_of_a_text(target):
    text = "# Birds\n\n- [Rook]({0})\n- [Crow](c.md)\n\n# Black\n\n- [Rook]({0})\n- [Mole](m.md)\n"
    [(message, places)] = found(text.format(target))
    assert message == 'link repeated in another list: "Rook"'
    assert places == [f"Rook]({target})"] * 2


def test_cross_references_may_be_in_several_lists():
    text = "- [Rook]{0}\n- [Crow]{0}\n\nOr:\n\n- [Rook]{0}\n- [Mole]{0}\n"
    assert found(text.format("(#rook)")) == []
    assert found(text.format("[1]") + "\n[1]: rook.md\n") == []


def test_definitions_of_links_that_are_repeated_are_found():
    text = "See [Map] and [plan].\n\n[Map]: https://a.example/map\n[plan]: plan.md\n[map]: https://a.example/map\n"
    [(message, places)] = found(text)
    assert message == 'link defined twice: "map"'
    assert [place.casefold() for place in places] == ["map]: https://a.example/map"] * 2
    assert found(f"```\n{text}```\n\n[plan]: plan.md\n") == []


def test_targets_and_tables_of_contents_of_restructuredtext_are_compared():
    text = (
        ".. _pond:\n\nPond\n====\n\n.. toctree::\n   :maxdepth: 2\n\n   hill\n   The tower <tower>\n   hill\n\n"
        ".. _pond:\n\nHill\n====\n"
    )
    assert found(text, "rst") == [
        ('target defined twice: "pond"', ["pond", "pond"]),
        ('page repeated in the tables of contents: "hill"', ["hill", "hill"]),
    ]
    assert (
        found(text.replace("   hill\n\n", "   mill\n\n").replace(".. _pond:\n\nHill", ".. _hill:\n\nHill"), "rst") == []
    )


def test_texts_are_not_compared_with_each_other():
    assert found_by(repeated_item.find, "- tulips\n- roses\n", "- tulips\n- ferns\n", "") == []


@pytest.mark.parametrize(
    "text", ["<li>tulips<li>roses<li>tulips", "<ul><li></ul>", "<table><tr><td></table>", "- \n- \n"]
)
def test_items_outside_lists_and_without_words_are_passed_over(text):
    assert found(text, "html" if text.startswith("<") else "markdown") == []


LISTS = st.lists(st.sampled_from(NAMES) | st.text("abcd", min_size=2, max_size=4), min_size=1, max_size=12)


@given(LISTS, st.sampled_from(["- ", "* ", "1. ", "  - "]))
def test_distinct_items_are_never_found(names, marker):
    distinct = dict.fromkeys(name if "`" in name else name.casefold() for name in names)
    text = "".join(f"{marker}{name}\n" for name in distinct)
    assert list(repeated_item.find(compared(read(text, "markdown"), within=True))) == []


@given(st.lists(LISTS, min_size=1, max_size=3), st.sampled_from(["- {}\n", "* [{}](x)\n", "| {} | b |\n"]))
def test_one_repeated_name_among_distinct_ones_is_found_in_each_text(lists, line):
    """An oracle: names are equal if they are equal but for case, or with it where there is code."""
    texts = []
    for names in lists:
        distinct = [*dict.fromkeys(name if "`" in name else name.casefold() for name in names), "last", "but", "not"]
        lines = "".join(line.format(name) for name in [*distinct, distinct[0]])
        texts.append("a | b\n---|---\n" + lines if "|" in line else lines)
    instances = list(repeated_item.find(compared(*(read(text, "markdown") for text in texts))))
    assert [instance.places[0][0] for instance in instances] == list(range(len(texts)))
    for instance in instances:
        check(instance, texts)
        one, other = (re.sub(r"\]\(x\)", "", texts[number][start:end]) for number, start, end in instance.places)
        assert one == other


PIECES = [
    "a",
    "b c",
    "é",
    "\n",
    "\n\n",
    "- ",
    "  - ",
    "1. ",
    "| a | b |\n|-|-|\n",
    "|",
    "`",
    "**",
    "[a](b)",
    "[a]: b",
    "[a][b]",
]
PIECES += ["<ul>", "</ul>", "<ol>", "<li>", "</li>", "<table>", "<tr>", "<td>", "</table>", "<nav>", "</nav>", ".. _a:"]
PIECES += [".. toctree::\n\n", "   a\n", "---\n", "=== ===\n", "::\n", "<!--", "-->"]


@given(
    st.lists(st.sampled_from(PIECES), max_size=30).map("".join), st.sampled_from(["markdown", "rst", "html", "plain"])
)
def test_places_begin_and_end_with_words_in_any_text(text, markup):
    for instance in repeated_item.find(compared(read(text, markup), within=True)):
        check(instance, [text])
