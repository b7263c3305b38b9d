"""The files of a folder, read, and what of all others can have a passage in common with one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np

from dedup.archive.candidates import Passages, passages
from dedup.archive.seeds import seeds
from dedup.kernels.rows import bounds, distinct, heads, sums
from dedup.lint.diagnose.pages import FIRST_LEVEL, pages
from dedup.lint.findings import Source
from dedup.lint.rules import repeated_heading, repeated_title
from dedup.lint.rules.repeated_title import Value
from dedup.lint.rules.rule import Habits
from dedup.lint.suppress.comments import without_directives, without_ignores
from dedup.lint.texts import AllPages
from dedup.match.stream import QUARTERS, join
from dedup.server.excerpts import (
    Corpus,
    Excerpt,
    Hashes,
    Ints,
    Postings,
    Stretches,
    excerpt,
    stretches,
    tokens_of,
)
from dedup.text.reading import Reading

TOKENS: Final = 30_000
"""Tokens that a text is compared with at a keystroke, if its seeds are in so many places that comparing it with all of
them takes long: these are compared when the typing pauses. In a tree of 3,112 files, finding out what is in a file took
35 ms of processor time with this many, 55 ms at most for nine files of ten; twice as many took hardly longer, but up to
150 ms."""
COPIES: Final = 2
"""Other pages on which each passage of a text is looked at, if not all files with it fit into `TOKENS`."""

_CHANGED: Final = 64  # files that are kept beside the others; then all are put together anew
_HASH: Final = np.uint64(0xFFFFFFFF << 32)


class Entry(NamedTuple):
    """A file that was read."""

    source: Source
    reading: Reading
    """Without the words of comments that are meant for dedup."""
    searched: Reading
    """The same without the comments that cover one block, or the file."""
    markup: str
    seeds: Hashes
    """uint32 (w,): the hash of each seed, as often as it occurs."""
    titles: frozenset[Value]
    headed: bool | None
    """What `dedup.lint.rules.repeated_heading.headed` returns."""


def entry(source: Source, reading: Reading, markup: str) -> Entry:
    """Return the entry of a text. Linear in its tokens."""
    reading = without_directives(reading)
    searched = without_ignores(reading)
    titles, headed = repeated_title.values(reading), repeated_heading.headed(reading)
    return Entry(source, reading, searched, markup, seeds(join([searched]))[1], titles, headed)


def ordered(paths: Iterable[str]) -> list[str]:
    """Return paths in the order of a report."""
    return sorted(paths, key=lambda path: path.split("/"))


class Paths:
    """Paths in the order of a report."""

    def __init__(self, paths: Iterable[str]) -> None:
        self.every = ordered(paths)
        self.numbers = {path: number for number, path in enumerate(self.every)}

    @cached_property
    def pages(self) -> Ints:
        """int64 (d,): the page of each file. Linear in the paths, when it is first asked for."""
        return pages(self.every)


class Places(NamedTuple):
    """Where the seeds of a file are in others: of each corpus, n places, ascending."""

    postings: list[Postings]
    """uint64 (n,): ``hash of the seed << 32 | its first token``."""
    documents: list[Ints]
    """int64 (n,): the number of the text in its corpus."""
    files: list[Ints]
    """int64 (t,): the number of the file that each text of the corpus is; -1 for one that has changed since, and for
    the file itself."""

    @property
    def number(self) -> int:
        """How many places there are."""
        return sum(map(len, self.postings))


class Around(NamedTuple):
    """A text, and what of others can have a passage in common with it."""

    paths: list[str]
    found: Excerpt
    pages: Ints
    """int64 (d,): the page of each of these files."""
    habits: Habits


class Beside(NamedTuple):
    """Some files that a text is compared with at a keystroke."""

    paths: list[str]
    pages: AllPages
    """The pages of the text and of these files, and on how many pages of all files its passages are."""


class Files:
    """Files as they are at one moment.

    Parameters
    ----------
    entries
        The files by path.
    paths
        Their paths.
    corpora
        The texts of all files, of some that have changed since, too.
    where
        int64 (d, 2): of each file, the number of its corpus, and its number there.
    """

    def __init__(self, entries: Mapping[str, Entry], paths: Paths, corpora: Sequence[Corpus], where: Ints) -> None:
        self.entries, self.paths, self.corpora, self.where = entries, paths, corpora, where

    @classmethod
    def of(cls, entries: Mapping[str, Entry], before: Files | None = None, changed: Iterable[str] = ()) -> Files:
        """Return files.

        Parameters
        ----------
        entries
            The files by path.
        before
            Earlier ones, from which these differ only in what has `changed`, come or gone: then it is linear in the
            files, and in what has changed. Otherwise it is n log n in all their tokens.
        """
        same = before is not None and entries.keys() == before.entries.keys()
        paths = before.paths if before is not None and same else Paths(entries)
        fresh = [path for path in changed if path in entries]
        if before is None or not before.corpora or len(before.corpora) + len(fresh) > _CHANGED:
            corpora = [Corpus.of([entries[path].searched for path in paths.every])] if entries else []
            numbers = np.arange(len(entries))
            return cls(entries, paths, corpora, np.column_stack((np.zeros_like(numbers), numbers)))
        corpora = list(before.corpora)
        rows = [before.paths.numbers.get(path, -1) for path in paths.every]
        where = np.append(before.where, [[-1, 0]], axis=0)[rows]
        for path in fresh:
            row, corpus = paths.numbers[path], Corpus.of([entries[path].searched])
            if where[row, 0] > 0:
                corpora[int(where[row, 0])] = corpus
            else:
                where[row] = len(corpora), 0
                corpora.append(corpus)
        return cls(entries, paths, corpora, where)

    @cached_property
    def size(self) -> int:
        """How many characters the texts have."""
        return sum(len(each.source.text) for each in self.entries.values())

    def places(self, path: str) -> Places:
        """Return where the seeds of a file are in others. n log n in these places, and linear in the files."""
        wanted = distinct(self.entries[path].seeds)
        found = Places([], [], [])
        for number, corpus in enumerate(self.corpora):
            mine = np.flatnonzero(self.where[:, 0] == number)
            files = np.full(len(corpus.table.documents) - 1, -1)
            files[self.where[mine, 1]] = mine
            files[files == self.paths.numbers[path]] = -1
            postings = corpus.find(wanted)
            postings = postings[np.argsort(tokens_of(postings))]
            documents = corpus.document_of(tokens_of(postings))
            others = files[documents] >= 0
            found.postings.append(postings[others])
            found.documents.append(documents[others])
            found.files.append(files)
        return found

    def around(self, path: str, places: Places, min_words: int, around: int) -> Around:
        """Return a file, and what of all others can have a passage in common with it.

        Parameters
        ----------
        path, places
            The file, and where its seeds are in others.
        min_words
            The least length of a passage.
        around
            As for `dedup.server.excerpts.stretches`.

        Returns
        -------
        Around
            Cost: n log n in the places, and linear in what is around them and in the files.
        """
        own, entries = self.paths.numbers[path], [self.entries[each] for each in self.paths.every]
        sizes = np.array([len(each.searched.tokens.hashes) for each in entries])
        start = bounds(sizes)
        start[:own] += sizes[own]  # the file comes before all others
        start[own] = 0
        parts = [
            stretches(corpus, tokens_of(postings), documents, min_words * QUARTERS, around)
            for corpus, postings, documents in zip(self.corpora, places.postings, places.documents, strict=True)
        ]
        files = [of[part.documents] for part, of in zip(parts, places.files, strict=True)]
        number, document = self.where[own].tolist()
        edges = self.corpora[number].table.documents[document : document + 2]
        parts.append(Stretches(self.corpora[number], np.array([document]), edges[:1], edges[1:]))
        files.append(np.array([own]))
        sharing = [k for k, each in enumerate(entries) if not each.titles.isdisjoint(entries[own].titles)]
        others = distinct(np.concatenate([np.array(sharing, np.int64), *files]))
        chosen = np.append(own, others[others != own])
        texts = [entries[number].searched.tokens for number in chosen.tolist()]
        lightest = self.corpora[number].lightest[document]
        for corpus, of in zip(self.corpora, places.files, strict=True):
            lightest = min(lightest, corpus.lightest[of >= 0].min(initial=QUARTERS))
        found = excerpt(parts, files, chosen, start, int(lightest), texts)
        uses = Counter(value for each in entries for value in each.titles)
        headed = Counter(each.headed for each in entries)
        habits = Habits(
            repeated_title.often_shared(uses),
            headed[True] > headed[False] and headed[True] > 1,
            np.flatnonzero(np.isin(chosen, [own, *sharing])).tolist(),
        )
        return Around([self.paths.every[number] for number in chosen.tolist()], found, self.paths.pages[chosen], habits)

    def beside(self, path: str, places: Places, min_words: int) -> Beside:
        """Return some files that a file is compared with at a keystroke.

        Each passage is looked at on `COPIES` other pages, as far as `TOKENS` go. Cost: n log n in the places.
        """
        own, stream = self.paths.numbers[path], join([self.entries[path].searched])
        spans, hashes = seeds(stream)
        every = np.concatenate(
            [
                (postings & _HASH) | files[documents].astype(np.uint64)
                for postings, documents, files in zip(*places, strict=True)
            ]
        )
        found = passages(stream, spans, hashes, distinct(every), min_words * QUARTERS)
        page = self.paths.pages[found.documents]
        sizes = {
            number: len(self.entries[self.paths.every[number]].searched.tokens.hashes)
            for number in distinct(found.documents).tolist()
        }
        chosen = _chosen(found, page, sizes, len(stream.hashes)).tolist()
        # with the stretches that have gaps, passages would seem to be on far more pages than they are
        mine = int(self.paths.pages[own])
        levels = _levels(found.take(found.exact), page[found.exact], mine, len(stream.hashes))
        return Beside(
            [self.paths.every[number] for number in chosen], AllPages(self.paths.pages[[own, *chosen]], levels)
        )


class Index:
    """Files by path. It is changed in one thread only."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries: dict[str, Entry] = {each.source.path: each for each in entries}
        self._changed: set[str] = set()
        self.latest = Files.of(dict(self.entries))
        """The files as they were when `files` was called last."""

    def put(self, changed: Entry) -> None:
        """Add a file, or replace what it was."""
        self.entries[changed.source.path] = changed
        self._changed.add(changed.source.path)

    def remove(self, path: str) -> None:
        """Remove a file, if it is there."""
        if self.entries.pop(path, None) is not None:
            self._changed.add(path)

    def files(self) -> Files:
        """Return the files as they are now. Called in the thread in which they are changed."""
        if self._changed:
            self.latest = Files.of(dict(self.entries), self.latest, self._changed)
            self._changed.clear()
        return self.latest

    def shares(self, path: str, seeds_of: Sequence[Hashes]) -> bool:
        """Return whether a file has one of some seeds."""
        return any(bool(np.isin(self.entries[path].seeds, several).any()) for several in seeds_of)


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
