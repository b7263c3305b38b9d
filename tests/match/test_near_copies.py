"""A passage that stands in many places, edited in some of them, is one near repeat that lists them all."""

import random

import pytest

import dedup
from dedup.match import chains
from tests.match import oracle

PASSAGE = (
    "Every parcel that leaves the warehouse after noon is weighed by the night crew before the driver signs for it and "
    "the list goes to the office in the morning"
)
ONE = PASSAGE.replace("noon", "four")
OTHER = PASSAGE.replace("driver signs", "porter asks")


def own(name: object, size: int) -> str:
    """Words that stand nowhere else."""
    return " ".join(f"{name}x{number}" for number in range(size))


LAYOUTS = ("side by side", "with other text between", "with a little text between", "in a document each")


def documents(passages: list[str], layout: str) -> list[str]:
    if layout == "in a document each":
        return [f"{own(k, 9)}\n\n{passage}\n\n{own(f'z{k}', k % 3)}" for k, passage in enumerate(passages)]
    size = {"side by side": 0, "with a little text between": 5, "with other text between": 40}[layout]
    return ["\n\n".join(f"{passage}\n\n{own(k, size)}" for k, passage in enumerate(passages))]


def edits(count: int) -> list[dict[int, str]]:
    """Which passages are edited, and how."""
    middle, last = count // 2, count - 1
    if count == 2:
        return [{0: ONE}, {1: ONE}, {0: OTHER, 1: ONE}]
    if count > 100:
        return [{middle: ONE, last: ONE}, {0: OTHER, middle: ONE}]
    return [{0: ONE}, {middle: ONE}, {last: ONE}, {middle: ONE, last: ONE}, {0: OTHER, middle: ONE}]


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("count", [2, 3, 5, 40, 1_000])
def test_copies_of_which_one_or_two_are_edited_are_one_near_repeat_with_all_places(count: int, layout: str) -> None:
    for edited in edits(count):
        passages = [edited.get(k, PASSAGE) for k in range(count)]
        given = documents(passages, layout)
        (repeat,) = dedup.find_repeats(given)
        assert repeat.kind == "near"
        assert [place.text for place in repeat.places] == passages


@pytest.mark.usefixtures("engine")
def test_a_section_that_was_copied_brings_its_edited_passage_along() -> None:
    section = f"{own('before', 30)}\n\n{ONE}\n\n{own('after', 30)}"
    for others in ([section, section, PASSAGE], [PASSAGE, section, section], [section, PASSAGE, section]):
        found = {repeat.kind: repeat for repeat in dedup.find_repeats(others)}
        assert sorted(found) == ["exact", "near"]
        assert [place.text for place in found["exact"].places] == [section] * 2
        assert [place.document for place in found["near"].places] == [0, 1, 2]
        assert {place.text for place in found["near"].places} == {PASSAGE, ONE}


def test_a_copy_shares_with_the_first_place_what_its_original_does() -> None:
    section = f"{own('before', 30)}\n\n{ONE}"
    near = next(repeat for repeat in dedup.find_repeats([PASSAGE, section, section]) if repeat.kind == "near")
    shared = [[ONE[: ONE.index(" four")], ONE[ONE.index("is weighed") :]]] * 2
    texts = [PASSAGE, section, section]
    assert [[texts[place.document][a:b] for a, b in place.matched] for place in near.places[1:]] == shared  # type: ignore[call-overload]


def test_edits_in_three_of_many_thousand_copies_leave_one_repeat() -> None:
    passages = [PASSAGE] * 20_000
    passages[7] = passages[19_000] = ONE
    passages[12_000] = OTHER
    (repeat,) = dedup.find_repeats("\n\n".join(passages))
    assert [place.text for place in repeat.places] == passages


@pytest.mark.usefixtures("engine")
def test_an_exact_run_across_the_items_of_a_list_is_part_of_the_near_repeat_of_the_items() -> None:
    row = [PASSAGE, PASSAGE, ONE, PASSAGE, PASSAGE]
    assert len(dedup.find_repeats("\n\n".join(row))) == 1
    words = PASSAGE.split()
    across = " ".join(words[10:] + words[:8])
    found = dedup.find_repeats(["\n\n".join(row), across])
    assert across in [repeat.places[-1].text for repeat in found if repeat.kind == "exact"]


@pytest.mark.usefixtures("engine")
def test_a_list_of_items_with_words_of_their_own_is_one_repeat_of_its_items() -> None:
    items = [
        f"The {own(k, 1)} bridge over the river was painted in the year {own(k + 50, 1)} by {own(k + 90, 2)}"
        for k in range(30)
    ]
    near = [repeat for repeat in dedup.find_repeats("\n\n".join(items), min_words=5) if repeat.kind == "near"]
    assert [len(repeat.places) for repeat in near] == [30]
    assert oracle.flaws(oracle.texts({0: "\n\n".join(items)}), near, 5) == []


@pytest.mark.usefixtures("engine")
def test_shares_of_the_work_on_threads_give_what_one_share_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(5)
    given = []
    for _ in range(30):
        words = PASSAGE.split() * 3
        for _ in range(5):
            words[chance.randrange(len(words))] = f"w{chance.randrange(9)}"
        given.append(" ".join(words))
    whole = dedup.find_repeats(given)
    assert len(whole) > 5
    monkeypatch.setenv("DEDUP_THREADS", "3")
    for share in (1, 40, 700):
        monkeypatch.setattr(chains, "_SHARE", share)
        assert dedup.find_repeats(given) == whole


def test_the_end_of_one_text_and_the_beginning_of_the_next_are_no_items_of_a_list() -> None:
    begin, end = "Berths are let by day, in May only, and boats over six", "metres pay double for each night here."
    one, other = f"{begin} t. {begin} {end}", f"{begin.replace('let', 'late')} {end}"
    apart = dedup.find_repeats({"one": one, "between": "Hello", "other": other}, min_words=6)
    assert dedup.find_repeats({"one": one, "other": other}, min_words=6) == apart
    assert len(apart) == 2
