"""Comments that are written into texts: where they stand, and that the text stays what it was."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.lint.suppress.comments import suppressions
from dedup.lint.suppress.insert import COMMENTED, Wanted, comment, with_ignores
from dedup.text.reading import read

PIECES = {
    "markdown": [
        "One.\n\n",
        "- Two\n- Three\n\n",
        "> Four\n> five\n\n",
        "# Six\n\n",
        "1. [ ] Seven\n\n",
        "<p>Eight</p>\n\n",
    ],
    "mdx": [
        "One.\n\n",
        "- Two\n- Three\n\n",
        "> Four\n> five\n\n",
        "# Six\n\n",
        "<A>\n\nNine\n\n</A>\n\n",
        "Ten {x}\n\n",
    ],
    "html": ["<p>One", "<ul><li>Two<li>Three</ul>\n", "<blockquote>Four\nfive</blockquote>", "<h2><b>Six</b></h2>"],
    "rst": [
        "One.\n\n",
        "- Two\n- Three\n\n",
        "    Four\n    five\n\n",
        "Six\n===\n\n",
        ".. note:: Eight\n\n",
        "Nine\n  Ten\n\n",
    ],
}
PIECES["html"] += ["<table><td>Nine<td>Ten</table>", "<pre>Eleven</pre>"]
PIECES["markdown"] += [
    "| Nine | Ten |\n|---|---|\n| a | b |\n\n",
    "Eleven  \ntwelve\n\n",
    "    code\n\n",
    "*Fourteen* `fif`\n\n",
]


def covered(text, markup, phrase, rule="DUP001"):
    start = text.index(phrase)
    return bool(list(suppressions(read(text, markup)).covering(rule, start, start + len(phrase))))


def place(text, phrase, rule="DUP001"):
    return Wanted(text.index(phrase), rule)


@pytest.mark.parametrize(
    ("markup", "text", "changed"),
    [
        ("markdown", "One.\n\nTwo.\n", "One.\n\n<!-- dedup: ignore[DUP001] -->\nTwo.\n"),
        ("markdown", "One.\r\n\r\nTwo.\r\n", "One.\r\n\r\n<!-- dedup: ignore[DUP001] -->\r\nTwo.\r\n"),
        ("markdown", "# One\nTwo", "# One\n<!-- dedup: ignore[DUP001] -->\nTwo"),
        ("markdown", "- One\n- Two\n- Three\n", "- One\n- Two <!-- dedup: ignore[DUP001] -->\n- Three\n"),
        ("markdown", "- [ ] **Two**\n", "- [ ] **Two** <!-- dedup: ignore[DUP001] -->\n"),
        ("markdown", "> Two\n> more\n", "> Two\n> more <!-- dedup: ignore[DUP001] -->\n"),
        ("mdx", "One.\n\nTwo.\n", "One.\n\n{/* dedup: ignore[DUP001] */}\nTwo.\n"),
        ("mdx", "- Two", "- Two {/* dedup: ignore[DUP001] */}"),
        ("html", "<p>One<p><b>Two", "<p>One<p><b><!-- dedup: ignore[DUP001] -->Two"),
        ("rst", "One.\n\nTwo.\n", "One.\n\n.. dedup: ignore[DUP001]\n\nTwo.\n"),
        ("rst", "1. Two\n   more.\n", "1. .. dedup: ignore[DUP001]\n\n   Two\n   more.\n"),
    ],
)
def test_a_comment_stands_where_it_changes_nothing_else(markup, text, changed):
    assert with_ignores(text, markup, [place(text, "Two")]) == (changed, 1)
    assert covered(changed, markup, "Two")


def test_one_comment_names_all_rules_of_a_block():
    text = "One two.\n"
    wanted = [place(text, "two", "DUP003"), place(text, "One", "DUP001"), place(text, "two", "DUP001")]
    assert with_ignores(text, "markdown", wanted) == ("<!-- dedup: ignore[DUP001, DUP003] -->\nOne two.\n", 1)


def test_what_can_hold_no_comment_is_left_as_it_is():
    assert with_ignores("One.\n", "plain", [Wanted(0, "DUP001")]) == ("One.\n", 0)
    text = "<!-- dedup -->One"
    assert with_ignores(text, "rst", []) == (text, 0)


def test_markup_without_comments_has_no_comment():
    with pytest.raises(ValueError, match="markup='plain' has no comments"):
        comment("dedup: ignore", "plain")


@pytest.mark.parametrize(
    ("markup", "text", "phrase"),
    [
        ("markdown", "```\nOne two\n```\n", "One"),
        ("markdown", "    One two\n", "One"),
        ("mdx", "```\nOne two\n```\n", "One"),
        ("rst", "::\n\n    One two\n", "One"),
        ("markdown", "---\ntitle: One two\n---\n\nThree.\n", "One"),
    ],
)
def test_a_comment_that_would_change_the_text_is_not_written(markup, text, phrase):
    assert with_ignores(text, markup, [place(text, phrase)]) == (text, 0)


def test_one_place_without_room_does_not_hinder_the_others():
    text = "One.\n\n| Two | Three |\n|---|---|\n| a | b |\n\nFour.\n"
    changed, number = with_ignores(text, "markdown", [place(text, phrase) for phrase in ("One", "Two", "Four")])
    assert number >= 2
    assert covered(changed, "markdown", "One")
    assert covered(changed, "markdown", "Four")


@pytest.mark.parametrize("markup", sorted(COMMENTED))
@given(data=st.data())
def test_a_text_says_what_it_said_and_what_is_wanted_is_covered(markup, data):
    text = "".join(data.draw(st.lists(st.sampled_from(PIECES[markup]), min_size=1, max_size=6)))
    before = read(text, markup)
    tokens = data.draw(st.sets(st.integers(0, len(before.tokens.starts) - 1))) if len(before.tokens.starts) else set()
    wanted = [Wanted(int(before.tokens.starts[k]), "DUP003") for k in sorted(tokens)]
    changed, number = with_ignores(text, markup, wanted)
    after = read(changed, markup)
    np.testing.assert_array_equal(before.tokens.hashes, after.tokens.hashes)
    found = suppressions(after)
    assert len(found.every) == number == sum(not one.fault for one in found.every)
    held = [
        bool(list(found.covering("DUP003", int(after.tokens.starts[k]), int(after.tokens.ends[k]))))
        for k in sorted(tokens)
    ]
    if not any(piece in text for piece in ("|", "    code")) and markup != "rst":
        assert all(held)
    assert sum(held) >= number
