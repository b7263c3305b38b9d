"""An index in a Redis server is one index for all who open it, and survives what happens to the server."""

import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import datasketch
import numpy as np
import pytest
import redis
from datasketch.storage import RedisListStorage, RedisSetStorage
from hypothesis import HealthCheck, given, settings

from dedup.sketch import index as module
from dedup.sketch.index import LSHIndex
from dedup.text import fold
from tests.sketch.brute_force import collections
from tests.sketch.conftest import Server

TEXT = "the quick brown fox jumps over the lazy dog near the river bank"
OTHER = "nothing of the kind stands in this one"


@pytest.fixture
def config(redis_server: Server, basename: bytes) -> dict[str, Any]:
    return redis_server.config(basename)


@pytest.fixture
def names(redis_server: Server, basename: bytes) -> Iterator[Callable[[], set[bytes]]]:
    """What stands in the server under the name of the test's index."""
    with redis.Redis(port=redis_server.port) as client:
        yield lambda: {name.removeprefix(basename) for name in client.scan_iter(basename + b"*")}


RECORDS = {b"_parameters", b"_parametersindex"}


def test_what_one_client_does_the_other_sees(config: dict[str, Any]) -> None:
    one, other = LSHIndex(storage_config=config), LSHIndex(storage_config=config)
    one.add("fox", TEXT)
    assert "fox" in other
    assert len(other) == 1
    assert other.query(TEXT.upper()) == [("fox", 1.0)]
    with pytest.raises(ValueError, match="key='fox' is in the index already"):
        other.add("fox", OTHER)
    with pytest.raises(ValueError, match=r"pairs\[1\]: key='fox' is in the index already"):
        other.add_many([(1, OTHER), ("fox", OTHER)])
    assert one.query(OTHER) == [(1, 1.0)]
    other.remove("fox")
    assert "fox" not in one
    assert one.query(TEXT) == []
    with pytest.raises(KeyError, match="fox"):
        one.remove("fox")


def test_an_index_in_memory_and_one_in_a_server_merge_and_answer_many(config: dict[str, Any]) -> None:
    texts = [f"{TEXT} {number}" for number in range(40)] + [OTHER, ""]
    memory = LSHIndex()
    memory.add_many(enumerate(texts))
    with LSHIndex(storage_config=config) as index:
        index.add("fox", TEXT)
        index.merge(memory)
        assert len(index) == len(texts) + 1
        found = index.query_many([TEXT, *texts, "nothing like it"])
        assert found == [index.query(text) for text in [TEXT, *texts, "nothing like it"]]
        assert found[0][0] == ("fox", 1.0)
        back = LSHIndex()
        back.merge(index)
        assert back.query_many(texts) == index.query_many(texts)


@pytest.mark.parametrize("value", [b"\x80pickle", bytes(16), struct.pack("<2Q", 9, 3), None])
def test_what_others_wrote_over_a_set_is_an_error_and_no_answer(
    redis_server: Server, basename: bytes, tmp_path: Path, value: bytes | None
) -> None:
    with LSHIndex(storage_config=redis_server.config(basename)) as index, redis.Redis(port=redis_server.port) as client:
        index.add("fox", TEXT)
        (place,) = [name for name in client.scan_iter(basename + b"_sets*") if name.endswith(b'"fox"')]
        if value is None:
            client.delete(place)
            client.hset(place, "a", "b")
        else:
            client.lset(place, 0, value)
        calls = (
            lambda: index.query(TEXT),
            lambda: index.query_many([TEXT]),
            lambda: index.save(tmp_path / "copy"),
            lambda: LSHIndex().merge(index),
        )
        for call in calls:
            with pytest.raises(ValueError, match=r"the index .* in the Redis server at .* is damaged"):
                call()
        assert not (tmp_path / "copy").exists()


