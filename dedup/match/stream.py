"""The tokens of all documents in one row, and the windows that slide over it."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup import kernels
from dedup.kernels.rows import distinct, spread
from dedup.match.postings import Runs, runs_of_equal_keys
from dedup.text.reading import Reading

QUARTERS = 4  # weights count quarter words: a spaced token 4, Han and kana 2, Thai, Lao, Khmer and Myanmar 1

_BASE = 0x9E3779B97F4A7C15  # any odd number: the base of the windows' polynomial keys


class Origin(NamedTuple):
    """Texts of which a stream holds an excerpt: what is repeated in it is found as it would be in all of them."""

    tokens: int
    """How many tokens the texts have."""
    lightest: int
    """The least weight of a token of theirs, in quarter words."""
    at: NDArray[np.int64]
    """int64 (n,): where each token of the excerpt is in the texts, ascending."""


class Stream(NamedTuple):
    """Tokens of several documents, end to end; no passage crosses the border of a region.

    A region is as much of a document as is read without a break: a block that is not read ends it.
    """

    hashes: NDArray[np.uint64]  # (n,)
    weight: NDArray[np.int64]  # (n + 1,) weight of all tokens before token i, in quarter words
    regions: NDArray[np.int64]  # (r + 1,) first token of every region, then n
    documents: NDArray[np.int64]  # (d + 1,) first token of every document, then n
    blocks: NDArray[np.int64] = np.zeros(0, dtype=np.int64)  # (b,) first token of every block, ascending
    origin: Origin | None = None  # None: these are all tokens


class Part(NamedTuple):
    """Stretches of a stream as a stream of their own, in which no passage crosses the border of one."""

    stream: Stream
    tokens: NDArray[np.int32]  # (n,) where each of its tokens is in the whole stream, ascending


class Windows(NamedTuple):
    """Minimal windows of a weight: w of them, ascending in both ends.

    Window k is the tokens ``starts[k] .. ends[k] - 1``; ``heads[k]`` says that window k - 1 is not in the same
    region. Two runs of tokens are equal exactly if the windows in them are, so sequences of windows stand for
    sequences of tokens.
    """

    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    heads: NDArray[np.bool_]


def join(readings: Sequence[Reading]) -> Stream:
    """Return the tokens of the readings in one row, in linear time.

    Raises
    ------
    ValueError
        There are more than 2**31 - 1 tokens.
    """
    documents = np.zeros(len(readings) + 1, dtype=np.int64)
    np.cumsum([len(r.tokens.hashes) for r in readings], out=documents[1:])
    total = int(documents[-1])
    if total >= 2**31:
        raise ValueError(f"texts hold {total} tokens together; at most {2**31 - 1} can be compared at once")
    borders, blocks = [documents], []
    for reading, start in zip(readings, documents[:-1].tolist(), strict=True):
        blocks.append(start + np.searchsorted(reading.tokens.starts, reading.marks.starts.astype(np.int32)))
        breaks = reading.breaks
        if len(breaks):
            borders.append(start + breaks)
    weight = np.zeros(total + 1, dtype=np.int64)
    if total:
        np.cumsum(np.concatenate([r.tokens.weights for r in readings]), out=weight[1:])
    hashes = readings[0].tokens.hashes if len(readings) == 1 else np.concatenate([r.tokens.hashes for r in readings])
    return Stream(hashes, weight, distinct(np.concatenate(borders)), documents, np.concatenate(blocks))


def windows(stream: Stream, weight: int) -> Windows:
    """All minimal windows of a weight (in quarter words): those that lose it with their first or with their last token.

    With tokens of equal weight these are the grams. With mixed weights a window that starts at a token and is as
    short as can be may end before a run does; the window that ends there and is as short as can be closes the gap.

    Cost: linear (n log n with mixed weights).
    """
    n = len(stream.hashes)
    region_start, region_end = limits(stream)
    step = int(stream.weight[1]) if n else QUARTERS
    if n == 0 or (int(stream.weight[-1]) == n * step and bool((np.diff(stream.weight) == step).all())):
        starts = np.arange(n, dtype=np.int32)
        ends = starts + np.int32(-(-weight // step))
        whole = ends <= region_end
        starts, ends = starts[whole], ends[whole]
    else:
        ahead = np.searchsorted(stream.weight, stream.weight[:-1] + weight).astype(np.int32)
        behind = np.searchsorted(stream.weight, stream.weight[1:] - weight, side="right") - 1
        last = np.flatnonzero((behind >= region_start) & (ahead[behind] != np.arange(1, n + 1)))
        first = np.flatnonzero(ahead <= region_end)
        pairs = np.concatenate([(first << 32) | ahead[first], (behind[last] << 32) | (last + 1)])
        pairs.sort(kind="stable")  # merges two ascending rows
        starts, ends = (pairs >> 32).astype(np.int32), (pairs & 0xFFFFFFFF).astype(np.int32)
    heads = np.ones(len(starts), dtype=bool)
    np.not_equal(region_end[starts[1:]], region_end[starts[:-1]], out=heads[1:])
    return Windows(starts, ends, heads)


def limits(stream: Stream) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """int32 (n,): the first and one past the last token of each token's region. Linear."""
    sizes = np.diff(stream.regions)
    first, stop = stream.regions[:-1].astype(np.int32), stream.regions[1:].astype(np.int32)
    return np.repeat(first, sizes), np.repeat(stop, sizes)


