"""Candidates: sets that share a key, by prefixes (none is missed) or by bands of signatures (few are)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from dedup import kernels
from dedup.kernels import threads
from dedup.kernels.candidates import Postings, Sets
from dedup.kernels.rows import bounds, heads, owner
from dedup.match.postings import Runs, runs_of_equal_keys
from dedup.match.thresholds import largest_match, least_common, least_common_with_larger
from dedup.sketch.bands import Bands

_FEW = 1 << 14  # so many postings are one part
_MANY = 1 << 21  # candidates of a part, about: each may be a match, which takes 16 bytes

Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]


def largest_first(sizes: Ints) -> Ints:
    """Return the order of sets with these sizes, largest first; equal sizes keep their order."""
    order: Ints = kernels.engine(len(sizes)).postings.ascending(sizes.max(initial=0) - sizes)
    return order


def shared(values: Keys, offsets: Ints, order: Ints, threshold: float) -> tuple[Sets, NDArray[np.uint16]]:
    """Return the sets in this order, without the values that occur in one of them only.

    Also returns in how many sets each of the others occurs. Costs linear time.
    """
    kept, edges, counts = kernels.engine(len(values)).pairs.shared(values, offsets, order)
    sizes = np.diff(offsets)[order]
    return Sets(kept, edges[:-1], edges[1:], sizes, largest_match(sizes, threshold)), counts


def proposed(values: Keys, offsets: Ints, order: Ints, threshold: float, postings: Postings) -> Sets:
    """Return the sets in this order as `shared` does, but with values only for those that have postings."""
    sizes = np.diff(offsets)
    posted = np.zeros(len(sizes), np.bool_)
    posted[order[postings.members]] = True
    values = values[np.repeat(posted, sizes)]
    kept, edges, _ = kernels.engine(len(values)).pairs.shared(values, bounds(np.where(posted, sizes, 0)), order)
    return Sets(kept, edges[:-1], edges[1:], sizes[order], largest_match(sizes[order], threshold))


def by_prefix(
    sets: Sets, counts: NDArray[np.uint16], threshold: float, containment: bool, compared: NDArray[np.bool_]
) -> Postings:
    """Return postings of every set's rarest values: any two matches share a key that leads in the smaller one.

    Let all sets be ordered rarest value first. Two sets with `o` values in common share one among the first ``n - o +
    1`` of each, where `n` is its size (Chaudhuri, Ganti and Kaushik, 2006; Bayardo, Ma and Srikant, 2007). A set that
    is compared with larger ones only shares more of itself, and leads with fewer. With containment the larger set may
    share little of itself: it posts all its values, and the smaller one leads with its prefix.

    Parameters
    ----------
    sets, counts
        As `shared` returns them.
    compared : bool (n,)
        The sets that get postings.
    """
    offsets = np.append(np.int64(0), sets.ends)
    # What stands in one set only comes first in the order, and is not there.
    absent = sets.sizes - np.diff(offsets)
    ordinary = sets.sizes - least_common(sets.sizes, threshold) + 1 - absent
    if containment:
        leading, wanted = ordinary, np.diff(offsets)
    else:
        leading = sets.sizes - least_common_with_larger(sets.sizes, threshold) + 1 - absent
        wanted = ordinary
    wanted = np.where(compared, wanted, 0)
    keys, owners, turns = kernels.engine(len(sets.values)).pairs.prefixes(sets.values, offsets, counts, wanted)
    runs = runs_of_equal_keys(keys)
    return _postings(
        Runs(owners[runs.values], runs.offsets), turns[runs.values] < leading[owners[runs.values]], len(sets.sizes)
    )


def by_bands(signatures: NDArray[np.uint32], order: Ints, bands: Bands) -> Postings:
    """Return postings of every set's bands: two sets meet where all rows of a band are equal (Broder, 1997).

    Parameters
    ----------
    signatures : uint32 (n, num_perm)
        The signature of set i is that of ``order[i]``.
    """
    members, offsets, total = [np.empty(0, np.int32)], [np.zeros(1, np.int64)], 0
    for band in range(bands.bands):
        keys = kernels.engine(len(signatures)).signatures.band_keys(signatures, band * bands.rows, bands.rows)
        runs = runs_of_equal_keys(keys[order])
        members.append(runs.values)
        offsets.append(runs.offsets[1:] + total)
        total += len(runs.values)
    runs = Runs(np.concatenate(members), np.concatenate(offsets))
    return _postings(runs, np.ones(total, np.bool_), len(signatures))


def ranges_of(postings: Postings) -> Iterator[tuple[int, int]]:
    """Ranges of sets that have about as many candidates each: several a thread, so that all end together."""
    work = np.zeros(len(postings.begins) + 1, np.int64)
    np.cumsum(1 + np.where(postings.leads, postings.places - postings.begins, 0), out=work[1:])
    count = 8 * threads.count() if len(postings.members) > _FEW else 1
    count = max(count, int(work[-1] // _MANY))
    ends = np.searchsorted(work[postings.heads], work[-1] * np.arange(1, count + 1) // count).tolist()
    first = 0
    for last in [*ends[:-1], len(postings.heads) - 1]:
        if last > first:
            yield first, last
            first = last


def restricted(sets: Sets, postings: Postings, chosen: NDArray[np.bool_]) -> tuple[Sets, Postings]:
    """Return the chosen sets alone, numbered anew, in linear time: any two of them that share a key still do."""
    number = np.cumsum(chosen) - 1
    leads = np.empty(len(postings.members), np.bool_)
    begins = np.empty(len(postings.members), np.int64)
    leads[postings.places], begins[postings.places] = postings.leads, postings.begins
    kept = chosen[postings.members]
    members = number[postings.members[kept]].astype(np.int32)
    runs = Runs(members, heads(begins[kept]))
    columns = (column[chosen] for column in sets[1:])
    return Sets(sets.values, *columns), _postings(runs, leads[kept], int(chosen.sum()))


def _postings(runs: Runs, leads: NDArray[np.bool_], sets: int) -> Postings:
    """By key, as they come, and by holder. Runs in which nothing leads could be left out, but are rare."""
    order = kernels.engine(len(runs.values)).postings.ascending(runs.values.astype(np.int64))
    begins = runs.offsets[:-1][owner(runs.offsets)][order]
    return Postings(runs.values, bounds(np.bincount(runs.values, minlength=sets)), order, begins, leads[order])
