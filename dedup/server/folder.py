"""A folder of the workspace: its configuration, its files, and what is found in one of them."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

from dedup import kernels
from dedup.lint.config import Config
from dedup.lint.config_file import find
from dedup.lint.errors import UndecodableError
from dedup.lint.findings import Report, Source
from dedup.lint.published import open_archive
from dedup.lint.rules import Compared, repeated_title
from dedup.lint.run import Settings, diagnosed, judged_report
from dedup.lint.sources import kept
from dedup.lint.sources.corpus import configured
from dedup.lint.sources.decode import decode
from dedup.lint.sources.discover import Document, below, markup_of, select
from dedup.lint.sources.load import load, read_file
from dedup.lint.suppress import baseline as baselines
from dedup.lint.suppress.allowlist import passages
from dedup.lint.suppress.baseline import Baseline, is_baseline, without_known
from dedup.lint.texts import AllPages, Texts
from dedup.match.merge import repeats_in_stream
from dedup.match.stream import QUARTERS
from dedup.progress import Progress, silent
from dedup.server.excerpts import AROUND
from dedup.server.index import Entry, Files, Index, Places, entry, ordered
from dedup.server.keep import with_kept
from dedup.text.markups import markup_of as known_markup
from dedup.text.reading import read

PLACES: Final = 60_000
"""Places of the seeds of a file in others up to which all of these are compared at a keystroke.

