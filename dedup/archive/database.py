"""The database that an archive is in: SQLite in a file or in memory, or PostgreSQL."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import islice
from typing import Any, Final, TypeVar
from urllib.parse import quote

from sqlalchemy import create_engine, event, exc, func, inspect, select, text
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.pool import QueuePool, StaticPool

from dedup.archive.addresses import shown
from dedup.archive.errors import ArchiveError

MEMORY: Final = ":memory:"
ASKED: Final = 1000
"""Rows that one statement names: SQLite takes up to 32,766 of them, PostgreSQL 65,535."""
_PATIENCE: Final = 600.0
"""Seconds that a writer of SQLite waits for another one."""
_LOCK: Final = 0x6465647570
"""The advisory lock of PostgreSQL that a writer takes: the letters of dedup."""
_SCHEMES: Final = ("postgresql://", "postgres://", "postgresql+psycopg://")

Item = TypeVar("Item")


def batches(items: Iterable[Item], size: int = ASKED) -> Iterator[list[Item]]:
    """Yield items in lists of at most `size`, for a statement each."""
    several = iter(items)
    while part := list(islice(several, size)):
        yield part


class Database:
    """A database with its transactions, and its errors in words."""

    def __init__(self, address: str | os.PathLike[str], *, create: bool) -> None:
        """Open a database.

        Parameters
        ----------
        address
            A path, ":memory:", or an address that begins with postgresql://.
        create
            Whether to make a file that does not exist.

        Raises
        ------
        ArchiveError
            It cannot be opened.
        ValueError
            The address has another scheme.
        ModuleNotFoundError
            The driver of PostgreSQL is not installed.
        """
        where = os.fspath(address)
        self.shown = shown(where)
        """The address without a password."""
        self._path: str | None = None
        if where.startswith(_SCHEMES):
            self._engine = _postgresql(where, self.shown)
        elif "://" in where:
            raise ValueError(f"archive {self.shown!r} has an unknown scheme; allowed: a path, or postgresql://…")
        else:
            self._path = None if where == MEMORY else where
            self._engine = _sqlite(self._path, self.shown, create)
        self.is_sqlite = self._engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Return a connection that sees the state of one moment."""
        options: dict[str, Any] = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        with self._errors(), self._engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Return a connection whose changes are one transaction; other writers wait, readers do not."""
        with self._errors(), self._engine.connect().execution_options(writes=True) as connection, connection.begin():
            if not self.is_sqlite:
                connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            yield connection

    def tables(self, connection: Connection) -> list[str]:
        """Return the names of the tables of the database."""
        return inspect(connection).get_table_names()

    def size(self, connection: Connection, names: list[str]) -> int:
        """Return how many bytes these tables take, which are all that the database has if it is SQLite's."""
        if self.is_sqlite:
            pages = [connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("page_count", "page_size")]
            return int(pages[0] * pages[1])
        sizes = [connection.execute(select(func.pg_total_relation_size(text(f"'{name}'")))) for name in names]
        return sum(int(size.scalar_one()) for size in sizes)

    def faults(self, connection: Connection) -> list[str]:
        """Return what SQLite finds wrong with its file; PostgreSQL looks after itself."""
        if not self.is_sqlite:
            return []
        lines = connection.exec_driver_sql("PRAGMA quick_check(20)").scalars().all()
        return [str(line) for line in lines if line != "ok"]

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except exc.DBAPIError as error:
            raise ArchiveError(f"{self.shown}: {_words(error.orig, self._path)}") from None
        except UnicodeDecodeError:  # SQLite quotes what it read in a damaged file
            raise ArchiveError(f"{self.shown}: {_words(sqlite3.DatabaseError('malformed'), self._path)}") from None
        except exc.SQLAlchemyError as error:
            raise ArchiveError(f"{self.shown}: {error}") from None


def _sqlite(path: str | None, name: str, create: bool) -> Engine:
    target, writable = ":memory:", True
    if path is not None:
        target, writable = _uri(path, name, create)

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(target, uri=True, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)

    engine = create_engine("sqlite://", creator=connect, poolclass=StaticPool if path is None else QueuePool)

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _: object) -> None:
        # a file may come from anywhere: what it says is to be run on reading is not run
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cache_size = -32000")
        connection.execute("PRAGMA journal_size_limit = 67108864")
        if writable and path is not None:
            connection.execute("PRAGMA journal_mode = WAL")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # a writer asks for the lock at once: who reads first and writes then is refused if another was faster
        immediate = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def _uri(path: str, name: str, create: bool) -> tuple[str, bool]:
    """Return the address of a file as SQLite takes it, and whether it can be written to."""
    if os.path.isdir(path):
        raise ArchiveError(f"{name} is a folder, not an archive")
    exists = os.path.exists(path)
    if not exists and not create:
        raise ArchiveError(f"{name} does not exist; `dedup archive add` makes an archive")
    folder = os.path.dirname(os.path.abspath(path))
    if not os.path.isdir(folder):
        raise ArchiveError(f"{name}: its folder does not exist; create it first")
    uri = "file:" + quote(os.fsencode(os.path.abspath(path)))
    if exists and not os.access(path, os.W_OK):
        # without the files of a writer beside it, and where none can be made, nobody is writing
        alone = not os.access(folder, os.W_OK) and not os.path.exists(f"{path}-wal")
        return f"{uri}?mode=ro{'&immutable=1' if alone else ''}", False
    return f"{uri}?mode={'rwc' if create else 'rw'}", True


def _postgresql(address: str, name: str) -> Engine:
    if not find_spec("psycopg"):
        raise ModuleNotFoundError(
            "an archive in PostgreSQL needs psycopg; install it with: pip install 'passage-dedup[postgres]'",
            name="psycopg",
        )
    try:
        url: URL = make_url(address).set(drivername="postgresql+psycopg")
    except (exc.ArgumentError, ValueError):
        raise ValueError(f"archive {name!r} is no address; allowed: postgresql://USER@HOST:PORT/DATABASE") from None
    # a connection that waited for the next use may have been closed by the server meanwhile
    return create_engine(url, pool_pre_ping=True)


def _words(error: BaseException | None, path: str | None) -> str:
    """Return what a driver says, and what to do."""
    reason = re.sub(r"\s+", " ", str(error)).strip()
    if path is None:
        return reason
    if "not a database" in reason:
        return "is not an archive"
    if "malformed" in reason or "corrupt" in reason:
        return f"is damaged ({reason}); `dedup archive check` says where: restore it, or make it again"
    if "readonly" in reason:
        return "is read-only; change its permissions, or those of its folder"
    if "is full" in reason:
        return "the disk is full; nothing of this transaction was written"
    if "unable to open" in reason:
        return "cannot be opened: see the permissions of the file and its folder"
    if "is locked" in reason:
        return f"another process has been writing for {_PATIENCE / 60:.0f} minutes; try again later"
    return reason
