"""A real Redis server for the tests of indexes that live in one."""

import itertools
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest

TRIES = 5


class Server:
    """A ``redis-server`` on a free port of the loopback, which keeps nothing on disk."""

    def __init__(self, program: str, folder: str) -> None:
        self._program, self._folder = program, folder
        self._process: subprocess.Popen[str] | None = None
        for _ in range(TRIES):
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                self.port = probe.getsockname()[1]
            if self.start():  # else somebody took the port in between
                return
        raise RuntimeError(f"{program} did not start in {TRIES} attempts")

    def start(self) -> bool:
        """Start it, empty, on its port, and wait until it takes connections; whether it does."""
        quiet = ["--save", "", "--appendonly", "no", "--dir", self._folder]
        self._process = subprocess.Popen(
            [self._program, "--bind", "127.0.0.1", "--port", str(self.port), *quiet],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self._process.stdout
        if any("Ready to accept connections" in line for line in self._process.stdout):
            return True
        self.kill()
        return False

    def kill(self) -> None:
        """End it at once, whatever it is doing."""
        if self._process and self._process.stdout:
            self._process.kill()
            self._process.wait()
            self._process.stdout.close()
            self._process = None

    def config(self, basename: str | bytes) -> dict[str, Any]:
        """How an index of this name is opened. A server that is gone is asked once, without waiting."""
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        where = {"host": "127.0.0.1", "port": self.port, "retry": Retry(NoBackoff(), 0)}
        return {"type": "redis", "basename": basename, "redis": where}


@pytest.fixture(scope="session")
def start_redis() -> Iterator[Callable[[], Server]]:
    """Starts servers, which end with the tests."""
    program = shutil.which("redis-server")
    if not program:
        pytest.skip("redis-server is not installed")
    started: list[Server] = []

    def start() -> Server:
        started.append(Server(program, folder))
        return started[-1]

    with tempfile.TemporaryDirectory() as folder:
        try:
            yield start
        finally:
            for server in started:
                server.kill()


@pytest.fixture(scope="session")
def redis_server(start_redis: Callable[[], Server]) -> Server:
    """A server that runs through all tests; nobody ends it."""
    return start_redis()


@pytest.fixture
def mortal(start_redis: Callable[[], Server]) -> Iterator[Server]:
    """A server of the test's own, to be ended and started again."""
    server = start_redis()
    yield server
    server.kill()


_NUMBERS = itertools.count()


@pytest.fixture
def basename() -> bytes:
    """A name that no other test uses."""
    return b"test-%d-" % next(_NUMBERS)
