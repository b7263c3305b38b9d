"""``dedup archive``: fill it, ask it, look after it."""

import json
import subprocess

import pytest

from dedup.cli import main

SENTENCE = "The ministry said on Monday that the old embassy would be closed by the end of the year"
OTHER = "Nobody has seen the keeper of the lighthouse since the storm of last winter"


@pytest.fixture
def newsroom(tmp_path, monkeypatch):
    """A folder with two articles and a draft; it is the working folder."""
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "a.md").write_text(f"# Embassy\n\n*{SENTENCE}.*\n")
    (tmp_path / "articles" / "b.md").write_text(f"# Light\n\n{OTHER}.\n")
    (tmp_path / "draft.md").write_text(f"News:\n\n{SENTENCE}, it added.\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def keys(dedup, address="p.db"):
    outcome = dedup("archive", "list", "--archive", address, "--format", "json")
    assert outcome.code == 0, outcome.err
    return [json.loads(line)["key"] for line in outcome.out.splitlines()]


def test_a_draft_is_found_in_a_folder_that_was_added(dedup, newsroom):
    outcome = dedup("archive", "add", "articles", "--archive", "p.db", "--published", "2020-12-21")
    assert (outcome.code, outcome.out) == (0, "2 documents added, 0 replaced, 0 unchanged in p.db.\n")
    outcome = dedup("archive", "find", "draft.md", "--archive", "p.db")
    assert outcome.code == 0
    assert outcome.out == (
        f"draft.md:3:1: 18 words, word for word, in 1 document\n  {SENTENCE}\n  --> articles/a.md  2020-12-21\n\n"
    )
    found = json.loads(dedup("archive", "find", "draft.md", "--archive", "p.db", "--format", "json").out)
    [repeat] = found["repeats"]
    assert (repeat["kind"], repeat["words"], repeat["omitted"]) == ("exact", 18, 0)
    assert [(place["document"], place["archived"], place["text"]) for place in repeat["places"]] == [
        ("draft.md", False, SENTENCE),
        ("articles/a.md", True, SENTENCE),
    ]
    assert repeat["places"][1]["published"] == "2020-12-21T00:00:00+00:00"


def test_before_and_the_own_key_leave_documents_out(dedup, newsroom):
    dedup("archive", "add", "articles", "--archive", "p.db", "--published", "2020-12-21")
    nothing = "Nothing in the archive.\n"
    assert dedup("archive", "find", "articles/a.md", "--archive", "p.db").out == nothing
    assert dedup("archive", "find", "draft.md", "--archive", "p.db", "--before", "2020-12-21").out == nothing
    assert dedup("archive", "find", "draft.md", "--archive", "p.db", "--key", "articles/a.md").out == nothing
    assert dedup("archive", "find", "draft.md", "--archive", "p.db", "--before", "2020-12-22").out != nothing


def test_a_draft_comes_from_standard_input_and_is_published(dedup, newsroom):
    dedup("archive", "add", "articles", "--archive", "p.db")
    draft = (newsroom / "draft.md").read_bytes()
    assert "a.md" in dedup("archive", "find", "-", "--archive", "p.db", stdin=draft).out
    options = ("--key", "2021/news.md", "--title", "News", "--url", "https://n.example", "--published", "2021-01-01")
    assert dedup("archive", "add", "-", "--archive", "p.db", *options, stdin=draft).code == 0
    assert keys(dedup) == ["articles/a.md", "articles/b.md", "2021/news.md"]
    out = dedup("archive", "find", "articles/a.md", "--archive", "p.db").out
    assert "  --> 2021/news.md  2021-01-01  News  https://n.example\n" in out
    assert dedup("archive", "add", "-", "--archive", "p.db", stdin=draft).code == 2


def test_standard_input_is_decoded_as_what_its_key_says(dedup, newsroom):
    page = '<meta charset="windows-1252"><p>Le café du port ferme à la fin de l’été, dit le maire de la ville.</p>'
    added = dedup("archive", "add", "-", "--archive", "p.db", "--key", "café.html", stdin=page.encode("windows-1252"))
    assert (added.code, added.err) == (0, "")
    found = dedup("archive", "find", "-", "--archive", "p.db", stdin="le café du port ferme à la fin de l’été".encode())
    assert "--> café.html\n" in found.out


@pytest.mark.parametrize("command", [("add", "-", "--key", "a"), ("find", "-")])
def test_standard_input_that_is_closed_is_unreadable(dedup, newsroom, monkeypatch, capsys, command):
    dedup("archive", "add", "articles", "--archive", "p.db")
    monkeypatch.setattr("sys.stdin", None)
    assert main(["archive", *command, "--archive", "p.db"]) == 2
    assert "could not be read: standard input is closed" in capsys.readouterr().err


def test_tables_are_added_row_by_row(dedup, newsroom):
    rows = [
        {"id": 7, "body": SENTENCE, "date": "2020-12-21", "markup": "markdown"},
        {"id": "eight", "body": OTHER},
    ]
    (newsroom / "rows.jsonl").write_text("".join(json.dumps(row) + "\n\n" for row in rows), encoding="utf-8-sig")
    columns = ("--column", "key=id", "--column", "text=body", "--column", "published=date")
    outcome = dedup("archive", "add", "rows.jsonl", "--archive", "p.db", *columns)
    assert (outcome.code, outcome.err) == (0, "")
    assert dedup("archive", "list", "--archive", "p.db").out == "7  2020-12-21\neight  ----------\n"


def test_parquet_is_added_row_by_row(dedup, newsroom):
    import pyarrow
    from pyarrow import parquet

    table = pyarrow.table({"key": ["a", "b"], "text": [SENTENCE, OTHER], "other": [1, 2]})
    parquet.write_table(table, newsroom / "rows.parquet")
    assert dedup("archive", "add", "rows.parquet", "--archive", "p.db", "--published", "2020-01-01").code == 0
    assert dedup("archive", "list", "--archive", "p.db").out == "a  2020-01-01\nb  2020-01-01\n"
    (newsroom / "bad.parquet").write_bytes(b"PAR1 nothing of the kind")
    outcome = dedup("archive", "add", "bad.parquet", "--archive", "p.db")
    assert outcome.code == 2
    assert "bad.parquet could not be read as Parquet" in outcome.err


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "row 2: is no JSON object"),
        ("[1]", "row 2: is no JSON object"),
        ('{"key": "a", "deep": ' + "[" * 5000, "row 2: is no JSON object"),
        ('{"key": "a"}', "row 2: there is no 'text'; name the column with --column"),
        ('{"key": "a", "text": 5}', "row 2: 'key' or 'text' is not text"),
        ('{"key": "a", "text": "x", "published": "soon"}', "row 2: 'soon' is no date"),
        ('{"key": "a", "text": "x", "markup": "word"}', "markup='word' is unknown"),
        ('{"key": "", "text": "x"}', "key='' is empty"),
    ],
)
def test_a_row_that_is_no_document_ends_the_command(dedup, newsroom, line, fault):
    (newsroom / "rows.jsonl").write_text('{"key": "good", "text": "x"}\n' + line + "\n")
    outcome = dedup("archive", "add", "rows.jsonl", "--archive", "p.db")
    assert outcome.code == 2
    assert fault in outcome.err


