"""The copies of edited passages that keep the old wording."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.kernels.rows import bounds, distinct
from dedup.lint.diagnose.table import TokenTable
from dedup.lint.stale.passages import Passage, joined, passages
from dedup.lint.stale.version import Run, Version
from dedup.lint.texts import Texts
from dedup.match.merge import Repeats
from dedup.match.occurrences import Occurrences, Tokens, occurrences
from dedup.match.stream import QUARTERS
from dedup.text.reading import Reading

_LEAST: Final = 0.75
_ENOUGH: Final = 2
"""A copy holds the edited sentence whole, or part of it: three quarters, or twice the words of a repeat. On 50 commits
of the Rust book and of the PowerShell documentation, those that had less were other sentences that begin alike."""
_REACH: Final = 200  # tokens around code that are looked at


class Copy(NamedTuple):
    """A place that keeps the old wording of a passage."""

    document: int
    first: int
    """Its first token, in tokens of its text."""
    stop: int
    shift: int
    """How many tokens further on than in the old version it stands: old token t is token t + shift here."""


class Stale(NamedTuple):
    """An edited passage of a text, and its copies: one or more, in the order of the texts."""

    document: int
    passage: Passage
    copies: tuple[Copy, ...]
    alike: tuple[tuple[int, int, int], ...] = ()
    """Other places where the same was edited: the text, and its tokens [first, stop)."""


def merged(texts: Texts, found: Sequence[Stale]) -> list[Stale]:
    """Return edited passages with those as one that were edited in the same way and have the same copies."""
    rows: dict[object, list[Stale]] = {}
    for stale in found:
        new, unit = stale.passage.new_unit, stale.passage.unit
        words = [
            reading.tokens.hashes[slice(*run)].tobytes()
            for reading, run in ((texts.before[stale.document][0], unit), (texts.readings[stale.document], new))
        ]
        rows.setdefault((*words, tuple(copy[:3] for copy in stale.copies)), []).append(stale)
    return [row[0]._replace(alike=tuple(places(texts, other)[0] for other in row[1:])) for row in rows.values()]


def places(texts: Texts, stale: Stale) -> list[tuple[int, int, int]]:
    """Return the place where a passage was edited, and then its copies: the text and its tokens [first, stop) of each.

    Of a deleted passage, it is the token before it, or after it at the start of the text.
    """
    first, stop = stale.passage.new_unit
    if first == stop:
        first, stop = (first - 1, first) if first else (0, min(len(texts.readings[stale.document].tokens.hashes), 1))
    return [(stale.document, first, stop), *(copy[:3] for copy in stale.copies)]


def explained(texts: Texts, table: TokenTable, repeats: Repeats, stale: Sequence[Stale]) -> NDArray[np.bool_]:
    """Return which repeats only tell what a stale copy tells: each of their places lies in blocks of the edited passage
    or of one of its copies, and one of them in those of the passage.

    Cost: linear in the places, times the edited passages.
    """
    found = np.zeros(len(repeats.near), np.bool_)
    if not len(found):
        return found
    for passage in stale:
        runs = np.array([*places(texts, passage), *passage.alike], np.int64)
        first, stop = (table.documents[runs[:, 0]] + runs[:, column] for column in (1, 2))
        first, stop = table.opening[table.block_of(first)], table.closing[table.block_of(stop - 1)]
        order = np.argsort(first)
        at = np.searchsorted(first[order], repeats.first, side="right") - 1
        inside = (at >= 0) & (repeats.stop <= stop[order][at])
        of_passage = (first[0] <= repeats.first) & (repeats.stop <= stop[0])
        found |= np.logical_and.reduceat(inside, repeats.offsets[:-1]) & np.logical_or.reduceat(
            of_passage, repeats.offsets[:-1]
        )
    return found


class _Group(NamedTuple):
    """A passage, and what stands in for it when it is counted: as many words around it as a repeat needs."""

    document: int
    passage: Passage
    whole: Run


def stale_copies(texts: Texts, table: TokenTable, min_words: int, within: bool) -> list[Stale]:
    """Return the passages that were edited in the texts in focus, while copies of them keep the old wording.

    Parameters
    ----------
    texts
        The texts, with the earlier versions of those that have changed.
    table
        Their tokens.
    min_words
        The least number of words that a copy shares with the old version around the edited words, these included.
    within
        Whether copies are looked for in the same text only.

    Returns
    -------
    list of Stale
        In the order of the texts. A passage that stands as often as before in the texts that have changed was moved,
        and is not among them. Cost: linear in all tokens; that of `passages` for each text that has changed.
    """
    olds = [(document, versions[0]) for document, versions in texts.before.items() if versions]
    if not olds:
        return []
    versions = [Version(reading) for _, reading in olds]
    groups = []
    for number, (document, _) in enumerate(olds):
        if document < texts.focus:
            now = Version(texts.readings[document])
            for passage in passages(versions[number], now, min_words * QUARTERS):
                whole = _whole(versions[number], passage.unit, min_words * QUARTERS)
                if whole is None or not now.size:
                    continue
                if not _merged(passage, versions[number], now, texts.before[document][1:]):
                    groups.append(_Group(number, passage, whole))
    if not groups:
        return []
    return _Search(texts, table, olds, versions, groups, min_words, within).stale()


def _merged(passage: Passage, old: Version, new: Version, others: Sequence[Reading]) -> bool:
    """Return whether an edit came with a version that was merged: it has the new wording, or lacks what is deleted."""
    now = new.reading.tokens.hashes[slice(*passage.new_unit)].tobytes()
    gone = old.reading.tokens.hashes[slice(*passage.unit)].tobytes()
    theirs = (reading.tokens.hashes.tobytes() for reading in others)
    return any(gone not in text if passage.deleted else now in text for text in theirs)


def _whole(version: Version, unit: Run, least: int) -> Run | None:
    """Return a unit with as many tokens around it as it needs to weigh enough; None if there are not so many."""
    low, high = version.region(unit[0])
    first, stop = unit
    while version.weight((first, stop)) < least:
        if (first, stop) == (low, high):
            return None
        first, stop = max(low, first - 1), min(high, stop + 1)
    return first, stop


class _Search:
    def __init__(
        self,
        texts: Texts,
        table: TokenTable,
        olds: Sequence[tuple[int, Reading]],
        versions: Sequence[Version],
        groups: Sequence[_Group],
        min_words: int,
        within: bool,
    ) -> None:
        self.texts, self.table, self.versions, self.groups = texts, table, versions, groups
        self.documents = [document for document, _ in olds]
        self.min_words, self.within = min_words, within
        self.version = cache(lambda document: Version(texts.readings[document]))
        self.shift = bounds(np.array([version.size for version in versions]))
        self.old = Tokens(
            np.concatenate([version.reading.tokens.hashes for version in versions]),
            distinct(np.concatenate([base + v.table.regions for base, v in zip(self.shift, versions, strict=False)])),
        )

    def stale(self) -> list[Stale]:
        changed = np.zeros(len(self.texts.readings), np.bool_)
        changed[list(self.texts.before)] = True
        rows = [list(group.passage.core) for group in self.groups]
        found = self._occurrences(Tokens(self.table.hashes, self.table.regions), rows)
        before = self._occurrences(self.old, [list(group.whole) for group in self.groups])
        left = np.bincount(before.rows, minlength=len(self.groups))
        result = []
        for row, group in enumerate(self.groups):
            copies, now = [], 0
            for at, head, tail in zip(*(column[found.rows == row].tolist() for column in found[1:]), strict=True):
                document = int(np.searchsorted(self.table.documents, at, side="right")) - 1
                copy = self._copy(group, document, at - int(self.table.documents[document]), head, tail)
                if copy is not None:
                    copies.append(copy)
                    core = group.passage.core
                    whole = core[0] - head <= group.whole[0] and group.whole[1] <= core[1] + tail
                    now += whole and bool(changed[document])
            if copies and now < left[row]:
                result.append((group, copies))
        return self._joined(result)

    def _occurrences(self, searched: Tokens, runs: list[list[int]]) -> Occurrences:
        base = self.shift[[group.document for group in self.groups]]
        first, stop = (base + np.array(runs, np.int64).T).astype(np.int64)
        reach = max(group.whole[1] - group.whole[0] for group in self.groups) + self.min_words + _REACH
        return occurrences(searched, self.old, first, stop, self.min_words, reach)

    def _copy(self, group: _Group, document: int, at: int, head: int, tail: int) -> Copy | None:
        """Return the copy at a token of a text, of which some tokens before and after the core are equal; None if it
        does not hold enough of the passage."""
        passage, old = group.passage, self.versions[group.document]
        own = self.documents[group.document]
        core = passage.core
        run = core[0] - head, core[1] + tail
        shift = at - core[0]
        if old.weight(run) < self.min_words * QUARTERS or (self.within and document != own):
            return None
        first, stop = max(run[0], passage.unit[0]), min(run[1], passage.unit[1])
        common, least = old.weight((first, stop)), self.min_words * QUARTERS
        part = least <= common and common >= min(_ENOUGH * least, _LEAST * old.weight(passage.unit))
        version = self.version(document)
        code = old.is_code(passage.unit) or version.is_code((first + shift, stop + shift))
        if (first, stop) != passage.unit and (code or not part):
            return None
        if code and version.prose((run[0] + shift, run[1] + shift)) < least:
            return None
        copy = Copy(document, first + shift, stop + shift, shift)
        new = passage.new_unit
        if document == own and copy.first < new[1] and new[0] < copy.stop:
            return None
        for edge, token in zip(passage.edges, (core[0] + shift, core[1] + shift), strict=True):
            if edge and not (version.ends_block(token) if edge == "block" else version.ends_sentence(token)):
                return None
        return copy

    def _joined(self, found: list[tuple[_Group, list[Copy]]]) -> list[Stale]:
        """Return the passages, those of one paragraph as one that have the same copies."""
        result: list[Stale] = []
        last: tuple[_Group, list[Copy]] | None = None
        rows: list[list[tuple[_Group, list[Copy]]]] = []
        for group, copies in found:
            if last is not None and self._continues(*last, group, copies):
                rows[-1].append((group, copies))
            else:
                rows.append([(group, copies)])
            last = group, copies
        for row in rows:
            passage = joined([group.passage for group, _ in row])
            copies = [
                Copy(start.document, start.first, end.stop, start.shift)
                for start, end in zip(row[0][1], row[-1][1], strict=True)
            ]
            result.append(Stale(self.documents[row[0][0].document], passage, tuple(copies)))
        return result

    def _continues(self, group: _Group, copies: list[Copy], after: _Group, others: list[Copy]) -> bool:
        """Return whether a passage follows another, in the text and in all copies."""
        one, other = group.passage, after.passage
        if group.document != after.document or one.deleted != other.deleted or one.unit[1] != other.unit[0]:
            return False
        version = self.versions[group.document]
        if not one.deleted and version.block(*one.unit) != version.block(*other.unit):
            return False
        places = [(copy.document, copy.shift, copy.stop) for copy in copies]
        return places == [(copy.document, copy.shift, copy.first) for copy in others]
