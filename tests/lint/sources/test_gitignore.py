"""Which files of a folder are read: git itself is the oracle."""

import os
import random
import shutil
import subprocess

import pytest

from dedup.lint.sources import walk
from dedup.lint.sources.discover import select

GIT = shutil.which("git")
SEGMENTS = [
    "a",
    "b",
    "foo",
    "bar",
    "build",
    "*",
    "**",
    "f*",
    "*.md",
    "*.txt",
    "[ab]",
    "?",
    "b?r",
    "!a",
    "x\\ y",
    "foo.md",
]
SEGMENTS += ["\\!a", "[!a]", "[^f]oo", "a.md"]
SPECIAL = [
    "#x",
    "",
    "  ",
    "/",
    "!",
    "\\",
    "a ",
    "a\\ ",
    "[a",
    "*/",
    "**/",
    "!*/",
    "/*",
    "a/**/",
    "**/a/**",
    "foo/**",
    "!foo/**/bar",
]
FOLDERS = ["a", "b", "foo", "bar", "build", "x y"]
FILES = ["a.md", "b.md", "foo.md", "a.txt", "foo.txt", "x y.md"]


def pattern(draw: random.Random) -> str:
    if draw.random() < 0.05:
        return draw.choice(SPECIAL)
    body = "/".join(draw.choice(SEGMENTS) for _ in range(draw.choice([1, 1, 1, 2, 2, 3])))
    before = "/" if draw.random() < 0.3 else ""
    behind = "/" if draw.random() < 0.3 else ""
    return ("!" if draw.random() < 0.3 else "") + before + body + behind


def plant(folder, draw: random.Random, depth: int = 0) -> None:
    for name in draw.sample(FILES, 3):
        (folder / name).write_bytes(b"")
    if depth < 3:
        for name in draw.sample(FOLDERS, draw.choice([1, 2, 2])):
            (folder / name).mkdir()
            plant(folder / name, draw, depth + 1)
    if depth == 0 or draw.random() < 0.3:
        lines = draw.choice(["\n", "\r\n"]).join(pattern(draw) for _ in range(draw.randint(1, 6)))
        mark = "\ufeff" if draw.random() < 0.1 else ""
        (folder / ".gitignore").write_bytes(f"{mark}{lines}\n".encode())


def git(folder, *args: str) -> str:
    alone = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    return subprocess.run([GIT, *args], cwd=folder, env=alone, capture_output=True, check=True, text=True).stdout


def listed(folder, below: str = "") -> list[str]:
    named = folder / below if below else folder
    return sorted(os.path.relpath(document.path, folder) for document in select([str(named)]).documents)


