"""Suppressed findings: comments, the allow-list, rules by file, groups of trees, and --add-ignores."""

import html
import json
import os
import stat

import pytest

ONE = "The harbour office opens at nine and closes again at four in winter, when few boats are out."
OTHER = "Whoever takes the last ferry home may leave the bicycle at the north gate until the next morning."


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """The same two passages in files of every markup; the working folder is theirs."""
    between = [" ".join(f"{name}{number}" for number in range(40)) for name in ("oak", "elm", "ash", "fir")]
    (tmp_path / "a.md").write_text(f"# Hours\n\n{ONE}\n\n{between[0]}\n\nThis first: {OTHER}\n")
    (tmp_path / "b.mdx").write_text(f"import X from 'x'\n\n- {ONE}\n\n{between[1]}\n\nThen this. {OTHER} And on.\n")
    (tmp_path / "c.rst").write_text(f"Hours\n=====\n\n{ONE}\n\n{between[2]}\n\n.. note:: But then: {OTHER}\n")
    page = f"<p>{ONE}</p>\r\n<p>{between[3]}</p><p>Now at last. {OTHER}</p>"
    (tmp_path / "d.html").write_bytes(page.encode("utf-16"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(outcome):
    assert outcome.code in (0, 1), outcome.err
    return [
        (finding["rule"], [place["path"] for place in finding["places"]])
        for finding in json.loads(outcome.out)["findings"]
    ]


def test_comments_are_written_that_suppress_the_findings(dedup, tree):
    assert len(found(dedup("lint", ".", "--format", "json"))) >= 2
    before = {path: path.read_bytes() for path in tree.iterdir()}
    outcome = dedup("lint", ".", "--add-ignores")
    assert (outcome.code, "No repeats" in outcome.out) == (0, True)
    assert " comments written in 3 files.\n" in outcome.err
    assert found(dedup("lint", ".", "--format", "json")) == []
    changed = {path.name for path, data in before.items() if path.read_bytes() != data}
    assert changed == {"b.mdx", "c.rst", "d.html"}
    assert (tree / "d.html").read_bytes().decode("utf-16").startswith("<p><!-- dedup: ignore[DUP001")
    assert "\r\n" in (tree / "d.html").read_bytes().decode("utf-16")


def test_where_nothing_is_found_nothing_is_written(dedup, tree):
    outcome = dedup("lint", "a.md", "--add-ignores")
    assert (outcome.code, outcome.err) == (0, "0 comments written in 0 files.\n")


def test_findings_that_no_comment_can_suppress_are_reported(dedup, tree):
    for name in ("e.txt", "f.txt"):
        (tree / name).write_text(f"{ONE}\n")
    outcome = dedup("lint", "e.txt", "a.md", "--add-ignores", "--format", "json")
    assert found(outcome) == []
    outcome = dedup("lint", "e.txt", "f.txt", "--add-ignores", "--format", "json")
    assert found(outcome) == [("DUP001", ["e.txt", "f.txt"])]
    assert outcome.code == 1
    assert outcome.err == "0 comments written in 0 files. 1 finding left where no comment can be written.\n"


def test_every_place_of_a_passage_that_is_in_the_corpus_too_gets_a_comment(dedup, tree):
    (tree / "dedup.toml").write_text('include = ["c.rst"]')
    before = (tree / "c.rst").read_bytes()
    assert dedup("lint", "a.md", "--add-ignores").code == 0
    assert (tree / "a.md").read_text().count("dedup: ignore") == 2
    assert (tree / "c.rst").read_bytes() == before


def test_standard_input_is_not_written_to(dedup, tree):
    outcome = dedup("lint", "-", "a.md", "--markup", "markdown", "--add-ignores", stdin=f"{ONE}\n".encode())
    assert outcome.code == 0
    assert "dedup: ignore" in (tree / "a.md").read_text()


def test_permissions_and_links_stay(dedup, tree):
    (tree / "b.mdx").chmod(0o640)
    os.rename(tree / "c.rst", tree / "real.rst")
    os.symlink("real.rst", tree / "c.rst")
    assert dedup("lint", ".", "--add-ignores").code == 0
    assert stat.S_IMODE((tree / "b.mdx").stat().st_mode) == 0o640
    assert (tree / "c.rst").is_symlink()
    assert "dedup: ignore" in (tree / "real.rst").read_text()


def test_findings_in_the_baseline_get_no_comment(dedup, tree):
    assert dedup("lint", ".", "--baseline", "known.baseline", "--update-baseline").code == 0
    before = {path: path.read_bytes() for path in tree.iterdir()}
    assert dedup("lint", ".", "--baseline", "known.baseline", "--add-ignores").err.startswith("0 comments")
    assert {path: path.read_bytes() for path in tree.iterdir()} == before


@pytest.mark.parametrize("more", [("--add-ignores",), ("--output", "x.json"), ("--report", "json=x.json")])
def test_an_update_of_the_baseline_reports_nothing(dedup, tree, more):
    outcome = dedup("lint", ".", "--baseline", "known.baseline", "--update-baseline", *more)
    assert outcome.code == 2
    assert "--update-baseline writes the baseline only" in outcome.err
    assert not (tree / "known.baseline").exists()


def test_an_unused_comment_can_be_in_the_baseline_like_any_finding(dedup, tree):
    (tree / "a.md").write_text("<!-- dedup: ignore -->\n\nNothing else says this.\n")
    assert found(dedup("lint", ".", "--select", "DUP1", "--format", "json")) == []  # no rule that it speaks of
    assert [rule for rule, _ in found(dedup("lint", ".", "--format", "json"))].count("DUP100") == 1
    assert dedup("lint", ".", "--baseline", "known.baseline", "--update-baseline").code == 0
    assert found(dedup("lint", ".", "--baseline", "known.baseline", "--format", "json")) == []


def test_an_unused_comment_fails_only_if_everything_was_read(dedup, tree):
    (tree / "a.md").write_text(f"<!-- dedup: ignore -->\n\n{ONE}\n")
    assert found(dedup("lint", "a.md", "--format", "json")) == [("DUP100", ["a.md"])]
    assert dedup("lint", "a.md").code == 0
    assert dedup("lint", "a.md", "--within").out.startswith("No repeats")
    for path in ("b.mdx", "c.rst", "d.html"):
        (tree / path).unlink()
    assert dedup("lint", ".").code == 1
    (tree / "dedup.toml").write_text('severity = {DUP100 = "error"}')
    assert "error[DUP100]" in dedup("lint", "a.md").out


def test_every_format_shows_an_unused_comment_at_its_place(dedup, tree):
    (tree / "a.md").write_text("Text.\n\n<!-- dedup: ignore -->\n\nNothing else says this.\n")
    (tree / "dedup.toml").write_text('include = ["a.md"]')
    [finding] = json.loads(dedup("lint", "a.md", "--format", "json").out)["findings"]
    message = finding["message"]
    assert dedup("lint", "a.md", "--format", "concise").out == f"a.md:3:6: DUP100 {message}\n"
    full = dedup("lint", "a.md").out
    assert "  --> a.md:3:6\n" in full
    assert "3 | <!-- dedup: ignore -->\n" in full
    for name in ("github", "gitlab", "junit", "sarif", "rdjson", "markdown", "html", "jsonl"):
        out = dedup("lint", "a.md", "--format", name).out
        assert "DUP100" in out, name
        assert message.replace('"', "") in html.unescape(out).replace('\\"', "").replace('"', ""), name


def test_passages_of_the_allow_list_are_not_reported(dedup, tree):
    (tree / "allowed.md").write_text(f"# From the statutes\n\n{ONE}\n")
    for more in (("--allow", "allowed.md"), ()):
        left = found(dedup("lint", "a.md", "b.mdx", *more, "--format", "json"))
        assert [rule for rule, _ in left] == ["DUP002"]
        (tree / "dedup.toml").write_text('allow = "allowed.md"')


def test_a_missing_allow_list_is_an_error(dedup, tree):
    outcome = dedup("lint", ".", "--allow", "none.md")
    assert outcome.code == 2
    assert "none.md: could not be read: No such file or directory" in outcome.err


def test_rules_by_file_and_groups_of_trees_are_configured(dedup, tree):
    (tree / "dedup.toml").write_text(
        'per-file-ignores = {"*.rst" = ["DUP"], "b.*" = ["DUP003"]}\ngroups = [["a.md", "d.html"]]\n'
    )
    left = found(dedup("lint", ".", "--format", "json"))
    assert ("DUP001", ["a.md", "b.mdx", "d.html"]) in left
    assert all("c.rst" not in paths for _, paths in left)
    assert all(paths != ["a.md", "d.html"] for _, paths in left)


def test_what_was_not_translated_is_reported_alone(dedup, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "needs groups of trees in the configuration" in dedup("lint", ".", "--untranslated").err
    (tmp_path / "dedup.toml").write_text('groups = [["en/", "de/"]]\n')
    for name, text in (("en/a.md", ONE), ("de/a.md", ONE), ("en/b.md", OTHER), ("de/c.md", OTHER), ("de/b.md", "Neu.")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"{text}\n")
    assert found(dedup("lint", ".", "--format", "json")) == [("DUP001", ["de/c.md", "en/b.md"])]
    asked = dedup("lint", ".", "--untranslated", "--format", "json")
    assert (asked.code, found(asked)) == (1, [("DUP001", ["de/a.md", "en/a.md"])])
    assert dedup("lint", "en", "--untranslated", "--within").code == 2


def test_standard_input_can_be_given_a_name(dedup, tree):
    draft = f"Hours\n=====\n\n.. {ONE}\n\n{OTHER}\n".encode()
    outcome = dedup("lint", "-", "--stdin-filename", "docs/new.rst", "a.md", "--format", "json", stdin=draft)
    assert found(outcome) == [("DUP003", ["a.md", "docs/new.rst"])]


def test_the_file_that_standard_input_replaces_is_not_read(dedup, tree):
    (tree / "dedup.toml").write_text('include = ["*.md", "*.rst"]')
    draft = (tree / "c.rst").read_bytes()
    outcome = dedup("lint", "-", "--stdin-filename", "./c.rst", "--format", "json", stdin=draft)
    assert {path for _, paths in found(outcome) for path in paths} == {"c.rst", "a.md"}
    outcome = dedup("lint", ".", "-", "--stdin-filename", "c.rst", "--format", "json", stdin=b"Nothing.\n")
    assert all("c.rst" not in paths for _, paths in found(outcome))


def test_the_configuration_of_a_path_applies_to_standard_input(dedup, tree):
    (tree / "dedup.toml").write_text('include = ["*.md"]\nper-file-ignores = {"new/" = ["DUP"]}\nexclude = ["old/"]')
    for folder, number in (("new", 0), ("old", 0), ("other", 2)):
        outcome = dedup(
            "lint", "-", "--stdin-filename", f"{folder}/x.mdx", "--format", "json", stdin=(tree / "b.mdx").read_bytes()
        )
        assert len(found(outcome)) == number


def test_a_name_for_standard_input_needs_standard_input(dedup, tree):
    outcome = dedup("lint", "a.md", "--stdin-filename", "b.md")
    assert outcome.code == 2
    assert "--stdin-filename applies to standard input only" in outcome.err
