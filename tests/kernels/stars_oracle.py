"""`stars`, written for clarity: every alignment is compared with every place of every repeat, token by token."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from tests.kernels.oracle import Block


@dataclass(frozen=True)
class Place:
    """Tokens ``start`` to ``end``; how well they align with the first place of their repeat."""

    start: int
    end: int
    alignment: int
    matched: int
    columns: int


@dataclass(frozen=True)
class Joiner:
    """Joins alignments to repeats; the arguments are those of the kernel."""

    before: list[int]
    alignments: list[list[Block]]
    min_weight: int
    millionths: int
    run: int
    worse: float

    def join(self, order: list[int]) -> list[list[Place]]:
        repeats: list[list[Place]] = []
        dropped: set[int] = set()
        for k in order:
            if k in dropped or self.tells_nothing_new(k, repeats):
                dropped.add(k)
                continue
            dropped.add(k)
            middle = sum(first_side(self.alignments[k])) // 2
            beside = []
            for j, other in enumerate(self.alignments):
                start, end = first_side(other)
                if start // 8 <= middle // 8 <= (end - 1) // 8:
                    if j != k and (j in dropped or self.tells_nothing_new(j, repeats)):
                        dropped.add(j)
                    else:
                        beside.append(j)
            first = self.hull(k, beside)
            places = [place for j in beside if (place := self.clipped(j, *first))]
            if places:
                whole = self.weight(*first)
                repeats.append([Place(*first, -1, whole, whole), *apart(places)])
        return repeats

    def weight(self, start: int, end: int) -> int:
        return self.before[end] - self.before[start]

    def hull(self, k: int, beside: list[int]) -> tuple[int, int]:
        """Return the tokens that the first sides cover which share four fifths of what they and that of `k` cover."""
        a0, a1 = first_side(self.alignments[k])
        start, end = a0, a1
        for j in beside:
            c0, c1 = first_side(self.alignments[j])
            common = len(set(range(a0, a1)) & set(range(c0, c1)))
            covered = max(a1, c1) - min(a0, c0)
            if Fraction(common, covered) >= Fraction(4, 5) and self.alignments[j][0][1] >= max(end, c1):
                start, end = min(start, c0), max(end, c1)
        return start, end

    def clipped(self, j: int, start: int, end: int) -> Place | None:
        """Return the place that alignment `j` gives to a repeat with this first place, if it matches enough of it."""
        blocks = [[(a + i, b + i) for i in range(size) if start <= a + i < end] for a, b, size in self.alignments[j]]
        blocks = [block for block in blocks if block]
        if not blocks:
            return None
        matches = [self.weight(block[0][0], block[-1][0] + 1) for block in blocks]
        between = 0
        for one, other in pairwise(blocks):
            (x, y), (next_x, next_y) = one[-1], other[0]
            between += max(self.weight(x + 1, next_x), self.weight(y + 1, next_y))
        edges = self.weight(start, blocks[0][0][0]) + self.weight(blocks[-1][-1][0] + 1, end)
        matched, in_runs = sum(matches), sum(won for won in matches if won >= self.run)
        total = matched + between + edges
        other_start, other_end = blocks[0][0][1], blocks[-1][-1][1] + 1
        if in_runs < self.min_weight or matched * 1_000_000 < self.millionths * total or other_start < end:
            return None
        return Place(other_start, other_end, j, matched, total)

    def tells_nothing_new(self, k: int, repeats: list[list[Place]]) -> bool:
        blocks = self.alignments[k]
        return self.lies_in_places(blocks, repeats) or self.repeats_matches(blocks, repeats)

    def lies_in_places(self, blocks: list[Block], repeats: list[list[Place]]) -> bool:
        """Whether each side lies in a place to nine tenths, and the second in one that is aligned hardly worse."""
        places = [place for repeat in repeats for place in repeat]
        a0, a1 = first_side(blocks)
        b0, b1 = blocks[0][1], blocks[-1][1] + blocks[-1][2]
        matched = sum(self.weight(a, a + size) for a, _, size in blocks)
        columns = matched
        for (a, b, size), (next_a, next_b, _) in pairwise(blocks):
            columns += max(self.weight(a + size, next_a), self.weight(b + size, next_b))
        return any(lies_in(a0, a1, place) for place in places) and any(
            lies_in(b0, b1, place)
            and place.alignment >= 0
            and (place.matched + self.worse * place.columns) * columns >= matched * place.columns
            for place in places
        )

    def repeats_matches(self, blocks: list[Block], repeats: list[list[Place]]) -> bool:
        """Whether nine tenths of the matches lie in two places of one repeat, as the middles of the blocks do."""
        matched = sum(self.weight(a, a + size) for a, _, size in blocks)
        missing = 0
        for a, b, size in blocks:
            x, y = a + size // 2, b + size // 2
            if not any(
                one is not other and one.start <= x < one.end and other.start <= y < other.end
                for repeat in repeats
                for one in repeat
                for other in repeat
            ):
                missing += self.weight(a, a + size)
        return missing <= matched // 10


def first_side(blocks: list[Block]) -> tuple[int, int]:
    return blocks[0][0], blocks[-1][0] + blocks[-1][2]


def lies_in(start: int, end: int, place: Place) -> bool:
    """Whether nine tenths of the tokens lie in a place that reaches the cell of 8 tokens with their middle."""
    middle = (start + end) // 2 // 8
    common = len(set(range(start, end)) & set(range(place.start, place.end)))
    return place.start // 8 <= middle <= (place.end - 1) // 8 and 10 * common >= 9 * (end - start)


def apart(places: list[Place]) -> list[Place]:
    """Return the places in order; of two that overlap, the one that aligns better, the first if both align alike."""
    kept: list[Place] = []
    for place in sorted(places, key=lambda place: place.start):
        if kept and place.start < kept[-1].end:
            if 2 * place.matched - place.columns <= 2 * kept[-1].matched - kept[-1].columns:
                continue
            kept.pop()
        kept.append(place)
    return kept
