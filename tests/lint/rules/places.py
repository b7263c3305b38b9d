"""What the tests of rules look at: the quoted places of instances, and what holds for every place."""

from collections.abc import Callable, Iterable, Sequence

from dedup.lint.rules import Instance
from dedup.text.reading import Reading, read
from dedup.text.tokens import tokenize

Find = Callable[[Sequence[Reading], bool], Iterable[Instance]]


def found(find: Find, *texts: str, markup: str = "markdown", within: bool = False) -> list[tuple[str, list[str]]]:
    """Return the message and the quoted places of each instance, after a check of its places."""
    instances = list(find([read(text, markup) for text in texts], within))
    for instance in instances:
        check(instance, texts)
    return [(one.message, [texts[number][start:end] for number, start, end in one.places]) for one in instances]


def check(instance: Instance, texts: Sequence[str]) -> None:
    """Check that there are two or more places, in order and disjoint, that begin and end with words."""
    assert len(instance.places) > 1
    assert list(instance.places) == sorted(instance.places)
    ends = dict.fromkeys(range(len(texts)), 0)
    for number, start, end in instance.places:
        assert ends[number] <= start < end <= len(texts[number])
        ends[number] = end
        assert tokenize(texts[number][start:end]).starts[0] == 0
