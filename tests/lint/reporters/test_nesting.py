from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from dedup.lint.findings import Change
from dedup.lint.reporters.nesting import inside, parents, shown_places
from tests.lint.repeats import exact, place, report_of

TEXT = "".join(map(chr, range(0x4E00, 0x4E00 + 104)))  # every character is a word of its own


def findings(*rows: tuple[int, list[tuple[str, int, int]]]):
    texts = {"a.md": TEXT, "b.md": TEXT}
    return report_of(
        texts, *(exact(words, *(place(path, ((start, end),)) for path, start, end in at)) for words, at in rows)
    ).findings


def test_a_repeat_inside_a_longer_one_stands_under_it():
    found = findings(
        (20, [("a.md", 0, 20), ("a.md", 30, 50)]),
        (5, [("a.md", 5, 10), ("b.md", 0, 5)]),
        (5, [("a.md", 60, 65), ("b.md", 9, 14)]),
    )
    assert parents(found) == [None, 0, None]


def test_of_several_the_closest_is_the_parent():
    found = findings(
        (30, [("a.md", 0, 30), ("b.md", 0, 30)]),
        (20, [("a.md", 5, 25), ("b.md", 40, 60)]),
        (5, [("a.md", 8, 13), ("b.md", 70, 75)]),
    )
    assert parents(found) == [None, 0, 1]


def test_a_repeat_that_only_overlaps_stands_alone():
    found = findings((20, [("a.md", 0, 20), ("a.md", 30, 50)]), (10, [("a.md", 15, 25), ("b.md", 0, 10)]))
    assert parents(found) == [None, None]


def test_repeats_of_the_same_length_are_no_parents_of_each_other():
    found = findings((9, [("a.md", 0, 20), ("b.md", 5, 10)]), (9, [("a.md", 5, 10), ("b.md", 0, 20)]))
    assert parents(found) == [None, None]


def test_places_inside_another_finding_are_recognised():
    outer, inner = findings(
        (20, [("a.md", 0, 20), ("b.md", 30, 50)]),
        (5, [("a.md", 15, 20), ("a.md", 20, 25), ("b.md", 0, 5), ("b.md", 30, 35)]),
    )
    assert inside(inner.places, outer) == [True, False, False, True]


@given(st.data(), st.integers(2, 20), st.integers(2, 6))
def test_the_first_place_and_one_that_differs_are_always_shown(data, number, limit):
    [finding] = findings((5, [("a.md", at, at + 1) for at in range(number)]))
    nested = data.draw(st.lists(st.booleans(), min_size=number, max_size=number))
    differs = [False, *data.draw(st.lists(st.booleans(), min_size=number - 1, max_size=number - 1))]
    changed = [
        one._replace(changes=(Change(one.start, one.end, "was", "now"),)) if differ else one
        for one, differ in zip(finding.places, differs, strict=True)
    ]
    shown = shown_places(replace(finding, places=tuple(changed)), limit, nested)
    assert shown == sorted(set(shown))
    free = [index for index in range(number) if not nested[index]] or list(range(number))
    if not any(differs):
        assert shown == free[:limit]
        return
    assert shown[0] == 0
    assert any(differs[index] for index in shown)
    assert len(shown) <= limit
    extra = [index for index in shown if index not in free]
    assert set(extra) <= {0, differs.index(True)}  # no more nested places than needed
    assert len(shown) == min(limit, len(free) + len(extra))
