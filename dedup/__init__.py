"""Finds text that is repeated: passages and near copies, to the character, and duplicates in a collection."""

from typing import TYPE_CHECKING

from dedup.match.passages import Place, Repeat, find_repeats
from dedup.text.tokens import shingles

if TYPE_CHECKING:
    from dedup.archive.archive import Archive
    from dedup.archive.errors import ArchiveError
    from dedup.match.duplicates import find_duplicates
    from dedup.match.result import Duplicates
    from dedup.sketch.index import LSHIndex
    from dedup.sketch.minhash import MinHasher

__version__ = "0.1.0"
__all__ = [
    "Archive",
    "ArchiveError",
    "Duplicates",
    "LSHIndex",
    "MinHasher",
    "Place",
    "Repeat",
    "find_duplicates",
    "find_repeats",
    "shingles",
]

# What works on collections is imported when it is asked for: a linter that starts anew for every commit has no use for
# it.
_LATER = {
    "Archive": "dedup.archive.archive",
    "ArchiveError": "dedup.archive.errors",
    "Duplicates": "dedup.match.result",
    "LSHIndex": "dedup.sketch.index",
    "MinHasher": "dedup.sketch.minhash",
    "find_duplicates": "dedup.match.duplicates",
}


def __getattr__(name: str) -> object:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = globals()[name] = getattr(import_module(_LATER[name]), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
