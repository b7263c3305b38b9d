"""Places that are meant: what is left of a repeat when they are taken away."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.lint.config import Config
from dedup.lint.suppress.allowlist import Allowed, AllowError, passages
from dedup.text.reading import read
from tests.lint.linting import linted, rules_of

WORDS = "The north gate stays shut until the last ferry has left the harbour at night"
OTHER = "Whoever takes the first boat in the morning may leave a bicycle at the office"


def ignored(text, codes=""):
    return f"<!-- dedup: ignore{codes} -->\n{text}"


def test_an_ignore_takes_away_its_place_and_not_the_finding():
    texts = {"a": WORDS, "b": ignored(WORDS), "c": WORDS}
    assert rules_of(texts) == [("DUP001", ["a", "c"])]
    assert rules_of({**texts, "c": ignored(WORDS)}) == []


def test_a_finding_stands_while_one_of_its_places_is_in_focus():
    texts = {"a": ignored(WORDS), "b": WORDS, "c": WORDS}
    assert rules_of(texts, focus={"a"}) == []
    assert rules_of(texts, focus={"b"}) == [("DUP001", ["b", "c"])]


def test_an_ignore_covers_only_the_rules_that_it_names():
    assert rules_of({"a": WORDS, "b": ignored(WORDS, "[DUP001]")}) == []
    assert rules_of({"a": WORDS, "b": ignored(WORDS, "[DUP00]")}) == []
    assert rules_of({"a": WORDS, "b": ignored(WORDS, "[DUP002, DUP003]")}) == [
        ("DUP001", ["a", "b"]),
        ("DUP100", ["b"]),
    ]


def test_the_places_that_are_left_say_which_rule_they_break():
    texts = {"a": WORDS, "b": f"{WORDS}, as always.", "c": WORDS}
    assert rules_of(texts) == [("DUP001", ["a", "b", "c"])]
    texts["c"] = ignored(texts["c"], "[DUP001]")
    assert rules_of(texts) == [("DUP003", ["a", "b"])]
    texts["b"] = ignored(texts["b"], "[DUP003]")
    assert rules_of(texts) == []


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("ignore", [[f"{WORDS}\n\n{OTHER}", f"{WORDS}\n\n<!-- dedup: ignore[DUP003] -->\n\n{OTHER}"]]),
        ("off", [[WORDS, WORDS], [OTHER, OTHER]]),
    ],
)
def test_a_passage_goes_on_across_an_ignore_and_not_across_what_is_off(word, expected):
    text = f"{WORDS}\n\n<!-- dedup: {word}[DUP003] -->\n\n{OTHER}\n"
    found = linted({"a": f"{WORDS}\n\n{OTHER}", "b": text}, config=Config(ignore=("DUP100",)))
    assert [[place.text for place in one.places] for one in found] == expected


def test_what_is_off_and_what_is_ignored_as_a_file_are_no_places():
    off = f"<!-- dedup: off -->\n\n{WORDS}\n\n{OTHER}\n\n<!-- dedup: on -->\n\nNo more.\n"
    assert rules_of({"a": f"{WORDS}\n\n{OTHER}", "b": off}) == []
    assert rules_of({"a": WORDS, "b": f"---\ndedup: ignore-file\n---\n\n{WORDS}\n"}) == []


def test_a_comment_of_no_use_is_reported_where_it_stands():
    text = f"Nothing like it stands elsewhere.\n\n{ignored(WORDS, '[DUP003] for the gate')}\n"
    [finding] = linted({"a": text, "b": OTHER})
    assert (finding.rule, finding.severity.label, finding.kind) == ("DUP100", "warning", None)
    assert finding.message == '"dedup: ignore[DUP003] for the gate" suppresses nothing'
    [place] = finding.places
    assert (place.text, place.line) == ("dedup: ignore[DUP003] for the gate", 3)


def test_a_comment_that_is_not_understood_is_reported_with_what_is_allowed():
    [finding] = linted({"a": "<!-- dedup: ingore -->\n\nText.\n"})
    assert finding.rule == "DUP100"
    assert finding.message == '"dedup: ingore" is not understood; allowed: ignore, ignore-file, off, on'


def test_comments_of_no_use_are_reported_only_in_focus():
    texts = {"a": WORDS, "b": ignored(OTHER)}
    assert rules_of(texts, focus={"a"}) == []
    assert rules_of(texts, focus={"b"}) == [("DUP100", ["b"])]


def test_a_comment_that_speaks_of_rules_that_are_not_reported_is_left_alone():
    texts = {"a": ignored(WORDS, "[DUP003]"), "b": ignored(OTHER)}
    assert rules_of(texts, config=Config(ignore=("DUP003",))) == [("DUP100", ["b"])]
    assert rules_of(texts, config=Config(ignore=("DUP100",))) == []
    assert rules_of(texts, config=Config(per_file_ignores={"b": ("DUP100",)})) == [("DUP100", ["a"])]


def test_whether_a_comment_is_of_use_is_not_told_where_that_cannot_be_known():
    texts = {"a": ignored(WORDS), "b": "<!-- dedup: of -->\n\nText.\n"}
    assert rules_of(texts, within=True) == [("DUP100", ["b"])]


def test_comments_that_cover_the_same_place_are_all_of_use():
    text = f"<!-- dedup: off -->\n\n{ignored(ignored(WORDS, '[DUP001]'))}\n\n<!-- dedup: on -->\n\nMore.\n"
    assert rules_of({"a": WORDS, "b": text}) == []


def test_of_near_copies_the_others_are_compared_with_the_first_that_is_left():
    first, second = WORDS.replace("north", "south"), WORDS.replace("harbour", "village")
    texts = {"a": ignored(WORDS), "b": first, "c": second}
    [finding] = linted(texts)
    assert (finding.rule, [place.path for place in finding.places]) == ("DUP002", ["b", "c"])
    assert [(change.was, change.now) for change in finding.places[1].changes] == [
        ("south", "north"),
        ("harbour", "village"),
    ]
    assert finding.similarity == 13 / 15
    assert finding.places[0].matched == ((0, len(first)),)
    assert [finding.places[1].source.text[start:end] for start, end in finding.places[1].matched] == [
        "The",
        "gate stays shut until the last ferry has left the",
        "at night",
    ]


def test_near_copies_that_are_copies_of_each_other_are_exact():
    changed = WORDS.replace("north", "south")
    [finding] = linted({"a": ignored(WORDS), "b": changed, "c": changed})
    assert (finding.rule, finding.kind, finding.similarity) == ("DUP001", "exact", 1.0)
    assert finding.places[1].matched == ((0, len(changed)),)


def test_near_copies_that_are_not_alike_enough_without_the_first_are_no_repeat():
    one = WORDS.replace("gate stays shut", "wall is high")
    other = WORDS.replace("ferry has left", "boat had gone")
    assert rules_of({"a": ignored(WORDS), "b": one, "c": other}, config=Config(min_similarity=0.75)) == []
    assert rules_of({"a": WORDS, "b": ignored(one), "c": other}, config=Config(min_similarity=0.75)) == [
        ("DUP002", ["a", "c"])
    ]


def test_the_similarity_is_that_of_the_places_that_are_left():
    slightly, much = WORDS.replace("harbour", "village"), WORDS.replace("ferry has left", "boat had gone")
    whole = linted({"a": WORDS, "b": slightly, "c": much})
    [left] = linted({"a": WORDS, "b": slightly, "c": ignored(much)})
    assert [one.similarity for one in whole] == [12 / 15]
    assert (left.similarity, [place.path for place in left.places]) == (14 / 15, ["a", "b"])


def test_a_repeat_that_is_left_only_inside_a_longer_one_is_part_of_that():
    pair = f"{WORDS}. {OTHER}."
    texts = {"a": pair, "b": pair, "c": f"And then: {OTHER}!"}
    assert rules_of(texts) == [("DUP001", ["a", "b"]), ("DUP003", ["a", "b", "c"])]
    assert rules_of({**texts, "c": ignored(texts["c"])}) == [("DUP001", ["a", "b"])]


def test_rules_can_be_ignored_by_file():
    texts = {"a": WORDS, "old/b": WORDS, "old/c": f"{WORDS}, as always."}
    assert rules_of(texts, config=Config(per_file_ignores={"old/": ("DUP001",)})) == []
    assert rules_of({**texts, "d": WORDS}, config=Config(per_file_ignores={"old/": ("DUP001",)})) == [
        ("DUP001", ["a", "d"])
    ]
    assert rules_of(texts, config=Config(per_file_ignores={"old/": ("DUP003",)})) == [
        ("DUP001", ["a", "old/b", "old/c"])
    ]


@pytest.mark.parametrize(
    ("paths", "left"),
    [
        (["v1/a", "v2/a"], []),
        (["v1/a", "v2/a", "v3/a"], []),
        (["v1/a", "v1/b"], ["v1/a", "v1/b"]),
        (["v1/a", "v1/b", "v2/a"], ["v1/a", "v1/b", "v2/a"]),
        (["v1/a", "v1/b", "v2/a", "v2/b"], ["v1/a", "v1/b", "v2/a", "v2/b"]),
        (["v1/a", "v2/a", "w"], ["v1/a", "v2/a", "w"]),
        (["en/a", "de/a"], []),
        (["v1/a", "de/a"], ["v1/a", "de/a"]),
        (["v1/a", "v2/a", "en/a", "de/a"], ["v1/a", "v2/a", "en/a", "de/a"]),
    ],
)
def test_trees_of_one_group_may_repeat_each_other_but_not_themselves(paths, left):
    config = Config(groups=(("v1/", "v2/", "v3/"), ("en/", "de/")))
    expected = [("DUP001", left)] if left else []
    assert rules_of(dict.fromkeys(paths, WORDS), config=config) == expected


@pytest.mark.parametrize(
    ("repeated", "others", "left"),
    [
        (["en/a", "de/b"], ["en/b"], ["en/a", "de/b"]),
        (["en/a", "de/b"], ["de/a"], ["en/a", "de/b"]),
        (["en/a", "de/b"], ["en/b", "de/a"], ["en/a", "de/b"]),
        (["en/a", "de/b"], ["fr/c"], []),  # the page was renamed
        (["en/a", "de/a", "fr/b"], ["en/b"], ["en/a", "de/a", "fr/b"]),
        (["en/a", "de/a", "fr/a"], ["en/b"], []),
        (["en/a", "de/a", "fr/b"], [], ["en/a", "de/a", "fr/b"]),
        (["en/x/a", "de/x/a"], ["en/a", "de/a"], []),
        (["en/x/a", "de/a"], ["en/a"], ["de/a", "en/x/a"]),
    ],
)
def test_files_may_repeat_each_other_if_they_correspond_or_neither_has_a_counterpart(repeated, others, left):
    texts = dict.fromkeys(repeated, WORDS) | {path: f"# {path}\n" for path in others}
    config = Config(groups=(("en/", "de/", "fr/"),))
    found = [(rule, sorted(paths)) for rule, paths in rules_of(texts, config=config)]
    assert found == ([("DUP001", sorted(left))] if left else [])


@given(st.sets(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), min_size=1), st.data())
def test_the_places_that_are_left_are_those_of_an_oracle(files, data):
    repeated = data.draw(st.sets(st.sampled_from(sorted(files)), max_size=5))
    trees_of = {page: {tree for tree, other in files if other == page} for _, page in files}

    def expected(one, other):
        alone = len(trees_of[one[1]]) == len(trees_of[other[1]]) == 1
        return one[0] != other[0] and (one[1] == other[1] or alone)

    left = [one for one in repeated if not all(expected(one, other) for other in repeated - {one})]
    texts = {f"{tree}/{page}": WORDS if (tree, page) in repeated else f"# {tree}{page}" for tree, page in files}
    shown = sorted(f"{tree}/{page}" for tree, page in left)
    found = rules_of(texts, config=Config(groups=(("a/", "b/", "c/"),)))
    assert [sorted(paths) for _, paths in found] == ([shown] if len(shown) > 1 else [])
    hidden = any(expected(one, other) for one in repeated for other in repeated)
    asked = rules_of(texts, config=Config(groups=(("a/", "b/", "c/"),)), untranslated=True)
    assert [sorted(paths) for _, paths in asked] == (
        [sorted(f"{tree}/{page}" for tree, page in repeated)] if hidden else []
    )


def test_what_is_not_translated_is_reported_when_it_is_asked_for():
    texts = {"en/a": f"{WORDS}\n\n{OTHER}", "de/a": WORDS, "en/b": OTHER, "de/b": "# b"}
    config = Config(groups=(("en/", "de/"),))
    assert rules_of(texts, config=config) == [("DUP001", ["en/a", "en/b"])]
    assert rules_of(texts, config=config, untranslated=True) == [("DUP001", ["en/a", "de/a"])]
    texts["de/b"] = OTHER
    asked = rules_of(texts, config=config, untranslated=True)
    assert asked == [("DUP001", ["en/a", "de/a"]), ("DUP001", ["en/a", "en/b", "de/b"])]


def test_what_repeats_only_another_version_is_not_in_focus():
    texts = {"v2/a": WORDS, "v1/a": WORDS, "v1/b": OTHER, "w": OTHER}
    config = Config(groups=(("v1/", "v2/"),))
    assert rules_of(texts, focus={"v2/a"}, config=config) == []
    assert rules_of(texts, focus={"v1/b"}, config=config) == [("DUP001", ["v1/b", "w"])]


def test_a_standing_passage_may_stand_anywhere_in_any_markup():
    texts = {"a": f"More of this.\n\n**{WORDS.upper()}!**\n", "b": f"- {WORDS}\n", "c": OTHER, "d": OTHER}
    assert rules_of(texts, allowed=[WORDS]) == [("DUP001", ["c", "d"])]


def test_parts_of_a_standing_passage_and_a_few_words_beside_it_may_stand_too():
    assert rules_of({"a": WORDS[10:], "b": f"Now {WORDS[10:]}"}, allowed=[WORDS]) == []
    assert rules_of({"a": f"Please note: {WORDS}", "b": f"Please note: {WORDS}"}, allowed=[WORDS]) == []
    long = f"{OTHER}. {WORDS}"
    assert rules_of({"a": long, "b": long}, allowed=[WORDS]) == [("DUP001", ["a", "b"])]


def test_a_changed_copy_of_a_standing_passage_may_not_stand():
    changed = WORDS.replace("north", "south")
    texts = {"a": WORDS, "b": changed, "c": changed}
    assert rules_of(texts, allowed=[WORDS]) == [("DUP001", ["b", "c"])]


def test_passages_are_the_paragraphs_of_a_file_and_not_its_headings(tmp_path):
    file = tmp_path / "standing.md"
    file.write_text(f"# Of the harbour\n\n<!-- from the statutes -->\n\n{WORDS}\n\n- {OTHER}\n\n> A quotation\n")
    assert [len(one) for one in passages(str(file))] == [15, 15, 2]
    other = tmp_path / "standing.txt"
    other.write_text(f"{WORDS}\n\n{OTHER}\n")
    assert [len(one) for one in passages(str(other))] == [15, 15]
    np.testing.assert_array_equal(passages(str(other))[0], read(WORDS).tokens.hashes)


def test_a_file_of_passages_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(AllowError, match=r"none\.md: could not be read"):
        passages(str(tmp_path / "none.md"))
    (tmp_path / "bad.md").write_bytes(b"caf\xe9")
    with pytest.raises(AllowError, match=r"bad\.md: is not UTF-8"):
        passages(str(tmp_path / "bad.md"))


def test_every_occurrence_of_a_passage_in_a_text_is_found():
    text = read("a b a b a b c a b")
    allowed = Allowed([read("a b a b").tokens.hashes], [text], 1)
    # the own words are "c a b": the first six are covered by two occurrences that overlap
    assert [allowed.allows(0, start, start + 1) for start in range(6)] == [True] * 6
    assert not allowed.allows(0, 6, 7)
    assert Allowed([], [text], 1).allows(0, 0, 1) is False
