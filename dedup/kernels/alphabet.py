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

# Classes. The order matters to the kernels: from MARK on a character is part of a token, from LETTER to SUBSCRIPT it
# begins a token or continues one, from IDEOGRAPH on it begins one wherever it stands.
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
SUPERSCRIPT: Final = 7
"""A superscript, such as ² or ⁿ. A token begins between two neighbours of DIGIT, SUPERSCRIPT and SUBSCRIPT."""
SUBSCRIPT: Final = 8
IDEOGRAPH: Final = 9
"""Han and kana: one token per character."""
SYLLABIC: Final = 10
"""Thai, Lao, Khmer, Myanmar: one token per character."""
SPLIT: Final = 11
"""SYLLABIC, but its fold begins with a mark that belongs to the token before it: SARA AM."""
NUMBER: Final = 12
"""A number that is a token of its own, such as ① or the 1 in ½."""
COMPOUND: Final = 13
"""Stands for several characters: its fold lists their records, 0 for a separator. Their tokens all have its span."""

WEIGHTS: Final = (0, 0, 0, 0, 0, 4, 4, 4, 4, 2, 1, 1, 4, 0)
"""Weight of a token in quarter words, by the class of its first character."""

MOST_TOKENS: Final = 6
"""No COMPOUND stands for more tokens."""
FIRST_COMPOUND: Final = 0xBC
"""No code point below is a COMPOUND: it is the fraction ¼."""
IDENTITIES: Final = 16
"""Records below this are classes, not entries: such a character folds to itself."""


class Alphabet(NamedTuple):
    """The fold table. Character ``c`` has record ``r = records[c]`` and class ``classes[r]``.

    It folds to itself where ``r < IDENTITIES``, else to ``points[offsets[r]:offsets[r] + counts[r]]``, which are code
    points, or the records of the characters that a COMPOUND stands for, which are no COMPOUNDs. Folds count only for
    classes from MARK on. Nothing folds to a surrogate, so what was folded can always be encoded.
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
