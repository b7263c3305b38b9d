"""Duplicates and repeated passages in a corpus of any size, in files, on one machine."""

from dedup.corpus.duplicates import Counts, Duplicates, find_duplicates
from dedup.corpus.errors import CorpusError
from dedup.corpus.passages import PassageCounts, Passages, find_passages

__all__ = ["CorpusError", "Counts", "Duplicates", "PassageCounts", "Passages", "find_duplicates", "find_passages"]
