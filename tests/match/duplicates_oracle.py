"""Duplicates in a collection, written for clarity: plain sets of shingles, every pair compared."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from xxhash import xxh64_digest, xxh64_intdigest

import dedup
from dedup.text.tokens import tokenize

Pair = tuple[int, int, float]
Groups = list[list[int]]

SHORT = 4 * 8
"""Texts of less than eight words, in quarter words, are contained in none but their copies."""


@dataclass(frozen=True)
class Collection:
    """Texts, as they are compared; those of `against` are numbered after the others."""

    texts: Sequence[str | None]
    shingle_size: int = 3
    against: Sequence[str | None] = ()
    keep: str | Sequence[float] = "first"

    @cached_property
    def every(self) -> list[str | None]:
        return [*self.texts, *self.against]

    @cached_property
    def sets(self) -> list[frozenset[str]]:
        return [frozenset(dedup.shingles(text or "", self.shingle_size)) for text in self.every]

    @cached_property
    def weights(self) -> list[int]:
        """In quarter words, of the longest text with the same set: a copy may say it more often."""
        weights = [self.weight(place) for place in range(len(self.every))]
        return [max(weights[i] for i, other in enumerate(self.sets) if other == own) for own in self.sets]

    def weight(self, place: int) -> int:
        return int(tokenize(self.every[place] or "").weights.sum())

    @cached_property
    def rank(self) -> list[int]:
        """Priority of each text, from 0."""

        def priority(place: int) -> tuple[bool, float, int]:
            if place >= len(self.texts) or self.keep == "first":
                return place < len(self.texts), 0, place
            return True, -(len(self.every[place] or "") if self.keep == "longest" else self.keep[place]), place  # type: ignore[operator]

        order = sorted(range(len(self.every)), key=priority)
        return [order.index(place) for place in range(len(self.every))]

    @cached_property
    def leaders(self) -> list[int]:
        """Of the texts with the same set, or without a word and with the same characters, the first by priority."""
        contents = [shingles or text for shingles, text in zip(self.sets, self.every, strict=True)]
        places = range(len(self.every))
        return [
            place
            if contents[place] is None
            else min((other for other in places if contents[other] == contents[place]), key=self.rank.__getitem__)
            for place in places
        ]

    @cached_property
    def firsts(self) -> list[int]:
        """The leader of every set, without the empty one."""
        return [place for place, leader in enumerate(self.leaders) if leader == place and self.sets[place]]

    def similarity(self, one: int, other: int, measure: str) -> float:
        common = len(self.sets[one] & self.sets[other])
        if measure == "jaccard":
            return common / len(self.sets[one] | self.sets[other])
        return common / min(len(self.sets[one]), len(self.sets[other]))

    def pairs(self, threshold: float, measure: str = "jaccard") -> list[Pair]:
        count = len(self.texts)
        found = [
            (min(leader, place), max(leader, place), 1.0)
            for place, leader in enumerate(self.leaders)
            if leader != place and min(leader, place) < count
        ]
        for one, other in combinations(self.firsts, 2):
            if one >= count or (measure == "containment" and min(self.weights[one], self.weights[other]) < SHORT):
                continue
            similarity = self.similarity(one, other, measure)
            if similarity >= threshold:
                found.append((one, other, similarity))
        return sorted(found)

    def every_pair(self, threshold: float, measure: str = "jaccard") -> list[Pair]:
        """Of copies, each is in the pairs that another is in."""
        alike = {pair[:2]: pair[2] for pair in self.pairs(threshold, measure)}
        found = []
        for one, other in combinations(range(len(self.every)), 2):
            leaders = sorted((self.leaders[one], self.leaders[other]))
            if one < len(self.texts) and (leaders[0] == leaders[1] or tuple(leaders) in alike):
                found.append((one, other, alike.get((leaders[0], leaders[1]), 1.0)))
        return found

    def labels(self, threshold: float, measure: str = "jaccard", linkage: str = "star") -> list[int]:
        """The canonical member of each text's group, by the rules as they are written, one text after the other."""
        count = len(self.texts)
        alike = {(self.leaders[one], self.leaders[other]) for one, other, _ in self.pairs(threshold, measure)}
        alike |= {(other, one) for one, other in alike}

        def like(place: int, others: list[int]) -> list[int]:
            copies = [other for other in others if self.leaders[other] == self.leaders[place]]
            return copies or [other for other in others if (self.leaders[place], self.leaders[other]) in alike]

        def turn(place: int) -> tuple[bool, int, int]:
            size = -len(self.sets[place]) if measure == "containment" else 0
            return place < count, size, self.rank[place]

        labels = list(range(len(self.every)))
        if linkage == "star":
            kept: list[int] = []
            for place in sorted(labels, key=turn):
                similar = like(place, kept)
                if place < count and similar:
                    labels[place] = similar[0]
                else:
                    kept.append(place)
            return labels[:count]
        given = sorted(range(count, len(self.every)), key=turn)
        for place in range(count):
            labels[place] = next(iter(like(place, given)), place)
        rest = [place for place in self.firsts if place < count and labels[place] == place]
        near = [pair for pair in self.pairs(threshold) if pair[0] in rest and pair[1] in rest]
        parts = self.cliques(rest, near) if linkage == "complete" else joined(rest, near)
        for part in parts:
            for place in part:
                labels[place] = min(part, key=turn)
        return [
            labels[leader] if labels[leader] < count else labels[place]
            for place, leader in enumerate(self.leaders[:count])
        ]

    def groups(self, threshold: float, measure: str = "jaccard", linkage: str = "star") -> Groups:
        """Every group of two or more: the canonical member first, the others ascending; by canonical member."""
        members: dict[int, list[int]] = {}
        for place, label in enumerate(self.labels(threshold, measure, linkage)):
            members.setdefault(label, []).append(place)
        groups = [[label, *sorted({*places} - {label})] for label, places in sorted(members.items())]
        return [group for group in groups if len(group) > 1]

    def alike(self, threshold: float, measure: str = "jaccard", linkage: str = "star") -> list[float | None]:
        """How similar each text that goes is to the canonical member, None if they are no pair or it is kept."""
        pairs = {pair[:2]: pair[2] for pair in self.every_pair(threshold, measure)}
        return [
            pairs.get((min(place, label), max(place, label)))
            for place, label in enumerate(self.labels(threshold, measure, linkage))
        ]

    def cliques(self, places: list[int], near: list[Pair]) -> list[set[int]]:
        """The two clusters whose least similar members are the most similar become one, while all of it is alike."""
        alike = {frozenset(pair[:2]): pair[2] for pair in near}
        ranks = {place: rank for rank, place in enumerate(sorted(places, key=self.fingerprint))}
        clusters = [{place} for place in places]
        while True:
            choices = []
            for one, other in combinations(clusters, 2):
                least = min(alike.get(frozenset((a, b)), 0.0) for a in one for b in other)
                tie = sorted(min(ranks[place] for place in cluster) for cluster in (one, other))
                choices.append((-least, tie, one, other))
            if not choices or (best := min(choices, key=lambda choice: choice[:2]))[0] == 0:
                return clusters
            clusters = [cluster for cluster in clusters if cluster not in best[2:]] + [best[2] | best[3]]

    def fingerprint(self, place: int) -> tuple[int, int]:
        """What breaks ties: two sums over the set, so that the order of texts does not count."""
        sums = [0, 0]
        for shingle in self.sets[place]:
            value = xxh64_intdigest(b"".join(xxh64_digest(word.encode())[::-1] for word in shingle.split(" ")))
            for half, start in enumerate((0, 0x9E3779B97F4A7C15)):
                mixed = value ^ start
                for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
                    mixed = (mixed ^ mixed >> 33) * factor % 2**64
                sums[half] = (sums[half] + (mixed ^ mixed >> 33)) % 2**64
        return sums[0], sums[1]

    def inside(self, group: list[int], pairs: list[Pair]) -> list[float]:
        """The similarities of the listed pairs of a group."""
        return [similarity for one, other, similarity in pairs if one in group and other in group]


