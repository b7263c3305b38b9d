"""A client or a folder that does what it should not: the server goes on, and what it shows is right afterwards."""

import json
import shutil
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.server.client import NEOVIM, Client, codes, editor, inserted, replaced
from tests.server.test_server import FERRY, client, docs

__all__ = ["client", "docs"]

WRONG_REQUEST, NOT_STARTED = -32600, -32002


def still_right(client: Client) -> None:
    """Put the text of a document back: what is shown is what is repeated in it."""
    client.change("a.md", replaced(f"# Ferry\n\n{FERRY}\n"))
    [found] = client.published("a.md", bool)
    assert (found["code"], found["range"]["start"]) == ("DUP003", {"line": 2, "character": 0})
    assert client.end() == 0


def test_requests_before_the_first_and_after_the_last_are_refused(client: Client) -> None:
    hover = {"textDocument": {"uri": client.uri("a.md")}, "position": {"line": 0, "character": 0}}
    assert client.answer(client.ask("textDocument/hover", hover))["error"]["code"] == NOT_STARTED
    client.start(NEOVIM)
    assert client.answer(client.ask("initialize", {"capabilities": {}}))["error"]["code"] == WRONG_REQUEST
    client.request("shutdown")
    assert client.answer(client.ask("textDocument/hover", hover))["error"]["code"] == WRONG_REQUEST
    client.notify("exit", None)
    assert client.process.wait(60) == 0


def test_documents_that_are_no_files_are_left_alone(client: Client) -> None:
    client.start(NEOVIM)
    addresses = (
        "untitled:Untitled-1",
        "vscode-remote://ssh-remote+host/a.md",
        "git:/a.md?ref",
        "",
        "a.md",
        "file:",
        "%",
    )
    for uri in addresses:
        item = {"uri": uri, "languageId": "markdown", "version": 1, "text": f"{FERRY}\n\n{FERRY}\n"}
        client.notify("textDocument/didOpen", {"textDocument": item})
        document = {"uri": uri, "version": 2}
        client.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [replaced(FERRY)]})
        area = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}
        params = {"textDocument": {"uri": uri}, "range": area, "context": {"diagnostics": []}}
        assert client.request("textDocument/codeAction", params) == []
        client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    client.open("a.md")
    still_right(client)


def test_places_outside_of_the_text_are_brought_inside(client: Client) -> None:
    client.start(NEOVIM)
    client.open("a.md")
    client.published("a.md", bool)
    spots = [{"line": line, "character": at} for line in (-5, 0, 2, 3, 2**31 - 1) for at in (-1, 0, 3, 2**31 - 1)]
    for start in spots:
        for end in spots[::-3]:
            params = {"textDocument": {"uri": client.uri("a.md")}, "range": {"start": start, "end": end}}
            client.answer(client.ask("textDocument/codeAction", {**params, "context": {"diagnostics": []}}))
            client.change("a.md", {"range": {"start": start, "end": end}, "text": "🎈x\n"})
        client.answer(client.ask("textDocument/hover", {**params, "position": start}))
    still_right(client)


def test_two_thousand_changes_in_a_row_are_taken(client: Client) -> None:
    client.start(NEOVIM)
    client.open("a.md")
    client.published("a.md", bool)
    for number in range(1_000):
        client.change("a.md", inserted(2, number % 50, "🎈"))
        start, end = ({"line": 2, "character": number % 50 + units} for units in (0, 4))
        client.change("a.md", {"range": {"start": start, "end": end}, "text": ""})
    [found] = client.published("a.md")
    assert (found["code"], found["range"]["end"]["character"]) == ("DUP003", len(FERRY) - 1)
    still_right(client)


def test_halves_of_characters_are_replaced(client: Client) -> None:
    client.start(NEOVIM)
    client.open("a.md", f"\ud83c {FERRY}\n\n\udf88\n")
    assert codes(client.published("a.md", bool)) == ["DUP003"]
    client.change("a.md", inserted(0, 1, "\udf88\ud83c\udf88\ud800"))
    assert codes(client.published("a.md", bool)) == ["DUP003"]
    client.answer(client.ask("textDocument/hover\ud800", {"textDocument": {"uri": "file:///\ud800.md"}}))
    still_right(client)


