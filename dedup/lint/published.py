"""Which passages of the files were published before: what an archive has of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dedup.kernels.rows import owner
from dedup.lint.config import Config
from dedup.lint.diagnose.classify import classify
from dedup.lint.diagnose.judge import Judged, classified, judge
from dedup.lint.diagnose.pages import Pages
from dedup.lint.diagnose.table import TokenTable
from dedup.lint.errors import LintError
from dedup.lint.findings import Source
from dedup.lint.rank import rank
from dedup.lint.rules import PASSAGES, published_passage
from dedup.lint.suppress.allowlist import Allowed, Hashes
from dedup.lint.suppress.apply import Rules
from dedup.lint.suppress.comments import without_ignores
from dedup.lint.suppress.passages import without_suppressed
from dedup.lint.texts import Texts
from dedup.match.merge import Repeats, repeats_of
from dedup.match.stream import QUARTERS

if TYPE_CHECKING:
    from dedup.archive.archive import Archive
    from dedup.archive.search import Found

SCHEME: Final = "archive:"
"""What the paths of documents of the archive begin with: their keys may be the paths of files that are read too."""

_RULE: Final = PASSAGES.index(published_passage.RULE.code) + 1


class Published(NamedTuple):
    """What of one text was published before."""

    document: int
    """The number of the text among all that were read."""
    texts: Texts
    """The text, and the documents that it was compared with."""
    table: TokenTable
    judged: Judged
    found: Found

    def more(self, min_words: int) -> Iterator[tuple[int, str]]:
        """Yield of each passage how many further documents have it, and when it was first published, or "".

        Linear in the places, times the documents that are only counted.
        """
        from dedup.archive.candidates import count

        repeats, left = self.judged.repeats, self.found.left
        for row, (begin, end) in enumerate(pairwise(repeats.offsets.tolist())):
            further, dates = 0, []
            for place in range(begin, end):
                document = int(repeats.documents[place])
                if document:
                    published = self.found.documents[document - 1].published
                    dates += [] if published is None else [f"{published:%Y-%m-%d}"]
                elif len(left.documents):
                    least = min_words * QUARTERS if repeats.near[row] else None
                    first, stop = int(repeats.first[place]), int(repeats.stop[place])
                    further = max(further, count(left, self.table.weight, first, stop, least))
            yield further, min(dates, default="")


def open_archive(config: Config) -> Archive | None:
    """Return the archive that is configured, open; None if there is none, or what is in it is not reported.

    Raises
    ------
    LintError
        It cannot be opened.
    """
    if not config.archive or not config.reports(published_passage.RULE.code):
        return None
    from dedup.archive.errors import ArchiveError

    try:
        from dedup.archive.archive import Archive

        return Archive(config.archive, create=False)
    except (ArchiveError, ModuleNotFoundError, ValueError) as error:
        raise LintError(str(error)) from error


def published(
    texts: Texts, archive: Archive, config: Config, passages: Sequence[Hashes]
) -> tuple[list[Published], set[tuple[int, int]], int]:
    """Return what of the texts in focus was published before.

    Parameters
    ----------
    texts
        What was read.
    archive
        What was published.
    config
        What counts, and is reported.
    passages
        What may stand anywhere.

    Returns
    -------
    found
        For each text with such passages.
    used
        Comments that suppressed any, each as the number of its text and where it begins.
    weaker
        How many passages are not reported because their confidence is too low.
    """
    several: list[Published] = []
    used: set[tuple[int, int]] = set()
    weaker = 0
    for number in range(texts.focus):
        source, reading = texts.sources[number], texts.readings[number]
        found = archive.candidates(
            without_ignores(reading), min_words=config.min_words, key=_key(source.path, archive, config)
        )
        if not found.documents:
            continue
        sources = [Source(f"{SCHEME}{document.key}", document.text) for document in found.documents]
        own = Texts([source, *sources], [reading, *found.readings], 1)
        table, pages, judged = _judged(own, config)
        allowed = Allowed(passages, own.readings, config.min_words) if passages else None
        rules = Rules.of(own, config)
        judged, comments = without_suppressed(own, table, pages, judged, rules, config, allowed, rule=_RULE)
        judged = judged.take(np.flatnonzero(_archived(judged.repeats)))
        used |= {(number, start) for document, start in comments if document == 0}
        ranked = rank(own, table, judged, (), (), config)
        weaker += ranked.weaker
        several.append(Published(number, own, table, ranked.judged, found))
    return several, used, weaker


def _key(path: str, archive: Archive, config: Config) -> str:
    """Return the key that a file has in an archive: its path as it is, or below the folder of the configuration."""
    return path if path in archive else config.below_root(path)


def _judged(texts: Texts, config: Config) -> tuple[TokenTable, Pages, Judged]:
    """Return the tokens and the pages of some texts, and the passages of the first that the others have too."""
    compared = [without_ignores(reading) for reading in texts.readings]
    table = TokenTable.of(compared)
    repeats = repeats_of(compared, 1, config.min_words, config.min_similarity)
    pages, repeats, _ = classified(table, repeats, texts, config.min_words, within=False)
    repeats = repeats.take(np.flatnonzero(_archived(repeats)))
    classes = classify(table, repeats, config.min_words)
    return table, pages, judge(table, repeats, classes, texts.readings, pages, _RULE)


def _archived(repeats: Repeats) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which repeats have a place in the first text and one in another."""
    row = owner(repeats.offsets)
    size = len(repeats.near)
    inside = np.bincount(row, repeats.documents == 0, size) > 0
    return inside & (np.bincount(row, repeats.documents > 0, size) > 0)
