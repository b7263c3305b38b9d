"""What the tests of rules look at: the quoted places of instances, and what holds for every place."""

from collections.abc import Callable, Iterable, Sequence

from dedup.lint.rules import Compared, Instance
from dedup.text.reading import Reading, read
from dedup.text.tokens import tokenize

Find = Callable[[Compared], Iterable[Instance]]


def compared(*readings: Reading, within: bool = False, focus: int | None = None, min_words: int = 8) -> Compared:
    """Return texts as a rule looks at them: all of them in focus, if no number is given."""
    return Compared(readings, len(readings) if focus is None else focus, within, min_words)


def found(find: Find, *texts: str, markup: str = "markdown", within: bool = False) -> list[tuple[str, list[str]]]:
    """Return the message and the quoted places of each instance, after a check of its places."""
    instances = list(find(compared(*(read(text, markup) for text in texts), within=within)))
    for instance in instances:
        check(instance, texts)
    return [
        (one.message(len(one.places)), [texts[number][start:end] for number, start, end in one.places])
        for one in instances
    ]


def check(instance: Instance, texts: Sequence[str]) -> None:
    """Check that there are two or more places, in order and disjoint, that begin and end with words."""
    assert len(instance.places) > 1
    assert list(instance.places) == sorted(instance.places)
    ends = dict.fromkeys(range(len(texts)), 0)
    for number, start, end in instance.places:
        assert ends[number] <= start < end <= len(texts[number])
        ends[number] = end
        assert tokenize(texts[number][start:end]).starts[0] == 0
