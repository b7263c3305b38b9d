"""What the features of a finding say in words."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.lint.diagnose.confidence import FEATURES
from dedup.lint.diagnose.evidence import LONGEST, LONGEST_FILE
from dedup.lint.diagnose.wording import worded

NUMBERS = st.integers(1, 9_999)


@pytest.mark.parametrize("feature", [feature.name for feature in FEATURES])
@given(value=st.floats(0, 1))
def test_every_feature_of_the_model_has_words(feature, value):
    assert worded(feature, value).strip()


@given(NUMBERS)
def test_a_number_of_words_is_the_number_itself(number):
    noun = "word" if number == 1 else "words"
    assert worded("words", round(math.log(number), 4)).startswith(f"{number:,} {noun}")
    assert worded("file-length", math.log1p(number)) == f"in a file of {number:,} {noun}"


@pytest.mark.parametrize(
    ("feature", "value", "words"),
    [
        ("unique-words", 0.0, "every word stands elsewhere in the file too"),
        ("unique-words", math.log1p(1), "1 of the words stands nowhere else in the file"),
        ("unique-words", math.log1p(3), "3 of the words stand nowhere else in the file"),
        ("words", math.log(LONGEST), "100 words or more"),
        ("changed-words", 0.0, "no words are changed otherwise"),
        ("changed-words", math.log1p(1), "1 word changed"),
        ("changed-words", math.log1p(4), "4 words changed"),
        ("slots", 0.0, "no word is replaced one for one, such as a number, a name, or a code"),
        ("slots", 0.02, "2% of the words are replaced one for one, such as numbers, names, or codes"),
        ("slots", 0.001, "1% of the words are replaced one for one, such as numbers, names, or codes"),
        ("side-by-side", 0.7, "long, and side by side"),
        ("side-by-side", 0.0, "not side by side, or short"),
        ("whole-sentences", 1.0, "both places are whole sentences"),
        ("whole-sentences", 0.0, "a place begins or ends inside a sentence"),
        ("in-list", 0.0, "no place is in a list"),
        ("in-list", 1.0, "a place is in a list"),
        ("in-list", 2.0, "both places are in lists"),
        ("pages", 0.0, "its words stand on one page or two"),
        ("pages", 1.0, "its words stand on 3 pages or more, on average"),
        ("pages", 3.0, "its words stand on 12 pages or more, on average"),
        ("one-page", 1.0, "all places are on versions of one page"),
        ("one-page", 0.0, "not on versions of one page alone"),
        ("file-length", math.log1p(LONGEST_FILE), "in a file of 10,000 words or more"),
    ],
)
def test_a_value_is_said_as_an_editor_would(feature, value, words):
    assert worded(feature, value) == words
