import random

import numpy as np
import pytest

from dedup.lint.diagnose.diff import Changes, Words, changed_runs, describe, find_changes
from dedup.lint.diagnose.quotes import Quoter
from dedup.lint.findings import Change
from dedup.text.reading import read
from tests.lint.repeats import spans


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
    assert said == '"red" -> "blue"; "very old" inserted; "late" deleted'


def test_a_change_is_said_once_and_of_many_only_the_first_are_said():
    changes = [change(str(number), "x") for number in (1, 2, 1, 3, 4, 5)]
    assert describe(changes) == '"1" -> "x"; "2" -> "x"; "3" -> "x"; and 2 more'
    assert describe([]) == ""


def test_a_long_change_is_shortened_in_its_middle():
    said = describe([change("a" * 50 + " middle " + "b" * 50, "")])
    assert said == f'"{"a" * 30} … {"b" * 30}" deleted'


def test_a_long_change_is_cut_between_words_unless_too_little_were_left():
    said = describe([change("the mayor said that the old mill would not be open again before the end of May", "")])
    assert said == '"the mayor said that the old … again before the end of May" deleted'
    said = describe([change(f"the {'a' * 50} mill {'b' * 50} May", "")])
    assert said == f'"the {"a" * 26} … {"b" * 26} May" deleted'


def changes_of(first: str, other: str, *shared: str, markup: str = "markdown") -> list[tuple[str, str, str]]:
    """(was, now, the span in the source) of the changes from one text to another that shares some phrases with it."""
    rows = [
        Words(Quoter(reading), 0, len(reading.tokens.hashes)) for reading in (read(first, markup), read(other, markup))
    ]
    tokens = rows[1].quoter.reading.tokens
    matched = [
        (int(np.searchsorted(tokens.starts, start)), int(np.searchsorted(tokens.ends, end, "right")))
        for start, end in spans(other, *shared)
    ]
    found = Changes(*rows, find_changes(*rows, matched))
    return [(one.was, one.now, other[one.start : one.end]) for one in found]


def test_words_that_differ_are_quoted_as_they_are_read():
    assert changes_of(
        "See [Chapter 7](#doors)<!-- later -->. The `latch` of *the* door &amp; gate.\n\n- One\n- two\n\nend",
        "See [Chapter 8](#gates). The **old** `bolt` of the door &amp; gate.\n\n![A gate](a.png)\n\nThree\nend",
        "See [Chapter",
        "The",
        "of the door &amp; gate",
        "end",
    ) == [
        ("7", "8", "8](#gates)"),
        ("latch", "old bolt", "old** `bolt"),
        ("One two", "Three", "Three"),
    ]


def test_in_quotes_an_entity_is_its_character_and_a_border_a_blank():
    first, other = (
        "<p>a <b>bc</b> d</p>",
        "<p>a x&eacute;<b>y</b>&lt;z</p><p>new<br>line<script>no</script>s</p><p>d</p>",
    )
    [(was, now, _)] = changes_of(first, other, "a", "d", markup="html")
    assert (was, now) == ("bc", "xéy<z new lines")


@pytest.mark.parametrize(
    ("first", "other", "shared", "expected"),
    [
        # a word by chance between two replaced ones
        ("on name of the road", "on front of house road", ["on", "of", "road"], [("name of the", "front of house")]),
        # a word that is longer than what was replaced beside it holds the two apart
        ("on 13 and 14 road", "on 15 and 16 road", ["on", "and", "road"], [("13", "15"), ("14", "16")]),
        ("on third and 4 road", "on fifth and 6 road", ["on", "and", "road"], [("third", "fifth"), ("4", "6")]),
        ("on 3 and fourth road", "on 5 and sixth road", ["on", "and", "road"], [("3", "5"), ("fourth", "sixth")]),
        # two words hold them apart
        (
            "on seventeen of the nineteen road",
            "on eighteen of the fourteen road",
            ["on", "of the", "road"],
            [("seventeen", "eighteen"), ("nineteen", "fourteen")],
        ),
        # what is only added or left out is told by itself
        ("on name of road", "on front of house road", ["on", "of", "road"], [("name", "front"), ("", "house")]),
        ("on name of the road", "on of house road", ["on", "of", "road"], [("name", ""), ("the", "house")]),
        # more than two
        (
            "on one a two b three road",
            "on 111 a 222 b 333 road",
            ["on", "a", "b", "road"],
            [("one a two b three", "111 a 222 b 333")],
        ),
        # two ideographs are one word
        ("北门很旧今天关闭维修", "南墙太高今天开放参观", ["今天"], [("北门很旧今天关闭维修", "南墙太高今天开放参观")]),
        (
            "北门很旧到今天关闭维修",
            "南墙太高到今天开放参观",
            ["到今天"],
            [("北门很旧", "南墙太高"), ("关闭维修", "开放参观")],
        ),
    ],
)
def test_a_short_word_between_two_replaced_ones_does_not_part_them(first, other, shared, expected):
    found = changes_of(first, other, *shared)
    assert [(was, now) for was, now, _ in found] == expected
    assert [span for *_, span in found] == [now for _, now in expected]


def test_a_chain_of_joined_changes_is_linear():
    def quoted(number: int) -> int:
        first = " ".join(f"one{n} a" for n in range(number)) + " end"
        other = " ".join(f"two{n} a" for n in range(number)) + " end"
        reading = read(other)
        asked = []

        class Counted(Quoter):
            def quote(self, start, end):
                asked.append(end - start)
                return super().quote(start, end)

        matched = [(at, at + 1) for at in range(1, 2 * number, 2)]
        rows = [Words(said, 0, 2 * number + 1) for said in (Quoter(read(first)), Counted(reading))]
        [found] = Changes(*rows, find_changes(*rows, [*matched, (2 * number, 2 * number + 1)]))
        assert (found.was, found.now) == (first.removesuffix(" a end"), other.removesuffix(" a end"))
        return sum(asked)

    assert quoted(800) < 5 * quoted(200)
