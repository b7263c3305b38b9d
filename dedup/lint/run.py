"""From files to a report: decode, read, find repeats."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from dedup.lint.config import Config
from dedup.lint.diagnose.judge import judge
from dedup.lint.findings import Report
from dedup.lint.rules import Severity
from dedup.lint.sources.discover import NOTHING, Selection
from dedup.lint.sources.load import load
from dedup.lint.suppress.allowlist import Hashes
from dedup.lint.suppress.comments import without_ignores
from dedup.match.passages import repeats_in
from dedup.match.progress import Progress, silent

COMPARING = "comparing"


@dataclass(frozen=True, slots=True)
class Settings:
    """What is a repeat, what is meant to be one, and how files are read."""

    config: Config = field(default_factory=Config)
    encoding: str | None = None
    within: bool = False
    """Whether every file is compared with itself only."""
    whole: bool = True
    """Whether all was read that the files in focus may repeat: if not, a comment of no use is but a note."""
    passages: tuple[Hashes, ...] = ()
    """Standing passages, which may be repeated anywhere."""


def lint(
    selection: Selection,
    settings: Settings,
    open_file: Callable[[str], bytes],
    corpus: Selection = NOTHING,
    progress: Progress = silent,
) -> Report:
    """Read the selected files and report what is repeated in and among them, and what could not be read.

    They are also compared with those of the corpus, which are not in the selection; a repeat in the corpus alone is
    not reported. `open_file` gives the bytes of a path, or raises `OSError`. `progress` is told of "reading files" and
    "comparing". Cost: that of reading and of `repeats_in`, then linear in the places.
    """
    focus = {document.path for document in selection.documents}
    documents = (*selection.documents, *corpus.documents)
    sources, readings, unread = load(documents, settings.config.blocks, settings.encoding, open_file, progress)
    failures = [*selection.failures, *corpus.failures, *unread]
    progress(COMPARING, 0, None)
    config = settings.config
    find = partial(repeats_in, min_words=config.min_words, min_similarity=config.min_similarity)
    compared = {path: without_ignores(reading) for path, reading in readings.items()}
    if settings.within:
        repeats = [repeat for path in focus & compared.keys() for repeat in find({path: compared[path]})]
    else:
        repeats = find(compared, focus=[path for path in compared if path in focus])
    return judge(
        sources,
        readings,
        repeats,
        failures,
        focus=focus,
        config=config,
        passages=settings.passages,
        unused=None if settings.within else Severity.WARNING if settings.whole else Severity.NOTE,
    )
