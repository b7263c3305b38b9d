"""Files that nobody meant to write: none may crash, and none may be passed over."""

import codecs
import json
import os
import random
from pathlib import Path

import pytest

SENTENCE = "The harbour master said that the north pier will stay closed until the end of May."


every_reader = pytest.mark.parametrize("name", ["a.md", "a.mdx", "a.html", "a.rst", "a.txt"])


def lint(dedup, *args) -> dict:
    return json.loads(dedup("lint", "--format", "json", *args).out)


@every_reader
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"\n \n\t\n\r\n\r",
        b"... --- !!! ??? ;;;\n" * 20,
        b"word",
        b"\0" * 50,
        b"a\0b\0" * 50,
        codecs.BOM_UTF8,
        b"\x1a",
        b"\x1b[2J\x07\b\x7f" * 50,
        b"\r" * 50,
        b"\r\n" * 50,
        "\u3000\u2028\x85".encode() * 50,
        SENTENCE.encode("utf-16-le"),
        codecs.BOM_UTF16_LE,
        codecs.BOM_UTF16_BE,
        codecs.BOM_UTF16_LE + "\n".encode("utf-16-le"),
        b"---\n",
        b"---\n---",
        b"+++\n+++\n\n",
    ],
    ids=repr,
)
def test_next_to_nothing_is_clean(dedup, tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    report = lint(dedup, tmp_path / name)
    assert report["errors"] == []
    assert report["files"] == 1
    assert all(finding["rule"] in ("DUP001", "DUP003") for finding in report["findings"])


@every_reader
@pytest.mark.parametrize("data", [b"", b"\n\n", b"!!!\n\n!!!", b"word\n\nword"])
def test_what_has_no_eight_words_has_no_finding(dedup, tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    assert dedup("lint", tmp_path).code == 0


@every_reader
def test_text_between_nul_is_read(dedup, tmp_path, name):
    (tmp_path / name).write_bytes(f"{SENTENCE}\0\n\nx\0 {SENTENCE}\n".encode())
    [finding] = lint(dedup, tmp_path)["findings"]
    assert finding["words"] == 16


@every_reader
@pytest.mark.parametrize(
    ("data", "said"),
    [
        (bytes(range(256)), "byte 0x80 at offset 128 (line 3)"),
        (b"\x7fELF\x02\x01\x01\0\xf0\xff", "byte 0xf0 at offset 8 (line 1)"),
        (f"{SENTENCE}\nCaf".encode() + b"\xe9\n", "byte 0xe9 at offset 86 (line 2)"),
        (f"{SENTENCE}\n".encode() + "漢".encode()[:2], "byte 0xe6 at offset 83 (line 2)"),
        (b"\xed\xa0\x80 " + SENTENCE.encode(), "byte 0xed at offset 0 (line 1)"),
        ("é\n".encode("utf-16-be"), "byte 0xe9 at offset 1 (line 1)"),
    ],
    ids=["every byte", "binary", "latin-1", "half a character", "surrogate", "utf-16 without mark"],
)
def test_what_is_not_text_is_told_with_its_byte_offset(dedup, tmp_path, name, data, said):
    (tmp_path / name).write_bytes(data)
    (tmp_path / "b.md").write_text(f"{SENTENCE} {SENTENCE}\n")
    outcome = dedup("lint", "--format", "json", tmp_path)
    report = json.loads(outcome.out)
    assert outcome.code == 1
    assert [finding["rule"] for finding in report["findings"]] == ["DUP900", "DUP003"]
    assert report["errors"] == [{"path": f"{tmp_path}/{name}", "message": report["findings"][0]["message"]}]
    assert said in report["errors"][0]["message"]
    assert f"unreadable-file: {tmp_path}/{name} is not UTF-8" in dedup("lint", tmp_path).out


@every_reader
def test_a_named_encoding_is_taken(dedup, tmp_path, name):
    (tmp_path / name).write_bytes(f"Été. {SENTENCE}\n\nÉté. {SENTENCE}\n".encode("latin-1"))
    [finding] = lint(dedup, tmp_path, "--encoding", "latin-1")["findings"]
    assert finding["places"][0]["text"].startswith("Été")


@every_reader
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "encode",
    [
        str.encode,
        lambda text: codecs.BOM_UTF8 + text.encode(),
        lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
        lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    ],
    ids=["utf-8", "utf-8 with mark", "utf-16", "utf-16, other order"],
)
def test_positions_count_in_the_text_without_its_mark(dedup, tmp_path, name, end, encode):
    text = f"𝒂 first line{end}{end}{SENTENCE}{end}{end}And: {SENTENCE}{end}"
    (tmp_path / name).write_bytes(encode(text))
    [finding] = lint(dedup, tmp_path)["findings"]
    for place in finding["places"]:
        assert text[place["start"] : place["end"]] == place["text"] == SENTENCE.rstrip(".")
    assert [(place["line"], place["column"]) for place in finding["places"]] == [(3, 1), (5, 6)]


def test_ten_megabytes_on_one_line(dedup, tmp_path):
    draw = random.Random(1)
    words = [f"w{number}" for number in range(40_000)]
    noise = " ".join(draw.choices(words, k=900_000))
    (tmp_path / "a.md").write_text(f"{noise} {SENTENCE} {noise[::-1]} {SENTENCE}")
    assert (tmp_path / "a.md").stat().st_size > 10_000_000
    outcome = dedup("lint", tmp_path, "--min-confidence", "0")
    assert outcome.code == 1
    assert "16 words repeated in 2 places" in outcome.out
    assert max(map(len, outcome.out.splitlines())) < 200


@pytest.mark.parametrize("kind", ["md", "mdx", "html", "rst", "txt"])
def test_files_that_vanish_or_change_between_the_walk_and_the_reading(dedup, tmp_path, monkeypatch, kind):
    from dedup.lint.sources import discover as files

    for name in (f"gone.{kind}", f"folder.{kind}", f"kept.{kind}"):
        (tmp_path / name).write_text(SENTENCE)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / f"inner.{kind}").write_text(SENTENCE)

    def swap(*args, select=files.select):
        selection = select(*args)
        (tmp_path / f"gone.{kind}").unlink()
        (tmp_path / f"folder.{kind}").unlink()
        (tmp_path / f"folder.{kind}").mkdir()
        (tmp_path / "folder").rename(tmp_path / "moved")
        return selection

    monkeypatch.setattr(files, "select", swap)
    outcome = dedup("lint", "--format", "json", tmp_path)
    assert outcome.code == 1
    report = json.loads(outcome.out)
    assert report["files"] == 1
    assert [(Path(error["path"]).name, error["message"]) for error in report["errors"]] == [
        (f"inner.{kind}", "could not be read: No such file or directory"),
        (f"folder.{kind}", "could not be read: Is a directory"),
        (f"gone.{kind}", "could not be read: No such file or directory"),
    ]


