"""``dedup corpus``."""

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pyarrow")
pytest.importorskip("duckdb")

import pyarrow.parquet as pq

from dedup.cli import main


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A corpus of 4,000 texts, of which a quarter are near copies."""
    chance = random.Random(7)
    words = [f"word{i}" for i in range(500)]
    given: list[list[str]] = []
    for number in range(4000):
        text = [*chance.choice(given)] if number % 4 == 3 else chance.choices(words, k=30)
        text[chance.randrange(30)] = chance.choice(words)
        given.append(text)
    (tmp_path / "in").mkdir()
    for part in range(4):
        lines = [json.dumps({"text": " ".join(text)}) + "\n" for text in given[1000 * part : 1000 * part + 1000]]
        (tmp_path / "in" / f"{part}.jsonl").write_text("".join(lines))
    return tmp_path / "in"


def result(out: Path) -> object:
    """What a run decided, and what it left behind."""
    return pq.read_table(out / "members.parquet").to_pydict(), sorted(path.name for path in out.iterdir())


def test_duplicates_are_written_and_counted(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["corpus", "duplicates", str(folder), "-o", str(tmp_path / "out"), "--threshold", "0.7"]) == 1
    assert capsys.readouterr().out.startswith("4,000 texts: ")
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    lines = sum(len(path.read_text().splitlines()) for path in (tmp_path / "out" / "kept").iterdir())
    assert lines == report["counts"]["kept"] < 4000
    assert result(tmp_path / "out")[1] == ["kept", "members.parquet", "report.html", "report.json"]


def test_passages_are_written_and_counted(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert main(["corpus", "passages", str(folder), "-o", str(out), "--min-words", "10", "--texts"]) == 1
    assert " words in " in capsys.readouterr().out
    assert sorted(path.name for path in out.iterdir()) == ["cut", "report.json", "spans.parquet"]


def test_a_dry_run_writes_nothing(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(tmp_path.rglob("*"))
    assert main(["corpus", "duplicates", str(folder), "--dry-run", "--exit-zero"]) == 0
    assert sorted(tmp_path.rglob("*")) == before
    assert "4,000 texts" in capsys.readouterr().out


def test_a_dry_run_keeps_its_tables_where_it_is_told(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    given = ["corpus", "duplicates", str(folder), "--dry-run", "--scratch", str(scratch)]
    with monkeypatch.context() as patch:
        patch.setattr("dedup.corpus.plan.decide", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        assert main(given) == 130
    assert main(given) == 2
    assert main([*given, "--resume"]) == 1
    assert not scratch.exists()
    assert main(["corpus", "duplicates", str(folder), "--dry-run", "--resume"]) == 2
    assert "--scratch" in capsys.readouterr().err


def test_a_clean_corpus_exits_with_0(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "one lamp"}\n{"text": "two boats"}\n')
    assert main(["corpus", "duplicates", str(tmp_path / "a.jsonl"), "-o", str(tmp_path / "out")]) == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "name a folder for the result with --output"),
        (["-o", "OUT", "--memory", "1KB"], "memory = '1KB' is out of range"),
        (["-o", "OUT", "--text", "body"], "the object has no field 'body'"),
        (["-o", "OUT", "--threshold", "0"], "threshold = 0.0 is out of range"),
        (["-o", "IN"], "is not empty"),
        (["-o", "OUT", "--resume"], "there is no run to continue"),
    ],
)
def test_what_cannot_run_exits_with_2(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], message: str
) -> None:
    places = {"OUT": str(tmp_path / "out"), "IN": str(folder)}
    assert main(["corpus", "duplicates", str(folder), *(places.get(option, option) for option in options)]) == 2
    assert message in capsys.readouterr().err


def test_a_run_that_goes_on_leaves_no_unfinished_file_of_the_killed_one(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    arguments = ["corpus", "duplicates", str(folder), "-o", str(out)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dedup.corpus.output.save", lambda *_: (_ for _ in ()).throw(OSError("no space")))
        assert main(arguments) == 2
    (out / "kept" / ".dedup-0123456789abcdef.tmp").write_text("half of a row")
    assert main([*arguments, "--resume"]) == 1
    assert list(out.rglob(".*")) == []


def test_ctrl_c_is_an_interruption_whatever_the_engine_makes_of_it(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            raise RuntimeError("Query interrupted") from None

    monkeypatch.setattr("dedup.corpus.duplicates.find_duplicates", interrupted)
    assert main(["corpus", "duplicates", str(folder), "-o", str(tmp_path / "out")]) == 130
    assert "bug" not in capsys.readouterr().err
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


KILLED = """
import os, signal, sys
from dedup.corpus.on_duckdb import DuckDB

made = DuckDB.query

def query(self, name, sql):
    if name == sys.argv[1]:
        os.kill(os.getpid(), signal.SIGKILL)
    made(self, name, sql)

DuckDB.query = query
from dedup.cli import main
main(sys.argv[2:])
"""


@pytest.mark.parametrize("table", ["leaders", "members"])
def test_a_killed_run_goes_on_to_the_same_result(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], table: str
) -> None:
    arguments = ["corpus", "duplicates", str(folder), "--threshold", "0.7", "-o"]
    main([*arguments, str(tmp_path / "calm")])
    out = tmp_path / "killed"
    done = subprocess.run([sys.executable, "-c", KILLED, table, *arguments, str(out)], capture_output=True)
    assert done.returncode == -signal.SIGKILL
    assert main([*arguments, str(out)]) == 2
    assert "continue an interrupted run with --resume" in capsys.readouterr().err
    assert main([*arguments, str(out), "--resume"]) == 1
    assert result(out) == result(tmp_path / "calm")


def test_an_interrupted_run_is_not_continued_with_other_input(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, scratch = tmp_path / "out", tmp_path / "scratch"
    arguments = ["corpus", "duplicates", str(folder), "-o", str(out), "--scratch", str(scratch)]
    (folder / "4.jsonl").write_text("{\n")
    assert main(arguments) == 2
    (folder / "4.jsonl").write_text('{"text": "a lamp"}\n')
    assert main([*arguments, "--resume"]) == 2
    assert "its input files were others, or have changed since" in capsys.readouterr().err
    os.remove(scratch / "manifest.json")
    assert main([*arguments, "--resume"]) == 2
    assert "not the scratch folder of a run" in capsys.readouterr().err


def test_a_result_inside_the_input_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["corpus", "duplicates", str(folder), "-o", str(folder / "out")]) == 2
    assert f"{folder / 'out'} lies in {folder}" in capsys.readouterr().err
    assert not (folder / "out").exists()
