"""What an editor is shown is what ``dedup lint FILE --corpus tracked`` reports for the same files, whatever happens."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from lsprotocol import types

from dedup.cli import main
from dedup.server.diagnostics import diagnostics
from dedup.server.folder import PLACES
from dedup.server.positions import Positions
from dedup.server.uris import Addresses, path_of
from tests.server.stepwise import Stepwise
from tests.server.test_positions import spelled_out

PASSAGES = (
    "The ferry to the northern islands leaves at seven in the morning and returns before dusk on every working day.",
    "Tickets are sold on board, in cash only, and children under six travel free of charge with an adult.",
    "Паром на северные острова отправляется в семь часов утра и возвращается до наступления темноты.",
    "Bicycles 🎈 can be taken along if there is room, but the crew decides, and dogs stay on the lower deck 🎈.",
    "在北方的岛屿之间每天早上七点都有一班渡轮出发，并且在天黑之前返回港口。",
    "تغادر العبارة إلى الجزر الشمالية في السابعة صباحا وتعود قبل حلول الظلام في كل يوم عمل.",
    "𝔗𝔥𝔢 𠀀 old harbour wall was built of granite, and the lighthouse 𝔬𝔫 it was lit by oil until the war.",
    "See also the timetable.",
    "Ask the harbour master before you moor at the quay.",
)
CHANGED = ("early", "late 🎈", "поздно", "𝔫𝔬𝔴")
TITLES = ("", "Ferries", "The northern islands")
OWN_TITLES = ("Harbour", "Lighthouse", "Quay", "Timetable", "Weather")
"""Of pages that stay as they are: where most titles are repeated, they are not reported."""
HEADINGS = ("Tickets", "Timetable 🎈", "Ferries")
CHECKED = ("a.md", "b.md", "in/c.html", "in/d.rst", "e.txt", "f.mdx", "g.md")
UNCHECKED = ("in/left-out.md", "drafts/ignored.md", "code.py")
"""One that is excluded, one that git ignores, and one that is no document."""
NAMES = CHECKED + UNCHECKED
CONFIGURATIONS = (
    "min-confidence = 0.0\nmin-words = 6\nexclude = ['left-out.md']\nallow = 'allowed.md'\nbaseline = 'known.txt'\n",
    "min-confidence = 0.0\nmin-words = 4\nexclude = ['left-out.md']\nignore = ['DUP100']\n",
    "min-confidence = 0.4\nexclude = ['left-out.md']\nallow = 'allowed.md'\ngroups = [['in', '.']]\n",
    "min-confidence = 0.0\nexclude = ['left-out.md', 'a.md']\n",
)
SEVERITIES = {"error": 1, "warning": 2, "note": 3}

names = st.sampled_from(NAMES)
blocks = st.tuples(
    st.sampled_from(["", "", "", "list", "quote", "heading", "ignored"]),
    st.sampled_from(PASSAGES),
    st.integers(0, 40),
    st.sampled_from(CHANGED),
)
documents = st.tuples(st.sampled_from(TITLES), st.lists(blocks, max_size=4))
steps = st.one_of(
    st.tuples(st.just("open"), names),
    st.tuples(st.just("type"), names, blocks, st.integers(0, 200), st.integers(0, 60)),
    st.tuples(st.just("rewrite"), names, documents),
    st.tuples(st.just("save"), names),
    st.tuples(st.just("close"), names),
    st.tuples(st.just("write"), names, documents),
    st.tuples(st.just("delete"), names),
    st.tuples(st.just("rename"), names, names),
    st.tuples(st.just("configure"), st.sampled_from(CONFIGURATIONS)),
    st.tuples(st.just("allow"), st.sampled_from(PASSAGES)),
    st.tuples(st.just("accept")),
)
jobs = st.one_of(st.none(), st.integers(0, 4))
"""What is done before the next step: all, or some jobs."""


def piece(block: tuple[str, str, int, str], extension: str) -> str:
    """A block in a markup."""
    kind, passage, at, word = block
    words = passage.split(" ")
    if at < len(words):
        words[at] = word
    text = HEADINGS[len(passage) % len(HEADINGS)] if kind == "heading" else " ".join(words)
    if extension == "html":
        tag = {"list": "li", "quote": "blockquote", "heading": "h2"}.get(kind, "p")
        return f"{'<!-- dedup: ignore -->' if kind == 'ignored' else ''}<{tag}>{text}</{tag}>\n"
    if extension == "rst":
        before = {"list": "- ", "quote": "  ", "ignored": ".. dedup: ignore\n\n"}.get(kind, "")
        return f"{before}{text}\n" + ("-" * 30 + "\n" if kind == "heading" else "")
    comment = "{/* dedup: ignore */}\n" if extension == "mdx" else "<!-- dedup: ignore -->\n"
    return {"list": "- ", "quote": "> ", "heading": "## ", "ignored": comment}.get(kind, "") + text + "\n"


def written(document: tuple[str, list[Any]], name: str) -> str:
    title, parts = document
    extension = name.rpartition(".")[2]
    front = f"---\ntitle: {title}\n---\n\n" if title and extension in ("md", "mdx") else ""
    return front + "\n".join(piece(each, extension) for each in parts)


class Desk:
    """An editor and a repository, and another with the same files as they would be if all were saved."""

    def __init__(self, place: Path, chance: Random, first: dict[str, Any]) -> None:
        self.folder, self._saved = place / "docs", place / "saved"
        self._report = place / "report.json"
        for folder in (self.folder, self._saved):
            folder.mkdir()
            subprocess.run(["git", "init", "-q", folder], check=True)
        (self.folder / ".gitignore").write_text("drafts/\n", "utf-8")
        (self.folder / "dedup.toml").write_text(CONFIGURATIONS[0], "utf-8")
        (self.folder / "allowed.md").write_text("# Allowed\n", "utf-8")
        (self.folder / "known.txt").write_text("dedup baseline 1\n", "utf-8")
        for title in OWN_TITLES:
            self._put(f"titled/{title}.md", written((title, []), ".md"))
        for name, document in first.items():
            self._put(name, written(document, name))
        self.editor = Stepwise(self.folder, chance)

    def _put(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())

    def _changed(self, *names: str) -> None:
        self.editor.session.files_changed([(self.folder / name).as_posix() for name in names])

    def step(self, kind: str, *given: Any) -> None:
        """Do what a user does. A step that cannot be done is left out."""
        getattr(self, f"_{kind}")(*given)

    def _open(self, name: str) -> None:
        path = self.folder / name
        if path.exists() and self.editor.text(path) is None:
            self.editor.open(path, path.read_bytes().decode())

    def _type(self, name: str, block: tuple[str, str, int, str], at: int, deleted: int) -> None:
        text = self.editor.text(self.folder / name)
        if text is not None:
            new = piece(block, name.rpartition(".")[2])
            self.editor.open(self.folder / name, f"{text[:at]}{new}{text[at + deleted :]}")

    def _rewrite(self, name: str, document: tuple[str, list[Any]]) -> None:
        if self.editor.text(self.folder / name) is not None:
            self.editor.open(self.folder / name, written(document, name))

    def _save(self, name: str) -> None:
        text = self.editor.text(self.folder / name)
        if text is not None:
            self._put(name, text)
            self.editor.session.saved((self.folder / name).as_posix())
            self._changed(name)

    def _close(self, name: str) -> None:
        if self.editor.text(self.folder / name) is not None:
            self.editor.close(self.folder / name)

    def _write(self, name: str, document: tuple[str, list[Any]]) -> None:
        self._put(name, written(document, name))
        self._changed(name)

    def _delete(self, name: str) -> None:
        (self.folder / name).unlink(missing_ok=True)
        self._changed(name)

    def _rename(self, name: str, other: str) -> None:
        path, new = self.folder / name, self.folder / other
        if path.exists() and name != other:
            new.parent.mkdir(exist_ok=True)
            path.rename(new)
            text = self.editor.text(path)
            if text is not None:
                self.editor.close(path)
                self.editor.open(new, text)
            self._changed(name, other)

    def _configure(self, text: str) -> None:
        self._put("dedup.toml", text)
        self._changed("dedup.toml")

    def _allow(self, passage: str) -> None:
        self._put("allowed.md", f"# Allowed\n\n{passage}\n")
        self._changed("allowed.md")

    def _accept(self) -> None:
        if "baseline" in (self.folder / "dedup.toml").read_text("utf-8"):
            with chdir(self.folder):
                assert main(["lint", ".", "--update-baseline"]) == 0
            self._changed("known.txt")

    def check(self) -> None:
        """Compare what is shown for each open document with what is reported for it."""
        texts = {name: text for name in NAMES if (text := self.editor.text(self.folder / name)) is not None}
        if not texts:
            return
        for path in self._saved.iterdir():
            if path.is_dir() and path.name != ".git":
                shutil.rmtree(path)
            elif path.is_file():
                path.unlink()
        shutil.copytree(self.folder, self._saved, ignore=lambda *_: {".git"}, dirs_exist_ok=True)
        for name, text in texts.items():
            (self._saved / name).parent.mkdir(exist_ok=True)
            (self._saved / name).write_bytes(text.encode())
        with chdir(self._saved):
            subprocess.run(["git", "add", "-A"], check=True)
            for name in texts:
                expected = sorted(self._reported(name)) if name in CHECKED else []
                assert sorted(self._shown(name)) == expected, name

    def _shown(self, name: str) -> Iterator[tuple[Any, ...]]:
        result = self.editor.shown.get((self.folder / name).as_posix())
        if result is None:
            return
        for each in diagnostics(result.report, result.name, Positions("utf-16"), None, Addresses(".")):
            related = [
                (
                    Path(path_of(other.location.uri) or "").relative_to(self.folder).as_posix(),
                    spans(other.location.range),
                )
                for other in each.related_information or ()
            ]
            yield each.code, spans(each.range), each.message, each.severity, related

    def _reported(self, name: str) -> Iterator[tuple[Any, ...]]:
        options = ("--corpus", "tracked", "--format", "json", "--output", str(self._report), "--exit-zero")
        assert main(["lint", name, *options]) == 0
        for finding in json.loads(self._report.read_text("utf-8"))["findings"]:
            places = [(place["path"], self._span(place)) for place in finding["places"]]
            for at, (path, span) in enumerate(places):
                if path == name:
                    rest = sorted(places[:at] + places[at + 1 :], key=lambda place: place[0] != name)
                    yield finding["rule"], span, finding["message"], SEVERITIES[finding["severity"]], rest

    def _span(self, place: dict[str, Any]) -> tuple[tuple[int, int], tuple[int, int]]:
        text = (self._saved / place["path"]).read_bytes().decode()
        return spelled_out(text, place["start"], "utf-16"), spelled_out(text, place["end"], "utf-16")


def spans(area: types.Range) -> tuple[tuple[int, int], tuple[int, int]]:
    return (area.start.line, area.start.character), (area.end.line, area.end.character)


# a case takes a quarter of a second: what fails is not made smaller, which takes hundreds of cases
@settings(max_examples=settings().max_examples // 5, phases=[Phase.explicit, Phase.generate])
@given(
    st.dictionaries(names, documents, min_size=3),
    st.lists(st.tuples(steps, jobs), min_size=5, max_size=15),
    st.integers(0, 1_000),
    st.sampled_from([0, PLACES]),
)
def test_what_is_shown_is_what_is_reported_for_the_same_files(
    first: dict[str, Any], taken: list[tuple[tuple[Any, ...], int | None]], seed: int, places: int
) -> None:
    with TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patch:
        patch.setattr("dedup.server.folder.PLACES", places)  # with 0, not all is compared at once
        desk = Desk(Path(place).resolve(), Random(seed), first)
        for name in list(first)[:2]:
            desk.step("open", name)
        for step, number in taken:
            desk.step(*step)
            desk.editor.settle(number)
            if number is None:
                desk.check()
        desk.editor.settle()
        desk.check()
