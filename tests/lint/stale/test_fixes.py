"""Edits applied to copies: only where they fit, and nothing else changes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.lint.reporters.lines import changed_lines, diff
from dedup.lint.stale.fixes import applied
from dedup.text.reading import read
from tests.lint.stale.versions import report_on

OLD = "The harbour office opens at nine in winter, and closes again at four when few boats are out."
NEW = OLD.replace("nine", "ten")


def fixed(old, new, copy, path="b.md", markup="markdown"):
    """Return the copy with the fixes that are suggested; None if there are none."""
    report = report_on({"a.md": old, path: copy}, {"a.md": new, path: copy}, markup=markup)
    [finding] = [finding for finding in report.findings if finding.rule == "DUP006"]
    assert {fix.source.path for fix in finding.fixes} <= {path}
    return applied(copy, finding.fixes) if finding.fixes else None


@pytest.mark.parametrize(
    ("new", "copy", "result"),
    [
        (NEW, f"- Before. {OLD}\n", f"- Before. {NEW}\n"),
        (NEW, OLD.replace("at nine in", "at\nnine\r\nin"), NEW.replace("at ten in", "at\nten\r\nin")),
        (NEW, OLD.replace("nine", "**nine**"), NEW.replace("ten", "**ten**")),
        (NEW, OLD.replace("opens at", "[opens](x.md) `at`"), NEW.replace("opens at", "[opens](x.md) `at`")),
        (
            OLD.replace("nine", "half past ten"),
            OLD.replace("at nine in", "at\nnine in"),
            OLD.replace("at nine in", "at\nhalf past ten in"),
        ),
        (OLD.replace(" again", ""), OLD.replace(" again at", "\n  again\n  at"), OLD.replace(" again at", "\n  at")),
        (OLD.replace("out.", "out at sea."), f"> {OLD} More.\n", f"> {OLD.replace('out.', 'out at sea.')} More.\n"),
        (f"{OLD} Bring coins.", f"- {OLD}\n- x\n", f"- {OLD} Bring coins.\n- x\n"),
        ("Today " + OLD.replace("The", "the"), f"First. {OLD}", "First. Today " + OLD.replace("The", "the")),
        (OLD.replace("nine", "**ten**"), f"{OLD} See you.", OLD.replace("nine", "**ten**") + " See you."),
        (OLD.replace(", and closes", ". It closes"), f"{OLD} See you.", OLD.replace(", and", ". It") + " See you."),
    ],
)
def test_an_edit_is_applied_and_the_copy_keeps_its_markup_and_line_breaks(new, copy, result):
    assert fixed(OLD, new, copy) == result


@pytest.mark.parametrize(
    ("new", "copy"),
    [
        (NEW, OLD.replace("nine", "[nine](x.md)")),
        (NEW, OLD.replace("nine", "&#110;ine")),
        (OLD.replace("nine in winter", "ten"), OLD.replace("nine in", "nine **in**")),
        (OLD.replace(", and closes", ".\n\nIt closes"), f"{OLD} See you."),
    ],
)
def test_an_edit_that_does_not_fit_is_left_to_a_person(new, copy):
    assert fixed(OLD, new, copy) is None


def test_a_link_is_not_taken_to_another_folder():
    new = OLD.replace("office", "office [always](hours.md)")
    assert fixed(OLD, new, OLD) == new
    assert fixed(OLD, new, OLD, path="more/b.md") is None


def test_in_html_and_restructuredtext_too():
    assert (
        fixed(f"<p>{OLD}</p>", f"<p>{NEW}</p>", f"<div>\n<p>{OLD}</p></div>", markup="html")
        == f"<div>\n<p>{NEW}</p></div>"
    )
    assert fixed(f"{OLD}\n", f"{NEW}\n", f"X\n=\n\n* {OLD}\n", markup="rst") == f"X\n=\n\n* {NEW}\n"


def test_a_deleted_passage_has_no_fix():
    report = report_on({"a.md": f"# A\n\n{OLD}", "b.md": OLD}, {"a.md": "# A\n", "b.md": OLD})
    assert [finding.fixes for finding in report.findings] == [()]


def test_all_copies_are_fixed_at_once():
    copies = {f"{number}.md": f"Page {number}.\n\n{OLD}\n\nAnd then: {OLD}\n" for number in range(3)}
    [finding] = report_on({"a.md": OLD, **copies}, {"a.md": NEW, **copies}).findings[:1]
    assert len(finding.fixes) == 6
    for path, text in copies.items():
        own = [fix for fix in finding.fixes if fix.source.path == path]
        assert applied(text, own) == text.replace("nine", "ten")


def test_lines_that_change_are_shown():
    copy = f"# B\n\nBefore.\n{OLD}\nAfter."
    [finding] = report_on({"a.md": OLD, "b.md": copy}, {"a.md": NEW, "b.md": copy}).findings
    assert changed_lines(finding.fixes) == [("b.md", 4, (OLD,), (NEW,))]
    assert list(diff(finding.fixes)) == [
        "--- a/b.md\n",
        "+++ b/b.md\n",
        "@@ -1,5 +1,5 @@\n",
        " # B\n",
        " \n",
        " Before.\n",
        f"-{OLD}\n",
        f"+{NEW}\n",
        " After.\n\\ No newline at end of file\n",
    ]


WORDS = {
    "latin": "the harbour office opens at nine in winter and closes again when few boats are out to sea",
    "cyrillic": "офис гавани зимой открывается в девять и снова закрывается в четыре когда лодок совсем мало",
    "arabic": "يفتح مكتب الميناء في الساعة التاسعة شتاء ويغلق مرة أخرى عندما تكون القوارب قليلة جدا هنا",
    "hebrew": "בחורף משרד הנמל נפתח בשעה תשע ונסגר שוב בשעה ארבע כאשר יש מעט סירות בים הפתוח",
}
CHINESE = "港口办公室冬季上午九点开门下午四点关门因为那时船很少海上也没有别的人"


@st.composite
def edited(draw):
    """A sentence, what it became, and copies of the old one with markup and line breaks of their own."""
    script = draw(st.sampled_from([*WORDS, "chinese"]))
    blank = "" if script == "chinese" else " "
    words = list(CHINESE) if script == "chinese" else WORDS[script].split()
    new = list(words)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(new) - 1))
        edit = draw(st.sampled_from(["replace", "insert", "delete"]))
        fresh = draw(st.sampled_from(["十二", "丙丁"] if script == "chinese" else ["twelve", "δύο", "семь", "xyz"]))
        new[at : at + (edit != "insert")] = [] if edit == "delete" else [fresh]
    copies = []
    for _ in range(draw(st.integers(1, 3))):
        breaks = draw(st.sets(st.integers(1, len(words) - 1), max_size=4))
        marks = draw(st.sets(st.integers(0, len(words) - 1), max_size=2)) if blank else set()
        parts = []
        for number, word in enumerate(words):
            parts += ["\n" if number in breaks else blank if number else "", f"**{word}**" if number in marks else word]
        copies.append(
            draw(st.sampled_from(["{}.\n", "First. {}. Last.\n", "# X\n\n{}.\n\nMore.\n"])).format("".join(parts))
        )
    return blank.join(words) + ".\n", blank.join(new) + ".\n", copies


def names(copies):
    return {f"{number}.md": copy for number, copy in enumerate(copies)}


@given(edited())
def test_after_the_fixes_nothing_that_was_fixed_is_found_and_only_edited_words_differ(case):
    old, new, copies = case
    now = {"a.md": new, **names(copies)}
    before = {"a.md": old, **names(copies)}
    findings = [finding for finding in report_on(before, now).findings if finding.rule == "DUP006"]
    changed = dict(now)
    for finding in findings:
        for path in {fix.source.path for fix in finding.fixes}:
            changed[path] = applied(changed[path], [fix for fix in finding.fixes if fix.source.path == path])
    assert changed["a.md"] == new
    left = {place.path for finding in findings for place in finding.places[1:]} - {
        path for path in changed if changed[path] != now[path]
    }
    again = [finding for finding in report_on(before, changed).findings if finding.rule == "DUP006"]
    assert {place.path for finding in again for place in finding.places[1:] if finding.places[0].path == "a.md"} <= left
    for path, text in changed.items():
        if text != now[path]:
            assert text.count("**") == now[path].count("**")
            assert_only_edited(now[path], text, old, new)


def assert_only_edited(copy, text, old, new):
    """Every word that is not in both versions of the copy is in the edited sentence."""
    was, is_now = (read(part, "markdown").tokens.hashes.tolist() for part in (copy, text))
    gone, come = (read(part, "markdown").tokens.hashes.tolist() for part in (old, new))
    at = next(number for number in range(len(was)) if was[number : number + len(gone)] == gone)
    assert is_now == [*was[:at], *come, *was[at + len(gone) :]]


@given(edited())
def test_copies_without_markup_are_always_fixed(case):
    old, new, copies = case
    plain = names(re.sub(r"\*\*", "", copy) for copy in copies)
    for finding in report_on({"a.md": old, **plain}, {"a.md": new, **plain}).findings:
        if finding.rule == "DUP006" and finding.places[0].path == "a.md" and finding.message.startswith("changed"):
            assert {place.path for place in finding.places[1:]} == {fix.source.path for fix in finding.fixes}
