"""The command line as a process: exit codes, colour, pipes, interrupts, and what it imports."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import dedup as package

ARTICLE = Path(__file__).parents[1] / "article.md"


def finish(popen: subprocess.Popen, stdin: bytes | None = None) -> tuple[int, str, str]:
    out, err = popen.communicate(stdin)
    return popen.returncode, (out or b"").decode(), (err or b"").decode()


PIPES = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}


def test_findings_end_with_1_and_usage_with_2(process):
    code, out, err = finish(process("lint", ARTICLE, **PIPES))
    assert (code, err) == (1, "")
    assert out.endswith("are repeated.\n")
    code, out, err = finish(process("lint", "nowhere.md", **PIPES))
    assert (code, out) == (2, "")
    assert "no such file or folder" in err


def test_the_version(process):
    assert finish(process("--version", **PIPES)) == (0, f"dedup {package.__version__}\n", "")


def test_without_a_command_the_help_is_shown(process):
    code, _, err = finish(process(**PIPES))
    assert code == 2
    assert "lint" in err
    code, out, _ = finish(process("lint", "-h", **PIPES))
    assert code == 0
    assert "--min-words" in out


def test_standard_input_is_read(process):
    text = ARTICLE.read_bytes()
    code, out, err = finish(process("lint", "-", stdin=subprocess.PIPE, **PIPES), text)
    assert (code, err) == (1, "")
    assert "--> -:7:94" in out


@pytest.mark.skipif(os.name == "nt", reason="no pseudo-terminals")
@pytest.mark.parametrize(
    ("env", "terminal", "colored"),
    [
        ({}, False, False),
        ({}, True, True),
        ({"NO_COLOR": ""}, True, True),
        ({"NO_COLOR": "1"}, True, False),
        ({"TERM": "dumb"}, True, False),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
        ({"FORCE_COLOR": "0"}, True, False),
    ],
)
def test_colour_only_on_a_terminal(process, drained, env, terminal, colored):
    import pty

    reading, writing = pty.openpty() if terminal else os.pipe()
    popen = process("lint", ARTICLE, env={"TERM": "xterm", **env}, stdout=writing, stderr=subprocess.DEVNULL)
    os.close(writing)
    out = drained(reading)
    popen.wait()
    assert b"Salt Basin" in out
    assert (b"\x1b[" in out) is colored


@pytest.mark.parametrize("format_name", ["full", "json"])
def test_a_reader_that_went_away_ends_it_without_a_word(process, format_name):
    reading, writing = os.pipe()
    os.close(reading)
    popen = process("lint", "--format", format_name, ARTICLE, stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert finish(popen) == (1, "", "")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full")
def test_output_that_cannot_be_written_is_an_error(process):
    with open("/dev/full", "wb") as full:
        code, _, err = finish(process("lint", ARTICLE, stdout=full, stderr=subprocess.PIPE))
    assert code == 2
    assert "could not write the output: No space left on device" in err
    assert "Traceback" not in err


@pytest.mark.skipif(os.name == "nt", reason="no named pipes")
def test_an_interrupt_ends_it_cleanly(process, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    popen = process("lint", tmp_path / "pipe", **PIPES)
    with open(tmp_path / "pipe", "wb"):  # opens when the other side does: it is reading now
        popen.send_signal(signal.SIGINT)
        code, out, err = finish(popen)
    assert (code, out) == (130, "")
    assert "Traceback" not in err


def test_an_output_that_lacks_characters_gets_escapes(process):
    code, out, err = finish(process("lint", ARTICLE, env={"PYTHONIOENCODING": "latin-1"}, **PIPES))
    assert (code, err) == (1, "")
    assert "\\u2026" in out


def test_a_process_substitution_is_read(process):
    reading, writing = os.pipe()
    popen = process("lint", f"/dev/fd/{reading}", pass_fds=[reading], **PIPES)
    os.close(reading)
    with open(writing, "wb") as pipe:
        pipe.write(ARTICLE.read_bytes())
    code, out, _ = finish(popen)
    assert code == 1
    assert f"/dev/fd/{reading}:7:" in out


@pytest.mark.parametrize(
    ("args", "unwanted"),
    [
        (
            ["lint", str(ARTICLE)],
            ["numba", "datasketch", "scipy", "asyncio", "rich.console", "difflib", "json", "pydoc"],
        ),
        (["lint", "--format", "json", str(ARTICLE)], ["numba", "datasketch", "scipy", "asyncio", "rich"]),
        (["rule"], ["numba", "datasketch", "pyromark", "rich", "json"]),
        (["--version"], ["numba", "datasketch", "pyromark", "rich", "json"]),
    ],
)
def test_what_is_not_needed_is_not_imported(args, unwanted):
    program = (
        "import sys; from dedup.cli import main; main(sys.argv[2:]); "
        "print(*[name for name in sys.argv[1].split() if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, " ".join(unwanted), *args], capture_output=True, check=True, text=True
    )
    assert done.stdout.splitlines()[-1] == ""
