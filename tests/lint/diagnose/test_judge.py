"""From repeats to findings: rules, messages, contents, fingerprints, counts."""

import pytest
from xxhash import xxh3_128_hexdigest

from dedup.lint.findings import Failure
from tests.lint.repeats import everywhere, exact, near, place, report_of, spans

WORDS = "The north gate stays shut until the last ferry has left"
FOLDED = "the north gate stays shut until the last ferry has left"


def one(texts, *repeats, **options):
    [finding] = report_of(texts, *repeats, **options).findings
    return finding


def test_whole_paragraphs_word_for_word_are_dup001():
    texts = {"a.md": f"{WORDS}.\n\nMore.\n\n“{WORDS}!”\n"}
    finding = one(texts, exact(11, *everywhere(texts, WORDS)))
    assert (finding.rule, finding.name, finding.severity.label) == ("DUP001", "exact-paragraph", "warning")
    assert finding.message == "11 words repeated in 2 places, as whole paragraphs"


def test_several_paragraphs_and_list_items_are_whole_paragraphs_too():
    texts = {"a.md": f"Some words first.\n\n- {WORDS}\n- {WORDS}\n", "b.md": f"{WORDS}\n\nMore here.\n\nAnd here."}
    whole = place("b.md", spans(texts["b.md"], "More here.\n\nAnd here"))
    assert one(texts, exact(11, *everywhere(texts, WORDS))).rule == "DUP001"
    assert one({**texts, "c.md": "More here\n\nand here"}, exact(4, whole, place("c.md", ((0, 19),)))).rule == "DUP001"


@pytest.mark.parametrize("text", [f"{WORDS}\n\nNow {WORDS}\n", f"{WORDS}\n\n{WORDS} now\n", f"{WORDS} {WORDS}\n"])
def test_a_sentence_inside_a_paragraph_is_dup003(text):
    finding = one({"a.md": text}, exact(11, *everywhere({"a.md": text}, WORDS)))
    assert (finding.rule, finding.name) == ("DUP003", "repeated-passage")
    assert finding.message == "11 words repeated in 2 places"


def test_blocks_that_are_not_read_make_no_paragraphs():
    text = f"# {WORDS}\n\nOther.\n\n> {WORDS}\n\n{WORDS}\n\n{WORDS}\n"
    start = text.rindex(f"{WORDS}\n\n{WORDS}")
    places = [place("a.md", ((start, start + len(WORDS)),)), place("a.md", ((start + 57, start + 57 + len(WORDS)),))]
    assert one({"a.md": text}, exact(11, *places)).rule == "DUP001"


def test_changed_paragraphs_are_dup002_and_the_message_says_the_words():
    first = "The north gate stays shut until the last ferry has left.\n"
    other = "The south gate stays shut until the very last ferry has.\n"
    texts = {"a.md": first, "b.md": other}
    matched = spans(other, "The", "gate stays shut until the", "last ferry has")
    finding = one(texts, near(9, 9 / 12, place("a.md", ((0, 55),)), place("b.md", matched)))
    assert (finding.rule, finding.kind) == ("DUP002", "near")
    assert finding.message == (
        '11 words repeated in 2 places in 2 files, 75% the same: "north" -> "south"; "very" inserted; "left" deleted'
    )
    assert [(change.was, change.now) for change in finding.places[1].changes] == [
        ("north", "south"),
        ("", "very"),
        ("left", ""),
    ]
    assert finding.places[0].changes == ()


def test_the_words_that_differ_are_spans_of_their_text():
    first, other = "One two *three* four five six", "One two four FIVE and a half six"
    matched = spans(other, "One two", "four FIVE", "six")
    finding = one(
        {"a.md": first, "b.md": other}, near(5, 0.6, place("a.md", ((0, len(first)),)), place("b.md", matched))
    )
    changes = finding.places[1].changes
    assert [(change.was, change.now, other[change.start : change.end]) for change in changes] == [
        ("three", "", ""),
        ("", "and a half", "and a half"),
    ]
    assert changes[0].start == len("One two")


