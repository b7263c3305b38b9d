"""A real PostgreSQL server for the tests of archives, and an archive on each database."""

import glob
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

USER = "dedup"
PASSWORD = "s3cret/@:word"
QUOTED = "s3cret%2F%40%3Aword"


def programs() -> str | None:
    """The folder of PostgreSQL's newest programs."""
    found = glob.glob("/usr/lib/postgresql/*/bin/postgres")
    on_path = shutil.which("postgres")
    best = max(found, key=lambda path: int(path.split("/")[4]), default=on_path)
    return None if best is None else os.path.dirname(best)


class PostgreSQL:
    """A server on a socket in a folder of its own, which nobody else reaches. It wants a password."""

    def __init__(self, folder: str, programs: str) -> None:
        self._folder, self._programs = folder, programs
        self._process: subprocess.Popen[bytes] | None = None
        # it refuses to run as root
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user:
            os.chown(folder, pwd.getpwnam(self._user).pw_uid, -1)
        secret = Path(folder, "password")
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        self._run("initdb", "-D", f"{folder}/data", "-U", USER, "-A", "scram-sha-256", "--pwfile", str(secret), "-N")
        self.start()

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        quick = ("-c", "fsync=off", "-c", "listen_addresses=", "-c", f"unix_socket_directories={self._folder}")
        self._process = subprocess.Popen(
            [f"{self._programs}/postgres", "-D", f"{self._folder}/data", *quick],
            user=self._user,
            stderr=subprocess.PIPE,
            env={"LC_ALL": "C", "PATH": os.environ["PATH"]},
        )
        assert self._process.stderr
        for line in self._process.stderr:
            if b"ready to accept connections" in line:
                return
        raise RuntimeError("postgres did not start")

    def stop(self) -> None:
        """End it at once."""
        if self._process:
            self._process.send_signal(signal.SIGQUIT)
            assert self._process.stderr
            self._process.stderr.close()
            self._process.wait()
            self._process = None

    def address(self, database: str, password: str = QUOTED) -> str:
        """The address of a database in it."""
        return f"postgresql://{USER}:{password}@/{database}?host={self._folder}"

    def create(self, name: str) -> str:
        """Make an empty database, and return its address."""
        import psycopg

        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self.address(name)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run([f"{self._programs}/{program}", *arguments], user=self._user, check=True, capture_output=True)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A server that runs through all tests."""
    yield from _server()


@pytest.fixture
def mortal_postgresql() -> Iterator[PostgreSQL]:
    """A server of the test's own, to be stopped and started again."""
    yield from _server()


def _server() -> Iterator[PostgreSQL]:
    found = programs()
    if found is None:
        pytest.skip("PostgreSQL is not installed")
    # not pytest's folder: a path of a socket has at most 107 bytes, and another user must reach it
    with tempfile.TemporaryDirectory() as folder:
        server = PostgreSQL(folder, found)
        try:
            yield server
        finally:
            server.stop()


_NUMBERS = itertools.count()


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an archive that is not there yet, on each database."""
    if request.param == "sqlite":
        return str(tmp_path / "archive.db")
    server: PostgreSQL = request.getfixturevalue("postgresql")
    return server.create(f"archive_{next(_NUMBERS)}")
