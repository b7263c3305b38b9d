"""What is compared with what, and ``dedup config``."""

import json
import subprocess

import pytest

SENTENCE = "The harbour office opens at nine and closes again at four in winter."


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A repository with the same sentence in three files; the working folder is its root."""
    for name in ("docs/a.md", "docs/b.md", "old/c.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"# Hours\n\n{SENTENCE}\n")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    subprocess.run(["git", "-C", str(tmp_path), "add", "docs", "old"], check=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def places(outcome):
    assert outcome.code in (0, 1), outcome.err
    return [[place["path"] for place in finding["places"]] for finding in json.loads(outcome.out)["findings"]]


def test_files_are_compared_with_what_the_configuration_includes(dedup, tree):
    assert places(dedup("lint", "docs/b.md", "--format", "json")) == []
    (tree / "dedup.toml").write_text('include = ["docs/", "old/"]\n')
    assert places(dedup("lint", "docs/b.md", "--format", "json")) == [["docs/b.md", "docs/a.md", "old/c.md"]]
    assert places(dedup("lint", "docs/b.md", "--format", "json", "--isolated")) == []


def test_what_is_excluded_is_never_read_even_if_it_is_named(dedup, tree):
    (tree / "dedup.toml").write_text('include = ["*.md"]\nexclude = ["old/"]\n')
    assert places(dedup("lint", "docs/a.md", "old/c.md", "--format", "json")) == [["docs/a.md", "docs/b.md"]]


def test_a_repeat_in_the_corpus_alone_is_not_reported(dedup, tree):
    (tree / "new.md").write_text("Nothing here is said anywhere else in the whole tree at all.\n")
    assert places(dedup("lint", "new.md", "--corpus", "tracked", "--format", "json")) == []


def test_findings_do_not_depend_on_how_the_files_are_split_over_calls(dedup, tree):
    for names in (["docs/a.md"], ["docs/b.md"], ["docs/a.md", "docs/b.md"]):
        [found] = places(dedup("lint", *names, "--corpus", "tracked", "--format", "json"))
        assert sorted(found) == ["docs/a.md", "docs/b.md", "old/c.md"]
        assert found[0] == names[0]


def test_a_tracked_file_that_was_deleted_is_passed_over(dedup, tree):
    (tree / "old" / "c.md").unlink()
    outcome = dedup("lint", "docs/a.md", "--corpus", "tracked", "--format", "json")
    assert places(outcome) == [["docs/a.md", "docs/b.md"]]


def test_from_a_folder_below_all_tracked_files_are_the_corpus(dedup, tree, monkeypatch):
    monkeypatch.chdir(tree / "docs")
    assert places(dedup("lint", "a.md", "--corpus", "tracked", "--format", "json")) == [["a.md", "../old/c.md", "b.md"]]


def test_within_compares_every_file_with_itself_only(dedup, tree):
    (tree / "docs" / "b.md").write_text(f"{SENTENCE}\n\nMore of it.\n\n{SENTENCE}\n")
    assert places(dedup("lint", "docs", "--within", "--format", "json")) == [["docs/b.md", "docs/b.md"]]


def test_rules_are_chosen_and_weighed(dedup, tree):
    assert places(dedup("lint", "docs", "--ignore", "DUP001", "--format", "json")) == []
    assert places(dedup("lint", "docs", "--select", "DUP003", "--format", "json")) == []
    (tree / "dedup.toml").write_text('severity = {DUP001 = "note"}\n')
    assert dedup("lint", "docs").code == 0
    assert dedup("lint", "docs", "--fail-on", "note").code == 1


def test_blocks_that_are_left_out_are_not_compared(dedup, tree):
    (tree / "docs" / "a.md").write_text(f"> {SENTENCE}\n")
    assert places(dedup("lint", "docs", "--format", "json")) == [["docs/a.md", "docs/b.md"]]
    (tree / "dedup.toml").write_text('blocks = ["prose", "list"]\n')
    assert places(dedup("lint", "docs", "--format", "json")) == []


def test_an_option_wins_over_the_configuration(dedup, tree):
    (tree / "dedup.toml").write_text("min-words = 20\n")
    assert places(dedup("lint", "docs", "--format", "json")) == []
    assert len(places(dedup("lint", "docs", "--min-words", "8", "--format", "json"))) == 1


def test_the_words_of_the_corpus_are_not_counted(dedup, tree):
    summary = json.loads(dedup("lint", "docs/a.md", "--corpus", "tracked", "--format", "json").out)["summary"]
    assert (summary["words"], summary["repeated_words"]) == (14, 14)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--select", "DUP7"), '--select = "DUP7" is unknown; allowed: a rule code'),
        (("--config", "none.toml"), "none.toml: could not be read"),
        (("--config", "x", "--isolated"), "exclude each other"),
        (("--corpus", "tracked", "--within"), "exclude each other"),
    ],
)
def test_what_cannot_be_meant_is_said_and_nothing_is_done(dedup, tree, options, message):
    outcome = dedup("lint", "docs", *options)
    assert (outcome.code, outcome.out) == (2, "")
    assert message in outcome.err


def test_a_corpus_of_tracked_files_needs_a_repository(dedup, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    (tmp_path / "a.md").write_text(SENTENCE)
    outcome = dedup("lint", "a.md", "--corpus", "tracked")
    assert outcome.code == 2
    assert "--corpus tracked: git says" in outcome.err


def test_config_shows_what_is_in_force_and_where_it_comes_from(dedup, tree):
    (tree / "dedup.toml").write_text('min-words = 12\nseverity = {DUP003 = "note"}\n')
    shown = dedup("config").out.splitlines()
    assert "# baseline is not set" in shown
    lines = dict(line.split("  # ") for line in shown if "  # " in line)
    assert lines["min-words = 12"] == str(tree / "dedup.toml")
    assert lines['severity = {DUP003 = "note"}'] == str(tree / "dedup.toml")
    assert lines["min-similarity = 0.6"] == "default"
    isolated = dedup("config", "--isolated").out.splitlines()
    assert {line.partition("  # ")[2] for line in isolated if "  # " in line} == {"default"}


def test_what_config_shows_is_a_configuration_that_says_the_same(dedup, tree):
    text = (
        'select = ["DUP0"]\nper-file-ignores = {"*.md" = ["DUP003"]}\ngroups = [["é/", "b\\"/"]]\nblocks = ["prose"]\n'
    )
    (tree / "dedup.toml").write_text(text + 'extensions = {".md.j2" = "markdown"}\n')
    shown = dedup("config").out
    (tree / "dedup.toml").write_text(shown)
    assert dedup("config").out.replace(str(tree / "dedup.toml"), "") == shown.replace(
        str(tree / "dedup.toml"), ""
    ).replace("  # default", "  # ")


def test_a_configured_extension_is_read_in_folders_and_in_the_corpus(dedup, tree):
    (tree / "docs" / "c.page.j2").write_text(f"<p>{SENTENCE}</p>\n")
    assert places(dedup("lint", "docs", "--format", "json")) == [["docs/a.md", "docs/b.md"]]
    (tree / "dedup.toml").write_text('extensions = {".Page.j2" = "html"}\n')
    assert ["docs/a.md", "docs/b.md", "docs/c.page.j2"] in places(dedup("lint", "docs", "--format", "json"))
    subprocess.run(["git", "add", "docs"], check=True)
    found = places(dedup("lint", "old/c.md", "--corpus", "tracked", "--format", "json"))
    assert ["old/c.md", "docs/a.md", "docs/b.md", "docs/c.page.j2"] in found
