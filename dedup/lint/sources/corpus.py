"""The files that those on the command line are compared with."""

from __future__ import annotations

import os
from collections.abc import Mapping

from dedup.lint.config import Config
from dedup.lint.sources.discover import NOTHING, Selection, select
from dedup.lint.sources.git import git
from dedup.text.markups import EXTENSIONS, markup_of


def configured(config: Config, focus: Selection, root: str) -> Selection:
    """Return the files below the configuration's folder that `include` names, without those in focus.

    Files that git ignores are not among them. Nothing if `include` is empty.

    root : the folder of the configuration, as the paths of the files are to begin
    """
    if not config.include:
        return NOTHING
    found = select([root], extensions=config.markups)
    return _beside(focus, found.without(lambda path: not config.included(path)))


def tracked(focus: Selection, extensions: Mapping[str, str] = EXTENSIONS) -> Selection:
    """Return the files of a known extension that git tracks in the repository around the working folder.

    Those in focus are not among them.

    Raises
    ------
    GitError
        Git is not installed, or there is no repository.
    """
    names = [os.fsdecode(name) for name in git("ls-files", "-z", "--", ":/").split(b"\0") if name]
    # A file that was deleted, but not yet in a commit, is tracked and does not exist.
    there = [name for name in names if markup_of(name, extensions) is not None and os.path.lexists(name)]
    return _beside(focus, select(there, extensions=extensions))


def _beside(focus: Selection, corpus: Selection) -> Selection:
    """Return the corpus without the files in focus, whatever name leads to them."""
    in_focus = {os.path.realpath(document.path) for document in focus.documents}
    folders: dict[str, str] = {}

    def left_out(path: str) -> bool:
        folder, name = os.path.split(path)
        if folder not in folders:
            folders[folder] = os.path.realpath(folder)
        real = os.path.join(folders[folder], name)
        return real in in_focus or (os.path.islink(real) and os.path.realpath(real) in in_focus)

    return corpus.without(left_out)
