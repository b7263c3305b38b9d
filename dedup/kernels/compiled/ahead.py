"""Compiling all kernels ahead: each is called on a few items of the types that it gets in use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from dedup.kernels import cache
from dedup.kernels.alphabet import Alphabet
from dedup.kernels.candidates import Postings, Sets
from dedup.kernels.compiled import (
    align,
    counters,
    forest,
    links,
    pairs,
    places,
    postings,
    sets,
    signatures,
    stars,
    text,
    words,
)

_Number = TypeVar("_Number", bound=np.generic)

_LONGS = np.zeros(1, np.int64)
_TOKENS = np.zeros(1, np.int32)
_KEYS = np.zeros(1, np.uint64)
_ROWS = np.array([0, 1])
_SETS = Sets(_KEYS, _LONGS, _LONGS, _LONGS, _LONGS)
_POSTINGS = Postings(
    _TOKENS[:0].copy(), np.zeros(2, np.int64), _LONGS[:0].copy(), _LONGS[:0].copy(), np.zeros(0, np.bool_)
)


def _fixed(size: int, kind: type[_Number]) -> NDArray[_Number]:
    """Return zeros that cannot be written to, which is a type of its own to Numba."""
    array = np.zeros(size, kind)
    array.flags.writeable = False
    return array


def _compile_align() -> None:
    align.align_gaps(_KEYS, _ROWS, _TOKENS, _TOKENS, _TOKENS, _TOKENS)
    align.extend(_KEYS, _ROWS, _TOKENS, _TOKENS, _TOKENS, _TOKENS, 1, 1)
    align.maximal_segments(_LONGS, _LONGS, _ROWS)


def _compile_counters() -> None:
    counters.add(np.zeros(2, np.uint8), _KEYS)


def _compile_forest() -> None:
    forest.components(_LONGS, _LONGS, 1)
    forest.forest(_SETS, _POSTINGS, 0.5)
    forest.stars(_SETS, _POSTINGS, _LONGS, np.zeros(1, np.bool_), True, 0.5, False)
    forest.centers(_LONGS, _LONGS, 1)


def _compile_links() -> None:
    links.link_seeds(_TOKENS, _TOKENS, _ROWS, np.zeros(1, np.bool_), 1, 1)
    links.common_run(_KEYS, _TOKENS, _TOKENS, _TOKENS, 1)
    none = _TOKENS[:0].copy()
    empty = _LONGS[:0].copy()
    links.chain(none, none, none, none, none, _LONGS, empty, empty, none, 1, 1, 1)
    links.walk(np.full(1, -1, np.int32), _TOKENS)


def _compile_pairs() -> None:
    pairs.shared(_KEYS, _ROWS, _LONGS)
    pairs.prefixes(_KEYS, _ROWS, np.ones(1, np.uint16), np.ones(1, np.int64))
    pairs.matches(_SETS, _POSTINGS, 0.5, False, 0, 1)
    pairs.in_common(_SETS, _LONGS[:0].copy(), _LONGS[:0].copy(), 0.5, False)


def _compile_places() -> None:
    places.lcp_intervals(_LONGS)
    places.disjoint(_TOKENS, _ROWS, _TOKENS)


def _compile_postings() -> None:
    postings.equal_keys(_KEYS)
    postings.ascending(_LONGS)


def _compile_sets() -> None:
    sets.shingle_rows(_KEYS, _ROWS, 1)
    sets.sorted_rows(_KEYS, _ROWS)
    sets.fingerprints(_KEYS, _ROWS)
    sets.copies(np.zeros((1, 2), np.uint64))


def _compile_signatures() -> None:
    factors, rows = np.ones(2, np.uint32), np.zeros((1, 2), np.uint32)
    signatures.minhash(_KEYS, _ROWS, factors, factors, rows)
    signatures.band_keys(rows, 0, 2)


def _compile_stars() -> None:
    none, no_rows = _TOKENS[:0].copy(), _LONGS[:0].copy()
    stars.cut_tandems(none, none, none, _LONGS)
    stars.stars(_LONGS, none, none, none, _LONGS, no_rows, no_rows, _ROWS, 1, 1, 1, 0.5)


def _alphabet() -> Alphabet:
    """Return an alphabet in which every character separates."""
    return Alphabet(
        _fixed(128, np.uint16), _fixed(1, np.uint8), _fixed(1, np.uint8), _fixed(1, np.uint32), _fixed(1, np.uint32)
    )


def _compile_text() -> None:
    text.tokens(np.zeros(1, np.uint32), _alphabet())
    text.shingle_hashes(_KEYS, 1)


def _compile_words() -> None:
    # Of fewer than ten bytes, the view of eight from each byte on would be contiguous, which is another type.
    words.word_hashes(_fixed(16, np.uint8), np.array([0, 16]), _alphabet())


_STEPS: Final[dict[str, Callable[[], None]]] = {
    "align": _compile_align,
    "counters": _compile_counters,
    "forest": _compile_forest,
    "links": _compile_links,
    "pairs": _compile_pairs,
    "places": _compile_places,
    "postings": _compile_postings,
    "sets": _compile_sets,
    "signatures": _compile_signatures,
    "stars": _compile_stars,
    "text": _compile_text,
    "words": _compile_words,
}


def compile_all(progress: Callable[[str, int, int | None], object]) -> bool:
    """Compile every kernel that is not in the cache yet, and record that all are there.

    Parameters
    ----------
    progress
        Called before each module, and at the end, with the step, the number of modules compiled and the number of all.

    Returns
    -------
    bool
        Whether later processes find the compiled code, False if the folder of `cache.folder` cannot be written to.

    Notes
    -----
    Takes 25 to 40 s, and 2 s if all is in the cache.
    """
    for done, (name, step) in enumerate(_STEPS.items()):
        progress(f"compiling {name} (only the first time)", done, len(_STEPS))
        step()
    progress("compiling", len(_STEPS), len(_STEPS))
    return cache.mark_complete()
