"""Checks of arguments, and the one form of words in which public functions refuse them.

``min_words = 2 is out of range; allowed: an integer of 4 or more``: the argument, its value, what is wrong, what is
allowed. A wrong type is a TypeError, a wrong value a ValueError.
"""

from typing import Final

import numpy as np

MOST_WORDS: Final = 1_000_000
"""The longest shingle or passage that may be asked for, in words."""
MOST_PERMUTATIONS: Final = 65_535
"""The longest signature: datasketch counts bands and rows in 16 bits."""


def integer(name: str, value: object, least: int, most: int | None = None) -> int:
    """Return the value as an int, if it is an integer from `least` to `most`.

    Raises
    ------
    TypeError
        The value is not an integer. A bool is not an integer here.
    ValueError
        The value is out of range.
    """
    allowed = f"an integer of {least} or more" if most is None else f"an integer from {least} to {most}"
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool):
        raise TypeError(f"{name} = {value!r} is not an integer; allowed: {allowed}")
    if value < least or (most is not None and value > most):
        raise ValueError(f"{name} = {value} is out of range; allowed: {allowed}")
    return int(value)


def similarity(name: str, value: object, least: float = 0.0) -> float:
    """Return the value as a float, if it is a number above 0, at least `least` and at most 1.

    Raises
    ------
    TypeError
        The value is not a number. A bool is not a number here.
    ValueError
        The value is out of range.
    """
    allowed = f"a number from {least} to 1" if least else "a number above 0 and at most 1"
    number = _number(name, value, allowed)
    if not (0 < number <= 1 and number >= least):
        raise ValueError(f"{name} = {value} is out of range; allowed: {allowed}")
    return number


def recall(value: object) -> float:
    """Return the value as a float, if it is a number between 0 and 1.

    Raises
    ------
    TypeError
        The value is not a number. A bool is not a number here.
    ValueError
        The value is out of range. With signatures, no pair is certain to be found.
    """
    allowed = "a number above 0 and below 1"
    number = _number("recall", value, allowed)
    if not 0 < number < 1:
        raise ValueError(f"recall = {value} is out of range; allowed: {allowed}")
    return number


def choice(name: str, value: object, allowed: tuple[str, ...]) -> None:
    """Check that the value is one of those allowed.

    Raises
    ------
    TypeError
        It is not a str.
    ValueError
        It is another str.
    """
    listed = ", ".join(map(repr, allowed))
    if not isinstance(value, str):
        raise TypeError(f"{name} = {value!r} is not a str; allowed: {listed}")
    if value not in allowed:
        raise ValueError(f"{name} = {value!r} is unknown; allowed: {listed}")


def _number(name: str, value: object, allowed: str) -> float:
    if not isinstance(value, (int, float, np.integer, np.floating)) or isinstance(value, bool):
        raise TypeError(f"{name} = {value!r} is not a number; allowed: {allowed}")
    try:
        return float(value)
    except OverflowError:  # of an int
        raise ValueError(
            f"{name} is out of range: an integer of {int(value).bit_length()} bits; allowed: {allowed}"
        ) from None
