"""What is compared on collections: this library, and others, each as fast as its own interface allows.

Every system is a function that imports what it needs and returns another: from a list of `str` to `Found`. Nothing
is imported before that, so that a process which measures one system holds no other.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Pairs = npt.NDArray[np.int64]

THRESHOLD = 0.8
PERMUTATIONS = 128
BANDS, ROWS = 16, 8
"""For the libraries that leave it to their user: of the divisions of 128 into equal bands the one that comes closest
to a recall of .95 at the threshold (.947)."""

_BATCH = 10_000
_WORD = re.compile(r"\w+")


class Found(NamedTuple):
    """Groups of two or more texts, and the pairs they come from, put together only when they are asked for: int64
    (m, 2), in any order."""

    groups: "Sequence[Sequence[int]] | Sequence[Pairs]"
    pairs: "Callable[[], Pairs]"


Find = Callable[[list[str]], Found]


@dataclass(frozen=True, slots=True)
class System:
    """`load` imports and returns the function that is measured, a `Find` for all of this module; dedup's takes further
    options of `find_duplicates`. `package` installs the module `module`, which it needs; `engine` is dedup's."""

    name: str
    load: Callable[..., Any]
    package: str
    module: str
    engine: str = "reference"


def there(systems: Sequence[System]) -> tuple[list[System], list[str]]:
    """Those that can run here, and for each package that cannot a line that says how to install it."""
    missing = {system.package: None for system in systems if not find_spec(system.module)}
    left_out = [f"{package} is not installed, and left out: python -m pip install {package}" for package in missing]
    return [system for system in systems if system.package not in missing], left_out


def words(text: str) -> list[str]:
    """The words that the other libraries are given."""
    return _WORD.findall(text.lower())


def shingles(text: str) -> list[str]:
    """Runs of three of them, in order, repeats kept; of a text of fewer words all of them."""
    every = words(text)
    # twice as fast as slices; a MinHash is the same with repeats as without
    return list(map(" ".join, zip(every, every[1:], every[2:], strict=False))) or ([" ".join(every)] if every else [])


def dedup(method: Literal["exact", "lsh"], **options: Any) -> Find:
    """`dedup.find_duplicates`."""
    import numpy as np

    from dedup import find_duplicates

    def find(texts: list[str]) -> Found:
        answer = find_duplicates(texts, threshold=THRESHOLD, method=method, **options)
        return Found(answer.groups, lambda: np.stack([answer.pairs["first"], answer.pairs["second"]], axis=1))

    return find


def datasketch() -> Find:
    """MinHash.bulk with xxh32; MinHashLSH with the bands that it chooses; each text queried before it is inserted."""
    import numpy  # noqa: F401  (counted as part of the import, as everywhere)
    import xxhash
    from datasketch import MinHash, MinHashLSH

    def find(texts: list[str]) -> Found:
        sets = ([shingle.encode() for shingle in shingles(text)] for text in texts)
        signatures = MinHash.bulk(sets, num_perm=PERMUTATIONS, hashfunc=xxhash.xxh32_intdigest)
        index = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)
        rows = []
        for key, signature in enumerate(signatures):
            rows.append(index.query(signature))
            index.insert(key, signature, check_duplication=False)
        return _joined(rows)

    return find


def rensa() -> Find:
    """R-MinHash of all texts in one call; RMinHashLSH, inserted and queried in one call each."""
    from rensa import RMinHash, RMinHashLSH

    def find(texts: list[str]) -> Found:
        signatures = RMinHash.from_token_sets(map(shingles, texts), num_perm=PERMUTATIONS, seed=1)
        index = RMinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS, num_bands=BANDS)
        index.insert_many(signatures)
        return _joined(index.query_all(signatures))

    return find


