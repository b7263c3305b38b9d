import random

import pytest

from dedup.lint.changes import changed_runs, describe
from dedup.lint.findings import Change


def rebuild(first: list[int], other: list[int], changed: list[tuple[int, int, int, int]]) -> list[int]:
    """`other`, made of `first` and what changed."""
    built, done = [], 0
    for start, stop, now_start, now_stop in changed:
        built += first[done:start] + other[now_start:now_stop]
        done = stop
    return built + first[done:]


@pytest.mark.parametrize("seed", range(200))
def test_the_changes_turn_the_first_place_into_the_other(seed):
    draw = random.Random(seed)
    first = [draw.randrange(6) for _ in range(30)]
    other: list[int] = []
    matched: list[tuple[int, int]] = []
    at = 0
    while at < len(first):
        length = draw.randint(1, 8)
        matched.append((len(other), len(other) + len(first[at : at + length])))
        other += first[at : at + length]
        at += length + draw.randrange(3)
        if at < len(first):
            other += [10 + draw.randrange(3) for _ in range(draw.randrange(3))]
    assert rebuild(first, other, changed_runs(first, other, matched)) == other


@pytest.mark.parametrize(
    ("first", "other", "matched", "expected"),
    [
        ("a b c", "a b c", [(0, 3)], []),
        ("a b c", "a x c", [(0, 1), (2, 3)], [(1, 2, 1, 2)]),
        ("a b c", "a c", [(0, 1), (1, 2)], [(1, 2, 1, 1)]),
        ("a b c", "a c", [(0, 2)], [(1, 2, 1, 1)]),  # runs that touch may be given as one
        ("a c", "a b c", [(0, 1), (2, 3)], [(1, 1, 1, 2)]),
        ("the a the b", "the x b", [(0, 1), (2, 3)], [(1, 3, 1, 2)]),
        ("a b a b", "a b x b", [(0, 2), (3, 4)], [(2, 3, 2, 3)]),  # the last run ends both
        ("x a b", "a b", [(0, 2)], [(0, 1, 0, 0)]),
        ("a b x", "a b", [(0, 2)], [(2, 3, 2, 2)]),
    ],
)
def test_changes_stand_where_the_words_differ(first, other, matched, expected):
    assert changed_runs(first.split(), other.split(), matched) == expected


def change(was: str, now: str) -> Change:
    return Change(0, len(now), was, now)


def test_changes_in_words():
    said = describe([change("red", "blue"), change("", "very\n  old"), change("late", "")])
    assert said == '"red" -> "blue"; "very old" added; "late" left out'


def test_a_change_is_said_once_and_of_many_only_the_first_are_said():
    changes = [change(str(number), "x") for number in (1, 2, 1, 3, 4, 5)]
    assert describe(changes) == '"1" -> "x"; "2" -> "x"; "3" -> "x"; and 2 more'
    assert describe([]) == ""


def test_a_long_change_is_shortened_in_its_middle():
    said = describe([change("a" * 50 + " middle " + "b" * 50, "")])
    assert said == f'"{"a" * 30} … {"b" * 30}" left out'
