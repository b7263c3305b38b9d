"""DUP009: titles and descriptions that two documents have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.lint.config import Config
from dedup.lint.rules import repeated_title
from tests.lint.linting import linted
from tests.lint.rules.places import found as found_by


def found(*texts, within=False, markup="markdown"):
    return found_by(repeated_title.find, *texts, markup=markup, within=within)


def page(title, description=None):
    return f"---\ntitle: {title}\n" + (f"description: {description}\n" if description else "") + "---\n\nText.\n"


OTHERS = [page(f"Page {number}", f"About {number}") for number in range(6)]


@pytest.mark.parametrize("title", ["Opening hours", "Часы работы", "開館時間", "เวลาเปิด", "C++"])
def test_a_title_that_two_documents_have_is_found(title):
    assert found(page(title), *OTHERS, page(f'"{title}"')) == [
        (f'title "{title}" used by 2 documents', [title.rstrip("+")] * 2)
    ]


def test_a_description_that_three_documents_have_is_found():
    text = "Where we are."
    found_in = found(*OTHERS, page("a", text), page("b", f"'{text}'"), page("c", ">\n  Where we\n  are."))
    assert found_in == [
        ('description "Where we are." used by 3 documents', ["Where we are", "Where we are", "Where we\n  are"])
    ]


def test_two_documents_are_enough_and_may_have_other_markups():
    text = page("Opening hours")
    assert len(found(text, text)) == 1
    toml = '+++\nweight = 3\ntitle = "Opening hours"\n+++\n\nText.\n'
    assert len(found(text, toml)) == 1


def test_nothing_is_found_where_each_document_is_compared_with_itself():
    assert found(page("Opening hours"), page("Opening hours"), within=True) == []


def test_where_half_of_the_titles_are_shared_they_are_no_finding():
    versions = [page(f"Page {number}") for number in range(3)]
    assert found(*versions, *versions) == []
    assert found(*versions, OTHERS[5], page("Page 0")) != []


@pytest.mark.parametrize("pair", [("C", "C++"), ("Roses", "Rose"), ("<Tree>", "<Shrub>"), ("", "")])
def test_other_titles_are_no_finding(pair):
    assert found(*map(page, pair)) == []


@given(st.lists(st.sampled_from("abcdefghij"), max_size=14))
def test_titles_are_counted(titles):
    """An oracle: how often each letter is in the list."""
    shared = {title: titles.count(title) for title in titles if titles.count(title) > 1}
    messages = [message for message, _ in found(*map(page, titles))]
    expected = [f'title "{title}" used by {count} documents' for title, count in shared.items()]
    convention = len(titles) > 2 and 2 * sum(shared.values()) >= len(titles)
    assert messages == ([] if convention else expected)


def test_a_message_counts_the_documents_that_are_left_when_some_are_suppressed():
    texts = {name: page("Opening hours") for name in ("a.md", "b.md", "old/c.md")}
    texts |= {f"{number}.md": text for number, text in enumerate(OTHERS)}
    [finding] = linted(texts, config=Config(per_file_ignores={"old/": ("DUP009",)}))
    assert [place.path for place in finding.places] == ["a.md", "b.md"]
    assert finding.message == 'title "Opening hours" used by 2 documents'
