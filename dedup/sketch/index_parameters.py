"""The parameters of an index, as they are recorded beside its content."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dedup import arguments
from dedup.sketch.bands import Bands, choose
from dedup.sketch.minhash import MinHasher
from dedup.text import fold

FORMAT = 1
"""Version of what an index writes into a store."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of an index. Content that was made with other parameters cannot be used with it."""

    threshold: float
    """Minimum Jaccard similarity of a result."""
    recall: float
    """Probability with which a text exactly at the threshold is found, at least."""
    hasher: MinHasher
    """What makes the signatures."""
    bands: Bands
    """The number of bands, and of rows in each."""

    @classmethod
    def of(cls, threshold: float, recall: float, num_perm: int, seed: int, shingle_size: int) -> Parameters:
        """Return the parameters for these numbers.

        Raises
        ------
        TypeError
            An argument is not a number, or not an int where one is required.
        ValueError
            An argument is out of range, or `num_perm` is too small for this recall at this threshold.
        """
        hasher = MinHasher(num_perm=num_perm, seed=seed, shingle_size=shingle_size)
        bands = choose(threshold, recall, num_perm)
        return cls(arguments.similarity("threshold", threshold), arguments.recall(recall), hasher, bands)

    def numbers(self) -> dict[str, int | float]:
        """Return the arguments of `of`, by name."""
        return {
            "threshold": self.threshold,
            "recall": self.recall,
            "num_perm": self.hasher.num_perm,
            "seed": self.hasher.seed,
            "shingle_size": self.hasher.shingle_size,
        }

    def record(self) -> bytes:
        """Return every number, the bands, and the versions of the fold table and of the format, as JSON."""
        return json.dumps(self._recorded()).encode()

    def compare(self, record: bytes, where: str) -> None:
        """Compare with what is recorded in a store.

        Raises
        ------
        ValueError
            A parameter has another value, or `record` is not a record. The message names `where` and the values.
        """
        try:
            found = dict(json.loads(record))
        except (ValueError, TypeError, RecursionError):
            raise ValueError(f"{where} was not made by dedup: its parameters are {record[:80]!r}") from None
        check(found, self._recorded(), where)

    def _recorded(self) -> dict[str, int | float]:
        return {"format": FORMAT, "fold": fold.VERSION, **self.numbers(), **self.bands._asdict()}


def check(found: Mapping[str, Any], wanted: Mapping[str, Any], where: str) -> None:
    """Compare recorded values with wanted ones.

    Raises
    ------
    ValueError
        A value differs. The message names `where`, and both values of each.
    """
    differing = [
        f"{name}={found.get(name)!r} (here {value!r})" for name, value in wanted.items() if found.get(name) != value
    ]
    if differing:
        raise ValueError(f"{where} was made with {', '.join(differing)}")
