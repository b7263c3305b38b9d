"""The server from outside: over pipes, with the capabilities of several editors."""

import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from dedup import Archive
from dedup.server.uris import path_of
from tests.server.client import EMACS, NEOVIM, VSCODE, Client, codes, editor, inserted, replaced

FERRY = "The ferry to the northern islands leaves at seven in the morning and returns before dusk on every working day."
TICKETS = "Tickets are sold on board, in cash only, and children under six travel free of charge with an adult."


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    subprocess.run(["git", "init", "-q", folder], check=True)
    (folder / "a.md").write_text(f"# Ferry\n\n{FERRY}\n", "utf-8")
    (folder / "b.md").write_text(f"# Boat\n\n🎈 Balloons first. {FERRY}\n", "utf-8")
    return folder


@pytest.fixture
def client(docs: Path) -> Iterator[Client]:
    with editor(docs) as running:
        yield running


def test_findings_are_published_when_a_document_is_opened_and_changed(client: Client) -> None:
    client.start(NEOVIM)
    client.open("a.md")
    [found] = client.published("a.md", bool)
    assert found["code"] == "DUP003"
    assert found["severity"] == 2
    assert found["codeDescription"]["href"].endswith("DUP003.md")
    assert found["range"] == {"start": {"line": 2, "character": 0}, "end": {"line": 2, "character": len(FERRY) - 1}}
    [other] = found["relatedInformation"]
    assert other["location"]["uri"] == client.uri("b.md")
    client.change("a.md", inserted(0, 0, "\n\n"))
    assert client.published("a.md")[0]["range"]["start"]["line"] == 4
    client.change("a.md", replaced("# Ferry\n"))
    assert client.published("a.md") == []
    assert client.end() == 0


@pytest.mark.parametrize(("capabilities", "units"), [(NEOVIM, 4), (VSCODE, 2), (EMACS, 1)])
def test_positions_are_in_the_encoding_of_the_client(client: Client, capabilities: dict, units: int) -> None:
    answered = client.start(capabilities)
    client.open("b.md")
    pulls = "diagnosticProvider" in answered
    assert pulls == (capabilities is VSCODE)
    [found] = client.pulled("b.md") if pulls else client.published("b.md", bool)
    assert found["range"]["start"] == {"line": 2, "character": len(" Balloons first. ") + units}
    client.change("b.md", inserted(2, units, "🎈"))
    [found] = client.pulled("b.md") if pulls else client.published("b.md", bool)
    assert found["range"]["start"] == {"line": 2, "character": len(" Balloons first. ") + 2 * units}


def test_unsaved_text_counts_in_other_documents_and_the_disk_after_closing(client: Client) -> None:
    client.start(NEOVIM)
    client.open("a.md")
    client.published("a.md", bool)
    client.open("b.md", "Nothing is repeated here.\n")
    assert client.published("a.md", lambda found: not found) == []
    client.close("b.md")
    assert codes(client.published("a.md", bool)) == ["DUP003"]


def test_a_client_that_asks_is_notified_when_there_is_something_new(client: Client) -> None:
    client.start(VSCODE)
    client.open("a.md")
    assert codes(client.pulled("a.md")) == ["DUP003"]
    client.open("b.md", "Nothing is repeated here.\n")
    assert client.pulled("b.md") == []
    while client.pulled("a.md"):
        client.until(lambda message: message.get("method") == "workspace/diagnostic/refresh")
    pushed = [message for message in client.received if message.get("method") == "textDocument/publishDiagnostics"]
    assert pushed == []


def test_files_that_change_on_the_disk_are_read_again(client: Client, docs: Path) -> None:
    client.start(VSCODE)
    client.open("a.md")
    assert codes(client.pulled("a.md")) == ["DUP003"]

    def changed(name: str, kind: int) -> None:
        client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": client.uri(name), "type": kind}]})

    (docs / "b.md").unlink()
    changed("b.md", 3)
    while client.pulled("a.md"):
        client.until(lambda message: message.get("method") == "workspace/diagnostic/refresh")
    (docs / "c.md").write_text(FERRY, "utf-8")
    changed("c.md", 1)
    while codes(client.pulled("a.md")) != ["DUP001"]:
        client.until(lambda message: message.get("method") == "workspace/diagnostic/refresh")
    (docs / "dedup.toml").write_text("ignore = ['DUP001']\n", "utf-8")
    changed("dedup.toml", 1)
    while client.pulled("a.md"):
        client.until(lambda message: message.get("method") == "workspace/diagnostic/refresh")


