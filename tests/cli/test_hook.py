"""The hook, run by the real pre-commit in a real repository."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
SENTENCE = "The harbour office opens at nine and closes again at four in winter."


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A repository that uses our hooks as they are declared, with the dedup that is under test instead of one that
    pre-commit would install."""
    home = tmp_path / "home"
    work = tmp_path / "work"
    home.mkdir()
    work.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PRE_COMMIT_HOME", str(home / "cache"))
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    for hook in hooks:
        assert hook["entry"].startswith("dedup ")
        hook["entry"] = f"{sys.executable} -m {hook['entry']}"
        hook["language"] = "system"
    Path(".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [{"repo": "local", "hooks": hooks}]}))
    Path("a.md").write_text(f"# Hours\n\n{SENTENCE}\n")
    Path("notes.rb").write_text(f"# {SENTENCE}\n")
    git("init", "-q")
    git("add", "-A")
    git("-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "first", "--no-verify")
    return work


def git(*arguments):
    subprocess.run(["git", *arguments], check=True, capture_output=True)


def run(*arguments):
    command = [sys.executable, "-m", "pre_commit", "run", "--color", "never", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_the_manifest_is_valid():
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_a_changed_file_is_compared_with_all_that_is_tracked(repository):
    Path("b.md").write_text(f"# Other\n\nBefore. {SENTENCE}\n")
    git("add", "b.md")
    code, out = run("dedup")
    assert code == 1, out
    assert "DUP003" in out
    assert "b.md:3:9" in out
    assert "a.md:3:1" in out


def test_a_change_that_repeats_nothing_passes(repository):
    Path("b.md").write_text("# Other\n\nNothing of this was said in any file before today, or so it seems.\n")
    git("add", "b.md")
    code, out = run("dedup")
    assert code == 0, out
    assert "Passed" in out


def test_a_copy_that_an_edit_made_stale_is_found_as_it_is_staged(repository):
    Path("b.md").write_text(f"# Other\n\nBefore. {SENTENCE}\n")
    git("add", "-A")
    git("-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "second", "--no-verify")
    Path("a.md").write_text(f"# Hours\n\n{SENTENCE.replace('nine', 'ten')}\n")
    git("add", "a.md")
    Path("a.md").write_text("# Hours\n\nNothing of it is left.\n")
    Path("b.md").write_text("# Nor here\n")
    code, out = run("dedup")
    assert code == 1, out
    assert "DUP006" in out
    assert "a.md:3:1" in out
    assert "b.md:3:9" in out
    git("add", "b.md")
    code, out = run("dedup")
    assert code == 0, out


def test_files_of_other_types_are_passed_over(repository):
    Path("b.rb").write_text(f"# {SENTENCE}\n")
    git("add", "b.rb")
    code, out = run("dedup")
    assert code == 0, out
    assert "no files to check" in out


def test_the_whole_tree_is_read_when_it_is_asked_for(repository):
    Path("b.md").write_text(f"{SENTENCE}\n")
    git("add", "b.md")
    code, out = run("dedup-all", "--hook-stage", "manual")
    assert code == 1, out
    assert "DUP001" in out