def test_files_of_a_commit_are_added(dedup, newsroom):
    git = ("git", "-C", str(newsroom), "-c", "user.name=n", "-c", "user.email=e")
    subprocess.run(["git", "init", "-q", str(newsroom)], check=True)
    subprocess.run([*git, "add", "articles"], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "first"], check=True)
    (newsroom / "articles" / "a.md").write_text("Something else.\n")
    assert dedup("archive", "add", "articles", "--from-ref", "HEAD", "--archive", "p.db").code == 0
    assert keys(dedup) == ["articles/a.md", "articles/b.md"]
    assert "a.md" in dedup("archive", "find", "draft.md", "--archive", "p.db").out
    assert "there is no commit" in dedup("archive", "add", ".", "--from-ref", "nope", "--archive", "p.db").err


def test_a_file_that_cannot_be_read_is_reported_and_the_others_are_added(dedup, newsroom):
    (newsroom / "articles" / "bad.md").write_bytes(b"\xff\xfe\xfa")
    outcome = dedup("archive", "add", "articles", "--archive", "p.db", "--format", "json")
    assert outcome.code == 2
    assert json.loads(outcome.out)["added"] == 2
    assert "articles/bad.md" in outcome.err


def test_documents_are_removed(dedup, newsroom):
    dedup("archive", "add", "articles", "--archive", "p.db")
    outcome = dedup("archive", "remove", "articles/a.md", "nope", "--archive", "p.db")
    assert (outcome.code, outcome.out) == (2, "1 document removed from p.db.\n")
    assert outcome.err == "'nope' is not in p.db\n"
    assert keys(dedup) == ["articles/b.md"]


def test_info_and_check_say_what_is_there(dedup, newsroom):
    dedup("archive", "add", "articles", "--archive", "p.db", "--published", "2020-12-21")
    out = dedup("archive", "info", "--archive", "p.db").out
    assert "documents   2\n" in out
    assert "published   2020-12-21 to 2020-12-21\n" in out
    assert json.loads(dedup("archive", "info", "--archive", "p.db", "--format", "json").out)["documents"] == 2
    outcome = dedup("archive", "check", "--archive", "p.db")
    assert (outcome.code, outcome.out) == (0, "p.db: all is well.\n")


def test_the_configuration_names_the_archive(dedup, newsroom, monkeypatch):
    (newsroom / "dedup.toml").write_text('archive = "p.db"\n')
    assert dedup("archive", "add", "articles").code == 0
    monkeypatch.chdir(newsroom / "articles")
    assert "documents   2\n" in dedup("archive", "info").out


def test_the_configuration_is_shown_without_the_password(dedup, newsroom):
    (newsroom / "dedup.toml").write_text('archive = "postgresql://me:secret@host/news"\n')
    out = dedup("config").out
    assert 'archive = "postgresql://me:***@host/news"' in out
    assert "secret" not in out


@pytest.mark.parametrize("command", [("find", "draft.md"), ("list",), ("info",), ("check",), ("remove", "a")])
def test_what_is_no_archive_ends_the_command(dedup, newsroom, command):
    assert "No archive: add --archive ADDRESS" in dedup("archive", *command).err
    outcome = dedup("archive", *command, "--archive", "nope.db")
    assert (outcome.code, outcome.err) == (
        2,
        "Error: nope.db does not exist; `dedup archive add` makes an archive.\n",
    )
    outcome = dedup("archive", *command, "--archive", "draft.md")
    assert (outcome.code, outcome.err) == (2, "Error: draft.md: is not an archive.\n")
    assert "unknown scheme" in dedup("archive", *command, "--archive", "mysql://me:secret@host/x").err
