"""Generates the fold table, ``fold.bin``: run ``python -m dedup.text.generate``.

The package never asks the running Python about characters, so that every Python version gives the same tokens; this
script does, once. It is run with the newest Unicode at hand, and its product is checked in. Raise ``fold.VERSION``
whenever the product changes: whoever stored hashes must be able to tell.

A character with a compatibility decomposition is read as that, so that a text and its NFKC form have the same words.
Where that is not enough, or would change what a text says, this is decided:

======================================  ==================================  ==========================================
kind                                    read as                             because
======================================  ==================================  ==========================================
fractions (½, ↉), circled and other     each number a word of its own       1½ is ``1``, ``1``, ``2``, as 1 1/2, and
numbers with more than digits (①, ⑴,                                        not 112; ①② is not 12, and 2⒈ not 21
⒈, 🄂)
such numbers without a decomposition    words of their own, as they are     the same
(❶, ൴)
hours, days, months (㍘, ㏠, ㋀)         the number, a word of its own, and  5㍘ is not ``50`` and ``点``
                                        the character after it
superscripts and subscripts (², ₂, ⁿ)   part of a word, but a word begins   10⁶ is not 106, and 2ⁿ not 2n; H₂O and m²
                                        between a digit and them            are whole
modifier letters, ordinals (ᵉ, ª)       letters                             1ᵉʳ is 1er, and 2ª is 2a
Roman numerals (Ⅷ)                      letters                             ⅩⅡ is XII
circled, squared and parenthesized      letters, kana, ideographs;          Ⓗⓔⓛⓛⓞ is hello, and ⒜ is (a)
letters (Ⓐ, 🄰, ⒜, ㋐, ㊊, ㈱, 🈁)        parentheses separate
radicals and reading marks (⼈, ㆖)      ideographs                          PDF readers give ⽇⽊ for 日木
units (㎏, ㎡, ㎧, ℃, ㍑), names (㍻,      as they are typed                   20℃ is not 20℉, 5㎡ not 5㎥; 5㎏ is 5kg
㍿), words (㏂, ℅, ㏇, 🆐)
№, ℡, ℻                                 words of their own                  both № 5 and №5 are common
several words or unspaced characters    each of them                        as if written out
(ﷺ, ゟ, ໜ)
™, ℠, 🅪, 🅫, 🅬; currencies (₨, ﷼)      separators                          ©, ® and € are separators too
symbols without a decomposition (🅰)    separators                          they are pictures
======================================  ==================================  ==========================================
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


# Symbols that decompose to letters, and yet add no word; and those that stand before a number with or without a space.
SIGNS = frozenset("\u2120\u2122\U0001f16a\U0001f16b\U0001f16c")  # service mark, trade mark, MC, MD, MR
ABBREVIATIONS = frozenset("\u2116\u2121\u213b")  # numero, telephone, facsimile

# Decompositions that say how a character looks, and not what it is made of: a digit stays a digit in them.
LOOKS = frozenset(["<font>", "<wide>", "<narrow>", "<small>", "<initial>", "<medial>", "<final>", "<isolated>"])

Piece = tuple[int, str]
"""A class, and what is compared."""

SPACE: Piece = (alphabet.SEPARATOR, "")
ALONE = frozenset([alphabet.NUMBER, alphabet.IDEOGRAPH, alphabet.SYLLABIC])


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
    """Class of a character that is read as itself, by its category and by what it folds to."""
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
    if category == "N" and text == char and ("CIRCLED" in name or "FRACTION" in name):
        return alphabet.NUMBER
    if name.startswith(SYLLABIC_NAMES):
        if marks > 1:
            raise ValueError(f"U+{point:04X} folds to {marks} marks before a letter; kernels expect one")
        return alphabet.SPLIT if marks else alphabet.SYLLABIC
    if marks:
        raise ValueError(f"U+{point:04X} folds to a mark before a letter of a spaced script; kernels do not expect it")
    if name.startswith(IDEOGRAPHIC_NAMES) or ord(first) in IDEOGRAPHIC:
        return alphabet.IDEOGRAPH
    return alphabet.LETTER if unicodedata.category(first)[0] == "L" else alphabet.DIGIT


@cache
def spelled(char: str) -> tuple[Piece, ...]:
    """Return what a character is read as: itself, or the pieces of its compatibility decomposition.

    A piece has a word or a part of one. There is no separator beside a piece that is always a word of its own.
    """
    itself = ((class_of(char), folded(char)),)
    tag, *points = (unicodedata.decomposition(char) or "canonical").split()
    kept = itself[0][0] in (alphabet.TRANSPARENT, alphabet.APOSTROPHE, alphabet.MARK, alphabet.SPLIT)
    if kept or not tag.startswith("<") or char in SIGNS or unicodedata.category(char) == "Sc":
        return itself
    parts = [piece for point in points for piece in spelled(chr(int(point, 16)))]
    words = [kind for kind, _ in parts if kind != alphabet.SEPARATOR]
    if not words or words[0] == alphabet.MARK:  # a symbol, or an accent that stands alone
        return itself
    if char in ABBREVIATIONS:
        parts = [SPACE, *parts, SPACE]
    raised = unicodedata.name(char, "").startswith("SUPERSCRIPT ")
    pieces: list[Piece] = []
    for kind, text in parts:
        if raised or tag == "<sub>":
            kind = alphabet.SUPERSCRIPT if raised else alphabet.SUBSCRIPT
        elif kind == alphabet.DIGIT and tag not in LOOKS:
            kind = alphabet.NUMBER
        last = pieces[-1][0] if pieces else None
        if kind == alphabet.MARK or (kind == last and kind not in (alphabet.IDEOGRAPH, alphabet.SYLLABIC)):
            pieces[-1] = (pieces[-1][0], pieces[-1][1] + text)
        else:
            pieces.append((kind, text))
    beside = [{alphabet.SEPARATOR}, *({kind} for kind, _ in pieces), {alphabet.SEPARATOR}]
    return tuple(
        piece
        for piece, before, after in zip(pieces, beside, beside[2:], strict=False)
        if piece != SPACE or not ALONE & (before | after)
    )


def build() -> alphabet.Alphabet:
    """Return the table for the Unicode version of the running Python. Takes some seconds for all code points."""
    records = np.zeros(alphabet.SIZE, np.uint16)
    classes = list(range(alphabet.IDENTITIES))
    folds: list[tuple[int, ...]] = [()] * alphabet.IDENTITIES
    known: dict[tuple[int, tuple[int, ...]], int] = {}

    def entry(kind: int, points: tuple[int, ...]) -> int:
        if (kind, points) not in known:
            known[kind, points] = len(folds)
            classes.append(kind)
            folds.append(points)
        return known[kind, points]

    for point in range(0x110000):
        pieces = spelled(char := chr(point))
        kind, text = pieces[0]
        if len(pieces) > 1:
            if point < alphabet.FIRST_COMPOUND or sum(piece != SPACE for piece in pieces) > alphabet.MOST_TOKENS:
                raise ValueError(f"U+{point:04X} is read as {pieces}; kernels do not expect it")
            parts = [entry(kind, tuple(map(ord, text))) if kind else alphabet.SEPARATOR for kind, text in pieces]
            records[point] = entry(alphabet.COMPOUND, tuple(parts))
        elif kind < alphabet.MARK or text == char:
            records[point] = kind
        else:
            records[point] = entry(kind, tuple(map(ord, text)))
    records[alphabet.SEPARATE] = alphabet.SEPARATOR
    records[alphabet.HIDDEN] = alphabet.TRANSPARENT
    records[alphabet.CONTINUE] = alphabet.TAIL
    counts = np.array([len(points) for points in folds], np.uint8)
    offsets = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)[:-1]]).astype(np.uint32)
    counts[: alphabet.IDENTITIES] = 1
    points = np.array([point for points in folds for point in points], np.uint32)
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
