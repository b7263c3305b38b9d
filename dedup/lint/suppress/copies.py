"""Which edited passages and which of their stale copies are suppressed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dedup.kernels.rows import bounds
from dedup.lint.diagnose.table import TokenTable
from dedup.lint.rules import stale_copy
from dedup.lint.stale.copies import Stale, merged, places
from dedup.lint.suppress.allowlist import Allowed
from dedup.lint.suppress.apply import Places, Rules, allowed_places, suppressed
from dedup.lint.texts import Texts


def without_suppressed_copies(
    rules: Rules, texts: Texts, table: TokenTable, found: Sequence[Stale], allowed: Allowed | None
) -> tuple[list[Stale], set[tuple[int, int]]]:
    """Return the edited passages without the copies that are suppressed, and the comments that suppressed any.

    Passages that were edited in the same way and keep the same copies become one.

    A passage goes if its own place is suppressed, or all its copies are. A copy on the allow-list is suppressed.
    Linear in the places.
    """
    if not found:
        return [], set()
    documents, first, stop = np.array([run for stale in found for run in places(texts, stale)], np.int64).T
    shift = table.documents[documents]
    offsets = bounds(np.array([1 + len(stale.copies) for stale in found]))
    spans = Places(offsets, documents, *table.spans(first + shift, stop + shift))
    codes = [stale_copy.RULE.code] * len(found)
    gone = suppressed(rules, spans, codes, allowed_places(allowed, documents, first, stop))
    left = []
    for stale, low in zip(found, offsets[:-1].tolist(), strict=True):
        copies = tuple(copy for number, copy in enumerate(stale.copies, low + 1) if not gone.places[number])
        if copies and not gone.places[low]:
            left.append(stale._replace(copies=copies))
    return merged(texts, left), gone.used
