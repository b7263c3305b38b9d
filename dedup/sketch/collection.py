"""A collection of texts, however it is given, as chunks of UTF-8 for the kernels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.sketch import arrow

CHUNK: Final = 1 << 21
"""Bytes of a chunk: enough to be worth a call of a kernel, little enough to stay in a processor's cache."""
TEXTS: Final = 1 << 15
"""No chunk holds more texts."""

_REFUSED: Final[tuple[tuple[Any, str], ...]] = (
    (str, ", one text; allowed is a collection of str: put it into a list"),
    ((bytes, bytearray, memoryview), "; allowed is a collection of str: decode it, and put it into a list"),
    (Mapping, ", a mapping; allowed is a collection of str: hand over its values"),
    ((set, frozenset), ", which has no order; allowed is a collection of str: hand over a list"),
)

Ints = NDArray[np.int64]


class Chunk(NamedTuple):
    """Some texts as UTF-8, end to end: text i is ``data[offsets[i]:offsets[i + 1]]``."""

    data: NDArray[np.uint8]
    """uint8 (n,), not to be written to. Lone surrogates stand as "surrogatepass" writes them."""
    offsets: Ints
    """int64 (k + 1,), k at least 1, from 0 to n."""
    missing: NDArray[np.bool_] | None = None
    """bool (k,): what is no text, but None, NaN or null; None if there is nothing of the kind."""


def chunks(texts: Any, *, name: str = "texts", limit: int = CHUNK, nulls: bool = False) -> Iterator[Chunk]:
    """Yield texts in order, as chunks of UTF-8. No chunk is empty.

    Parameters
    ----------
    texts
        An iterable of str, which is read as chunks are taken; a NumPy array of one dimension with str (dtype U,
        ``StringDType`` or object); an Arrow array of strings, of string views or of a dictionary of them, such as a
        pyarrow Array or ChunkedArray, a Polars Series or a pandas Series, or a table of one such column. Arrow data are
        never made into objects, and chunks are views of them where texts are stored end to end.
    name
        Name of `texts` in messages.
    limit
        Maximum bytes of a chunk, at least 1. A longer text is a chunk of its own. A chunk has at most ``TEXTS`` texts.
    nulls
        Whether None, NaN, pandas.NA and null may stand among the texts. They are empty then, and marked as missing.

    Raises
    ------
    TypeError
        `texts` is not such a collection (raised at once), or one of the texts is not a str (raised when it is reached).
    ValueError
        An array does not have one dimension (raised at once), or Arrow data are not valid UTF-8 (raised when reached).

    Notes
    -----
    Takes linear time in the text (about 0.2 s for a million texts of 230 characters), and memory for one chunk.
    Exceptions of the iterable are passed on.
    """
    if type(texts).__name__ == "LazyFrame":
        raise TypeError(f"{name} is LazyFrame, which has no rows yet; allowed is a collection of str: collect() it")
    for kinds, what in _REFUSED:
        if isinstance(texts, kinds):
            raise TypeError(f"{name} is {type(texts).__name__}{what}")
    # A dtype of NumPy's, be it that of categories, means that objects or characters lie there already: pandas, for one,
    # would first make Arrow data of them, and fail where a text has a lone surrogate or one is no text.
    dtype = getattr(texts, "dtype", None)
    if isinstance(getattr(getattr(dtype, "categories", None), "dtype", dtype), np.dtype):
        return _encoded(_elements(np.asanyarray(texts), name), name, limit, nulls)
    if hasattr(texts, "__arrow_c_stream__") or hasattr(texts, "__arrow_c_array__"):
        exported = arrow.exported(texts)
        if exported is not None:
            return _joined(map(Chunk._make, arrow.pieces(*exported, name, limit, TEXTS, nulls)), limit)
    if hasattr(texts, "__array__"):
        return _encoded(_elements(np.asanyarray(texts, dtype=object), name), name, limit, nulls)
    try:
        iterator = iter(texts)
    except TypeError:
        raise TypeError(f"{name} is {type(texts).__name__}; allowed is a collection of str") from None
    return _encoded(iterator, name, limit, nulls)