def test_messages_of_random_parts_do_not_end_the_server(client: Client) -> None:
    chance = Random(0)
    client.start(NEOVIM)
    client.open("a.md")
    client.published("a.md", bool)
    area = {"start": {"line": 0, "character": 0}, "end": {"line": 2, "character": 5}}
    sent: list[dict[str, Any]] = [
        {"method": "textDocument/hover", "params": {
            "textDocument": {"uri": client.uri("a.md")}, "position": area["end"]}},
        {"method": "textDocument/codeAction", "params": {
            "textDocument": {"uri": client.uri("a.md")}, "range": area, "context": {"diagnostics": []}}},
        {"method": "workspace/executeCommand", "params": {"command": "dedup.goTo", "arguments": ["a", {}, {}]}},
        {"method": "workspace/didChangeWatchedFiles", "params": {"changes": [{"uri": client.uri("b.md"), "type": 1}]}},
        {"method": "window/workDoneProgress/cancel", "params": {"token": "none"}},
        {"method": "$/cancelRequest", "params": {"id": 3}},
    ]  # fmt: skip
    odd = (None, -1, 2**70, 1e300, "", "\0", [], {}, [[]], True, "file:///\0", client.uri("b.md"))

    def spoilt(value: Any) -> Any:
        if chance.random() < 0.15:
            return chance.choice(odd)
        if isinstance(value, dict):
            return {key: spoilt(each) for key, each in value.items() if chance.random() < 0.95}
        return [spoilt(each) for each in value] if isinstance(value, list) else value

    for number in range(600):
        message = spoilt(chance.choice(sent))
        if not isinstance(message, dict) or chance.random() < 0.1:
            body = json.dumps(message).encode()
            client.send_bytes(body[: chance.randrange(len(body) + 1)])
        else:
            client.send({"id": f"random {number}", **message} if chance.random() < 0.8 else message)
    still_right(client)


@pytest.mark.parametrize("end", [b"", b"Content-Length: 900\r\n\r\n{", b"Content-Le", b"Content-Length: x\r\n\r\n{}"])
def test_nothing_of_the_server_stays_when_its_client_is_gone(client: Client, docs: Path, end: bytes) -> None:
    for number in range(300):
        (docs / f"{number}.md").write_text(f"{number}\n\n{FERRY}\n" * 20, "utf-8")
    client.start(NEOVIM)
    client.until(lambda message: message.get("method") == "$/progress")  # files are being read
    assert client.process.stdin is not None
    client.process.stdin.write(end)
    client.process.stdin.close()
    assert client.process.wait(60) in (0, 1)


def test_files_that_are_no_texts_and_links_in_circles_are_passed_over(client: Client, docs: Path) -> None:
    (docs / "binary.md").write_bytes(bytes(range(256)) * 50)
    (docs / "image.md").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    (docs / "circle").symlink_to(docs)
    (docs / "nothing.md").symlink_to("nothing.md")
    (docs / "broken.md").symlink_to("gone.md")
    (docs / "folder.md").mkdir()
    client.start(NEOVIM)
    client.open("a.md")
    assert codes(client.published("a.md", bool)) == ["DUP003"]
    client.open("binary.md", f"{FERRY}\n")
    assert codes(client.published("binary.md", bool)) == ["DUP001"]
    client.close("binary.md")
    still_right(client)


def test_a_folder_that_is_gone_and_back_is_read_again(client: Client, docs: Path) -> None:
    client.start(NEOVIM)
    client.open("a.md")
    client.published("a.md", bool)
    changes = [{"uri": client.uri(name), "type": 3} for name in ("a.md", "b.md")]
    shutil.move(docs, docs.parent / "away")
    client.notify("workspace/didChangeWatchedFiles", {"changes": changes})
    client.change("a.md", inserted(0, 0, "x"))
    client.published("a.md")
    shutil.move(docs.parent / "away", docs)
    client.notify("workspace/didChangeWatchedFiles", {"changes": changes})
    still_right(client)


def test_a_folder_that_never_was_is_named(client: Client, docs: Path) -> None:
    client.start(NEOVIM, docs / "never", docs)
    warning = client.until(lambda message: message.get("method") == "window/showMessage")
    assert "never" in warning["params"]["message"]
    client.open("a.md")
    still_right(client)


def test_git_need_not_be_installed(docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = docs.parent / "empty"
    empty.mkdir()
    monkeypatch.setenv("PATH", str(empty))
    with editor(docs) as client:
        client.start(NEOVIM)
        client.open("a.md")
        still_right(client)
