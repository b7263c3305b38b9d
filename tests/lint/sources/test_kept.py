"""Readings that are kept between runs are those that reading the files would give."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.lint.reporters import View
from dedup.lint.reporters.json import render
from dedup.lint.run import Settings, lint
from dedup.lint.sources.discover import Document, Selection
from dedup.lint.sources.kept import Kept, clear, folder, use

LINES = st.sampled_from(
    [
        "The ferry leaves the north pier at seven and calls at both islands before noon.",
        "The ferry leaves the north pier at eight and calls at both islands before noon!",
        "# Ferries",
        "- A lamp burns on the *breakwater* &amp; on the pier, all night, all year",
        "渡船七点离开北码头,中午之前停靠两个岛屿,天气允许时。",
        "تغادر العبارة الرصيف الشمالي في السابعة وتتوقف عند الجزيرتين قبل الظهر كل يوم",
        "| seven | north pier |\n|---|---|\n| eight | south pier |",
        "",
    ]
)
FILES = st.dictionaries(
    st.sampled_from(["a.md", "b.md", "c.txt", "d.html", "e.rst", "f.mdx"]),
    st.lists(LINES, max_size=6).map("\n\n".join),
    min_size=2,
)
MARKUPS = {"md": "markdown", "txt": "plain", "html": "html", "rst": "rst", "mdx": "mdx"}


def report(files: dict[str, str], kept: Path | None) -> str:
    """What is found in the first file, compared with the others, as JSON."""
    documents = [Document(path, MARKUPS[path.rpartition(".")[2]]) for path in sorted(files)]
    selection, corpus = Selection(tuple(documents[:1]), ()), Selection(tuple(documents[1:]), ())
    settings = Settings(kept=Kept(kept) if kept else None)
    return "".join(render(lint(selection, settings, lambda path: files[path].encode(), corpus), View()))


@settings(max_examples=15)
@given(states=st.lists(FILES, min_size=1, max_size=4))
def test_findings_are_those_of_reading_everything(
    engine: str, tmp_path_factory: pytest.TempPathFactory, states: Sequence[dict[str, str]]
) -> None:
    place = tmp_path_factory.mktemp("kept")
    for files in [*states, *states]:
        assert report(files, place) == report(files, None)


@pytest.fixture
def files() -> dict[str, str]:
    """A draft, and two files that it repeats."""
    line = "The ferry leaves the north pier at seven and calls at both islands before noon."
    return {"a.md": line, "b.md": f"Once: {line}", "c.txt": f"{line} Again."}


def damage(place: Path, change: object) -> None:
    (pack,) = place.iterdir()
    data = bytearray(pack.read_bytes())
    pack.write_bytes(change(data))  # type: ignore[operator]


@pytest.mark.parametrize(
    "change",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: data[:40],
        lambda data: data[:100] + bytes([data[100] ^ 1]) + data[101:],
        lambda data: data.replace(b"dedup readings 1", b"dedup readings 9"),
        lambda data: os.urandom(2000),
    ],
)
def test_a_damaged_pack_is_removed_and_made_anew(tmp_path: Path, files: dict[str, str], change: object) -> None:
    expected = report(files, tmp_path)
    damage(tmp_path, change)
    (bad,) = tmp_path.iterdir()
    assert report(files, tmp_path) == expected
    assert not bad.exists()
    assert len(list(tmp_path.iterdir())) == 1


def test_only_what_is_new_is_read(tmp_path: Path, files: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    from dedup.lint.sources import load

    report(files, tmp_path)
    read, seen = load.read, []
    monkeypatch.setattr(load, "read", lambda *given: seen.append(given[0]) or read(*given))
    files["b.md"] += "\n\nNew."
    report(files, tmp_path)
    assert seen == [files["a.md"], files["b.md"]]


def test_the_engine_is_chosen_by_what_is_read(
    tmp_path: Path, files: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from dedup import kernels

    expect, seen = kernels.expect, []
    monkeypatch.setattr(kernels, "expect", lambda work, *more: seen.append(work) or expect(work, *more))
    for _ in range(2):
        report(files, tmp_path)
    every = sum(map(len, files.values()))
    assert [seen[0], seen[len(seen) // 2]] == [every, len(files["a.md"])]


def test_many_packs_are_made_one_and_old_readings_go(tmp_path: Path, files: dict[str, str]) -> None:
    for number in range(20):
        files["b.md"] = f"Number {number}."
        report(files, tmp_path)
    assert len(list(tmp_path.iterdir())) <= 9
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 20_000


def test_the_folder_is_bounded(tmp_path: Path) -> None:
    from dedup.lint.sources.kept import key_of
    from dedup.text.reading import read

    kept = Kept(tmp_path, limit=5_000)
    reading = read("one lamp " * 100)
    for number in range(6):
        kept.add({key_of(b"%d" % number, "plain", b""): (reading.marks, reading.tokens)}, ())
    assert 0 < sum(path.stat().st_size for path in tmp_path.iterdir()) <= 5_000


def test_several_runs_at_once_hinder_nobody(tmp_path: Path, files: dict[str, str]) -> None:
    expected = json.loads(report(files, None))["findings"]
    wrong: list[object] = []

    def run(number: int) -> None:
        for turn in range(12):
            mine = {**files, "d.html": f"<p>number {number} turn {turn}</p>"}
            found = report(mine, tmp_path)
            if json.loads(found)["findings"] != expected:
                wrong.append(found)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_folder_that_cannot_be_written_to_is_no_error(tmp_path: Path, files: dict[str, str]) -> None:
    (tmp_path / "file").write_text("")
    assert report(files, tmp_path / "file" / "below") == report(files, None)


def test_without_a_home_nothing_is_kept(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    (tmp_path / "a.md").write_text("one lamp\n")
    done = subprocess.run(
        [sys.executable, "-m", "dedup", "lint", "a.md"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_what_is_kept_can_be_counted_and_removed(
    tmp_path: Path, files: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEDUP_CACHE_DIR", str(tmp_path))
    assert folder() == tmp_path / "readings"
    assert use()[1:] == (0, 0)
    report(files, folder())
    assert use().files == 1
    clear()
    assert use()[1:] == (0, 0)
