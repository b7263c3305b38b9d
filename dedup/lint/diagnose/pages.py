"""Which files are one page: its versions, in folders that hold the same files, and the page as it is shown."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from os.path import splitext
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.kernels.rows import bounds, distinct, owner
from dedup.lint.diagnose.table import TokenTable, covered
from dedup.lint.texts import AllPages
from dedup.match.merge import Repeats

Ints = NDArray[np.int64]

FIRST_LEVEL: Final = 3
"""Pages: what stands on as many is a template rather than a slip; each doubling is one level more."""
_LEAST_FILES: Final = 3
"""Folders are versions of each other from this many files of the same name on, if these are half of one of them."""
_SHOWN: Final = frozenset({".html", ".htm", ".xhtml"})
"""Extensions of pages that are made from files of another kind, which has the same name otherwise."""


class Pages(NamedTuple):
    """On which pages words stand."""

    of: Ints
    """int64 (d,): the page of each text."""
    levels: Ints
    """int64 (n + 1,): what `levels_of` counts, of all tokens before each, times their weight."""

    @classmethod
    def read(cls, paths: Sequence[str], table: TokenTable, repeats: Repeats, counted: AllPages | None = None) -> Pages:
        """Return the pages of texts, and on how many of them their words are repeated.

        paths : of the texts, in the order of the table
        repeats : everything that is repeated, in tokens of the table
        counted : the pages, and the least levels of the first tokens, if other texts count too

        n log n in the places, and linear in the tokens, as often as the most pages can be halved.
        """
        of = pages(paths) if counted is None else counted.of
        levels = levels_of(len(table.hashes), repeats, of)
        if counted is not None:
            np.maximum(levels[: len(counted.levels)], counted.levels, out=levels[: len(counted.levels)])
        return cls(of, bounds(np.diff(table.weight) * levels))

    def numbers(self, repeats: Repeats) -> Ints:
        """Return on how many pages each repeat stands. n log n in the places."""
        return _numbers(repeats, self.of)


def levels_of(size: int, repeats: Repeats, page: Ints) -> Ints:
    """Return 0 for each of `size` tokens that is repeated on two pages or none, 1 on three and more, 2 on six, and so
    on: by the repeat that stands on most."""
    found = np.zeros(size, np.int64)
    numbers = _numbers(repeats, page)[owner(repeats.offsets)]
    least = FIRST_LEVEL
    while (many := numbers >= least).any():
        found += covered(size, repeats.first[many], repeats.stop[many])
        least *= 2
    return found


def _numbers(repeats: Repeats, page: Ints) -> Ints:
    row = owner(repeats.offsets)
    found: Ints = np.bincount(distinct((row << 32) | page[repeats.documents]) >> 32, minlength=len(repeats.near))
    return found


def pages(paths: Sequence[str]) -> Ints:
    """Return the number of the page that each file holds.

    Two files hold one page if their paths differ in nothing but folders that are versions of each other, such as
    those of releases or of languages: folders that stand beside each other and hold the same files. A page in HTML
    is the same as a file of another kind beside it that has the same name.

    Parameters
    ----------
    paths
        Paths with slashes.

    Returns
    -------
    int64 (n,)
        From 0 on, in order of the first file of each. Linear in the parts of the paths.
    """
    parts = [path.split("/") for path in paths]
    first = _versions(parts)
    keys = []
    for names in parts:
        folder = ""
        for name in names[:-1]:
            folder = _root(first, f"{folder}/{name}")
        keys.append(f"{folder}/{names[-1]}")
    beside = defaultdict(set)
    for key in keys:
        stem, extension = splitext(key)
        beside[stem].add(extension.lower())
    made = {stem for stem, extensions in beside.items() if extensions & _SHOWN and extensions - _SHOWN}
    keys = [splitext(key)[0] if splitext(key)[0] in made else key for key in keys]
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], np.int64)


def _versions(parts: Sequence[Sequence[str]]) -> dict[str, str]:
    """Return an earlier version of each folder that has one."""
    sizes: Counter[str] = Counter()
    same: defaultdict[tuple[str, str], list[str]] = defaultdict(list)  # folders by their own folder and what is in them
    for names in parts:
        folder = ""
        for at, name in enumerate(names[:-1]):
            above, folder = folder, f"{folder}/{name}"
            sizes[folder] += 1
            same[above, "/".join(names[at + 1 :])].append(folder)
    shared: Counter[tuple[str, str]] = Counter()
    for folders in same.values():
        shared.update((folders[0], other) for other in folders[1:])
    first: dict[str, str] = {}
    for (one, other), count in sorted(shared.items()):
        if count >= _LEAST_FILES and 2 * count >= min(sizes[one], sizes[other]):
            one, other = sorted((_root(first, one), _root(first, other)))
            if one != other:
                first[other] = one
    return first


def _root(first: dict[str, str], folder: str) -> str:
    while folder in first:
        folder = first[folder]
    return folder
