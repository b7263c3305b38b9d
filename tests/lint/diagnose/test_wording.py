"""What the features of a finding say in words."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.lint.diagnose.confidence import FEATURES
from dedup.lint.diagnose.evidence import LONGEST_FILE
from dedup.lint.diagnose.wording import worded

NUMBERS = st.integers(1, 9_999)


@pytest.mark.parametrize("feature", [feature.name for feature in FEATURES])
@given(value=st.floats(0, 1))
def test_every_feature_of_the_model_has_words(feature, value):
    assert worded(feature, value).strip()


@given(NUMBERS)
def test_a_number_of_words_is_the_number_itself(number):
    noun = "word" if number == 1 else "words"
    assert worded("words", round(math.log(number), 4)) == f"{number:,} {noun}"
    assert worded("file-length", math.log1p(number)) == f"in a file of {number:,} {noun}"


@pytest.mark.parametrize(
    ("feature", "value", "words"),
    [
        ("unique-words", 0.0, "every word stands elsewhere in the file too"),
        ("unique-words", math.log1p(1), "1 of the words stands nowhere else in the file"),
        ("unique-words", math.log1p(3), "3 of the words stand nowhere else in the file"),
        ("similarity", 0.94, "94% of the words are the same"),
        ("similarity", 1.0, "all of the words are the same"),
        ("similarity", 0.999, "99% of the words are the same"),
        ("slots", 0.0, "no word is replaced one for one, such as a number, a name, or a code"),
        ("slots", 0.02, "2% of the words are replaced one for one, such as numbers, names, or codes"),
        ("slots", 0.001, "1% of the words are replaced one for one, such as numbers, names, or codes"),
        ("side-by-side", 1.0, "side by side"),
        ("side-by-side", 0.0, "not side by side"),
        ("ends-block", 1.0, "both places end with a paragraph"),
        ("ends-block", 0.0, "a place ends inside a paragraph"),
        ("file-length", math.log1p(LONGEST_FILE), "in a file of 10,000 words or more"),
    ],
)
def test_a_value_is_said_as_an_editor_would(feature, value, words):
    assert worded(feature, value) == words
