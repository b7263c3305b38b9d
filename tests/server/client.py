"""An editor that says no more than a test asks for: it speaks to ``dedup server`` over pipes."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Queue
from typing import Any

ANSWER = 120
"""Seconds after which a test gives up."""

VSCODE: dict[str, Any] = {
    "workspace": {
        "workspaceFolders": True,
        "didChangeWatchedFiles": {"dynamicRegistration": True},
        "diagnostics": {"refreshSupport": True},
        "workspaceEdit": {"documentChanges": True},
    },
    "textDocument": {
        "publishDiagnostics": {"relatedInformation": True, "tagSupport": {"valueSet": [1, 2]}},
        "diagnostic": {"dynamicRegistration": True, "relatedDocumentSupport": False},
    },
    "window": {"workDoneProgress": True, "showDocument": {"support": True}},
    "general": {"positionEncodings": ["utf-16"]},
}
NEOVIM: dict[str, Any] = {
    "workspace": {"workspaceFolders": True, "didChangeWatchedFiles": {"dynamicRegistration": False}},
    "textDocument": {"publishDiagnostics": {"relatedInformation": True, "codeDescriptionSupport": True}},
    "window": {"workDoneProgress": True, "showDocument": {"support": True}},
    "general": {"positionEncodings": ["utf-8", "utf-16"]},
}
EMACS: dict[str, Any] = {
    "workspace": {"workspaceFolders": True, "didChangeWatchedFiles": {"dynamicRegistration": True}},
    "textDocument": {"publishDiagnostics": {"relatedInformation": False}},
    "general": {"positionEncodings": ["utf-32", "utf-8", "utf-16"]},
}

Message = dict[str, Any]


class Client:
    """A running server, and what it sends."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dedup", "server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env={**os.environ, "DEDUP_CACHE_DIR": str(folder.parent / "cache")},
        )
        self.received: list[Message] = []
        self.refuses: set[str] = set()
        """Methods of requests of the server that are answered with an error."""
        self._inbox: Queue[Message | None] = Queue()
        self._number = 0
        self._versions: dict[str, int] = {}
        self._thread = threading.Thread(target=self._receive, daemon=True)
        self._thread.start()

    def _receive(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while header := stream.readline():
            size = int(header.split(b":")[1])
            while stream.readline().strip():
                pass
            self._inbox.put(json.loads(stream.read(size)))
        self._inbox.put(None)
        stream.close()

    def send_bytes(self, body: bytes) -> None:
        """Send a message, whatever it is."""
        stream = self.process.stdin
        assert stream is not None
        stream.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        stream.flush()

    def send(self, message: Message) -> None:
        self.send_bytes(json.dumps({"jsonrpc": "2.0", **message}).encode())

    def notify(self, method: str, params: Any) -> None:
        self.send({"method": method, "params": params})

    def request(self, method: str, params: Any = None) -> Any:
        """Return the result of a request; `AssertionError` with the error, if there is one."""
        answer = self.answer(self.ask(method, params))
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def ask(self, method: str, params: Any = None) -> int:
        self._number += 1
        self.send({"id": self._number, "method": method, "params": params})
        return self._number

    def answer(self, number: int | str) -> Message:
        """Return the answer to a request, which may have an error."""
        return self.until(lambda message: message.get("id") == number and "method" not in message)

    def until(self, wanted: Callable[[Message], bool]) -> Message:
        """Return the next message that is wanted, and keep all others."""
        while True:
            message = self._inbox.get(timeout=ANSWER)
            assert message is not None, "the server has ended"
            self.received.append(message)
            if "id" in message and "method" in message:
                fault = {"error": {"code": -32603, "message": "no"}} if message["method"] in self.refuses else {}
                result = {"success": True} if message["method"] == "window/showDocument" else None
                self.send({"id": message["id"], **(fault or {"result": result})})
            if wanted(message):
                return message

    def start(self, capabilities: Message, *folders: Path, **options: Any) -> Message:
        """Say hello, and return what the server can do."""
        named = [{"uri": folder.as_uri(), "name": folder.name} for folder in folders or (self.folder,)]
        params = {
            "processId": os.getpid(),
            "rootUri": None,
            "capabilities": capabilities,
            "workspaceFolders": named,
            **options,
        }
        result: Message = self.request("initialize", params)
        self.notify("initialized", {})
        return result["capabilities"]

    def uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def open(self, name: str, text: str | None = None) -> None:
        """Open a document, with what is on the disk or another text."""
        text = (self.folder / name).read_text("utf-8") if text is None else text
        self._versions[name] = 1
        item = {"uri": self.uri(name), "languageId": "markdown", "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def change(self, name: str, *changes: Message) -> int:
        """Change a document, and return its version."""
        self._versions[name] += 1
        document = {"uri": self.uri(name), "version": self._versions[name]}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": list(changes)})
        return self._versions[name]

    def close(self, name: str) -> None:
        self.notify("textDocument/didClose", {"textDocument": {"uri": self.uri(name)}})

    def published(self, name: str, wanted: Callable[[list[Message]], bool] = lambda found: True) -> list[Message]:
        """Return the next diagnostics of the present version of a document that are wanted."""
        version = self._versions[name]

        def is_wanted(message: Message) -> bool:
            params = message.get("params")
            return (
                message.get("method") == "textDocument/publishDiagnostics"
                and params["uri"] == self.uri(name)
                and params.get("version") == version
                and wanted(params["diagnostics"])
            )

        return self.until(is_wanted)["params"]["diagnostics"]

    def pulled(self, name: str) -> list[Message]:
        """Ask for the diagnostics of a document."""
        return self.request("textDocument/diagnostic", {"textDocument": {"uri": self.uri(name)}})["items"]

    def offered(self, name: str, area: Message) -> list[Message]:
        """Ask for code actions."""
        context = {"diagnostics": []}
        params = {"textDocument": {"uri": self.uri(name)}, "range": area, "context": context}
        return self.request("textDocument/codeAction", params)

    def gone(self) -> None:
        """Be gone without a word."""
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.kill()
        self.process.wait()
        self._thread.join()

    def end(self) -> int:
        """Say goodbye, and return the exit code."""
        self.request("shutdown")
        self.notify("exit", None)
        return self.process.wait(ANSWER)


@contextmanager
def editor(folder: Path) -> Iterator[Client]:
    """Run a server for the time of a test."""
    client = Client(folder)
    try:
        yield client
    finally:
        client.gone()


def replaced(text: str) -> Message:
    """A change of the whole text."""
    return {"text": text}


def inserted(line: int, character: int, text: str) -> Message:
    """A change that inserts a text."""
    place = {"line": line, "character": character}
    return {"range": {"start": place, "end": place}, "text": text}


def codes(found: list[Message]) -> list[str]:
    return sorted(each["code"] for each in found)
