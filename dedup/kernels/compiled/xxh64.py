"""xxh64 with seed 0 (Collet, 2014), in Numba, in the steps that the kernels need.

A whole digest over the bytes of a token or over the hashes of tokens. Words are eight bytes, little-endian. A stripe is
four words; of a message of 32 bytes or more, each word of a stripe is taken into a lane of its own.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from dedup.kernels.compiled.kernel import kernel

PRIME1: Final = np.uint64(0x9E3779B185EBCA87)
PRIME2: Final = np.uint64(0xC2B2AE3D27D4EB4F)
PRIME3: Final = np.uint64(0x165667B19E3779F9)
PRIME4: Final = np.uint64(0x85EBCA77C2B2AE63)
PRIME5: Final = np.uint64(0x27D4EB2F165667C5)


@kernel
def mix_lane(lane: np.uint64, word: np.uint64) -> np.uint64:
    """Return a lane after one more word."""
    lane += word * PRIME2
    lane = (lane << np.uint64(31)) | (lane >> np.uint64(33))
    return lane * PRIME1


@kernel
def take_lane(h: np.uint64, lane: np.uint64) -> np.uint64:
    """Return the hash after one more lane, which has been through `mix_lane`."""
    h ^= lane
    return ((h << np.uint64(27)) | (h >> np.uint64(37))) * PRIME1 + PRIME4


@kernel
def finish(h: np.uint64) -> np.uint64:
    """Return the hash after the last step of xxh64."""
    h = (h ^ (h >> np.uint64(33))) * PRIME2
    h = (h ^ (h >> np.uint64(29))) * PRIME3
    return h ^ (h >> np.uint64(32))


@kernel
def take_stripe(lanes: NDArray[np.uint64], words: NDArray[np.uint64], first: bool) -> None:
    """Take in a stripe of four words: the message's first, or one more."""
    if first:
        lanes[0] = PRIME1 + PRIME2
        lanes[1] = PRIME2
        lanes[2] = np.uint64(0)
        lanes[3] = np.uint64(0) - PRIME1
    for k in range(4):
        lanes[k] = mix_lane(lanes[k], words[k])


@kernel
def digest(lanes: NDArray[np.uint64], words: NDArray[np.uint64], last: np.uint64, size: int) -> np.uint64:
    """xxh64 of `size` bytes: stripes are in `lanes`, further whole words in `words`, what remains in `last`."""
    if size >= 32:
        h = np.uint64(0)
        for k in range(4):
            turn = np.uint64((1, 7, 12, 18)[k])
            h += (lanes[k] << turn) | (lanes[k] >> (np.uint64(64) - turn))
        for k in range(4):
            h = (h ^ mix_lane(np.uint64(0), lanes[k])) * PRIME1 + PRIME4
    else:
        h = PRIME5
    h += np.uint64(size)
    for k in range((size & 31) >> 3):
        h = take_lane(h, mix_lane(np.uint64(0), words[k]))
    if size & 4:
        h ^= (last & np.uint64(0xFFFFFFFF)) * PRIME1
        h = ((h << np.uint64(23)) | (h >> np.uint64(41))) * PRIME2 + PRIME3
        last >>= np.uint64(32)
    for _ in range(size & 3):
        h ^= (last & np.uint64(0xFF)) * PRIME5
        h = ((h << np.uint64(11)) | (h >> np.uint64(53))) * PRIME1
        last >>= np.uint64(8)
    return finish(h)


@kernel
def roll(hashes: NDArray[np.uint64], width: int, found: NDArray[np.uint64]) -> None:
    """Fill `found` with the hash of every `width` hashes in a row."""
    lanes = np.empty(4, np.uint64)
    for i in range(len(found)):
        k = 0
        while k + 4 <= width:
            take_stripe(lanes, hashes[i + k : i + k + 4], k == 0)
            k += 4
        found[i] = digest(lanes, hashes[i + k : i + width], np.uint64(0), 8 * width)
