"""The words in which a near place differs from the first place of its repeat."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

from dedup.lint.diagnose.quotes import Quote, Said
from dedup.lint.findings import Change
from dedup.match.stream import QUARTERS

SHOWN_CHANGES = 3
"""Changes that a message names; of the others only their number."""

_LONGEST = 60  # characters of a change that are quoted


Runs = tuple[int, int, int, int]
"""What has changed: tokens [start, stop) of the first place, and of the other."""


@dataclass(frozen=True)
class Words:
    """A run of tokens: `first` to `behind` - 1 of what is `said`. What is asked of it is kept, for the first place of
    a repeat is compared with all others."""

    said: Said
    first: int
    behind: int

    @cached_property
    def hashes(self) -> list[int]:
        """The token hashes."""
        hashes: list[int] = self.said.reading.tokens.hashes[self.first : self.behind].tolist()
        return hashes

    @cached_property
    def starts(self) -> list[int]:
        """Where each token begins."""
        starts: list[int] = self.said.reading.tokens.starts[self.first : self.behind].tolist()
        return starts

    @cached_property
    def ends(self) -> list[int]:
        """Where each token ends."""
        ends: list[int] = self.said.reading.tokens.ends[self.first : self.behind].tolist()
        return ends

    def span(self, start: int, stop: int) -> tuple[int, int]:
        """The span of its tokens `start` to `stop` - 1; of no token, the end of the one before, or its own
        beginning."""
        tokens, at = self.said.reading.tokens, self.first
        if start < stop:
            return int(tokens.starts[at + start]), int(tokens.ends[at + stop - 1])
        border = int(tokens.ends[at + stop - 1] if stop else tokens.starts[at])
        return border, border

    def quote(self, start: int, stop: int) -> Quote:
        """Its tokens `start` to `stop` - 1 and what stands between them, as it is read."""
        hashes = self.said.reading.tokens.hashes[self.first + start : self.first + stop]
        return Quote(self.said, *self.span(start, stop), tuple(hashes.tolist()))

    def is_word(self, start: int, stop: int) -> bool:
        """Whether its tokens `start` to `stop` - 1 are no more than one word: one token, two ideographs."""
        if stop - start <= 1:
            return True
        weights = self.said.reading.tokens.weights[self.first + start : self.first + stop]
        return stop - start <= QUARTERS and int(weights.sum(dtype=int)) <= QUARTERS


def find_changes(first: Words, other: Words, matched: Sequence[tuple[int, int]]) -> list[Runs]:
    """What has changed from `first` to `other`; `matched` are the spans of the runs of `other` that it shares with
    `first`.

    Two changes that both replace words are told as one where a single word stands between them that is no longer than
    what they replace, or put in its place: that both texts have it is chance, and `"name" -> "front"; "the" -> "house"`
    says less than `"name of the" -> "front of house"`. Linear. (Where an equality is longer than the edits beside it,
    it means something: Neil Fraser, Diff Strategies, 2006.)
    """
    # In lists and not with `token_runs`: three calls of NumPy a place take longer than all the rest.
    shared = [(bisect_left(other.starts, start), bisect_right(other.ends, end)) for start, end in matched]

    def longer(run: Runs) -> int:
        return max(len(first.quote(*run[:2])), len(other.quote(*run[2:])))

    joined: list[Runs] = []
    last, size = (0, 0, 0, 0), 0  # what was joined last; characters of the whole change, 0 before they are counted
    for run in changed_runs(first.hashes, other.hashes, shared):
        if _replaces(last) and _replaces(run) and other.is_word(last[3], run[2]):
            word, before, after = len(other.quote(last[3], run[2])), size or longer(last), longer(run)
            if word <= min(before, after):
                joined[-1] = (joined[-1][0], run[1], joined[-1][2], run[3])
                last, size = run, before + word + after
                continue
        joined.append(run)
        last, size = run, 0
    return joined


class Changes(Sequence[Change]):
    """The changes in some runs of words, each made when it is asked for: most are never shown."""

    __slots__ = ("_first", "_other", "_runs")

    def __init__(self, first: Words, other: Words, runs: Sequence[Runs]) -> None:
        """`runs` as `find_changes` gives them, of these places or of places with the same words."""
        self._first, self._other, self._runs = first, other, runs

    def __len__(self) -> int:
        """How many changes there are."""
        return len(self._runs)

    @overload
    def __getitem__(self, index: int) -> Change: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Change, ...]: ...
    def __getitem__(self, index: int | slice) -> Change | tuple[Change, ...]:
        """One of them, or several."""
        if isinstance(index, slice):
            return tuple(map(self._change, self._runs[index]))
        return self._change(self._runs[index])

    def _change(self, run: Runs) -> Change:
        span = self._other.span(*run[2:])
        return Change(*span, self._first.quote(*run[:2]), self._other.quote(*run[2:]))


def _replaces(run: Runs) -> bool:
    """Whether there are words on both sides of a change."""
    return run[0] < run[1] and run[2] < run[3]


def changed_runs(first: Sequence[int], other: Sequence[int], matched: Sequence[tuple[int, int]]) -> list[Runs]:
    """The stretches that two rows of token hashes do not share: (start, stop) in `first` and (start, stop) in `other`.

    `matched` are the runs [start, stop) of `other` that it shares with `first`, ascending; in `first` they stand in
    the same order, and each is taken where it first fits. Linear, but for words that stand very often.
    """
    pairs: list[Runs] = []
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
    distinct = list(dict.fromkeys((change.old, change.new) for change in changes))
    said = [_describe(str(old), str(new)) for old, new in distinct[:limit]]
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
        half = _LONGEST // 2
        head, tail = flat[: half + 1].rpartition(" ")[0], flat[-half - 1 :].partition(" ")[2]
        # between words, unless what is left out then is most of it
        head = head if 2 * len(head) > half else flat[:half]
        tail = tail if 2 * len(tail) > half else flat[-half:]
        flat = f"{head} … {tail}"
    return f'"{flat}"'
