"""Comments written by --add-ignores when a file cannot be written: nothing is lost, and the other files are written."""

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from dedup.cli.add_ignores import write_ignores
from dedup.cli.options import Search
from dedup.lint.run import Settings, lint
from dedup.lint.sources.discover import NOTHING, Document, Selection

ONE = "The harbour office opens at nine and closes again at four in winter, when few boats are out."
ACCENTED = "Le bac du matin part à sept heures, même l'été, dès que la marée haute a noyé la grève."
COMMENT = "<!-- dedup: ignore[DUP001] -->"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Three files with the same passage; the working folder is theirs."""
    for name in ("a.md", "b.md", "c.md"):
        (tmp_path / name).write_text(f"{ONE}\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_file_that_cannot_be_replaced_stays_and_the_others_are_written(dedup, folder, monkeypatch):
    replace = os.replace

    def refuse(part, path):
        if path.endswith("b.md"):
            raise OSError(28, "No space left on device")
        replace(part, path)

    monkeypatch.setattr(os, "replace", refuse)
    outcome = dedup("lint", ".", "--add-ignores")
    assert outcome.code == 2
    assert "Error: could not write 'b.md': No space left on device\n" in outcome.err
    assert outcome.err.startswith("2 comments written in 2 files.\n")
    texts = {path.name: path.read_text() for path in folder.iterdir()}
    covered = f"{COMMENT}\n{ONE}\n"
    assert texts == {
        "a.md": covered,
        "b.md": f"{ONE}\n",
        "c.md": covered,
    }  # the only place left is taken for the original


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are those of POSIX")
def test_a_full_disk_leaves_every_file_whole(process, folder):
    import resource

    started = process(
        *("lint", ".", "--add-ignores"),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (40, 40)),
        env={"PYTHONDONTWRITEBYTECODE": "1"},
        stderr=subprocess.PIPE,
    )
    _, err = started.communicate()
    assert started.returncode == 2
    assert err.count(b"File too large") == 2
    assert {path.name: path.read_text() for path in folder.iterdir()} == dict.fromkeys(
        ("a.md", "b.md", "c.md"), f"{ONE}\n"
    )


def written(*paths, meanwhile) -> str:
    """Write comments into files that something happens to after the first time they were linted; return the error."""
    search = Search(
        settings=Settings(),
        selection=Selection(tuple(Document(path, "markdown") for path in paths), ()),
        corpus=NOTHING,
        read=lambda path: Path(path).read_bytes(),
        wanted=lambda path: True,
        markup=None,
        stdin_path="-",
    )
    happens = iter([meanwhile])

    def linted():
        report = lint(search.selection, search.settings, search.read)
        next(happens, lambda: None)()
        return report

    with pytest.raises(click.ClickException) as caught:
        write_ignores(search, linted)
    return caught.value.message


def test_a_file_that_vanished_is_named_and_the_others_are_written(folder):
    error = written("a.md", "b.md", "c.md", meanwhile=(folder / "b.md").unlink)
    assert error == "b.md could not be read: No such file or directory"
    assert sorted((folder / name).read_text() for name in ("a.md", "c.md")) == [f"{COMMENT}\n{ONE}\n", f"{ONE}\n"]
    assert not (folder / "b.md").exists()


@pytest.mark.parametrize(
    ("edited", "error"),
    [
        (f"Something new.\n\n{ONE}\n".encode(), "b.md has changed since it was read"),
        (b"", "b.md has changed since it was read"),
        (b"caf\xe9\n", "b.md is not UTF-8: byte 0xe9 at offset 3"),
    ],
)
def test_what_somebody_saved_meanwhile_is_kept(folder, edited, error):
    assert written("a.md", "b.md", meanwhile=lambda: (folder / "b.md").write_bytes(edited)).startswith(error)
    assert (folder / "b.md").read_bytes() == edited


@pytest.mark.parametrize(
    ("encoding", "bom"),
    [("latin-1", b""), ("cp1252", b""), ("utf-16-le", b"\xff\xfe"), ("utf-16-le", b""), ("utf-8", b"\xef\xbb\xbf")],
)
def test_a_named_encoding_is_kept_with_its_bom_and_line_ends(dedup, folder, encoding, bom):
    for name in ("a.md", "b.md"):
        (folder / name).write_bytes(bom + f"{ACCENTED}\r\n".encode(encoding))
    assert dedup("lint", "a.md", "b.md", "--encoding", encoding, "--add-ignores").code == 0
    assert (folder / "a.md").read_bytes() == bom + f"{ACCENTED}\r\n".encode(encoding)
    assert (folder / "b.md").read_bytes() == bom + f"{COMMENT}\r\n{ACCENTED}\r\n".encode(encoding)


@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        # a letter may be written as itself or in base 64
        ("utf-7", f"{ONE}\n".encode().replace(b"nine", b"+AG4-ine")),
        # the order of the bytes of the machine is written, and here it was the other
        ("utf-16", b"\xfe\xff" + f"{ONE}\n".encode("utf-16-be" if sys.byteorder == "little" else "utf-16-le")),
    ],
)
def test_a_file_that_cannot_be_encoded_again_as_it_was_is_left_alone(dedup, folder, encoding, data):
    if sys.byteorder == "big" and encoding == "utf-16":
        data = b"\xff\xfe" + data[2:]
    (folder / "a.md").write_bytes(f"{ONE}\n".encode(encoding))
    (folder / "b.md").write_bytes(data)
    outcome = dedup("lint", "a.md", "b.md", "--encoding", encoding, "--add-ignores")
    assert outcome.code == 2
    assert outcome.err.endswith(
        "Error: b.md cannot be written back in its encoding without other changes; the file is unchanged. Convert it "
        "to UTF-8.\n"
    )
    assert (folder / "b.md").read_bytes() == data


def test_a_comment_does_not_push_a_page_s_charset_out_of_sight(dedup, folder):
    before = f"<p>{ACCENTED}</p>"
    filler = "<!--" + "x" * (1024 - len(before) - len('<!----><meta charset="latin1">')) + "-->"
    page = f'{before}{filler}<meta charset="latin1">'.encode("latin-1")
    for name in ("a.html", "b.html"):
        (folder / name).write_bytes(page)
    outcome = dedup("lint", "a.html", "b.html", "--add-ignores")
    assert outcome.code == 2
    assert "b.html cannot be written back in its encoding" in outcome.err
    assert (folder / "b.html").read_bytes() == page


def test_comments_that_would_change_a_text_are_not_written(dedup, folder):
    code = f"```\n{ONE}\n```\n"
    for name in ("a.md", "b.md"):
        (folder / name).write_text(f"{code}\n{ONE}\n")
    (folder / "c.md").unlink()
    assert dedup("lint", ".", "--add-ignores", "--format", "json").code in (0, 1)
    for name in ("a.md", "b.md"):
        assert (folder / name).read_text().replace(f"{COMMENT}\n", "") == f"{code}\n{ONE}\n"


def test_files_without_comments_are_never_written(dedup, folder):
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(f"{ONE}\n")
    outcome = dedup("lint", "a.txt", "b.txt", "--add-ignores", "--format", "json")
    assert outcome.code == 1
    assert len(json.loads(outcome.out)["findings"]) == 1
    assert (folder / "a.txt").read_text() == (folder / "b.txt").read_text() == f"{ONE}\n"
