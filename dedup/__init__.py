"""Finds text that is repeated: passages and near copies, to the character."""

from dedup.match.passages import Place, Repeat, find_repeats
from dedup.text.tokens import shingles

__version__ = "0.1.0"
__all__ = ["Place", "Repeat", "find_repeats", "shingles"]
