"""The lists, tables and outline of a text as nested Python, for tests to compare."""

from __future__ import annotations

from itertools import groupby

from dedup.text.marks import Block
from tests.text.marked import Reader


def lists(mark: Reader, text: str) -> list[tuple[str, list[list[str]]]]:
    """The items of every list and the rows of every table, each as the sources of its blocks, in order of numbers.

    Each comes with the name of the kind of its first block. Blocks that are part of no item are left out.
    """
    marks = mark(text)
    found: list[tuple[str, list[list[str]]]] = []
    inside = [number for number in range(len(marks.starts)) if marks.items[number] >= 0]
    inside.sort(key=lambda number: (marks.containers[number], marks.items[number]))
    for _, in_list in groupby(inside, lambda number: marks.containers[number]):
        numbers = list(in_list)
        items = [
            [text[marks.starts[number] : marks.ends[number]] for number in group]
            for _, group in groupby(numbers, lambda number: marks.items[number])
        ]
        found.append((Block(marks.kinds[numbers[0]]).name.lower(), items))
    return found


def outline(mark: Reader, text: str) -> list[tuple[int, str]]:
    """(level, source) of every heading of the outline."""
    marks = mark(text)
    return [
        (int(level), text[start:end])
        for level, start, end in zip(marks.levels, marks.starts, marks.ends, strict=True)
        if level
    ]
