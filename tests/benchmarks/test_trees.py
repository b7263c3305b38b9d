import pytest

from benchmarks import trees
from benchmarks.trees import Taken, generate, measure


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trees, "FILES", 20)
    monkeypatch.setattr(trees, "FOLDER", 10)
    monkeypatch.setattr(trees, "WORDS", 2_000)


def contents(tree) -> dict[str, str]:
    return {path.relative_to(tree).as_posix(): path.read_text() for path in tree.rglob("*.md")}


@pytest.mark.usefixtures("small")
def test_a_seed_gives_the_same_tree_again(tmp_path):
    first, again, other = (contents(generate(tmp_path / name, seed)) for name, seed in (("a", 1), ("b", 1), ("c", 2)))
    assert first == again != other
    assert len(first) == 20


@pytest.mark.usefixtures("small")
def test_linting_finds_what_was_copied(tmp_path):
    tree = generate(tmp_path / "tree", 1)
    taken = Taken(*measure([str(tree)], str(tmp_path), True))
    assert (taken.files, taken.size) == (20, sum(len(text.encode()) for text in contents(tree).values()))
    assert taken.findings >= 90  # a hundred copies, and words that the generator happens to write twice
    assert Taken(*measure([str(tree)], str(tmp_path), False)).findings == 0
