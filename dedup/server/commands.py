"""Commands about a whole folder: a report as a page, and the baseline."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from dedup.atomic import save
from dedup.lint.reporters import View, renderer
from dedup.lint.suppress import baseline as baselines
from dedup.server.folder import Folder
from dedup.server.index import Entry

Read = tuple[Folder, Mapping[str, Entry]]
"""A folder, and its files as they were at one moment."""


def write_report(folders: Sequence[Read], path: Path) -> None:
    """Write what is repeated in folders as one page for each, end to end: most editors have one folder open.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    render = renderer("html")
    pages = (render(folder.in_all(entries), View(folder=folder.root)) for folder, entries in folders)
    save(path, (piece.encode("utf-8", "replace") for page in pages for piece in page))


def update_baseline(folder: Folder, entries: Mapping[str, Entry]) -> int:
    """Write all findings to the baseline of a folder, and return how many passages it has.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    file = folder.config.baseline
    assert file is not None
    place = os.path.dirname(file)
    now = baselines.of(folder.in_all(entries, with_known=True), place)
    renewed = baselines.renewed(folder.baseline, now, set(entries), place)
    save(file, (line.encode("utf-8", "surrogateescape") for line in baselines.write(renewed)))
    return len(renewed)
