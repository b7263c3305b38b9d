"""Which page of its tree a file is."""

import pytest

from dedup.lint.sources.trees import page_of


@pytest.mark.parametrize(
    ("pattern", "path", "page"),
    [
        ("en/", "en/guide/a.md", "guide/a.md"),
        ("/en", "en/a.md", "a.md"),
        ("docs/v1/", "docs/v1/a/b.md", "a/b.md"),
        ("en", "book/en/a.md", "book/a.md"),
        ("**/en/", "book/en/a.md", "book/a.md"),
        ("content/*/en/", "content/book/en/a.md", "book/a.md"),
        ("en/**", "en/x/a.md", "x/a.md"),
        ("en", "content/en/en/a.md", "content/en/a.md"),
        ("*.de.md", "guide/a.de.md", "guide/a"),
        ("*.md", "guide/a.md", "guide/a"),
        ("v?/", "v2/a.md", "2/a.md"),
        ("v[12]/", "v2/a.md", "2/a.md"),
        ("a.md", "a.md", ""),
    ],
)
def test_a_page_is_the_path_without_what_the_pattern_names(pattern, path, page):
    assert page_of(pattern, path) == page