def write(folder, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(os.fsencode(name))


@pytest.fixture(params=["git lists the files", "git is not installed"])
def with_and_without_git(request, monkeypatch):
    if request.param == "git is not installed":
        monkeypatch.setenv("PATH", "")
    elif GIT is None:
        pytest.skip("git is not installed")


needs_git = pytest.mark.skipif(GIT is None, reason="the oracle, git, is not installed")


@needs_git
@pytest.mark.usefixtures("with_and_without_git")
@pytest.mark.parametrize("seed", range(40))
def test_a_folder_gives_the_files_that_git_does_not_ignore(tmp_path, seed):
    draw = random.Random(seed)
    git(tmp_path, "init", "-q")
    plant(tmp_path, draw)
    if draw.random() < 0.3:
        (tmp_path / ".git" / "info").mkdir(exist_ok=True)
        (tmp_path / ".git" / "info" / "exclude").write_text(pattern(draw) + "\n")
    out = git(tmp_path, "ls-files", "-z", "-co", "--exclude-standard").split("\0")
    expected = sorted(path for path in out if path.endswith((".md", ".txt")))
    assert listed(tmp_path) == expected

    # a folder that is named is judged by the files above it as well
    for name in os.listdir(tmp_path):
        ignored = subprocess.run([GIT, "check-ignore", "-q", name], cwd=tmp_path, check=False).returncode == 0
        if (tmp_path / name).is_dir() and name != ".git" and not ignored:
            assert listed(tmp_path, name) == [path for path in expected if path.startswith(f"{name}/")]


@needs_git
@pytest.mark.usefixtures("with_and_without_git")
def test_a_folder_that_is_named_is_read_even_where_git_ignores_it(tmp_path):
    git(tmp_path, "init", "-q")
    (tmp_path / ".gitignore").write_text("build/\n*.txt\n")
    write(tmp_path, "build/deep/a.md", "build/deep/a.txt", "build/deep/b.md", "build/tracked.md")
    git(tmp_path, "add", "--force", "build/tracked.md")
    (tmp_path / "build" / ".gitignore").write_text("b.md\n")
    assert listed(tmp_path, "build") == ["build/deep/a.md", "build/deep/a.txt", "build/tracked.md"]
    assert listed(tmp_path, "build/deep") == ["build/deep/a.md", "build/deep/a.txt", "build/deep/b.md"]


@needs_git
def test_a_file_that_git_tracks_is_read_even_if_it_ignores_others_of_that_name(tmp_path):
    git(tmp_path, "init", "-q")
    (tmp_path / ".gitignore").write_text("*.txt\n")
    write(tmp_path, "a/tracked.txt", "a/other.txt", "a/gone.txt")
    git(tmp_path, "add", "--force", "a/tracked.txt", "a/gone.txt")
    (tmp_path / "a" / "gone.txt").unlink()
    selection = select([str(tmp_path)])
    assert [document.path for document in selection.documents] == [f"{tmp_path}/a/tracked.txt"]
    assert selection.failures == ()
    assert listed(tmp_path, "a") == ["a/tracked.txt"]


@needs_git
@pytest.mark.parametrize("commits", [False, True], ids=["without a commit", "with a commit"])
def test_repositories_and_submodules_inside_another_are_asked_themselves(tmp_path, commits):
    as_user = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "protocol.file.allow=always")
    inner = tmp_path / "inner"
    write(inner, "a.md", "b.md", "deep/c.md")
    git(inner, "init", "-q")
    (inner / ".gitignore").write_text("b.md\n")
    git(tmp_path, "init", "-q")
    (tmp_path / ".gitignore").write_text("a.md\n")
    write(tmp_path, "a.md", "c.md")
    if commits:
        git(inner, "add", ".")
        git(inner, *as_user, "commit", "-qm", "first")
        git(tmp_path, *as_user, "submodule", "--quiet", "add", "./inner", "inner")
        write(inner, "new.md")
        (tmp_path / "absent").mkdir()
        git(
            tmp_path, "update-index", "--add", "--cacheinfo", f"160000,{git(inner, 'rev-parse', 'HEAD').strip()},absent"
        )
    new = ["inner/new.md"] if commits else []
    assert listed(tmp_path) == ["c.md", "inner/a.md", "inner/deep/c.md", *new]
    assert listed(tmp_path, "inner") == ["inner/a.md", "inner/deep/c.md", *new]


@needs_git
@pytest.mark.skipif(os.name == "nt", reason="names that Windows does not allow")
@pytest.mark.usefixtures("with_and_without_git")
def test_names_of_any_bytes_and_links_are_found(tmp_path, monkeypatch):
    git(tmp_path, "init", "-q")
    names = ["new\nline.md", "tab\t.md", 'quote".md', "ünï.md", "? b.md", os.fsdecode(b"caf\xe9.md")]
    write(tmp_path, *names, "-/- a.md", "elsewhere/target.md")
    git(tmp_path, "add", names[0], names[-1])
    os.symlink("elsewhere/target.md", tmp_path / "link.md")
    os.symlink("nowhere", tmp_path / "dangling.md")
    os.symlink("elsewhere", tmp_path / "folder.md")
    os.mkfifo(tmp_path / "pipe.md")
    monkeypatch.chdir(tmp_path)
    selection = select(["."])
    expected = sorted([*names, "-/- a.md", "elsewhere/target.md"], key=lambda path: path.split("/"))
    assert [document.path for document in selection.documents] == expected
    assert [failure.path for failure in selection.failures if failure.path != "pipe.md"] == ["dangling.md"]


