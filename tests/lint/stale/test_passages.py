"""Whatever was edited, units and cores fit both versions."""

from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.lint.stale.passages import passages
from dedup.lint.stale.version import Version
from dedup.text.reading import read

WORDS = "the harbour office opens at nine and closes . again when few boats are out ."
PARTS = [*WORDS.split(), "\n\n", "\n\n- ", "\n\n| a | b |\n|---|---|\n| c | d |\n\n", "\n\n```\ncode\n```\n\n", "**x**"]


@st.composite
def versions(draw):
    """A text of a few words, paragraphs, items, rows and code, and what some edits made of it."""
    old = draw(st.lists(st.sampled_from(PARTS), max_size=40))
    new = list(old)
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(new)))
        new[at : at + draw(st.integers(0, 9))] = draw(st.lists(st.sampled_from(PARTS), max_size=9))
    return " ".join(old), " ".join(new)


@settings(max_examples=200)
@given(versions())
def test_units_are_what_the_edits_say(case):
    old, new = (Version(read(text, "markdown")) for text in case)
    for passage in passages(old, new, 16):
        (first, stop), (new_first, new_stop) = passage.unit, passage.new_unit
        assert 0 <= first < stop <= old.size
        assert 0 <= new_first <= new_stop <= new.size
        assert first <= passage.core[0] < passage.core[1] <= stop
        mine, theirs = (version.reading.tokens.hashes.tolist() for version in (old, new))
        result, done = [], first
        for edit in passage.edits:
            result += mine[done : edit.first] + theirs[edit.new_first : edit.new_stop]
            done = edit.stop
        if not passage.deleted:
            assert result + mine[done:stop] == theirs[new_first:new_stop]
        else:
            assert new_first == new_stop
            assert old.weight(passage.unit) >= 16