def test_an_index_outlives_its_client(config: dict[str, Any]) -> None:
    with LSHIndex(0.5, num_perm=64, storage_config=config) as index:
        index.add_many({"fox": TEXT, 5: OTHER, "none": ""})
    with LSHIndex(0.5, num_perm=64, storage_config=config) as index:
        assert len(index) == 3
        assert index.query(TEXT) == [("fox", 1.0)]


def test_the_name_is_the_index(redis_server: Server, basename: bytes) -> None:
    one = LSHIndex(storage_config=redis_server.config(basename))
    text = LSHIndex(storage_config=redis_server.config(basename.decode()))
    other = LSHIndex(storage_config=redis_server.config(basename + b"other"))
    one.add("fox", TEXT)
    assert text.query(TEXT) == [("fox", 1.0)]
    assert len(other) == 0


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=collections())
def test_answers_are_those_of_an_index_in_memory(redis_server: Server, texts: list[str]) -> None:
    with redis.Redis(port=redis_server.port) as client:
        for name in client.scan_iter(b"same-*"):
            client.delete(name)
    there = LSHIndex(0.5, num_perm=32, storage_config=redis_server.config("same-"))
    here = LSHIndex(0.5, num_perm=32)
    for index in (there, here):
        index.add_many(enumerate(texts))
        for key in range(0, len(texts), 3):
            index.remove(key)
        for key in range(0, len(texts), 6):
            index.add(key, texts[key])
    assert len(there) == len(here)
    assert [there.query(text) for text in texts] == [here.query(text) for text in texts]


@pytest.mark.parametrize("count", [7, 8, 90])
def test_many_are_added_as_one_by_one(
    config: dict[str, Any], names: Callable[[], set[bytes]], monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(module, "_BATCH", 40)
    texts = {number: " ".join(f"w{number * n % 17}" for n in range(3, 12)) for number in range(count)}
    many, one_by_one = LSHIndex(storage_config=config), LSHIndex()
    many.add_many(texts)
    for key, text in texts.items():
        one_by_one.add(key, text)
    assert len(many) == count
    assert [many.query(text) for text in texts.values()] == [one_by_one.query(text) for text in texts.values()]
    for key in texts:
        many.remove(key)
    assert len(many) == 0
    assert names() == RECORDS


def test_nothing_but_the_parameters_is_left_of_texts_that_were_removed(
    config: dict[str, Any], names: Callable[[], set[bytes]]
) -> None:
    index = LSHIndex(storage_config=config)
    assert names() == RECORDS
    index.add_many({"fox": TEXT, "copy": TEXT, "other": OTHER, "none": ""})
    index.add("more", TEXT)
    for key in ("fox", "other", "none", "copy", "more"):
        index.remove(key)
    assert names() == RECORDS


def test_a_text_without_a_token_is_in_no_bucket(config: dict[str, Any], names: Callable[[], set[bytes]]) -> None:
    index = LSHIndex(storage_config=config)
    index.add_many({"none": "", "dots": "..."})
    assert len(index) == 2
    assert names() == RECORDS | {b"_sets", b'_sets"none"', b'_sets"dots"'}


def test_the_buckets_are_those_of_datasketch_and_keys_and_sets_are_readable_by_anyone(
    config: dict[str, Any], redis_server: Server, basename: bytes
) -> None:
    index = LSHIndex(storage_config=config)
    index.add("fox", TEXT)
    index.add(7, OTHER)
    hasher = index.parameters.hasher
    theirs = datasketch.MinHashLSH(params=index.parameters.bands, num_perm=128, storage_config=config, prepickle=False)
    assert theirs.query(hasher.to_datasketch(hasher.sketch([TEXT])[0])) == [b'"fox"']
    assert theirs.query(hasher.to_datasketch(hasher.sketch([OTHER])[0])) == [b"7"]
    with redis.Redis(port=redis_server.port) as client:
        (values,) = client.lrange(basename + b'_sets"fox"', 0, -1)
    row = struct.unpack(f"<{len(values) // 8}Q", values)
    assert len(row) == 11
    assert list(row) == sorted(row)
    signature = hasher.of_sets(np.array(row, np.uint64), np.array([0, len(row)]))
    assert (signature == hasher.sketch([TEXT])).all()


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"threshold": 0.7}, r"was made with threshold=0.8 \(here 0.7\), bands=18 \(here 25\), rows=7 \(here 5\)"),
        ({"recall": 0.9}, r"was made with recall=0.95 \(here 0.9\)"),
        ({"num_perm": 64}, r"was made with num_perm=128 \(here 64\)"),
        ({"seed": 2}, r"was made with seed=1 \(here 2\)$"),
        ({"shingle_size": 5}, r"was made with shingle_size=3 \(here 5\)$"),
    ],
)
def test_other_parameters_are_refused_and_named(config: dict[str, Any], options: dict[str, Any], named: str) -> None:
    index = LSHIndex(storage_config=config)
    index.add("fox", TEXT)
    with pytest.raises(ValueError, match=rf"the index 'test-\d+-' in the Redis server at 127.0.0.1:\d+ {named}"):
        LSHIndex(**options, storage_config=config)
    assert index.query(TEXT) == [("fox", 1.0)]


