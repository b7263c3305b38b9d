"""DUP004: passages of the files that stand in an archive."""

import json
from datetime import date

import pytest

from dedup import Archive
from dedup.cli import main

SENTENCE = "The ministry said on Monday that the old embassy would be closed by the end of the year"
OTHER = "Nobody has seen the keeper of the lighthouse since the storm of last winter"


@pytest.fixture
def desk(tmp_path, monkeypatch, capsys):
    """Lints in a folder with an archive of two documents, and returns the exit code and the findings."""
    monkeypatch.chdir(tmp_path)
    with Archive("p.db") as archive:
        archive.add("embassy.md", f"# Embassy\n\n{SENTENCE}.\n", markup="markdown", published=date(2020, 12, 21))
        archive.add("again.md", f"It was told before. {SENTENCE}.\n", markup="markdown", published=date(2020, 12, 24))

    def lint(text, *options, name="draft.md"):
        (tmp_path / name).write_text(text)
        code = main(["lint", name, "--archive", "p.db", "--format", "json", *options])
        captured = capsys.readouterr()
        assert code in (0, 1), captured.err
        return code, json.loads(captured.out)["findings"]

    return lint


def test_a_published_passage_is_a_finding_with_all_its_documents(desk):
    code, [finding] = desk(f"News:\n\n{SENTENCE}, it added.\n")
    assert code == 1
    assert finding["rule"] == "DUP004"
    assert finding["message"] == "18 words published before in 2 documents, first on 2020-12-21"
    assert [(place["path"], place["text"]) for place in finding["places"]] == [
        ("draft.md", SENTENCE),
        ("archive:embassy.md", SENTENCE),
        ("archive:again.md", SENTENCE),
    ]
    assert 0 < finding["confidence"] <= 1


def test_what_differs_is_told(desk):
    _, [finding] = desk(f"{SENTENCE.replace('Monday', 'Tuesday')}.\n")
    assert finding["rule"] == "DUP004"
    assert finding["kind"] == "near"
    assert finding["message"].startswith(
        "18 words published before in 2 documents, first on 2020-12-21, 94% the same: "
    )


def test_a_file_is_not_compared_with_its_own_earlier_version(desk):
    _, [finding] = desk(f"{SENTENCE}.\n", name="embassy.md")
    assert [place["path"] for place in finding["places"]] == ["embassy.md", "archive:again.md"]


def test_a_repeat_among_the_files_is_reported_beside_it(desk):
    _, findings = desk(f"{SENTENCE}.\n\n{OTHER}.\n\nMore.\n\n{OTHER}.\n")
    assert [finding["rule"] for finding in findings] == ["DUP004", "DUP001"]


def test_a_repeat_of_the_draft_alone_is_no_published_passage(desk):
    _, findings = desk(f"{OTHER}.\n\nMore.\n\n{OTHER}.\n")
    assert [finding["rule"] for finding in findings] == ["DUP001"]


@pytest.mark.parametrize("how", ["comment", "ignore", "configuration", "allow"])
def test_a_published_passage_is_suppressed(desk, how, tmp_path):
    text, options = f"{SENTENCE}.\n", []
    if how == "comment":
        text = f"<!-- dedup: ignore[DUP004] -->\n{text}"
    elif how == "ignore":
        options = ["--ignore", "DUP004"]
    elif how == "configuration":
        (tmp_path / "dedup.toml").write_text('[per-file-ignores]\n"*.md" = ["DUP004"]\n')
    else:
        (tmp_path / "allowed.txt").write_text(f"{SENTENCE}.\n")
        options = ["--allow", "allowed.txt"]
    assert desk(text, *options) == (0, [])


def test_comments_are_written_into_the_draft_only(desk, tmp_path):
    (tmp_path / "embassy.md").write_text("Another text.\n")
    code, _ = desk(f"{SENTENCE}.\n", "--add-ignores", "embassy.md")
    assert code == 0
    assert (tmp_path / "draft.md").read_text() == f"<!-- dedup: ignore[DUP004] -->\n{SENTENCE}.\n"
    assert (tmp_path / "embassy.md").read_text() == "Another text.\n"


def test_a_baseline_knows_published_passages(desk, tmp_path, capsys):
    (tmp_path / "draft.md").write_text(f"{SENTENCE}.\n")
    assert main(["lint", "draft.md", "--archive", "p.db", "--baseline", "b.json", "--update-baseline"]) == 0
    capsys.readouterr()
    assert desk(f"{SENTENCE}.\n", "--baseline", "b.json") == (0, [])


def test_a_passage_in_very_many_documents_is_one_finding_that_counts_them(desk):
    with Archive("p.db") as archive:
        archive.add_many((f"{number}", SENTENCE) for number in range(500))
    _, [finding] = desk(f"{SENTENCE}.\n")
    assert finding["message"] == "18 words published before in 502 documents, first on 2020-12-21"
    assert len(finding["places"]) < 20


@pytest.mark.parametrize(
    "form", ["full", "concise", "sarif", "html", "github", "gitlab", "junit", "markdown", "rdjson"]
)
def test_every_format_shows_the_document(desk, tmp_path, capsys, form):
    (tmp_path / "draft.md").write_text(f"{SENTENCE}.\n")
    assert main(["lint", "draft.md", "--archive", "p.db", "--format", form]) == 1
    assert "embassy.md" in capsys.readouterr().out


def test_an_archive_that_is_not_there_ends_the_run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "draft.md").write_text(SENTENCE)
    assert main(["lint", "draft.md", "--archive", "nope.db"]) == 2
    assert "nope.db does not exist" in capsys.readouterr().err


def test_without_an_archive_a_comment_about_it_is_not_unused(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "draft.md").write_text(f"<!-- dedup: ignore[DUP004] -->\n{SENTENCE}.\n")
    assert main(["lint", "draft.md"]) == 0
    assert "DUP100" not in capsys.readouterr().out
