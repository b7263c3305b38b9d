"""Which planted copies were found, and what was found besides."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING

from benchmarks.prose import Planted, Span

if TYPE_CHECKING:
    from dedup import Repeat

ENOUGH = 0.8
"""The least intersection over union, in characters, of a span that was found with the one that was planted."""


def found(planted: Sequence[Planted], repeats: Sequence["Repeat"]) -> list[bool]:
    """Of each planted copy, whether one repeat has a place for the original and another for the copy."""
    places = sorted((place.start, place.end, row) for row, repeat in enumerate(repeats) for place in repeat.places)
    starts = [start for start, *_ in places]

    def fitting(span: Span) -> set[int]:
        # a place that overlaps enough begins at most a quarter of the span's length before it
        near = bisect_left(starts, span[0] - (span[1] - span[0]) // 4)
        stop = bisect_left(starts, span[1])
        return {row for start, end, row in places[near:stop] if _overlap((start, end), span) >= ENOUGH}

    return [bool(fitting(copy.original) & fitting(copy.copy)) for copy in planted]


def strays(planted: Sequence[Planted], repeats: Sequence["Repeat"]) -> int:
    """How many repeats touch nothing that was planted."""
    spans = [span for copy in planted for span in (copy.original, copy.copy)]
    return sum(
        not any(_overlap((place.start, place.end), span) > 0 for place in repeat.places for span in spans)
        for repeat in repeats
    )


def _overlap(one: Span, other: Span) -> float:
    common = min(one[1], other[1]) - max(one[0], other[0])
    return max(common, 0) / (max(one[1], other[1]) - min(one[0], other[0]))
