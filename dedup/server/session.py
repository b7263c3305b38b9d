"""What is open, what is found in it, and when it is looked at again.

Three threads: that of the event loop, which owns this object; one that reads a document after each keystroke and
answers at once, and alone changes the folders; and a slow one, which reads whole folders and compares with all of them.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import Any, Final, NamedTuple

from dedup.lint.config_file import FILES
from dedup.lint.errors import LintError
from dedup.lint.findings import Report
from dedup.lint.sources.discover import below
from dedup.progress import Progress
from dedup.server.folder import Folder
from dedup.server.work import Worker

PAUSE: Final = 1.0
"""Seconds without a keystroke after which a document is compared with the whole folder, if more may be found so."""
TOGETHER: Final = 0.1
"""Seconds in which changes on the disk are collected: a commit that is checked out changes many files."""


class Opened(NamedTuple):
    """A document that is open in the editor."""

    path: str
    uri: str
    version: int | None
    text: str


class Result(NamedTuple):
    """What was found in a document."""

    opened: Opened
    folder: Folder
    name: str
    """The path under which the folder has the document."""
    report: Report
    complete: bool
    """Whether it was compared with the whole folder, or that could add nothing."""
    full: Report | None
    """The last complete report about the document, of this or an earlier text."""


class CancelledError(Exception):
    """Reading a folder was cancelled by the user."""


class Session:
    """The documents and folders of one editor. Its methods are called in the thread of the event loop.

    Parameters
    ----------
    loop
        The event loop.
    shown
        Is called with a document and each new result for it; None if it is no longer checked.
    failed
        Is called with a message for the user.
    begin
        Is called with a folder that is about to be read, and a function to which it passes a `Progress` that may raise
        `CancelledError`.
    finished
        Is called with a folder that was read, and its `Progress`.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        shown: Callable[[Opened, Result | None], None],
        failed: Callable[[str], None],
        begin: Callable[[str, Callable[[Progress], None]], None],
        finished: Callable[[Progress], None],
    ) -> None:
        self.opened: dict[str, Opened] = {}
        self.results: dict[str, Result] = {}
        self.folders: dict[str, Folder] = {}
        self._loop, self._shown, self._failed = loop, shown, failed
        self._begin, self._finished = begin, finished
        self._roots: list[str] = []
        self._unread: set[str] = set()
        self._skipped: dict[str, Opened] = {}
        self._queued: set[tuple[str, int]] = set()
        self._waiting: dict[str, list[asyncio.Future[Result | None]]] = {}
        self._later: dict[str, asyncio.TimerHandle] = {}
        self._changed: set[str] = set()
        self._unlisted: set[str] = set()
        self._quick = Worker("dedup: documents", self._report_error)
        self._slow = Worker("dedup: folders", self._report_error)

    # Folders

    def add_folder(self, root: str) -> None:
        """Read a folder, or read it again; what was known of it is used until then."""
        if root not in self._roots:
            self._roots.append(root)
        self._unread.discard(root)
        self._begin(root, lambda progress: self._slow.add(partial(self._fill, root, progress)))

    def remove_folder(self, root: str) -> None:
        """Forget a folder. Its open documents are compared with nothing but themselves, and each other."""
        if root in self._roots:
            self._roots.remove(root)
        self.folders.pop(root, None)
        self._look_again(self.opened)

    def _fill(self, root: str, progress: Progress) -> None:
        try:
            folder = Folder(root)
            try:
                folder.fill(progress)
            except CancelledError:
                folder = Folder(root, alone=True)  # otherwise opening a document would have all files read
                self._post(self._failed, f"{root}: only open documents are compared, because reading was cancelled.")
            self._post(self._install, root, folder)
        except (LintError, OSError) as error:
            self._post(self._failed, f"{root} is not checked: {error}")
            self._post(self._give_up, root)
        finally:
            self._post(self._finished, progress)

    def _install(self, root: str, folder: Folder) -> None:
        if root in self._roots:
            self.folders[root] = folder
            self._unlisted.clear()
            self._look_again(path for path in self.opened if self._root_of(path) == root)

    def _give_up(self, root: str) -> None:
        self._unread.add(root)
        for path in [path for path in self._waiting if self._root_of(path) == root]:
            self._answer(path, None)

    # Documents

    def open(self, opened: Opened) -> None:
        """Take a document that was opened, or its new text."""
        self.opened[opened.path] = opened
        self._look_again([opened.path])

    def close(self, path: str) -> None:
        """Forget a document: what is on the disk counts again."""
        self.opened.pop(path, None)
        self.results.pop(path, None)
        self._skipped.pop(path, None)
        self._answer(path, None)
        self._cancel_later(path)
        self._quick.add(partial(self._closed, path))

    def saved(self, path: str) -> None:
        """Take that a document was saved: it may be a configuration."""
        if self._decides(path):
            self.files_changed([path])

    def files_changed(self, paths: Iterable[str]) -> None:
        """Look at files again that were created, changed or deleted on the disk."""
        if not self._changed:
            self._loop.call_later(TOGETHER, self._rescan_changed)
        self._changed.update(paths)

    async def result(self, path: str) -> Result | None:
        """Return what was found in a document as it is now, when that is known; None if it is not checked."""
        opened = self.opened.get(path)
        if opened is None:
            return None
        found = self.current(path)
        if found is not None or self._skipped.get(path) is opened:
            return found
        if self._root_of(path) in self._unread - self.folders.keys():
            return None
        future: asyncio.Future[Result | None] = self._loop.create_future()
        self._waiting.setdefault(path, []).append(future)
        return await future

    def current(self, path: str) -> Result | None:
        """Return what was found in a document, if its text is still the same."""
        found = self.results.get(path)
        return found if found is not None and found.opened is self.opened.get(path) else None

    # In the thread of the event loop

    def _post(self, function: Callable[..., None], *arguments: Any) -> None:
        with suppress(RuntimeError):  # the loop has ended: nobody wants to know
            self._loop.call_soon_threadsafe(function, *arguments)

    def _report_error(self, error: Exception) -> None:
        self._post(self._failed, f"dedup could not check a document ({type(error).__name__}: {error}).")

    def _look_again(self, paths: Iterable[str]) -> None:
        for path in paths:
            self._queue(path)

    def _found(self, result: Result) -> None:
        path = result.opened.path
        if self.opened.get(path) is not result.opened:
            return
        self.results[path] = result
        self._skipped.pop(path, None)
        self._cancel_later(path)
        if not result.complete:
            wait = self._loop.call_later(PAUSE, lambda: self._slow.add(partial(self._in_full, result), 1))
            self._later[path] = wait
        self._answer(path, result)
        self._shown(result.opened, result)

    def _found_in_full(self, result: Result, report: Report) -> None:
        if self.results.get(result.opened.path) is result:  # otherwise it has been looked at again since
            self._found(result._replace(report=report, complete=True, full=report))

    def _unchecked(self, opened: Opened) -> None:
        if self.opened.get(opened.path) is opened:
            self._skipped[opened.path] = opened
            before = self.results.pop(opened.path, None)
            self._cancel_later(opened.path)
            self._answer(opened.path, None)
            if before is not None:
                self._shown(opened, None)

    def _answer(self, path: str, result: Result | None) -> None:
        for future in self._waiting.pop(path, ()):
            if not future.done():
                future.set_result(result)

    def _cancel_later(self, path: str) -> None:
        waiting = self._later.pop(path, None)
        if waiting is not None:
            waiting.cancel()

    def _root_of(self, path: str) -> str | None:
        """Return the innermost folder of the workspace that a path is in."""
        return max((root for root in self._roots if below(path, [root])), key=len, default=None)

    def _decides(self, path: str) -> bool:
        """Return whether a file decides what is read, or what is reported."""
        name = os.path.basename(path)
        return name in (*FILES, ".gitignore") or any(
            os.path.realpath(path) in folder.watched for folder in list(self.folders.values())
        )

    def _rescan_changed(self) -> None:
        changed, self._changed = self._changed, set()
        if any(self._decides(path) for path in changed):
            for root in self._roots:
                self.add_folder(root)
            for root in [root for root, folder in self.folders.items() if folder.alone]:
                del self.folders[root]
            self._look_again(path for path in self.opened if self._root_of(path) is None)
            return
        for root in self._roots:  # one that is being read may have been read before the change
            self._slow.add(partial(self._post, self._rescan_next, root, frozenset(changed)))

    def _rescan_next(self, root: str, changed: frozenset[str]) -> None:
        if any(self._decides(path) for path in changed):  # what decides was not known before the folder was read
            self.add_folder(root)
        else:
            self._slow.add(partial(self._rescan, root, changed))

    # In the thread for documents

    def _queue(self, path: str, urgency: int = 0) -> None:
        """Look at a document again, once for all that has happened until then. Called in any thread."""
        if (path, urgency) not in self._queued:
            self._queued.add((path, urgency))
            self._quick.add(partial(self._update, path, urgency), urgency)

    def _folder_of(self, path: str) -> Folder | None:
        """Return the folder of a document; None if it is still being read."""
        root = self._root_of(path)
        if root is not None:
            return self.folders.get(root)
        root = os.path.dirname(path)
        if root not in self.folders:
            self.folders[root] = Folder(root, alone=True)
        return self.folders[root]

    def _update(self, path: str, urgency: int) -> None:
        """Read a document, if it has changed, and find out what is in it."""
        self._queued.discard((path, urgency))
        opened = self.opened.get(path)
        try:
            folder = self._folder_of(path)
            if opened is None or folder is None:
                return
            name = folder.name_of(path)
            if not folder.wants(name):
                self._post(self._unchecked, opened)
                return
            exists = name in self._unlisted or os.path.exists(name)
            if exists and name not in folder.index.entries and not folder.alone:
                if name not in self._unlisted:  # it is new, or git ignores it
                    self._unlisted.add(name)
                    self._slow.add(partial(self._rescan, folder.root, frozenset()))
                else:
                    self._post(self._unchecked, opened)
                return
            before = folder.index.entries.get(name)
            if before is None or before.source.text != opened.text:
                self._replace(folder, name, opened.text)
            self._check(folder, name, opened)
        except LintError as error:
            self._post(self._failed, str(error))
            if opened is not None:
                self._post(self._unchecked, opened)

    def _replace(self, folder: Folder, name: str, text: str | None) -> None:
        """Put a new text in the place of a file's, None for what is on the disk, and look at what shares it again."""
        before = folder.index.entries.get(name)
        after = folder.reread(name, text)
        both = [each for each in (before, after) if each is not None]
        seeds = [each.seeds for each in both]
        # whether titles and headings are reported depends on how many files have them
        same = len(both) == 2 and len({(each.titles, each.headed) for each in both}) == 1
        for path in list(self.opened):
            other = folder.name_of(path)
            if other == name or other not in folder.index.entries:
                continue
            if not same or folder.index.shares(other, seeds):
                self._queue(path, 1)

    def _check(self, folder: Folder, name: str, opened: Opened) -> None:
        if name not in folder.index.entries:  # a baseline
            self._post(self._unchecked, opened)
            return
        if self.opened.get(opened.path) is not opened:  # there is a newer text, which waits
            return
        before = self.results.get(opened.path)
        full = before.full if before is not None and before.folder is folder else None
        report, complete = folder.at_once(name, full)
        self._post(self._found, Result(opened, folder, name, report, complete, report if complete else full))

    def _closed(self, path: str) -> None:
        folder = self._folder_of(path)
        if folder is not None and path not in self.opened:
            name = folder.name_of(path)
            if name in folder.index.entries:
                if folder.alone:
                    folder.index.remove(name)
                else:
                    self._replace(folder, name, None)

    def _apply(self, folder: Folder, changed: list[str], gone: list[str]) -> None:
        texts = {folder.name_of(path): opened.text for path, opened in list(self.opened.items())}
        for name in gone:
            if name not in texts:
                folder.index.remove(name)
        for name in changed:
            self._unlisted.discard(name)
            if name not in texts or name not in folder.index.entries:
                folder.reread(name, texts.get(name))
        for path in list(self.opened):
            if self._folder_of(path) is folder:
                self._queue(path, 1)

    # In the slow thread

    def _in_full(self, result: Result) -> None:
        opened, folder = result.opened, result.folder
        files = folder.index.latest
        if self.opened.get(opened.path) is not opened or files.entries[result.name].source.text != opened.text:
            return
        report = folder.in_full(result.name, files)
        self._post(self._found_in_full, result, report)

    def _rescan(self, root: str, changed: frozenset[str]) -> None:
        folder = self.folders.get(root)
        if folder is None or folder.alone:
            return
        entries = dict(folder.index.entries)
        listed = [document.path for document in folder.listed()]
        fresh = [path for path in listed if path not in entries or path in changed]
        gone = list(entries.keys() - set(listed))
        if fresh or gone or self._unlisted:
            self._quick.add(partial(self._apply, folder, fresh, gone))
