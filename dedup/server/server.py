"""The server: requests and notifications of the editor, and those that it is sent."""

from __future__ import annotations

import asyncio
import logging
import os
import tempfile
import webbrowser
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidRequest, JsonRpcServerNotInitialized
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol

import dedup
from dedup.lint.reporters.names import count, valid
from dedup.lint.rules import RULES
from dedup.progress import Progress, silent
from dedup.server import actions, commands
from dedup.server.diagnostics import diagnostics
from dedup.server.positions import Positions
from dedup.server.session import CancelledError, Opened, Result, Session
from dedup.server.uris import Addresses, path_of, uri_of
from dedup.text.markups import EXTENSIONS

REPORT: Final = "dedup.report"
UPDATE_BASELINE: Final = "dedup.updateBaseline"

_STEP: Final = 50  # files between two reports of progress


class _Protocol(LanguageServerProtocol):
    """The protocol, which also answers requests that cannot be understood, or that come too early or too late."""

    _begun = _ended = False

    def structure_message(self, data: dict[str, Any]) -> Any:
        try:
            if "jsonrpc" in data and "method" in data and "id" in data:
                self._admit(data["method"])
            return super().structure_message(data)
        except JsonRpcException as error:
            if "method" in data and "id" in data:  # who asked would wait for ever
                self._send_response(data["id"], error=error.to_response_error())
            raise

    def _admit(self, method: object) -> None:
        if self._ended or (self._begun and method == types.INITIALIZE):
            raise JsonRpcInvalidRequest(f"{method} cannot follow {types.SHUTDOWN if self._ended else method}")
        if not self._begun and method != types.INITIALIZE:
            raise JsonRpcServerNotInitialized(f"{method} cannot come before {types.INITIALIZE}")
        self._begun, self._ended = True, method == types.SHUTDOWN