def test_a_renamed_file_is_not_compared_with_what_it_was(client: Client, docs: Path) -> None:
    (docs / "b.md").unlink()
    client.start(NEOVIM)
    client.open("a.md")
    assert client.published("a.md") == []
    (docs / "a.md").rename(docs / "new.md")
    client.close("a.md")
    client.open("new.md")
    assert client.published("new.md") == []


def test_a_wrong_configuration_is_shown_and_mended_by_saving_it(client: Client, docs: Path) -> None:
    (docs / "dedup.toml").write_text("min-words = 2\n", "utf-8")
    client.start(NEOVIM)
    client.open("a.md")
    message = client.until(lambda message: message.get("method") == "window/showMessage")
    assert "min-words = 2" in message["params"]["message"]
    (docs / "dedup.toml").write_text("min-words = 10\n", "utf-8")
    client.notify("textDocument/didSave", {"textDocument": {"uri": client.uri("dedup.toml")}})
    assert codes(client.published("a.md", bool)) == ["DUP003"]


def test_actions_change_the_text_as_they_say(client: Client, docs: Path) -> None:
    (docs / "b.md").write_text(FERRY.replace("seven", "eight") + "\n", "utf-8")
    (docs / "allowed.md").write_text("# Allowed\n", "utf-8")
    (docs / "dedup.toml").write_text("allow = 'allowed.md'\n", "utf-8")
    client.start(NEOVIM)
    client.open("b.md")
    [found] = client.published("b.md", bool)
    offered = {action["title"]: action for action in client.offered("b.md", found["range"])}
    assert set(offered) == {
        "Go to a.md:3",
        "Make this copy like a.md:3",
        "Ignore DUP002 here",
        "Allow this passage everywhere (allowed.md)",
        "Explain DUP002 near-paragraph",
    }

    def edit(title: str) -> dict:
        [(uri, [edit])] = offered[title]["edit"]["changes"].items()
        return {"uri": uri, **edit}

    assert edit("Make this copy like a.md:3")["newText"] == FERRY[:-1]
    assert edit("Allow this passage everywhere (allowed.md)")["uri"] == client.uri("allowed.md")
    ignore = edit("Ignore DUP002 here")
    client.change("b.md", {"range": ignore["range"], "text": ignore["newText"]})
    assert client.published("b.md") == []
    command = offered["Go to a.md:3"]["command"]
    client.request("workspace/executeCommand", {"command": command["command"], "arguments": command["arguments"]})
    shown = [message["params"] for message in client.received if message.get("method") == "window/showDocument"]
    assert [(each["uri"], each["selection"]["start"]["line"]) for each in shown] == [(client.uri("a.md"), 2)]


def test_words_that_differ_can_be_brought_back_one_by_one(client: Client, docs: Path) -> None:
    (docs / "a.md").write_text(f"{FERRY}\n\n{FERRY.replace('seven', 'eight').replace('morning', 'evening')}\n", "utf-8")
    (docs / "b.md").unlink()
    client.start(NEOVIM)
    client.open("a.md")
    second = next(each["range"] for each in client.published("a.md", bool) if each["range"]["start"]["line"] == 2)
    edits = [
        action["edit"]["changes"][client.uri("a.md")][0]
        for action in client.offered("a.md", second)
        if action["title"].startswith('"')
    ]
    assert [each["newText"] for each in edits] == ["seven", "morning"]
    for each in reversed(edits):
        client.change("a.md", {"range": each["range"], "text": each["newText"]})
    assert codes(client.published("a.md", bool)) == ["DUP001", "DUP001"]


