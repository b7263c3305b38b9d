"""What is left of repeated passages when places of them are suppressed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dedup.kernels.rows import bounds, owner
from dedup.lint.config import Config
from dedup.lint.diagnose.classify import classify
from dedup.lint.diagnose.judge import Judged, judge
from dedup.lint.diagnose.pages import Pages
from dedup.lint.diagnose.table import TokenTable
from dedup.lint.rules import PASSAGES
from dedup.lint.suppress.allowlist import Allowed
from dedup.lint.suppress.apply import Places, Rules, allowed_places, kept, suppressed
from dedup.lint.texts import Texts
from dedup.match.chains import Alignments
from dedup.match.merge import Repeats

Ints = NDArray[np.int64]


def without_suppressed(
    texts: Texts,
    table: TokenTable,
    pages: Pages,
    judged: Judged,
    rules: Rules,
    config: Config,
    allowed: Allowed | None,
    *,
    rule: int | None = None,
) -> tuple[Judged, set[tuple[int, int]]]:
    """Return the repeats of the places that are not suppressed, and the comments that suppressed any.

    A repeat that has lost places is judged again: it may break another rule, and then what names a rule is asked
    again. Where the first place of a near repeat is gone, the others are compared with the first that is left, and
    those that are not alike enough go too. With `rule`, all are of that rule.

    Cost: linear in the places of the texts in which anything is suppressed.
    """
    used: set[tuple[int, int]] = set()
    settled: list[Judged] = []
    while len(judged.rules):
        places = places_of(table, judged.repeats)
        shift = table.documents[places.documents]
        allows = allowed_places(allowed, places.documents, judged.repeats.first - shift, judged.repeats.stop - shift)
        found = suppressed(rules, places, [PASSAGES[rule - 1] for rule in judged.rules.tolist()], allows)
        used |= found.used
        rows, left, lost = kept(places, found.places, texts.focus)
        if not lost.any():
            settled.append(judged.take(rows))
            break
        settled.append(judged.take(rows[~lost]))
        smaller = _reduced(table, judged.repeats, left, rows[lost], config.min_similarity, texts.focus)
        judged = judge(table, smaller, classify(table, smaller, config.min_words), texts.readings, pages, rule)
    if not settled:
        return judged, used
    whole = settled[0]
    for part in settled[1:]:
        whole = _joined(whole, part)
    return whole, used


def _joined(one: Judged, other: Judged) -> Judged:
    return Judged(
        one.repeats.with_more(other.repeats),
        np.append(one.rules, other.rules),
        np.concatenate((one.strongest, other.strongest + one.repeats.offsets[-1])),
        np.concatenate((one.features, other.features)),
        np.append(one.confidence, other.confidence),
    )


def places_of(table: TokenTable, repeats: Repeats) -> Places:
    """Return the places of repeats in characters."""
    return Places(repeats.offsets, repeats.documents, *table.spans(repeats.first, repeats.stop))


def _reduced(table: TokenTable, repeats: Repeats, left: Ints, rows: Ints, min_similarity: float, focus: int) -> Repeats:
    """Return the repeats of the places that are left, of some rows, such as are alike enough and in focus."""
    row = owner(repeats.offsets)[left]
    sizes: list[int] = []
    near: list[bool] = []
    places: list[tuple[int, float, list[tuple[int, int]]]] = []
    for number in rows.tolist():
        those = left[np.searchsorted(row, number) : np.searchsorted(row, number, side="right")].tolist()
        whole = (int(repeats.first[those[0]]), int(repeats.stop[those[0]]))
        found: list[tuple[int, float, list[tuple[int, int]]]] = [(those[0], 1.0, [whole])]
        for place in those[1:]:
            if those[0] == repeats.offsets[number]:  # the place that all are compared with is still there
                span = slice(int(repeats.runs[place]), int(repeats.runs[place + 1]))
                runs = list(zip(repeats.run_first[span].tolist(), repeats.run_stop[span].tolist(), strict=True))
                share = float(repeats.shares[place])
            else:
                runs, share = _aligned(table, whole, (int(repeats.first[place]), int(repeats.stop[place])))
            if share >= min_similarity:
                found.append((place, share, runs))
        if len(found) > 1 and any(repeats.documents[place] < focus for place, _, _ in found):
            sizes.append(len(found))
            near.append(any(share < 1 for _, share, _ in found))
            places += found
    at = np.array([place for place, _, _ in places], np.int64)
    flat = np.array([run for _, _, runs in places for run in runs], np.int64).reshape(-1, 2)
    return Repeats(
        bounds(np.array(sizes, np.int64)),
        np.array(near, np.bool_),
        np.array([share for _, share, _ in places], np.float64),
        repeats.documents[at],
        repeats.first[at],
        repeats.stop[at],
        bounds(np.array([len(runs) for _, _, runs in places], np.int64)),
        flat[:, 0],
        flat[:, 1],
    )


def _aligned(table: TokenTable, first: tuple[int, int], other: tuple[int, int]) -> tuple[list[tuple[int, int]], float]:
    """Return the runs of `other` that it shares with `first`, and the share of aligned words that are equal."""
    from difflib import SequenceMatcher  # deferred: rarely needed

    there, here = (table.hashes[slice(*place)].tolist() for place in (first, other))
    if there == here:  # as in every place of an exact repeat, of which there may be thousands
        return [other], 1.0
    blocks = SequenceMatcher(None, there, here, False).get_matching_blocks()
    # an empty block at the beginning, as there is one at the end: what differs there counts too
    a, b, size = np.array([(0, 0, 0), *blocks], np.int32).T
    alignment = Alignments(a + np.int32(first[0]), b + np.int32(other[0]), size, np.array([0, len(size)]))
    matched, changed = (int(weights.sum()) for weights in alignment.weigh(table.weight))
    runs = [(other[0] + block.b, other[0] + block.b + block.size) for block in blocks if block.size]
    return runs, matched / (matched + changed)
