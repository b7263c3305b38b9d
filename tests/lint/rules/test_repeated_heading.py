"""DUP008: headings that stand twice under one parent, and headings that repeat the title of the page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.lint.rules import repeated_heading
from dedup.text.reading import read
from tests.lint.rules.places import check, compared
from tests.lint.rules.places import found as found_by


def found(*texts, markup="markdown"):
    return found_by(repeated_heading.find, *texts, markup=markup)


def test_a_heading_that_is_repeated_under_its_parent_is_found():
    text = "# Garden\n\n## Water\n\nDaily.\n\n## Soil\n\nDry.\n\n## Water\n\nWeekly.\n"
    assert found(text) == [('heading "Water" repeated under "Garden"', ["Water", "Water"])]


def test_a_heading_may_be_repeated_under_another_parent():
    assert found("# Roses\n\n## Water\n\nDaily.\n\n# Ferns\n\n## Water\n\nWeekly.\n") == []
    assert found("# Roses\n\n## Water\n\nDaily.\n\n### Water\n\nWeekly.\n") == []


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("rst", "水\n====\n\nDaily.\n\n水\n====\n\nWeekly.\n"),
        ("html", "<h1>Вода</h1><p>Daily.</p><h1><i>вода</i></h1><p>Weekly.</p>"),
        ("markdown", "Water\n=====\n\nDaily.\n\n# **Water** #\n\nWeekly.\n"),
        (
            "markdown",
            "# water() {#first}\n\nDaily.\n\n# water() <sup class='new' data-since='2'/> {#second}\n\nWeekly.\n",
        ),
        ("markdown", "# [น้ำ](a.md)\n\nDaily.\n\n# น้ำ\n\nWeekly.\n"),
    ],
)
def test_markup_anchors_and_badges_make_no_difference(markup, text):
    [(message, places)] = found(text, markup=markup)
    assert message.endswith(" repeated")
    assert len(places) == 2


@pytest.mark.parametrize("other", ["water!", "`<Water>`", "water\\", "water + soil"])
def test_signs_make_a_difference(other):
    assert found(f"# water\n\nDaily.\n\n# {other}\n\nWeekly.\n") == []


def test_two_levels_are_compared_if_nothing_is_between():
    assert found("# Water\n\n## Water\n\nWeekly.\n") == [
        ('heading "Water" repeated right after itself', ["Water", "Water"]),
    ]


def test_headings_that_come_again_and_again_are_a_pattern():
    assert found("".join(f"## Example\n\nNumber {number}.\n\n" for number in range(5))) == []
    assert found("".join(f"## Input\n\n{number}\n\n## Output\n\n{number}\n\n" for number in range(3))) == []


PAGE = "---\n{}\n---\n\n# {}\n\nOnce a day.\n"


@pytest.mark.parametrize(
    ("front", "place"),
    [
        ("title: Water the garden", "Water the garden"),
        ("lang: en\ntitle: 'Water the garden' # main", "Water the garden"),
        ('"title": "Water the garden"', "Water the garden"),
        ("title: >-\n  Water the\n  garden\ndraft: false", "Water the\n  garden"),
        ("title: Water the\n  garden\ndraft: false", "Water the\n  garden"),
    ],
)
def test_a_heading_that_repeats_the_title_of_the_page_is_found(front, place):
    [(message, places)] = found(PAGE.format(front, "Water the garden {#water}"))
    assert message == 'heading repeats the page\'s title "Water the garden"'
    assert places == [place, "Water the garden"]


def test_the_title_may_be_in_toml():
    text = PAGE.format('title = "It\'s the garden"', "It's the garden").replace("---", "+++")
    assert [places for _, places in found(text)] == [["It's the garden", "It's the garden"]]


@pytest.mark.parametrize(
    "front",
    ["title: Watering", "subtitle: Water", "menu:\n  title: Water", "# title: Water", "title:", "title: # Water"],
)
def test_another_title_or_none_is_no_finding(front):
    assert found(PAGE.format(front, "Water")) == []


def test_where_most_pages_repeat_their_title_it_is_a_convention():
    repeating = [PAGE.format(f"title: Bed {number}", f"Bed {number}") for number in range(3)]
    other = [PAGE.format(f"title: Tree {number}", "Growth") for number in range(3)]
    assert found(*repeating) == []
    assert found(*repeating, *other[:2]) == []
    assert len(found(*repeating, *other)) == 3
    assert len(found(repeating[0])) == 1


def _depth_first(levels):
    """An oracle: the number of the parent of each heading; -1 if it has none."""
    return [
        next((above for above in reversed(range(number)) if levels[above] < level), -1)
        for number, level in enumerate(levels)
    ]


@given(st.lists(st.tuples(st.integers(1, 4), st.sampled_from(["ivy", "oak", "elm", "ash", "yew"])), max_size=9))
def test_two_equal_headings_are_found_exactly_if_they_have_one_parent(headings):
    text = "".join(f"{'#' * level} {name}\n\nText.\n\n" for level, name in headings)
    parents = _depth_first([level for level, _ in headings])
    uses: dict[tuple[int, int, str], int] = {}
    for parent, (level, name) in zip(parents, headings, strict=True):
        uses[parent, level, name] = uses.get((parent, level, name), 0) + 1
    instances = list(repeated_heading.find(compared(read(text, "markdown"), within=True)))
    for instance in instances:
        check(instance, [text])
    repeated = {key: count for key, count in uses.items() if count > 1}
    assert len(instances) <= len(repeated)
    for (parent, _, _), count in repeated.items():
        if count == 2 and sum(other == parent for other, _, _ in repeated) == 1:
            assert len(instances) >= 1


@given(st.permutations(["ivy", "oak", "elm", "ash", "苔", "мох"]), st.integers(1, 6))
def test_distinct_headings_are_never_found(names, level):
    text = "".join(f"{'#' * level} {name}\n\nText.\n\n" for name in names)
    assert found(f"---\ntitle: fern\n---\n{text}") == []


def test_of_texts_that_are_not_in_focus_only_the_use_of_titles_counts():
    page, twice = "---\ntitle: Ivy\n---\n# Ivy\n\nText.\n", "## Oak\n\nText.\n\n## Oak\n\nText.\n"
    plain = "---\ntitle: Elm\n---\n# Trees\n\nText.\n"

    def places(*texts):
        readings = [read(text, "markdown") for text in texts]
        return [instance.places[0][0] for instance in repeated_heading.find(compared(*readings, focus=1))]

    assert places(page, twice) == [0]
    assert places(page, page, plain) == []  # most pages of the site repeat their title
    assert places(page, plain, plain) == [0]
    assert places(plain, page, plain) == []


@given(st.lists(st.sampled_from(["same", "other", "untitled"]), min_size=1, max_size=9), st.integers(1, 3))
def test_titles_are_reported_exactly_if_no_more_than_half_of_the_pages_repeat_theirs(pages, focus):
    texts = {
        "same": "---\ntitle: Ivy\n---\n# Ivy\n\nText.\n",
        "other": "---\ntitle: Elm\n---\n# Trees\n\nText.\n",
        "untitled": "# Moss\n\nText.\n",
    }
    readings = [read(texts[page], "markdown") for page in pages]
    same = [number for number, page in enumerate(pages) if page == "same"]
    titled = len(same) + pages.count("other")
    wanted = [] if titled > 1 and 2 * len(same) > titled else [number for number in same if number < focus]
    instances = repeated_heading.find(compared(*readings, focus=min(focus, len(readings))))
    assert [instance.places[0][0] for instance in instances] == wanted