def test_hover_and_lens_show_the_other_places(client: Client) -> None:
    client.start(NEOVIM, initializationOptions={"codeLens": True})
    client.open("a.md")
    client.published("a.md", bool)
    document = {"uri": client.uri("a.md")}
    hover = client.request("textDocument/hover", {"textDocument": document, "position": {"line": 2, "character": 4}})
    assert "b.md:3" in hover["contents"]["value"]
    assert "Confidence" in hover["contents"]["value"]
    above = client.request("textDocument/hover", {"textDocument": document, "position": {"line": 0, "character": 0}})
    assert above is None
    [lens] = client.request("textDocument/codeLens", {"textDocument": document})
    assert lens["command"]["title"] == "also in 1 place"


def test_a_lens_is_shown_only_to_those_who_ask(client: Client) -> None:
    assert "codeLensProvider" not in client.start(VSCODE)


def test_the_report_and_the_baseline_are_written_on_command(client: Client, docs: Path) -> None:
    (docs / "dedup.toml").write_text("baseline = 'known.txt'\n", "utf-8")
    client.start(NEOVIM)
    client.open("a.md")
    assert client.published("a.md", bool)
    page = Path(client.request("workspace/executeCommand", {"command": "dedup.report", "arguments": []}))
    assert "northern islands" in page.read_text("ascii")
    client.request("workspace/executeCommand", {"command": "dedup.updateBaseline", "arguments": []})
    assert (docs / "known.txt").read_text("utf-8").startswith("dedup baseline 1\n")
    assert client.published("a.md", lambda found: not found) == []
    assert client.end() == 0
    assert not page.exists()


def test_several_folders_keep_to_themselves(client: Client, docs: Path) -> None:
    other = docs.parent / "other"
    other.mkdir()
    (other / "dedup.toml").write_text("min-words = 30\n", "utf-8")
    for name in ("a.md", "b.md"):
        (other / name).write_text(f"{FERRY}\n", "utf-8")
    client.start(NEOVIM, docs, other)
    client.open("../other/a.md")
    assert client.published("../other/a.md") == []
    client.open("a.md")
    assert codes(client.published("a.md", bool)) == ["DUP003"]


def test_a_document_outside_of_all_folders_is_compared_with_itself(client: Client, docs: Path) -> None:
    alone = docs.parent / "alone.md"
    alone.write_text(f"{FERRY}\n\n{TICKETS}\n\n{TICKETS}\n", "utf-8")
    client.start(NEOVIM)
    client.open("../alone.md")
    assert codes(client.published("../alone.md", bool)) == ["DUP001", "DUP001"]


def test_reading_a_folder_can_be_cancelled(client: Client, docs: Path) -> None:
    for number in range(300):
        (docs / f"{number}.md").write_text(f"{number}\n\n{FERRY}\n" * 20, "utf-8")
    client.start(NEOVIM)
    begun = client.until(lambda message: message.get("method") == "$/progress")
    assert begun["params"]["value"]["cancellable"] is True
    client.notify("window/workDoneProgress/cancel", {"token": begun["params"]["token"]})
    client.until(lambda message: message.get("method") == "$/progress" and message["params"]["value"]["kind"] == "end")
    client.open("a.md", f"{TICKETS}\n\n{TICKETS}\n")
    assert codes(client.published("a.md", bool)) == ["DUP001", "DUP001"]


def test_a_request_that_waits_can_be_cancelled(client: Client, docs: Path) -> None:
    for number in range(100):
        words = (" ".join(f"w{number}x{at}x{line}" for at in range(20)) for line in range(20))
        (docs / f"{number}.md").write_text("\n\n".join(words), "utf-8")
    client.start(VSCODE)
    client.open("a.md")
    number = client.ask("textDocument/diagnostic", {"textDocument": {"uri": client.uri("a.md")}})
    client.notify("$/cancelRequest", {"id": number})
    answer = client.answer(number)
    assert "error" not in answer or answer["error"]["code"] == -32800
    assert client.pulled("a.md")