def joined(places: list[int], pairs: list[Pair]) -> list[set[int]]:
    """The parts that pairs connect."""
    parts = [{place} for place in places]
    for one, other, _ in pairs:
        touched = [part for part in parts if one in part or other in part]
        parts = [part for part in parts if part not in touched] + [set().union(*touched)]
    return parts


def near_pairs(texts: list[str], threshold: float, shingle_size: int = 3) -> list[Pair]:
    """``Collection.pairs`` by Jaccard similarity for thousands of texts: only those that share a shingle are
    compared."""
    held = Collection(texts, shingle_size)
    first: dict[frozenset[str], int] = {}
    found = []
    holders: dict[str, list[int]] = {}
    common: dict[tuple[int, int], int] = {}
    for place, shingles in enumerate(held.sets):
        leader = first.setdefault(shingles, place)
        if not shingles:
            continue
        if leader != place:
            found.append((leader, place, 1.0))
            continue
        for shingle in shingles:
            for other in holders.setdefault(shingle, []):
                common[other, place] = common.get((other, place), 0) + 1
            holders[shingle].append(place)
    for (one, other), count in common.items():
        similarity = count / (len(held.sets[one]) + len(held.sets[other]) - count)
        if similarity >= threshold:
            found.append((one, other, similarity))
    return sorted(found)
