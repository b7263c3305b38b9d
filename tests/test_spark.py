"""`dedup.spark` gives the results of the plan on one machine, wherever rows lie."""

import shutil
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.corpus import oracle

pytest.importorskip("pyspark", reason="pyspark is not installed")
if not shutil.which("java"):
    pytest.skip("Java is not installed", allow_module_level=True)

pytestmark = pytest.mark.filterwarnings("default")

WORDS = ["lamp", "river", "Straße", "نهر", "दीपक", "灯", "ไฟ", "🔥", "7"]


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    """One small session for all tests."""
    from pyspark.sql import SparkSession

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        # Jobs of a few rows: what compiles them, or changes their plan as they run, takes longer than they do.
        options = {
            "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
            "spark.sql.adaptive.enabled": "false",
            "spark.sql.autoBroadcastJoinThreshold": "-1",
            "spark.sql.codegen.factoryMode": "NO_CODEGEN",
            "spark.sql.codegen.wholeStage": "false",
            "spark.sql.shuffle.partitions": "2",
            "spark.ui.enabled": "false",
            "spark.driver.memory": "1g",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
        }
        builder = SparkSession.builder.master("local[2]")
        for name, value in options.items():
            builder = builder.config(name, value)
        with builder.getOrCreate() as opened:
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


def rows(session: Any, texts: list[str], first: int = 0, partitions: int = 5) -> Any:
    """Texts as a DataFrame, in no order."""
    given = [(f"{first + i:05}", text, i % 7) for i, text in enumerate(texts)]
    return session.createDataFrame(given, "id STRING, text STRING, score INT").repartition(partitions)


def decided(found: Any, first: int = 0) -> list[oracle.Member]:
    """What a DataFrame of members says, as the oracle tells it."""
    return [
        oracle.Member(None if row["because"] is None else int(row["because"]) - first, row["similarity"])
        for row in found.orderBy("id").collect()
    ]


def test_duplicates_are_those_of_the_sequential_rule(session: Any) -> None:
    from dedup import spark

    texts = variants(150, 1)
    assert decided(spark.find_duplicates(rows(session, texts), threshold=0.5)) == oracle.kept(texts, 0.5)


def test_known_texts_stay_and_the_highest_score_is_kept(session: Any, tmp_path: Any) -> None:
    from dedup import spark

    known, texts = variants(20, 2), variants(60, 2)
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


def test_passages_are_all_that_stood_before(session: Any) -> None:
    from dedup import spark

    texts = [" ".join(variants(6, seed)) for seed in (1, 2, 1, 3, 2)]
    found = spark.find_passages(rows(session, texts), min_words=6).orderBy("id", "start").collect()
    assert [(int(row["id"]), row["start"], row["end"]) for row in found] == oracle.spans(texts, 6)
