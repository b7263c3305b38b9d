"""`dedup lint`, from files to what is printed."""

import json
import re
from pathlib import Path

import pytest

from dedup.text.markups import MARKUPS

ARTICLE = Path(__file__).parents[1] / "article.md"
SENTENCE = "The harbour master said that the north pier will stay closed until the end of May."
CLEAN = "The harbour master said nothing. The north pier is open.\n"


@pytest.fixture
def article(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("a.md").write_text(f"Boats were late. {SENTENCE}\n\n{SENTENCE} Nobody knew why.\n")
    Path("clean.md").write_text(CLEAN)
    return Path("a.md")


def findings(dedup, *args: str, **options) -> list[dict]:
    return json.loads(dedup("lint", "--format", "json", *args, **options).out)["findings"]


def test_an_article_has_exactly_the_two_repeats_that_an_editor_would_see(dedup):
    text = ARTICLE.read_text(encoding="utf-8")
    clause, sentence = findings(dedup, ARTICLE)
    assert (sentence["rule"], sentence["kind"], sentence["words"], sentence["similarity"]) == (
        "DUP003",
        "exact",
        17,
        1.0,
    )
    for place in sentence["places"]:
        assert place["text"].startswith("The port police said that a “reckless crew” launched")
        assert place["text"].endswith("closely guarded Salt Basin")
    assert [(place["line"], place["column"]) for place in sentence["places"]] == [(7, 94), (9, 1)]

    assert (clause["rule"], clause["kind"], clause["words"]) == ("DUP003", "near", 12)
    assert clause["similarity"] == pytest.approx(12 / 13)
    assert [place["text"] for place in clause["places"]] == [
        "Salt Basin, which houses customs offices, the pilot station and other services",
        "Salt Basin, which houses customs offices, the pilot station, and other public services",
    ]
    assert '"public"' in clause["message"]
    for place in (*sentence["places"], *clause["places"]):
        assert text[place["start"] : place["end"]] == place["text"]


def test_people_see_the_passages_in_their_lines(dedup):
    outcome = dedup("lint", ARTICLE)
    assert outcome.code == 1
    assert f"{ARTICLE}:7:94\n 7 | …" in outcome.out
    assert f"{ARTICLE}:9:1\n 9 | The port police said" in outcome.out
    assert re.search(
        r"^warning\[DUP003\] repeated-passage: 12 words .* in 2 places, .*\"public\"", outcome.out, re.MULTILINE
    )
    assert outcome.out.endswith(" 2 findings (2 DUP003) in 1 file; 57 of 296 words (19.3%) are repeated.\n"[1:])
    assert "\x1b" not in outcome.out
    assert outcome.err == ""


def test_exit_codes(dedup, article):
    assert dedup("lint", "clean.md").code == 0
    assert dedup("lint", "a.md", "clean.md").code == 1
    assert dedup("lint", "--exit-zero", "a.md").code == 0
    assert dedup("lint", "--fail-on", "note", "a.md").code == 1
    assert dedup("lint", "--fail-on", "error", "a.md").code == 0
    Path("bad.md").write_bytes(b"\xff")
    assert dedup("lint", "--fail-on", "error", "bad.md").code == 1
    assert dedup("lint", "--exit-zero", "bad.md").code == 0


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["nowhere.md"], "'nowhere.md': no such file or folder"),
        ([], "Missing argument 'PATH...'"),
        (["a.md", "--min-words", "3"], "3 is not in the range 4<=x<=1000000"),
        (["a.md", "--min-similarity", "1.5"], "1.5 is not in the range"),
        (["a.md", "--min-similarity", "0"], "0.0 is not in the range"),
        (["a.md", "--markup", "docx"], "'docx' is not one of"),
        (["a.md", "--encoding", "klingon"], "'klingon' is not a text encoding"),
        (["a.md", "--encoding", "base64"], "'base64' is not a text encoding"),
        (["a.md", "--format", "xml"], "'xml' is not one of"),
        (["a.md", "--nonsense"], "No such option"),
    ],
)
def test_wrong_usage_exits_with_2_and_a_message(dedup, article, args, message):
    outcome = dedup("lint", *args)
    assert outcome.code == 2
    assert message in outcome.err
    assert outcome.out == ""


def test_a_folder_is_walked_and_repeats_between_files_are_found(dedup, article):
    Path("docs").mkdir()
    Path("docs/other.markdown").write_text(f"Somebody else wrote this first. {SENTENCE}\n")
    Path(".gitignore").write_text("ignored.md\n")
    Path("ignored.md").write_text(SENTENCE)
    [finding] = findings(dedup, ".")
    assert [place["path"] for place in finding["places"]] == ["a.md", "a.md", "docs/other.markdown"]


def test_a_file_named_twice_is_no_copy_of_itself(dedup, article):
    [finding] = findings(dedup, "a.md", "./a.md", ".")
    assert len(finding["places"]) == 2


