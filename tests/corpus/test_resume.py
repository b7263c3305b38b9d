"""A run that is interrupted goes on from its scratch folder to the same result, wherever it stopped.

Under the profile ``search`` it is interrupted at every step, and each command is killed at 30 random moments.
"""

import json
import multiprocessing
import random
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

pytest.importorskip("duckdb")

from dedup import cli, corpus
from dedup.corpus.on_duckdb import DuckDB
from dedup.corpus.output import SCRATCH

STEPS = ("query", "map", "counters", "value", "drop")
SEARCH = settings.default.max_examples > 1_000
EVERY = 1 if SEARCH else 9
KILLS = 30 if SEARCH else 1


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """A family whose texts drift apart, so that it takes several turns, and one of near copies."""
    words = [f"word{number}" for number in range(300)]
    drifting = [" ".join([*words[number : number + 20], "ends"]) for number in range(40)]
    copies = [" ".join([*words[200:230], f"copy{number}"]) for number in range(20)]
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
def test_a_run_that_is_interrupted_at_any_step_comes_to_the_same_result(
    texts: Path, tmp_path: Path, linkage: str
) -> None:
    def run(scratch: Path | None) -> list[dict[str, Any]]:
        with corpus.find_duplicates(texts, threshold=0.6, linkage=linkage, scratch=scratch, memory="300MB") as found:
            return found.members().read_all().to_pylist()

    for at in count(1, EVERY):
        with pytest.MonkeyPatch.context() as patch:
            interrupted(patch, at)
            try:
                result = run(tmp_path / "scratch")
                break
            except KeyboardInterrupt:
                pass
    assert at > 20
    assert result == run(None)
    assert 0 < sum(row["keep"] for row in result) < len(result)


def files(folder: Path) -> dict[str, bytes]:
    """What is in a folder, by path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.skipif("forkserver" not in multiprocessing.get_all_start_methods(), reason="the system cannot fork")
@pytest.mark.parametrize("command", ["duplicates", "passages"])
def test_a_command_that_is_killed_at_any_moment_goes_on_to_the_same_files(tmp_path: Path, command: str) -> None:
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["dedup.cli.corpus", "dedup.corpus.duplicates", "dedup.corpus.passages"])
    generator = random.Random(f"killed {command}")
    words = [f"word{number}" for number in range(2_000)]
    originals = [generator.choices(words, k=40) for _ in range(1_500)]
    near = [[*original[:38], "another", "end"] for original in originals]
    texts = [" ".join(text) for text in generator.sample(originals + near + originals[:200], 3_200)]
    source = tmp_path / "texts.jsonl"
    source.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    elsewhere = command == "passages"
    options = ["--min-words=20", "--texts"] if command == "passages" else ["--pairs", "--method=exact"]

    def run(output: Path, seconds: float | None) -> None:
        """Begin or go on, unless the run has come to its end, and kill it after so many seconds."""
        scratch = output.with_suffix(".scratch") if elsewhere else output / SCRATCH
        given = ["corpus", command, str(source), f"--output={output}", f"--scratch={scratch}", "--memory=300MB"]
        resume = ["--resume"] if scratch.exists() else []
        if resume or not output.exists() or not any(output.iterdir()):
            process = processes.Process(target=cli.main, args=([*given, *options, *resume],))
            process.start()
            process.join(seconds)
            process.kill()
            process.join()

    started = processes.Process(target=int)  # else the first run would wait for the imports
    started.start()
    started.join()
    begun = time.perf_counter()
    run(tmp_path / "undisturbed", None)
    taken = time.perf_counter() - begun
    wanted = files(tmp_path / "undisturbed")
    assert len(wanted) > 2
    for number in range(KILLS):
        output = tmp_path / f"killed {number}"
        run(output, taken * (number + generator.random()) / KILLS)
        run(output, taken * generator.random())
        run(output, None)
        assert files(output) == wanted
