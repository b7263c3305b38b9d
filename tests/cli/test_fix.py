"""``--fix`` and ``--diff``: edits applied to the copies, in real repositories."""

import os
import subprocess

import pytest

from tests.cli.repositories import NEW, OLD, OTHER, commit, git, write

BEFORE = f"# Ferry\n\nBefore this.\n{OLD}\n"


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A repository in which a sentence stands in two files, and was edited in one."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    git("init", "-q", "-b", "main")
    write("a.md", f"# Hours\n\n{OLD}\n\n{OTHER}\n")
    write("b.md", BEFORE)
    commit("first")
    write("a.md", f"# Hours\n\n{NEW}\n\n{OTHER}\n")
    return tmp_path


def content(path):
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()


def test_copies_are_changed_and_it_says_so(tree, dedup):
    outcome = dedup("lint", ".", "--since", "HEAD", "--select", "DUP006", "--fix")
    assert (outcome.code, outcome.err) == (0, 'b.md:4: "nine" -> "ten"\n1 copy changed in 1 file.\n')
    assert outcome.out.startswith("No repeats")
    assert content("b.md") == BEFORE.replace("nine", "ten")
    assert content("a.md") == f"# Hours\n\n{NEW}\n\n{OTHER}\n"
    outcome = dedup("lint", ".", "--since", "HEAD", "--select", "DUP006", "--fix")
    assert (outcome.code, outcome.err) == (0, "")


def test_the_report_after_a_fix_is_about_what_is_left(tree, dedup):
    write("c.md", OLD.replace("nine", "[nine](x.md)") + "\n")
    outcome = dedup("lint", ".", "--since", "HEAD", "--select", "DUP006", "--fix", "--format", "concise")
    assert outcome.code == 1
    assert outcome.err.endswith("1 copy changed in 1 file. 1 copy left for you to change.\n")
    assert outcome.out.endswith("; 1 copy keeps the old wording: c.md:1:1\n")


def test_staged_files_are_fixed_in_the_working_tree(tree, dedup):
    git("add", "a.md")
    outcome = dedup("lint", "a.md", "--corpus", "tracked", "--staged", "--select", "DUP006", "--fix")
    assert (outcome.code, content("b.md")) == (0, BEFORE.replace("nine", "ten"))
    assert git("diff", "--name-only") == "b.md"


def test_files_with_changes_that_are_not_staged_are_refused(tree, dedup):
    write("b.md", f"{BEFORE}\nMore.\n")
    outcome = dedup("lint", ".", "--since", "HEAD", "--fix")
    assert outcome.code == 2
    assert "b.md has changes that are not staged; it is unchanged." in outcome.err
    assert content("b.md") == f"{BEFORE}\nMore.\n"
    git("add", "b.md")
    assert dedup("lint", ".", "--since", "HEAD", "--select", "DUP006", "--fix").code == 0
    write("c.md", f"{OLD}\n")
    assert dedup("lint", ".", "--since", "HEAD", "--fix").code == 2
    assert dedup("lint", ".", "--since", "HEAD", "--select", "DUP006", "--fix", "--allow-dirty").code == 0
    assert content("c.md") == f"{NEW}\n"


def test_a_file_that_was_staged_otherwise_is_not_written_over(tree, dedup):
    git("add", "-A")
    write("b.md", "# Something else\n")
    outcome = dedup("lint", ".", "--staged", "--fix", "--allow-dirty")
    assert outcome.code == 2
    assert "b.md has changed since it was read; nothing was written to it." in outcome.err
    assert content("b.md") == "# Something else\n"


def test_the_file_keeps_its_encoding_and_its_line_ends(tree, dedup):
    text = f"# Fähre\r\n\r\nVorher.\r\n{OLD}\r\n"
    with open("b.md", "wb") as file:
        file.write(b"\xff\xfe" + text.encode("utf-16-le"))
    git("add", "b.md")
    assert dedup("lint", ".", "--since", "HEAD", "--select", "DUP006", "--fix").code == 0
    with open("b.md", "rb") as file:
        assert file.read() == b"\xff\xfe" + text.replace("nine", "ten").encode("utf-16-le")


def test_a_diff_can_be_applied_with_git(tree, dedup):
    outcome = dedup("lint", ".", "--since", "HEAD", "--diff")
    assert outcome.code == 1
    assert content("b.md") == BEFORE
    subprocess.run(["git", "apply", "-"], input=outcome.out, text=True, check=True)
    assert content("b.md") == BEFORE.replace("nine", "ten")
    assert dedup("lint", ".", "--since", "HEAD", "--select", "DUP006", "--diff").out == ""


def test_a_diff_leaves_the_other_reports_alone(tree, dedup):
    dedup("lint", ".", "--since", "HEAD", "--diff", "--report", "concise=report.txt")
    assert "DUP006" in content("report.txt")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--fix"], "--fix applies edits to their copies; add --since REF or --staged."),
        (["--diff"], "--diff applies edits to their copies; add --since REF or --staged."),
        (["--fix", "--diff", "--staged"], "--fix and --diff exclude each other"),
        (["--fix", "--add-ignores", "--staged"], "--fix excludes --add-ignores and --update-baseline"),
        (["--allow-dirty", "--staged"], "--allow-dirty applies to --fix only."),
    ],
)
def test_options_that_do_not_go_together_are_refused(tree, dedup, options, message):
    outcome = dedup("lint", ".", *options)
    assert outcome.code == 2
    assert message in outcome.err


def test_a_draft_on_standard_input_cannot_be_written(tree, dedup):
    arguments = ("-", "a.md", "--stdin-filename", "b.md", "--since", "HEAD", "--fix")
    outcome = dedup("lint", *arguments, stdin=BEFORE.encode())
    assert outcome.code == 2
    assert "b.md was read from standard input, and cannot be written." in outcome.err
    assert content("b.md") == BEFORE
