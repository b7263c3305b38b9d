"""From offsets in code points to the positions of the Language Server Protocol, and back.

A line ends at LF, CRLF or CR, in the protocol as in `Source`. A position counts code units of the encoding that client
and server agreed on.
"""

from __future__ import annotations

from collections.abc import Sequence
from os.path import commonprefix

from lsprotocol import types

from dedup.lint.findings import Source

_CODECS = {
    types.PositionEncodingKind.Utf8: ("utf-8", 1),
    types.PositionEncodingKind.Utf16: ("utf-16-le", 2),
    types.PositionEncodingKind.Utf32: ("utf-32-le", 4),
}


def difference(before: str, after: str) -> tuple[int, int, int]:
    """Return what lies between the common start and the common end of two texts. Linear in both.

    That is where it begins in both, where it ends in the earlier one, and where it ends in the later one.
    """
    start = len(commonprefix([before, after]))  # noqa: RUF071 (these are no paths)
    most = min(len(before), len(after)) - start
    ends = [text[len(text) - most :][::-1] for text in (before, after)]
    same = len(commonprefix(ends))  # noqa: RUF071
    return start, len(before) - same, len(after) - same


class Positions:
    """Positions in one encoding, by its name in the protocol."""

    def __init__(self, encoding: str = "utf-16") -> None:
        self._codec, self._unit = _CODECS[types.PositionEncodingKind(encoding)]

    def position(self, source: Source, offset: int) -> types.Position:
        """Return the position of an offset. Linear in its line, after the first call for a source."""
        line, column = source.position(offset)
        before = source.text[offset - column + 1 : offset]
        return types.Position(line - 1, len(before) if before.isascii() else self._units(before))

    def range(self, source: Source, start: int, end: int) -> types.Range:
        """Return the range of a span."""
        return types.Range(self.position(source, start), self.position(source, end))

    def offset(self, source: Source, position: types.Position) -> int:
        """Return the offset of a position.

        A position behind the end of its line is the end of the line, one behind the last line the end of the text, and
        one inside of a character the start of that character.
        """
        last, _ = source.position(len(source.text))
        if position.line >= last:
            return len(source.text)
        start, end = source.line_span(position.line + 1)
        line = source.text[start:end]
        if line.isascii() or self._unit == 4:
            return start + min(position.character, len(line))
        units = line.encode(self._codec, "surrogatepass")[: position.character * self._unit]
        return start + len(units.decode(self._codec, "ignore"))

    def changed(self, text: str, changes: Sequence[types.TextDocumentContentChangeEvent]) -> str:
        """Return a text after changes, each of which begins with what the one before it left.

        Linear in the text for each change.
        """
        for change in changes:
            if isinstance(change, types.TextDocumentContentChangePartial):
                source = Source("", text)
                start = self.offset(source, change.range.start)
                end = max(start, self.offset(source, change.range.end))
                text = text[:start] + change.text + text[end:]
            else:
                text = change.text
        return text

    def _units(self, text: str) -> int:
        return len(text.encode(self._codec, "surrogatepass")) // self._unit
