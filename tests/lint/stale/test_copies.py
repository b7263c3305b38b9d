"""Passages that were edited, and the copies that keep the old wording."""

import pytest

from dedup.lint.config import Config
from tests.lint.stale.versions import report_on, stale

OLD = "The harbour office opens at nine in winter, and closes again at four when few boats are out."
NEW = OLD.replace("nine", "ten")
OTHER = "Whoever takes the last ferry home may leave the bicycle at the north gate until the next morning."
CHANGED = 'changed here ("nine" -> "ten"); 1 copy keeps the old wording'


def test_a_copy_that_keeps_the_old_wording_is_found(engine):
    before = {"a.md": f"# Hours\n\n{OLD}\n", "b.md": f"{OTHER}\n\n{OLD}\n"}
    now = {**before, "a.md": f"# Hours\n\n{NEW}\n"}
    assert stale(before, now) == [(CHANGED, ["a.md:3", "b.md:3"])]
    assert stale(before, now, focus=["a.md"]) == [(CHANGED, ["a.md:3", "b.md:3"])]
    assert stale(before, now, focus=["b.md"]) == []


def test_a_copy_inside_other_text_is_found():
    before = {"a.md": f"{OLD}\n", "b.md": f"Before this. {OLD} After it.\n"}
    assert stale(before, {**before, "a.md": f"{NEW}\n"}) == [(CHANGED, ["a.md:1", "b.md:1"])]


def test_the_shorter_copy_of_a_longer_sentence_is_found():
    sentence = OLD.replace(".", " and the ice is thick.")
    before = {"a.md": f"{sentence}\n", "b.md": f"{OLD}\n"}
    assert stale(before, {**before, "a.md": sentence.replace("nine", "ten") + "\n"}) == [
        (CHANGED, ["a.md:1", "b.md:1"])
    ]


def test_the_edited_place_comes_first_and_has_what_was_changed():
    before = {"a.md": f"{OLD}\n", "b.md": f"{OLD}\n", "c.md": f"{OLD}\n"}
    [finding] = report_on(before, {**before, "b.md": f"{NEW}\n"}).findings
    assert [place.path for place in finding.places] == ["b.md", "a.md", "c.md"]
    [edit] = finding.edits
    assert (edit.was, edit.now, NEW[edit.start : edit.end]) == ("nine", "ten", "ten")
    for copy in finding.places[1:]:
        [change] = copy.changes
        assert (change.was, change.now, OLD[change.start : change.end]) == ("ten", "nine", "nine")


def test_copies_that_were_edited_alike_are_not_found():
    before = {"a.md": f"{OLD}\n", "b.md": f"{OLD}\n", "c.md": f"{OLD}\n"}
    assert stale(before, dict.fromkeys(before, f"{NEW}\n")) == []
    some = {**before, "a.md": f"{NEW}\n", "b.md": f"{NEW}\n"}
    assert stale(before, some) == [(CHANGED.replace("here", "here and in 1 other place"), ["a.md:1", "c.md:1"])]


def test_an_edit_that_makes_the_last_copy_like_the_others_is_not_found():
    before = {"a.md": f"{OLD}\n", "b.md": f"{NEW}\n", "c.md": f"{NEW}\n"}
    assert stale(before, {**before, "a.md": f"{NEW}\n"}) == []


def test_a_copy_that_differed_before_is_not_found():
    before = {"a.md": f"{OLD}\n", "b.md": OLD.replace("nine", "eight") + "\n"}
    assert stale(before, {**before, "a.md": f"{NEW}\n"}) == []


@pytest.mark.parametrize(
    "now",
    [
        OLD.replace(" in winter", "\nin winter"),
        OLD.replace("nine", "**nine**"),
        OLD.replace("office", "[office](office.md)"),
        OLD.upper(),
        OLD.replace(",", " -"),
    ],
)
def test_wrapping_markup_case_and_punctuation_are_no_edits(now):
    before = {"a.md": f"{OLD}\n", "b.md": f"{OLD}\n"}
    assert stale(before, {**before, "a.md": f"{now}\n"}) == []


def test_passages_that_were_moved_are_no_edits():
    before = {"a.md": f"{OLD}\n\n{OTHER}\n", "b.md": f"{OLD}\n", "c.md": "# Empty\n"}
    assert stale(before, {**before, "a.md": f"{OTHER}\n\n{OLD}\n"}) == []
    assert stale(before, {**before, "a.md": f"{OTHER}\n", "c.md": f"# Not empty\n\n{OLD}\n"}) == []


def test_items_that_were_sorted_are_no_edits():
    items = [f"- The {word} of the harbour opens at nine in winter and at eight in summer.\n" for word in "dbca"]
    before = {"a.md": "".join(items), "b.md": "".join(items)}
    assert stale(before, {**before, "a.md": "".join(sorted(items))}) == []


