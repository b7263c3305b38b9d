"""Comments that say which repeats are meant: how they are written in every markup, and what they cover."""

import pytest

from dedup.lint.suppress.comments import suppressions
from dedup.text.reading import read


def told(text, markup="markdown"):
    """(action, codes, what is covered) of every comment, or (action, fault)."""
    return [
        (one.action, one.fault) if one.fault else (one.action, ",".join(one.codes), text[one.first : one.stop])
        for one in suppressions(read(text, markup)).every
    ]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("markdown", "One.\n\n<!-- dedup: ignore[DUP003] it is a motto -->\n\nTwo *and* more.\n\nThree.\n"),
        ("markdown", "One.\n\n<!-- dedup: ignore[DUP003] it is a motto -->\nTwo *and* more.\n\nThree.\n"),
        ("markdown", "One.\n\n<!--\ndedup: ignore[DUP003]\nit is a motto\n-->\nTwo *and* more.\n\nThree.\n"),
        ("markdown", "One.\n\n<!-- dedup:ignore[ DUP003 ] --> <!-- another -->\nTwo *and* more.\n\nThree.\n"),
        ("markdown", "One.\n\n{% comment %}dedup: ignore[DUP003]{% endcomment %}\n\nTwo *and* more.\n\nThree.\n"),
        ("mdx", "One.\n\n{/* dedup: ignore[DUP003] it is a motto */}\nTwo *and* more.\n\nThree.\n"),
        ("html", "<p>One.</p><!-- dedup: ignore[DUP003] a motto --><p>Two *and* more.</p><p>Three."),
        ("html", "<p>One.</p><p><!-- dedup: ignore[DUP003] a motto -->Two *and* more.</p><p>Three."),
        ("rst", "One.\n\n.. dedup: ignore[DUP003] it is a motto\n\nTwo *and* more.\n\nThree.\n"),
        ("rst", "One.\n\n..\n   dedup: ignore[DUP003]\n   it is a motto\n\nTwo *and* more.\n\nThree.\n"),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_an_ignore_covers_the_block_that_follows(markup, text, line_end):
    assert told(text.replace("\n", line_end), markup) == [("ignore", "DUP003", "Two *and* more.")]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("markdown", "One.\n\nTwo <!-- dedup: ignore --> more.\n\nThree.\n"),
        ("markdown", "One.\n\nTwo\nmore. <!-- dedup: ignore -->\n\nThree.\n"),
        ("markdown", "- One.\n- **Two more** <!-- dedup: ignore why -->\n- Three.\n"),
        ("markdown", "> One.\n>\n> Two\n> more <!-- dedup: ignore -->\n>\n> Three.\n"),
        ("markdown", "# Two more <!-- dedup: ignore -->\n\nThree.\n"),
        ("mdx", "One.\n\nTwo {/* dedup: ignore */} more.\n\nThree.\n"),
        ("mdx", "- One.\n- Two more {/* dedup: ignore */}\n- Three.\n"),
        ("html", "<p>One.<p>Two <!-- dedup: ignore --> more.<p>Three."),
        ("html", "<ul><li>One.<li>Two <b>more</b><!-- dedup: ignore --></li><li>Three."),
    ],
)
def test_an_ignore_inside_a_paragraph_or_behind_it_covers_that_paragraph(markup, text):
    [(action, codes, covered)] = told(text, markup)
    assert (action, codes) == ("ignore", "DUP")
    assert covered.startswith("Two")
    assert "more" in covered
    assert "One" not in covered
    assert "Three" not in covered


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("markdown", "Write `<!-- dedup: ignore -->` before it.\n"),
        ("markdown", "```html\n<!-- dedup: ignore -->\n```\n\nTwo.\n"),
        ("markdown", "One \\<!-- dedup: ignore --> more.\n"),
        ("markdown", "<!-- see dedup: ignore -->\n\nTwo.\n"),
        ("markdown", "<!-- dedup is run before this is printed -->\n\nTwo.\n"),
        ("markdown", "    <!-- dedup: ignore -->\n\nTwo.\n"),
        ("html", "<pre>&lt;!-- dedup: ignore --&gt;</pre><p>Two."),
        ("html", "<script>// <!-- dedup: ignore -->\n</script><p>Two."),
        ("rst", "``.. dedup: ignore`` is written before it.\n\n::\n\n    .. dedup: ignore\n\nTwo.\n"),
        ("plain", "<!-- dedup: ignore -->\n\nTwo.\n"),
    ],
)
def test_what_only_speaks_of_them_is_none(markup, text):
    assert told(text, markup) == []


