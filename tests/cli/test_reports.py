"""`--format`, `--output` and `--report`: what is written, where, and what happens when it cannot be."""

import json
import os
import re
import stat
import subprocess
from pathlib import Path

import pytest

from dedup.lint.reporters import FORMATS

SENTENCE = "The harbour master said that the north pier will stay closed until the end of May."
PIPES = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
WITHOUT_ROOT = pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everything")


@pytest.fixture
def article(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("a b.md").write_text(f"Boats were late. {SENTENCE}\n\n{SENTENCE} Nobody knew why.\n")
    return Path("a b.md")


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_holds_what_standard_output_would(dedup, article, name):
    printed = dedup("lint", "--format", name, article)
    assert printed.code == 1
    assert printed.out
    kept = dedup("lint", "--format", name, "--output", "report", article)
    assert (kept.code, kept.out, kept.err) == (1, "", "")
    assert Path("report").read_bytes().decode() == printed.out


def test_several_reports_at_once(dedup, article):
    outcome = dedup(
        "lint", article, "--format", "concise", "--report", "sarif=r.sarif", "--report", "json=a=b.json", "--exit-zero"
    )
    assert outcome.code == 0
    assert outcome.out.startswith("a b.md:1:18: DUP003 ")
    assert len(json.loads(Path("r.sarif").read_text())["runs"][0]["results"]) == 1
    assert len(json.loads(Path("a=b.json").read_text())["findings"]) == 1


def test_a_report_can_go_to_standard_output_when_the_first_goes_to_a_file(dedup, article):
    outcome = dedup("lint", article, "--output", "full.out", "--report", "jsonl=-")
    assert json.loads(outcome.out.splitlines()[-1])["files"] == 1
    assert "DUP003" in Path("full.out").read_text()


def test_a_file_has_no_colour(dedup, article, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b" in dedup("lint", article).out
    dedup("lint", article, "--output", "report")
    assert "\x1b" not in Path("report").read_text()


def test_an_absolute_path_is_written_relative_to_the_working_folder(dedup, article):
    out = dedup("lint", "--format", "sarif", article.resolve()).out
    [result] = json.loads(out)["runs"][0]["results"]
    artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": "a%20b.md", "uriBaseId": "%SRCROOT%"}


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--output", ""], "the name of the file is empty"),
        (["--output", "nowhere/r.json"], "'nowhere/r.json': the folder does not exist"),
        (["--output", "folder"], "'folder' is a folder"),
        (["--output", "a b.md"], "'a b.md' is one of the files to read"),
        (["--output", "link.md"], "'link.md' is one of the files to read"),
        (["--report", "json"], "'json' has no file; use json=FILE"),
        (["--report", "json="], "'json=' has no file; use json=FILE"),
        (["--report", "xml=a"], "unknown format 'xml' in 'xml=a'; allowed: full, "),
        (["--report", "json=-"], "full and json would both be written to standard output"),
        (["--report", "json=r", "--report", "sarif=./r"], "json and sarif would both be written to './r'"),
        (["--output", "r", "--report", "sarif=folder/../r"], "full and sarif would both be written to 'folder/../r'"),
    ],
)
def test_targets_that_cannot_be_written_are_errors_before_anything_is_read(dedup, article, monkeypatch, args, message):
    import dedup.cli.lint as command

    def never(*args):
        raise AssertionError("it was linted")

    Path("folder").mkdir()
    Path("link.md").symlink_to(article)
    before = article.read_bytes()
    monkeypatch.setattr(command, "lint", never)
    outcome = dedup("lint", article, *args)
    assert (outcome.code, outcome.out) == (2, "")
    assert message in outcome.err
    assert article.read_bytes() == before
    assert sorted(os.listdir()) == ["a b.md", "folder", "link.md"]


def test_a_file_that_was_there_is_replaced_and_keeps_its_permissions(dedup, article):
    Path("r.json").write_text("old and much longer " * 1000)
    Path("r.json").chmod(0o640)
    Path("link.json").symlink_to("r.json")
    assert dedup("lint", article, "--format", "json", "--output", "link.json").code == 1
    assert Path("link.json").is_symlink()
    assert json.loads(Path("r.json").read_text())["files"] == 1
    if os.name != "nt":
        assert stat.S_IMODE(Path("r.json").stat().st_mode) == 0o640
    assert sorted(os.listdir()) == ["a b.md", "link.json", "r.json"]


