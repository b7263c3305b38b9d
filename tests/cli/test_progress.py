"""What is seen of a long run, and how it ends when it is interrupted."""

import json
import os
import signal
import subprocess
import sys

import pytest

TEXT = "The ferry to the outer islands leaves from the north quay at half past seven.\n"

# Runs the command line. Reading a text here prints a line and then waits to be interrupted.
INTERRUPTED = """
import signal, sys
from dedup.cli import main
from dedup.lint.sources import load

def waiting(*text):
    print("reading", flush=True)
    while True:
        signal.pause()

load.read = waiting
sys.exit(main(sys.argv[1:]))
"""


# Runs the command line, and judges nothing until something is drawn.
DRAWN = """
import sys, threading
from dedup.cli import main
from dedup.lint import run as check
from dedup.match import progress

drawn, draw, judge = threading.Event(), progress._Seen.draw, check.judge

def noted(seen):
    draw(seen)
    drawn.set()

def late(*args, **options):
    assert drawn.wait(60)
    return judge(*args, **options)

progress._Seen.draw, progress.PATIENCE, check.judge = noted, 0, late
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def tree(tmp_path):
    for number in range(12):
        (tmp_path / f"{number:02}.md").write_text(f"# {number}\n\n{TEXT}")
    (tmp_path / "05.md").write_bytes(b"\xff\n")
    return tmp_path


@pytest.mark.skipif(os.name == "nt", reason="no signals")
def test_an_interrupt_ends_the_run_at_once_and_without_a_word(tree):
    command = [sys.executable, "-c", INTERRUPTED, "lint", "--isolated", str(tree)]
    popen = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert popen.stdout
    assert popen.stdout.readline() == "reading\n", popen.communicate()
    popen.send_signal(signal.SIGINT)
    out, err = popen.communicate()
    assert popen.returncode == 130
    assert out == ""
    assert "Traceback" not in err


@pytest.mark.skipif(os.name == "nt", reason="no pseudo-terminals")
@pytest.mark.parametrize("written", ["to a file", "to the terminal"])
def test_bars_are_on_the_terminal_and_reports_are_not_among_them(drained, tree, written):
    import pty

    output = ["--output", str(tree / "out.json")] if written == "to a file" else []
    reading, writing = pty.openpty()
    command = [sys.executable, "-c", DRAWN, "lint", "--isolated", "--format", "json", *output, str(tree)]
    popen = subprocess.Popen(command, env={**os.environ, "TERM": "xterm"}, stdout=writing, stderr=writing)
    os.close(writing)
    shown = drained(reading)
    assert popen.wait() == 1
    assert b"comparing" in shown
    report = shown[shown.rindex(b"\x1b[2K") + 4 :].replace(b"\r\n", b"\n")
    if written == "to a file":
        assert report == b""
        report = (tree / "out.json").read_bytes()
    assert json.loads(report)["files"] == 11
