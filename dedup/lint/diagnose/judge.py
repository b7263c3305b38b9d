"""What every repeat is: its rule, its strongest places, and how likely an editor acts on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.lint.diagnose.classify import Classes, classify, missing_paragraphs
from dedup.lint.diagnose.confidence import confidences
from dedup.lint.diagnose.cut import cut
from dedup.lint.diagnose.evidence import features
from dedup.lint.diagnose.pages import Pages
from dedup.lint.diagnose.readable import readable
from dedup.lint.diagnose.sections import sections
from dedup.lint.diagnose.table import TokenTable, placed
from dedup.lint.texts import Texts
from dedup.match.merge import Repeats
from dedup.text.reading import Reading


class Judged(NamedTuple):
    """Repeats and what they are, row by row."""

    repeats: Repeats
    rules: NDArray[np.int64]
    """int64 (r,): 1 to 4, of DUP001 to DUP004."""
    strongest: NDArray[np.int64]
    """int64 (r, 2): the two strongest places, as their numbers."""
    features: NDArray[np.float64]
    """float64 (r, k): what speaks for and against each."""
    confidence: NDArray[np.float64]
    """float64 (r,): how likely an editor acts on each, to four places as it is shown."""

    def take(self, rows: NDArray[np.int64]) -> Judged:
        """Return the rows with these numbers."""
        repeats = self.repeats.take(rows)
        shift = repeats.offsets[:-1] - self.repeats.offsets[:-1][rows]
        return Judged(
            repeats, self.rules[rows], self.strongest[rows] + shift[:, None], self.features[rows], self.confidence[rows]
        )


def judge(
    table: TokenTable,
    repeats: Repeats,
    classes: Classes,
    readings: Sequence[Reading],
    pages: Pages,
    rule: int | None = None,
) -> Judged:
    """Return what each repeat of some classes is, or that it is of a `rule`.

    Costs n log n in the places and their words.
    """
    found = features(table, repeats, classes, readings, pages)
    strongest = np.column_stack((classes.strongest, classes.second))
    rules = classes.rules if rule is None else np.full(len(classes.rules), rule, np.int64)
    return Judged(repeats, rules, strongest, found, confidences(found).round(4))


def classified(
    table: TokenTable, found: Repeats, texts: Texts, min_words: int, within: bool
) -> tuple[Pages, Repeats, Classes]:
    """Return the pages of texts, and their repeats as a reader sees them, with their classes.

    Parameters
    ----------
    table
        The tokens that were compared.
    found
        What `dedup.match.merge.repeats_of` found in them.
    texts
        The texts.
    min_words
        Minimum length of a passage.
    within
        Whether each text is compared with itself only.
    """
    repeats = cut(table, placed(found, table.documents), min_words)
    pages = Pages.read([source.path for source in texts.sources], table, repeats, texts.pages)
    repeats = repeats.with_more(sections(table, repeats))
    repeats = repeats.take(readable(table, repeats, texts.readings, min_words))
    return pages, *_completed(table, repeats, texts.readings, texts.focus, min_words, within)


def _completed(
    table: TokenTable, repeats: Repeats, readings: Sequence[Reading], focus: int, min_words: int, within: bool
) -> tuple[Repeats, Classes]:
    """Return the repeats and, behind them, paragraphs that stand whole in several places, but in no repeat with all;
    and the classes of all.

    What stands in the navigation, banners and footers of several pages alone is not among them.

    focus : how many of the texts, the first ones, findings are about
    within : whether each text is compared with itself only
    """
    classes = classify(table, repeats, min_words)
    missing = missing_paragraphs(table, repeats, classes.rules, focus, min_words, within)
    missing = missing.take(readable(table, missing, readings, min_words))
    return repeats.with_more(missing), classes.with_more(classify(table, missing, min_words), len(repeats.first))
