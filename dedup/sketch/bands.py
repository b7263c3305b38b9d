"""How a signature is cut into bands, and the recall that this gives."""

from __future__ import annotations

import math
from typing import NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from dedup import arguments


class Bands(NamedTuple):
    """A signature's first ``bands * rows`` columns, cut into bands of `rows` columns each.

    Two texts are candidates if they agree in all columns of one band. They agree in a column with a probability that
    is their Jaccard similarity s (Broder, 1997), so they are candidates with the probability
    ``1 - (1 - s**rows)**bands`` (Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", chapter 3): low for
    unlike texts, high for like ones, and steep between, an S-curve.

    >>> chosen = choose(threshold=0.8, recall=0.95, num_perm=128)
    >>> chosen
    Bands(bands=18, rows=7)
    >>> for tenths in range(1, 11):
    ...     chance = chosen.expected_recall(tenths / 10)
    ...     print(f"{tenths / 10} {chance:.4f} {'#' * round(40 * chance)}".rstrip())
    0.1 0.0000
    0.2 0.0002
    0.3 0.0039
    0.4 0.0291 #
    0.5 0.1317 #####
    0.6 0.4001 ################
    0.7 0.7871 ###############################
    0.8 0.9855 #######################################
    0.9 1.0000 ########################################
    1.0 1.0000 ########################################
    """

    bands: int
    rows: int

    @overload
    def expected_recall(self, similarity: float) -> float: ...
    @overload
    def expected_recall(self, similarity: NDArray[np.floating]) -> NDArray[np.float64]: ...
    def expected_recall(self, similarity: float | NDArray[np.floating]) -> float | NDArray[np.float64]:
        """Return the probability that two texts of this similarity are candidates, and so are found.

        Parameters
        ----------
        similarity
            Jaccard similarity of their sets of shingles: a number, or an array of them.

        Returns
        -------
        float or numpy.ndarray
            A float for a number, float64 of the same shape for an array.

        Raises
        ------
        ValueError
            A similarity is outside [0, 1].
        """
        try:
            given = np.asarray(similarity, np.float64)
        except OverflowError:  # of an int
            given = np.array(np.inf)
        outside = given[~((given >= 0) & (given <= 1))]
        if outside.size:
            raise ValueError(f"similarity = {float(outside[0])} is out of range; allowed: numbers from 0 to 1")
        with np.errstate(divide="ignore"):  # identical texts: log1p(-1)
            chance: NDArray[np.float64] = 0.0 - np.expm1(self.bands * np.log1p(-(given**self.rows)))
        return chance if isinstance(similarity, np.ndarray) else float(chance)


def choose(threshold: float, recall: float, num_perm: int) -> Bands:
    """Return the bands that find a pair exactly at the threshold with at least the wanted probability.

    Of those that do, the ones with the most rows are chosen, because more rows mean fewer false candidates at every
    similarity; then as many bands as fit, but at least two, which datasketch.MinHashLSH requires.

    Parameters
    ----------
    threshold
        A Jaccard similarity, above 0 and at most 1.
    recall
        Between 0 and 1.
    num_perm
        Number of columns of the signatures, from 2 to 65,535.

    Raises
    ------
    TypeError
        An argument is not a number, or `num_perm` is not an int.
    ValueError
        An argument is out of range, or `num_perm` is too small for this recall at this threshold. The message says what
        would be enough.
    """
    threshold, recall = arguments.similarity("threshold", threshold), arguments.recall(recall)
    room = arguments.integer("num_perm", num_perm, 2, arguments.MOST_PERMUTATIONS)
    chosen = None
    for rows in range(1, room // 2 + 1):  # the more rows, the lower the recall
        bands = Bands(room // rows, rows)
        if bands.expected_recall(threshold) < recall:
            break
        chosen = bands
    if chosen:
        return chosen
    start = f"num_perm = {num_perm} is out of range for recall = {recall} at threshold = {threshold}"
    limit = arguments.MOST_PERMUTATIONS
    if Bands(limit, 1).expected_recall(threshold) < recall:
        raise ValueError(
            f"{start}, for which {limit} would not be enough; allowed: a higher threshold or a lower recall"
        )
    enough = math.ceil(math.log1p(-recall) / math.log1p(-threshold))
    while Bands(enough, 1).expected_recall(threshold) < recall:  # the quotient was rounded
        enough += 1
    most = Bands(num_perm, 1).expected_recall(threshold)
    raise ValueError(f"{start}, where it reaches {most:.4g}; allowed: an integer of {enough} or more")