def test_malformed_messages_do_not_end_the_server(client: Client) -> None:
    client.start(NEOVIM)
    client.send_bytes(b"{not json")
    client.send_bytes(b'{"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": 3}}')
    client.send({"id": 900, "method": "textDocument/hover", "params": {"textDocument": 3}})
    assert client.answer(900)["error"]["code"] == -32602
    client.send({"id": 901, "method": "textDocument/nothing", "params": {}})
    assert client.answer(901)["error"]["code"] == -32601
    client.notify("textDocument/didChange", {
        "textDocument": {"uri": client.uri("never-opened.md"), "version": 2}, "contentChanges": [replaced("x")]
    })  # fmt: skip
    client.open("a.md", f"\ud800 {FERRY}\n")
    assert codes(client.published("a.md", bool)) == ["DUP003"]
    assert client.end() == 0


def test_the_server_ends_when_the_client_dies(client: Client) -> None:
    client.start(NEOVIM)
    client.open("a.md")
    client.published("a.md", bool)
    assert client.process.stdin is not None
    client.process.stdin.close()
    assert client.process.wait(60) is not None


def test_a_document_of_a_megabyte_is_checked(client: Client) -> None:
    words = "\n\n".join(" ".join(f"w{line}x{at}" for at in range(20)) for line in range(6_000))
    assert len(words) > 1_000_000
    client.start(NEOVIM)
    client.open("a.md", f"{words}\n\n{FERRY}\n")
    [found] = client.published("a.md", bool)
    assert found["range"]["start"]["line"] == 12_000
    client.change("a.md", inserted(6_000, 0, f"{TICKETS}\n\n{TICKETS}\n\n"))
    assert codes(client.published("a.md", bool)) == ["DUP001", "DUP001", "DUP003"]


def test_what_an_archive_has_is_shown(client: Client, docs: Path) -> None:
    with Archive(docs / "published.db") as archive:
        archive.add("old.md", f"{TICKETS}\n", published=date(2020, 12, 21))
    (docs / "pyproject.toml").write_text("[tool.dedup]\narchive = 'published.db'\n", "utf-8")
    client.start(NEOVIM)
    client.open("a.md", f"🎈 {TICKETS}\n")
    [found] = client.published("a.md", bool)
    assert (found["code"], found["range"]["start"]) == ("DUP004", {"line": 0, "character": 5})
    assert "published before in 1 document" in found["message"]
    assert "2020-12-21" in found["message"]
    [related] = found["relatedInformation"]
    path = Path(path_of(related["location"]["uri"]))
    assert (path.name, path.read_text("utf-8")) == ("old.md", f"{TICKETS}\n")
    assert related["location"]["range"]["start"] == {"line": 0, "character": 0}
    here = {"textDocument": {"uri": client.uri("a.md")}, "position": {"line": 0, "character": 20}}
    hovered = client.request("textDocument/hover", here)
    assert related["location"]["uri"] in hovered["contents"]["value"]
    client.change("a.md", replaced("# Ferry\n"))
    assert client.published("a.md") == []


def test_a_published_document_is_not_compared_with_what_it_was(client: Client, docs: Path) -> None:
    with Archive(docs / "published.db") as archive:
        archive.add("a.md", f"{TICKETS}\n")
        archive.add("news/old.md", f"{FERRY}\n")
    (docs / "pyproject.toml").write_text("[tool.dedup]\narchive = 'published.db'\n", "utf-8")
    (docs / "b.md").unlink()
    client.start(NEOVIM)
    client.open("a.md", f"{TICKETS}\n\n{FERRY}\n")
    [found] = client.published("a.md", bool)
    assert (found["code"], found["range"]["start"]["line"]) == ("DUP004", 2)


def test_files_that_are_renamed_or_deleted_elsewhere_are_followed(client: Client, docs: Path) -> None:
    client.start(EMACS)
    client.open("a.md")
    assert codes(client.published("a.md", bool)) == ["DUP003"]
    (docs / "b.md").rename(docs / "later.md")
    moved = {"oldUri": client.uri("b.md"), "newUri": client.uri("later.md")}
    client.notify("workspace/didRenameFiles", {"files": [moved]})
    client.open("later.md")
    assert codes(client.published("later.md", bool)) == ["DUP003"]
    client.close("later.md")
    (docs / "later.md").unlink()
    changes = [{"uri": client.uri("b.md"), "type": 3}, {"uri": client.uri("later.md"), "type": 3}]
    client.notify("workspace/didChangeWatchedFiles", {"changes": changes})
    assert client.published("a.md", lambda found: not found) == []
