"""Passages that were edited: the sentence, table row, or paragraph around the words that changed."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import reduce
from typing import Final, NamedTuple

from dedup.lint.stale.edits import Edit, edits
from dedup.lint.stale.version import Run, Version

_FARTHEST: Final = 400  # tokens by which an insertion that fits several places is moved


class Passage(NamedTuple):
    """A passage of the old version that was edited, in tokens of the old and the new version."""

    deleted: bool
    """Whether all of it is gone: one or more whole sentences."""
    edits: tuple[Edit, ...]
    unit: Run
    """The sentences, row or paragraph that were edited."""
    core: Run
    """What a copy must hold: the words that were edited, and their neighbours within the unit."""
    edges: tuple[str, str]
    """What must end in a copy where the core begins, and where it ends: "sentence", "block", or "" for nothing."""

    @property
    def new_unit(self) -> Run:
        """What the unit became. The words of a unit around its edits did not change."""
        first, last = self.edits[0], self.edits[-1]
        return first.new_first - (first.first - self.unit[0]), last.new_stop + (self.unit[1] - last.stop)


def passages(old: Version, new: Version, least: int) -> list[Passage]:
    """Return the passages that were edited between two versions of a text, in order.

    New paragraphs, items and rows are no edits of anything. What was deleted, or written anew without a word left, is
    a passage for each block that had at least `least` quarter words.

    Cost: that of `edits`.
    """
    every = _placed(old, new, edits(old.reading.tokens.hashes, new.reading.tokens.hashes))
    found: list[Passage] = []
    for edit in every:
        for passage in _passages(old, new, edit, least):
            last = found[-1] if found else None
            if last is not None and not last.deleted and not passage.deleted and last.unit[1] > passage.unit[0]:
                found[-1] = _joined(last, passage)
            else:
                found.append(passage)
    return [passage for passage in found if passage.deleted or _is_whole(passage, every)]


def _is_whole(passage: Passage, every: Sequence[Edit]) -> bool:
    """Return whether a unit was changed by the edits of its passage alone: not also by one that goes on in the next
    block, after which nothing tells where the unit ends."""
    first, stop = passage.unit
    begin = bisect_right(every, first, key=lambda edit: edit.stop)
    end = bisect_left(every, stop, key=lambda edit: edit.first)
    return set(every[begin:end]) <= set(passage.edits)


def joined(passages: Sequence[Passage]) -> Passage:
    """Return passages that follow each other as one."""
    return reduce(_joined, passages)


def _joined(one: Passage, other: Passage) -> Passage:
    return Passage(
        one.deleted,
        one.edits + other.edits,
        (min(one.unit[0], other.unit[0]), max(one.unit[1], other.unit[1])),
        (min(one.core[0], other.core[0]), max(one.core[1], other.core[1])),
        (one.edges[0] if one.core[0] <= other.core[0] else other.edges[0], other.edges[1]),
    )


def _passages(old: Version, new: Version, edit: Edit, least: int) -> list[Passage]:
    """Return what an edit is part of."""
    first, stop, new_first, new_stop = edit
    if not old.size:
        return []
    if first == stop:
        return _insertion(old, new, edit)
    blocks = old.blocks(first, stop)
    row = len(blocks) == 1
    whole = old.ends_sentence(first) and old.ends_sentence(stop)
    whole_block = row and blocks[0] == old.block(first, stop) and old.weight(blocks[0]) >= least
    if not row or whole_block or (new_first == new_stop and whole):
        return [
            Passage(True, (_within(edit, part),), part, part, ("", ""))
            for part in blocks
            if old.ends_sentence(part[0]) and old.ends_sentence(part[1]) and old.weight(part) >= least
        ]
    unit = old.sentence(first, stop)
    return [_passage(edit, unit, "sentence")]


def _insertion(old: Version, new: Version, edit: Edit) -> list[Passage]:
    at, _, new_first, new_stop = edit
    opens, closes = new.ends_block(new_first), new.ends_block(new_stop)
    border = at in (0, old.size) or old.ends_block(at)
    if opens and closes and border:
        return []
    before, after = at - 1, at + 1
    if opens and border:
        before = at
    elif closes and border:
        after = at
    if new.ends_sentence(new_first) and new.ends_sentence(new_stop) and old.ends_sentence(at):
        # a sentence was added to a paragraph: only a copy of the whole paragraph lacks it
        if border and before < at < after:
            after = at
        unit = old.block(before, after)
        edges = ("block" if at == unit[0] else "", "block" if at == unit[1] else "")
        return [Passage(False, (edit,), unit, unit, edges)]
    if old.ends_sentence(at):
        if new.ends_sentence(new_first) and not new.ends_sentence(new_stop):
            before = at
        elif new.ends_sentence(new_stop):
            after = at
    return [_passage(edit, old.sentence(before, after), "sentence")]


def _passage(edit: Edit, unit: Run, edge: str) -> Passage:
    first, stop = edit[:2]
    core = max(unit[0], first - 1), min(unit[1], stop + 1)
    return Passage(False, (edit,), unit, core, (edge if first == unit[0] else "", edge if stop == unit[1] else ""))


def _within(edit: Edit, part: Run) -> Edit:
    """Return the deletion of a part of what an edit deletes."""
    at = edit.new_first if part[0] == edit.first else edit.new_stop
    return Edit(*part, at, at)


def _placed(old: Version, new: Version, every: Sequence[Edit]) -> list[Edit]:
    """Return edits where they fit the blocks and sentences best."""
    found: list[Edit] = []
    for number, edit in enumerate(every):
        low = found[-1].stop if found else 0
        high = every[number + 1].first if number + 1 < len(every) else old.size
        found.append(_moved(old, new, edit, edit.first - low, high - edit.stop))
    return found


def _moved(old: Version, new: Version, edit: Edit, left: int, right: int) -> Edit:
    """Return an insertion or a deletion where it begins and ends with a block, or else with a sentence.

    What is inserted between equal words fits in several places: after "a b", the insertion of "c b" and that of
    "b c" before the "b" give the same text.

    left, right : how many words before and after it did not change
    """
    first, stop, new_first, new_stop = edit
    if first < stop and new_first < new_stop:
        return edit
    version, begin, end = (new, new_first, new_stop) if first == stop else (old, first, stop)
    hashes = version.reading.tokens.hashes
    shifts = [0]
    while (
        len(shifts) < _FARTHEST
        and len(shifts) <= left
        and hashes[begin + shifts[-1] - 1] == hashes[end + shifts[-1] - 1]
    ):
        shifts.append(shifts[-1] - 1)
    shift = 0
    while len(shifts) < _FARTHEST and shift < right and hashes[begin + shift] == hashes[end + shift]:
        shift += 1
        shifts.append(shift)
    for ends in (_is_border, Version.ends_sentence):
        for shift in shifts:
            if ends(version, begin + shift) and ends(version, end + shift):
                return Edit(*(side + shift for side in edit))
    return edit


def _is_border(version: Version, token: int) -> bool:
    return token in (0, version.size) or version.ends_block(token)