def test_standard_input(dedup, article):
    text = article.read_bytes()
    [finding] = findings(dedup, "-", stdin=text)
    assert [place["path"] for place in finding["places"]] == ["-", "-"]
    [finding] = findings(dedup, "clean.md", "-", "-", stdin=text)
    assert [place["path"] for place in finding["places"]] == ["-", "-"]
    [finding] = findings(dedup, "clean.md", "-", stdin=CLEAN.encode())
    assert [place["path"] for place in finding["places"]] == ["-", "clean.md"]


def test_standard_input_that_is_closed_is_unreadable(dedup, article, monkeypatch):
    import sys

    from dedup.cli import main

    monkeypatch.setattr(sys, "stdin", None)
    assert main(["lint", "-"]) == 1


def test_markup_decides_what_is_read(dedup, article):
    Path("heading.txt").write_text(f"# {SENTENCE}\n\n{SENTENCE}\n")
    assert len(findings(dedup, "heading.txt")) == 1
    assert len(findings(dedup, "heading.txt", "--markup", "markdown")) == 0
    assert "plain" in MARKUPS


def test_what_stands_in_a_heading_beside_one_paragraph_is_no_finding(dedup, article):
    Path("a.md").write_text(f"# {SENTENCE}\n\n{SENTENCE}\n")
    assert findings(dedup, "a.md") == []


def test_what_stands_in_code_beside_one_paragraph_is_a_finding_in_the_same_file_alone(dedup, article):
    code = f"    {SENTENCE}\n\n```\n{SENTENCE}\n```\n"
    Path("a.md").write_text(f"{code}\n{SENTENCE}\n")
    [finding] = findings(dedup, "a.md")
    assert len(finding["places"]) == 3
    Path("a.md").write_text(code)
    Path("b.md").write_text(f"{SENTENCE}\n")
    assert findings(dedup, "a.md", "b.md") == []


def test_quotations_and_cells_are_compared(dedup, article):
    Path("a.md").write_text(f"> {SENTENCE}\n\n| a |\n|---|\n| {SENTENCE} |\n\n{SENTENCE}\n")
    [finding] = findings(dedup, "a.md")
    assert (finding["rule"], len(finding["places"])) == ("DUP001", 3)


def test_a_section_with_its_heading_code_and_table_is_one_finding(dedup, article):
    section = f"## Moorings\n\n{SENTENCE}\n\n```\nmoor --north\n```\n\n| pier | boats |\n|---|---|\n| north | 4 |\n"
    Path("a.md").write_text(f"{section}\nFerries leave at noon.\n\n{section}")
    [finding] = findings(dedup, "a.md")
    assert finding["rule"] == "DUP001"
    assert [place["text"].startswith("Moorings") for place in finding["places"]] == [True, True]
    assert [place["text"].rstrip(" |").endswith("4") for place in finding["places"]] == [True, True]


def test_min_words(dedup, article):
    assert [finding["words"] for finding in findings(dedup, "a.md", "--min-words", "16")] == [16]
    assert findings(dedup, "a.md", "--min-words", "17") == []


def test_min_similarity(dedup):
    assert {finding["kind"] for finding in findings(dedup, ARTICLE, "--min-similarity", "0.95")} == {"exact"}


def test_whole_paragraphs(dedup, article):
    Path("a.md").write_text(f"{SENTENCE}\n\nOther words stand here.\n\n- {SENTENCE}\n")
    [exact] = findings(dedup, "a.md")
    assert (exact["rule"], exact["words"], len(exact["places"])) == ("DUP001", 16, 2)
    Path("a.md").write_text(f"{SENTENCE}\n")
    Path("b.md").write_text(SENTENCE.replace("closed", "shut"))
    [near] = findings(dedup, "a.md", "b.md")
    assert (near["rule"], near["words"], near["similarity"]) == ("DUP002", 16, pytest.approx(15 / 16, abs=0.01))
    assert '"closed" -> "shut"' in near["message"]


def test_a_note_says_that_there_is_nothing_to_read(dedup, tmp_path):
    outcome = dedup("lint", tmp_path)
    assert outcome.code == 0
    assert outcome.out == "No repeats in 0 files, 0 words.\n"
    assert "No files to read" in outcome.err


def test_an_error_in_dedup_itself_does_not_look_like_findings(dedup, article, monkeypatch):
    import dedup.cli.lint as command

    def fail(*args):
        raise RuntimeError("broken")

    monkeypatch.setattr(command, "lint", fail)
    outcome = dedup("lint", "a.md")
    assert outcome.code == 2
    assert "RuntimeError: broken" in outcome.err
    assert "bug in dedup" in outcome.err


def test_an_interrupt_ends_with_130(dedup, article, monkeypatch):
    import dedup.cli.lint as command

    def interrupt(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "lint", interrupt)
    outcome = dedup("lint", "a.md")
    assert outcome.code == 130
    assert "Traceback" not in outcome.err
