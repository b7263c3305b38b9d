"""What is no archive, or fails, gives an error that says what to do; a hostile file does no harm."""

import os
import random
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy

from dedup import Archive, ArchiveError
from dedup.archive import schema
from tests.archive.conftest import PASSWORD, QUOTED, PostgreSQL

FOX = "The quick brown fox jumps over the lazy dog near the river bank."


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """An archive of a few documents, closed."""
    path = tmp_path / "archive.db"
    with Archive(path) as archive:
        archive.add_many((f"{number}", f"Number {number} of many. {FOX}") for number in range(200))
    return path


def change(path: Path, statement: str, *values: Any) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(statement, values)
    connection.close()


@pytest.mark.parametrize("content", [b"no archive at all", b"SQLite format 3\0" + bytes(200), bytes(4096)])
def test_a_file_of_something_else_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.db"
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match=r"other\.db.* (is not an archive|is damaged)"):
        Archive(path)
    assert path.read_bytes() == content


def test_a_database_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    change(path, "CREATE TABLE accounts (name)")
    with pytest.raises(ArchiveError, match=r"other\.db is not an archive, but a database of something else"):
        Archive(path)


def test_a_file_that_is_not_there_is_made_only_if_that_is_wanted(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"does not exist; `dedup archive add` makes an archive"):
        Archive(tmp_path / "new.db", create=False)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ArchiveError, match="its folder does not exist"):
        Archive(tmp_path / "no" / "new.db")
    with pytest.raises(ArchiveError, match="is a folder"):
        Archive(tmp_path)
    empty = tmp_path / "empty.db"
    empty.touch()
    with pytest.raises(ArchiveError, match="is not an archive"):
        Archive(empty, create=False)
    with Archive(empty) as archive:
        assert len(archive) == 0


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("format", "use the version of dedup that made it, or make it again from its documents"),
        ("fold table", "make it again from its documents"),
        ("seed", "make it again from its documents"),
    ],
)
def test_another_version_is_refused_with_what_to_do(filled: Path, name: str, advice: str) -> None:
    change(filled, "UPDATE dedup_parameters SET value = 'other' WHERE name = ?", name)
    with pytest.raises(ArchiveError, match=f"was made with {name} 'other'.*: {advice}"):
        Archive(filled)
    change(filled, "DELETE FROM dedup_parameters WHERE name = ?", name)
    with pytest.raises(ArchiveError, match=f"was made with {name} None"):
        Archive(filled)


@pytest.mark.parametrize("size", [0.9, 0.5, 0.1])
def test_a_file_that_was_cut_short_is_an_error_or_found_by_check(filled: Path, size: float) -> None:
    data = filled.read_bytes()
    filled.write_bytes(data[: int(len(data) * size)])

    def faults() -> list[str]:
        try:
            with Archive(filled) as archive:
                return archive.check()
        except ArchiveError as error:
            return [str(error)]

    assert faults() != []


HOSTILE: dict[str, tuple[str, tuple[Any, ...]]] = {
    "text is no text": ("UPDATE dedup_documents SET text = ?", (b"\x80\x04pickle",)),
    "text is a number": ("UPDATE dedup_documents SET text = 5", ()),
    "length": ("UPDATE dedup_documents SET length = length + 1", ()),
    "markup": ("UPDATE dedup_documents SET markup = 'word'", ()),
    "title is a blob": ("UPDATE dedup_documents SET title = ?", (b"\xff",)),
    "date": ("UPDATE dedup_documents SET published = 9223372036854775807", ()),
    "a bucket is cut short": ("UPDATE dedup_buckets SET data = substr(data, 2)", ()),
    "a bucket is text": ("UPDATE dedup_buckets SET data = 'text'", ()),
    "bits": ("UPDATE dedup_segments SET bits = 99", ()),
    "width": ("UPDATE dedup_segments SET width = 0", ()),
    "width is text": ("UPDATE dedup_segments SET width = 'wide'", ()),
    "documents": ("UPDATE dedup_segments SET first = 9, last = 3", ()),
    "segment": ("UPDATE dedup_segments SET number = -1", ()),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_what_cannot_be_right_is_an_error(filled: Path, case: str) -> None:
    statement, values = HOSTILE[case]
    change(filled, statement, *values)
    with Archive(filled) as archive:
        with pytest.raises(ArchiveError, match=r"archive\.db is damaged"):
            archive.find(FOX)
        assert archive.check() != []


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM dedup_parameters WHERE name = 'removed'",
        "UPDATE dedup_parameters SET value = '' WHERE name = 'removed'",
        "UPDATE dedup_segments SET last = 4294967295",
        "UPDATE dedup_documents SET number = 9223372036854775807 WHERE key = '7'",
    ],
)
def test_an_archive_that_cannot_be_right_is_not_written_to(filled: Path, statement: str) -> None:
    change(filled, statement)
    with Archive(filled) as archive:
        with pytest.raises(ArchiveError, match=r"archive\.db is damaged"):
            archive.add("new", FOX)
        assert "new" not in archive


