"""An index of texts that grows: what is like a text, among all that were added."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedup import arguments, kernels
from dedup.kernels.rows import bounds
from dedup.sketch import index_file
from dedup.sketch.collection import Chunk, chunks
from dedup.sketch.index_keys import KEYS, Key, batches, encoded
from dedup.sketch.index_parameters import Parameters
from dedup.sketch.index_storage import Store
from dedup.sketch.sets import SHARE, shingle_sets, shingles_of

_BATCH = 4096  # keys that are added or compared at once
_QUERIES = 256  # texts that are looked up at once

_CALL = 850
"""Work of a call on a short text: NumPy takes 0.17 ms longer than the compiled engine, which loads in 0.5 s."""


class LSHIndex:
    """An index of texts that can be added, queried and removed at any time.

    Candidates come from ``datasketch.MinHashLSH``, which keeps the bands of the texts' signatures in memory or in a
    server. The sets of shingles are kept beside them, and each candidate is compared exactly: no result is below the
    threshold, and each similarity is exact. A text exactly at the threshold is found with a probability of at least
    `recall`, more similar texts with a higher one (`expected_recall`), and a text with the same set of shingles always.

    Parameters
    ----------
    threshold
        Minimum Jaccard similarity of a result, above 0 and at most 1.
    recall
        Between 0 and 1. The bands are chosen for it (``parameters.bands``).
    num_perm, seed, shingle_size
        As for `MinHasher`.
    storage_config
        Where the content is kept, in the form that datasketch uses. None is in memory. For Redis (extra ``redis``), for
        example ``{"type": "redis", "basename": "articles", "redis": {"host": "localhost", "port": 6379}}``. All indexes
        with the same basename are the same index, in any process, now and later. No other name in that server may begin
        with the basename. ``"cassandra"`` is passed to datasketch unchanged, and is not tested here.

    Raises
    ------
    TypeError, ValueError
        An argument has the wrong type or is out of range, or the store has an index with other parameters. The message
        names them and both values.
    ConnectionError
        The Redis server cannot be reached. Every method can raise this. The index can be used again when the server is
        back. A call that failed may be repeated: a key is in the index or not, never half.
    ModuleNotFoundError
        The package for the storage is not installed.

    Every method raises a ValueError if a Redis server has content that dedup does not write.

    Notes
    -----
    Several processes may add, query and remove at the same time. If two processes add the same key, the first one
    counts. A text that is added while another process removes a similar one can miss a bucket. Within a process, only
    one thread may use an index at a time.

    In memory, a text of 35 words takes about 7 KB. With the extra ``fast``, `add_many` takes about 15 microseconds for
    each text, `add` 60, `query` 65, and `query_many` 20; without it, they take 25, 220, 220 and 30. With a Redis server
    on the same machine, `add_many`, `add` and `query` take 0.5, 2.5 and 1.5 milliseconds. In a new process, the first
    thousands of calls use NumPy, unless other work has loaded the compiled engine.

    Examples
    --------
    >>> index = LSHIndex(threshold=0.6)
    >>> index.add("mat", "the cat sat on the mat by the door")
    >>> index.add("dog", "the dog lay down on the rug by the fire")
    >>> index.query("The cat sat on the mat by the window!")
    [('mat', 0.75)]
    >>> index.query_many(["The dog lay down on the rug by the fire.", "something else"])
    [[('dog', 1.0)], []]
    >>> index.remove("mat")
    >>> index.query("The cat sat on the mat by the window!"), len(index)
    ([], 1)
    """

    def __init__(
        self,
        threshold: float = 0.8,
        *,
        recall: float = 0.95,
        num_perm: int = 128,
        seed: int = 1,
        shingle_size: int = 3,
        storage_config: Mapping[str, Any] | None = None,
    ) -> None:
        """Open an index. The class describes the arguments."""
        self._parameters = Parameters.of(threshold, recall, num_perm, seed, shingle_size)
        self._open_store: Store | None = Store(self._parameters, storage_config)
        self._work = 0

    def __repr__(self) -> str:
        """Return the parameters."""
        shown = ", ".join(f"{name}={value!r}" for name, value in self._parameters.numbers().items())
        return f"{type(self).__name__}({shown})"

    @property
    def parameters(self) -> Parameters:
        """The parameters that the index was made with: threshold, recall, hasher and bands."""
        return self._parameters

    def expected_recall(self, similarity: float) -> float:
        """Return the probability that a text with this Jaccard similarity is found, if that is at least the threshold.

        Raises
        ------
        ValueError
            `similarity` is not between 0 and 1.
        """
        return self._parameters.bands.expected_recall(similarity)

    def __len__(self) -> int:
        """Return the number of texts in the index."""
        return len(self._store)

    def __contains__(self, key: object) -> bool:
        """Return whether the index has a text with this key."""
        if not isinstance(key, KEYS) or isinstance(key, bool):
            return False
        return self._store.sets([encoded("key", key)])[0] is not None

    @kernels.one_engine()
    def add(self, key: Key, text: str) -> None:
        """Add a text.

        Parameters
        ----------
        key
            A str or int that is not in the index. Integers of NumPy are kept as int.
        text
            Any str. A text without a word is kept, but matches nothing.

        Raises
        ------
        TypeError
            An argument has the wrong type.
        ValueError
            The key is in the index.
        """
        name = encoded("key", key)
        values = self._set("text", text)
        if self._store.sets([name])[0] is not None:
            raise ValueError(f"key={key!r} is in the index already; remove it first")
        self._put([name], values, np.array([0, len(values)]))

    def add_many(self, pairs: Mapping[Key, str] | Iterable[tuple[Key, str]]) -> None:
        """Add texts; faster than calling `add` for each of them.

        Parameters
        ----------
        pairs
            A mapping from keys to texts, or an iterable of pairs, which is read step by step.

        Raises
        ------
        TypeError
            `pairs`, a pair, a key or a text has the wrong type.
        ValueError
            A key is in the index, or occurs twice.

        Notes
        -----
        If an error is raised, the pairs before the one that the message names were added, and none after it.
        """
        items: Iterable[object] = pairs.items() if isinstance(pairs, Mapping) else pairs
        if isinstance(items, (str, bytes)) or not isinstance(items, Iterable):
            raise TypeError(f"pairs is {type(pairs).__name__}; allowed is an iterable of (key, text), or a mapping")
        first = 0
        for batch in batches(items, _BATCH):
            names = list(batch)
            stored = [i for i, values in enumerate(self._store.sets(names)) if values is not None]
            fresh = names[: stored[0]] if stored else names
            if fresh:
                self._put_texts(fresh, [batch[name] for name in fresh])
            if stored:
                key = json.loads(names[stored[0]])
                raise ValueError(f"pairs[{first + stored[0]}]: key={key!r} is in the index already")
            first += len(batch)

    @kernels.one_engine()
    def query(self, text: str, *, threshold: float | None = None) -> list[tuple[Key, float]]:
        """Return the texts that are similar to this one.

        Parameters
        ----------
        text
            Any str.
        threshold
            Minimum similarity; None for that of the index. It cannot be lower than that, because the bands were chosen
            for it.

        Returns
        -------
        list of tuple
            Pairs of key and Jaccard similarity, the most similar first, then by key, numbers before strings.

        Raises
        ------
        TypeError
            An argument has the wrong type.
        ValueError
            The threshold is lower than that of the index, or above 1.

        Notes
        -----
        Takes linear time in the text and in the texts that share a bucket with it.
        """
        least = self._least(threshold)
        values = self._set("text", text)
        if not len(values):
            return []
        signature = self._parameters.hasher.of_sets(values, np.array([0, len(values)]))
        return self._similar(values, self._store.candidates(signature)[0], least)

    @kernels.one_engine()
    def query_many(
        self, texts: Iterable[str] | Any, *, threshold: float | None = None
    ) -> list[list[tuple[Key, float]]]:
        """Return the texts that are similar to each of these; faster than calling `query` for each of them.

        Parameters
        ----------
        texts
            A collection of str, as for `dedup.find_duplicates`.
        threshold
            As for `query`.

        Returns
        -------
        list of list of tuple
            For each text what `query` returns.

        Raises
        ------
        TypeError
            An argument has the wrong type, or a text is not a str.
        ValueError
            The threshold is lower than that of the index, or above 1.
        """
        least = self._least(threshold)
        found: list[list[tuple[Key, float]]] = []
        for part in shingle_sets(texts, self._parameters.hasher.shingle_size):
            signatures = self._parameters.hasher.of_sets(part.values, part.offsets)
            for first in range(0, len(signatures), _QUERIES):
                offsets = part.offsets[first : first + _QUERIES + 1]
                found += self._answers(part.values, offsets, signatures[first : first + _QUERIES], least)
        return found

    def merge(self, other: LSHIndex) -> None:
        """Add all texts of another index, which stays as it is.

        Parameters
        ----------
        other
            An index with the same parameters. Either of the two may be in a server.

        Raises
        ------
        TypeError
            `other` is not an LSHIndex.
        ValueError
            `other` has other parameters, which the message names, or both have a key. Nothing is added then.

        Notes
        -----
        Takes the time of adding the texts, without hashing them.
        """
        if not isinstance(other, LSHIndex):
            raise TypeError(f"other is {type(other).__name__}; allowed is an LSHIndex")
        self._parameters.compare(other._parameters.record(), "other")
        names = other._store.keys()
        for stored in _stored(self._store, names):
            for name in stored:
                raise ValueError(f"other has the key {json.loads(name)!r}, which is in the index already")
        for stored in _stored(other._store, names):
            values = np.frombuffer(b"".join(stored.values()), "<u8").astype(np.uint64, copy=False)
            self._put(list(stored), values, bounds(np.array([len(row) // 8 for row in stored.values()])))

    def remove(self, key: Key) -> None:
        """Remove a text.

        Raises
        ------
        KeyError
            The key is not in the index.
        """
        if key not in self:
            raise KeyError(key)
        self._store.drop(encoded("key", key))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the whole index to a file. An index in a server is copied.

        An existing file is replaced when everything is written, and not before. The file records every parameter. Equal
        indexes give equal files, on every machine.

        Raises
        ------
        OSError
            The file cannot be written.

        Notes
        -----
        If the index is in a server, all sets of shingles are read into memory.
        """
        stored: dict[bytes, bytes] = {}
        for batch in _stored(self._store, self._store.keys()):
            stored |= batch
        index_file.write(path, self._parameters.numbers(), list(stored), list(stored.values()))

    @classmethod
    def load(cls, path: str | os.PathLike[str], *, storage_config: Mapping[str, Any] | None = None) -> LSHIndex:
        """Return the index from a file that `save` wrote, with the same parameters.

        Parameters
        ----------
        path
            The file.
        storage_config
            Where to keep the content, as for the class. The store must be empty.

        Raises
        ------
        OSError
            The file cannot be read.
        ValueError
            The file is not an index, is damaged, or was made with another version of the format or of the fold table;
            or the store is not empty.

        Notes
        -----
        Takes the time of adding the texts, without hashing them.
        """
        content = index_file.read(path)
        try:
            parameters = Parameters.of(**content.numbers)
            for name in content.keys:
                if encoded("key", json.loads(name)) != name:
                    raise ValueError(f"key {name!r}")
        except (TypeError, ValueError, RecursionError) as error:
            raise ValueError(f"the index file {os.fspath(path)!r} is damaged: {error}") from None
        index = cls(**parameters.numbers(), storage_config=storage_config)  # type: ignore[arg-type]
        if count := len(index):
            where = index._store.where
            index.close()
            raise ValueError(f"{where} is not empty: it holds {count} keys")
        for first in range(0, len(content.keys), _BATCH):
            index._put(
                content.keys[first : first + _BATCH], content.values, content.offsets[first : first + _BATCH + 1]
            )
        return index

    def close(self) -> None:
        """Close the connection to a server and free the memory. The index cannot be used after that."""
        if self._open_store is not None:
            self._open_store.close()
        self._open_store = None

    def __enter__(self) -> LSHIndex:
        """Return the index itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the index."""
        self.close()

    @property
    def _store(self) -> Store:
        if self._open_store is None:
            raise ValueError("the index is closed")
        return self._open_store

    def _least(self, threshold: float | None) -> float:
        """Return the minimum similarity that is asked for. The bands were chosen for that of the index, the lowest."""
        least = self._parameters.threshold
        return least if threshold is None else arguments.similarity("threshold", threshold, least)

    def _answers(
        self,
        values: NDArray[np.uint64],
        offsets: NDArray[np.int64],
        signatures: NDArray[np.uint32],
        least: float,
    ) -> list[list[tuple[Key, float]]]:
        """Return what is similar to each of some sets. What they need of the store is asked for at once."""
        many = self._store.candidates(signatures)
        union = list(set().union(*many))
        sets = dict(zip(union, self._store.sets(union), strict=True)) if len(union) <= _BATCH else None
        return [
            self._similar(values[start:stop], names, least, sets) if start < stop else []
            for names, (start, stop) in zip(many, pairwise(offsets.tolist()), strict=True)
        ]

    def _similar(
        self,
        values: NDArray[np.uint64],
        candidates: Iterable[bytes],
        least: float,
        sets: Mapping[bytes, bytes | None] | None = None,
    ) -> list[tuple[Key, float]]:
        """Return the candidates that are similar to a set, by their `sets` if given, else by those of the store."""
        names = iter(candidates)
        found: list[tuple[Key, float]] = []
        while batch := list(islice(names, _BATCH)):
            holders: dict[bytes, list[bytes]] = {}  # copies are compared once
            given = self._store.sets(batch) if sets is None else map(sets.__getitem__, batch)
            for name, stored in zip(batch, given, strict=True):
                if stored:  # else the key was removed, or is about to be added
                    holders.setdefault(stored, []).append(name)
            similarities = _similarities(values, list(holders))
            for same, similarity in zip(holders.values(), similarities.tolist(), strict=True):
                if similarity >= least:
                    found += [(json.loads(name), similarity) for name in same]
        return sorted(found, key=lambda answer: (-answer[1], isinstance(answer[0], str), answer[0]))

    def _choose_engine(self, letters: int) -> None:
        """Choose the engine for all that the index has read, not for one text: many short ones are worth loading it."""
        self._work += letters // SHARE + _CALL
        kernels.engine(self._work)

    def _set(self, name: str, text: str) -> NDArray[np.uint64]:
        """Return the set of shingles of one text. What works on collections would start threads."""
        if not isinstance(text, str):
            raise TypeError(f"{name} is {'None' if text is None else type(text).__name__}; allowed is str")
        self._choose_engine(len(text))
        chunk: Chunk = next(chunks([text]))
        values, offsets, _ = shingles_of(chunk, self._parameters.hasher.shingle_size)
        ordered: NDArray[np.uint64] = kernels.engine(len(values)).sets.sorted_rows(values, offsets)[0]
        return ordered

    @kernels.one_engine()
    def _put_texts(self, names: Sequence[bytes], texts: list[str]) -> None:
        self._choose_engine(sum(map(len, texts)))
        first = 0
        for sets in shingle_sets(texts, self._parameters.hasher.shingle_size):
            count = len(sets.weights)
            self._put(names[first : first + count], sets.values, sets.offsets)
            first += count

    def _put(self, names: Sequence[bytes], values: NDArray[np.uint64], offsets: NDArray[np.int64]) -> None:
        values, offsets = values[offsets[0] : offsets[-1]], offsets - offsets[0]
        signatures = self._parameters.hasher.of_sets(values, offsets)
        data = values.astype("<u8", copy=False).tobytes()
        sets = [data[start:end] for start, end in pairwise((8 * offsets).tolist())]
        self._store.put(names, signatures, sets)


def _similarities(values: NDArray[np.uint64], sets: Sequence[bytes]) -> NDArray[np.float64]:
    """Return the Jaccard similarities of a set, ascending, and each of the others. None of them is empty."""
    if not sets:
        return np.empty(0)
    sizes = np.array([len(other) // 8 for other in sets], np.int64)
    others = np.frombuffer(b"".join(sets), "<u8")
    places = np.searchsorted(values, others)
    places[places == len(values)] = 0
    common = np.add.reduceat(values[places] == others, np.cumsum(sizes) - sizes, dtype=np.int64)
    shares: NDArray[np.float64] = common / (len(values) + sizes - common)
    return shares


def _stored(store: Store, names: Sequence[bytes]) -> Iterator[dict[bytes, bytes]]:
    """Yield those of these keys that are stored, with their sets, some at a time."""
    for first in range(0, len(names), _BATCH):
        batch = names[first : first + _BATCH]
        yield {name: values for name, values in zip(batch, store.sets(batch), strict=True) if values is not None}