def test_what_is_not_the_same_is_never_100_percent_alike():
    text = "a b c d\n\na b c e"
    finding = one({"a.md": text}, near(4, 0.9999, place("a.md", ((0, 7),)), place("a.md", ((9, 14),), (9, 16))))
    assert "99% the same" in finding.message


def test_content_is_the_hash_of_the_folded_tokens():
    texts = {"a.md": f"{WORDS}.", "b.md": "The *north* gate stays\nshut&#32;until the LAST [ferry](x.md) has left"}
    places = [place("a.md", ((0, 55),)), place("b.md", ((0, len(texts["b.md"])),))]
    finding = one(texts, exact(11, *places))
    assert [location.content for location in finding.places] == [xxh3_128_hexdigest(FOLDED.encode())] * 2


def test_near_places_have_contents_of_their_own():
    texts = {"a.md": "Caf&eacute; un*believ*able", "b.md": "cafe\u0301 unbelievable x"}
    places = [place("a.md", ((0, 26),)), place("b.md", spans(texts["b.md"], "cafe\u0301 unbelievable"), (0, 20))]
    finding = one(texts, near(2, 0.6, *places))
    expected = ["cafe unbelievable", "cafe unbelievable x"]
    assert [location.content for location in finding.places] == [xxh3_128_hexdigest(text.encode()) for text in expected]


def test_a_fingerprint_survives_moving_wrapping_and_linking():
    before = {"a.md": f"{WORDS}. One.\n\n{WORDS}. Two.\n"}
    wrapped = WORDS.replace(" shut ", "\nshut ").replace("ferry", "[ferry](x.md)")
    after = {"b.md": f"Two. {wrapped}\n\nAnd *{WORDS}*."}
    moved = [place("b.md", spans(after["b.md"], wrapped)), place("b.md", spans(after["b.md"], WORDS))]
    assert one(before, exact(11, *everywhere(before, WORDS))).fingerprint == one(after, exact(11, *moved)).fingerprint


def test_no_two_findings_share_a_fingerprint():
    text = f"{WORDS} x.\n\n{WORDS} y.\n\n{WORDS} z.\n\n{WORDS} z."
    first, second, third, fourth = everywhere({"a.md": text}, WORDS)
    failures = (Failure("x.md", "gone"), Failure("y.md", "gone"))
    report = report_of({"a.md": text}, exact(11, first, second), exact(11, third, fourth), failures=failures)
    assert len({finding.fingerprint for finding in report.findings}) == 4


def test_findings_stand_in_the_order_of_paths_and_positions():
    texts = {"a.md": "a b c d e f", "b.md": "c d e f a b c d"}
    repeats = [
        exact(4, place("a.md", ((4, 11),)), place("b.md", ((0, 7),))),
        exact(4, place("a.md", ((0, 7),)), place("b.md", ((8, 15),))),
    ]
    for given in (repeats, repeats[::-1]):
        assert [finding.places[0].start for finding in report_of(texts, *given).findings] == [0, 4]


def test_every_word_is_counted_once():
    text = "one two three four five six. one two three four. five six"
    places = everywhere({"a.md": text}, "one two three four")
    inner = everywhere({"a.md": text}, "three four")
    report = report_of({"a.md": text}, exact(4, *places), exact(2, *inner))
    assert (report.summary.words, report.summary.repeated_words) == (12, 8)
    assert report.summary.rules == {"DUP003": 2}


def test_scripts_without_spaces_count_by_weight():
    report = report_of({"a.md": "東京都庁"}, markup="plain")
    assert report.summary.words == 2


def test_a_file_that_could_not_be_read_is_a_finding():
    report = report_of({}, failures=(Failure("a.md", "is not UTF-8", "one\ntwo"),))
    [finding] = report.findings
    [at] = finding.places
    assert (finding.rule, finding.severity.label, finding.kind, finding.words) == ("DUP900", "error", None, 0)
    assert (at.path, at.start, at.end, at.line, at.column, at.text) == ("a.md", 7, 7, 2, 4, "")
    assert (report.files, report.summary.rules, report.errors[0].path) == (0, {"DUP900": 1}, "a.md")
