"""Generates the fold table, ``fold.bin``: run ``python -m dedup.text.generate``.

The package never asks the running Python about characters, so that every Python version gives the same tokens; this
script does, once. It is run with the newest Unicode at hand, and its product is checked in. Raise ``fold.VERSION``
whenever the product changes: whoever stored hashes must be able to tell.
"""

from __future__ import annotations

import struct
import unicodedata
import zlib
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dedup.kernels import alphabet
from dedup.text import fold


def _points(*ranges: tuple[int, int]) -> frozenset[int]:
    """Return the code points in ranges, both ends included."""
    return frozenset(point for first, last in ranges for point in range(first, last + 1))


# Default_Ignorable_Code_Point, which unicodedata does not have (DerivedCoreProperties.txt; stable but for unassigned
# code points, which are reserved in whole ranges), and the combining enclosing keycap.
TRANSPARENT = _points(
    (0x00AD, 0x00AD),  # soft hyphen
    (0x034F, 0x034F),  # combining grapheme joiner
    (0x061C, 0x061C),  # Arabic letter mark
    (0x115F, 0x1160),  # Hangul fillers
    (0x17B4, 0x17B5),  # Khmer inherent vowels
    (0x180B, 0x180F),  # Mongolian variation selectors, vowel separator
    (0x200B, 0x200F),  # zero width space, joiners, direction marks
    (0x202A, 0x202E),  # direction embeddings and overrides
    (0x2060, 0x206F),  # word joiner, invisible operators, direction isolates
    (0x20E3, 0x20E3),  # combining enclosing keycap
    (0x3164, 0x3164),  # Hangul filler
    (0xFE00, 0xFE0F),  # variation selectors
    (0xFEFF, 0xFEFF),  # zero width no-break space
    (0xFFA0, 0xFFA0),  # halfwidth Hangul filler
    (0xFFF0, 0xFFF8),
    (0x1BCA0, 0x1BCA3),  # shorthand format controls
    (0x1D173, 0x1D17A),  # musical beams and slurs
    (0xE0000, 0xE0FFF),  # tags, variation selectors supplement
)
APOSTROPHES = (0x0027, 0x2019)

# What is dropped from a fold although it is a letter or mark. Arabic: every nonspacing mark of the script, hamza and
# madda above or below a letter among them, since writers leave them out as freely as the vowels.
DROPPED = _points(
    (0x0300, 0x036F),  # combining diacritical marks
    (0x0591, 0x05BD),  # Hebrew accents and points
    (0x05BF, 0x05BF),
    (0x05C1, 0x05C2),
    (0x05C4, 0x05C5),
    (0x05C7, 0x05C7),
    (0xFB1E, 0xFB1E),
    (0x0610, 0x061A),  # Arabic honorifics and Koranic annotation
    (0x0640, 0x0640),  # tatweel
    (0x064B, 0x065F),  # harakat
    (0x0670, 0x0670),  # superscript alef
    (0x06D6, 0x06DC),
    (0x06DF, 0x06E4),
    (0x06E7, 0x06E8),
    (0x06EA, 0x06ED),
    (0x0898, 0x089F),
    (0x08CA, 0x08E1),
    (0x08E3, 0x08FF),
    (0x10EFD, 0x10EFF),
)

# Scripts written without spaces. unicodedata has no Script property, but names begin with the script; what is listed
# apart is Han or kana by property and has another name.
IDEOGRAPHIC_NAMES = (
    "CJK UNIFIED IDEOGRAPH-",
    "CJK COMPATIBILITY IDEOGRAPH-",
    "HIRAGANA ",
    "KATAKANA ",
    "KATAKANA-HIRAGANA ",
    "HENTAIGANA ",
    "HANGZHOU NUMERAL ",
    "VERTICAL KANA ",
)
IDEOGRAPHIC = frozenset(
    [
        0x3005,  # iteration mark
        0x3006,  # closing mark
        0x3007,  # zero
        0x303B,  # vertical iteration mark
        0x303C,  # masu mark
        0x16FE3,  # old Chinese iteration mark
    ]
)
SYLLABIC_NAMES = ("THAI ", "LAO ", "KHMER ", "MYANMAR ")


