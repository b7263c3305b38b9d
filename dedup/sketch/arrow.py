"""Texts in Arrow arrays, through the Arrow C data interface, without an object for each text."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

STRINGS: Final[dict[str, np.dtype[Any]]] = {"u": np.dtype(np.int32), "U": np.dtype(np.int64)}
"""Formats of strings that lie end to end, and how their offsets are stored."""
VIEWS: Final = "vu"
"""The format of strings that lie anywhere: 16 bytes for each, which hold it where it has 12 bytes or fewer."""
NULLS: Final = "n"
"""The format of an array of nothing but nulls, and so of an empty one that knows nothing of its type."""
TABLE: Final = "+s"
"""The format of tables, and of other arrays of structs."""
INDICES: Final[dict[str, np.dtype[Any]]] = {
    code: np.dtype(kind) for code, kind in zip("cCsSiIlL", "bBhHiIqQ", strict=True)
}
"""Formats of the indices into a dictionary."""

_INLINE: Final = 12
_STEP: Final = 1 << 16

Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]


class _Spans(NamedTuple):
    """Where texts lie: text i is ``buffers[which[i]][starts[i]:ends[i]]``."""

    buffers: list[Bytes]
    which: Ints
    starts: Ints
    ends: Ints
    missing: NDArray[np.bool_]
    """Texts that are null, and empty here."""


class Part(NamedTuple):
    """Some rows of an array of nanoarrow."""

    array: Any
    first: int
    length: int


def exported(texts: Any) -> tuple[Any, Iterator[Part]] | None:
    """Return the schema and the arrays of an object with ``__arrow_c_stream__`` or ``__arrow_c_array__``.

    They are those of nanoarrow, and of a table of one column those of the column. Returns None if the object has
    ``__array__`` too, and cannot make a stream: a pandas Series without pyarrow, or one of Python strings with a lone
    surrogate, which an Arrow string cannot have. Other exceptions of the object are passed on.
    """
    from nanoarrow.c_array import c_array
    from nanoarrow.c_array_stream import c_array_stream

    if not hasattr(texts, "__arrow_c_stream__"):
        # Not c_array_stream: what it makes of an array of string views ends the process (nanoarrow 0.9).
        array = c_array(texts)
        return _column(array.schema, iter([array]))
    try:
        stream = c_array_stream(texts)
    except (ImportError, UnicodeEncodeError):
        if hasattr(texts, "__array__"):
            return None
        raise
    return _column(stream.get_schema(), stream)


def _column(schema: Any, arrays: Iterator[Any]) -> tuple[Any, Iterator[Part]]:
    if schema.format != TABLE or schema.n_children != 1:
        return schema, (Part(array, 0, array.length) for array in arrays)
    return schema.child(0), map(_only_child, arrays)


def _only_child(table: Any) -> Part:
    """Return the column of a table, which may be longer than what the table shows of it.

    It is not sliced, because slicing an array of string views ends the process (nanoarrow 0.9).
    """
    if table.null_count:
        raise TypeError("an array of structs of which some are null is no table; allowed is a column of strings")
    return Part(table.child(0), table.offset, table.length)


def pieces(
    schema: Any, arrays: Iterable[Part], name: str, limit: int, most: int, nulls: bool
) -> Iterator[tuple[Bytes, Ints, NDArray[np.bool_] | None]]:
    """Yield the texts of arrays as UTF-8: data, offsets, and which texts are null (None if none is).

    Parameters
    ----------
    schema, arrays
        CSchema of nanoarrow, and rows of arrays.
    name
        Name of the texts in messages.
    limit
        Maximum bytes of a piece. A longer text is a piece of its own.
    most
        Maximum number of texts in a piece.
    nulls
        Whether texts may be null.

    Raises
    ------
    TypeError
        The arrays are not of strings (raised at once), or a text is null and may not be (raised when it is reached).
    ValueError
        A text is not valid UTF-8 (raised when it is reached).
    """
    values = schema.dictionary if schema.dictionary and schema.format in INDICES else schema
    if values.format not in (*STRINGS, VIEWS, NULLS):
        from nanoarrow.c_schema import c_schema_view

        columns = f"a table of {values.n_children} columns: hand over one of them"
        kind = columns if values.format == TABLE else c_schema_view(values).type
        what = kind if values is schema else f"a dictionary of {kind}"
        allowed = "string, large_string, string_view and dictionaries of them"
        raise TypeError(f"{name} is Arrow data, but not of strings ({what}); allowed are {allowed}")
    return _pieces(arrays, name, limit, most, nulls)


def _pieces(
    arrays: Iterable[Part], name: str, limit: int, most: int, nulls: bool
) -> Iterator[tuple[Bytes, Ints, NDArray[np.bool_] | None]]:
    before = 0
    for array, start, length in arrays:
        for first in range(0, length, most):
            rows = np.arange(start + first, start + min(first + most, length))
            index = before + first
            spans = _spans(array, rows)
            if not nulls and np.any(spans.missing):
                where = f"{name}[{index + int(np.argmax(spans.missing))}]"
                raise TypeError(f"{where} is null; allowed is str: leave it out, or fill it")
            ends = np.cumsum(spans.ends - spans.starts)
            low = 0
            while low < len(rows):
                taken = int(ends[low - 1]) if low else 0
                high = max(low + 1, int(np.searchsorted(ends, taken + limit, side="right")))
                which, starts, missing = spans.which[low:high], spans.starts[low:high], spans.missing[low:high]
                part = _Spans(spans.buffers, which, starts, spans.ends[low:high], missing)
                data, offsets = _gathered(part), np.append(np.int64(0), ends[low:high] - taken)
                _check(data, offsets, name, index + low)
                yield data, offsets, missing if np.any(missing) else None
                low = high
        before += length


def _spans(array: Any, rows: Ints) -> _Spans:
    """Where the texts of some rows lie."""
    code: str = array.schema.format
    none = np.zeros(len(rows), np.int64)
    if code == NULLS:  # not all libraries export the buffers that a view of it expects: none
        return _Spans([np.empty(0, np.uint8)], none, none, none, np.ones(len(rows), np.bool_))
    view = array.view()
    # NumPy keeps the view of a buffer, and that keeps the array that owns it.
    buffers = [np.frombuffer(view.buffer(i), np.uint8) for i in range(view.n_buffers)]
    rows = rows + array.offset
    if len(buffers[0]):
        missing = (buffers[0][rows >> 3] >> (rows & 7).astype(np.uint8)) & 1 == 0
    else:
        missing = np.zeros(len(rows), np.bool_)
    if np.all(missing):  # a dictionary may have no text at all
        return _Spans([np.empty(0, np.uint8)], none, none, none, missing)
    if array.dictionary is not None:
        indices: Ints = buffers[1].view(INDICES[code])[rows].astype(np.int64)
        indices[missing] = indices[~missing][0]  # what stands at a null may be anything
        spans = _spans(array.dictionary, indices)
        return spans._replace(ends=np.where(missing, spans.starts, spans.ends), missing=missing | spans.missing)
    if code in STRINGS:
        bounds: Ints = buffers[1].view(STRINGS[code])
        starts, ends = bounds[rows].astype(np.int64), bounds[rows + 1].astype(np.int64)
        return _Spans(buffers[2:], np.zeros(len(rows), np.int64), starts, np.where(missing, starts, ends), missing)
    # Size; then the text itself, or its first four bytes, the number of a buffer and where it begins there. A short
    # text lies in the buffer of views itself. The last buffer tells the sizes of the others.
    views = buffers[1].view(np.int32).reshape(-1, 4)[rows].astype(np.int64)
    sizes = np.where(missing, 0, views[:, 0])
    short = sizes <= _INLINE
    starts = np.where(short, 16 * rows + 4, views[:, 3])
    return _Spans(buffers[1:-1], np.where(short, 0, views[:, 2] + 1), starts, starts + sizes, missing)


def _gathered(spans: _Spans) -> Bytes:
    """Return the bytes of texts, end to end: a view if they are stored so, otherwise a copy.

    Each run of texts that is stored end to end is moved at once. A short text of string views is a run by itself;
    moving 100,000 texts one by one takes 30 ms.
    """
    filled = np.flatnonzero(spans.ends > spans.starts)
    which, starts, ends = spans.which[filled], spans.starts[filled], spans.ends[filled]
    fresh = np.ones(len(filled), np.bool_)
    fresh[1:] = (which[1:] != which[:-1]) | (starts[1:] != ends[:-1])
    firsts = np.flatnonzero(fresh)
    lasts = np.append(firsts, len(filled))[1:] - 1
    if len(firsts) == 1:
        data: Bytes = spans.buffers[which[0]][starts[0] : ends[-1]]
        return data
    buffers = [buffer.data for buffer in spans.buffers]
    runs = zip(which[firsts].tolist(), starts[firsts].tolist(), ends[lasts].tolist(), strict=True)
    return np.frombuffer(b"".join([buffers[buffer][start:end] for buffer, start, end in runs]), np.uint8)


def _check(data: Bytes, offsets: Ints, name: str, index: int) -> None:
    """Whether texts are UTF-8, each by itself; the first is number `index` of the collection.

    Kernels rely on it. All of them are decoded at once, in steps that stay in the cache, and only an error looks at
    them one by one.
    """
    if len(data) != offsets[-1] or np.any(offsets[1:] < offsets[:-1]):
        raise ValueError(f"{name} is Arrow data whose offsets do not fit its buffers; allowed are valid arrays")
    filled = offsets[:-1][offsets[1:] > offsets[:-1]]
    good = not np.any((data[filled] & 0xC0) == 0x80)  # no text begins inside a character
    at = 0
    try:
        while at < len(data):
            at += codecs.utf_8_decode(data[at : at + _STEP].data, "strict", at + _STEP >= len(data))[1]
    except UnicodeDecodeError:
        good = False
    if good:
        return
    for i, (start, end) in enumerate(zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)):
        try:
            codecs.utf_8_decode(data[start:end].data, "strict", True)
        except UnicodeDecodeError as error:
            where = f"at its byte {error.start}: {error.reason}"
            raise ValueError(f"{name}[{index + i}] is not valid UTF-8 {where}; allowed is UTF-8") from None
