"""The files of a folder, read, and which of them hold each seed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.archive.candidates import Passages, passages
from dedup.archive.seeds import seeds
from dedup.kernels.rows import distinct, heads, spread, sums
from dedup.lint.diagnose.pages import FIRST_LEVEL, pages
from dedup.lint.findings import Source
from dedup.lint.rules.front_fields import fields
from dedup.lint.suppress.comments import without_ignores
from dedup.lint.texts import AllPages
from dedup.match.chains import COMMON
from dedup.match.stream import QUARTERS, join
from dedup.text.reading import Reading

TOKENS: Final = 30_000
"""Tokens that a text is compared with at a keystroke: what more is needed is compared when the typing pauses.
In a tree of 3,112 files, finding out what is in a file took 35 ms of processor time with this many, 55 ms at most for
nine files of ten; twice as many took hardly longer, but up to 150 ms."""
COPIES: Final = 2
"""Other pages on which each passage of a text is looked at, if not all files with it fit into `TOKENS`."""

_CHANGED: Final = 64  # files that are kept beside the sorted postings; then these are sorted anew
_LOW: Final = np.uint64(32)
_FILE: Final = np.uint64(0xFFFFFFFF)

Ints = NDArray[np.int64]
Hashes = NDArray[np.uint32]
Postings = NDArray[np.uint64]


class Entry(NamedTuple):
    """A file that was read."""

    source: Source
    reading: Reading
    markup: str
    seeds: Hashes
    """uint32 (w,): the hash of each seed, as often as it occurs."""


def entry(source: Source, reading: Reading, markup: str) -> Entry:
    """Return the entry of a text. Linear in its tokens."""
    return Entry(source, reading, markup, seeds(join([without_ignores(reading)]))[1])


class Beside(NamedTuple):
    """What a text is compared with."""

    paths: list[str]
    """Other files, in order."""
    complete: bool
    """Whether comparing with all files could add nothing."""
    pages: AllPages
    """The pages of the text and of these files, and on how many pages of all files its passages are."""


class Index:
    """Files by path. It is changed in one thread only."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries: dict[str, Entry] = {}
        self._paths: list[str] = []
        self._numbers: dict[str, int] = {}
        self._postings: Postings = np.zeros(0, np.uint64)
        self._changed: dict[int, Postings] = {}
        self._pages: dict[str, int] = {}
        for each in entries:
            self._put(each)
        self._sort()

    def put(self, changed: Entry) -> None:
        """Add a file, or replace what it was."""
        self._put(changed)
        self._changed[self._numbers[changed.source.path]] = self._own(changed)
        if len(self._changed) > _CHANGED:
            self._sort()

    def remove(self, path: str) -> None:
        """Remove a file, if it is there."""
        self._pages.clear()
        if self.entries.pop(path, None) is not None:
            self._changed[self._numbers[path]] = np.zeros(0, np.uint64)

    def ordered(self, paths: Iterable[str]) -> list[str]:
        """Return paths in the order of a report."""
        return sorted(paths, key=lambda path: path.split("/"))

    def beside(self, path: str, min_words: int) -> Beside:
        """Return which other files a file is compared with at a keystroke.

        These are all files that may share a passage with it, if they have no more than `TOKENS` tokens. If they have
        more, each passage is looked at on `COPIES` other pages.

        Cost: n log n in the places of its seeds.
        """
        own = self.entries[path]
        stream = join([without_ignores(own.reading)])
        spans, hashes = seeds(stream)
        places = self._find(distinct(hashes.astype(np.int64)).astype(np.uint64), self._numbers[path])
        found = passages(stream, spans, hashes, places[heads(places)[:-1]], min_words * QUARTERS)
        documents = distinct(found.documents)
        page = np.array([self._page_of(self._paths[number]) for number in found.documents.tolist()], np.int64)
        sizes = [len(self.entries[self._paths[number]].reading.tokens.hashes) for number in documents.tolist()]
        chosen = documents
        if sum(sizes) > TOKENS:
            chosen = _chosen(found, page, dict(zip(documents.tolist(), sizes, strict=True)), len(stream.hashes))
        needed = np.union1d(documents, _common(places, hashes))
        complete = bool(np.isin(needed, chosen).all()) and next(fields(own.reading), None) is None
        paths = self.ordered(self._paths[number] for number in chosen.tolist())
        of = np.array([self._page_of(each) for each in (path, *paths)], np.int64)
        every = len(chosen) == len(documents)
        # with the stretches that have gaps, passages would seem to be on far more pages than they are
        levels = (
            of[:0] if every else _levels(found.take(found.exact), page[found.exact], int(of[0]), len(stream.hashes))
        )
        return Beside(paths, complete, AllPages(of, levels))

    def shares(self, path: str, seeds_of: Sequence[Hashes]) -> bool:
        """Return whether a file has one of some seeds."""
        return any(bool(np.isin(self.entries[path].seeds, several).any()) for several in seeds_of)

    def _put(self, changed: Entry) -> None:
        path = changed.source.path
        if path not in self.entries:
            self._pages.clear()
        if path not in self._numbers:
            self._numbers[path] = len(self._paths)
            self._paths.append(path)
        self.entries[path] = changed

    def _page_of(self, path: str) -> int:
        """Return the page of a file. Linear in all paths, the first time after files have come or gone."""
        if not self._pages:
            every = self.ordered(self.entries)
            self._pages = dict(zip(every, pages(every).tolist(), strict=True))
        return self._pages[path]

    def _own(self, of: Entry) -> Postings:
        number = np.uint64(self._numbers[of.source.path])
        found: Postings = (of.seeds.astype(np.uint64) << _LOW) | number
        return found

    def _sort(self) -> None:
        self._changed.clear()
        if self.entries:
            self._postings = np.concatenate([self._own(each) for each in self.entries.values()])
            self._postings.sort()

    def _find(self, wanted: Postings, own: int) -> Postings:
        """Return where the seeds of these hashes stand in other files, as ``hash << 32 | file``, ascending."""
        keys = wanted << _LOW
        begin = np.searchsorted(self._postings, keys).astype(np.int64)
        end = np.searchsorted(self._postings, keys | _FILE, side="right").astype(np.int64)
        index, _ = spread(begin, end - begin)
        found = self._postings[index]
        gone = np.array([own, *self._changed], np.uint64)
        parts = [found[~np.isin(found & _FILE, gone)]]
        for number, postings in self._changed.items():
            if number != own:
                parts.append(postings[np.isin(postings >> _LOW, wanted)])
        every = np.concatenate(parts)
        every.sort()
        return every