@pytest.mark.parametrize("seed", range(40))
def test_whatever_bytes_are_damaged_every_call_returns_or_raises_an_archive_error(filled: Path, seed: int) -> None:
    """Bits flipped, stretches overwritten, pages exchanged, so that an index can lead back to itself."""
    chance = random.Random(seed)
    data = bytearray(filled.read_bytes())
    pages = range(0, len(data), 4096)
    for _ in range(chance.choice([1, 8, 64])):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    if seed % 3 == 1:
        place = chance.randrange(len(data))
        data[place : place + 500] = chance.randbytes(500)[: len(data) - place]
    if seed % 3 == 2:
        one, other = chance.sample(pages, 2)
        data[one : one + 4096], data[other : other + 4096] = data[other : other + 4096], data[one : one + 4096]
    filled.write_bytes(data)
    with suppress(ArchiveError), Archive(filled) as archive:
        calls: tuple[Callable[[], object], ...] = (
            lambda: archive.find(FOX),
            archive.info,
            archive.check,
            lambda: list(archive.documents()),
            lambda: list(archive),
            lambda: archive.get("8"),
            lambda: archive.add("new", FOX),
            lambda: archive.add("8", FOX),
        )
        for call in calls:
            with suppress(ArchiveError):
                call()


def test_an_archive_without_documents_is_well(tmp_path: Path) -> None:
    with Archive(tmp_path / "empty.db") as archive:
        assert archive.check() == []
        archive.add("a", FOX)
        archive.remove("a")
        assert archive.check() == []


def test_check_finds_what_is_missing_and_what_is_too_much(filled: Path) -> None:
    cases = (
        "DELETE FROM dedup_buckets WHERE row IN (SELECT min(row) FROM dedup_buckets)",
        "DELETE FROM dedup_documents WHERE key = '7'",
        "UPDATE dedup_documents SET published = 5 WHERE key = '8'",
        "DELETE FROM dedup_dates",
    )
    for number, statement in enumerate(cases):
        copy = filled.with_name(f"{number}.db")
        shutil.copy(filled, copy)
        with Archive(copy) as archive:
            assert archive.check() == []
        change(copy, statement)
        with Archive(copy) as archive:
            assert archive.check() != [], statement


def test_a_trigger_in_the_file_is_not_run_on_reading(filled: Path) -> None:
    change(filled, "CREATE TRIGGER t AFTER INSERT ON dedup_documents BEGIN SELECT load_extension('x'); END")
    with Archive(filled) as archive:
        assert len(archive.find(FOX)) == 1
        with pytest.raises(ArchiveError):
            archive.add("new", FOX)


def as_nobody(command: Callable[[], None]) -> None:
    """Run something as a user who is not root, to whom permissions apply, in a process of its own."""
    if os.geteuid():
        command()
        return
    child = os.fork()
    if child == 0:
        os.setgid(65534)
        os.setuid(65534)
        try:
            command()
        except BaseException:
            import traceback

            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0


def test_a_file_that_is_read_only_is_read_and_not_written() -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "archive.db"
        with Archive(path) as archive:
            archive.add("a", FOX)
        path.chmod(0o444)
        Path(folder).chmod(0o555)

        def read() -> None:
            with Archive(path) as archive:
                assert len(archive.find(FOX)) == 1
                assert archive.check() == []
                for change in (lambda: archive.add("b", FOX), lambda: archive.remove("a")):
                    with pytest.raises(ArchiveError, match="is read-only; change its permissions"):
                        change()

        try:
            as_nobody(read)
        finally:
            Path(folder).chmod(0o755)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of two megabytes."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = shutil.which("mount")
    if not mount or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder]).returncode:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_is_an_error_and_nothing_is_lost(small_disk: Path) -> None:
    with Archive(small_disk / "archive.db") as archive:
        archive.add("a", FOX)
        with pytest.raises(ArchiveError, match="the disk is full; nothing of this transaction was written"):
            archive.add("large", " ".join(f"{number * 7919 % 1000003}" for number in range(400_000)))
        assert list(archive) == ["a"]
        assert archive.check() == []
        assert archive.add("b", FOX)


