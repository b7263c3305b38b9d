"""Checks of arguments that several functions of this room take, so that all refuse alike."""

import numpy as np


def integer(name: str, value: object, least: int, most: int | None = None) -> int:
    """Return the value, if it is an int in ``[least, most]``.

    Raises
    ------
    TypeError
        The value is not an int. A bool is not an int here.
    ValueError
        The value is too small or too large.
    """
    allowed = f"any int from {least}" + ("" if most is None else f" to {most}")
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool):
        raise TypeError(f"{name}={value!r} is not an int; allowed is {allowed}")
    if value < least or (most is not None and value > most):
        raise ValueError(f"{name}={value} is too {'small' if value < least else 'large'}; allowed is {allowed}")
    return int(value)


def similarity(name: str, value: object, least: float = 0.0) -> float:
    """Return the value as a float, if it is a number in ``(0, 1]`` and at least `least`.

    Raises
    ------
    TypeError
        The value is not a number. A bool is not a number here.
    ValueError
        The value is out of range.
    """
    number = _number(name, value)
    if not (0 < number <= 1 and number >= least):
        allowed = f"from {least} to 1" if least else "more than 0 and at most 1"
        raise ValueError(f"{name}={value!r} is outside; allowed is {allowed}")
    return number


def recall(value: object) -> float:
    """Return the value as a float, if it is a number in ``(0, 1)``.

    Raises
    ------
    TypeError
        The value is not a number. A bool is not a number here.
    ValueError
        The value is out of range. With signatures, no pair is certain to be found.
    """
    number = _number("recall", value)
    if not 0 < number < 1:
        raise ValueError(f"recall={value!r} is outside; allowed is more than 0 and less than 1")
    return number


def _number(name: str, value: object) -> float:
    if not isinstance(value, (int, float, np.integer, np.floating)) or isinstance(value, bool):
        raise TypeError(f"{name}={value!r} is not a number")
    return float(value)


def choice(name: str, value: object, allowed: tuple[str, ...]) -> None:
    """Check that the value is one of those allowed.

    Raises
    ------
    ValueError
        It is not.
    """
    if value not in allowed:
        raise ValueError(f"{name}={value!r} is not known; allowed: {', '.join(map(repr, allowed))}")
