"""The words in which a near place differs from the first place of its repeat."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dedup.lint.findings import Change
from dedup.lint.places import token_runs
from dedup.text.reading import Reading

SHOWN_CHANGES = 3
"""Changes that a message names; of the others only their number."""

_LONGEST = 60  # characters of a change that are quoted


@dataclass(frozen=True, slots=True)
class Words:
    """A run of tokens: `first` to `behind` - 1 of a reading."""

    reading: Reading
    first: int
    behind: int

    def hashes(self) -> list[int]:
        """The token hashes."""
        hashes: list[int] = self.reading.tokens.hashes[self.first : self.behind].tolist()
        return hashes

    def span(self, start: int, stop: int) -> tuple[int, int]:
        """The span of its tokens `start` to `stop` - 1; of no token, the end of the one before, or its own
        beginning."""
        tokens, at = self.reading.tokens, self.first
        if start < stop:
            return int(tokens.starts[at + start]), int(tokens.ends[at + stop - 1])
        border = int(tokens.ends[at + stop - 1] if stop else tokens.starts[at])
        return border, border


def find_changes(first: Words, other: Words, matched: Sequence[tuple[int, int]]) -> tuple[Change, ...]:
    """What has changed from `first` to `other`; `matched` are the spans of the runs of `other` that it shares with
    `first`."""
    starts, ends = zip(*matched, strict=True)
    runs, behind = token_runs(other.reading, starts, ends)
    there, here = first.hashes(), other.hashes()
    shared = list(zip((runs - other.first).tolist(), (behind - other.first).tolist(), strict=True))
    if len(shared) == 1 and shared[0] == (0, len(here)) and here == there:
        return ()
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
    for at in range(position, len(row)):
        if row[at] != run[0]:
            continue
        count = 1
        while count < len(run) and at + count < len(row) and row[at + count] == run[count]:
            count += 1
        if count > length:
            best, length = at, count
        if length == len(run):
            break
    return best, length


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
