"""The keys of an index: which are allowed, and how they are stored."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

import numpy as np

Key = str | int
KEYS = (str, int, np.integer)

_LETTERS = 1 << 22  # code points of a batch


def encoded(name: str, key: object) -> bytes:
    """Return a key as it is stored: as JSON, which keeps its type, and from which nothing can be executed.

    Raises
    ------
    TypeError
        It is not a str or an integer. The message calls it `name`.
    """
    if not isinstance(key, KEYS) or isinstance(key, bool):
        raise TypeError(f"{name}={key!r} is {type(key).__name__}; allowed is str or int")
    return json.dumps(int(key) if isinstance(key, np.integer) else key).encode()


def batches(pairs: Iterable[object], most: int) -> Iterator[dict[bytes, str]]:
    """Yield pairs of key and text by encoded key, up to `most` at a time, or fewer long ones.

    An invalid pair, or an exception of the iterable, is raised after the pairs before it were yielded.
    """
    batch: dict[bytes, str] = {}
    letters = 0
    try:
        for i, pair in enumerate(pairs):
            if not isinstance(pair, (tuple, list)) or len(pair) != 2:
                raise TypeError(f"pairs[{i}] is {type(pair).__name__}; allowed is a pair (key, text)")
            key, text = pair
            name = encoded(f"pairs[{i}]: key", key)
            if not isinstance(text, str):
                kind = "None" if text is None else type(text).__name__
                raise TypeError(f"pairs[{i}]: text of key={key!r} is {kind}; allowed is str")
            if name in batch:
                raise ValueError(f"pairs[{i}]: key={key!r} is in the index already")
            batch[name] = text
            letters += len(text)
            if len(batch) == most or letters >= _LETTERS:
                yield batch
                batch, letters = {}, 0
    except Exception:
        if batch:
            yield batch
        raise
    if batch:
        yield batch
