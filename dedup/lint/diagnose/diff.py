"""The words in which a place of a near repeat differs from the first place."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, overload

from dedup.lint.diagnose.quotes import Quote, Quoter
from dedup.lint.findings import Change
from dedup.match.stream import QUARTERS

SHOWN_CHANGES = 3
"""Changes that a message names; of the others only their number."""

_LONGEST = 60  # characters of a change that are quoted


Difference = tuple[int, int, int, int]
"""Tokens [start, stop) of the first place, and of the other, that are not the same."""


class Words(NamedTuple):
    """The tokens `first` to `stop` - 1 of a text."""

    quoter: Quoter
    first: int
    stop: int

    def hashes(self) -> list[int]:
        """Return the hash of each token."""
        hashes: list[int] = self.quoter.reading.tokens.hashes[self.first : self.stop].tolist()
        return hashes

    def span(self, start: int, stop: int) -> tuple[int, int]:
        """Return the span of its tokens `start` to `stop` - 1.

        If there are none, it is empty: at the end of the token before, or at the start of the first.
        """
        tokens, at = self.quoter.reading.tokens, self.first
        if start < stop:
            return int(tokens.starts[at + start]), int(tokens.ends[at + stop - 1])
        border = int(tokens.ends[at + stop - 1] if stop else tokens.starts[at])
        return border, border

    def quoted(self, start: int, stop: int) -> str:
        """Return its tokens `start` to `stop` - 1 as they are read, on one line."""
        return self.quoter.words(self.first + start, self.first + stop)

    def is_word(self, start: int, stop: int) -> bool:
        """Return whether its tokens `start` to `stop` - 1 are at most one word: one token, or two ideographs."""
        if stop - start <= 1:
            return True
        weights = self.quoter.reading.tokens.weights[self.first + start : self.first + stop]
        return stop - start <= QUARTERS and int(weights.sum(dtype=int)) <= QUARTERS


def find_changes(first: Words, other: Words, matched: Sequence[tuple[int, int]]) -> list[Difference]:
    """Return the differences between two places, as a person would describe them.

    Two replacements are joined if only one word lies between them, and it is not longer than either: that both texts
    have it is chance, and `"name" -> "front"; "the" -> "house"` says less than `"name of the" -> "front of house"`.
    (An equality that is shorter than the edits around it is noise: Neil Fraser, Diff Strategies, 2006.)

    Parameters
    ----------
    first, other
        The first place of a repeat, and another.
    matched
        The runs of tokens of `other`, half-open and counted from its first, that it shares with `first`.

    Returns
    -------
    list of Difference
        In order. Cost: linear.
    """
    return joined(first, other, changed_runs(first.hashes(), other.hashes(), matched))


def joined(first: Words, other: Words, differences: Iterable[Difference]) -> list[Difference]:
    """Return the differences between two places, those joined that a person would describe as one; see
    `find_changes`."""

    def size_of(change: Difference) -> int:
        return max(len(first.quoted(*change[:2])), len(other.quoted(*change[2:])))

    result: list[Difference] = []
    last, size = (0, 0, 0, 0), 0  # the last change; the characters of what it is joined with, 0 if not counted yet
    for change in differences:
        if _replaces(last) and _replaces(change) and other.is_word(last[3], change[2]):
            word, before, after = len(other.quoted(last[3], change[2])), size or size_of(last), size_of(change)
            if word <= min(before, after):
                result[-1] = (result[-1][0], change[1], result[-1][2], change[3])
                last, size = change, before + word + after
                continue
        result.append(change)
        last, size = change, 0
    return result


class Changes(Sequence[Change]):
    """The changes from one place to another. Each is made when it is asked for, because most are never shown."""

    __slots__ = ("_differences", "_first", "_other")

    def __init__(self, first: Words, other: Words, differences: Sequence[Difference]) -> None:
        """`differences` are those that `find_changes` returns for these places, or for places with the same words."""
        self._first, self._other, self._differences = first, other, differences

    def __len__(self) -> int:
        """Return how many changes there are."""
        return len(self._differences)

    @overload
    def __getitem__(self, index: int) -> Change: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Change, ...]: ...
    def __getitem__(self, index: int | slice) -> Change | tuple[Change, ...]:
        """Return one of them, or several."""
        old, new = self._first.hashes(), self._other.hashes()
        if isinstance(index, slice):
            return tuple(self._change(found, old, new) for found in self._differences[index])
        return self._change(self._differences[index], old, new)

    def __iter__(self) -> Iterator[Change]:
        """Yield them in order."""
        return iter(self[:])

    def _change(self, found: Difference, old: list[int], new: list[int]) -> Change:
        start, stop, other_start, other_stop = found
        return Change(
            *self._other.span(other_start, other_stop),
            Quote(self._first.quoter, self._first.first + start, tuple(old[start:stop])),
            Quote(self._other.quoter, self._other.first + other_start, tuple(new[other_start:other_stop])),
        )


def _replaces(change: Difference) -> bool:
    """Return whether both places have words there."""
    return change[0] < change[1] and change[2] < change[3]


def changed_runs(first: Sequence[int], other: Sequence[int], matched: Sequence[tuple[int, int]]) -> list[Difference]:
    """Return the differences between two rows of token hashes.

    Parameters
    ----------
    first, other
        The rows.
    matched
        Runs [start, stop) of `other`, ascending, that `first` holds too, in the same order. Each is taken to be where
        it first fits.

    Returns
    -------
    list of Difference
        In order. Cost: linear, except for words that are very frequent.
    """
    pairs: list[Difference] = []
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
    """Return the first position, from `position` on, of the longest prefix of `run` in `row`, and its length or 0."""
    best, length = position, 0
    at, size = position - 1, len(run)
    while True:
        try:
            at = row.index(run[0], at + 1)
        except ValueError:
            return best, length
        # nearly always the whole run is there, and is compared at once
        if at + size <= len(row) and row[at + size - 1] == run[-1] and row[at : at + size] == run:
            return at, size
        count = 1
        while count < len(run) and at + count < len(row) and row[at + count] == run[count]:
            count += 1
        if count > length:
            best, length = at, count


def describe(changes: Iterable[Change], limit: int = SHOWN_CHANGES) -> str:
    """Return the distinct changes as a phrase: ``"old" -> "new"; "more" inserted; "less" deleted; and 2 more``."""
    distinct = list(dict.fromkeys((change.old, change.new) for change in changes))
    parts = [_describe(str(old), str(new)) for old, new in distinct[:limit]]
    if len(distinct) > limit:
        parts.append(f"and {len(distinct) - limit:,} more")
    return "; ".join(parts)


def _describe(was: str, now: str) -> str:
    if not was:
        return f"{_quote(now)} inserted"
    if not now:
        return f"{_quote(was)} deleted"
    return f"{_quote(was)} -> {_quote(now)}"


def _quote(words: str) -> str:
    flat = " ".join(words.split())
    if len(flat) > _LONGEST:
        half = _LONGEST // 2
        head, tail = flat[: half + 1].rpartition(" ")[0], flat[-half - 1 :].partition(" ")[2]
        # between words, unless that leaves less than half
        head = head if 2 * len(head) > half else flat[:half]
        tail = tail if 2 * len(tail) > half else flat[-half:]
        flat = f"{head} … {tail}"
    return f'"{flat}"'
