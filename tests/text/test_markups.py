"""The registry of markups, and what else in the tree lists them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dedup.text.marks import Block, Marks
from dedup.text.markups import EXTENSIONS, MARKUPS, markup_named, markup_of, with_extensions
from dedup.text.reading import read

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", MARKUPS)
def test_the_reader_of_every_markup_is_found_and_reads_prose(name):
    marks = markup_named(name).mark("low tide\n")
    assert isinstance(marks, Marks)
    assert (marks.starts.tolist(), marks.ends.tolist(), marks.kinds.tolist()) == ([0], [8], [Block.PROSE])


@pytest.mark.parametrize("name", [name for name, markup in MARKUPS.items() if markup.comments])
def test_a_comment_is_written_as_the_markup_reads_one(name):
    comments = MARKUPS[name].comments
    reading = read(f"{comments.written('high tide')}\n\nlow", name, ["comment"])
    comment = reading.marks.take(reading.marks.kinds == Block.COMMENT)
    assert [reading.text[start:end] for start, end in zip(comment.starts, comment.ends, strict=True)] == ["high tide"]


def test_no_extension_stands_for_two_markups():
    every = [extension for markup in MARKUPS.values() for extension in markup.extensions]
    assert len(every) == len(set(every)) == len(EXTENSIONS)
    assert all(re.fullmatch(r"(\.[a-z]+)+", extension) for extension in every)


@pytest.mark.parametrize(
    ("path", "markup"),
    [
        ("quay/low.md", "markdown"),
        ("LOW.MD", "markdown"),
        ("low.Rmd", "markdown"),
        ("low.qmd", "markdown"),
        ("low.html.rst", "rst"),
        ("low.md.bak", None),
        (".md", None),
        ("..md", None),
        (".quay.md", "markdown"),
        ("quay.md/low", None),
        ("low", None),
    ],
)
def test_an_extension_says_what_a_file_is_read_as(path, markup):
    assert markup_of(path) == markup


def test_further_extensions_win_and_the_longest_counts():
    extensions = with_extensions({".md.j2": "rst", ".J2": "plain", ".txt": "markdown"})
    assert [markup_of(name, extensions) for name in ("a.md.j2", "a.j2", "A.TXT", "a.md", "a.b.md.j2")] == [
        "rst",
        "plain",
        "markdown",
        "markdown",
        "rst",
    ]
    assert markup_of("a.j2") is None


@pytest.mark.parametrize("extension", ["md", "", ".", "a/.md"])
def test_what_is_no_extension_is_refused_by_name(extension):
    with pytest.raises(ValueError, match=re.escape(f"extension {extension!r}")):
        with_extensions({extension: "markdown"})


def test_an_extension_of_an_unknown_markup_is_refused():
    with pytest.raises(ValueError, match="markup='latex' is unknown; allowed: 'plain', 'markdown', "):
        with_extensions({".tex": "latex"})


def test_the_hook_is_run_for_every_extension_and_no_other():
    pattern = re.search(r"^  files: (.*)$", (ROOT / ".pre-commit-hooks.yaml").read_text(), re.MULTILINE)[1]
    listed = re.fullmatch(r"\(\?i\)\\\.\((.*)\)\$", pattern)[1].split("|")
    assert sorted(f".{extension}" for extension in listed) == sorted(EXTENSIONS)
    assert re.search(pattern, "quay/low.Rmd")
    assert not re.search(pattern, "low.md.bak")


def test_the_documentation_lists_every_extension():
    page = (ROOT / "docs/explanation/how-it-works.md").read_text().lower()
    assert [extension for extension in EXTENSIONS if f"`{extension}`" not in page] == []
