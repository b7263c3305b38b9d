"""What a kernel knows of characters: a class per code point, and what each folds to, as plain arrays.

A text reaches the kernels as a uint32 array of code points in which some positions may hold one of three sentinels
above the last code point. The table has entries for the sentinels too, so a kernel looks up whatever it meets.

Compiled kernels hold these numbers as constants, and Numba's cache looks only at the file a kernel stands in: whoever
changes one here also changes ``compiled/text.py``.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

# Sentinels.
SEPARATE: Final = 0x110000
"""Separates tokens."""
HIDDEN: Final = 0x110001
"""Transparent: as if it were not there."""
CONTINUE: Final = 0x110002
"""Transparent, but a token that ends directly before it ends after it: the tail of an entity."""
SIZE: Final = 0x110003
"""Entries of the table: every code point and the sentinels."""

# Classes. The order matters to the kernels: from MARK on a character is part of a token, from LETTER on it can begin
# one, from IDEOGRAPH on it begins one wherever it stands.
SEPARATOR: Final = 0
TRANSPARENT: Final = 1
TAIL: Final = 2
"""The class of CONTINUE, and of nothing else."""
APOSTROPHE: Final = 3
"""Transparent between two letters, else a separator."""
MARK: Final = 4
"""Belongs to the token it follows. It may fold to nothing, as an accent does."""
LETTER: Final = 5
DIGIT: Final = 6
IDEOGRAPH: Final = 7
"""Han and kana: one token per character."""
SYLLABIC: Final = 8
"""Thai, Lao, Khmer, Myanmar: one token per character."""
SPLIT: Final = 9
"""SYLLABIC, but its fold begins with a mark that belongs to the token before it: SARA AM."""

WEIGHTS: Final = (0, 0, 0, 0, 0, 4, 4, 2, 1, 1)
"""Weight of a token in quarter words, by the class of its first character."""

IDENTITIES: Final = 16
"""Records below this are classes, not entries: such a character folds to itself."""


class Alphabet(NamedTuple):
    """The fold table. Character ``c`` has record ``r = records[c]`` and class ``classes[r]``.

    It folds to itself where ``r < IDENTITIES``, else to ``points[offsets[r]:offsets[r] + counts[r]]``. Folds count only
    for classes from MARK on. Nothing folds to a surrogate, so what was folded can always be encoded.
    """

    records: NDArray[np.uint16]
    """uint16 (SIZE,)"""
    classes: NDArray[np.uint8]
    """uint8 (r,)"""
    counts: NDArray[np.uint8]
    """uint8 (r,): code points of the fold, 1 for records below IDENTITIES."""
    offsets: NDArray[np.uint32]
    """uint32 (r,)"""
    points: NDArray[np.uint32]
    """uint32 (p,)"""
