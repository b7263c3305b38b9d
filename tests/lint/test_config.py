"""Configuration: where it is found, what it may say, and what is wrong with it."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.lint.config import KEYS, Config
from dedup.lint.config_file import find, load
from dedup.lint.config_values import toml
from dedup.lint.errors import ConfigurationError
from dedup.lint.rules import Severity


def write(folder, text, name="dedup.toml"):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


def test_without_a_file_the_defaults_are_in_force(tmp_path):
    (tmp_path / ".git").mkdir()
    assert find(str(tmp_path)) == Config()
    assert set(Config().blocks) == {"prose", "heading", "list", "cell", "quote", "code", "comment"}


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
        'min-words = 12\nmin-similarity = 0.7\nmin-confidence = 0.5\nselect = ["DUP0"]\nignore = ["DUP003"]\n'
        'include = ["docs/"]\n'
        'exclude = ["docs/old/"]\nextensions = {".page" = "html"}\nblocks = ["prose", "list"]\n'
        'baseline = "known.txt"\nallow = "standing.md"\narchive = "published.db"\n'
        'per-file-ignores = {"old/" = ["DUP003"], "*.rst" = ["DUP"]}\n'
        'groups = [["v1/", "v2/"]]\nseverity = {DUP001 = "error"}\n'
    )
    found = load(write(tmp_path, text))
    assert list(found.sources) == list(KEYS)
    assert (found.min_words, found.min_similarity) == (12, 0.7)
    assert (found.blocks, found.min_confidence) == (("prose", "list"), 0.5)
    paths = [str(tmp_path / name) for name in ("known.txt", "standing.md", "published.db")]
    assert [found.baseline, found.allow, found.archive] == paths
    assert found.ignored_in(str(tmp_path / "old" / "a.rst")) == ("DUP003", "DUP")
    assert found.ignored_in(str(tmp_path / "a.md")) == ()
    assert [found.tree_of(str(tmp_path / name)) for name in ("v1/a.md", "v2/b/a.md", "v3/a.md")] == [
        (0, 0, "a.md"),
        (0, 1, "b/a.md"),
        None,
    ]
    assert found.severity_of("DUP001") is Severity.ERROR
    assert found.severity_of("DUP002") is Severity.WARNING


CODES = "allowed: a rule code, or its first letters: DUP001, DUP002"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("min-word = 9", "min-word is an unknown key; did you mean min-words?"),
        ("min_words = 9", "min_words is an unknown key; did you mean min-words?"),
        ("colour = 1", "colour is an unknown key; allowed: min-words, min-similarity, min-confidence, select"),
        ("min-words = 2", "min-words = 2 is out of range; allowed: 4 or more"),
        ("min-words = 1000001", "min-words = 1000001 is out of range; allowed: 1,000,000 or less"),
        ("min-words = 9.0", "min-words = 9.0 is not allowed; allowed: an integer, 4 or more and 1,000,000 or less"),
        ("min-words = true", "min-words = true is not allowed; allowed: an integer"),
        ('min-words = "9"', 'min-words = "9" is not allowed; allowed: an integer'),
        ("min-similarity = 0", "min-similarity = 0 is out of range; allowed: above 0"),
        ("min-similarity = 1.5", "min-similarity = 1.5 is out of range; allowed: 1 or less"),
        ("min-similarity = nan", "min-similarity = nan is out of range; allowed: above 0"),
        ("min-similarity = []", "min-similarity = [] is not allowed; allowed: a number, above 0 and 1 or less"),
        ('blocks = ["front"]', 'blocks[0] = "front" is unknown; allowed: prose, heading'),
        ("baseline = 2020-01-02", "baseline = 2020-01-02 is not allowed; allowed: a path"),
        ('select = "DUP001"', 'select = "DUP001" is not allowed; allowed: a list; each item: a rule code or prefix'),
        ('select = ["DUP", "DUP9999"]', f'select[1] = "DUP9999" is unknown; {CODES}'),
        ('ignore = [""]', f'ignore[0] = "" is unknown; {CODES}'),
        ("ignore = [1]", "ignore[0] = 1 is not allowed; allowed: a rule code or prefix"),
        ('severity = {DUP001 = "fatal"}', 'severity.DUP001 = "fatal" is unknown; allowed: note, warning, error'),
        ('severity = {DUP = "note"}', 'the key "DUP" of severity is unknown; allowed: DUP001, DUP002'),
        ('exclude = ["[a-z"]', 'exclude[0] = "[a-z" is an invalid gitignore pattern: a bracket is not closed'),
        ('per-file-ignores = {"[[:word:]]" = []}', 'the key "[[:word:]]" of per-file-ignores is an invalid gitignore'),
        ('per-file-ignores = {"*.md" = ["E501"]}', f'per-file-ignores."*.md"[0] = "E501" is unknown; {CODES}'),
        (
            'per-file-ignores = ["*.md"]',
            'per-file-ignores = ["*.md"] is not allowed; allowed: a table; each key: a gi',
        ),
        ('groups = ["v1/"]', 'groups[0] = "v1/" is not allowed; allowed: a list; each item: a gitignore pattern'),
        ('groups = [["a/[/]"]]', 'groups[0][0] = "a/[/]" is an invalid gitignore pattern: a set in'),
        ('extensions = {".adoc" = "asciidoc"}', 'extensions.".adoc" = "asciidoc" is unknown; allowed: plain, markdown'),
        (
            'extensions = {adoc = "plain"}',
            'the key "adoc" of extensions is not an extension; allowed: the end of a file',
        ),
        ("min-words", "invalid TOML"),
        (f"min-words = {'9' * 5000}", "invalid TOML"),
        (f"include = {'[' * 10**5}", "invalid TOML"),
    ],
)
def test_an_error_names_key_value_file_and_what_is_allowed(tmp_path, text, message):
    path = write(tmp_path, text)
    with pytest.raises(ConfigurationError) as caught:
        find(str(tmp_path))
    assert message in str(caught.value)
    assert path in str(caught.value)
    assert "\n" not in str(caught.value)


def as_tuples(value):
    return tuple(map(as_tuples, value)) if isinstance(value, list) else value


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
@given(value=st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=5))
def test_any_value_is_read_or_is_an_error_in_our_words(key, value):
    message = f"{key.name} allowed"
    try:
        assert key.kind.read(key.name, value) == as_tuples(value)
    except ConfigurationError as error:
        message = str(error)
    assert message.startswith(key.name)
    assert "allowed" in message or "invalid gitignore pattern" in message


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_every_key_is_described_and_its_default_is_what_config_holds(key):
    assert key.default == getattr(Config(), key.field)
    assert key.help.endswith(".")
    assert key.kind.allowed
    if key.default is not None:
        [(name, value)] = tomllib.loads(f"{key.name} = {toml(key.default)}").items()
        assert key.kind.read(name, value) == key.default


def test_extensions_are_added_to_the_known_ones(tmp_path):
    found = load(write(tmp_path, 'extensions = {".QMD" = "plain", ".html.erb" = "html"}'))
    assert found.markups[".qmd"] == "plain"
    assert found.markups[".html.erb"] == "html"
    assert found.markups[".md"] == "markdown"


def test_a_file_that_is_named_must_be_there_and_speak_of_dedup(tmp_path):
    with pytest.raises(ConfigurationError, match="could not be read"):
        load(str(tmp_path / "none.toml"))
    with pytest.raises(ConfigurationError, match=r"no table \[tool\.dedup\]"):
        load(write(tmp_path, "[tool.other]\n", "pyproject.toml"))
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigurationError, match="invalid TOML"):
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
