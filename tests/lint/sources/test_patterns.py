"""Patterns of gitignore, with git as the oracle."""

import os
import shutil
import subprocess
from itertools import accumulate

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dedup.lint.sources.patterns import InvalidPatternError, Patterns, check, encoded, parse

GIT = shutil.which("git")
PIECES = [
    *"aab/*?[]!^-\\:. é#",
    *("**", "**/", "/**", "\\/", "*/", "a"),
    *("[a-b]", "[!a]", "[^a/]", "[]a]", "[[:alpha:]]", "[[:space:]b]", "[a/b]", "[b-a]", "[\\]]"),
]
LINES = st.lists(st.sampled_from(PIECES), min_size=1, max_size=7).map("".join)
PATHS = (
    st.lists(st.sampled_from([*"ab.-[]\\ é", "a/", "b/"]), min_size=1, max_size=8)
    .map(lambda pieces: "/".join(filter(None, "".join(pieces).split("/"))))
    .filter(lambda path: path and not {".", ".."} & set(path.split("/")))
)


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    if GIT is None:
        pytest.skip("the oracle, git, is not installed")
    folder = tmp_path_factory.mktemp("repository")
    subprocess.run([GIT, "init", "-q", folder], check=True)
    return folder


def ignored_by_git(folder, lines: str, paths: list[str]) -> set[str]:
    (folder / ".gitignore").write_text(lines)
    command = [GIT, "-c", f"core.excludesFile={os.devnull}", "check-ignore", "--no-index", "--stdin", "-z"]
    done = subprocess.run(
        command, cwd=folder, input=b"".join(os.fsencode(path) + b"\0" for path in paths), capture_output=True
    )
    assert done.returncode in (0, 1), done.stderr
    return {os.fsdecode(path) for path in done.stdout.split(b"\0") if path}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(line=LINES, paths=st.lists(PATHS, min_size=10, max_size=40, unique=True))
def test_a_pattern_matches_what_it_matches_for_git(repository, line, paths):
    pattern = parse(encoded(line))
    expected = ignored_by_git(repository, line + "\n", paths)
    for path in paths:
        parts = list(accumulate(path.split("/"), "{}/{}".format))
        matched = pattern is not None and any(pattern.matches(encoded(part), part != path) for part in parts)
        assert (matched and not pattern.negated) == (path in expected)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(LINES.filter(lambda line: not line.startswith("!")), min_size=1, max_size=4),
    paths=st.lists(PATHS, min_size=10, max_size=30, unique=True),
)
def test_several_patterns_match_what_they_match_for_git(repository, lines, paths):
    expected = ignored_by_git(repository, "\n".join(lines) + "\n", paths)
    patterns = Patterns(tuple(lines))
    assert {path for path in paths if patterns.match(path)} == expected


@pytest.mark.parametrize(
    ("lines", "path", "matched"),
    [
        (("*.md", "!keep.md"), "a/keep.md", False),
        (("!keep.md", "*.md"), "a/keep.md", True),
        (("docs/", "!docs/old/"), "docs/new/a.md", True),
        (("docs/", "!docs/old/"), "docs/old/a.md", False),
        (("docs/", "!docs/a.md"), "docs/a.md", False),
        (("*", "!docs/"), "docs/a.md", True),
        (("docs/",), "docs", False),
        ((), "a.md", False),
    ],
)
def test_the_last_pattern_decides_and_a_folder_decides_for_what_is_in_it(lines, path, matched):
    assert Patterns(lines).match(path) is matched


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("[a-z", "a bracket is not closed"),
        ("[[:alpha:]", "a bracket is not closed"),
        ("[[:word:]]", "[:word:] is not a class of characters"),
        ("a/[/]", "a set in brackets holds no character"),
        ("a\\", "nothing follows its last backslash"),
    ],
)
def test_a_pattern_that_matches_nothing_is_invalid(pattern, reason):
    with pytest.raises(InvalidPatternError) as caught:
        check(pattern)
    assert str(caught.value) == reason


@pytest.mark.parametrize("pattern", ["*.md", "!a/**/b", "[]a]", "[b-a]", "# a comment", "", "a\\ ", "/"])
def test_any_other_pattern_is_valid(pattern):
    check(pattern)


@pytest.mark.parametrize(
    "repeated",
    ["*a", "*a*b", "?*a", "**/a/", "**/*a*/", "a*/", "**\\/", "[ab]*", "**/a*b*/", "*[!b]"],
)
def test_many_stars_take_no_exponential_time(repeated):
    # A matcher that goes back over its stars needs more than 10**20 steps for the shortest of these. There is no limit
    # of time here: such a matcher would not end.
    for prefix in ("", "/", "a/"):
        pattern = parse(prefix + repeated * 40 + "c")
        assert pattern is not None
        for path in ("a" * 250, "ab" * 1000, "/".join("a" * 500), "/".join(["ab" * 20] * 40), "a/" + "ab" * 500):
            assert not pattern.matches(path, False)
            assert not Patterns((prefix + repeated * 40 + "c",)).match(path)