@pytest.mark.parametrize(
    ("key", "fault"),
    [
        ("k" * 10_000, "key='kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk'… has 10,000 bytes; allowed are at most 2,000"),
        ("", "key='' is empty"),
        ("a\0b", "holds a NUL"),
        ("\ud800", "holds a lone surrogate"),
    ],
)
def test_a_key_that_cannot_be_stored_is_refused(address: str, key: str, fault: str) -> None:
    with Archive(address) as archive:
        with pytest.raises(ValueError, match=fault):
            archive.add(key, FOX)
        with pytest.raises(ValueError, match=fault):
            archive.remove(key)
        assert key not in archive
        longest = "ключ" * 250
        assert archive.add(longest, FOX)
        assert longest in archive


@pytest.mark.parametrize(
    ("arguments", "error", "fault"),
    [
        ({"key": 5}, TypeError, "key=5 is int; allowed is str"),
        ({"text": b""}, TypeError, "text is bytes; allowed is str"),
        ({"markup": "word"}, ValueError, "markup='word' is unknown"),
        ({"published": "2020"}, TypeError, "published='2020' is str; allowed are a date, a datetime and None"),
        ({"title": 5}, TypeError, "title=5 is int"),
        ({"url": "\0"}, ValueError, "holds a NUL"),
    ],
)
def test_wrong_arguments_are_named(arguments: dict[str, Any], error: type[Exception], fault: str) -> None:
    with Archive(":memory:") as archive, pytest.raises(error, match=fault):
        archive.add(**{"key": "a", "text": FOX, **arguments})


@pytest.mark.parametrize("text", ["", " \n", "…!?", "three short words", "\0\ud800"])
def test_a_text_without_a_passage_is_kept_and_finds_nothing(address: str, text: str) -> None:
    with Archive(address) as archive:
        assert archive.add("a", text)
        assert archive.find(text) == []
        document = archive.get("a")
        assert document is not None
        assert document.text == text
        assert archive.check() == []


def test_a_query_is_no_part_of_a_statement(address: str) -> None:
    key = "'; DROP TABLE dedup_documents; --"
    with Archive(address) as archive:
        archive.add(key, FOX)
        archive.add("%s :name ?", FOX)
        assert list(archive) == [key, "%s :name ?"]
        archive.remove(key)
        assert list(archive) == ["%s :name ?"]


@pytest.mark.parametrize(
    "address", ["mysql://me:hidden@host/news", "http://me:hidden@host/", "postgresql://me:hidden@h:x/"]
)
def test_an_address_that_is_none_is_refused_without_its_password(address: str) -> None:
    with pytest.raises(ValueError, match="archive '") as caught:
        Archive(address)
    assert "hidden" not in str(caught.value)


def test_a_wrong_password_is_an_error_without_any_password(postgresql: PostgreSQL) -> None:
    with pytest.raises(ArchiveError, match="password authentication failed") as caught:
        Archive(postgresql.address("postgres", "h1dden"))
    assert "h1dden" not in str(caught.value)
    with pytest.raises(ArchiveError, match="does not exist"):
        Archive(postgresql.address("nowhere"))


def test_no_name_of_an_archive_has_its_password(postgresql: PostgreSQL) -> None:
    with Archive(postgresql.create("named")) as archive:
        for shown in (repr(archive), str(archive.info())):
            assert PASSWORD not in shown
            assert QUOTED not in shown
            assert "***" in shown


def test_a_server_that_is_gone_is_an_error_and_one_that_is_back_is_used(mortal_postgresql: PostgreSQL) -> None:
    with Archive(mortal_postgresql.create("news")) as archive:
        archive.add("a", FOX)
        mortal_postgresql.stop()
        for action in (lambda: archive.find(FOX), lambda: archive.add("b", FOX), archive.info):
            with pytest.raises(ArchiveError, match="news: "):
                action()
        mortal_postgresql.start()
        assert len(archive.find(FOX)) == 1
        assert archive.check() == []


def test_another_database_of_the_server_is_left_alone(postgresql: PostgreSQL) -> None:
    address = postgresql.create("shared")
    engine = sqlalchemy.create_engine(address.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE accounts (name text)")
    with pytest.raises(ArchiveError, match="is not an archive"):
        Archive(address, create=False)
    with Archive(address) as archive:
        archive.add("a", FOX)
    with engine.begin() as connection:
        names = set(sqlalchemy.inspect(connection).get_table_names())
    engine.dispose()
    assert names == {"accounts", *(table.name for table in schema.METADATA.sorted_tables)}
