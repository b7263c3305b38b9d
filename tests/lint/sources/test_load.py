from dedup.lint.sources.discover import Document
from dedup.lint.sources.load import load

FILES = {
    "a.md": b"# One\n\nThe ferry leaves at dawn.\n",
    "b.md": b"caf\xe9 closed",
    "c.txt": "港は朝に開く。".encode(),
    "e.html": b"<p>The ferry leaves</p>",
}
MARKUPS = {"md": "markdown", "txt": "plain", "html": "html"}
DOCUMENTS = [Document(path, MARKUPS[path[2:]]) for path in ("a.md", "b.md", "c.txt", "d.md", "e.html")]


def open_file(path: str) -> bytes:
    if path not in FILES:
        raise FileNotFoundError(2, "No such file or directory")
    return FILES[path]


def test_one_bad_file_stops_no_other():
    calls: list[tuple[str, int, int | None]] = []
    opened: list[str] = []

    def noted(path: str) -> bytes:
        opened.append(path)
        return open_file(path)

    loaded = load(DOCUMENTS, {"prose"}, None, noted, lambda *call: calls.append(call))
    assert opened == ["a.md", "b.md", "c.txt", "d.md", "e.html"]
    assert list(loaded.sources) == list(loaded.readings) == ["a.md", "c.txt", "e.html"]
    assert all(loaded.readings[path].text is source.text for path, source in loaded.sources.items())
    assert [len(reading.tokens.starts) for reading in loaded.readings.values()] == [5, 6, 3]
    assert [(one.path, one.readable) for one in loaded.failures] == [("b.md", "caf"), ("d.md", "")]
    assert calls[0] == ("reading files", 0, 5)
    assert [done for _, done, _ in calls[1:]] == [3, 4, 5]


def test_nothing_is_nothing():
    assert load([], None, None, open_file) == ({}, {}, [])
