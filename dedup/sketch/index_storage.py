"""Where an index keeps its content: the storages of datasketch, in memory or in a server that several processes share.

Beside the buckets, which a ``datasketch.MinHashLSH`` holds, stand the shingle sets and the parameters.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedup.sketch.index_parameters import Parameters

PACKAGES = {"dict": None, "redis": "redis", "cassandra": "cassandra"}
RECORD = b"index"

# From so many keys on, bucket entries are sent in a pipeline for each storage. datasketch makes a client anew after
# each, so that one key takes 5 ms with pipelines and 2.5 ms without; thousands take 0.4 ms each with them.
WORTH_BUFFERING = 8


class Store:
    """The content of an index.

    A key is held exactly if its shingle set is. The set is written last and removed first, so that a process or server
    that stops half-way leaves nothing behind but bucket entries without a set, which nobody sees.
    """

    def __init__(self, parameters: Parameters, storage_config: Mapping[str, Any] | None) -> None:
        """Open a store, and record the parameters if it is empty.

        Parameters
        ----------
        parameters
            The parameters of the index.
        storage_config
            A mapping in the form that datasketch uses, with "type": "dict" (the default), "redis" or "cassandra". All
            but "dict" need a "basename", a str or bytes.

        Raises
        ------
        TypeError, ValueError
            `storage_config` is not such a mapping.
        ModuleNotFoundError
            The package that the storage needs is not installed.
        ConnectionError
            The Redis server cannot be reached, here and in every method.
        ValueError
            The content was made with other parameters, or not by dedup.
        """
        self._parameters = parameters
        self._config = _checked({"type": "dict"} if storage_config is None else storage_config)
        self._server = _server(self._config)
        base = self._config.get("basename")
        self.where = f"the index {base.decode(errors='replace')!r} in {self._server}" if base else "the index"
        self._client: Any = None
        self._open()
        with self._reached():
            self._claim()

    def close(self) -> None:
        """End the connection to a server. It is made again when it is needed."""
        if self._client:
            self._client.close()

    def __len__(self) -> int:
        """How many keys are held."""
        with self._reached():
            return int(self._sets.size())

    def keys(self) -> list[bytes]:
        """All keys."""
        with self._reached():
            return list(self._sets.keys())

    def sets(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """Return the set of shingles of each key, None for a key that is not stored."""
        with self._reached():
            # Cassandra's getmany leaves out what is not there, so that its answer does not tell whose sets it holds.
            many = self._sets.getmany(*keys) if self._config["type"] == "redis" else map(self._sets.get, keys)
            # Two processes that add one key at the same time leave two sets. The first counts, for everyone.
            return [self._sound(key, found[0]) if found else None for key, found in zip(keys, many, strict=True)]

    def _sound(self, key: bytes, values: bytes) -> bytes:
        """Return a set as it was stored. Others can write to a server."""
        if self._client:
            shingles = np.frombuffer(values[: len(values) // 8 * 8], "<u8")
            if len(values) % 8 or not (shingles[1:] > shingles[:-1]).all():
                raise ValueError(f"{self.where} is damaged: the shingles of key {key!r} are not what dedup writes")
        return values

    def put(self, keys: Sequence[bytes], signatures: NDArray[np.uint32], sets: Sequence[bytes]) -> None:
        """Hold keys that were not held. One whose set is empty goes into no bucket.

        signatures : uint32 (n, num_perm).
        """
        bands = self._buckets.b
        names = self._names(signatures)
        filled = [i for i, values in enumerate(sets) if values]
        buffered = len(keys) >= WORTH_BUFFERING
        with self._reached():
            self._claim()
            for i in filled:
                self._buckets.keys.insert(keys[i], *names[i * bands : (i + 1) * bands], buffer=buffered)
            # Table by table: in memory that is a quarter faster than key by key.
            for band, table in enumerate(self._buckets.hashtables):
                for i in filled:
                    table.insert(names[i * bands + band], keys[i], buffer=buffered)
            if buffered:
                for storage in (self._buckets.keys, *self._buckets.hashtables):
                    storage.empty_buffer()
            # Always in a transaction: a set is there as a whole or not at all.
            for key, values in zip(keys, sets, strict=True):
                self._sets.insert(key, values, buffer=True)
            self._sets.empty_buffer()

    def drop(self, key: bytes) -> None:
        """Hold a key no longer."""
        with self._reached():
            self._sets.remove(key, buffer=True)
            self._sets.empty_buffer()
            if key not in self._buckets.keys:
                return
            # More names than bands where an earlier attempt to add the key was cut short.
            for i, name in enumerate(self._buckets.keys.get(key)):
                table = self._buckets.hashtables[i % self._buckets.b]
                members = table.get(name)
                if key in members and len(members) > 1:
                    table.remove_val(name, key)
                elif key in members:
                    table.remove(name)
            self._buckets.keys.remove(key)

    def candidates(self, signatures: NDArray[np.uint32]) -> list[set[bytes]]:
        """Return the keys that share a bucket with each signature, uint32 of shape (n, num_perm).

        Some of them may have been removed.
        """
        found: list[set[bytes]] = [set() for _ in signatures]
        names, bands = self._names(signatures), self._buckets.b
        together = self._config["type"] == "redis" and len(found) > 1
        with self._reached():
            for band, table in enumerate(self._buckets.hashtables):
                wanted = names[band::bands]
                many = table.getmany(*wanted) if together else map(table.get, wanted)
                for row, members in zip(found, many, strict=True):
                    row.update(members)
        return found

    def _names(self, signatures: NDArray[np.uint32]) -> list[bytes]:
        """Return the names of the buckets, by band and row, as ``MinHashLSH`` makes them of one signature."""
        bands, rows = self._parameters.bands
        joined = np.ascontiguousarray(signatures[:, : bands * rows]).byteswap().tobytes()
        return [joined[at : at + 4 * rows] for at in range(0, len(joined), 4 * rows)]

    def _open(self) -> None:
        from datasketch import MinHashLSH
        from datasketch.storage import ordered_storage

        config = self._config
        base = config.get("basename", b"")
        if config["type"] == "redis":
            from redis import Redis

            # Else every storage makes a connection of its own, twenty-one in all, and a new one after every pipeline.
            self._client = Redis(**_resolved(config["redis"]))
            config = {**config, "redis": {"connection_pool": self._client.connection_pool}}
        self._buckets = MinHashLSH(
            num_perm=self._parameters.hasher.num_perm,
            params=tuple(self._parameters.bands),
            storage_config=config,
            prepickle=False,
        )
        self._sets = ordered_storage(config, name=base + b"_sets")
        self._records = ordered_storage(config, name=base + b"_parameters")

    def _claim(self) -> None:
        """Record the parameters if there are none, then compare with those recorded.

        If two processes open an empty store at the same time, the parameters of the first one are recorded.
        """
        recorded = self._records.get(RECORD)
        if not recorded:
            if self._buckets.keys.size() or self._sets.size():
                raise ValueError(f"{self.where} was not made by dedup: it has keys, but no parameters")
            self._records.insert(RECORD, self._parameters.record())
            recorded = self._records.get(RECORD)
        self._parameters.compare(recorded[0], self.where)

    @contextmanager
    def _reached(self) -> Iterator[None]:
        """Raise a ConnectionError that names the Redis server if it cannot be reached."""
        try:
            yield
        except BaseException as error:
            if self._config["type"] != "redis":
                raise
            # What was buffered must not be sent later, nor a late answer be taken for another one.
            self.close()
            self._open()
            from redis.exceptions import ConnectionError as Refused
            from redis.exceptions import ResponseError
            from redis.exceptions import TimeoutError as TimedOut

            if isinstance(error, (Refused, TimedOut)):
                raise ConnectionError(f"{self._server} cannot be reached: {error}") from error
            if isinstance(error, ResponseError) and "WRONGTYPE" in str(error):
                raise ValueError(f"{self.where} is damaged: {error}") from error
            raise


def _checked(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of a storage's configuration, with its basename as bytes."""
    if not isinstance(config, Mapping):
        raise TypeError(f"storage_config is {type(config).__name__}; allowed is a mapping, as datasketch takes it")
    found, kind = dict(config), config.get("type")
    if kind not in PACKAGES:
        raise ValueError(f"storage_config['type']={kind!r}; allowed is {', '.join(map(repr, PACKAGES))}")
    if kind == "dict":
        return {"type": "dict"}
    if not isinstance(found.get(kind), Mapping):
        raise ValueError(f"storage_config[{kind!r}]={found.get(kind)!r}; allowed is a mapping: where the server is")
    name = found.get("basename")
    if not isinstance(name, (str, bytes)) or not name:
        raise ValueError(
            f"storage_config['basename']={name!r}; allowed is any str or bytes but an empty one: "
            "without a name no other process would find the index, nor a later one"
        )
    if found[kind].get("decode_responses"):
        raise ValueError(f"storage_config[{kind!r}]['decode_responses'] is set; shingle sets are bytes: leave it out")
    package = PACKAGES[kind]
    if package and not find_spec(package):
        extra = ": pip install 'passage-dedup[redis]'" if kind == "redis" else ": pip install cassandra-driver"
        raise ModuleNotFoundError(f"storage_config['type']={kind!r} needs the package {package}{extra}", name=package)
    found["basename"] = name.encode() if isinstance(name, str) else name
    return found


def _resolved(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values, with environment variables and defaults in the form of datasketch replaced."""
    return {
        name: os.environ.get(value["env"], value.get("default"))
        if isinstance(value, Mapping) and "env" in value
        else value
        for name, value in given.items()
    }


def _server(config: Mapping[str, Any]) -> str:
    """Return the name of a store's server for messages."""
    if config["type"] != "redis":
        return str(config["type"])
    given = _resolved(config["redis"])
    path = given.get("unix_socket_path") or f"{given.get('host', 'localhost')}:{given.get('port', 6379)}"
    return f"the Redis server at {path}"
