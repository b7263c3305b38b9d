"""How much of each file is repeated, and how much two files have in common: against a count word by word."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.lint.config import Config
from dedup.lint.findings import Report, Source
from dedup.lint.run import Settings, diagnosed
from dedup.lint.texts import Texts
from dedup.lint.totals import MOST_FILES
from dedup.match.stream import QUARTERS
from dedup.text.reading import Reading, read

SENTENCES = (
    "The north gate stays shut until the last ferry has left the harbour at night.",
    "Whoever takes the first boat in the morning may leave a bicycle at the office.",
    "The north gate stays shut until the last ferry has left the harbour on Sundays.",
    "渡し船が夜に最後の港を出るまで、北の門は閉まったままです。",
    "Нортхемптонские ворота закрыты, пока последний паром не уйдёт ночью из старой гавани.",
    "Nothing here.",
)


def linted(texts: list[str], focus: int, within: bool = False) -> tuple[Report, list[Reading]]:
    config = Config(min_confidence=0.0)
    readings = [read(text, "markdown", config.blocks) for text in texts]
    sources = [Source(f"{number}.md", text) for number, text in enumerate(texts)]
    return diagnosed(Texts(sources, readings, focus), Settings(config, within=within, statistics=True), []), readings


def counted(report: Report, readings: list[Reading], focus: int) -> tuple[dict[str, int], dict[tuple[str, str], int]]:
    """The repeated words of each file, and the words in common of each pair, token by token."""
    tokens: dict[str, list[tuple[int, int, int]]] = {
        f"{number}.md": list(zip(*(array.tolist() for array in (token.starts, token.ends, token.weights)), strict=True))
        for number, token in ((number, reading.tokens) for number, reading in enumerate(readings))
    }
    alone = {path: set() for path in tokens}
    common = {}
    for finding in report.findings:
        if finding.evidence:
            inside = {
                (place.path, number)
                for place in finding.places
                for number, (start, end, _) in enumerate(tokens[place.path])
                if place.start <= start and end <= place.end
            }
            for path, number in inside:
                alone[path].add(number)
            paths = {path for path, _ in inside}
            for pair in combinations(sorted(paths, key=list(tokens).index), 2):
                if len(paths) <= MOST_FILES and list(tokens).index(pair[0]) < focus:
                    common.setdefault(pair, set()).update(item for item in inside if item[0] in pair)
    repeated = {
        path: sum(tokens[path][number][2] for number in alone[path]) // QUARTERS for path in list(tokens)[:focus]
    }
    return repeated, {
        pair: sum(tokens[path][number][2] for path, number in items) // QUARTERS for pair, items in common.items()
    }


TEXTS = st.lists(
    st.lists(st.sampled_from(SENTENCES), max_size=4).flatmap(
        lambda sentences: st.sampled_from([" ", "\n\n"]).map(lambda blank: blank.join(sentences))
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.integers(1, 5), st.booleans())
def test_totals_are_those_of_the_places_of_the_findings(texts, focus, within):
    focus = min(focus, len(texts))
    report, readings = linted(texts, focus, within)
    totals = report.summary.totals
    repeated, common = counted(report, readings, focus)
    assert {total.path: total.repeated_words for total in totals.by_file} == repeated
    assert {total.paths: total.repeated_words for total in totals.by_pair} == common
    weights = [int(reading.tokens.weights.sum(dtype=int)) for reading in readings]
    assert [total.words for total in totals.by_file] == [weight // QUARTERS for weight in weights[:focus]]
    for total in totals.by_pair:
        assert total.words == sum(weights[int(path.removesuffix(".md"))] for path in total.paths) // QUARTERS
    assert all(0 <= total.share <= 1 for total in (*totals.by_file, *totals.by_pair))
    assert totals.uncounted == 0


@pytest.mark.parametrize("more", [0, 1])
def test_a_passage_in_very_many_files_is_not_counted_in_pairs(more):
    number = MOST_FILES + more
    totals = linted([SENTENCES[0]] * number, number)[0].summary.totals
    assert len(totals.by_pair) == (0 if more else number * (number - 1) // 2)
    assert totals.uncounted == more
    assert all(total.share == 1 for total in totals.by_file)


def test_nothing_is_counted_unless_it_is_asked_for():
    reading = read(SENTENCES[0], "markdown", Config().blocks)
    report = diagnosed(Texts([Source("a.md", SENTENCES[0])], [reading], 1), Settings(), [])
    assert report.summary.totals is None