In a tree of 3,112 files, half have so few: comparing with all takes 80 ms of processor time then (median), 160 ms at
most for nineteen of twenty. Those with more, which share a template with thousands, take .8 s."""
INDEXING = "indexing"


class Folder:
    """A folder as one run of ``dedup lint`` in it sees it: one configuration, and the files to compare.

    Parameters
    ----------
    root
        The folder: an absolute path, with slashes.
    alone
        Whether it is no folder of the workspace, only where files outside of it lie: then nothing but files that are
        open is compared.

    Raises
    ------
    LintError
        The configuration, or a file that it names, cannot be used.
    """

    def __init__(self, root: str, alone: bool = False) -> None:
        self.root, self.alone = root, alone
        self.config: Config = find(root)
        self.index = Index(())
        self._names: dict[str, str] = {}
        allowed = passages(self.config.allow) if self.config.allow is not None else ()
        self._settings = Settings(config=self.config, whole=not alone, passages=tuple(allowed))
        self.baseline: Baseline = {}
        if self.config.baseline is not None and os.path.lexists(self.config.baseline):
            self.baseline = baselines.read(self.config.baseline)
        self._archives = threading.local()

    @property
    def watched(self) -> set[str]:
        """The files beside the texts on which findings depend."""
        named = {self.config.allow, self.config.baseline, *self.config.sources.values()}
        return {os.path.realpath(path) for path in named if path is not None}

    def wants(self, path: str) -> bool:
        """Return whether a file of this name is read: its extension is known, and it is not excluded."""
        return known_markup(path, self.config.markups) is not None and not self.config.excluded(path)

    def listed(self) -> list[Document]:
        """Return the files of the folder, and those that the configuration includes.

        Raises
        ------
        PathError
            The folder does not exist.
        """
        if self.alone:
            return []
        own = select([self.root], extensions=self.config.markups)
        documents = own.documents
        if not below(self.config.root, [self.root]):  # otherwise these are all of them
            documents += configured(self.config, own, self.config.root).documents
        return [document for document in documents if not self.config.excluded(document.path)]

    def fill(self, progress: Progress = silent) -> None:
        """Read all files. Linear in the texts.

        Parameters
        ----------
        progress
            Is called with the number of files that were read. What it raises is raised, and the folder stays empty.
        """
        documents = self.listed()
        place = kept.folder()
        store = None if place is None else kept.Kept(place)
        loaded = load(documents, self.config.blocks, None, read_file, progress, store)
        markups = {document.path: document.markup for document in documents}
        entries = []
        progress(INDEXING, 0, len(loaded.sources))
        for number, (path, source) in enumerate(loaded.sources.items(), 1):
            entries.append(entry(source, loaded.readings[path], markups[path]))
            progress(INDEXING, number, len(loaded.sources))
        self.index = Index(entries)
        self._names = {os.path.realpath(each): each for each in loaded.sources}

    def name_of(self, path: str) -> str:
        """Return the path under which a file is read, which may have several: by links, for example."""
        return path if path in self.index.entries else self._names.get(os.path.realpath(path), path)

    def reread(self, path: str, text: str | None = None) -> Entry | None:
        """Put a text, or what is on the disk, in the place of a file's, and return its entry.

        None, and the file is no longer compared, if it cannot be read or is a baseline.
        """
        markup = markup_of(path, self.config.markups)
        if text is None:
            with suppress(OSError, UndecodableError):
                text = decode(read_file(path), None, markup)
        if text is None or is_baseline(text):
            self.index.remove(path)
            return None
        found = entry(Source(path, text), read(text, markup, self.config.blocks), markup)
        self.index.put(found)
        return found

    @kernels.one_engine()
    def at_once(self, path: str, full: Report | None) -> tuple[Report, bool]:
        """Return what a keystroke is answered with, and whether it is all that there is to find.

        If the seeds of the file are in too many places, not all is compared: then what the last full report has stays,
        where the text has not changed since, and titles are compared only in full reports.
        """
        files = self.index.files()
        places = files.places(path)
        if places.number <= PLACES:
            return self._around(path, files, places), True
        beside = files.beside(path, places, self.config.min_words)
        ignored = (*self.config.ignore, repeated_title.RULE.code)
        settings = replace(self.settings(), config=replace(self.config, ignore=ignored))
        report = self._report([path, *beside.paths], 1, settings, files.entries, pages=beside.pages)
        return report if full is None else with_kept(report, full, path, files.entries), False

    @kernels.one_engine()
    def in_full(self, path: str, files: Files) -> Report:
        """Return what is found in one of some files, compared with all others: what ``dedup lint`` finds."""
        return self._around(path, files, files.places(path))

    def _around(self, path: str, files: Files, places: Places) -> Report:
        config = self.config
        longest = max((len(passage) for passage in self._settings.passages), default=0)
        around = files.around(path, places, config.min_words, AROUND + longest * QUARTERS)
        table = around.found.table
        kernels.expect(files.size)
        inside = int(table.documents[1])
        repeats = repeats_in_stream(around.found.stream, inside, config.min_words, config.min_similarity)
        entries = [files.entries[each] for each in around.paths]
        texts = Texts(
            [each.source for each in entries],
            around.found.readings([each.reading for each in entries]),
            1,
            markups=[each.markup for each in entries],
            pages=AllPages(around.pages, around.pages[:0]),
        )
        compared = Compared(texts.readings, 1, False, config.min_words, around.habits)
        report = judged_report(texts, table, repeats, compared, self.settings(), [])
        return without_known(report, self.baseline)

    def in_all(self, entries: Mapping[str, Entry], with_known: bool = False) -> Report:
        """Return what is found in all of some files.

        with_known : also findings that are in the baseline
        """
        paths = ordered(entries)
        return self._report(paths, len(paths), self.settings(), entries, with_known)

    def settings(self) -> Settings:
        """Return the settings, with an archive that this thread opened.

        Raises
        ------
        LintError
            The archive cannot be opened.
        """
        if getattr(self._archives, "open", None) is None:
            self._archives.open = open_archive(self.config)
        return replace(self._settings, archive=self._archives.open)

    def _report(
        self,
        paths: Sequence[str],
        focus: int,
        settings: Settings,
        entries: Mapping[str, Entry],
        with_known: bool = False,
        pages: AllPages | None = None,
    ) -> Report:
        chosen = [entries[path] for path in paths]
        texts = Texts(
            [each.source for each in chosen],
            [each.reading for each in chosen],
            focus,
            markups=[each.markup for each in chosen],
            pages=pages,
        )
        report = diagnosed(texts, settings, [])
        return report if with_known else without_known(report, self.baseline)
