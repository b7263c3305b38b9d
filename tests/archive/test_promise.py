"""What an archive finds is what `find_repeats` finds in all its documents, on each database."""

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import dedup
from dedup import Archive
from tests.archive.conftest import PostgreSQL

WORDS = ["river", "bridge", "old", "stone", "path", "lamp", "gull", "north", "keeper", "oil", "Änderung", "naïve"]
WORDS += ["河", "桥", "老", "石", "ก", "ข", "ค", "पुल"]
_NUMBERS = itertools.count()


@st.composite
def collections(draw: st.DrawFn) -> tuple[str, dict[str, str]]:
    """A draft and documents, with copies of pieces of the draft, some of them edited."""
    words = st.sampled_from(WORDS[: draw(st.sampled_from([2, 5, 20]))])
    rows = st.lists(words, max_size=60)
    draft = draw(rows)
    documents = draw(st.lists(rows, max_size=6))
    for _ in range(draw(st.integers(0, 5)) if documents else 0):
        begin = draw(st.integers(0, len(draft)))
        piece = draft[begin : begin + draw(st.integers(4, 40))]
        for _ in range(draw(st.integers(0, 3))):
            piece.insert(draw(st.integers(0, len(piece))), draw(words))
        target = draw(st.sampled_from(documents))
        at = draw(st.integers(0, len(target)))
        target[at:at] = piece
    glue = st.sampled_from([" ", " ", " ", ". ", "\n\n"])
    texts = ["".join(word + draw(glue) for word in row) for row in [draft, *documents]]
    return texts[0], {f"document {number}": text for number, text in enumerate(texts[1:])}


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Returns the address of a new archive with each call."""
    if request.param == "sqlite":
        return lambda: str(tmp_path / f"{next(_NUMBERS)}.db")
    server: PostgreSQL = request.getfixturevalue("postgresql")
    address = server.create(f"promise_{next(_NUMBERS)}")

    def emptied() -> str:
        # a database takes longer to make than a thousand documents to add
        with Archive(address) as archive:
            for key in list(archive):
                archive.remove(key)
        return address

    return emptied


FOX = "the quick brown fox jumps over the lazy dog near the river bank"


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(collections(), st.integers(4, 12), st.sampled_from([0.3, 0.6, 1.0]), st.booleans())
@example((FOX, {"a": f"{FOX} {FOX}", "b": FOX.replace("lazy", "idle")}), 8, 0.6, True)
def test_find_returns_the_repeats_in_all_documents(
    fresh: Callable[[], str],
    given_texts: tuple[str, dict[str, str]],
    min_words: int,
    min_similarity: float,
    together: bool,
) -> None:
    draft, documents = given_texts
    with Archive(fresh()) as archive:
        if together:
            archive.add_many(documents.items())
        else:
            for key, text in documents.items():
                archive.add(key, text)
        found = archive.find(draft, min_words=min_words, min_similarity=min_similarity)
        assert archive.check() == []
    everything = dedup.find_repeats(draft, against=documents, min_words=min_words, min_similarity=min_similarity)
    assert found == everything


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["add", "remove"]), collections()), max_size=12))
def test_the_history_of_an_archive_leaves_no_trace(
    fresh: Callable[[], str], history: list[tuple[str, str, tuple[str, dict[str, str]]]]
) -> None:
    expected: dict[str, str] = {}
    with Archive(fresh()) as archive:
        for key, act, (text, _) in history:
            if act == "add":
                assert archive.add(key, text) == (expected.get(key) != text)
                if expected.get(key) != text:
                    expected.pop(key, None)
                    expected[key] = text
            elif key in expected:
                archive.remove(key)
                del expected[key]
            else:
                with pytest.raises(KeyError):
                    archive.remove(key)
            assert list(archive) == list(expected)
            assert archive.find(text) == dedup.find_repeats(text, against=expected)
        assert {key: document.text for key in archive if (document := archive.get(key))} == expected
        assert archive.check() == []
