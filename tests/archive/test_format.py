"""Every version of the format that was ever written is kept here, and what becomes of it is tested."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from dedup import Archive
from dedup.archive import schema
from dedup.archive.document import Document

FOLDER = Path(__file__).parent / "formats"

FOX = "The quick brown fox jumps over the lazy dog near the river bank."
BRIDGE = "Der Bürgermeister hat am Montag die alte Brücke über den Fluss für den Verkehr geöffnet."
HARBOUR = "港口办公室冬天九点开门，四点关门，星期天不开门。"


def documents() -> list[Document]:
    """What is in each of the files."""
    return [
        Document(
            "fox", f"# Fox\n\n*{FOX}*\n", "markdown", datetime(2020, 12, 21, tzinfo=UTC), "Fox", "https://fox.example/"
        ),
        Document("bridge", BRIDGE),
        Document("harbour", f"<p>{HARBOUR}</p>", "html", datetime(2021, 1, 1, 12, tzinfo=UTC)),
    ]


def make(path: Path) -> None:
    """Write the file of this version."""
    with Archive(path) as archive:
        archive.add("gone", FOX)
        for document in documents():
            archive.add_many([document])
        archive.remove("gone")


def test_there_is_a_file_of_each_version() -> None:
    assert sorted(path.name for path in FOLDER.iterdir()) == [f"{number}.db" for number in range(1, schema.FORMAT + 1)]


def test_version_1_is_read_and_written(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    shutil.copy(FOLDER / "1.db", path)
    with Archive(path, create=False) as archive:
        assert archive.check() == []
        assert list(archive) == ["fox", "bridge", "harbour"]
        assert [archive.get(document.key) for document in documents()] == documents()
        for text, key in ((FOX, "fox"), (BRIDGE, "bridge"), (HARBOUR, "harbour")):
            (repeat,) = archive.find(text)
            assert [place.document for place in repeat.places] == [0, key]
        assert archive.add("new", FOX)
        assert archive.check() == []


def test_what_is_written_now_is_what_the_file_of_this_version_holds(tmp_path: Path) -> None:
    make(tmp_path / "archive.db")
    with Archive(tmp_path / "archive.db") as new, Archive(FOLDER / f"{schema.FORMAT}.db", create=False) as kept:
        assert new.info().postings == kept.info().postings
        assert list(new.documents()) == list(kept.documents())


if __name__ == "__main__":
    make(FOLDER / f"{schema.FORMAT}.db")