def gaoya() -> Find:
    """MinHashStringIndex, which keeps of its candidates those whose signatures are like enough; on all cores."""
    from gaoya.minhash import MinHashStringIndex

    def find(texts: list[str]) -> Found:
        # its interface takes a callable and applies it twice, to insert and to query; the index below it takes sets
        index = MinHashStringIndex(
            hash_size=32,
            jaccard_threshold=THRESHOLD,
            num_bands=BANDS,
            band_size=ROWS,
            num_hashes=PERMUTATIONS,
            analyzer=shingles,
            id_container="vec",
        ).minhash_index
        sets = [shingles(text) for text in texts]
        index.par_bulk_insert_tokens(list(range(len(texts))), sets)
        return _joined(index.par_bulk_query_tokens(sets))

    return find


def near_dupes() -> Find:
    """Its shingles are of characters; so each text is handed over with one character for every word."""
    import numpy as np
    from near_dupes import DuplicateFinder

    def find(texts: list[str]) -> Found:
        letters: dict[str, str] = {}
        keys = ["".join([letters.setdefault(word, chr(len(letters) + 1)) for word in words(text)]) for text in texts]
        answer = DuplicateFinder(kind="text", threshold=THRESHOLD, n_gram=3, normalize=False).find(keys)
        return Found(
            answer.groups,
            lambda: np.array([pair[:2] for pair in answer.pairs], np.int64).reshape(-1, 2),
        )

    return find


def once(load: Callable[[], Find]) -> Find:
    """A system that is given each distinct text once, as a program does that keeps a dict of those it has seen."""
    import numpy as np

    find = load()

    def find_once(texts: list[str]) -> Found:
        places: dict[str, list[int]] = {}
        for place, text in enumerate(texts):
            places.setdefault(text, []).append(place)
        rows = list(places.values())
        answer = find(list(places))
        grouped = {row for group in answer.groups for row in group}
        groups = [[place for row in group for place in rows[row]] for group in answer.groups]
        groups += [row for turn, row in enumerate(rows) if len(row) > 1 and turn not in grouped]

        def pairs() -> "Pairs":
            first = np.array([row[0] for row in rows], np.int64)
            copies = np.array([(row[0], copy) for row in rows for copy in row[1:]], np.int64).reshape(-1, 2)
            return np.concatenate([first[answer.pairs()], copies])

        return Found(groups, pairs)

    return find_once


def _joined(rows: Sequence[Sequence[int]]) -> Found:
    """Groups from the candidates of every text, by union-find. A pair counts where the later text lists the earlier."""
    import numpy as np

    parents = list(range(len(rows)))

    def root(one: int) -> int:
        while parents[one] != one:
            parents[one] = one = parents[parents[one]]
        return one

    for one, row in enumerate(rows):
        top = one
        for other in row:
            if other < one and (found := root(other)) != top:
                top, high = min(top, found), max(top, found)
                parents[high] = top
    groups: dict[int, list[int]] = {}
    for one in range(len(rows)):
        groups.setdefault(root(one), []).append(one)

    def pairs() -> "Pairs":
        ends = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
        flat = np.fromiter(chain.from_iterable(rows), np.int64, len(ends))
        return np.stack([flat, ends], axis=1)[flat < ends]

    return Found([group for group in groups.values() if len(group) > 1], pairs)


METHODS: tuple[Literal["exact"], Literal["lsh"]] = ("exact", "lsh")


def _ours() -> tuple[System, ...]:
    return tuple(
        System(
            f"dedup {method}, {engine}",
            partial(dedup, method),
            "numba" if engine == "compiled" else "passage-dedup",
            "numba" if engine == "compiled" else "dedup",
            engine,
        )
        for engine in ("compiled", "reference")
        for method in METHODS
    )


OURS = _ours()
PEERS = (
    System("datasketch", datasketch, "datasketch", "datasketch"),
    System("rensa", rensa, "rensa", "rensa"),
    System("gaoya", gaoya, "gaoya", "gaoya"),
    System("near-dupes", near_dupes, "near-dupes", "near_dupes"),
)
PEERS_ONCE = tuple(
    System(f"{peer.name}, copies aside", partial(once, peer.load), peer.package, peer.module) for peer in PEERS[:3]
)
"""Those that do not do it themselves."""

SYSTEMS = {system.name: system for system in (*OURS, *PEERS, *PEERS_ONCE)}