@pytest.mark.skipif(
    os.name == "nt" or os.geteuid() == 0, reason="root may read everything; a vanished file stands for it"
)
def test_a_file_without_permission_is_told(dedup, tmp_path):
    (tmp_path / "a.md").write_text(SENTENCE)
    (tmp_path / "a.md").chmod(0)
    report = lint(dedup, tmp_path)
    assert report["errors"][0]["message"] == "could not be read: Permission denied"


def test_a_folder_loop_and_a_dangling_link(dedup, tmp_path):
    (tmp_path / "a.md").write_text(f"{SENTENCE} {SENTENCE}")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "dangling.md").symlink_to("nowhere")
    report = lint(dedup, tmp_path)
    assert report["files"] == 1
    assert [finding["rule"] for finding in report["findings"]] == ["DUP900", "DUP003"]


def test_names_that_are_no_text(dedup, tmp_path):
    name = os.fsdecode(b"caf\xe9.md")
    try:
        (tmp_path / name).write_text(f"{SENTENCE} {SENTENCE}")
    except OSError:
        pytest.skip("this file system takes only names that are text")
    assert lint(dedup, tmp_path)["findings"][0]["places"][0]["path"].endswith("caf\udce9.md")
    assert dedup("lint", tmp_path).code == 1


@every_reader
def test_what_a_file_holds_is_not_obeyed_by_the_terminal(dedup, tmp_path, name):
    (tmp_path / name).write_text(f"{SENTENCE}\x1b[2J\n\nx\x1b]0;title\x07 {SENTENCE}\n")
    out = dedup("lint", tmp_path).out
    assert "\x1b" not in out
    assert "\x07" not in out


