"""`dedup.corpus.find_passages` finds all that stood before, and nothing else."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.corpus import oracle

pa = pytest.importorskip("pyarrow")
pytest.importorskip("duckdb")

from dedup import corpus  # noqa: E402

PIECES = st.sampled_from(
    ["lamp ", "river. ", "Straße, ", "نهر ", "दीपक ", "灯", "河", "ไฟ", "น้ำ", "\n\n", "don't ", "🔥"]
)
TEXTS = st.lists(st.lists(PIECES, max_size=60).map("".join), min_size=1, max_size=8)


def spans(texts: list[str], min_words: int) -> list[tuple[int, int, int]]:
    """The spans of a corpus of these texts."""
    table = pa.table({"text": texts, "id": range(len(texts))})
    with corpus.find_passages(iter(table.to_batches(3)), id="id", min_words=min_words, memory="300MB") as found:
        return [(row["id"], row["start"], row["end"]) for row in found.spans().read_all().to_pylist()]


@settings(max_examples=40)
@given(TEXTS, st.sampled_from([4, 6]))
def test_every_run_that_stood_before_is_in_a_span(engine: str, texts: list[str], min_words: int) -> None:
    texts = [*texts, texts[0][3:] + "|" + texts[-1]]
    assert spans(texts, min_words) == oracle.spans(texts, min_words)


def test_of_one_word_said_on_and_on_one_run_stays(engine: str) -> None:
    assert spans(["row " * 1000], 50) == [(0, 200, 3999)]


def test_cutting_leaves_one_copy_of_each_passage(engine: str, tmp_path: Path) -> None:
    passage = "The ferry leaves the north pier at seven and calls at both islands before noon"
    texts = [f"Mornings. {passage}. Bring a coat.", f"{passage}!", f"Again: {passage}, as ever."]
    (tmp_path / "in").mkdir()
    lines = [f'{{"n":{i},"text":"{text}"}}\n' for i, text in enumerate(texts)]
    (tmp_path / "in" / "a.jsonl").write_text("".join(lines), encoding="utf-8")
    with corpus.find_passages(tmp_path / "in", min_words=8) as found:
        found.write(tmp_path / "out", texts=True)
    written = (tmp_path / "out" / "cut" / "a.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    assert written == [lines[0], '{"n":1,"text":""}\n', '{"n":2,"text":"Again: as ever."}\n']
