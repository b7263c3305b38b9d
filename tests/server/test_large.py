"""Folders and documents that are large."""

from pathlib import Path
from random import Random

import pytest

from dedup.server.diagnostics import diagnostics
from dedup.server.folder import Folder
from dedup.server.positions import Positions
from dedup.server.uris import Addresses
from tests.server.client import NEOVIM, Client, editor, replaced
from tests.server.test_server import FERRY, TICKETS

FILES = 3_000
MEMORY = 250_000
"""Kilobytes that the server may use for `FILES` small files; it used 104,000."""


def peak(client: Client) -> int:
    """The most memory that the server has used, in kilobytes."""
    status = Path(f"/proc/{client.process.pid}/status").read_text("ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


def test_three_thousand_files_are_read_and_read_again_after_being_cancelled(tmp_path: Path) -> None:
    chance = Random(0)
    folder = tmp_path / "docs"
    for number in range(FILES):
        path = folder / str(number % 50) / f"{number}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        words = " ".join(f"w{chance.randrange(10**9)}" for _ in range(30))
        path.write_text(f"# {number}\n\n{words}\n\n{FERRY if number in (7, 2_777) else ''}\n", "utf-8")
    with editor(folder) as client:
        client.start(NEOVIM)
        begun = client.until(lambda message: message.get("method") == "$/progress")["params"]
        assert (begun["value"]["kind"], begun["value"]["cancellable"]) == ("begin", True)
        client.notify("window/workDoneProgress/cancel", {"token": begun["token"]})
        client.until(lambda message: message.get("method") == "window/showMessage")
        client.open("7/7.md")
        assert client.published("7/7.md") == []
        client.notify("workspace/didChangeWorkspaceFolders", {
            "event": {"added": [{"uri": folder.as_uri(), "name": "docs"}], "removed": []}
        })  # fmt: skip
        [found] = client.published("7/7.md", bool)
        assert (found["code"], found["message"]) == (
            "DUP001",
            "20 words repeated in 2 places in 2 files, as whole paragraphs",
        )
        [other] = found["relatedInformation"]
        assert other["location"]["uri"] == client.uri("27/2777.md")
        client.change("7/7.md", replaced(f"{TICKETS}\n"))
        assert client.published("7/7.md") == []
        values = [each["params"]["value"] for each in client.received if each.get("method") == "$/progress"]
        percentages = [value["percentage"] for value in values if value["kind"] == "report"]
        assert percentages[-1] > 90
        assert len(percentages) < FILES / 10
        assert peak(client) < MEMORY
        assert client.end() == 0


def test_all_diagnostics_of_a_document_refer_to_a_bounded_number_of_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.md"
    path.write_text(f"{FERRY}\n\n" * 100, "utf-8")
    folder = Folder(tmp_path.as_posix())
    folder.fill()
    report, _ = folder.at_once(path.as_posix(), None)
    for most, each in ((20_000, 50), (700, 7), (10, 1)):
        monkeypatch.setattr("dedup.server.diagnostics.ALL_RELATED", most)
        found = diagnostics(report, path.as_posix(), Positions("utf-16"), None, Addresses("."))
        assert [len(one.related_information or ()) for one in found] == [each] * 100
        assert all(one.message.endswith(f" ({99 - each} further places not listed)") for one in found)
    for one in diagnostics(report, path.as_posix(), Positions("utf-16"), None, None):
        assert one.related_information is None
        assert "not listed" not in one.message
