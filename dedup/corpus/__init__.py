"""Duplicates and repeated passages in a corpus of any size, in files, on one machine."""

try:
    import duckdb as _duckdb  # noqa: F401
    import pyarrow as _pyarrow  # noqa: F401
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "dedup.corpus needs DuckDB and PyArrow; install them with: pip install 'passage-dedup[corpus]'", name=error.name
    ) from error

from dedup.corpus.duplicates import Counts, Duplicates, find_duplicates
from dedup.corpus.errors import CorpusError
from dedup.corpus.passages import PassageCounts, Passages, find_passages

__all__ = [
    "CorpusError",
    "Counts",
    "Duplicates",
    "PassageCounts",
    "Passages",
    "find_duplicates",
    "find_passages",
]