def _common(places: Postings, own: Hashes) -> Ints:
    """Return the files with a seed that occurs so often that not all its places are linked.

    Which of them are depends on all of them.
    """
    mine, count = np.unique(own, return_counts=True)
    hashes = (places >> _LOW).astype(np.uint32)
    offsets = heads(hashes)
    total = np.diff(offsets) + count[np.searchsorted(mine, hashes[offsets[:-1]])]
    index, _ = spread(offsets[:-1][total > COMMON], np.diff(offsets)[total > COMMON])
    return np.unique((places[index] & _FILE).astype(np.int64))


def _levels(found: Passages, page: Ints, own: int, length: int) -> Ints:
    """Return what `dedup.lint.diagnose.pages.levels_of` counts for each token of a text.

    found : passages of all files; page : of the file of each; own : the page of the text; length : in tokens
    """
    other = np.flatnonzero(page != own)
    other = other[np.lexsort((found.first[other], page[other]))]
    shift = page[other] * (length + 1)  # the passages of each page, one page behind the other
    first, stop = found.first[other] + shift, found.stop[other] + shift
    reach = np.maximum.accumulate(stop)
    apart = np.flatnonzero(np.append(True, first[1:] > reach[:-1])[: len(first)])
    first, stop = first[apart], np.append(reach[apart[1:] - 1], reach[-1:])
    change = np.bincount(first % (length + 1), minlength=length + 1)
    change -= np.bincount(stop % (length + 1), minlength=length + 1)
    numbers = np.cumsum(change)[:length] + 1
    levels = np.floor(np.log2(numbers / FIRST_LEVEL)).astype(np.int64) + 1
    found_levels: Ints = np.maximum(levels, 0)
    return found_levels


def _chosen(found: Passages, page: Ints, sizes: dict[int, int], length: int) -> Ints:
    """Return files in which each shared passage is on `COPIES` pages, where it can be, as far as `TOKENS` go.

    Each file taken is the one with the most of what is not there often enough yet. Linear in the passages for each.

    found : by file; page : of the file of each; sizes : the tokens of each file; length : of the text, in tokens
    """
    offsets = heads(found.documents)
    files, of = found.documents[offsets[:-1]], page[offsets[:-1]]
    cost = np.array([sizes[number] for number in files.tolist()])
    free = np.ones(len(files), np.bool_)
    wanted = np.full(length, COPIES)
    chosen: list[int] = []
    left = TOKENS
    while True:
        open_before = np.append(0, np.cumsum(wanted > 0))
        gain = np.where(free, sums(open_before[found.stop] - open_before[found.first], offsets), 0)
        row = int(gain.argmax())
        if gain[row] == 0:
            return np.array(sorted(chosen), np.int64)
        chosen.append(int(files[row]))
        left -= int(cost[row])
        free &= (of != of[row]) & (cost <= left)
        there = np.zeros(length, np.bool_)
        for at in range(int(offsets[row]), int(offsets[row + 1])):
            there[int(found.first[at]) : int(found.stop[at])] = True
        wanted[there] -= 1
