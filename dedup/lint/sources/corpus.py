"""What the files on the command line are compared with, beside each other."""

import os

from dedup.lint.config import Config
from dedup.lint.sources.discover import NOTHING, Selection, known, select
from dedup.lint.sources.git import git


def configured(config: Config, focus: Selection) -> Selection:
    """The files below the configuration's folder that ``include`` names, git does not ignore and are not in focus;
    nothing where nothing is included."""
    if not config.include:
        return NOTHING
    return _beside(focus, select([os.path.relpath(config.root)]).without(lambda path: not config.included(path)))


def tracked(focus: Selection) -> Selection:
    """The files of a known type that git tracks in the repository around the working folder, and not in focus.

    Raises:
        GitError: git is not installed, or there is no repository.
    """
    names = [os.fsdecode(name) for name in git("ls-files", "-z", "--", ":/").split(b"\0") if name]
    # What was deleted and not yet committed is tracked, but not there.
    return _beside(focus, select([name for name in names if known(name) and os.path.lexists(name)]))


def _beside(focus: Selection, corpus: Selection) -> Selection:
    """The corpus without the files in focus, whatever name leads to them."""
    held = {os.path.realpath(document.path) for document in focus.documents}
    return corpus.without(lambda path: os.path.realpath(path) in held)
