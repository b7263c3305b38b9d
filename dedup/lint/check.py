"""From files to a report: decode, read, find repeats."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import partial

from dedup import kernels
from dedup.lint.config import Config
from dedup.lint.decode import UndecodableError, decode
from dedup.lint.files import NOTHING, Document, Selection, reason
from dedup.lint.findings import Failure, Report, Source
from dedup.lint.judge import judge
from dedup.match.passages import repeats_in
from dedup.text.reading import Reading, read

BLOCKS = frozenset({"prose", "list"})
"""The blocks that are compared: a heading, a table cell or a quotation that stands twice is most often meant."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What is a repeat, and how files are read; the defaults are those of the command line."""

    min_words: int = 8
    min_similarity: float = 0.6
    blocks: frozenset[str] = BLOCKS
    encoding: str | None = None
    within: bool = False
    """Whether every file is compared with itself only."""
    config: Config = field(default_factory=Config)
    """Which rules are reported, and how grave they are."""


def lint(
    selection: Selection,
    settings: Settings,
    open_file: Callable[[str], bytes],
    corpus: Selection = NOTHING,
) -> Report:
    """Read the selected files and report what is repeated in and among them, and what could not be read.

    They are also compared with those of the corpus, which are not in the selection; a repeat in the corpus alone is
    not reported. `open_file` gives the bytes of a path, or raises `OSError`. Cost: that of reading and `repeats_in`,
    then linear in the places.
    """
    failures = [*selection.failures, *corpus.failures]
    sources: dict[str, Source] = {}
    readings: dict[Hashable, Reading] = {}
    focus = {document.path for document in selection.documents}
    documents = (*selection.documents, *corpus.documents)
    for document in documents:
        text = _load(document, settings.encoding, open_file)
        if isinstance(text, Failure):
            failures.append(text)
        else:
            sources[document.path] = Source(document.path, text)
    # Loads the compiled kernels where all files together are worth it, though none may be alone.
    kernels.engine(sum(len(source.text) for source in sources.values()))
    for document in documents:
        if document.path in sources:
            text = sources[document.path].text
            readings[document.path] = read(text, document.markup, settings.blocks)
    find = partial(repeats_in, min_words=settings.min_words, min_similarity=settings.min_similarity)
    if settings.within:
        repeats = [repeat for path in focus & readings.keys() for repeat in find({path: readings[path]})]
    else:
        repeats = find(readings, focus=[path for path in readings if path in focus])
    return judge(sources, readings, repeats, failures, focus=focus, config=settings.config)


def _load(document: Document, encoding: str | None, open_file: Callable[[str], bytes]) -> str | Failure:
    try:
        return decode(open_file(document.path), encoding)
    except OSError as error:
        return Failure(document.path, reason(error))
    except UndecodableError as error:
        return Failure(document.path, str(error), error.readable)
