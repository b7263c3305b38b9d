"""`dedup.spark` gives the results of the plan on one machine, wherever rows lie."""

import math
import shutil
import socket
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import pytest

from dedup import find_duplicates
from tests.corpus import oracle

pytest.importorskip("pyspark", reason="pyspark is not installed")
if not shutil.which("java"):
    pytest.skip("Java is not installed", allow_module_level=True)

pytestmark = pytest.mark.filterwarnings("default")

WORDS = ["lamp", "river", "Straße", "نهر", "दीपक", "灯", "ไฟ", "🔥", "7"]


CONNECT = all(find_spec(name) for name in ("grpc", "grpc_status", "zstandard"))


@pytest.fixture(scope="module")
def port() -> int:
    """A port that is free."""
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])


@pytest.fixture(scope="module")
def session(port: int) -> Iterator[Any]:
    """One small session for all tests."""
    from pyspark.sql import SparkSession

    # Jobs of a few rows: what compiles them, or changes their plan as they run, takes longer than they do.
    options = {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "1g",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.autoBroadcastJoinThreshold": "-1",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "16",  # so that partitions have several batches
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.ui.enabled": "false",
    }
    if CONNECT:
        options["spark.plugins"] = "org.apache.spark.sql.connect.SparkConnectPlugin"
        options["spark.connect.grpc.binding.address"] = "127.0.0.1"
        options["spark.connect.grpc.binding.port"] = str(port)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        builder = SparkSession.builder.master("local[2]")
        for name, value in options.items():
            builder = builder.config(name, value)
        with builder.getOrCreate() as opened:
            yield opened


@pytest.fixture(scope="module")
def remote(session: Any, port: int) -> Iterator[Any]:
    """A session of Spark Connect, which is served by the other one."""
    if not CONNECT:
        pytest.skip("pyspark[connect] is not installed")
    from pyspark.sql.connect.session import SparkSession

    with SparkSession.builder.remote(f"sc://127.0.0.1:{port}").create() as opened:
        yield opened


def variants(count: int, seed: int) -> list[str]:
    """Texts that are variants of a few templates."""
    import random

    chance = random.Random(seed)
    templates = [chance.choices(WORDS, k=chance.randint(1, 16)) for _ in range(4)]
    texts = ["", "—", "—"]
    for _ in range(count):
        words = list(chance.choice(templates))
        for _ in range(chance.randint(0, 2)):
            words[chance.randrange(len(words))] = chance.choice(WORDS)
        texts.append(" ".join(words))
    return texts


def rows(session: Any, texts: list[str], first: int = 0) -> Any:
    """Texts as a DataFrame, in no order."""
    given = [(f"{first + i:05}", text, i % 7) for i, text in enumerate(texts)]
    return session.createDataFrame(given, "id STRING, text STRING, score INT").repartition(5)


def decided(found: Any, first: int = 0) -> list[oracle.Member]:
    """What a DataFrame of members says, as the oracle tells it."""
    return [
        oracle.Member(None if row["because"] is None else int(row["because"]) - first, row["similarity"])
        for row in found.orderBy("id").collect()
    ]


def in_memory(texts: list[str], known: list[str] | None = None, **options: Any) -> list[oracle.Member]:
    """What `dedup.find_duplicates` says, as the oracle tells it."""
    found = find_duplicates(texts, against=known, **options)
    known_from = len(texts) + len(known or ())
    return [
        oracle.Member(
            None if because < 0 else because if because < len(texts) else because - known_from,
            None if math.isnan(similarity) else similarity,
        )
        for because, similarity in zip(found.because.tolist(), found.similarity.tolist(), strict=True)
    ]