@needs_git
def test_git_lists_no_pipes_and_a_walk_reports_them(tmp_path, monkeypatch):
    git(tmp_path, "init", "-q")
    os.mkfifo(tmp_path / "pipe.md")
    assert select([str(tmp_path)]).failures == ()
    monkeypatch.setenv("PATH", "")
    assert [failure.message for failure in select([str(tmp_path)]).failures] == ["is not a regular file"]


@needs_git
def test_the_folder_says_which_repository_it_is_in_even_inside_a_hook(tmp_path, monkeypatch):
    for name in ("one", "other"):
        write(tmp_path / name, "a.md", "b.md")
        git(tmp_path / name, "init", "-q")
        (tmp_path / name / ".gitignore").write_text("b.md\n" if name == "one" else "a.md\n")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other" / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "other" / ".git" / "index"))
    assert listed(tmp_path / "one") == ["a.md"]


@needs_git
def test_where_git_complains_the_folder_is_walked_and_the_fault_reported(tmp_path, monkeypatch):
    git(tmp_path, "init", "-q")
    (tmp_path / ".gitignore").write_text("b.md\n")
    write(tmp_path, "a.md", "b.md", "closed/c.md")
    scandir = os.scandir

    def closed(path):
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(walk.os, "scandir", closed)
    script = tmp_path / "bin" / "git"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\necho "warning: could not open directory" >&2\nexec {GIT} "$@"\n')
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(script.parent))
    selection = select([str(tmp_path)])
    assert [document.path for document in selection.documents] == [f"{tmp_path}/a.md"]
    assert [failure.path for failure in selection.failures] == [f"{tmp_path}/closed"]


@pytest.mark.parametrize("named", ["a.md", "a.md and b.md"])
def test_git_is_not_asked_about_files_that_are_named(tmp_path, monkeypatch, named):
    (tmp_path / ".git").mkdir()
    write(tmp_path, "a.md", "b.md")
    monkeypatch.setattr(subprocess, "run", None)
    monkeypatch.chdir(tmp_path)
    assert [document.path for document in select(named.split(" and ")).documents] == named.split(" and ")


def test_a_repository_inside_another_keeps_its_own_rules(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("a.md\n")
    (tmp_path / "inner" / ".git" / "info").mkdir(parents=True)
    (tmp_path / "inner" / ".git" / "info" / "exclude").write_text("b.md\n")
    for name in ("a.md", "b.md", "c.md"):
        (tmp_path / name).write_text("")
        (tmp_path / "inner" / name).write_text(name)
    assert listed(tmp_path) == ["b.md", "c.md", "inner/a.md", "inner/c.md"]
    assert listed(tmp_path, "inner") == ["inner/a.md", "inner/c.md"]


def test_ignore_files_count_outside_a_repository_too(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / ".gitignore").write_text("a.md\n")
    (tmp_path / "docs" / "a.md").write_text("")
    (tmp_path / "docs" / "b.md").write_text("")
    assert listed(tmp_path) == ["docs/b.md"]


def test_an_ignore_file_that_cannot_be_read_is_told_and_the_folder_read(tmp_path):
    (tmp_path / ".gitignore").mkdir()
    (tmp_path / "a.md").write_text("")
    selection = select([str(tmp_path)])
    assert [document.path for document in selection.documents] == [f"{tmp_path}/a.md"]
    assert [failure.path for failure in selection.failures] == [f"{tmp_path}/.gitignore"]