NAMES = ["\x1b]0;title\x07", "\x9b31m", "::error::x", "\r::error::x", "a\n ::error::x", "##[error]x", "##vso[task.x]y"]
COMMANDS = [
    ("lint", "missing/NAME.md"),
    ("lint", "a.md", "--config", "NAME"),
    ("lint", "a.md", "--output", "missing/NAME"),
    ("lint", "a.md", "--report", "json=missing/NAME"),
    ("lint", "a.md", "--baseline", "NAME"),
    ("lint", "a.md", "--allow", "NAME"),
    ("lint", "a.md", "--since", "NAME"),
    ("lint", "a.md", "--select", "NAME"),
    ("lint", "a.md", "--archive", "NAME"),
    ("lint", "NAME.md", "--select", "DUP", "--format", "concise"),
    ("lint", "NAME.md", "--select", "DUP", "--format", "full"),
    ("lint", "NAME.md", "--select", "DUP", "--format", "markdown"),
    ("lint", "NAME.md", "--baseline", "NAME", "--update-baseline"),
    ("config", "NAME"),
    ("archive", "add", "NAME.md", "--archive", "a.db"),
    ("archive", "list", "--archive", "a.db"),
    ("archive", "find", "NAME.md", "--archive", "a.db", "--key", "other"),
    ("archive", "find", "missing/NAME.md", "--archive", "a.db"),
    ("archive", "list", "--archive", "NAME"),
    ("archive", "remove", "NAME", "--archive", "a.db"),
    ("corpus", "duplicates", "NAME", "-o", "out"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("name", NAMES)
def test_no_name_is_obeyed_by_a_terminal_or_a_runner(dedup, tmp_path, monkeypatch, name, command):
    """Runners read commands at the beginning of a line, and some anywhere, on both streams."""
    monkeypatch.chdir(tmp_path)
    text = f"{SENTENCE} {name} is said.\n\n{SENTENCE} {name} is said.\n"
    for path in ("a.md", f"{name}.md"):
        (tmp_path / path).write_text(text)
    dedup("archive", "add", f"{name}.md", "--archive", "a.db")
    outcome = dedup(*(part.replace("NAME", name) for part in command))
    shown = outcome.out + outcome.err
    assert shown
    assert not set(shown) & {"\x1b", "\x07", "\x9b", "\r"}
    assert "##[" not in shown
    assert "##vso[" not in shown
    assert not [line for line in shown.splitlines() if line.lstrip().startswith("::")]


def test_files_in_formats_that_are_not_read_are_counted_on_standard_error(dedup, tmp_path):
    for name in ("a.md", "b.adoc", "c/d.adoc", "c/e.tex", "c/f.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(SENTENCE)
    outcome = dedup("lint", "--format", "json", tmp_path)
    assert outcome.code == 0
    assert outcome.err == "3 files not read: 2 .adoc, 1 .tex\n"
    assert json.loads(outcome.out)["files"] == 1
    assert dedup("lint", tmp_path / "a.md").err == ""


def test_a_data_file_is_refused_with_what_to_do(dedup, tmp_path):
    (tmp_path / "crawl.jsonl").write_text("{}")
    outcome = dedup("lint", tmp_path / "crawl.jsonl")
    assert (outcome.code, outcome.out) == (2, "")
    assert "is a data file, not a document; compare the texts in it with dedup.find_duplicates" in outcome.err
