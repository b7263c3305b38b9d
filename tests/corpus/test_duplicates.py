"""`dedup.corpus.find_duplicates` keeps what the sequential rule keeps."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.corpus import oracle

pa = pytest.importorskip("pyarrow")
pytest.importorskip("duckdb")

from dedup import corpus, find_duplicates  # noqa: E402

WORDS = st.sampled_from(
    ["lamp", "river", "Straße", "نهر", "ضوء", "दीपक", "नदी", "灯", "河", "ไฟ", "น้ำ", "🔥", "seven", "7", "to", "the"]
)


@st.composite
def variants(draw: st.DrawFn) -> list[str]:
    """Texts that are variants of a few templates, some with copies and some without a word."""
    templates = draw(st.lists(st.lists(WORDS, min_size=1, max_size=24), min_size=1, max_size=4))
    texts = ["", "—", "🔥 🔥"][: draw(st.integers(0, 3))]
    for _ in range(draw(st.integers(0, 30))):
        words = list(draw(st.sampled_from(templates)))
        for _ in range(draw(st.integers(0, 3))):
            words[draw(st.integers(0, len(words) - 1))] = draw(WORDS)
        texts.append(" ".join(words))
    return draw(st.permutations(texts))


def batches(texts: Sequence[str | None], **columns: Any) -> Iterator[Any]:
    """Texts as record batches of a few rows."""
    return iter(pa.table({"text": pa.array(texts, pa.string()), "id": range(len(texts)), **columns}).to_batches(7))


def found(texts: Sequence[str | None], known: Sequence[str] = (), columns: Any = None, **options: Any) -> Any:
    """What the plan decides, as the oracle tells it."""
    against = None
    if known:
        rows = pa.table({"text": pa.array(known, pa.string()), "id": range(-len(known), 0)})
        against = iter(rows.to_batches(5))
    with corpus.find_duplicates(
        batches(texts, **(columns or {})), id="id", against=against, memory="300MB", **options
    ) as result:
        rows = result.members().read_all().to_pylist()
    assert [row["id"] for row in rows] == [i for i, text in enumerate(texts) if text is not None]
    assert all(row["keep"] == (row["because"] is None) for row in rows)
    assert all(row["group"] == (row["id"] if row["keep"] else row["because"]) for row in rows)
    return [oracle.Member(row["because"], row["similarity"]) for row in rows]


@settings(max_examples=15)
@given(variants(), st.sampled_from([0.2, 0.5, 0.8, 1.0]))
def test_texts_are_kept_by_the_sequential_rule(engine: str, texts: list[str], threshold: float) -> None:
    texts = [*texts, "lamp river lamp"]
    assert found(texts, threshold=threshold) == oracle.kept(texts, threshold)


@settings(max_examples=8)
@given(variants(), st.sampled_from([0.4, 0.8, 1.0]), st.data())
def test_containment_never_removes_a_text_for_a_smaller_one(
    engine: str, texts: list[str], threshold: float, data: st.DataObject
) -> None:
    texts = [*texts, "lamp river lamp the river to the lamp 7"]
    scores = [float(len(text)) for text in texts]
    expected = oracle.kept(texts, threshold, containment=True, scores=scores)
    assert found(texts, threshold=threshold, measure="containment", keep="longest") == expected


@settings(max_examples=8)
@given(variants(), st.data())
def test_the_highest_score_is_kept(engine: str, texts: list[str], data: st.DataObject) -> None:
    texts = [*texts, "lamp river lamp"]
    scores = data.draw(st.lists(st.integers(-3, 3), min_size=len(texts), max_size=len(texts)))
    columns = {"score": pa.array(scores, pa.int32())}
    assert found(texts, columns=columns, threshold=0.5, keep="score") == oracle.kept(texts, 0.5, scores=scores)


@settings(max_examples=8)
@given(variants(), variants())
def test_texts_like_known_ones_go(engine: str, texts: list[str], known: list[str]) -> None:
    texts, known = [*texts, "lamp river lamp"], [*known, "lamp river lamp"]
    assert found(texts, known, threshold=0.5) == oracle.kept(texts, 0.5, known=known)


def test_a_text_that_is_null_has_no_member(engine: str) -> None:
    texts = [None, "a lamp by the river", None, "A lamp, by the river!"]
    assert found(texts) == [oracle.Member(None, None), oracle.Member(1, 1.0)]


def test_a_long_chain_of_variants_is_decided(engine: str) -> None:
    words = [f"word{i}" for i in range(1_020)]
    texts = [" ".join(words[i : i + 12]) for i in range(1_000)]
    because = [-1 if member.because is None else member.because for member in found(texts, threshold=0.8)]
    assert because == find_duplicates(texts, threshold=0.8).because.tolist()
    assert because.count(-1) == 500
    assert found(texts[:60], threshold=0.6) == oracle.kept(texts[:60], 0.6)


def test_a_family_is_compared_with_its_first_member_only(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from dedup.corpus import batches as functions

    compared = []
    verify = functions.ToMatches.__call__

    def counting(self: Any, rows: Any) -> Any:
        def counted() -> Any:
            for batch in rows:
                compared.append(batch.num_rows)
                yield batch

        return verify(self, counted())

    monkeypatch.setattr(functions.ToMatches, "__call__", counting)
    words = [f"word{i}" for i in range(40)]
    texts = [" ".join([*words, f"variant{i}"]) for i in range(600)]
    with corpus.find_duplicates(batches(texts)) as result:
        assert result.counts.removed == 599
    assert sum(compared) < 5 * len(texts)


def test_lsh_keeps_no_two_similar_texts_that_it_compares(engine: str) -> None:
    words = [f"word{i}" for i in range(700)]
    texts = [" ".join(words[i : i + 600]) for i in (0, 1, 2, 90, 91, 0)]
    assert found(texts, method="lsh", threshold=0.8) == oracle.kept(texts, 0.8)
    assert found(texts, threshold=0.8) == oracle.kept(texts, 0.8)  # "auto" takes it, too


@settings(max_examples=12)
@given(
    variants(),
    variants(),
    st.sampled_from([0.3, 0.6, 0.9, 1.0]),
    st.sampled_from(["jaccard", "containment"]),
    st.sampled_from(["first", "longest"]),
    st.booleans(),
)
def test_the_result_is_that_of_a_collection_in_memory(
    engine: str, texts: list[str], known: list[str], threshold: float, measure: Any, keep: Any, against: bool
) -> None:
    texts = [*texts, "lamp river lamp the river to the lamp 7"]
    known = [*known, "lamp river lamp"] if against else []
    expected = find_duplicates(
        texts, threshold=threshold, measure=measure, keep=keep, against=known if against else None
    )
    result = found(texts, known, threshold=threshold, measure=measure, keep=keep)
    count = len(texts)
    because = [
        -1 if m.because is None else m.because if m.because >= 0 else count + len(known) + m.because for m in result
    ]
    assert because == expected.because.tolist()
    similarity = [math.nan if member.similarity is None else member.similarity for member in result]
    np.testing.assert_array_equal(similarity, expected.similarity)


@settings(max_examples=8)
@given(variants(), st.sampled_from([0.4, 0.8]))
def test_chains_and_pairs_are_those_of_a_collection_in_memory(engine: str, texts: list[str], threshold: float) -> None:
    texts = [*texts, "lamp river lamp the river to the lamp 7"]
    expected = find_duplicates(texts, threshold=threshold, linkage="single", pairs="all", keep="longest")
    with corpus.find_duplicates(
        batches(texts), id="id", threshold=threshold, linkage="single", keep="longest"
    ) as result:
        rows = result.members().read_all().to_pylist()
        pairs = result.pairs().read_all().to_pylist()
    assert [-1 if row["because"] is None else row["because"] for row in rows] == expected.because.tolist()
    got = sorted((*sorted((row["first"], row["second"])), row["similarity"]) for row in pairs)
    assert got == sorted((*sorted((pair[0], pair[1])), pair[2]) for pair in expected.pairs.tolist())