def test_duplicates_are_those_of_the_sequential_rule(session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from dedup import spark
    from dedup.corpus import plan

    monkeypatch.setattr(plan, "AT_ONCE", 10)  # so that they are decided in several tasks
    texts = variants(30, 1)
    found = spark.find_duplicates(rows(session, texts), threshold=0.5, counters=1 << 10)
    members = found.collect()
    assert found.columns == ["id", "group", "keep", "because", "similarity"]
    assert all(row["keep"] == (row["because"] is None) for row in members)
    assert all(row["group"] == (row["because"] or row["id"]) for row in members)
    assert decided(found) == oracle.kept(texts, 0.5)


def test_known_texts_stay_and_the_highest_score_is_kept(session: Any, tmp_path: Any) -> None:
    from dedup import spark

    known, texts = variants(10, 2), variants(20, 2)
    found = spark.find_duplicates(
        rows(session, texts, first=len(known)),
        against=rows(session, known),
        threshold=0.6,
        keep="score",
        counters=1 << 10,
        scratch=str(tmp_path),
    )
    scores = [float(i % 7) for i in range(len(texts))]
    assert decided(found, len(known)) == oracle.kept(texts, 0.6, known=known, scores=scores)


@pytest.mark.parametrize(
    ("served", "known", "options"),
    [
        ("session", 6, {"measure": "containment", "keep": "longest", "threshold": 0.7}),
        ("session", 6, {"linkage": "single", "threshold": 0.6}),
        ("session", 0, {"method": "lsh", "keep": "longest", "threshold": 0.6}),
        ("remote", 0, {"threshold": 0.5}),
    ],
    ids=["containment", "single", "lsh", "Connect"],
)
def test_the_result_is_that_of_a_collection_in_memory(
    request: pytest.FixtureRequest, served: str, known: int, options: dict[str, Any]
) -> None:
    from dedup import spark

    session = request.getfixturevalue(served)
    texts, others = variants(16, 3), variants(known, 4) if known else None
    against = rows(session, others) if others else None
    first = len(others or ())
    found = spark.find_duplicates(rows(session, texts, first), against=against, counters=1 << 10, **options)
    expected = in_memory(texts, others, **options)
    assert decided(found, first) == expected
    assert 0 < sum(member.because is None for member in expected) < len(expected)


@pytest.mark.parametrize("ids", [["a", "b", "a"], ["a", None, "b"], [3] * 40], ids=str)
def test_an_id_that_is_null_or_repeated_is_refused(session: Any, ids: list[Any]) -> None:
    from dedup import spark

    kind = "INT" if 3 in ids else "STRING"
    df = session.createDataFrame([(each, "a lamp by the river") for each in ids], f"id {kind}, text STRING")
    named = [each for each in ids if each is not None]
    wrong = len(ids) - len(set(named))
    for find in (spark.find_duplicates, spark.find_passages):
        with pytest.raises(ValueError, match=f"^id = 'id' has {wrong} rows that are null or repeat another; allowed"):
            find(df.repartition(3))


def test_names_of_columns_may_have_dots_and_spaces(session: Any) -> None:
    from dedup import spark

    given = [(1, "a lamp by the river", 1), (2, "A lamp by the river!", 2), (3, None, 3)]
    df = session.createDataFrame(given, "`page.id` INT, `the ``text``` STRING, `how good` INT")
    found = spark.find_duplicates(df, id="page.id", text="the `text`", keep="how good", counters=1 << 10)
    assert {row["id"]: row["because"] for row in found.collect()} == {1: 2, 2: None}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"text": "number"}, "text = 'number' is a column of int; allowed: strings"),
        ({"id": "list"}, "id = 'list' is a column of array<string>; allowed: integers or strings"),
        ({"keep": "id"}, "keep = 'id' is a column of string; allowed: numbers"),
        ({"id": 1}, "id = 1 is not a str; allowed: the name of a column"),
    ],
)
def test_a_column_of_the_wrong_type_is_refused(session: Any, options: dict[str, Any], message: str) -> None:
    from dedup import spark

    df = session.createDataFrame([("a", "a lamp", 1, ["b"])], "id STRING, text STRING, number INT, list ARRAY<STRING>")
    with pytest.raises(TypeError) as raised:
        spark.find_duplicates(df, **options)
    assert str(raised.value) == message


def test_ids_of_other_types_than_those_of_known_texts_are_refused(session: Any) -> None:
    from dedup import spark

    df, known = (
        session.createDataFrame([(each, "a lamp")], "id " + kind + ", text STRING")
        for each, kind in ((1, "INT"), ("1", "STRING"))
    )
    with pytest.raises(TypeError, match="both integers, or both strings"):
        spark.find_duplicates(df, against=known)


def test_passages_are_all_that_stood_before(session: Any) -> None:
    from dedup import spark

    texts = [" ".join(variants(6, seed)) for seed in (1, 2, 1, 3, 2)]
    found = spark.find_passages(rows(session, texts), min_words=6, counters=1 << 10).orderBy("id", "start").collect()
    assert [(int(row["id"]), row["start"], row["end"]) for row in found] == oracle.spans(texts, 6)