@pytest.mark.skipif(os.name == "nt", reason="no umask")
def test_a_new_file_has_the_permissions_of_any_other(dedup, article):
    Path("other").touch()
    dedup("lint", article, "--output", "r.txt")
    assert Path("r.txt").stat().st_mode == Path("other").stat().st_mode


@pytest.mark.parametrize("fault", [RuntimeError("broken"), KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_an_error_in_the_middle_leaves_the_old_file_and_nothing_else(dedup, article, monkeypatch, fault):
    import dedup.cli.reports as reports

    def render(report, view):
        yield "half "
        raise fault

    Path("r.json").write_text("old")
    monkeypatch.setattr(reports, "renderer", lambda name: render)
    outcome = dedup("lint", article, "--output", "r.json")
    assert outcome.code == (130 if isinstance(fault, KeyboardInterrupt) else 2)
    assert Path("r.json").read_text() == "old"
    assert sorted(os.listdir()) == ["a b.md", "r.json"]
    if isinstance(fault, OSError):
        assert outcome.err == "Error: could not write 'r.json': No space left on device\n"


@WITHOUT_ROOT
def test_a_file_that_may_not_be_written_is_not_replaced(dedup, article):
    Path("r.json").write_text("old")
    Path("r.json").chmod(0o444)
    outcome = dedup("lint", article, "--output", "r.json")
    assert outcome.code == 2
    assert outcome.err == "Error: could not write 'r.json': Permission denied\n"
    assert Path("r.json").read_text() == "old"


@WITHOUT_ROOT
def test_a_folder_that_may_not_be_written_to(dedup, article):
    Path("folder").mkdir(mode=0o555)
    outcome = dedup("lint", article, "--output", "folder/r.json")
    assert outcome.code == 2
    assert outcome.err == "Error: could not write 'folder/r.json': Permission denied\n"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full")
def test_other_reports_are_written_even_if_one_cannot_be(dedup, article):
    outcome = dedup("lint", article, "--report", "sarif=/dev/full", "--report", "json=r.json")
    assert outcome.code == 2
    assert outcome.err == "Error: could not write '/dev/full': No space left on device\n"
    assert "DUP003" in outcome.out
    assert json.loads(Path("r.json").read_text())["files"] == 1


@pytest.mark.skipif(os.name == "nt", reason="no limits")
@pytest.mark.parametrize("name", ["concise", "sarif"])
def test_a_full_disk_leaves_the_old_file(process, article, name):
    import resource

    Path("r").write_text("old")
    popen = process(
        *("lint", article, "--format", name, "--output", "r"),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (40, 40)),
        env={"PYTHONDONTWRITEBYTECODE": "1"},
        **PIPES,
    )
    out, err = popen.communicate()
    assert (popen.returncode, out) == (2, b"")
    assert b"could not write 'r': File too large" in err
    assert Path("r").read_text() == "old"
    assert sorted(os.listdir()) == ["a b.md", "r"]


@pytest.mark.skipif(not os.path.exists("/dev/fd"), reason="no /dev/fd")
def test_a_pipe_is_written_to_as_it_is(dedup, article):
    reading, writing = os.pipe()
    assert dedup("lint", article, "--format", "concise", "--output", f"/dev/fd/{writing}").code == 1
    os.close(writing)
    with open(reading, "rb") as pipe:
        assert pipe.read().startswith(b"a b.md:1:18: DUP003 ")


@pytest.mark.skipif(not os.path.exists("/dev/fd"), reason="no /dev/fd")
@pytest.mark.parametrize("name", FORMATS)
def test_a_reader_of_a_file_that_went_away_ends_it_without_a_word(dedup, article, name):
    reading, writing = os.pipe()
    os.close(reading)
    outcome = dedup("lint", article, "--format", name, "--output", f"/dev/fd/{writing}", "--report", "concise=-")
    os.close(writing)
    assert (outcome.code, outcome.err) == (1, "")
    assert outcome.out.startswith("a b.md:1:18: DUP003 ")


@pytest.mark.parametrize("name", ["concise", "junit"])
def test_a_reader_that_went_away_ends_it_without_a_word(process, article, name):
    reading, writing = os.pipe()
    os.close(reading)
    popen = process("lint", "--format", name, article, stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert popen.communicate() == (None, b"")
    assert popen.returncode == 1


def test_names_that_are_no_text_are_written_in_every_format(dedup, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    try:
        Path(os.fsdecode(b"caf\xe9 \n.md")).write_text(f"{SENTENCE} {SENTENCE}")
    except OSError:
        pytest.skip("this file system takes only names that are text")
    for name in FORMATS:
        outcome = dedup("lint", "--format", name, "--output", "report", ".")
        assert (outcome.code, outcome.err) == (1, "")
        assert Path("report").read_bytes().decode()
        outcome = dedup("lint", "--format", name, ".")
        assert (outcome.code, outcome.err) == (1, "")


@pytest.fixture
def crowd(tmp_path, monkeypatch):
    """A tree with twelve findings."""
    monkeypatch.chdir(tmp_path)
    for number in range(12):
        words = " ".join(f"w{number}x{word}" for word in range(12))
        Path(f"{number:02}.md").write_text(f"{words}.\n\nBetween {number}.\n\n{words}.\n")
    return tmp_path


def test_annotations_beyond_the_limit_of_github_are_added_to_the_summary_of_the_step(dedup, crowd, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    Path("summary.md").write_text("Before.\n")
    outcome = dedup("lint", ".", "--format", "github")
    assert (outcome.code, outcome.err) == (1, "")
    assert [line.split(" ")[0] for line in outcome.out.splitlines()] == ["::warning"] * 10 + ["::notice"]
    assert "in the summary of this step" in outcome.out
    before, summary = Path("summary.md").read_text().split("\n", 1)
    assert before == "Before."
    assert summary.startswith("### dedup: 2 more findings\n")
    assert re.findall(r"\| <code>(\d\d).md.*\|", summary) == ["10", "11"]


def test_a_summary_of_the_step_is_not_touched_without_need(dedup, article, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    dedup("lint", article, "--format", "github")
    dedup("lint", article, "--format", "markdown")
    assert not Path("summary.md").exists()


def test_a_summary_of_the_step_that_cannot_be_written_is_an_error(dedup, crowd, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "nowhere/summary.md")
    outcome = dedup("lint", ".", "--format", "github")
    assert outcome.code == 2
    assert outcome.err == (
        "Error: could not write to GITHUB_STEP_SUMMARY 'nowhere/summary.md': No such file or directory\n"
    )


def test_a_note_on_standard_error_counts_what_a_report_leaves_out(dedup, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("a.md").write_text(f"{SENTENCE}\n\n" * 1_002)
    outcome = dedup("lint", "a.md", "--report", "sarif=r.sarif", "--format", "concise")
    assert outcome.err == "sarif: 2 places of 1 finding left out; a result has at most 1,000 locations.\n"
    assert outcome.out.count("\n") == 1


def test_hostile_file_names_are_inert_in_every_format(dedup, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = ["a\nb.md", "\x1b[2J.md", "::error::.md", "]]>|`<script>.md", "caf\udce9.md", "100%0A.md"]
    try:
        for name in names:
            Path(name).write_text(f"{SENTENCE}\n")
    except OSError:
        pytest.skip("this file system does not take such names")
    reports = [option for name in FORMATS for option in ("--report", f"{name}=r.{name}")]
    outcome = dedup("lint", ".", "--output", "out.txt", *reports)
    assert (outcome.code, outcome.err) == (1, "")
    for name in FORMATS:
        data = Path(f"r.{name}").read_bytes()
        assert not set(data) & {*range(9), 11, 12, *range(14, 32), 127}, name
        assert [line for line in data.decode().splitlines() if line.lstrip().startswith("::error")] == [], name
    [finding] = json.loads(Path("r.json").read_text())["findings"]
    assert {place["path"] for place in finding["places"]} == set(names)
