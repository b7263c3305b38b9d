"""Configuration: where it is found, what it may say, and what is wrong with it."""

import pytest

from dedup.lint.config import KEYS, Config, find, load
from dedup.lint.errors import ConfigurationError
from dedup.lint.rules import Severity


def write(folder, text, name="dedup.toml"):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


def test_without_a_file_the_defaults_are_in_force(tmp_path):
    (tmp_path / ".git").mkdir()
    assert find(str(tmp_path)) == Config()
    assert Config().blocks == {"prose", "list"}


def test_the_nearest_file_that_speaks_of_dedup_wins(tmp_path):
    (tmp_path / ".git").mkdir()
    top = write(tmp_path, "[tool.dedup]\nmin-words = 20\n", "pyproject.toml")
    write(tmp_path / "a", "[tool.other]\nmin-words = 30\n", "pyproject.toml")
    below = write(tmp_path / "a" / "b", "min-words = 12")
    assert find(str(tmp_path / "a")).sources == {"min-words": top}
    found = find(str(tmp_path / "a" / "b"))
    assert (found.min_words, found.sources, found.root) == (12, {"min-words": below}, str(tmp_path / "a" / "b"))


def test_a_repository_is_not_configured_from_outside(tmp_path):
    write(tmp_path, "min-words = 20")
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    assert find(str(tmp_path / "repository")) == Config()


def test_every_key_may_be_set(tmp_path):
    text = (
        'min-words = 12\nmin-similarity = 0.7\nselect = ["DUP0"]\nignore = ["DUP003"]\ninclude = ["docs/"]\n'
        'exclude = ["docs/old/"]\nheadings = true\ncells = true\nquotes = true\n'
        'baseline = "known.txt"\nallow = "standing.md"\nper-file-ignores = {"old/" = ["DUP003"], "*.rst" = ["DUP"]}\n'
        'groups = [["v1/", "v2/"]]\nseverity = {DUP001 = "error"}\n'
    )
    found = load(write(tmp_path, text))
    assert tuple(found.sources) == KEYS
    assert (found.min_words, found.min_similarity) == (12, 0.7)
    assert found.blocks == {"prose", "list", "heading", "cell", "quote"}
    assert (found.baseline, found.allow) == (str(tmp_path / "known.txt"), str(tmp_path / "standing.md"))
    assert found.ignored_in(str(tmp_path / "old" / "a.rst")) == ("DUP003", "DUP")
    assert found.ignored_in(str(tmp_path / "a.md")) == ()
    assert [found.tree_of(str(tmp_path / name)) for name in ("v1/a.md", "v2/b/a.md", "v3/a.md")] == [
        (0, 0),
        (0, 1),
        None,
    ]
    assert found.severity_of("DUP001") is Severity.ERROR
    assert found.severity_of("DUP002") is Severity.WARNING


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("min-word = 9", "'min-word' is not known; did you mean 'min-words'?"),
        ("min_words = 9", "'min_words' is not known; did you mean 'min-words'?"),
        ("colour = 1", "'colour' is not known; allowed: min-words"),
        ('min-words = "9"', "min-words"),
        ("min-words = 3", ">= 4"),
        ("min-similarity = 0", "min-similarity"),
        ("min-similarity = 1.5", "min-similarity"),
        ('select = "DUP001"', "select"),
        ('select = ["DUP9999"]', "select holds 'DUP9999'; allowed"),
        ('ignore = [""]', "ignore holds ''; allowed"),
        ('severity = {DUP001 = "fatal"}', "severity of DUP001 is 'fatal'; allowed: 'note', 'warning', 'error'"),
        ('severity = {DUP = "note"}', "severity is set for 'DUP'"),
        ('exclude = ["[a-z"]', "exclude holds '[a-z', an invalid gitignore pattern"),
        ('per-file-ignores = {"[[:word:]]" = ["DUP001"]}', "per-file-ignores holds '[[:word:]]', an invalid"),
        ('per-file-ignores = {"*.md" = ["E501"]}', "per-file-ignores of '*.md' holds 'E501'; allowed"),
        ('per-file-ignores = ["*.md"]', "per-file-ignores"),
        ('groups = ["v1/"]', "groups"),
        ('groups = [["a/[/]"]]', "groups holds 'a/[/]', an invalid"),
        ("min-words", "is not TOML"),
    ],
)
def test_what_is_wrong_is_named_with_what_is_allowed(tmp_path, text, message):
    path = write(tmp_path, text)
    with pytest.raises(ConfigurationError) as caught:
        find(str(tmp_path))
    assert path in str(caught.value)
    assert message in str(caught.value)


def test_a_file_that_is_named_must_be_there_and_speak_of_dedup(tmp_path):
    with pytest.raises(ConfigurationError, match="could not be read"):
        load(str(tmp_path / "none.toml"))
    with pytest.raises(ConfigurationError, match=r"has no table \[tool\.dedup\]"):
        load(write(tmp_path, "[tool.other]\n", "pyproject.toml"))
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigurationError, match="is not TOML"):
        load(str(tmp_path / "bytes.toml"))


@pytest.mark.parametrize(
    ("select", "ignore", "reported"),
    [
        (("DUP",), (), {"DUP001", "DUP002", "DUP003", "DUP900"}),
        (("DUP00",), ("DUP003",), {"DUP001", "DUP002", "DUP900"}),
        (("DUP001",), ("DUP0",), {"DUP001", "DUP900"}),
        (("DUP001",), ("DUP001",), {"DUP900"}),
        (("DUP",), ("DUP",), {"DUP900"}),
    ],
)
def test_the_longer_code_decides_and_unreadable_files_are_always_reported(select, ignore, reported):
    config = Config(select=select, ignore=ignore)
    assert {rule for rule in ("DUP001", "DUP002", "DUP003", "DUP900") if config.reports(rule)} == reported


def test_patterns_are_relative_to_the_file_they_stand_in(tmp_path, monkeypatch):
    config = load(write(tmp_path / "a", 'exclude = ["/old/", "*.txt", "!keep.txt"]\ninclude = ["docs/**/*.md"]'))
    monkeypatch.chdir(tmp_path)
    names = ["a/old/x.md", "a/new/old/x.md", "a/x.txt", "a/keep.txt", "b/old/x.md", "x.txt"]
    assert [name for name in names if config.excluded(name)] == ["a/old/x.md", "a/x.txt"]
    assert config.included("a/docs/deep/x.md")
    assert not config.included("docs/deep/x.md")
