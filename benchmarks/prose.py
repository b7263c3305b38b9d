"""Generated text with known answers: made-up words, as often and in sentences as long as in prose, with copies
planted in it. The same seed gives the same text everywhere."""

import random
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

Span = tuple[int, int]

_ONSETS = ("b", "c", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "z", "st", "tr", "pl")
_VOWELS = ("a", "e", "i", "o", "u", "ai", "ou")
_ENDS = ("", "", "", "n", "r", "s", "l")


@dataclass(frozen=True, slots=True)
class Planted:
    """A passage and its copy, as spans of the text in characters; the copy was edited in `rate` of its words."""

    original: Span
    copy: Span
    rate: float


class Vocabulary:
    """`size` different words. The word of rank k is drawn 1/k as often as the first (Zipf's law, exponent 1), or,
    if `even`, all are drawn alike; short words come first."""

    def __init__(self, size: int, seed: int, *, even: bool = False) -> None:
        generator = random.Random(f"words {seed}")
        words: dict[str, None] = {}
        while len(words) < size:
            syllables = 1 if len(words) < 50 else 2 if len(words) < 5_000 else 3
            parts = (choice for _ in range(syllables) for choice in (_ONSETS, _VOWELS, _ENDS))
            words["".join(map(generator.choice, parts))] = None
        self.words = list(words)
        self.weights = list(accumulate(1.0 if even else 1 / rank for rank in range(1, size + 1)))

    def draw(self, generator: random.Random, count: int) -> list[str]:
        """Words, independent of each other."""
        return generator.choices(self.words, cum_weights=self.weights, k=count)


def edited(words: Sequence[str], rate: float, vocabulary: Vocabulary, generator: random.Random) -> list[str]:
    """A copy with ``round(rate * len(words))`` edits at different words, a third each substituted, inserted after,
    deleted."""
    places = generator.sample(range(len(words)), round(rate * len(words)))
    kinds = {place: ("substitute", "insert", "delete")[turn % 3] for turn, place in enumerate(places)}
    copy: list[str] = []
    for place, word in enumerate(words):
        kind = kinds.get(place)
        if kind in (None, "insert"):
            copy.append(word)
        if kind in ("substitute", "insert"):
            copy += vocabulary.draw(generator, 1)
    return copy


def write(
    vocabulary: Vocabulary,
    generator: random.Random,
    words: int,
    *,
    copies: int = 0,
    length: tuple[int, int] = (40, 40),
    rates: Sequence[float] = (0.0,),
) -> tuple[str, list[Planted]]:
    """A text of `words` words, and `copies` passages of it that were copied into it elsewhere.

    A passage has from ``length[0]`` to ``length[1]`` words; the rates of edits are taken in turn. Each passage and
    each copy has a stretch of the text to itself, so the known answers are all there is. ValueError: no room.
    """
    body = vocabulary.draw(generator, words)
    cells = 2 * copies
    width = words // cells if copies else words
    if width < length[1]:
        raise ValueError(f"copies={copies} of up to {length[1]} words do not fit into words={words}")
    order = list(range(cells))
    generator.shuffle(order)
    plan: list[tuple[int, list[str], int, int, float]] = []
    for turn in range(copies):
        rate, size = rates[turn % len(rates)], generator.randint(*length)
        source = order[2 * turn] * width + generator.randrange(width - size + 1)
        target = order[2 * turn + 1] * width + generator.randrange(width)
        plan.append((target, edited(body[source : source + size], rate, vocabulary, generator), source, size, rate))
    plan.sort()
    targets = [target for target, *_ in plan]
    added = [0, *accumulate(len(copy) for _, copy, *_ in plan)]
    whole: list[str] = []
    done = 0
    for target, copy, *_ in plan:
        whole += body[done:target]
        whole += copy
        done = target
    whole += body[done:]
    text, spans = _set(whole, generator)
    planted = []
    for turn, (target, copy, source, size, rate) in enumerate(plan):
        before = bisect_left(targets, source)
        first, second = source + added[before], target + added[turn]
        original = spans[first][0], spans[first + size - 1][1]
        planted.append(Planted(original, (spans[second][0], spans[second + len(copy) - 1][1]), rate))
    return text, planted


def _set(words: Sequence[str], generator: random.Random) -> tuple[str, list[Span]]:
    """The words as sentences and paragraphs, wherever these fall, and the span of each."""
    pieces: list[str] = []
    spans: list[Span] = []
    at = sentence = paragraph = 0
    for word in words:
        if not sentence:
            sentence = min(max(round(generator.gauss(19, 8)), 4), 45)
            word = word.capitalize()
            if pieces:
                gap = ". " if paragraph else ".\n\n"
                pieces.append(gap)
                at += len(gap)
            paragraph = paragraph or generator.randint(3, 7)
            paragraph -= 1
        else:
            gap = ", " if generator.random() < 0.05 else " "
            pieces.append(gap)
            at += len(gap)
        pieces.append(word)
        spans.append((at, at + len(word)))
        at += len(word)
        sentence -= 1
    return "".join(pieces) + ".\n", spans
