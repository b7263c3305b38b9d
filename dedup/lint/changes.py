"""The words in which a near place differs from the first place of its repeat."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from dedup.lint.findings import Change
from dedup.text.reading import Reading

SHOWN_CHANGES = 3
"""Changes that a message names; of the others only their number."""

_LONGEST = 60  # characters of a change that are quoted


@dataclass(frozen=True)
class Words:
    """A run of tokens: `first` to `behind` - 1 of a reading. What is asked of it is kept, for the first place of a
    repeat is compared with all others."""

    reading: Reading
    first: int
    behind: int

    @cached_property
    def hashes(self) -> list[int]:
        """The token hashes."""
        hashes: list[int] = self.reading.tokens.hashes[self.first : self.behind].tolist()
        return hashes

    @cached_property
    def starts(self) -> list[int]:
        """Where each token begins."""
        starts: list[int] = self.reading.tokens.starts[self.first : self.behind].tolist()
        return starts

    @cached_property
    def ends(self) -> list[int]:
        """Where each token ends."""
        ends: list[int] = self.reading.tokens.ends[self.first : self.behind].tolist()
        return ends

    def span(self, start: int, stop: int) -> tuple[int, int]:
        """The span of its tokens `start` to `stop` - 1; of no token, the end of the one before, or its own
        beginning."""
        if start < stop:
            return self.starts[start], self.ends[stop - 1]
        border = self.ends[stop - 1] if stop else self.starts[0]
        return border, border


def find_changes(first: Words, other: Words, matched: Sequence[tuple[int, int]]) -> tuple[Change, ...]:
    """What has changed from `first` to `other`; `matched` are the spans of the runs of `other` that it shares with
    `first`."""
    there, here = first.hashes, other.hashes
    if len(matched) == 1 and here == there and matched[0] == other.span(0, len(here)):
        return ()
    # In lists and not with `token_runs`: three calls of NumPy a place take longer than all the rest.
    shared = [(bisect_left(other.starts, start), bisect_right(other.ends, end)) for start, end in matched]
    changes = []
    for was_start, was_stop, start, stop in changed_runs(there, here, shared):
        was_from, was_to = first.span(was_start, was_stop)
        now_from, now_to = other.span(start, stop)
        was, now = first.reading.text[was_from:was_to], other.reading.text[now_from:now_to]
        changes.append(Change(now_from, now_to, was, now))
    return tuple(changes)


def changed_runs(
    first: Sequence[int], other: Sequence[int], matched: Sequence[tuple[int, int]]
) -> list[tuple[int, int, int, int]]:
    """The stretches that two rows of token hashes do not share: (start, stop) in `first` and (start, stop) in `other`.

    `matched` are the runs [start, stop) of `other` that it shares with `first`, ascending; in `first` they stand in
    the same order, and each is taken where it first fits. Linear, but for words that stand very often.
    """
    pairs: list[tuple[int, int, int, int]] = []
    position = 0
    for number, (start, stop) in enumerate(matched):
        if (
            number == len(matched) - 1
            and position <= len(first) - (stop - start)
            and first[-(stop - start) :] == other[start:stop]
        ):
            position = len(first) - (stop - start)  # a near place ends with a run, and so does the first place
        while start < stop:
            at, length = _longest(first, position, other[start:stop])
            if length:
                pairs.append((at, at + length, start, start + length))
                position = at + length
            start += length or 1
    changed = []
    done_first = done_other = 0
    for first_start, first_stop, other_start, other_stop in [*pairs, (len(first), len(first), len(other), len(other))]:
        if first_start > done_first or other_start > done_other:
            changed.append((done_first, first_start, done_other, other_start))
        done_first, done_other = first_stop, other_stop
    return changed


def _longest(row: Sequence[int], position: int, run: Sequence[int]) -> tuple[int, int]:
    """Where, from `position` on, the longest beginning of `run` stands first, and its length; it may be 0."""
    best, length = position, 0
    at, size = position - 1, len(run)
    while True:
        try:
            at = row.index(run[0], at + 1)
        except ValueError:
            return best, length
        # nearly always it stands there whole, and is compared at once
        if at + size <= len(row) and row[at + size - 1] == run[-1] and row[at : at + size] == run:
            return at, size
        count = 1
        while count < len(run) and at + count < len(row) and row[at + count] == run[count]:
            count += 1
        if count > length:
            best, length = at, count


def describe(changes: Iterable[Change], limit: int = SHOWN_CHANGES) -> str:
    """The changes in words: ``"old" -> "new"; "more" added; "less" left out``; distinct ones, then how many more
    there are."""
    distinct = list(dict.fromkeys((change.was, change.now) for change in changes))
    said = [_describe(was, now) for was, now in distinct[:limit]]
    if len(distinct) > limit:
        said.append(f"and {len(distinct) - limit:,} more")
    return "; ".join(said)


def _describe(was: str, now: str) -> str:
    if not was:
        return f"{_quote(now)} added"
    if not now:
        return f"{_quote(was)} left out"
    return f"{_quote(was)} -> {_quote(now)}"


def _quote(words: str) -> str:
    flat = " ".join(words.split())
    if len(flat) > _LONGEST:
        flat = f"{flat[: _LONGEST // 2].rstrip()} … {flat[-_LONGEST // 2 :].lstrip()}"
    return f'"{flat}"'
