"""Which places of a repeat stand, and which are meant: by a comment, the configuration, or as standing passages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import compress
from typing import Literal

import numpy as np

from dedup.lint.config import Config
from dedup.lint.diagnose.boundaries import Holders, Measured, Run, hashes_of, similarity
from dedup.lint.suppress.allowlist import Allowed
from dedup.lint.suppress.comments import Suppression, suppressions
from dedup.match.passages import Place, Repeat
from dedup.match.stream import QUARTERS
from dedup.text.reading import Reading


class Standing:
    """Decides about repeats one by one, and remembers which comments were of use.

    A place does not stand where a comment covers it, where the configuration ignores the rule in its file, where hardly
    a word of it is outside of standing passages, or where all other places lie in trees that are expected to repeat its
    own. A repeat stands while two of its places do, one of them in a text that is in focus. Its rule is that which the
    places left break: so what names a rule is asked again when the rule has changed.
    """

    def __init__(
        self,
        paths: Sequence[str],
        readings: Sequence[Reading],
        in_focus: Sequence[bool],
        config: Config,
        allowed: Allowed | None = None,
    ) -> None:
        """`paths`, `readings` and `in_focus` tell of every text; its number in them is that of its runs."""
        self._readings = readings
        self._in_focus, self._config, self._allowed = in_focus, config, allowed
        self._comments = [suppressions(reading) for reading in self._readings]
        self._ignored = [config.ignored_in(path) for path in paths]
        self._trees = [config.tree_of(path) for path in paths]
        told = zip(self._comments, self._ignored, self._trees, strict=True)
        self._touched = [
            bool(comments.every or ignored or tree or allowed is not None) for comments, ignored, tree in told
        ]
        self._used: set[tuple[int, int]] = set()

    def settled(self, repeats: Iterable[Measured]) -> list[Measured]:
        """The repeats that stand. One that has lost places, so that all of those left lie inside another, is part of
        that."""
        found: list[Measured] = []
        lessened = []
        for repeat in repeats:
            left = self.standing(repeat)
            if left is not None:
                if left is not repeat:
                    lessened.append(len(found))
                found.append(left)
        if not lessened:
            return found
        parts = Holders(found).parts(lessened)
        return [repeat for number, repeat in enumerate(found) if number not in parts]

    def standing(self, repeat: Measured) -> Measured | None:
        """The repeat with the places that stand, None where it does not. Linear in the places; where the first place
        of a near repeat goes, the others are compared with the first that is left."""
        while any(self._touched[run[0]] for run in repeat.runs):
            rule = repeat.rule
            stands = [
                not self._meant(rule, place, run) for place, run in zip(repeat.repeat.places, repeat.runs, strict=True)
            ]
            stands = self._unexpected(repeat.runs, stands)
            if sum(stands) < 2 or not any(self._in_focus[run[0]] for run in compress(repeat.runs, stands)):
                return None
            if all(stands):
                break
            left = self._left(repeat, stands)
            if left is None:
                return None
            repeat = left
        return repeat

    def unused(self, reading: int) -> Iterator[Suppression]:
        """The comments of a text that no place made use of."""
        for one in self._comments[reading].every:
            if (reading, one.start) not in self._used:
                yield one

    def ignores(self, reading: int, rule: str) -> bool:
        """Whether the configuration ignores a rule in the file of a text."""
        return rule.startswith(self._ignored[reading])

    def _meant(self, rule: str, place: Place, run: Run) -> bool:
        """Whether a place is meant by what is said about itself."""
        reading = run[0]
        covering = [one.start for one in self._comments[reading].covering(rule, place.start, place.end)]
        self._used.update((reading, start) for start in covering)
        if covering or self.ignores(reading, rule):
            return True
        return self._allowed is not None and self._allowed.allows(*run)

    def _unexpected(self, runs: Sequence[Run], stands: list[bool]) -> list[bool]:
        """Without the places all of whose fellows lie in other trees of their group."""
        trees = [self._trees[run[0]] if stand else None for run, stand in zip(runs, stands, strict=True)]
        if not any(trees):
            return stands
        in_group = Counter(tree[0] for tree in trees if tree)
        in_tree = Counter(trees)
        total = sum(stands)
        return [
            stand and (tree is None or total - in_group[tree[0]] + in_tree[tree] > 1)
            for tree, stand in zip(trees, stands, strict=True)
        ]

    def _left(self, repeat: Measured, stands: Sequence[bool]) -> Measured | None:
        """The repeat of the places that stand; None where they are no repeat."""
        places = list(compress(repeat.repeat.places, stands))
        runs, whole = list(compress(repeat.runs, stands)), list(compress(repeat.whole, stands))
        if repeat.repeat.kind == "exact":
            return Measured(replace(repeat.repeat, places=tuple(places)), runs, whole)
        if not stands[0]:
            places = [self._against(runs[0], place, run) for place, run in zip(places, runs, strict=True)]
        shares = [similarity(self._readings, runs[0], place, run) for place, run in zip(places, runs, strict=True)]
        alike = [share >= self._config.min_similarity or stands[0] for share in shares]
        if sum(alike) < 2:
            return None
        places, runs = list(compress(places, alike)), list(compress(runs, alike))
        whole, shares = list(compress(whole, alike)), list(compress(shares, alike))
        words = min(
            int(self._readings[at].tokens.weights[first:behind].sum(dtype=np.int64)) for at, first, behind in runs
        )
        same = all(hashes_of(self._readings, run) == hashes_of(self._readings, runs[0]) for run in runs)
        kind: Literal["exact", "near"] = "exact" if same else "near"
        return Measured(Repeat(kind, words // QUARTERS, min(shares), tuple(places)), runs, whole)

    def _against(self, first: Run, place: Place, run: Run) -> Place:
        """A place with what it shares with another first place."""
        from difflib import SequenceMatcher  # not above: hardly a run comes here

        reading, start, _ = run
        tokens = self._readings[reading].tokens
        there, here = hashes_of(self._readings, first), hashes_of(self._readings, run)
        blocks = SequenceMatcher(None, there, here, False).get_matching_blocks()
        spans = [(start + at, start + at + size - 1) for _, at, size in blocks if size]
        return replace(place, matched=tuple((int(tokens.starts[a]), int(tokens.ends[b])) for a, b in spans))
