"""Stale copies in repositories: what has changed since a commit, and what is staged."""

import json
import os

import pytest

from tests.cli.repositories import NEW, OLD, OTHER, commit, git, write


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A repository in which a sentence stands in two files."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    work = tmp_path / "work"
    (work / "docs").mkdir(parents=True)
    monkeypatch.chdir(work)
    git("init", "-q", "-b", "main")
    write("docs/a.md", f"# Hours\n\n{OLD}\n\n{OTHER}\n")
    write("docs/b.md", f"# Ferry\n\nBefore this.\n{OLD}\n")
    commit("first")
    return work


@pytest.fixture
def stale(dedup):
    """Return the places of each stale copy, as ``path:line``."""

    def run(*arguments):
        outcome = dedup("lint", *arguments, "--select", "DUP006", "--format", "json")
        assert outcome.code < 2, outcome.err
        report = json.loads(outcome.out)
        assert outcome.code == any(found["severity"] != "note" for found in report["findings"])
        return [[f"{place['path']}:{place['line']}" for place in found["places"]] for found in report["findings"]]

    return run


FOUND = [["docs/a.md:3", "docs/b.md:4"]]


def test_an_edit_in_the_working_tree_is_compared_with_a_commit(tree, stale):
    assert stale("docs", "--since", "HEAD") == []
    write("docs/a.md", f"# Hours\n\n{NEW}\n\n{OTHER}\n")
    assert stale("docs", "--since", "HEAD") == FOUND
    assert stale("docs/a.md", "--corpus", "tracked", "--since", "HEAD") == FOUND
    assert stale("docs/b.md", "--corpus", "tracked", "--since", "HEAD") == []
    assert stale("docs") == []
    commit("second")
    assert stale("docs", "--since", "HEAD") == []
    assert stale("docs", "--since", "HEAD~1") == FOUND


def test_the_staged_content_counts(tree, stale):
    write("docs/a.md", f"# Hours\n\n{NEW}\n\n{OTHER}\n")
    assert stale("docs", "--staged") == []
    git("add", "docs/a.md")
    write("docs/a.md", "# Something else\n")
    assert stale("docs", "--staged") == FOUND
    assert stale("docs", "--since", "HEAD", "--staged") == FOUND
    write("docs/b.md", "# Something else\n")
    assert stale("docs/a.md", "--corpus", "tracked", "--staged") == FOUND
    git("add", "docs/b.md")
    write("docs/b.md", f"# Ferry\n\nBefore this.\n{OLD}\n")
    assert stale("docs/a.md", "--corpus", "tracked", "--staged") == []


def test_the_message_names_the_copies(dedup, tree):
    write("docs/a.md", f"# Hours\n\n{NEW}\n\n{OTHER}\n")
    outcome = dedup("lint", "docs", "--since", "HEAD", "--format", "concise")
    message = 'docs/a.md:3:1: DUP006 changed here ("nine" -> "ten"); 1 copy keeps the old wording: docs/b.md:4:1\n'
    assert (outcome.code, outcome.out) == (1, message)


def test_a_file_that_was_renamed_is_compared_with_what_it_was(tree, stale):
    git("mv", "docs/a.md", "docs/c.md")
    assert stale("docs", "--staged") == []
    write("docs/c.md", f"# Hours\n\n{NEW}\n\n{OTHER}\n")
    git("add", "-A")
    assert stale("docs", "--staged") == [["docs/c.md:3", "docs/b.md:4"]]


def test_in_a_new_repository_nothing_is_old(tree, stale, tmp_path, monkeypatch, dedup):
    (tmp_path / "new").mkdir()
    monkeypatch.chdir(tmp_path / "new")
    git("init", "-q")
    write("a.md", f"{OLD}\n")
    git("add", "-A")
    write("b.md", f"{OLD}\n")
    assert stale(".", "--staged") == []
    assert stale(".", "--since", "HEAD") == []
    outcome = dedup("lint", ".", "--since", "main~1")
    assert (outcome.code, outcome.err.count("there is no commit 'main~1'")) == (2, 1)


