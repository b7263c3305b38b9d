"""From files to a report: decode, read, find repeats."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from dedup.lint.decode import UndecodableError, decode
from dedup.lint.files import Document, Selection, reason
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


def lint(selection: Selection, settings: Settings, open_file: Callable[[str], bytes]) -> Report:
    """Read the selected files and report what is repeated in and among them, and what could not be read.

    `open_file` gives the bytes of a path, or raises `OSError`. Cost: that of reading and `repeats_in`, then linear
    in the places.
    """
    failures = list(selection.failures)
    sources: dict[str, Source] = {}
    readings: dict[Hashable, Reading] = {}
    for document in selection.documents:
        text = _load(document, settings.encoding, open_file)
        if isinstance(text, Failure):
            failures.append(text)
        else:
            sources[document.path] = Source(document.path, text)
            readings[document.path] = read(text, document.markup, settings.blocks)
    repeats = repeats_in(readings, min_words=settings.min_words, min_similarity=settings.min_similarity)
    return judge(sources, readings, repeats, failures)


def _load(document: Document, encoding: str | None, open_file: Callable[[str], bytes]) -> str | Failure:
    try:
        return decode(open_file(document.path), encoding)
    except OSError as error:
        return Failure(document.path, reason(error))
    except UndecodableError as error:
        return Failure(document.path, str(error), error.readable)