def test_a_list_item_can_be_ignored_from_within():
    text = "- One.\n- <!-- dedup: ignore -->\n  Two.\n- Three.\n"
    assert told(text) == [("ignore", "DUP", "Two.")]
    assert told("- One.\n- .. dedup: ignore\n\n  Two.\n- Three.\n", "rst") == [("ignore", "DUP", "Two.")]


def test_several_comments_cover_the_same_block():
    text = "<!-- dedup: ignore[DUP001] -->\n<!-- dedup: ignore[DUP002,DUP003] -->\n\nTwo.\n"
    assert told(text) == [("ignore", "DUP001", "Two."), ("ignore", "DUP002,DUP003", "Two.")]
    found = suppressions(read(text, "markdown"))
    start = text.index("Two")
    assert [one.codes for one in found.covering("DUP003", start, start + 3)] == [("DUP002", "DUP003")]
    assert list(found.covering("DUP003", start - 2, start + 3)) == []


def test_off_lasts_to_the_next_on_or_to_the_end():
    text = (
        "One.\n\n<!-- dedup: off[DUP00] -->\n\nTwo.\n\n<!-- dedup: on -->\n\nThree.\n\n<!-- dedup: off -->\n\nFour.\n"
    )
    first, second = told(text)
    assert first[:2] == ("off", "DUP00")
    assert "Two." in first[2]
    assert "Three." not in first[2]
    assert "Four." in second[2]


def test_a_place_that_goes_on_behind_what_is_off_is_not_covered():
    text = "<!-- dedup: off -->\n\nOne two three.\n\n<!-- dedup: on -->\n\nFour.\n"
    found = suppressions(read(text, "markdown"))
    start = text.index("One")
    assert list(found.covering("DUP001", start, start + 7))
    assert not list(found.covering("DUP001", start, len(text)))


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("markdown", "One.\n\n<!-- dedup: ignore-file[DUP001] generated -->\n"),
        ("markdown", "---\ntitle: One\ndedup: ignore-file[DUP001] generated\n---\n\nTwo.\n"),
        ("markdown", "---\ntitle: One\n# dedup: ignore-file[DUP001]\n---\n\nTwo.\n"),
        ("markdown", '+++\ntitle = "One"\ndedup = "ignore-file[DUP001]"\n+++\n\nTwo.\n'),
        ("mdx", "---\n'dedup': 'ignore-file[DUP001]'\n---\n\nTwo.\n"),
        ("html", "<!-- dedup: ignore-file[DUP001] --><p>Two."),
        ("html", "---\ndedup: ignore-file[DUP001]\n---\n<p>Two."),
        ("rst", "Title\n=====\n\n:author: somebody\n:dedup: ignore-file[DUP001]\n\nTwo.\n"),
        ("rst", "Two.\n\n.. dedup: ignore-file[DUP001]\n"),
    ],
)
def test_a_whole_file_can_be_ignored_in_a_comment_or_in_front_matter(markup, text):
    assert told(text, markup) == [("ignore-file", "DUP001", text)]


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("dedup: ignroe", "is not understood; allowed: ignore, ignore-file, off, on"),
        ("dedup:", "is not understood; allowed: ignore, ignore-file, off, on"),
        ("dedup: ignore[DUP9999]", "names 'DUP9999', which is unknown; allowed: a rule code, "),
        ("dedup: ignore[]", "names '', which is unknown; allowed: a rule code, "),
        ("dedup: ignore[DUP001, ]", "names '', which is unknown; allowed: a rule code, "),
        ("dedup: ignore[DUP001", "is not understood: the closing bracket is missing"),
        ("dedup: on", "ends nothing: there is no off before it"),
        ("dedup: ignore", "covers nothing: no text follows it"),
    ],
)
def test_what_is_wrong_with_a_comment_is_told(said, fault):
    [(_, told_fault)] = told(f"One.\n\n<!-- {said} -->\n")
    assert told_fault.startswith(fault)


def test_front_matter_can_only_ignore_the_file():
    assert told("---\ndedup: off\n---\n\nTwo.\n") == [("off", "is in front matter, where only ignore-file is allowed")]
    assert told("---\ndedup: true\n---\n\nTwo.\n") == []
