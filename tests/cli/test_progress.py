"""What is seen of a long run, and how it ends when it is interrupted or loses a process."""

import json
import os
import signal
import subprocess
import sys

import pytest

from dedup.lint.sources import load as loading
from dedup.lint.sources import workers
from dedup.lint.sources.load import WorkerError

TEXT = "The ferry to the outer islands leaves from the north quay at half past seven.\n"

# Runs the command line, and reads with two more processes, however little there is. Reading a text here says so and
# then waits to be interrupted.
INTERRUPTED = """
import os, signal, sys
from dedup.cli import main
from dedup.lint.sources import load
from dedup.lint.sources import workers

load.WORTH_A_PROCESS, workers.CHUNK = 1, 1
start = workers._start

def noted():
    process = start()
    print(process.pid, flush=True)
    return process

def waiting(*text):
    print("reading", flush=True)
    while True:
        signal.pause()

workers._start, workers.read = noted, waiting
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
def test_an_interrupt_ends_all_processes_at_once_and_without_a_word(tree):
    command = [sys.executable, "-c", INTERRUPTED, "lint", "--isolated", str(tree)]
    environment = {**os.environ, "DEDUP_THREADS": "3", "DEDUP_ENGINE": "reference"}
    popen = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert popen.stdout
    lines = []
    while not lines or lines[-1] != "reading":
        lines.append(popen.stdout.readline().strip())
        assert lines[-1], popen.communicate()
    popen.send_signal(signal.SIGINT)
    _, err = popen.communicate()
    assert popen.returncode == 130
    assert "Traceback" not in err
    assert len(lines) == 3
    for pid in lines[:2]:
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid), 0)


def test_a_tree_read_by_several_processes_gives_the_same_report(dedup, tree, monkeypatch):
    alone = dedup("lint", "--isolated", "--format", "json", tree)
    assert json.loads(alone.out)["summary"]["rules"] == {"DUP001": 1, "DUP900": 1}
    monkeypatch.setattr(loading, "helpers", lambda size: 2)
    monkeypatch.setattr(workers, "CHUNK", 1)
    assert dedup("lint", "--isolated", "--format", "json", tree) == alone


def test_standard_input_is_read_beside_others(dedup, tree, monkeypatch):
    monkeypatch.setattr(loading, "helpers", lambda size: 2)
    monkeypatch.setattr(workers, "CHUNK", 1)
    outcome = dedup("lint", "--isolated", "--format", "json", "-", tree, stdin=TEXT.encode())
    assert json.loads(outcome.out)["findings"][-1]["places"][0]["path"] == "-"


def test_a_lost_process_is_an_error_in_one_line(dedup, tree, monkeypatch):
    def lost(*_):
        raise WorkerError("a process that read files was ended by signal 9; is memory short?")

    monkeypatch.setattr(loading, "helpers", lambda size: 2)
    monkeypatch.setattr(workers, "read_all", lost)
    outcome = dedup("lint", "--isolated", tree)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == "Error: a process that read files was ended by signal 9; is memory short?\n"


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
