import subprocess
import sys
import threading

import numpy as np
import pytest

from dedup.lint.sources import workers
from dedup.lint.sources.load import WorkerError
from dedup.lint.sources.workers import read_all
from dedup.text.reading import read

BLOCKS = frozenset({"prose", "list"})
TEXTS = [
    ("# Tides\n\nThe *harbour* opens at low water &amp; closes at noon.\n", "markdown"),
    ("Το λιμάνι ανοίγει το πρωί.\n\n東京の港は朝に開きます。\n", "plain"),
    ("<p>The harbour<b> opens</b> at 5&nbsp;o'clock.</p><pre>x</pre>", "html"),
    ("Tides\n=====\n\n* the ``harbour`` opens\n* ميناء\n", "rst"),
    ("", "plain"),
    ("import A from 'a'\n\n<A />\n\nThe harbour {1 + 1} opens.\n", "mdx"),
    ("lone \ud800 surrogate, 🙂 and e\u0301\r\n", "markdown"),
]

BEGIN = "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); import dedup.lint.sources.workers as w; "
KILLED = BEGIN + (
    "import os, signal; w._receive(sys.stdin.buffer); w._send(sys.stdout.buffer, True); "
    "w._receive(sys.stdin.buffer); os.kill(os.getpid(), signal.SIGKILL)"
)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every text is a chunk."""
    monkeypatch.setattr(workers, "CHUNK", 1)


@pytest.fixture
def others_first(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """This process reads nothing until another has answered for a chunk, or has ended."""
    answered = threading.Event()
    receive, here, feed = workers._receive, workers.read, workers._Crew._feed
    calls: dict[object, int] = {}

    def told(pipe):
        calls[pipe] = calls.get(pipe, 0) + 1
        answer = receive(pipe)
        if calls[pipe] > 1:  # the first says that it is ready
            answered.set()
        return answer

    def fed(crew, process):
        feed(crew, process)
        answered.set()

    def patient(text, markup, blocks):
        assert answered.wait(60)
        return here(text, markup, blocks)

    monkeypatch.setattr(workers, "_receive", told)
    monkeypatch.setattr(workers, "read", patient)
    monkeypatch.setattr(workers._Crew, "_feed", fed)
    return answered


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen]:
    """The processes that were started."""
    processes = []
    start = workers._start

    def noted():
        processes.append(start())
        return processes[-1]

    monkeypatch.setattr(workers, "_start", noted)
    return processes


def parts(reading):
    arrays = [getattr(reading.tokens, name) for name in ("hashes", "starts", "ends", "weights")]
    arrays += [getattr(reading.marks, name) for name in ("starts", "ends", "kinds", "hidden", "borders")]
    return arrays, (reading.text, reading.marks.stands, reading.kinds)


def same(one, other) -> bool:
    (arrays, rest), (others, others_rest) = parts(one), parts(other)
    return rest == others_rest and all(
        left.dtype == right.dtype and np.array_equal(left, right) for left, right in zip(arrays, others, strict=True)
    )


def test_several_processes_read_what_one_reads_in_order(engine, others_first, started):
    texts = TEXTS * 5
    told: list[int] = []
    readings = read_all(texts, BLOCKS, 2, told.append)
    assert all(same(one, read(*text, BLOCKS)) for one, text in zip(readings, texts, strict=True))
    assert told == sorted(told)
    assert told[-1] == len(texts)
    assert others_first.is_set()
    assert len(started) == 2


def test_a_chunk_holds_several_short_texts_or_one_long_one(monkeypatch):
    monkeypatch.setattr(workers, "CHUNK", 10)
    texts = [(length * "x", "plain") for length in (4, 4, 4, 30, 1, 9, 2)]
    chunks = workers._chunks(texts)
    assert [[len(text) for text, _ in chunk.texts] for chunk in chunks] == [[4, 4, 4], [30], [1, 9], [2]]
    assert [chunk.number for chunk in chunks] == [0, 1, 2, 3]


@pytest.mark.parametrize("texts", [[], TEXTS[:1]], ids=["no text", "one text"])
def test_no_process_is_started_for_one_chunk(texts, started):
    assert len(read_all(texts, BLOCKS, 2)) == len(texts)
    assert started == []


def test_what_another_process_cannot_read_is_told_of_by_this_one(others_first):
    with pytest.raises(ValueError, match="'nonsense' is unknown"):
        read_all([TEXTS[0], *[("words", "nonsense")] * 3, *TEXTS], BLOCKS, 1)


@pytest.mark.skipif(sys.platform == "win32", reason="no signals")
def test_a_process_that_is_killed_is_an_error_that_says_so(monkeypatch, others_first, started):
    monkeypatch.setattr(workers, "_PROGRAM", KILLED)
    with pytest.raises(WorkerError, match=r"ended by signal 9; is memory short\? DEDUP_THREADS=1 reads"):
        read_all(TEXTS, BLOCKS, 1)
    assert started[0].returncode == -9


def test_a_process_that_ends_early_is_an_error_that_says_so(monkeypatch, others_first):
    monkeypatch.setattr(workers, "_PROGRAM", KILLED.replace("os.kill(os.getpid(), signal.SIGKILL)", "sys.exit(3)"))
    with pytest.raises(WorkerError, match="ended with exit code 3"):
        read_all(TEXTS, BLOCKS, 1)


def test_a_process_that_cannot_begin_is_done_without(monkeypatch, started):
    monkeypatch.setattr(workers, "_PROGRAM", "raise SystemExit(1)")
    readings = read_all(TEXTS * 5, BLOCKS, 2)
    assert all(same(one, read(*text, BLOCKS)) for one, text in zip(readings, TEXTS * 5, strict=True))
    assert len(started) == 2


def test_a_process_that_cannot_be_started_is_done_without(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nowhere"))
    assert len(read_all(TEXTS, BLOCKS, 2)) == len(TEXTS)


def test_no_process_and_no_thread_outlives_an_interrupt(started, others_first):
    def interrupt(done: int) -> None:
        raise KeyboardInterrupt

    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        read_all(TEXTS * 20, BLOCKS, 2, interrupt)
    assert [process.poll() is None for process in started] == [False, False]
    assert threading.active_count() == before


def test_a_process_ends_when_the_one_it_works_for_is_gone(monkeypatch):
    monkeypatch.setenv("DEDUP_ENGINE", "reference")
    process = workers._start()
    stdin, stdout = workers._there(process.stdin), workers._there(process.stdout)
    try:
        workers.pickle.dump(sys.path, stdin)
        workers._send(stdin, (BLOCKS, 0))
        assert workers._receive(stdout) is True
        for text in TEXTS:
            workers._send(stdin, [text])
            assert workers._receive(stdout) is True
        stdin.close()
        assert process.wait(60) == 1
    finally:
        process.kill()
        process.wait()
        stdin.close()
        stdout.close()


def test_a_folder_with_modules_of_its_own_is_not_asked_for_them(monkeypatch, tmp_path, others_first):
    (tmp_path / "pickle.py").write_text("raise SystemExit(5)")
    (tmp_path / "numpy.py").write_text("raise SystemExit(5)")
    monkeypatch.chdir(tmp_path)
    assert len(read_all(TEXTS, BLOCKS, 1)) == len(TEXTS)
    assert others_first.is_set()
