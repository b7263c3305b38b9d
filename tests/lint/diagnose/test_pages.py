"""Which files are one page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.lint.diagnose.pages import pages


def together(*paths):
    """Return the paths by their pages."""
    found = {}
    for path, page in zip(paths, pages(paths).tolist(), strict=True):
        found.setdefault(page, []).append(path)
    return list(found.values())


def test_folders_that_hold_the_same_files_are_versions():
    files = [f"docs/{version}/guide/{name}.md" for name in "abc" for version in ("1.0", "2.0", "3.0")]
    assert together(*files) == [files[:3], files[3:6], files[6:]]


def test_folders_that_share_a_few_files_are_none():
    files = [f"{folder}/{name}.md" for folder in ("boats", "piers") for name in ("index", "help")]
    assert together(*files) == [[file] for file in files]
    more = [f"{folder}/{name}-{folder}.md" for folder in ("boats", "piers") for name in "abcd"]
    files += [*more, "boats/links.md", "piers/links.md"]
    assert together(*files) == [[file] for file in files]


def test_versions_inside_versions_are_one_page():
    files = [f"{language}/{version}/{name}.md" for name in "abc" for language in ("en", "fr") for version in ("1", "2")]
    assert together(*files) == [files[:4], files[4:8], files[8:]]


@pytest.mark.parametrize("extension", ["html", "htm", "xhtml", "HTML"])
def test_a_page_in_html_is_the_file_beside_it(extension):
    assert together("a/open.txt", f"a/open.{extension}", f"b/open.{extension}") == [
        ["a/open.txt", f"a/open.{extension}"],
        [f"b/open.{extension}"],
    ]
    assert together("a.md", "a.rst") == [["a.md"], ["a.rst"]]


NAMES = st.sampled_from("abcd")


@given(st.lists(st.lists(NAMES, min_size=1, max_size=4).map("/".join), unique=True, max_size=40))
def test_pages_are_numbered_in_order_and_keep_the_name_of_the_file(paths):
    found = pages(paths).tolist()
    assert list(dict.fromkeys(found)) == list(range(len(set(found))))
    for group in together(*paths):
        assert len({path.rsplit("/", 1)[-1] for path in group}) == 1
        assert len({path.count("/") for path in group}) == 1
