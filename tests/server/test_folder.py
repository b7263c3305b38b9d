"""What the server finds is what ``dedup lint FILE --corpus tracked`` finds for the same files."""

import os
import random
import subprocess
from pathlib import Path

import pytest

from dedup.cli.options import SearchOptions, prepare
from dedup.lint.findings import Report
from dedup.lint.run import lint
from dedup.server.folder import Folder

PASSAGES = [
    "The ferry to the northern islands leaves at seven in the morning and returns before dusk on every working day.",
    "Tickets are sold on board, in cash only, and children under six travel free of charge with an adult.",
    "Паром на северные острова отправляется в семь часов утра и возвращается до наступления темноты.",
    "Bicycles can be taken along 🎈 if there is room, but the crew decides, and dogs stay on the lower deck.",
    "在北方的岛屿之间每天早上七点都有一班渡轮出发，并且在天黑之前返回港口。",
    "See also the timetable.",
]


def written(chance: random.Random) -> str:
    """A document of passages, some with a word changed, a title, a comment or a list."""
    parts = [f"---\ntitle: {chance.choice(['Ferries', 'Islands', 'Harbour'])}\n---\n"] if chance.random() < 0.3 else []
    for _ in range(chance.randrange(1, 5)):
        words = chance.choice(PASSAGES).split(" ")
        if chance.random() < 0.4:
            words[chance.randrange(len(words))] = chance.choice(["early", "late 🎈", "поздно"])
        comment = "<!-- dedup: ignore -->\n" if chance.random() < 0.1 else ""
        parts.append(comment + chance.choice(["", "- ", "> ", "## "]) + " ".join(words) + "\n")
    return "\n".join(parts)


def found(report: Report, path: str, folder: Path) -> list[tuple[object, ...]]:
    """What a report says about one file."""
    return [
        (
            finding.rule,
            finding.message,
            finding.fingerprint,
            finding.confidence,
            [(os.path.relpath(place.path, folder), place.start, place.end) for place in finding.places],
        )
        for finding in report.findings
        if any(os.path.relpath(place.path, folder) == path for place in finding.places)
    ]


def linted(path: str, folder: Path) -> list[tuple[object, ...]]:
    subprocess.run(["git", "add", "-A"], cwd=folder, check=True)
    search = prepare([path], SearchOptions(**{**dict.fromkeys(SearchOptions.__slots__), **GIVEN}))
    return found(lint(search.selection, search.settings, search.read, search.corpus), path, folder)


GIVEN = {"select": (), "ignore": (), "corpus": "tracked", "staged": False, "within": False, "untranslated": False,
         "isolated": False}  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_findings_equal_those_of_the_command_line_over_edits(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)
    monkeypatch.chdir(tmp_path)
    subprocess.run(["git", "init", "-q"], check=True)
    Path("dedup.toml").write_text("min-confidence = 0.0\nexclude = ['left-out.md']\n", "utf-8")
    Path("left-out.md").write_text(PASSAGES[0], "utf-8")
    names = ["a.md", "b.md", "in/c.md", "d.md"]
    Path("in").mkdir()
    for name in names:
        Path(name).write_text(written(chance), "utf-8")
    folder = Folder(tmp_path.as_posix())
    folder.fill()
    for _ in range(5):
        name = chance.choice(names)
        text = Path(name).read_text("utf-8")
        at = chance.randrange(len(text) + 1)
        text = chance.choice([written(chance), text[:at] + chance.choice(PASSAGES) + text[at:], text[:at], text + text])
        Path(name).write_text(text, "utf-8")
        path = (tmp_path / name).as_posix()
        folder.reread(path, text)
        expected = linted(name, tmp_path)
        at_once, complete = folder.at_once(path, None)
        assert complete
        assert found(at_once, name, tmp_path) == expected
        assert found(folder.in_full(path, folder.index.files()), name, tmp_path) == expected


@pytest.mark.parametrize("seed", range(6))
def test_findings_equal_those_of_the_command_line_in_long_files_of_few_common_words(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)
    monkeypatch.chdir(tmp_path)
    subprocess.run(["git", "init", "-q"], check=True)
    allow = "allow = 'allowed'\n" if seed % 2 else ""
    Path("dedup.toml").write_text(f"min-confidence = 0.0\nmin-words = {chance.choice([4, 8, 12])}\n{allow}", "utf-8")
    Path("allowed").write_text(" ".join(chance.choice(PASSAGES).split(" ")[:9]), "utf-8")

    def long(name: str) -> str:
        parts = []
        for number in range(chance.randrange(2, 9)):
            # words of its own, up to more than passages of one section have between them, some of which all files have
            own = [f"{name}{number}x{at}" for at in range(chance.choice([0, 3, 30, 45, 70, 300]))]
            for _ in range(chance.randrange(3)):
                own.insert(chance.randrange(len(own) + 1), chance.choice(PASSAGES)[:40])
            blank = chance.choice([" ", "\n\n"])
            parts.append(written(chance) if chance.random() < 0.8 else chance.choice(PASSAGES)[: chance.randrange(99)])
            parts.append(" ".join(own) + blank)
        return "".join(parts)

    names = [f"{letter}.md" for letter in "abcdefgh"]
    for name in names:
        Path(name).write_text(long(name[0]), "utf-8")
    folder = Folder(tmp_path.as_posix())
    folder.fill()
    for name in chance.sample(names, 4):
        Path(name).write_text(long(name[0]), "utf-8")
        path = (tmp_path / name).as_posix()
        folder.reread(path)
        assert found(folder.in_full(path, folder.index.files()), name, tmp_path) == linted(name, tmp_path)
    Path("h.md").unlink()
    folder.index.remove((tmp_path / "h.md").as_posix())
    path = (tmp_path / "a.md").as_posix()
    assert found(folder.in_full(path, folder.index.files()), "a.md", tmp_path) == linted("a.md", tmp_path)