def test_another_fold_table_is_refused(config: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    index = LSHIndex(storage_config=config)
    monkeypatch.setattr(fold, "VERSION", 9)
    with pytest.raises(ValueError, match=r"was made with fold=2 \(here 9\)$"):
        LSHIndex(storage_config=config)
    with pytest.raises(ValueError, match=r"was made with fold=2 \(here 9\)$"):
        index.add("fox", TEXT)
    assert len(index) == 0


def test_a_store_that_dedup_did_not_make_is_refused(
    config: dict[str, Any], redis_server: Server, basename: bytes
) -> None:
    theirs = datasketch.MinHashLSH(params=(18, 7), num_perm=128, storage_config=config, prepickle=False)
    hasher = LSHIndex().parameters.hasher
    theirs.insert(b"key", hasher.to_datasketch(hasher.sketch([TEXT])[0]))
    with pytest.raises(ValueError, match="was not made by dedup: it has keys, but no parameters"):
        LSHIndex(storage_config=config)
    with redis.Redis(port=redis_server.port) as client:
        client.rpush(basename + b"_parametersindex", b"\x80 is no JSON")
    with pytest.raises(ValueError, match="was not made by dedup: its parameters are"):
        LSHIndex(storage_config=config)


def test_of_two_that_open_an_empty_store_at_the_same_time_the_first_decides(
    config: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    get, answers = RedisListStorage.get, []

    def get_after_other(self: RedisListStorage, key: bytes) -> list[bytes]:
        answers.append(get(self, key))
        if len(answers) == 1:  # nothing is recorded yet, but before this client records, another does
            with monkeypatch.context() as patch:
                patch.setattr(RedisListStorage, "get", get)
                LSHIndex(seed=2, storage_config=config)
        return answers[-1]

    with monkeypatch.context() as patch:
        patch.setattr(RedisListStorage, "get", get_after_other)
        with pytest.raises(ValueError, match=r"was made with seed=2 \(here 1\)"):
            LSHIndex(storage_config=config)
    LSHIndex(seed=2, storage_config=config).add("fox", TEXT)
    with pytest.raises(ValueError, match=r"was made with seed=2 \(here 1\)"):
        LSHIndex(storage_config=config)


def test_of_two_that_add_a_key_at_the_same_time_the_first_counts(
    config: dict[str, Any], names: Callable[[], set[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = LSHIndex(storage_config=config), LSHIndex(storage_config=config)
    one.add("fox", TEXT)
    with monkeypatch.context() as patch:  # the other one looked before
        patch.setattr(type(other._store), "sets", lambda self, keys: [None] * len(keys))
        other.add("fox", OTHER)
    for index in (one, other):
        assert len(index) == 1
        assert index.query(TEXT) == [("fox", 1.0)]
        assert index.query(OTHER) == []
    other.remove("fox")
    assert one.query(TEXT) == one.query(OTHER) == []
    assert names() == RECORDS


@pytest.mark.parametrize("stop", [redis.exceptions.ConnectionError("the line is cut"), KeyboardInterrupt()])
@pytest.mark.parametrize(
    ("count", "sent", "number"),
    # in pipelines: the keys, 18 tables, the sets; one by one: a key, its 18 bucket entries, and a pipeline of one set
    [
        *((20, ["empty_buffer"], n) for n in (0, 1, 9, 18, 19)),
        *((1, ["_insert", "empty_buffer"], n) for n in range(0, 21, 5)),
    ],
)
def test_an_addition_that_fails_half_way_leaves_keys_out_and_may_be_tried_again(
    config: dict[str, Any],
    names: Callable[[], set[bytes]],
    monkeypatch: pytest.MonkeyPatch,
    stop: BaseException,
    count: int,
    sent: list[str],
    number: int,
) -> None:
    index, witness = LSHIndex(storage_config=config), LSHIndex(storage_config=config)
    texts = {key: f"{TEXT} and {key} more of them" for key in range(count)}
    calls = iter(range(1_000))

    def failing(send: Callable[..., None]) -> Callable[..., None]:
        def fail(self: RedisListStorage, *row: object) -> None:
            if next(calls) == number:
                raise stop
            send(self, *row)

        return fail

    with monkeypatch.context() as patch:
        for name in sent:
            for storage in (RedisListStorage, RedisSetStorage):
                if name in vars(storage):
                    patch.setattr(storage, name, failing(vars(storage)[name]))
        interrupted = isinstance(stop, KeyboardInterrupt)
        named = None if interrupted else r"the Redis server at \S+ cannot be reached: the line is cut"
        with pytest.raises(KeyboardInterrupt if interrupted else ConnectionError, match=named):
            index.add_many(texts)
    for client in (index, witness):
        assert len(client) == 0
        assert not any(key in client for key in texts)
        assert client.query(texts[0]) == []
    witness.add("other", OTHER)  # what was not sent is not sent with something else either
    index.add("another", OTHER)
    assert len(witness) == 2
    index.add_many(texts)
    assert all(witness.query(text)[0] == (key, 1.0) for key, text in texts.items())
    for key in (*texts, "other", "another"):
        index.remove(key)
    assert names() == RECORDS


def test_a_server_that_is_not_there_is_named(mortal: Server) -> None:
    mortal.kill()
    with pytest.raises(ConnectionError, match=f"the Redis server at 127.0.0.1:{mortal.port} cannot be") as error:
        LSHIndex(storage_config=mortal.config("a"))
    assert isinstance(error.value.__cause__, redis.exceptions.ConnectionError)


def test_an_address_in_the_environment_and_a_socket_are_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mortal: Server
) -> None:
    config = mortal.config("a")
    mortal.kill()
    monkeypatch.setenv("WHERE", "127.0.0.1")
    config["redis"]["host"] = {"env": "WHERE", "default": "nowhere"}
    with pytest.raises(ConnectionError, match=f"the Redis server at 127.0.0.1:{mortal.port} cannot"):
        LSHIndex(storage_config=config)
    del config["redis"]["host"], config["redis"]["port"]
    config["redis"]["unix_socket_path"] = str(tmp_path / "redis.sock")
    with pytest.raises(ConnectionError, match=f"the Redis server at {tmp_path}/redis.sock cannot be reached"):
        LSHIndex(storage_config=config)


def test_an_index_whose_server_is_gone_says_so_and_works_again_when_it_is_back(mortal: Server, tmp_path: Path) -> None:
    index = LSHIndex(storage_config=mortal.config("a"))
    index.add("fox", TEXT)
    mortal.kill()
    uses: list[Callable[[], object]] = [
        lambda: index.add("other", OTHER),
        lambda: index.add_many((number, OTHER) for number in range(100)),
        lambda: index.query(TEXT),
        lambda: index.remove("fox"),
        lambda: "fox" in index,
        lambda: len(index),
        lambda: index.save(tmp_path / "index"),
    ]
    for use in uses:
        with pytest.raises(ConnectionError, match=f"the Redis server at 127.0.0.1:{mortal.port} cannot be reached"):
            use()
    assert list(tmp_path.iterdir()) == []
    assert index.query("...") == []
    assert mortal.start()
    assert len(index) == 0  # a server that keeps nothing has nothing
    index.add("fox", TEXT)
    assert index.query(TEXT) == [("fox", 1.0)]
    other = LSHIndex(storage_config=mortal.config("a"))
    assert other.query(TEXT) == [("fox", 1.0)]
    with pytest.raises(ValueError, match="seed"):
        LSHIndex(seed=3, storage_config=mortal.config("a"))


def test_a_server_that_is_killed_while_many_are_added_harms_nothing(
    mortal: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_BATCH", 30)
    index = LSHIndex(storage_config=mortal.config("a"))
    texts = {key: f"{TEXT} and {key} more of them" for key in range(100)}

    def killing() -> Iterator[tuple[int, str]]:
        for key, text in texts.items():
            if key == 70:
                assert len(index) == 60
                mortal.kill()
            yield key, text

    with pytest.raises(ConnectionError, match=f"the Redis server at 127.0.0.1:{mortal.port} cannot be reached"):
        index.add_many(killing())
    assert mortal.start()
    index.add("other", OTHER)
    assert len(index) == 1
    assert not any(key in index for key in texts)
    index.add_many(texts)
    assert all(index.query(text)[0] == (key, 1.0) for key, text in texts.items())


def test_a_saved_index_is_the_same_from_memory_and_from_a_server(
    redis_server: Server, basename: bytes, tmp_path: Path
) -> None:
    here, there = LSHIndex(), LSHIndex(storage_config=redis_server.config(basename))
    for index, name in ((here, "here"), (there, "there")):
        index.add_many({"fox": TEXT, 7: OTHER, "none": ""})
        index.save(tmp_path / name)
    assert (tmp_path / "here").read_bytes() == (tmp_path / "there").read_bytes()
    copy = LSHIndex.load(tmp_path / "there")
    copy.remove("fox")
    assert "fox" in there
    filled = LSHIndex.load(tmp_path / "here", storage_config=redis_server.config(basename + b"filled"))
    assert filled.query(TEXT) == [("fox", 1.0)]
    assert len(LSHIndex(storage_config=redis_server.config(basename + b"filled"))) == 3


def test_a_file_is_loaded_into_an_empty_store_only(redis_server: Server, basename: bytes, tmp_path: Path) -> None:
    index = LSHIndex()
    index.add("fox", TEXT)
    index.save(tmp_path / "index")
    config = redis_server.config(basename)
    other = LSHIndex(storage_config=config)
    other.add("other", OTHER)
    with pytest.raises(ValueError, match=r"the index 'test-\d+-' in the Redis .* is not empty: it holds 1 keys"):
        LSHIndex.load(tmp_path / "index", storage_config=config)
    assert len(other) == 1
    other.remove("other")
    assert LSHIndex.load(tmp_path / "index", storage_config=config).query(TEXT) == [("fox", 1.0)]
    with pytest.raises(ValueError, match=r"was made with seed=1 \(here 4\)"):
        LSHIndex(seed=4, storage_config=config)


def test_a_closed_index_has_no_connections(mortal: Server) -> None:
    with redis.Redis(port=mortal.port) as client:
        before = len(client.client_list())
        with LSHIndex(storage_config=mortal.config("a")) as index:
            index.add_many((number, f"{TEXT} {number}") for number in range(30))
            assert index.query(TEXT)
            assert len(client.client_list()) == before + 1
        # The server learns of it when it next looks at its connections, which may be after an answer or two.
        assert any(len(client.client_list()) == before for _ in range(1_000))
