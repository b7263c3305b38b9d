"""Texts that are nothing but repetition: how time, memory and what is found grow with their length."""

import math
import random
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from benchmarks import child
from benchmarks.report import Cell, Column, Result

COLUMNS = (
    Column("engine"),
    Column("text"),
    Column("words"),
    Column("seconds", 2),
    Column("order", 2),
    Column("MiB"),
    Column("order of MiB", 2),
    Column("repeats"),
    Column("places"),
    Column("order of places", 2),
)

TEMPLATE = (
    "Every parcel that leaves the warehouse after noon is weighed by the night crew before the driver signs for it and "
    "the list goes to the office in the morning"
)


def thue_morse(words: int) -> str:
    """Two words in the order of the Thue-Morse sequence: no stretch stands three times side by side."""
    return _letters(i.bit_count() % 2 for i in range(words))


def fibonacci(words: int) -> str:
    """Two words in the order of the Fibonacci word: as many squares as can be."""
    before, row = "b", "a"
    while len(row) < words:
        before, row = row, row + before
    return " ".join(row[:words])


def de_bruijn(words: int) -> str:
    """Two words in the order of a de Bruijn sequence: each row of its order stands once, each shorter one often.

    It is made by concatenating the Lyndon words whose length divides the order (Fredricksen and Maiorana, 1978).
    """
    order = max(1, (words - 1).bit_length())
    row: list[int] = []
    lyndon = [-1]
    while lyndon and len(row) < words:
        lyndon[-1] += 1
        if order % len(lyndon) == 0:
            row += lyndon
        lyndon = (lyndon * (order // len(lyndon) + 1))[:order]
        while lyndon and lyndon[-1] == 1:
            lyndon.pop()
    return _letters(row[:words])


def one_word(words: int) -> str:
    """One word."""
    return _letters([0] * words)


def two_words(words: int, count: int = 2) -> str:
    """Words drawn at random from two."""
    chance = random.Random(1)
    return _letters(chance.randrange(count) for _ in range(words))


def three_words(words: int) -> str:
    """Words drawn at random from three."""
    return two_words(words, 3)


def edited_period(words: int) -> str:
    """A sentence side by side, one copy in twenty with a word of its own somewhere."""
    return _copies(words, 0.05, lambda number, _: f"own{number}", " ")


def twice_edited_period(words: int) -> str:
    """A sentence side by side, three copies in ten with a word changed to one of two."""
    return _copies(words, 0.3, lambda _, chance: chance.choice("ab"), " ")


def variants(words: int) -> str:
    """Paragraphs made from a template, each with a word of its own somewhere."""
    return _copies(words, 1.0, lambda number, _: f"own{number}", "\n\n")


def ladder(words: int) -> str:
    """Stretches of one word, each longer by one than the one before, with another word between."""
    row: list[int] = []
    size = 1
    while len(row) < words:
        row += [0] * size + [1]
        size += 1
    return _letters(row[:words])


TEXTS: Final[dict[str, Callable[[int], str]]] = {
    "Thue-Morse": thue_morse,
    "Fibonacci": fibonacci,
    "de Bruijn": de_bruijn,
    "one word": one_word,
    "two random words": two_words,
    "three random words": three_words,
    "a period with edits": edited_period,
    "a period, two words": twice_edited_period,
    "variants of a template": variants,
    "ladder": ladder,
}


def _letters(numbers: Iterable[int]) -> str:
    return " ".join("abc"[number] for number in numbers)


def _copies(words: int, share: float, edit: Callable[[int, random.Random], str], border: str) -> str:
    chance = random.Random(1)
    parts = []
    for number in range(-(-words // len(TEMPLATE.split()))):
        part = TEMPLATE.split()
        if chance.random() < share:
            part[chance.randrange(len(part))] = edit(number, chance)
        parts.append(" ".join(part))
    return border.join(parts)


def run(counts: Sequence[int]) -> Result:
    """One process for each text, number of words and engine."""
    rows: list[tuple[Cell, ...]] = []
    for engine in child.engines():
        for name in TEXTS:
            before: dict[str, Any] = {}
            for count in sorted(counts):
                seen = child.measure("benchmarks.worst", engine, name=name, words=count)
                rows.append(
                    (
                        engine,
                        name,
                        count,
                        seen["seconds"],
                        _order("seconds", before, seen),
                        seen["memory"],
                        _order("memory", before, seen),
                        seen["repeats"],
                        seen["places"],
                        _order("places", before, seen),
                    )
                )
                before = seen
    notes = (
        "seconds: processor time of one call, after a first one on a short text; MiB: the most memory beyond that; "
        "order: exponent of the growth since the number of words before (1: linear).",
    )
    data = "; ".join(f"{name}: {(make.__doc__ or '').partition('.')[0]}" for name, make in TEXTS.items())
    return Result("worst", "texts that are nothing but repetition", data, COLUMNS, rows, notes)


def _order(what: str, before: dict[str, Any], seen: dict[str, Any]) -> float | None:
    """Return the exponent of growth; None where there is nothing to compare with."""
    if not before or not before[what] or not seen[what]:
        return None
    return math.log(seen[what] / before[what]) / math.log(seen["words"] / before["words"])


def measure(name: str, words: int) -> dict[str, Any]:
    """One call on a text of so many words."""
    import dedup

    dedup.find_repeats(two_words(5_000))
    text = TEXTS[name](words)
    idle = child.memory()
    begun = time.process_time()
    repeats = dedup.find_repeats(text)
    seconds = time.process_time() - begun
    peak = child.peak_memory()
    return {
        "words": words,
        "seconds": seconds,
        "memory": None if idle is None or peak is None else max(peak - idle, 1.0),
        "repeats": len(repeats),
        "places": sum(len(repeat.places) for repeat in repeats),
    }
