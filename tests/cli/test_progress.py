"""The bar that shows the progress of a long run."""

import json
import os

import pytest

TEXT = "The ferry to the outer islands leaves from the north quay at half past seven.\n"


@pytest.fixture
def tree(tmp_path):
    for number in range(12):
        (tmp_path / f"{number:02}.md").write_text(f"# {number}\n\n{TEXT}")
    (tmp_path / "05.md").write_bytes(b"\xff\n")
    return tmp_path


@pytest.mark.skipif(os.name == "nt", reason="no pseudo-terminals")
@pytest.mark.parametrize("written", ["to a file", "to the terminal"])
def test_bars_are_on_the_terminal_and_reports_are_not_among_them(process, drained, tree, tmp_path_factory, written):
    import pty

    folder = tmp_path_factory.mktemp("slow")
    os.mkfifo(folder / "pipe.md")
    output = ["--output", str(folder / "out.json")] if written == "to a file" else []
    reading, writing = pty.openpty()
    popen = process(
        *("lint", "--isolated", "--format", "json", *output, tree, folder / "pipe.md"),
        env={"TERM": "xterm"},
        stdout=writing,
        stderr=writing,
    )
    os.close(writing)
    shown = b""
    with open(folder / "pipe.md", "wb") as pipe:  # opens when the other side does: it is reading now
        while b"reading" not in shown:
            shown += os.read(reading, 1 << 16)
        pipe.write(TEXT.encode())
    shown += drained(reading)
    assert popen.wait() == 1
    report = shown[shown.rindex(b"\x1b[2K") + 4 :].replace(b"\r\n", b"\n")
    if written == "to a file":
        assert report == b""
        report = (folder / "out.json").read_bytes()
    assert json.loads(report)["files"] == 12
