"""What is promised of paragraphs that stand twice, on documents in many scripts, on both engines."""

from importlib.util import find_spec
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.lint.config import Config
from dedup.text.marks import Block
from tests.conftest import ENGINES
from tests.lint.linting import report_on, texts_of

LEAST = 8
VOCABULARIES = {
    "latin": [
        "harbour",
        "lamp",
        "keeper",
        "oil",
        "gull",
        "north",
        "stone",
        "path",
        "bridge",
        "river",
        "naïve",
        "Änderung",
    ],
    "arabic": ["النهر", "الجسر", "القديم", "حجر", "طريق", "مصباح", "نورس", "شمال"],
    "chinese": list("河桥老石路灯鸥北守油海船夜门"),
    "thai": list("กขคงจฉชซญดตถทนบปผฝพ"),
}
LENGTHS = {"latin": (8, 16), "arabic": (8, 16), "chinese": (16, 30), "thai": (32, 50)}
FRAMES = ("{}\n\n", "{}\n\n", "{}\n\n", "- {}\n", "> {}\n\n", "1. {}\n", "# {}\n\n", "- > {}\n\n")
ONLY_PARAGRAPHS = Config(select=("DUP001",), min_confidence=0)
EVERYTHING = Config(min_confidence=0)


@st.composite
def _words(draw, script, low, high):
    return draw(st.lists(st.sampled_from(VOCABULARIES[script]), min_size=low, max_size=high))


@st.composite
def _changed(draw, script, words):
    """The words of a paragraph as another block of a document may hold them."""
    words = list(words)
    match draw(st.sampled_from(("whole", "whole", "whole", "drifted", "inside", "opening", "ending"))):
        case "drifted":
            for _ in range(draw(st.integers(1, 3))):
                words[draw(st.integers(0, len(words) - 1))] = draw(st.sampled_from(VOCABULARIES[script]))
        case "inside":
            before, after = draw(_words(script, 0, 12)), draw(_words(script, 0, 12))
            words = before + words + after
        case "opening":
            words = words[: draw(st.integers(1, 7))] + draw(_words(script, *LENGTHS[script]))
        case "ending":
            words = draw(_words(script, *LENGTHS[script])) + words[-draw(st.integers(1, 7)) :]
    return words


@st.composite
def documents(draw):
    """A few documents that are built from few paragraphs."""
    scripts = draw(st.lists(st.sampled_from(sorted(VOCABULARIES)), min_size=1, max_size=2, unique=True))
    pool = [
        (script, draw(_words(script, *LENGTHS[script])))
        for script in draw(st.lists(st.sampled_from(scripts), min_size=1, max_size=4))
    ]
    texts = {}
    for number in range(draw(st.integers(1, 3))):
        text = ""
        for script, words in draw(st.lists(st.sampled_from(pool), min_size=1, max_size=7)):
            space = "" if script in ("chinese", "thai") else " "
            text += draw(st.sampled_from(FRAMES)).format(space.join(draw(_changed(script, words))))
            if draw(st.integers(0, 9)) == 0:
                text += "\n" + draw(st.sampled_from(("***\n\n", "<!-- no more -->\n\n", "Between.\n\n")))
        texts[f"{number}.md"] = text
    return texts


def copies(texts, config, within=False):
    """Return the paragraphs that stand whole in two places or more, one of them in focus: each as its places."""
    found = {}
    for document, (source, reading) in enumerate(zip(texts.sources, texts.readings, strict=True)):
        marks, tokens = reading.marks, reading.tokens
        for kind, start, end in zip(marks.kinds.tolist(), marks.starts.tolist(), marks.ends.tolist(), strict=True):
            if kind not in (Block.PROSE, Block.LIST, Block.QUOTE):
                continue
            inside = [at for at, begin in enumerate(tokens.starts.tolist()) if start <= begin < end]
            if sum(int(tokens.weights[at]) for at in inside) < 4 * config.min_words:
                continue
            words = (document * within, *tokens.hashes[inside].tolist())
            place = (source.path, int(tokens.starts[inside[0]]), int(tokens.ends[inside[-1]]))
            found.setdefault(words, []).append((document < texts.focus, place))
    return [
        [place for _, place in several]
        for several in found.values()
        if len(several) > 1 and any(focused for focused, _ in several)
    ]


def holds(finding, place):
    path, start, end = place
    return any(one.path == path and one.start <= start and end <= one.end for one in finding.places)


def findings_of(texts, config, focus, within):
    """Return what every engine finds alike."""
    answers = []
    for engine in ENGINES if find_spec("numba") else ENGINES[:1]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DEDUP_ENGINE", engine)
            answers.append(report_on(texts, focus, config, within=within).findings)
    assert len({repr([_comparable(one) for one in answer]) for answer in answers}) == 1
    return answers[0]


def _comparable(finding):
    spans = [(place.path, place.start, place.end, place.matched, place.relation) for place in finding.places]
    return finding.rule, finding.message, finding.fingerprint, finding.confidence, finding.evidence, spans


@settings(max_examples=60)
@given(documents(), st.booleans(), st.data())
def test_a_paragraph_that_stands_twice_is_found_with_all_its_places(texts, within, data):
    count = len(texts) if within else data.draw(st.integers(1, len(texts)))
    focus = set(data.draw(st.permutations(sorted(texts)))[:count])
    given_texts = texts_of(texts, focus)
    expected = copies(given_texts, EVERYTHING, within)
    alone = findings_of(texts, ONLY_PARAGRAPHS, focus, within)
    assert {one.rule for one in alone} <= {"DUP001"}
    together = [one for one in findings_of(texts, EVERYTHING, focus, within) if one.rule in ("DUP001", "DUP002")]
    for places in expected:
        assert [one for one in alone if all(holds(one, place) for place in places)], places
        assert [one for one in together if all(holds(one, place) for place in places)], places


@settings(max_examples=40)
@given(documents(), st.booleans())
def test_what_is_reported_is_well_formed(texts, within):
    given_texts = texts_of(texts)
    tokens = {
        source.path: (set(reading.tokens.starts.tolist()), set(reading.tokens.ends.tolist()))
        for source, reading in zip(given_texts.sources, given_texts.readings, strict=True)
    }
    findings = findings_of(texts, EVERYTHING, None, within)
    order = {path: number for number, path in enumerate(texts)}
    leading = [(order[one.places[0].path], one.places[0].start) for one in findings]
    assert leading == sorted(leading)
    spans = [tuple((place.path, place.start, place.end) for place in one.places) for one in findings]
    passages = [
        one for one, finding in zip(spans, findings, strict=True) if finding.rule in ("DUP001", "DUP002", "DUP003")
    ]
    assert len(set(passages)) == len(passages)
    for places in spans:
        assert list(places) == sorted(places)
        assert len(places) > 1
        for (path, _, end), (following, start, _) in pairwise(places):
            assert path != following or end <= start
    for finding in findings:
        for place in finding.places:
            assert place.start in tokens[place.path][0]
            assert place.end in tokens[place.path][1]
            for start, end in place.matched:
                assert place.start <= start < end <= place.end
        if within:
            assert len({place.path for place in finding.places}) == 1