def strings(texts: Any, *, name: str = "texts") -> list[str]:
    """Return the texts of a collection, which may be all that `chunks` takes with `nulls`: those are empty.

    Exceptions are those of `chunks`.
    """
    found: list[str] = []
    for chunk in chunks(texts, name=name, nulls=True):
        data, cuts = chunk.data.tobytes(), chunk.offsets.tolist()
        found += [data[start:end].decode("utf-8", "surrogatepass") for start, end in pairwise(cuts)]
    return found


def counted(texts: Any) -> int | None:
    """How many texts a collection holds; None where only reading it would tell."""
    try:
        return len(texts)
    except TypeError:
        return None


def _elements(array: NDArray[Any], name: str) -> Iterator[object]:
    """Yield the elements of an array as Python objects, made a few at a time."""
    if array.ndim != 1:
        raise ValueError(f"{name} is an array of {array.ndim} dimensions; allowed is one")
    if array.dtype.kind == "S":
        raise TypeError(f"{name} is an array of bytes; allowed is str: numpy.char.decode({name}, 'utf-8')")
    return (text for first in range(0, len(array), 1024) for text in array[first : first + 1024].tolist())


def _encoded(texts: Iterable[object], name: str, limit: int, nulls: bool) -> Iterator[Chunk]:
    """Yield texts as chunks.

    Calling the method of the class checks the type of each text. Looking for a lone surrogate only if encoding fails
    saves a third of the time.
    """
    encode = str.encode
    parts: list[bytes] = []
    missing: list[int] = []
    size = 0
    for index, text in enumerate(texts):
        try:
            part = encode(text)  # type: ignore[arg-type]
        except UnicodeEncodeError:
            part = encode(text, "utf-8", "surrogatepass")  # type: ignore[arg-type]
        except TypeError:
            if not nulls or not _missing(text):
                raise TypeError(f"{name}[{index}] is {_kind(text)}") from None
            part = b""
        size += len(part)
        if parts and (size > limit or len(parts) == TEXTS):
            yield _packed(parts, missing)
            parts, missing, size = [], [], len(part)
        if not part and not isinstance(text, str):
            missing.append(len(parts))
        parts.append(part)
    if parts:
        yield _packed(parts, missing)


def _missing(text: object) -> bool:
    """Return whether this says that there is no text: None, NaN, or what pandas writes for it."""
    number = isinstance(text, (float, np.floating)) and bool(np.isnan(text))
    return text is None or number or type(text).__name__ in ("NAType", "NaTType")


def _kind(text: object) -> str:
    if text is None or isinstance(text, float):
        return f"{text if text is None else f'float ({text})'}; allowed is str: leave it out, or put a str there"
    decode = ": decode it" if isinstance(text, (bytes, bytearray)) else ""
    return f"{type(text).__name__}; allowed is str{decode}"


def _packed(parts: list[bytes], missing: list[int]) -> Chunk:
    offsets = np.zeros(len(parts) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, parts), np.int64, len(parts)), out=offsets[1:])
    marked = None
    if missing:
        marked = np.zeros(len(parts), np.bool_)
        marked[missing] = True
    return Chunk(np.frombuffer(b"".join(parts), np.uint8), offsets, marked)


def _joined(given: Iterable[Chunk], limit: int) -> Iterator[Chunk]:
    """Chunks, with small neighbours made one: Arrow data may come in thousands of arrays of a few texts each."""
    held: list[Chunk] = []
    size = count = 0
    for chunk in given:
        size += len(chunk.data)
        count += len(chunk.offsets) - 1
        if held and (size > limit or count > TEXTS):
            yield _one(held)
            held, size, count = [], len(chunk.data), len(chunk.offsets) - 1
        held.append(chunk)
    if held:
        yield _one(held)


def _one(given: list[Chunk]) -> Chunk:
    if len(given) == 1:
        return given[0]
    sizes = np.concatenate([np.diff(chunk.offsets) for chunk in given])
    data = np.frombuffer(b"".join([chunk.data.data for chunk in given]), np.uint8)
    missing = None
    if any(chunk.missing is not None for chunk in given):
        none = np.zeros(max(len(chunk.offsets) for chunk in given), np.bool_)
        missing = np.concatenate(
            [none[: len(chunk.offsets) - 1] if chunk.missing is None else chunk.missing for chunk in given]
        )
    return Chunk(data, np.append(np.int64(0), np.cumsum(sizes)), missing)