@cache
def folded(char: str) -> str:
    """Return what one character folds to: decomposed and case folded until nothing changes, then reduced to words.

    Each step treats each character by itself. So the fold of a text is the folds of its characters in a row, and
    folding again changes nothing.
    """
    for changed in (unicodedata.normalize("NFKD", char), char.casefold()):
        if changed != char:
            return "".join(folded(part) for part in changed)
    if unicodedata.category(char)[0] not in "LNM":
        return ""
    if ord(char) in TRANSPARENT or ord(char) in DROPPED:
        return ""
    return char


def class_of(char: str) -> int:
    """Class of a character, by its category and by what it folds to."""
    point = ord(char)
    if point in TRANSPARENT:
        return alphabet.TRANSPARENT
    if point in APOSTROPHES:
        return alphabet.APOSTROPHE
    category = unicodedata.category(char)[0]
    if category not in "LNM":
        return alphabet.SEPARATOR
    if category == "M":
        return alphabet.MARK
    text = folded(char)
    marks = len(text) - len(text.lstrip("".join(part for part in text if unicodedata.category(part)[0] == "M")))
    if marks == len(text):  # tatweel, and halfwidth sound marks, which are letters by category
        return alphabet.MARK
    first = text[marks]
    name = unicodedata.name(first, "")
    if name.startswith(SYLLABIC_NAMES):
        if marks > 1:
            raise ValueError(f"U+{point:04X} folds to {marks} marks before a letter; kernels expect one")
        return alphabet.SPLIT if marks else alphabet.SYLLABIC
    if marks:
        raise ValueError(f"U+{point:04X} folds to a mark before a letter of a spaced script; kernels do not expect it")
    if name.startswith(IDEOGRAPHIC_NAMES) or ord(first) in IDEOGRAPHIC:
        return alphabet.IDEOGRAPH
    return alphabet.LETTER if unicodedata.category(first)[0] == "L" else alphabet.DIGIT


def build() -> alphabet.Alphabet:
    """Return the table for the Unicode version of the running Python. Takes some seconds for all code points."""
    records = np.zeros(alphabet.SIZE, np.uint16)
    classes = list(range(alphabet.IDENTITIES))
    folds = [""] * alphabet.IDENTITIES
    known: dict[tuple[int, str], int] = {}
    for point in range(0x110000):
        kind = class_of(char := chr(point))
        text = folded(char)
        if kind < alphabet.MARK or text == char:
            records[point] = kind
            continue
        if (kind, text) not in known:
            known[kind, text] = len(folds)
            classes.append(kind)
            folds.append(text)
        records[point] = known[kind, text]
    records[alphabet.SEPARATE] = alphabet.SEPARATOR
    records[alphabet.HIDDEN] = alphabet.TRANSPARENT
    records[alphabet.CONTINUE] = alphabet.TAIL
    counts = np.array([len(text) for text in folds], np.uint8)
    offsets = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)[:-1]]).astype(np.uint32)
    counts[: alphabet.IDENTITIES] = 1
    points = np.array([ord(char) for text in folds for char in text], np.uint32)
    return alphabet.Alphabet(records, np.array(classes, np.uint8), counts, offsets, points)


def pack(table: alphabet.Alphabet) -> bytes:
    """Return the table as the file stores it: a header, then deflated arrays, little-endian (see ``fold.load``)."""
    padded = np.zeros(-(-alphabet.SIZE // fold.BLOCK) * fold.BLOCK, np.uint16)
    padded[: alphabet.SIZE] = table.records
    blocks, stages = np.unique(padded.reshape(-1, fold.BLOCK), axis=0, return_inverse=True)
    arrays: list[NDArray[np.generic]] = [
        stages.reshape(-1).astype("<u2"),
        blocks.astype("<u2"),
        table.classes,
        table.counts,
        table.points.astype("<u4"),
    ]
    unicode = [int(number) for number in unicodedata.unidata_version.split(".")]
    header = struct.pack(
        fold.HEADER, fold.MAGIC, fold.VERSION, *unicode, stages.size, len(blocks), table.classes.size, table.points.size
    )
    return header + zlib.compress(b"".join(array.tobytes() for array in arrays), 9)


def main() -> None:
    """Write the table beside this file."""
    data = pack(build())
    Path(__file__).with_name(fold.FILE).write_bytes(data)
    print(f"{fold.FILE}: {len(data):,} bytes, version {fold.VERSION}, Unicode {unicodedata.unidata_version}")


if __name__ == "__main__":
    main()