def test_new_paragraphs_are_no_edits():
    before = {"a.md": f"{OLD}\n\n{OTHER}\n", "b.md": f"{OLD}\n\n{OTHER}\n"}
    assert stale(before, {**before, "a.md": f"{OLD}\n\nThis is new.\n\n{OTHER}\n"}) == []
    assert stale(before, {**before, "a.md": f"This is new.\n\n{OLD}\n\n{OTHER}\n\nThis too.\n"}) == []


def test_a_sentence_that_was_added_to_a_paragraph_is_missing_from_its_copies():
    before = {"a.md": f"{OLD}\n", "b.md": f"{OLD}\n", "c.md": f"{OLD} But not on Sundays.\n"}
    found = stale(before, {**before, "a.md": f"{OLD} Bring coins.\n"})
    assert found == [('changed here ("Bring coins" inserted); 1 copy keeps the old wording', ["a.md:1", "b.md:1"])]


def test_words_that_were_added_at_the_end_of_a_sentence_are_missing_from_its_copies():
    now = OLD.replace("out.", "out on the banks.")
    before = {
        "a.md": f"{OLD} Bring coins.\n",
        "b.md": f"{OTHER} {OLD} See you.\n",
        "c.md": OLD.replace("out.", "out at sea.") + "\n",
    }
    found = stale(before, {**before, "a.md": f"{now} Bring coins.\n"})
    assert found == [('changed here ("on the banks" inserted); 1 copy keeps the old wording', ["a.md:1", "b.md:1"])]


def test_several_edits_of_a_paragraph_are_one_finding():
    before = {"a.md": f"{OLD} {OTHER}\n", "b.md": f"{OLD} {OTHER}\n", "c.md": f"{OLD}\n"}
    now = f"{NEW} {OTHER.replace('north', 'south')}\n"
    found = stale({**before, "c.md": ""}, {**before, "a.md": now, "c.md": ""})
    assert found == [
        ('changed here ("nine" -> "ten"; "north" -> "south"); 1 copy keeps the old wording', ["a.md:1", "b.md:1"])
    ]
    assert stale(before, {**before, "a.md": now}) == [
        (CHANGED.replace("1 copy keeps", "2 copies keep"), ["a.md:1", "b.md:1", "c.md:1"]),
        ('changed here ("north" -> "south"); 1 copy keeps the old wording', ["a.md:1", "b.md:1"]),
    ]


TABLE = "| setting | default |\n|---|---|\n| time before a ferry waits | 30 |\n| boats in the north harbour | 12 |\n"


def test_a_value_in_a_table_is_found_by_the_rows_around_it():
    before = {"a.md": TABLE, "b.md": f"# More\n\n{TABLE}"}
    found = stale(before, {**before, "a.md": TABLE.replace("30", "60")})
    assert found == [('changed here ("30" -> "60"); 1 copy keeps the old wording', ["a.md:3", "b.md:5"])]


def test_code_is_a_copy_only_with_the_words_around_it():
    fields = "Type: String\nRequired: False\nPosition: Named\nDefault value: None\nAccept pipeline input: False\n"
    code = f"```yaml\n{fields}```\n"
    before = {"a.md": f"{OTHER}\n\n{code}", "b.md": f"Other words.\n\n{code}", "c.md": f"{OTHER}\n\n{code}"}
    found = stale(before, {**before, "a.md": before["a.md"].replace("None", "Five")})
    assert found == [('changed here ("None" -> "Five"); 1 copy keeps the old wording', ["a.md:7", "c.md:7"])]


def test_a_paragraph_that_was_deleted_is_a_note():
    before = {"a.md": f"# Hours\n\n{OLD}\n\n{OTHER}\n", "b.md": f"{OLD}\n"}
    [finding] = report_on(before, {**before, "a.md": f"# Hours\n\n{OTHER}\n"}).findings
    assert (finding.rule, finding.severity.label) == ("DUP006", "note")
    assert finding.message == "18 words deleted here; 1 copy left"
    assert [place.text for place in finding.places] == ["Hours", OLD.rstrip(".")]
    config = Config(severity={"DUP006": "error"})
    assert (
        report_on(before, {**before, "a.md": f"# Hours\n\n{OTHER}\n"}, config=config).findings[0].severity.label
        == "error"
    )


def test_an_edit_of_what_stands_in_many_places_is_a_note():
    before = {f"{number}.md": f"{OLD}\n" for number in range(22)}
    [finding] = report_on(before, {**before, "0.md": f"{NEW}\n"}).findings[:1]
    assert (len(finding.places), finding.severity.label) == (22, "note")
    del before["21.md"]
    [finding] = report_on(before, {**before, "0.md": f"{NEW}\n"}).findings[:1]
    assert (len(finding.places), finding.severity.label) == (21, "warning")


def test_copies_in_the_same_text_are_found():
    before = {"a.md": f"{OLD}\n\n{OTHER}\n\n{OLD}\n", "b.md": f"{OLD}\n"}
    now = {**before, "a.md": f"{NEW}\n\n{OTHER}\n\n{OLD}\n"}
    assert stale(before, now) == [(CHANGED.replace("1 copy keeps", "2 copies keep"), ["a.md:1", "a.md:5", "b.md:1"])]
    assert stale(before, now, within=True) == [(CHANGED, ["a.md:1", "a.md:5"])]


