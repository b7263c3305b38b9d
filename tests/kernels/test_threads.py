"""Work on several threads, in order."""

import threading
from collections.abc import Iterator

import pytest

from dedup.kernels import threads


@pytest.mark.parametrize("count", ["1", "2", "5"])
def test_results_come_in_the_order_of_the_items(monkeypatch: pytest.MonkeyPatch, count: str) -> None:
    monkeypatch.setenv("DEDUP_THREADS", count)
    assert threads.count() == int(count)
    assert list(threads.mapped(lambda item: item * item, range(100))) == [item * item for item in range(100)]
    assert list(threads.mapped(str, [])) == []


def test_one_thread_is_the_one_that_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEDUP_THREADS", "1")
    assert set(threads.mapped(lambda item: threading.current_thread(), range(3))) == {threading.current_thread()}


def test_items_are_taken_only_a_few_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEDUP_THREADS", "2")
    taken = []

    def items() -> Iterator[int]:
        for item in range(1_000):
            taken.append(item)
            yield item

    results = threads.mapped(lambda item: item, items())
    assert next(results) == 0
    assert len(taken) <= 5
    results.close()
    assert len(taken) <= 5


@pytest.mark.parametrize("count", ["1", "2"])
def test_an_error_reaches_the_caller_and_leaves_no_thread(monkeypatch: pytest.MonkeyPatch, count: str) -> None:
    monkeypatch.setenv("DEDUP_THREADS", count)
    before = threading.active_count()
    with pytest.raises(ZeroDivisionError):
        list(threads.mapped(lambda item: 1 // (3 - item), range(10)))
    assert threading.active_count() == before


@pytest.mark.parametrize("named", ["0", "-1", "two", "1.5", " 2"])
def test_a_variable_that_is_no_number_of_threads_is_an_error_that_names_it(
    monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    monkeypatch.setenv("DEDUP_THREADS", named)
    with pytest.raises(ValueError, match=rf"DEDUP_THREADS='{named}'.*from 1"):
        threads.count()


def test_without_the_variable_every_core_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEDUP_THREADS", "")
    assert threads.count() >= 1
