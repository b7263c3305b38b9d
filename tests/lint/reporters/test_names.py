import pytest

from dedup.lint.reporters import View, renderer
from dedup.lint.reporters.names import lead, listed, relative, valid
from tests.lint.odd import crowd
from tests.lint.repeats import everywhere, exact, report_of

TEXTS = dict.fromkeys(("a.md", "b.md", "c.md"), "The pier is closed.\n")
REPORT = report_of(TEXTS, exact(4, *everywhere(TEXTS, "The pier is closed")))


@pytest.mark.parametrize(
    ("focus", "order"),
    [
        (None, "abc"),
        ({"a.md", "b.md", "c.md"}, "abc"),
        ({"b.md", "c.md"}, "bac"),
        ({"c.md"}, "cab"),
        ({"elsewhere.md"}, "abc"),
    ],
)
def test_a_finding_is_reported_at_its_first_place_in_focus(focus, order):
    place, others = lead(REPORT.findings[0], focus)
    assert [each.path for each in (place, *others)] == [f"{name}.md" for name in order]


def test_the_only_place_of_a_finding_is_where_it_is_reported():
    place, others = lead(crowd(1).findings[0], {"elsewhere.md"})
    assert (place.line, len(others)) == (1, 0)


@pytest.mark.parametrize(
    ("name", "beginning"),
    [
        ("concise", "c.md:1:1: "),
        ("sarif", '"locations": [{"physicalLocation": {"artifactLocation": {"uri": "c.md", '),
        ("github", "::warning file=c.md,"),
        ("gitlab", '"location": {"path": "c.md", '),
        ("junit", 'file="c.md" '),
        ("rdjson", '(exact-paragraph)", "location": {"path": "c.md", '),
        ("markdown", "- `c.md:1:1`\n- `a.md:1:1`\n- `b.md:1:1`\n"),
    ],
)
def test_every_format_reports_at_the_place_in_focus_and_names_the_others(name, beginning):
    text = "".join(renderer(name)(REPORT, View(focus={"c.md"})))
    assert beginning in text
    assert beginning not in "".join(renderer(name)(REPORT, View()))
    assert "a.md" in text
    assert "b.md" in text


@pytest.mark.parametrize(
    ("path", "folder", "shown"),
    [
        ("/r/docs/a.md", "/r", "docs/a.md"),
        ("/r/docs/a.md", "/r/", "docs/a.md"),
        ("/r//a.md", "/r", "a.md"),
        ("/a.md", "/", "a.md"),
        ("/rest/a.md", "/r", "/rest/a.md"),
        ("docs/a.md", "/r", "docs/a.md"),
        ("../a.md", "/r", "../a.md"),
        ("/r/a.md", "", "/r/a.md"),
        ("C:/r/a.md", "C:/r", "a.md"),
    ],
)
def test_paths_in_the_working_folder_are_relative_to_it(path, folder, shown):
    assert relative(path, folder) == shown


def test_lone_surrogates_are_replaced_and_nothing_else():
    assert valid("a\ud800é\udce9𝒂\uffff") == "a\ufffdé\ufffd𝒂\uffff"


def test_what_is_not_named_is_counted():
    assert listed(["a", "b"], 2) == "a, b"
    assert listed(["a", "b"], 1002) == "a, b and 1,000 more"