def test_an_edit_that_was_merged_is_no_edit():
    before = {"a.md": f"{OLD}\n\n{OTHER}\n", "b.md": f"{OLD}\n\n{OTHER}\n"}
    theirs = {"a.md": f"{NEW}\n\n{OTHER}\n"}
    assert stale(before, {**before, **theirs}, merged=[theirs]) == []
    now = {**before, "a.md": f"{NEW}\n\n{OTHER.replace('north', 'south')}\n"}
    message = 'changed here ("north" -> "south"); 1 copy keeps the old wording'
    assert stale(before, now, merged=[theirs]) == [(message, ["a.md:3", "b.md:3"])]


def test_the_edited_passage_is_not_reported_as_a_changed_copy_too():
    before = {"a.md": f"{OLD}\n", "b.md": f"{OLD}\n", "c.md": OLD.replace("at nine", "around nine") + "\n"}
    rules = [finding.rule for finding in report_on(before, {**before, "a.md": f"{NEW}\n"}).findings]
    assert sorted(rules) == ["DUP002", "DUP006"]
    assert [finding.rule for finding in report_on(before, before).findings] == ["DUP001"]


@pytest.mark.parametrize(
    ("old", "was", "now"),
    [
        ("港口办公室冬季上午九点开门，下午四点关门，因为那时船很少。", "九", "十"),
        ("港の事務所は冬には午前九時に開き、船が少ないので四時に閉まります。", "九", "十"),
        (
            "يفتح مكتب الميناء في الساعة التاسعة في الشتاء ويغلق في الرابعة عندما تكون القوارب قليلة.",
            "التاسعة",
            "العاشرة",
        ),
        ("Офис гавани зимой открывается в девять и закрывается в четыре, когда лодок мало.", "девять", "десять"),
        ("בחורף משרד הנמל נפתח בשעה תשע ונסגר שוב בשעה ארבע כאשר יש מעט סירות.", "תשע", "עשר"),
        ("สำนักงานท่าเรือเปิดเวลาเก้าโมงเช้าในฤดูหนาวและปิดเวลาสี่โมงเย็นเมื่อมีเรือน้อย", "เก้า", "สิบ"),
    ],
)
def test_copies_are_found_in_every_script(engine, old, was, now):
    before = {"a.md": f"{old}\n", "b.md": f"# X\n\n{old}\n"}
    [(message, places)] = stale(before, {**before, "a.md": f"{old.replace(was, now)}\n"})
    assert places == ["a.md:1", "b.md:3"]
    assert message.endswith("1 copy keeps the old wording")


def test_comments_and_configuration_suppress_stale_copies():
    before = {"a.md": f"{OLD}\n", "b.md": f"{OLD}\n", "c.md": f"<!-- dedup: ignore[DUP006] old on purpose -->\n{OLD}\n"}
    assert stale(before, {**before, "a.md": f"{NEW}\n"}) == [(CHANGED, ["a.md:1", "b.md:1"])]
    edited = {**before, "a.md": f"<!-- dedup: ignore[DUP006] -->\n{NEW}\n"}
    assert stale(before, edited) == []
    for now in (before, edited, {**before, "a.md": f"{NEW}\n"}):  # a comment that waits for an edit is no mistake
        assert "DUP100" not in [finding.rule for finding in report_on(before, now).findings]
    config = Config(per_file_ignores={"b.md": ("DUP006",), "c.md": ("DUP006",)})
    assert stale(before, {**before, "a.md": f"{NEW}\n"}, config=config) == []
    groups = Config(groups=(("a.md", "b.md", "c.md"),))
    assert stale(before, {**before, "a.md": f"{NEW}\n"}, config=groups) == []
    assert stale(before, {**before, "a.md": f"{NEW}\n"}, config=Config(ignore=("DUP006",))) == []


def test_copies_on_the_allow_list_are_suppressed():
    before = {"a.md": f"{OLD}\n", "b.md": f"{OLD}\n"}
    now = {**before, "a.md": f"{NEW}\n"}
    assert stale(before, now, passages=(report_hashes(OLD),)) == []
    assert len(stale(before, now, passages=(report_hashes(OTHER),))) == 1


def report_hashes(text):
    from dedup.text.reading import read

    return read(text).tokens.hashes


def test_a_line_that_is_a_small_part_of_what_was_edited_is_no_copy():
    long = f"{OLD.rstrip('.')} and {OTHER}"
    before = {"a.md": f"{long}\n", "b.md": "On Mondays the harbour office opens at nine in winter, as we said.\n"}
    assert stale(before, {**before, "a.md": long.replace("nine", "ten") + "\n"}) == []


def test_without_earlier_versions_nothing_is_found():
    assert stale({}, {"a.md": f"{NEW}\n", "b.md": f"{OLD}\n"}) == []
