"""A text as it is read: words with their accents, what lies between them, and which of them are code."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import Final
from unicodedata import category, normalize

import numpy as np
from numpy.typing import NDArray

from dedup.text.reading import Reading

BREAK: Final = "\ue000"
"""What a hard line break, and the border of a block, reads as."""
OBJECT: Final = "\ufffc"
"""What an image or other hard structure reads as."""

_AROUND = 600  # characters on each side that show the language
_NEAR = 40  # characters on each side that are looked at for neighbours
FULL_STOP: Final = re.compile(r"[^\w\s]*[.!?\u2026\u3002\uff01\uff1f\u0964\u061f]")
"""What ends a sentence, at the beginning of what lies between two words."""
SENTENCE_END: Final = re.compile(FULL_STOP.pattern + r"[^\w\s]*\s+[^\w\s]*|[\u3002\uff01\uff1f]")
"""What lies between two sentences."""

_SOFT_BREAK = re.compile(r"[\s>|`*_~\[\]]*\n[\s>|`*_~\[\]]*")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_LINE_TAG = re.compile(r"<(?:br|hr)\b|\\", re.I)
_LINE_END = re.compile(r"[`*_]?(\s*\n\s*)[`*_\[]?")  # one character of markup at a line end is in no range
_OPENING = re.compile(r"(?:<[^<>]*>|`)+$")  # markup that opens right before the first word of a block
_CODE = re.compile(r"`+|<(/?)(?:code|kbd|samp|tt|var|pre)\b[^<>]*>", re.I)
_WORDS = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?")


class Surface:
    """A text as it is read, for the few places that are looked at closely.

    Tokens are given by their numbers. What a block hides is looked up once, when it is first needed.
    """

    def __init__(self, reading: Reading) -> None:
        self._text, self._marks = reading.text, reading.marks
        self._starts, self._ends = reading.tokens.starts, reading.tokens.ends
        self._hidden, self._borders = _by_start(reading.marks.hidden), _by_start(reading.marks.borders)
        self._layers: dict[int, list[tuple[int, int, str]]] = {}
        self._code: dict[int, list[tuple[int, int]]] = {}

    def block(self, token: int) -> int:
        """Return the number of the block of a token."""
        return int(np.searchsorted(self._marks.starts, self._starts[token], "right")) - 1

    def tokens(self, block: int) -> tuple[int, int]:
        """Return the first token of a block, and the one after its last."""
        first, end = np.searchsorted(self._starts, (self._marks.starts[block], self._marks.ends[block]))
        return int(first), int(end)

    def letters(self, token: int) -> str:
        """Return a token as it is written, in NFC."""
        return normalize("NFC", _stripped(self._shown(self.block(token), self._starts[token], self._ends[token])))

    def word(self, token: int) -> str:
        """Return the letters of a token in lower case: unlike what is compared, with accents."""
        return self.letters(token).casefold()

    def words(self, first: int, end: int) -> str:
        """Return what is read from a token to the end of the one before `end`, on one line."""
        shown = self._shown(self.block(first), self._starts[first], self._ends[end - 1])
        return " ".join(_stripped(shown).replace(BREAK, " ").split())

    def source(self, token: int) -> str:
        """Return the source between the token before and a token, markup included."""
        return self._text[self._ends[token - 1] : self._starts[token]]

    def gap(self, token: int) -> str:
        """Return what is read between the token before and a token; with a hard break at the border of a block."""
        if token == 0:
            return BREAK
        block = self.block(token - 1)
        end = int(self._marks.ends[block])
        crosses = token == len(self._starts) or int(self._starts[token]) >= end
        # from the word on, because what closes a link, with a full stop in it, is part of the span of its last word
        between = self._shown(block, self._starts[token - 1], end if crosses else self._starts[token])
        gap = between[len(_stripped(between)) :].replace("\r\n", "\n").replace("\r", "\n")
        if crosses:
            return gap + BREAK
        line_end = _LINE_END.fullmatch(gap) if self._layers_of(block) else None
        return line_end[1] if line_end else gap

    def ends_sentence(self, token: int) -> bool:
        """Return whether a sentence or a block ends between the token before and a token."""
        gap = self.gap(token)
        return BREAK in gap or SENTENCE_END.fullmatch(gap) is not None

    def before(self, token: int) -> str:
        """Return some characters of what is read in a block before a token."""
        block, start = self.block(token), int(self._starts[token])
        return self._shown(block, max(start - _NEAR, int(self._marks.starts[block])), start)

    def after(self, token: int) -> str:
        """Return some characters of what is read in a block after a token."""
        block, start, end = self.block(token), int(self._starts[token]), int(self._ends[token])
        shown = self._shown(block, start, min(end + _NEAR, int(self._marks.ends[block])))
        return shown[len(_stripped(self._shown(block, start, end))) :]

    def around(self, token: int) -> set[str]:
        """Return the words around a token, in lower case, which show the language."""
        start = int(self._starts[token])
        text = self._text[max(start - _AROUND, 0) : start + _AROUND]
        return set(_WORDS.findall(normalize("NFC", text).casefold()))

    def code_span(self, token: int) -> int:
        """Return the number of the span of code, within its block, that a token is part of; -1 if it is no code."""
        block, start = self.block(token), int(self._starts[token])
        if block not in self._code:
            self._code[block] = sorted(self._code_spans(block))
        spans = self._code[block]
        index = bisect_right(spans, (start, len(self._text))) - 1
        return index if index >= 0 and start < spans[index][1] else -1

    def _code_spans(self, block: int) -> list[tuple[int, int]]:
        begin, end = int(self._marks.starts[block]), int(self._marks.ends[block])
        opening = _OPENING.search(self._text, max(begin - 200, 0), begin)
        start = opening.start() if opening else begin
        text = self._text[start:end]
        spans: list[tuple[int, int]] = []
        ticks = element = None
        for mark in _CODE.finditer(text):
            place = start + mark.start()
            if place >= begin and not self._is_markup(block, place):
                continue
            if mark[0][0] == "<":
                if not mark[1]:
                    element = mark
                elif element is not None:
                    spans.append((start + element.end(), place))
                    element = None
            elif ticks is None:
                ticks = mark
            else:
                # reStructuredText: `a link`_ and :role:`text` are text
                role = text[max(ticks.start() - 1, 0) : ticks.start()] == ":"
                if not role and text[mark.end() : mark.end() + 1] != "_" and text[mark.start() - 1] != ">":
                    spans.append((start + ticks.end(), place))
                ticks = None
        if ticks is not None:  # it closes right behind the last word of the block
            spans.append((start + ticks.end(), end))
        return spans

    def _is_markup(self, block: int, place: int) -> bool:
        """Return whether a character is hidden, or at a line end, where markup is in no range that is hidden."""
        beside = self._text[max(place - 1, 0) : place + 2]
        if "\n" in beside or "\r" in beside:
            return True
        layers = self._layers_of(block)
        layer = bisect_left(layers, (place + 1,)) - 1
        return layer >= 0 and place < layers[layer][1]

    def _layers_of(self, block: int) -> list[tuple[int, int, str]]:
        """Return what is not read as it is written in a block: ranges, in order, and what each reads as."""
        if block not in self._layers:
            start, end = int(self._marks.starts[block]), int(self._marks.ends[block])
            layers = [(left, right, "") for left, right in _between(self._hidden, start, end)]
            layers += [(left, right, self._border(left, right)) for left, right in _between(self._borders, start, end)]
            stands = self._marks.stands
            for left, right, characters in stands[bisect_left(stands, (start,)) : bisect_left(stands, (end,))]:
                if not characters:  # what closes a link, with a full stop in it
                    characters = self._text[left:right].partition("]")[0].strip("`*_")
                layers.append((left, right, characters))
            self._layers[block] = sorted(layers)
        return self._layers[block]

    def _border(self, start: int, end: int) -> str:
        text = self._text[start:end]
        if _SOFT_BREAK.fullmatch(text):
            return "\n"
        shown = _TAG.sub("", text).strip("\\ \n\t>")
        if _LINE_TAG.search(text):
            return OBJECT if shown else BREAK
        return OBJECT if shown else " "

    def _shown(self, block: int, start: int | np.integer, end: int | np.integer) -> str:
        """Return a stretch of a block as it is read."""
        start, end = int(start), int(end)
        layers = self._layers_of(block)
        shown: list[str] = []
        for left, right, characters in layers[bisect_left(layers, (start,)) : bisect_left(layers, (end,))]:
            if left >= start:
                shown += (self._text[start:left], characters)
                start = right
        shown.append(self._text[start:end])
        return "".join(shown)


def _stripped(text: str) -> str:
    """Return a text without what follows its last letter, digit or mark."""
    end = len(text)
    while end and not (text[end - 1].isalnum() or category(text[end - 1])[0] == "M"):
        end -= 1
    return text[:end]


def _by_start(ranges: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return ranges (n, 2) in the order of their starts."""
    return ranges[np.argsort(ranges[:, 0], kind="stable")]


def _between(ranges: NDArray[np.int64], start: int, end: int) -> list[list[int]]:
    """Return the ranges, in order of their starts, that begin in [start, end)."""
    low, high = np.searchsorted(ranges[:, 0], (start, end))
    between: list[list[int]] = ranges[low:high].tolist()
    return between
