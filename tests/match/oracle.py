"""Repeats, written for clarity: what the contract says, looked up word by word in plain Python."""

import math
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from dedup import Repeat
from dedup.text.reading import read

Rows = list[list[tuple[int, int]]]  # repeats as spans of words


@dataclass(frozen=True)
class Words:
    """The words of all texts in one row, with a border behind every text or region: a word that equals no other."""

    names: list[Hashable]
    weights: list[int]  # in quarter words

    def weight(self, start: int, end: int) -> int:
        before = self.before
        return before[end] - before[start]

    @property
    def before(self) -> list[int]:
        if "before" not in self.__dict__:
            self.__dict__["before"] = [0, *accumulate(self.weights)]
        return self.__dict__["before"]


def in_regions(regions: Sequence[Sequence[Hashable]], weights: Mapping[Hashable, int]) -> Words:
    """Words given by hand."""
    names: list[Hashable] = []
    for number, region in enumerate(regions):
        names += [*region, ("border", number)]
    return Words(names, [weights.get(name, 4) for name in names])


def exact(words: Words, min_weight: int, blocks: Collection[int] = ()) -> set[tuple[tuple[int, int], ...]]:
    """All exact repeats, each as the spans of its places; `blocks`: the words that a block begins with."""
    names, n = words.names, len(words.names)
    where: dict[tuple[Hashable, ...], list[int]] = {}
    for length in range(1, n):
        found: dict[tuple[Hashable, ...], list[int]] = {}
        for start in range(n - length + 1):
            found.setdefault(tuple(names[start : start + length]), []).append(start)
        found = {sequence: starts for sequence, starts in found.items() if len(starts) > 1}
        if not found:
            break
        where |= {s: starts for s, starts in found.items() if words.weight(starts[0], starts[0] + length) >= min_weight}

    rows = set()

    def list_places(sequence: tuple[Hashable, ...]) -> None:
        """Leftmost first, without overlap."""
        places: list[tuple[int, int]] = []
        for start in where[sequence]:
            if not places or start >= places[-1][1]:
                places.append((start, start + len(sequence)))
        if len(places) > 1:
            rows.add(tuple(places))

    for sequence, starts in where.items():
        length = len(sequence)
        if len({names[start - 1] if start else None for start in starts}) == 1:
            continue  # what stands before it belongs to it
        if len({names[start + length] for start in starts}) == 1:
            continue

        def tile(period: int, start: int = starts[0]) -> int:
            """The smallest multiple of a period that weighs enough."""
            return period * math.ceil(min_weight / words.weight(start, start + period))

        periods = [p for p in range(1, length // 2 + 1) if 2 * tile(p) <= length and sequence[p:] == sequence[:-p]]
        if periods:
            list_places(sequence[: tile(periods[0])])
            continue
        gaps = [after - before for before, after in pairwise(starts)]
        near = [gap < length for gap in gaps]
        alone = any(not before and not after for before, after in zip([False, *near], [*near, False], strict=True))
        periods = {gap for gap in gaps if gap < length}
        tiles = [tile(gap) for gap in periods if tile(gap) <= length]
        for size in tiles:
            list_places(sequence[:size])
            end = starts[0] + length - size
            if alone or len(periods) > 1 or (end in blocks and starts[0] not in blocks):
                list_places(sequence[-size:])
        if alone or not tiles:
            list_places(sequence)
    return rows


def left_out(words: Words, min_weight: int) -> set[int]:
    """Words of which the first promise does not speak.

    Of a stretch with a period the words of a last incomplete tile; all of a stretch whose period is lighter than what
    is looked for, if equal runs in it overlap.
    """
    names, n = words.names, len(words.names)
    found: set[int] = set()
    for period in range(1, n // 2 + 1):
        start = 0
        while start + period < n:
            end = start + period
            while end < n and names[end] == names[end - period]:
                end += 1
            one = words.weight(start, start + period)
            if one < min_weight and words.weight(start, end) >= min_weight + one:
                found.update(range(start, end))
            elif one >= min_weight and end - start > 2 * period:
                found.update(range(end - period + 1, end))
            start = max(start + 1, end - period + 1)
    return found


def promised(words: Words, min_weight: int) -> set[tuple[int, int]]:
    """Every word and its counterpart in two equal runs of `min_weight` that do not overlap."""
    names, n = words.names, len(words.names)
    exempt = left_out(words, min_weight)
    pairs = set()
    for shift in range(1, n):
        start = 0
        while start + shift < n:
            end = start
            while end + shift < n and names[end] == names[end + shift]:
                end += 1
            # the shortest runs from each word on, and up to each word
            for word in range(start, end):
                last = next((k for k in range(word + 1, end + 1) if words.weight(word, k) >= min_weight), n)
                first = next((k for k in range(word, start - 1, -1) if words.weight(k, word + 1) >= min_weight), -n)
                for run in (
                    range(word, last) if last < n else range(0),
                    range(first, word + 1) if first >= 0 else range(0),
                ):
                    if len(run) <= shift:
                        pairs.update((k, k + shift) for k in run)
            start = end + 1
    return {(a, b) for a, b in pairs if a not in exempt and b not in exempt}


def broken(words: Words, min_weight: int, rows: Rows) -> set[tuple[int, int]]:
    """Promised pairs that do not lie in two places of one repeat."""
    held: list[dict[int, int]] = [{} for _ in words.names]
    for row, places in enumerate(rows):
        for place, (start, end) in enumerate(places):
            for word in range(start, end):
                held[word][row] = place
    return {
        (a, b)
        for a, b in promised(words, min_weight)
        if not any(held[b].get(row, place) != place for row, place in held[a].items())
    }


@dataclass(frozen=True)
class Texts:
    """Texts as `find_repeats` reads them, in one row of words."""

    words: Words
    starts: dict[tuple[Hashable, int], int]  # (document, character) to word
    ends: dict[tuple[Hashable, int], int]  # ... to one past the word

    def span(self, document: Hashable, start: int, end: int) -> tuple[int, int]:
        """The words of a span; KeyError if it does not begin and end with one."""
        return self.starts[document, start], self.ends[document, end]

    def rows(self, repeats: Sequence[Repeat]) -> Rows:
        return [[self.span(place.document, place.start, place.end) for place in repeat.places] for repeat in repeats]


def texts(documents: Mapping[Hashable, str], markup: str = "plain", blocks: Collection[str] | None = None) -> Texts:
    names: list[Hashable] = []
    weights: list[int] = []
    starts: dict[tuple[Hashable, int], int] = {}
    ends: dict[tuple[Hashable, int], int] = {}
    for key, text in documents.items():
        reading = read(text, markup, blocks)
        tokens, marks = reading.tokens, reading.marks
        unread = [
            start
            for start, kind in zip(marks.starts.tolist(), marks.kinds.tolist(), strict=True)
            if kind not in reading.kinds
        ]
        for name, start, end, weight in zip(
            tokens.hashes.tolist(), tokens.starts.tolist(), tokens.ends.tolist(), tokens.weights.tolist(), strict=True
        ):
            while unread and unread[0] < start:
                names.append(("border", len(names)))
                weights.append(4)
                del unread[0]
            starts[key, start] = len(names)
            names.append(name)
            weights.append(weight)
            ends[key, end] = len(names)
        names.append(("border", len(names)))
        weights.append(4)
    return Texts(Words(names, weights), starts, ends)


def flaws(given: Texts, repeats: Sequence[Repeat], min_words: int = 8, min_similarity: float = 0.6) -> list[str]:
    """What is wrong with repeats, whatever the texts are."""
    found: list[str] = []
    names, weight = given.words.names, given.words.weight
    order = []
    for repeat in repeats:

        def wrong(what: str, repeat: Repeat = repeat) -> None:
            found.append(f"{what}: {repeat}")

        try:
            spans = [given.span(place.document, place.start, place.end) for place in repeat.places]
            matched = [[given.span(place.document, *part) for part in place.matched] for place in repeat.places]
        except KeyError as error:
            wrong(f"no word begins or ends at {error}")
            continue
        first = spans[0]
        order.append((first[0], -first[1]))
        if len(spans) < 2:
            wrong("it has fewer than two places")
        if any(before[1] > after[0] for before, after in pairwise(spans)):
            wrong("its places overlap or do not ascend")
        if repeat.words != min(weight(*span) for span in spans) // 4 or repeat.words < min_words:
            wrong("words is not the weight of the shortest place, or too few")
        if matched[0] != [first]:
            wrong("the first place does not match itself whole")
        for span, parts in zip(spans[1:], matched[1:], strict=True):
            if not parts or (parts[0][0], parts[-1][1]) != span:
                wrong("a place does not begin with the first and end with the last word it shares")
            if any(a >= b for a, b in parts) or any(before[1] > after[0] for before, after in pairwise(parts)):
                wrong("what is matched is empty, overlaps or does not ascend")
            if not in_order([names[a:b] for a, b in parts], names[slice(*first)]):
                wrong("what is matched does not stand in the first place, run by run")
        if repeat.kind == "exact":
            if repeat.similarity != 1.0:
                wrong("an exact repeat is not fully similar")
            if any(names[slice(*span)] != names[slice(*first)] for span in spans):
                wrong("the words of an exact repeat differ")
            if any(parts != [span] for span, parts in zip(spans, matched, strict=True)):
                wrong("a place of an exact repeat is not matched whole")
            continue
        if repeat.kind != "near":
            wrong("the kind is neither exact nor near")
        if not any(names[first[0]] == names[parts[0][0]] for parts in matched[1:]):
            wrong("the first word of the first place is shared with no other")
        if not any(names[first[1] - 1] == names[parts[-1][1] - 1] for parts in matched[1:]):
            wrong("the last word of the first place is shared with no other")
        low, high = [], []
        for span, parts in zip(spans[1:], matched[1:], strict=True):
            shared = sum(weight(*part) for part in parts)
            low.append(shared / (weight(*first) + weight(*span) - shared))
            high.append(shared / max(weight(*first), weight(*span)))
            if sum(weight(*part) for part in parts if weight(*part) >= 16) < 4 * min_words:
                wrong("too few words match in runs of four")
        if not min(low) <= repeat.similarity <= min(high):
            wrong(f"the similarity is not from {min(low)} to {min(high)}")
        if not round(min_similarity, 6) <= repeat.similarity < 1:
            wrong("the similarity is out of range")
    if order != sorted(order):
        found.append(f"repeats are out of order: {order}")
    rows = [tuple((place.document, place.start, place.end) for place in repeat.places) for repeat in repeats]
    if len(set(rows)) < len(rows):
        found.append("two repeats have the same places")
    if not found:
        spans_of = given.rows(repeats)
        for repeat, places in zip(repeats, spans_of, strict=True):
            if repeat.kind == "near" and (more := unlisted(given.words, places)):
                found.append(f"{more} hold what a near repeat holds: {repeat}")
        for repeat, inner in zip(repeats, spans_of, strict=True):
            for other, outer in zip(repeats, spans_of, strict=True):
                if repeat.kind == "exact" and other.kind == "near" and each_in_another(inner, outer):
                    found.append(f"part of a near repeat: {repeat}\n{other}")
    return found


def unlisted(words: Words, places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Where the words of a place of a near repeat stand again, apart from all its places and not before the first."""
    names = words.names
    found = []
    for size, wanted in {(end - start, tuple(names[start:end])) for start, end in places}:
        for at in range(places[0][0], len(names) - size + 1):
            if tuple(names[at : at + size]) == wanted and all(at + size <= start or end <= at for start, end in places):
                found.append((at, at + size))
    return found


def in_order(parts: Sequence[list[Hashable]], row: list[Hashable]) -> bool:
    """Whether the parts stand in the row, one behind the other, without overlap."""
    at = 0
    for part in parts:
        at = next((k + len(part) for k in range(at, len(row) - len(part) + 1) if row[k : k + len(part)] == part), -1)
        if at < 0:
            return False
    return True


def each_in_another(inner: list[tuple[int, int]], outer: list[tuple[int, int]]) -> bool:
    """Whether all spans lie in spans of the other list, each in one of its own."""
    holders = [next((o for o in outer if o[0] <= start and end <= o[1]), None) for start, end in inner]
    return None not in holders and len(set(holders)) == len(holders)
