"""The fold table: what every character folds to, pinned to one Unicode version and shipped with the package."""

from __future__ import annotations

import os
import struct
import zlib
from functools import cache
from typing import Final

import numpy as np

from dedup.kernels.alphabet import DIGIT, IDENTITIES, SIZE, Alphabet

VERSION: Final = 2
"""Version of what the table says. Hashes of tokens are comparable only within one version."""
UNICODE: Final = (15, 1, 0)
"""The Unicode version the table was generated from."""

FILE: Final = "fold.bin"
MAGIC: Final = b"DEDUPFLD"
HEADER: Final = "<8s4H4I"
BLOCK: Final = 128


@cache
def load() -> Alphabet:
    """Return the table, which is read once (about 3 ms) and then kept.

    It takes 2.5 MB, of which a text uses the pages of its scripts. The file has a header (magic, version, three numbers
    of the Unicode version, four sizes) and five deflated arrays: the block of every ``BLOCK`` code points, the records
    of every block, then class and fold length of every record, and the folds in a row. ``records`` is expanded to one
    entry per code point, because tokenizing spends most of its time on this look-up, and one is faster than two.

    Raises
    ------
    RuntimeError
        The file does not belong to this version of the package.
    """
    # Not pathlib: importing it takes longer than all of this.
    with open(os.path.join(os.path.dirname(__file__), FILE), "rb") as file:
        data = file.read()
    magic, version, *unicode, stages, blocks, records, points = struct.unpack_from(HEADER, data)
    if (magic, version, tuple(unicode)) != (MAGIC, VERSION, UNICODE):
        raise RuntimeError(f"{FILE} does not belong to this version of dedup: install the package again")
    body = zlib.decompress(data[struct.calcsize(HEADER) :])
    sizes = (2 * stages, 2 * blocks * BLOCK, records, records, 4 * points)
    ends = np.cumsum(sizes)
    parts = [body[end - size : end] for size, end in zip(sizes, ends, strict=True)]
    first = np.frombuffer(parts[0], "<u2").astype(np.intp)
    second = np.frombuffer(parts[1], "<u2").astype(np.uint16, copy=False).reshape(blocks, BLOCK)
    counts = np.frombuffer(parts[3], np.uint8)
    lengths = counts.astype(np.uint32)
    lengths[:IDENTITIES] = 0
    table = Alphabet(
        records=second[first].reshape(-1)[:SIZE],
        classes=np.frombuffer(parts[2], np.uint8),
        counts=counts,
        offsets=np.cumsum(lengths, dtype=np.uint32) - lengths,
        points=np.frombuffer(parts[4], "<u4").astype(np.uint32, copy=False),
    )
    for array in table:
        array.flags.writeable = False
    return table


def is_digit(character: str) -> bool:
    """Return whether a character is a digit to the table, which is not so for a superscript."""
    alphabet = load()
    return bool(alphabet.classes[alphabet.records[ord(character)]] == DIGIT)
