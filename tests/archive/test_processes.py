"""Several processes use an archive at once, and some of them end in the middle of it."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from dedup import Archive
from tests.archive.writers import SENTENCE

ROOT = Path(__file__).parents[2]


def writer(address: str, name: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.archive.writers", address, name, f"{count}"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)


def test_writers_wait_for_each_other_and_readers_see_whole_documents(address: str) -> None:
    with Archive(address) as archive:
        archive.add("first", f"before all: {SENTENCE}")
        writers = [writer(address, name, 30) for name in ("one", "two")]
        seen = 0
        while any(process.poll() is None for process in writers):
            found = archive.find(SENTENCE)
            (repeat,) = found
            count = repeat.omitted + len(repeat.places)
            assert count >= seen, "what was stored stays"
            seen = count
            assert len(archive) >= 1
        for process in writers:
            out, err = process.communicate()
            assert (process.returncode, err) == (0, "")
            assert len(out.splitlines()) == 30
        expected = {"first", *(f"{name}-{number}" for name in ("one", "two") for number in [*range(30), "latest"])}
        assert set(archive) == expected
        (repeat,) = archive.find(SENTENCE)
        assert repeat.omitted + len(repeat.places) == 1 + 61
        assert archive.check() == []


@pytest.mark.parametrize("moment", range(4))
def test_what_was_reported_as_stored_outlives_a_writer_that_is_killed(address: str, moment: int) -> None:
    with Archive(address) as archive:
        archive.add("first", SENTENCE)
    process = writer(address, "one", 1000)
    assert process.stdout is not None
    stored = [process.stdout.readline().strip() for _ in range(random.Random(moment).randint(1, 12))]
    process.kill()
    stored += process.stdout.read().splitlines()
    process.communicate()
    with Archive(address) as archive:
        assert {"first", *stored} <= set(archive)
        assert archive.check() == []
        assert archive.add("after", SENTENCE)
        (repeat,) = archive.find(SENTENCE)
        assert {place.document for place in repeat.places} >= {0, "first", "after", *stored} or repeat.omitted