def test_outside_of_a_repository_it_is_an_error(dedup, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    write("a.md", f"{OLD}\n")
    for options in (["--staged"], ["--since", "HEAD"]):
        outcome = dedup("lint", "a.md", *options)
        assert outcome.code == 2
        assert options[0] in outcome.err


def test_what_others_have_changed_since_a_branch_began_is_no_edit(tree, stale):
    git("switch", "-qc", "topic")
    write("docs/c.md", "# New\n")
    commit("topic")
    git("switch", "-q", "main")
    write("docs/a.md", f"# Hours\n\n{NEW}\n\n{OTHER}\n")
    write("docs/b.md", f"# Ferry\n\nBefore this.\n{NEW}\n")
    commit("both")
    git("switch", "-q", "topic")
    assert stale("docs", "--since", "main") == []


def test_a_merge_reports_what_it_changes_itself(tree, stale):
    git("switch", "-qc", "topic")
    write("docs/a.md", f"# Hours\n\n{NEW}\n\n{OTHER}\n")
    commit("edit")
    git("switch", "-q", "main")
    write("docs/c.md", f"# New\n\n{OTHER}\n")
    commit("new")
    git("merge", "-q", "--no-commit", "--no-ff", "topic")
    assert stale("docs", "--staged") == []
    write("docs/a.md", f"# Hours\n\n{NEW}\n\n{OTHER.replace('north', 'south')}\n")
    git("add", "-A")
    assert stale("docs", "--staged") == [["docs/a.md:5", "docs/c.md:3"]]
    commit("merge")
    assert stale("docs", "--since", "HEAD^1") == [
        ["docs/a.md:3", "docs/b.md:4"],
        ["docs/a.md:5", "docs/c.md:3"],
    ]


def test_a_shallow_clone_is_enough(tree, stale, tmp_path, monkeypatch):
    write("docs/a.md", f"# Hours\n\n{NEW}\n\n{OTHER}\n")
    commit("second")
    git("clone", "-q", "--depth", "2", f"file://{tree}", str(tmp_path / "shallow"))
    git("clone", "-q", "--depth", "1", f"file://{tree}", str(tmp_path / "shallower"))
    monkeypatch.chdir(tmp_path / "shallow")
    assert stale("docs", "--since", "HEAD~1") == FOUND
    first = git("rev-parse", "HEAD~1")
    monkeypatch.chdir(tmp_path / "shallower")
    git("fetch", "-q", "--depth", "1", "origin", first)
    assert stale("docs", "--since", first) == FOUND
    assert stale("docs", "--staged") == []


def test_a_linked_worktree_has_its_own_index(tree, stale, tmp_path, monkeypatch):
    git("worktree", "add", "-q", str(tmp_path / "linked"))
    monkeypatch.chdir(tmp_path / "linked")
    write("docs/a.md", f"# Hours\n\n{NEW}\n\n{OTHER}\n")
    git("add", "-A")
    assert stale("docs", "--staged") == FOUND
    monkeypatch.chdir(tree)
    assert stale("docs", "--staged") == []


def test_a_submodule_is_a_repository_of_its_own(tree, stale, tmp_path, monkeypatch):
    git("clone", "-q", f"file://{tree}", str(tmp_path / "outer"))
    monkeypatch.chdir(tmp_path / "outer")
    git("submodule", "--quiet", "add", f"file://{tree}", "inner")
    git("commit", "-qm", "inner")
    write("docs/a.md", f"# Hours\n\n{NEW}\n\n{OTHER}\n")
    write("inner/docs/a.md", f"# Hours\n\n{OLD}\n\n{OTHER.replace('north', 'south')}\n")
    git("add", "docs")
    assert stale(".", "--staged") == [["docs/a.md:3", "docs/b.md:4", "inner/docs/a.md:3", "inner/docs/b.md:4"]]
    monkeypatch.chdir(tmp_path / "outer" / "inner")
    assert stale("docs", "--since", "HEAD") == []
    write("docs/a.md", f"# Hours\n\n{NEW}\n\n{OTHER}\n")
    assert stale("docs", "--since", "HEAD") == FOUND


def test_it_works_from_any_folder_and_with_odd_names(tree, stale, monkeypatch):
    write("docs/ö b.md", f"# Odd\n\n{OTHER}\n")
    commit("odd")
    write("docs/ö b.md", f"# Odd\n\n{OTHER.replace('north', 'south')}\n")
    monkeypatch.chdir("docs")
    assert stale(".", "--since", "HEAD") == [["ö b.md:3", "a.md:5"]]
    assert stale(str(tree / "docs"), "--since", "HEAD") == [[f"{tree}/docs/ö b.md:3", f"{tree}/docs/a.md:5"]]


def test_a_draft_on_standard_input_is_compared_with_what_is_published(tree, dedup):
    draft = f"# Hours\n\n{NEW}\n\n{OTHER}\n".encode()
    arguments = ("-", "docs/b.md", "--stdin-filename", "docs/a.md", "--since", "HEAD", "--format", "concise")
    assert "docs/a.md:3:1: DUP006" in dedup("lint", *arguments, stdin=draft).out


def test_an_earlier_version_that_cannot_be_decoded_is_passed_over(tree, stale):
    with open("docs/a.md", "wb") as file:
        file.write(b"# Hours \xff\n\n" + OLD.encode())
    commit("broken")
    write("docs/a.md", f"# Hours\n\n{NEW}\n\n{OTHER}\n")
    assert stale("docs", "--since", "HEAD") == []


def test_the_baseline_and_the_explanation_know_stale_copies(tree, dedup):
    write("docs/a.md", f"# Hours\n\n{NEW}\n\n{OTHER}\n")
    assert dedup("lint", "docs", "--since", "HEAD", "--baseline", "known.txt", "--update-baseline").code == 0
    assert dedup("lint", "docs", "--since", "HEAD", "--baseline", "known.txt").code == 0
    assert dedup("lint", "docs", "--since", "HEAD", "--baseline-from-ref", "HEAD").code == 1
    report = json.loads(dedup("lint", "docs", "--since", "HEAD", "--format", "json").out)
    [fingerprint] = [finding["fingerprint"] for finding in report["findings"]]
    outcome = dedup("explain", fingerprint, "docs", "--since", "HEAD")
    assert (outcome.code, "stale-copy" in outcome.out) == (0, True)


@pytest.mark.parametrize(
    "format_name", ["full", "html", "concise", "markdown", "jsonl", "sarif", "github", "gitlab", "junit", "rdjson"]
)
def test_every_format_shows_stale_copies(tree, dedup, format_name):
    write("docs/a.md", f"# Hours\n\n{NEW}\n\n{OTHER}\n")
    outcome = dedup("lint", "docs", "--since", "HEAD", "--format", format_name)
    assert outcome.code == 1, outcome.err
    assert "keeps the old wording" in outcome.out
    assert "docs/b.md" in outcome.out