def keys(stream: Stream, spans: Windows, base: int = _BASE) -> NDArray[np.uint64]:
    """Return a hash of each window, uint64 (w,), in linear time.

    It is a polynomial in `base` (odd) of the window's token hashes, modulo 2**64 (Karp and Rabin, 1987).
    """
    n = len(stream.hashes)
    total = np.zeros(n + 1, dtype=np.uint64)
    power = np.full(n, pow(base, -1, 2**64), dtype=np.uint64)
    power[:1] = 1
    np.cumprod(power, out=power)
    power *= stream.hashes
    np.cumsum(power, out=total[1:])
    result = total[spans.ends] - total[spans.starts]
    del total
    power.fill(base)
    power[:1] = 1
    np.cumprod(power, out=power)
    result *= power[spans.starts]
    return result


def part_of(stream: Stream, begin: NDArray[np.int64], end: NDArray[np.int64]) -> Part:
    """Return the stretches ``begin[k] .. end[k] - 1``, ascending and apart, as a stream; without blocks. Linear."""
    index, offsets = spread(begin, end - begin)
    weight = np.zeros(len(index) + 1, dtype=np.int64)
    np.cumsum(stream.weight[index + 1] - stream.weight[index], out=weight[1:])
    regions = distinct(np.append(np.searchsorted(index, stream.regions), offsets))
    return Part(Stream(stream.hashes[index], weight, regions, offsets[[0, -1]]), index.astype(np.int32))


def repeated_windows(
    stream: Stream, weight: int, part: Part | None = None, focus: int | None = None
) -> tuple[Windows, Runs]:
    """Return the windows of a weight, and the runs of equal ones that `equal_windows` returns.

    Parameters
    ----------
    part
        Only windows in it are looked at; None: all.
    focus
        Only runs with a window that begins among the first `focus` tokens are returned; None: all.
    """
    searched = part.stream if part else stream
    spans = windows(searched, weight)
    if part and focus is not None:
        focus = int(np.searchsorted(part.tokens, focus))
    runs = equal_windows(searched, spans, None if focus is None else int(np.searchsorted(spans.starts, focus)))
    if part:
        spans = Windows(part.tokens[spans.starts], part.tokens[spans.ends - 1] + np.int32(1), spans.heads)
    return spans, runs


def equal_windows(stream: Stream, spans: Windows, until: int | None = None, base: int = _BASE) -> Runs:
    """Return runs of windows (by index, ascending) with the same tokens, two or more in each, compared token by token.

    Parameters
    ----------
    until
        Only runs with one of the first `until` windows are returned; None: all.

    Notes
    -----
    Costs a sort of the windows, then one comparison for every token of a window that is shared. Where `until` is small,
    windows whose key none of the first has are left out before they are sorted, which takes a tenth of the time.
    """
    found = _runs(keys(stream, spans, base), until)
    leader = np.repeat(found.values[found.offsets[:-1]], np.diff(found.offsets))
    mine, other = spans.starts[found.values], spans.starts[leader]
    length = spans.ends[found.values] - mine
    equal = kernels.engine(len(length)).links.common_run(stream.hashes, mine, other, length, 1)
    if (equal == length).all() and (length == spans.ends[leader] - other).all():
        return found
    # Windows that differ share a key: chance does that once in 2**64 pairs, so what follows may be slow, but not wrong.
    numbers: dict[bytes, int] = {}
    owners = np.sort(found.values)
    content = [
        numbers.setdefault(stream.hashes[spans.starts[v] : spans.ends[v]].tobytes(), len(numbers))
        for v in owners.tolist()
    ]
    return runs_of_equal_keys(np.array(content, dtype=np.uint64), owners)


def _runs(found: NDArray[np.uint64], until: int | None) -> Runs:
    """Return runs of equal keys, with one of the first `until`."""
    if until is None or until >= len(found):
        return runs_of_equal_keys(found)
    # a table of bits by the highest bits of a key lets few others through
    bits = max(until, 1).bit_length() + 5
    shift = np.uint64(64 - bits)
    table = np.zeros(1 << bits, np.bool_)
    table[found[:until] >> shift] = True
    chosen = np.flatnonzero(table[found >> shift]).astype(np.int32)
    runs = runs_of_equal_keys(found[chosen], chosen)
    wanted = runs.values[runs.offsets[:-1]] < until  # owners ascend
    index, offsets = spread(runs.offsets[:-1][wanted], np.diff(runs.offsets)[wanted])
    return Runs(runs.values[index], offsets)
