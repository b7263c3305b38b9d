"""An archive keeps documents, and finds the passages of a draft in them."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

from dedup import Archive
from dedup.archive.document import Document
from dedup.archive.writing import Added

FOX = "The quick brown fox jumps over the lazy dog near the river bank."
OTHER = "Nothing of the kind is written here, whatever anybody may say about it."


def test_a_passage_of_the_draft_is_found_to_the_character(address: str) -> None:
    with Archive(address) as archive:
        archive.add("2020/fox", f"Before. {FOX}")
    with Archive(address) as archive:
        (repeat,) = archive.find(f"Later:\n\n{FOX.upper()} And so on.")
    assert [(place.document, place.text) for place in repeat.places] == [
        (0, FOX.upper().removesuffix(".")),
        ("2020/fox", FOX.removesuffix(".")),
    ]
    assert (repeat.kind, repeat.words, repeat.omitted) == ("exact", 13, 0)


def test_what_was_added_is_returned(address: str) -> None:
    with Archive(address) as archive:
        archive.add(
            "a", FOX, markup="markdown", published=date(2020, 12, 21), title="Füchse", url="https://fox.example/a"
        )
        archive.add("b", "\ud800\0")
        moment = datetime(2020, 12, 21, tzinfo=UTC)
        assert archive.get("a") == Document("a", FOX, "markdown", moment, "Füchse", "https://fox.example/a")
        assert archive.get("b") == Document("b", "\ud800\0")
        assert archive.get("c") is None
        assert list(archive) == ["a", "b"]
        assert len(archive) == 2
        assert "a" in archive
        assert "c" not in archive
        assert 5 not in archive


def test_the_same_document_changes_nothing_and_another_replaces_it(address: str) -> None:
    with Archive(address) as archive:
        assert archive.add("a", FOX)
        assert not archive.add("a", FOX)
        assert archive.info().postings == 10
        assert archive.add("a", FOX, title="Foxes")
        assert archive.get("a") == Document("a", FOX, title="Foxes")
        assert archive.add("a", OTHER)
        assert archive.find(FOX) == []
        assert [place.document for repeat in archive.find(OTHER) for place in repeat.places] == [0, "a"]
        assert archive.check() == []


def test_add_many_counts_what_it_did(address: str) -> None:
    reported: list[int] = []
    with Archive(address) as archive:
        archive.add("a", FOX)
        archive.add("b", FOX)
        documents = [("a", FOX), ("b", OTHER), Document("c", FOX, title="C"), ("d", OTHER), ("d", FOX)]
        done = archive.add_many(documents, progress=lambda _, number, __: reported.append(number))
        assert done == Added(added=2, replaced=1, unchanged=1)
        assert reported == [0, 4]
        assert archive.get("d") == Document("d", FOX)
        assert archive.check() == []


def test_add_many_takes_no_more_than_it_needs(address: str) -> None:
    taken = 0

    def documents() -> object:
        nonlocal taken
        for number in range(45_000):
            taken += 1
            yield f"{number}", f"document number {number}"

    seen: list[tuple[int, int]] = []
    with Archive(address) as archive:
        archive.add_many(documents(), progress=lambda _, done, __: seen.append((done, taken)))  # type: ignore[arg-type]
        assert len(archive) == 45_000
    assert seen == [(0, 0), (20_000, 20_000), (40_000, 40_000), (45_000, 45_000)]


def test_before_compares_with_what_was_published_before(address: str) -> None:
    with Archive(address) as archive:
        archive.add("old", FOX, published=date(2020, 1, 1))
        archive.add("new", FOX, published=datetime(2020, 1, 2, 1, tzinfo=timezone(timedelta(hours=2))))
        archive.add("undated", FOX)
        found = {
            before: [place.document for repeat in archive.find(FOX, before=before) for place in repeat.places]
            for before in (None, date(2021, 1, 1), date(2020, 1, 2), datetime(2020, 1, 1, 12), date(2020, 1, 1))
        }
    assert list(found.values()) == [[0, "old", "new", "undated"], [0, "old", "new"], [0, "old", "new"], [0, "old"], []]


def test_a_draft_is_not_compared_with_its_own_earlier_version(address: str) -> None:
    with Archive(address) as archive:
        archive.add("a", FOX)
        archive.add("b", FOX)
        assert [place.document for repeat in archive.find(FOX, key="a") for place in repeat.places] == [0, "b"]
        assert [place.document for repeat in archive.find(FOX, key="new") for place in repeat.places] == [0, "a", "b"]
        archive.remove("b")
        assert archive.find(FOX, key="a") == []


def test_a_passage_in_many_documents_is_one_repeat_with_a_count(address: str) -> None:
    start = datetime(2000, 1, 1, tzinfo=UTC)
    documents = [
        Document(f"{day}", f"Number {day} of many. {FOX}", published=start + timedelta(days=(day * 7) % 3000))
        for day in range(3000)
    ]
    with Archive(address) as archive:
        archive.add_many(documents)
        (repeat,) = archive.find(FOX)
        assert repeat.omitted + len(repeat.places) - 1 == 3000
        assert len(repeat.places) < 20
        listed = [place.document for place in repeat.places]
        assert {"0", "857"} <= set(listed), "the first and the latest published"
        archive.remove("5")
        archive.remove("0")
        (repeat,) = archive.find(FOX, before=start + timedelta(days=1000))
        assert repeat.omitted + len(repeat.places) - 1 == 998
        assert archive.find(FOX, before=start) == []


def test_a_rare_passage_beside_a_common_one_is_found_in_all_its_documents(address: str) -> None:
    with Archive(address) as archive:
        archive.add_many((f"common {number}", FOX) for number in range(500))
        archive.add_many((f"rare {number}", f"{FOX} {OTHER}") for number in range(20))
        found = archive.find(f"{FOX} {OTHER}")
    longest = max(found, key=lambda repeat: repeat.words)
    assert longest.words == 26
    assert [place.document for place in longest.places] == [0, *(f"rare {number}" for number in range(20))]
    common = [repeat for repeat in found if repeat.words == 13 and repeat.omitted]
    assert [repeat.omitted + len(repeat.places) - 1 for repeat in common] == [520]


def test_one_archive_is_open_in_several_places(address: str) -> None:
    with Archive(address) as one, Archive(address) as other:
        one.add("a", FOX)
        assert len(other.find(FOX)) == 1
        other.remove("a")
        assert one.find(FOX) == []


def test_an_archive_in_memory_is_gone_when_it_is_closed() -> None:
    with Archive(":memory:") as archive:
        archive.add("a", FOX)
        assert len(archive.find(FOX)) == 1
    with Archive(":memory:") as archive:
        assert len(archive) == 0


def test_removed_documents_leave_the_file(tmp_path: Path) -> None:
    with Archive(tmp_path / "archive.db") as archive:
        archive.add_many((f"{number}", f"{number} {FOX}") for number in range(2000))
        for number in range(1000):
            archive.remove(f"{number}")
        info = archive.info()
        assert (info.documents, info.postings) == (1000, 11_000)
        assert archive.check() == []


def test_info_says_what_is_in_it(address: str) -> None:
    with Archive(address) as archive:
        empty = archive.info()
        archive.add("a", FOX, published=date(2020, 1, 2))
        archive.add("b", OTHER, published=date(2020, 1, 1))
        info = archive.info()
    assert (empty.documents, empty.characters, empty.first, empty.postings) == (0, 0, None, 0)
    assert (info.documents, info.characters, info.postings) == (2, len(FOX) + len(OTHER), 20)
    assert (info.first, info.latest) == (datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 1, 2, tzinfo=UTC))
    assert info.bytes > 0
    assert info.parameters["format"] == "1"


def test_importing_dedup_does_not_import_sqlalchemy() -> None:
    asked = "import sys, dedup; dedup.Repeat; sys.exit('sqlalchemy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked]).returncode == 0


def test_without_sqlalchemy_the_error_says_how_to_install_it(tmp_path: Path) -> None:
    for asked in (
        "import dedup; dedup.Archive",
        "from dedup.cli import main; sys.exit(main(['archive', 'list', '--archive', 'a.db']))",
        "from dedup.cli import main; sys.exit(main(['lint', 'a.md', '--archive', 'a.db']))",
    ):
        (tmp_path / "a.md").write_text(FOX)
        code = f"import sys; sys.modules['sqlalchemy'] = None; {asked}"
        ran = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
        assert ran.returncode
        assert "install it with: pip install 'passage-dedup[archive]'" in ran.stderr
