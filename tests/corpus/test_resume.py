"""A run that is interrupted goes on from its scratch folder to the same result, wherever it stopped."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("duckdb")

from dedup import corpus
from dedup.corpus.on_duckdb import DuckDB

STEPS = ("query", "map", "counters", "value", "drop")


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """A family whose texts drift apart, so that it takes several turns, and one of near copies."""
    words = [f"word{number}" for number in range(300)]
    drifting = [" ".join([*words[number : number + 20], "ends"]) for number in range(90)]
    copies = [" ".join([*words[200:230], f"copy{number}"]) for number in range(40)]
    path = tmp_path / "texts.jsonl"
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in drifting + copies))
    return path


def interrupted(monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    """Make the step with this number fail, before or after it is done."""
    done = 0

    def wrapped(step: Callable[..., Any]) -> Callable[..., Any]:
        def counted(self: DuckDB, *given: Any) -> Any:
            nonlocal done
            done += 1
            if done == at and at % 2:
                raise KeyboardInterrupt
            result = step(self, *given)
            if done == at:
                raise KeyboardInterrupt
            return result

        return counted

    for name in STEPS:
        monkeypatch.setattr(DuckDB, name, wrapped(getattr(DuckDB, name)))


@pytest.mark.parametrize("linkage", ["star", "single"])
def test_a_run_that_is_interrupted_at_every_third_step_comes_to_the_same_result(
    texts: Path, tmp_path: Path, linkage: str
) -> None:
    def run(scratch: Path | None) -> list[dict[str, Any]]:
        with corpus.find_duplicates(texts, threshold=0.6, linkage=linkage, scratch=scratch, memory="300MB") as found:
            return found.members().read_all().to_pylist()

    at, stopped = 3, True
    while stopped:
        with pytest.MonkeyPatch.context() as patch:
            interrupted(patch, at)
            try:
                result, stopped = run(tmp_path / "scratch"), False
            except KeyboardInterrupt:
                at += 3
    assert at > 30
    assert result == run(None)
    assert 0 < sum(row["keep"] for row in result) < len(result)
