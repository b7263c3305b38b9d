"""What git ignores: git itself is the oracle."""

import os
import random
import shutil
import subprocess

import pytest

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


@pytest.mark.skipif(GIT is None, reason="the oracle, git, is not installed")
@pytest.mark.parametrize("seed", range(60))
def test_a_walk_takes_the_files_that_git_does_not_ignore(tmp_path, seed):
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


def test_a_folder_that_is_named_is_walked_even_where_git_ignores_it(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("build/\n*.txt\n")
    inner = tmp_path / "build" / "deep"
    inner.mkdir(parents=True)
    (inner / "a.md").write_text("")
    (inner / "a.txt").write_text("")
    (tmp_path / "build" / ".gitignore").write_text("b.md\n")
    (inner / "b.md").write_text("")
    assert listed(tmp_path) == []
    assert listed(tmp_path, "build") == ["build/deep/a.md", "build/deep/a.txt"]
    assert listed(tmp_path, "build/deep") == ["build/deep/a.md", "build/deep/a.txt", "build/deep/b.md"]


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
