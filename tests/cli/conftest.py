import io
import os
import subprocess
import sys
from dataclasses import dataclass

import pytest

from dedup.cli import main


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


@pytest.fixture
def dedup(capsys, monkeypatch):
    """Run the command line in this process."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)

    def run(*args: str, stdin: bytes = b"") -> Outcome:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = main([str(arg) for arg in args])
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return run


@pytest.fixture
def process():
    """Start the command line as a process of its own."""
    started = []

    def start(*args: str, env=None, **options) -> subprocess.Popen:
        ours = ("NO_COLOR", "FORCE_COLOR", "GITHUB_STEP_SUMMARY")
        environment = {name: value for name, value in os.environ.items() if name not in ours}
        command = [sys.executable, "-m", "dedup", *map(str, args)]
        popen = subprocess.Popen(command, env={**environment, **(env or {})}, **options)
        started.append(popen)
        return popen

    yield start
    for popen in started:
        popen.kill()
        popen.wait()


@pytest.fixture
def drained():
    """Read a pipe or a pseudo-terminal until nobody writes any more, and close it."""

    def read(reading: int) -> bytes:
        out = b""
        try:
            while piece := os.read(reading, 1 << 16):
                out += piece
        except OSError:  # how a pseudo-terminal says so
            pass
        os.close(reading)
        return out

    return read