class Server(LanguageServer):
    """A language server for one editor, on standard input and output."""

    session: Session
    positions: Positions

    def __init__(self) -> None:
        super().__init__("dedup", dedup.__version__, protocol_cls=_Protocol)
        self.pulls = False
        self._pages = tempfile.TemporaryDirectory(prefix="dedup-")
        self._address = Addresses(self._pages.name)
        self._tasks: set[asyncio.Future[None]] = set()
        self._bars: dict[Progress, str] = {}
        for method, handler, options in (
            (types.INITIALIZE, self._initialize, None),
            (types.INITIALIZED, self._initialized, None),
            (types.TEXT_DOCUMENT_DID_OPEN, self._did_open, None),
            (types.TEXT_DOCUMENT_DID_CHANGE, self._did_change, None),
            (types.TEXT_DOCUMENT_DID_SAVE, self._did_save, None),
            (types.TEXT_DOCUMENT_DID_CLOSE, self._did_close, None),
            (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, self._did_change_files, None),
            (types.WORKSPACE_DID_CREATE_FILES, self._did_create_files, _EVERY_FILE),
            (types.WORKSPACE_DID_RENAME_FILES, self._did_rename_files, _EVERY_FILE),
            (types.WORKSPACE_DID_DELETE_FILES, self._did_delete_files, _EVERY_FILE),
            (types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, self._did_change_folders, None),
            (types.TEXT_DOCUMENT_CODE_ACTION, self._code_action, types.CodeActionOptions(_ACTION_KINDS)),
            (types.TEXT_DOCUMENT_HOVER, self._hover, None),
        ):
            self.feature(method, options)(partial(handler))  # pygls marks a function, which a method does not allow
        for name, command in (
            (actions.GO_TO, self._go_to),
            (actions.OPEN_RULE, self._open_rule),
            (REPORT, self._report),
            (UPDATE_BASELINE, self._update_baseline),
        ):
            self.command(name)(partial(command))

    def close(self) -> None:
        """Remove the pages that were written for the editor to show."""
        self._pages.cleanup()

    # Beginning

    def _initialize(self, params: types.InitializeParams) -> None:
        self.positions = Positions(self.workspace.position_encoding or types.PositionEncodingKind.Utf16)
        loop = asyncio.get_running_loop()
        self.session = Session(loop, self._shown, self._failed, self._begin, self._finished)
        document, workspace = params.capabilities.text_document, params.capabilities.workspace
        refresh = bool(workspace and workspace.diagnostics and workspace.diagnostics.refresh_support)
        # a client that asks, and cannot be asked to ask again, is sent everything instead
        self.pulls = bool(document and document.diagnostic) and refresh
        if self.pulls:
            options = types.DiagnosticOptions(
                inter_file_dependencies=True, workspace_diagnostics=False, identifier="dedup"
            )
            self.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, options)(partial(self._diagnostic))
        asked = params.initialization_options
        if isinstance(asked, dict) and asked.get("codeLens") is True:
            self.feature(types.TEXT_DOCUMENT_CODE_LENS, types.CodeLensOptions())(partial(self._code_lens))
        able = [document.publish_diagnostics, document.diagnostic if self.pulls else None] if document else []
        self._related = any(each.related_information for each in able if each)
        self._linked = any(each.code_description_support for each in able if each)
        window = params.capabilities.window
        self._shows = bool(window and window.show_document and window.show_document.support)
        self._has_bars = bool(window and window.work_done_progress)
        watched = workspace.did_change_watched_files if workspace else None
        self._watches = bool(watched and watched.dynamic_registration)
        self._roots = [folder.uri for folder in params.workspace_folders or ()]
        if not self._roots:
            root = params.root_uri or (params.root_path and uri_of(params.root_path))
            self._roots = [root] if root else []

    async def _initialized(self, params: types.InitializedParams) -> None:
        for uri in self._roots:
            path = path_of(uri)
            if path is not None:
                self.session.add_folder(path)
        if self._watches:
            kinds = ",".join(extension[1:] for extension in EXTENSIONS)
            globs = (f"**/*.{{{kinds}}}", "**/{dedup.toml,pyproject.toml,.gitignore}")
            options = types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher(glob) for glob in globs])
            registration = types.Registration("dedup-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
            await self.client_register_capability_async(types.RegistrationParams([registration]))

    # Documents

    def _did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        document = params.text_document
        path = path_of(document.uri)
        if path is not None:
            self.session.open(Opened(path, document.uri, document.version, valid(document.text)))

    def _did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        path = path_of(params.text_document.uri)
        before = None if path is None else self.session.opened.get(path)
        if before is not None:
            text = valid(self.positions.changed(before.text, params.content_changes))
            self.session.open(before._replace(version=params.text_document.version, text=text))

    def _did_save(self, params: types.DidSaveTextDocumentParams) -> None:
        path = path_of(params.text_document.uri)
        if path is not None:
            self.session.saved(path)

    def _did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        path = path_of(params.text_document.uri)
        if path is not None:
            self.session.close(path)
            if not self.pulls:
                self._publish(params.text_document.uri, None, [])

    # Files and folders

    def _did_change_files(self, params: types.DidChangeWatchedFilesParams) -> None:
        self._files_changed(*(change.uri for change in params.changes))

    def _did_create_files(self, params: types.CreateFilesParams) -> None:
        self._files_changed(*(file.uri for file in params.files))

    def _did_rename_files(self, params: types.RenameFilesParams) -> None:
        self._files_changed(*(uri for file in params.files for uri in (file.old_uri, file.new_uri)))

    def _did_delete_files(self, params: types.DeleteFilesParams) -> None:
        self._files_changed(*(file.uri for file in params.files))

    def _files_changed(self, *uris: str) -> None:
        self.session.files_changed([path for path in map(path_of, uris) if path is not None])

    def _did_change_folders(self, params: types.DidChangeWorkspaceFoldersParams) -> None:
        for folder in params.event.removed:
            path = path_of(folder.uri)
            if path is not None:
                self.session.remove_folder(path)
        for folder in params.event.added:
            path = path_of(folder.uri)
            if path is not None:
                self.session.add_folder(path)

    # What is found

    async def _diagnostic(self, params: types.DocumentDiagnosticParams) -> types.RelatedFullDocumentDiagnosticReport:
        path = path_of(params.text_document.uri)
        result = None if path is None else await self.session.result(path)
        return types.RelatedFullDocumentDiagnosticReport(self._diagnostics(result))

    def _shown(self, opened: Opened, result: Result | None) -> None:
        if self.pulls:
            self.workspace_diagnostic_refresh(None)
        else:
            self._publish(opened.uri, opened.version, self._diagnostics(result))

    def _publish(self, uri: str, version: int | None, found: list[types.Diagnostic]) -> None:
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found, version))

    def _diagnostics(self, result: Result | None) -> list[types.Diagnostic]:
        if result is None:
            return []
        page = self._page if self._linked else None
        address = self._address if self._related else None
        return diagnostics(result.report, result.name, self.positions, page, address)

    def _page(self, code: str) -> str:
        """Return the address of a page about a rule, written for the editor to show."""
        path = Path(self._pages.name, f"{code}.md")
        if not path.exists():
            path.write_text(actions.rule_page(RULES[code]), encoding="utf-8")
        return uri_of(path.as_posix())

    def _subject(self, uri: str) -> actions.Subject | None:
        path = path_of(uri)
        result = None if path is None else self.session.current(path)
        if result is None:
            return None
        folder = result.folder
        markup = folder.index.entries[result.name].markup
        return actions.Subject(
            result.name,
            markup,
            result.report,
            self.positions,
            folder.root,
            folder.config.allow,
            self._shows,
            self._address,
        )

    def _code_action(self, params: types.CodeActionParams) -> list[types.CodeAction]:
        subject = self._subject(params.text_document.uri)
        return [] if subject is None else actions.actions(subject, params.range)

    def _hover(self, params: types.HoverParams) -> types.Hover | None:
        subject = self._subject(params.text_document.uri)
        return None if subject is None else actions.hover(subject, params.position)

    async def _code_lens(self, params: types.CodeLensParams) -> list[types.CodeLens]:
        path = path_of(params.text_document.uri)
        if path is not None:
            await self.session.result(path)
        subject = self._subject(params.text_document.uri)
        return [] if subject is None else actions.lenses(subject)

    # Commands

    async def _go_to(self, uri: str, start: Any, end: Any) -> None:
        span = types.Range(types.Position(**start), types.Position(**end))
        await self.window_show_document_async(types.ShowDocumentParams(uri, take_focus=True, selection=span))

    async def _open_rule(self, code: str) -> None:
        if code in RULES:
            await self.window_show_document_async(types.ShowDocumentParams(self._page(code), take_focus=True))

    async def _report(self) -> str:
        folders = [(folder, dict(folder.index.entries)) for folder in list(self.session.folders.values())]
        path = Path(self._pages.name, "report.html")
        await asyncio.to_thread(commands.write_report, folders, path)
        if self._shows:
            shown = types.ShowDocumentParams(uri_of(path.as_posix()), external=True)
            await self.window_show_document_async(shown)
        else:
            webbrowser.open(uri_of(path.as_posix()))
        return path.as_posix()

    async def _update_baseline(self) -> list[str]:
        written = []
        for root, folder in list(self.session.folders.items()):
            if folder.alone:
                continue
            if folder.config.baseline is None:
                self._failed(f"{root}: set baseline in the configuration to the file to write.")
                continue
            entries = dict(folder.index.entries)
            number = await asyncio.to_thread(commands.update_baseline, folder, entries)
            text = f"{folder.config.baseline}: baseline written with {count(number, 'passage')}."
            self.window_show_message(types.ShowMessageParams(types.MessageType.Info, text))
            written.append(folder.config.baseline)
            self.session.add_folder(root)
        return written

    # Messages

    def _failed(self, message: str) -> None:
        self.window_show_message(types.ShowMessageParams(types.MessageType.Warning, valid(message)))

    def _begin(self, root: str, start: Callable[[Progress], None]) -> None:
        if not self._has_bars:
            start(silent)
            return
        task = asyncio.ensure_future(self._begin_with_bar(root, start))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _begin_with_bar(self, root: str, start: Callable[[Progress], None]) -> None:
        token = f"dedup-{os.urandom(8).hex()}"
        try:
            await self.work_done_progress.create_async(token)
        except JsonRpcException:
            start(silent)
            return
        title = f"dedup: reading {os.path.basename(root)}"
        self.work_done_progress.begin(token, types.WorkDoneProgressBegin(title, cancellable=True, percentage=0))
        loop = asyncio.get_running_loop()

        def progress(what: str, done: int, total: int | None) -> None:
            if self.work_done_progress.tokens[token].cancelled():
                raise CancelledError
            if total and done % _STEP == 0:
                text = f"{what}: {done:,} of {total:,}"
                report = types.WorkDoneProgressReport(message=text, percentage=100 * done // total)
                loop.call_soon_threadsafe(partial(self.work_done_progress.report, token, report))

        self._bars[progress] = token
        start(progress)

    def _finished(self, progress: Progress) -> None:
        token = self._bars.pop(progress, None)
        if token is not None:
            self.work_done_progress.end(token, types.WorkDoneProgressEnd())


_ACTION_KINDS: Final = [types.CodeActionKind.QuickFix, types.CodeActionKind.Empty]
_EVERY_FILE: Final = types.FileOperationRegistrationOptions(
    [types.FileOperationFilter(types.FileOperationPattern("**/*"), scheme="file")]
)


def serve() -> None:
    """Serve the editor on standard input and output until it says that it ends, or is gone."""
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
    server = Server()
    try:
        server.start_io()
    finally:
        server.close()
