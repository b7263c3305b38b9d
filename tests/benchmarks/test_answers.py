"""How answers are compared, and how others are made to answer."""

from itertools import pairwise
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import answers, systems, texts
from benchmarks.answers import Truth
from benchmarks.recall import THRESHOLDS, _bins
from dedup import shingles as own_shingles

SETS = st.lists(st.frozensets(st.integers(0, 6), max_size=5), max_size=12)
WORDS = st.lists(st.sampled_from(["one", "Two", "two", "don't", "a_b", "ﬁ", "Ωmega", "9", "中文"]), max_size=8)


def truth(sets: list[frozenset[int]], threshold: float) -> set[tuple[int, int]]:
    first = [sets.index(one) for one in sets]
    return {
        (one, other)
        for other in range(len(sets))
        for one in range(other)
        if sets[one] & sets[other]
        and len(sets[one] & sets[other]) / len(sets[one] | sets[other]) >= threshold
        and first[one] == one
        and (first[other] in (one, other))
    }


def as_array(pairs: set[tuple[int, int]]) -> np.ndarray:
    return np.array(sorted(pairs), np.int64).reshape(-1, 2)


@given(sets=SETS, threshold=st.sampled_from([0.25, 0.5, 0.8, 1.0]))
def test_the_oracle_lists_every_pair_of_first_occurrences_and_every_copy_once(
    sets: list[frozenset[int]], threshold: float
) -> None:
    assert answers.oracle(sets, threshold) == truth(sets, threshold)


@given(sets=SETS, found=st.sets(st.tuples(st.integers(0, 11), st.integers(0, 11))))
def test_recall_and_precision_count_pairs_of_different_sets_and_copies_that_lead_to_the_first(
    sets: list[frozenset[int]], found: set[tuple[int, int]]
) -> None:
    first = [sets.index(one) for one in sets]
    right = truth(sets, 0.5)
    given_pairs = {pair for pair in found if max(pair) < len(sets) and pair[0] != pair[1]}
    copies = {(one, other) for one, other in given_pairs if first[one] == first[other]}
    counted = {tuple(sorted((first[one], first[other]))) for one, other in given_pairs - copies}
    for start in set(first):
        reached = {start}
        for _ in sets:
            reached |= {side for pair in copies if set(pair) & reached for side in pair}
        counted |= {(start, one) for one in reached - {start}}
    answer = answers.score(as_array(given_pairs), Truth(as_array(right), np.array(first, np.int64)))
    hits = len(counted & right)
    assert answer == (len(counted), hits / max(1, len(right)), hits / max(1, len(counted)))


@given(sets=SETS, data=st.data())
def test_removals_are_judged_by_what_is_kept(sets: list[frozenset[int]], data: st.DataObject) -> None:
    first = [sets.index(one) for one in sets]
    pairs = truth(sets, 0.5)
    kept = data.draw(st.lists(st.booleans(), min_size=len(sets), max_size=len(sets)))
    stays = [any(kept[row] for row, one in enumerate(first) if one == first[at]) for at in range(len(sets))]
    near = {pair for pair in pairs if first[pair[0]] != first[pair[1]]}
    # of n copies n - 1 can go
    missed = sum(stays[one] and stays[other] for one, other in near)
    missed += sum(max(0, sum(kept[row] for row, one in enumerate(first) if one == each) - 1) for each in set(first))
    wanted = len(near) + len(sets) - len(set(first))
    removed = [row for row in range(len(sets)) if not kept[row]]
    right = [
        row
        for row in removed
        if stays[row]
        or any(first[row] in pair and any(stays[one] for one in pair if one != first[row]) for pair in near)
    ]
    answer = answers.judged(np.array(kept, np.bool_), Truth(as_array(pairs), np.array(first, np.int64)))
    assert answer[0] == len(removed)
    assert answer[1] == 1 - missed / max(1, wanted)
    assert answer[2] == len(right) / max(1, len(removed))


@given(texts=st.lists(WORDS.map(" ".join), max_size=8))
def test_texts_spelled_anew_have_the_shingles_that_the_others_are_given(texts: list[str]) -> None:
    spelled = [own_shingles(text, 3) for text in answers._spelled(texts)]
    others = [systems.shingles(text) for text in texts]
    assert [len(one) for one in spelled] == [len(one) for one in others]
    names = {pair for rows in zip(spelled, others, strict=True) for pair in zip(*rows, strict=True)}
    assert len({one for one, _ in names}) == len({other for _, other in names}) == len(names)


@given(candidates=st.lists(st.sets(st.integers(0, 9)), min_size=10, max_size=10))
def test_candidates_join_to_groups_of_two_or_more(candidates: list[set[int]]) -> None:
    found = systems._joined([sorted(row) for row in candidates])
    edges = {(other, one) for one, row in enumerate(candidates) for other in row if other < one}
    assert {tuple(pair) for pair in found.pairs().tolist()} == edges
    labels = list(range(10))
    for _ in labels:
        for one, other in edges:
            labels[one] = labels[other] = min(labels[one], labels[other])
    groups = [[at for at in range(10) if labels[at] == label] for label in sorted(set(labels))]
    assert sorted(sorted(group) for group in found.groups) == [group for group in groups if len(group) > 1]


@given(texts=st.lists(WORDS.map(" ".join).filter(str.strip), max_size=10))
def test_a_system_given_each_text_once_finds_the_same_groups(texts: list[str]) -> None:
    find = systems.dedup("exact")
    plain, once = find(texts), systems.once(lambda: find)(texts)
    assert sorted(map(sorted, once.groups)) == sorted(group.tolist() for group in plain.groups)
    first = [min(group) for group in plain.groups]
    copies = {(one, other) for one, other in plain.pairs().tolist() if texts[one] == texts[other]}
    assert copies <= {tuple(pair) for pair in once.pairs().tolist()}
    assert {min(group) for group in once.groups} == set(first)


def test_bins_of_similarity_follow_one_another_from_the_threshold_to_one() -> None:
    for threshold in THRESHOLDS:
        *bins, whole = _bins(threshold)
        assert whole == (threshold, 1.0)
        assert bins[0][0] == threshold
        assert bins[-1][1] == 1.0
        assert all(one[1] == other[0] and one[0] < one[1] for one, other in pairwise(bins))


def test_paragraphs_of_files_are_blocks_of_three_words_or_lines_where_nothing_is_blank(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"A keeper\nsigns it.\r\n\r\nNo.\n\n \nThe lamp\tis lit.\n")
    (tmp_path / "b.txt").write_bytes(b"\xef\xbb\xbfOne line of it.\nShort one.\nAnother line \xff here.\n")
    assert texts.given([str(tmp_path)]) == [
        "A keeper signs it.",
        "The lamp is lit.",
        "One line of it.",
        "Another line � here.",
    ]


def test_texts_that_are_saved_are_loaded_as_they_were(tmp_path: Path) -> None:
    kept = ["a\u2028b", "", "c\rd", "é"]
    texts.save(tmp_path / "kept", kept)
    assert texts.load(tmp_path / "kept") == kept
