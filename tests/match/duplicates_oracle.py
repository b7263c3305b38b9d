"""Duplicates in a collection, written for clarity: plain sets of shingles, every pair compared."""

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
    """Texts, as they are compared."""

    texts: list[str]
    shingle_size: int = 3

    @cached_property
    def sets(self) -> list[frozenset[str]]:
        return [frozenset(dedup.shingles(text, self.shingle_size)) for text in self.texts]

    @cached_property
    def weights(self) -> list[int]:
        """In quarter words, of the longest text with the same set: a copy may say it more often."""
        weights = [int(tokenize(text).weights.sum()) for text in self.texts]
        return [max(weights[i] for i, held in enumerate(self.sets) if held == own) for own in self.sets]

    @cached_property
    def leaders(self) -> list[int]:
        """The first text with the same set, for every text; itself for one without a word."""
        return [self.sets.index(held) if held else place for place, held in enumerate(self.sets)]

    @cached_property
    def firsts(self) -> list[int]:
        """The first text of every set, without the empty one."""
        return [place for place, leader in enumerate(self.leaders) if leader == place and self.sets[place]]

    def similarity(self, one: int, other: int, measure: str) -> float:
        common = len(self.sets[one] & self.sets[other])
        if measure == "jaccard":
            return common / len(self.sets[one] | self.sets[other])
        return common / min(len(self.sets[one]), len(self.sets[other]))

    def pairs(self, threshold: float, measure: str = "jaccard") -> list[Pair]:
        found = [(leader, place, 1.0) for place, leader in enumerate(self.leaders) if leader != place]
        for one, other in combinations(self.firsts, 2):
            if measure == "containment" and min(self.weights[one], self.weights[other]) < SHORT:
                continue
            similarity = self.similarity(one, other, measure)
            if similarity >= threshold:
                found.append((one, other, similarity))
        return sorted(found)

    def groups(self, threshold: float, measure: str = "jaccard", linkage: str = "single") -> Groups:
        """Every group, one member or more: the canonical one first, the others ascending; by canonical member."""
        near = [pair for pair in self.pairs(threshold, measure) if self.leaders[pair[1]] == pair[1]]
        if measure == "containment":
            among = self.stars(threshold, near)
        elif linkage == "complete":
            among = self.cliques(near)
        else:
            among = {first: min(part) for part in joined(self.firsts, near) for first in part}
        labels = [among.get(leader, leader) for leader in self.leaders]
        members: dict[int, list[int]] = {}
        for place, label in enumerate(labels):
            members.setdefault(label, []).append(place)
        return [[label, *sorted({*held} - {label})] for label, held in sorted(members.items())]

    def stars(self, threshold: float, near: list[Pair]) -> dict[int, int]:
        """What each first text is dropped for: of the larger ones that are kept, the one that contains most of it."""
        alike = {frozenset(pair[:2]) for pair in near}
        kept: list[int] = []
        center: dict[int, int] = {}
        for place in sorted(self.firsts, key=lambda place: -len(self.sets[place])):
            holders = [other for other in kept if frozenset((place, other)) in alike]
            if holders:
                center[place] = max(holders, key=lambda other: self.similarity(place, other, "containment"))
            else:
                kept.append(place)
                center[place] = place
        return center

    def cliques(self, near: list[Pair]) -> dict[int, int]:
        """The two clusters whose least similar members are the most similar become one, while all of it is alike."""
        alike = {frozenset(pair[:2]): pair[2] for pair in near}
        ranks = {place: rank for rank, place in enumerate(sorted(self.firsts, key=self.fingerprint))}
        clusters = [{place} for place in self.firsts]
        while True:
            choices = []
            for one, other in combinations(clusters, 2):
                least = min(alike.get(frozenset((a, b)), 0.0) for a in one for b in other)
                tie = sorted(min(ranks[place] for place in cluster) for cluster in (one, other))
                choices.append((-least, tie, one, other))
            if not choices or (best := min(choices, key=lambda choice: choice[:2]))[0] == 0:
                return {place: min(cluster) for cluster in clusters for place in cluster}
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