def test_a_folder_in_which_many_files_have_changed_finds_what_one_just_read_finds(tmp_path: Path) -> None:
    chance = random.Random(1)
    (tmp_path / "dedup.toml").write_text("min-confidence = 0.0\n", "utf-8")
    paths = [tmp_path / f"{number}.md" for number in range(90)]
    for path in paths:
        path.write_text(written(chance), "utf-8")
    folder = Folder(tmp_path.as_posix())
    folder.fill()
    for number, path in enumerate(paths):
        if number % 9:
            path.write_text(written(chance), "utf-8")
        else:
            path.unlink()
        folder.reread(path.as_posix())
        if number % 9 == 5:
            fresh = Folder(tmp_path.as_posix())
            fresh.fill()
            reports = [each.at_once(path.as_posix(), None)[0] for each in (folder, fresh)]
            assert found(reports[0], path.name, tmp_path) == found(reports[1], path.name, tmp_path)


def test_a_keystroke_is_answered_with_few_of_very_many_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dedup.server.folder.PLACES", 1_000)
    filler = [" ".join(f"word{number}x{at}" for at in range(900)) for number in range(120)]
    for number, words in enumerate(filler):
        (tmp_path / f"{number:03}.md").write_text(f"{PASSAGES[0]}\n\n{words}\n", "utf-8")
    (tmp_path / "a.md").write_text(f"{PASSAGES[1]}\n\n{PASSAGES[0]}\n", "utf-8")
    (tmp_path / "z.md").write_text(PASSAGES[1], "utf-8")
    (tmp_path / "dedup.toml").write_text("min-confidence = 0.0\n", "utf-8")
    folder = Folder(tmp_path.as_posix())
    folder.fill()
    path = (tmp_path / "a.md").as_posix()
    report, complete = folder.at_once(path, None)
    in_full = folder.in_full(path, folder.index.files())
    assert not complete
    spans = [
        sorted((place.start, place.end) for finding in each.findings for place in finding.places if place.path == path)
        for each in (report, in_full)
    ]
    assert spans[0] == spans[1]
    assert max(len(finding.places) for finding in report.findings) < max(len(f.places) for f in in_full.findings) == 121
    # what the full report has stays where the text does not change, and moves with it
    folder.reread(path, f"{PASSAGES[3]}\n\n{folder.index.entries[path].source.text}")
    later, _ = folder.at_once(path, in_full)
    shift = len(PASSAGES[3]) + 2
    moved = [
        [(finding.rule, place.start + by, place.end + by) for finding in each.findings for place in finding.places[:1]]
        for each, by in ((later, 0), (in_full, shift))
    ]
    assert moved[0] == moved[1]
    assert [len(finding.places) for finding in later.findings] == [len(finding.places) for finding in in_full.findings]
    confidences = [[(finding.rule, finding.confidence) for finding in each.findings] for each in (report, in_full)]
    assert confidences[0] == confidences[1]


def test_files_that_git_ignores_or_the_configuration_excludes_are_not_read(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / ".gitignore").write_text("build/\n", "utf-8")
    (tmp_path / "pyproject.toml").write_text("[tool.dedup]\nexclude = ['old.md']\n", "utf-8")
    (tmp_path / "build").mkdir()
    for name in ("a.md", "old.md", "build/a.md", "code.py"):
        (tmp_path / name).write_text(PASSAGES[0], "utf-8")
    folder = Folder(tmp_path.as_posix())
    folder.fill()
    assert list(folder.index.entries) == [(tmp_path / "a.md").as_posix()]


def test_included_files_are_read_once_whatever_name_leads_to_them(tmp_path: Path) -> None:
    (tmp_path / "real" / "docs").mkdir(parents=True)
    (tmp_path / "real" / "dedup.toml").write_text("include = ['*.md']\n", "utf-8")
    for name in ("a.md", "docs/b.md"):
        (tmp_path / "real" / name).write_text(PASSAGES[0], "utf-8")
    (tmp_path / "link").symlink_to("real")
    for root, expected in (
        ("link", ["link/a.md", "link/docs/b.md"]),
        ("real", ["real/a.md", "real/docs/b.md"]),
        ("real/docs", ["real/a.md", "real/docs/b.md"]),
        ("link/docs", ["link/docs/b.md", "real/a.md"]),
    ):
        listed = Folder((tmp_path / root).as_posix()).listed()
        assert sorted(document.path for document in listed) == [(tmp_path / name).as_posix() for name in expected]
