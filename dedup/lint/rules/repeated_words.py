"""DUP005: the same word, phrase or sentence twice side by side."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.lint.rules import reduplication as language
from dedup.lint.rules.rule import Compared, Instance, Rule, Severity
from dedup.lint.rules.surface import BREAK, FULL_STOP, SENTENCE_END, Surface
from dedup.text.marks import Block
from dedup.text.reading import Reading

RULE: Final = Rule(
    code="DUP005",
    name="repeated-words",
    severity=Severity.WARNING,
    summary="A word, a phrase or a short sentence is repeated right after itself.",
    why=(
        "A word that stands twice in a row is easily overlooked, above all across a line break or at the start of a "
        "link, and spell checkers do not look into every file. Words that a language doubles on purpose are not "
        'reported: "had had", "very very", "nous nous", \u770b\u770b, numbers, names such as "Bora Bora", and code.'
    ),
    remedy="Delete one of them, or add the word that is missing between them.",
    example="The pool is closed on on Mondays, and the bus stops at the\n[the gate](gate.md) every ten minutes.\n",
    confidence=0.83,
)

KINDS: Final = (Block.PROSE, Block.HEADING, Block.LIST, Block.CELL, Block.QUOTE)
"""Kinds of block that are looked at."""

_READ = np.zeros(256, np.bool_)
_READ[list(KINDS)] = True
_WORD = 4  # quarter words: the weight of a token in a script with spaces
_PHRASE = 3 * _WORD  # from this weight on a repeat may cross the end of a sentence, or be all of a block
_QUOTED = 60  # characters of a repeat that a message quotes
_SPACE = re.compile(r"[ \u00a0]?|[ \u00a0]*\n[ \u00a0]*")  # more spaces are columns
_QUOTES = frozenset("\"'\u201c\u201d\u2018\u2019\u00ab\u00bb\u201e\u300c\u300d\u300e\u300f")
_WITHIN = _QUOTES | frozenset(" \n\t\u00a0-\u2010\u2011/._")  # what a repeat may have between its words
_GLUE_OF_PROSE = _QUOTES | frozenset("\u2014\u2013\u2026(),;!?[]\u3001\u3002\uff0c\uff1a\uff08\uff09")
_SET_OFF = re.compile(r"\*|(?<!`)_|<(?:em|i|b|strong|var)\b", re.I)  # the name *name*
_HIRAGANA = re.compile("[\u3041-\u309f\u30fc]+")
_KATAKANA = re.compile("[\u30a0-\u30ff]+")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_HAN_OR_KATAKANA = re.compile("[\u30a1-\u30ff\u3400-\u9fff\uf900-\ufaff]")


class Doubling(NamedTuple):
    """A run of tokens that stands several times side by side."""

    start: int
    """The first token of the first copy."""
    length: int
    """Tokens of a copy."""
    copies: int
    """At least 2. The tokens of copy c are ``start + c * length`` to ``start + (c + 1) * length``, half-open."""

    @property
    def end(self) -> int:
        """Behind the last token of the last copy."""
        return self.start + self.length * self.copies


def detect(texts: Compared) -> Iterator[Instance]:
    """Yield the repeats of each text in focus; texts are not compared with each other."""
    for number, reading in enumerate(texts.in_focus):
        doublings = repeated_words(reading, texts.min_words)
        if not doublings:
            continue
        surface, tokens = Surface(reading), reading.tokens
        for start, length, copies in doublings:
            quoted = surface.words(start, start + length)
            quoted = quoted if len(quoted) <= _QUOTED else f"{quoted[:_QUOTED]}\u2026"
            firsts = range(start, start + length * copies, length)
            places = tuple((number, int(tokens.starts[i]), int(tokens.ends[i + length - 1])) for i in firsts)
            yield Instance(RULE.code, partial(_message, quoted), places)


def _message(quoted: str, copies: int) -> str:
    return f'"{quoted}" repeated' + (f" {copies} times" if copies > 2 else "")


def repeated_words(reading: Reading, min_words: int = 8) -> list[Doubling]:
    """Return the words, phrases and sentences that stand twice side by side and should not.

    Parameters
    ----------
    reading
        A text that was read with the kinds of block of `KINDS`, or some of them.
    min_words
        Copies of this many words or more are left to the rules about passages.

    Returns
    -------
    list of Doubling
        In order; no two share a token. All copies of one are equal in their letters, apart from case, and lie in one
        block.

    Notes
    -----
    Takes O(n) time for n tokens, in NumPy but for the few places where tokens are equal to their neighbours.
    """
    stretches = _stretches(reading, min_words * _WORD)
    if not stretches:
        return []
    judge = _Judge(reading, stretches)
    found: list[Doubling] = []
    for stretch in stretches:
        doubling = judge.doubling(*stretch)
        if doubling is not None and (not found or doubling.start >= found[-1].end):
            found.append(doubling)
    return found


def _stretches(reading: Reading, limit: int) -> list[tuple[int, int, int]]:
    """Return (first token, period, end) of the maximal stretches of a block that consist of at least two periods.

    They are in order of their first token. Periods have a weight below `limit`. A stretch has its smallest period only.
    """
    hashes, weights = reading.tokens.hashes, reading.tokens.weights
    if len(hashes) < 2:
        return []
    longest = min((limit - 1) // int(weights.min()), len(hashes) // 2)
    found: dict[tuple[int, int], int] = {}
    for period in range(1, longest + 1):
        equal = np.flatnonzero(hashes[period:] == hashes[:-period])
        if len(equal) < period:
            continue
        # a run of as many equal tokens as the period is long; for longer periods there are few
        if period > 1 and not (equal[period - 1 :] - equal[: len(equal) - period + 1] == period - 1).any():
            continue
        equal = equal[_in_one_block(reading, equal, period)]
        if not len(equal):
            continue
        cuts = np.flatnonzero(np.diff(equal) != 1) + 1
        firsts = equal[np.concatenate(([0], cuts))]
        ends = equal[np.concatenate((cuts - 1, [len(equal) - 1]))] + 1
        long = ends - firsts >= period
        for first, end in zip(firsts[long].tolist(), ends[long].tolist(), strict=True):
            if int(weights[first : first + period].sum()) < limit:
                found.setdefault((first, end + period), period)
    return sorted((first, period, end) for (first, end), period in found.items())


def _in_one_block(reading: Reading, firsts: NDArray[np.int64], period: int) -> NDArray[np.bool_]:
    """Return whether each token and the one `period` further on lie in one block of `KINDS`."""
    marks, starts = reading.marks, reading.tokens.starts
    blocks = np.searchsorted(marks.starts, starts[firsts], "right") - 1
    same: NDArray[np.bool_] = starts[firsts + period] < marks.ends[blocks]
    return same & _READ[marks.kinds[blocks]]


class _Judge:
    """Decides which stretches of a text are errors."""

    def __init__(self, reading: Reading, stretches: list[tuple[int, int, int]]) -> None:
        self.surface = Surface(reading)
        self.hashes, self.weights = reading.tokens.hashes, reading.tokens.weights
        self.pairs = Counter(int(self.hashes[start]) for start, period, _ in stretches if period == 1)
        self.sorted: NDArray[np.uint64] | None = None

    def doubling(self, start: int, length: int, end: int) -> Doubling | None:
        """Return what is wrong in a stretch of tokens with this period, None if nothing is."""
        if length == 1 and self.weights[start] == 1:
            return None  # no function word is one syllable sign, and words often meet in the same one
        spare = (end - start) % length
        if spare and length == 2:
            return None  # on and on and on
        firsts = sorted(range(start, start + spare + 1), key=lambda token: not self.surface.ends_sentence(token))
        for first in firsts:
            copies = (end - first) // length
            good = [self._side_by_side(first + copy * length, length) for copy in range(copies - 1)]
            if True not in good:
                continue
            skipped = good.index(True)
            count = [*good[skipped:], False].index(False) + 1
            doubling = Doubling(first + skipped * length, length, count)
            if self._is_error(doubling):
                return doubling
        return None

    def _side_by_side(self, first: int, length: int) -> bool:
        """Return whether the copy of `length` tokens from `first` on and the next are equal and side by side."""
        second = first + length
        gap = self.surface.gap(second)
        if length < 4 and max(self.weights[second - 1], self.weights[second]) < _WORD:
            beside = not gap or (gap.isspace() and "\n" in gap)  # in scripts without spaces a space separates
        else:
            beside = _SPACE.fullmatch(gap) is not None
        if not beside:
            # whole sentences only: "... is in the log. The log is ..." is right
            weight = int(self.weights[first:second].sum())
            stops = SENTENCE_END.fullmatch(gap) and FULL_STOP.match(self.surface.gap(second + length))
            if weight < _PHRASE or not stops:
                return False
        elif "\n" in gap and (self._begins_line(first) or self._is_command(first)):
            return False  # a title on a line of its own, a command and what it prints
        for token in range(first, second):
            if self.surface.word(token) != self.surface.word(token + length):
                return False
            if token > first:
                inner = self.surface.gap(token)
                if inner.split() != self.surface.gap(token + length).split():
                    return False
                if beside and not _WITHIN.issuperset(inner):
                    return False  # a blue account, a red account
        return True

    def _is_error(self, doubling: Doubling) -> bool:
        """Return whether copies that stand side by side should not."""
        first, length, end = doubling.start, doubling.length, doubling.end
        weights = self.weights[first : first + length]
        if int(weights.sum()) < _PHRASE and not self._has_company(first, end):
            return False
        if self._is_code(first, length) or self._is_quoted(first, end) or "=" in self.surface.gap(end):
            return False
        if weights.max() == _WORD and (self._is_glued(first) or self._is_glued(end)):
            return False
        if weights.min() == _WORD:
            return self._is_wrong_word(doubling) if length == 1 else self._is_wrong_phrase(doubling)
        if weights.max() == _WORD:
            return int(weights.sum()) >= 2 * _WORD and not self._has_digit(first, length)
        if weights.max() == 1:
            together = not any(self.surface.gap(token) for token in range(first + 1, end))  # a space ends a clause
            return together and (
                self._copy(first, length) in language.SYLLABIC_ERRORS or int(weights.sum()) >= 2 * _WORD
            )
        return self._is_wrong_sequence(doubling)

    def _is_wrong_word(self, doubling: Doubling) -> bool:
        token = doubling.start
        word = self.surface.word(token)
        if len(word) < 2 and not self._is_short_word(token):
            return False
        if not all(char.isalpha() or char in "'\u2019\u0640" or not char.isascii() for char in word):
            return False
        if self._has_digit(token, 1) or language.may_be_doubled(word, self.surface.around(token)):
            return False
        pairs, count = self.pairs[int(self.hashes[token])], self._count(token)
        alone = count - 2 * pairs
        if pairs > 1 and alone < 2 * pairs:
            return False  # the text has it twice most of the time: it is a name or a term
        if doubling.copies > 2 and word not in language.COMMON:
            return False  # hack hack hack
        first, second = self.surface.letters(token), self.surface.letters(token + 1)
        if first.isupper() != second.isupper() or _SET_OFF.search(self.surface.source(token + 1)):
            return False  # NOT not; the name *name*
        capitals = [letters[0] != letters[0].casefold() for letters in (first, second)]
        if capitals == [False, True] or (capitals == [True, False] and not self.surface.ends_sentence(token)):
            return False  # the The Hague office; a Node node
        return not all(capitals) or alone > 1 or word in language.COMMON  # Duran Duran

    def _is_short_word(self, token: int) -> bool:
        """Return whether a single letter is a word, such as "a" or "и", and not one of a row of letters."""
        texts = [self.surface.letters(other) for other in (token, token + 1)]
        if not all(text.islower() for text in texts) or not language.is_frequent(texts[0], self.surface.around(token)):
            return False
        beside = [self.surface.gap(token), self.surface.gap(token + 2)]
        neighbours = [self.surface.word(other) for other in (token - 1, token + 2) if 0 <= other < len(self.weights)]
        return beside[1] == " " and beside[0] in (" ", "\n") and all(len(word) > 1 for word in neighbours)

    def _is_wrong_phrase(self, doubling: Doubling) -> bool:
        first, length = doubling.start, doubling.length
        words = [self.surface.word(token) for token in range(first, first + length)]
        around = self.surface.around(first)
        if all(len(word) < 2 or language.may_be_doubled(word, around) for word in words) and length < 4:
            return False
        if self._has_digit(first, length) and length < 4:
            return False
        if not FULL_STOP.match(self.surface.gap(first + length)):
            has_noun = any(len(word) > 3 and word not in language.COMMON for word in words)
            if has_noun and not language.CONNECTIVES.isdisjoint(words):
                return False  # the root of the root of
            if not (language.INDEFINITE.isdisjoint(words) or language.RELATIVE.isdisjoint(words)):
                return False  # a link that leads to a link that leads to
        letters = [self.surface.letters(token) for token in range(first, first + 2 * length)]
        if length < 4 and all(word[0] != word[0].casefold() for word in letters):
            return False  # New York New York
        inner = [self.surface.gap(token) for token in range(first + 1, first + length)]
        return not all(gap and gap.strip() == gap and gap not in "-\u2010\u2011" for gap in inner)  # os.path os.path

    def _is_wrong_sequence(self, doubling: Doubling) -> bool:
        """Return whether Han characters and kana are an error."""
        first, length = doubling.start, doubling.length
        copy = self._copy(first, length)
        before, after = self.surface.before(first)[-3:], self.surface.after(doubling.end - 1)[:2]
        if length == 1:
            return self._is_wrong_character(copy, before, after, doubling.copies)
        if _KATAKANA.fullmatch(copy):
            return length >= 4
        if _HIRAGANA.fullmatch(copy):
            if length < 4:
                attached = length > 2 or _HAN_OR_KATAKANA.match(before[-1:]) is not None
                return attached and copy in language.KANA_ERRORS
            return copy not in language.JAPANESE_TWICE
        if copy in language.CHINESE_TWICE or copy in language.JAPANESE_TWICE:
            return False
        inflected = _HAN.match(copy) and _HIRAGANA.fullmatch(copy[1:])
        if inflected and (_HAN.match(before[-1:]) or (length == 2 and copy[1] not in language.KANA_PARTICLES)):
            return False  # 手順に順に is two words, and 恐る恐る is one
        if copy[0] in language.HAN_GENITIVES or copy[-1] in language.HAN_GENITIVES:
            return False
        if length < 5 and any(char in language.NUMERALS for char in copy):
            return False
        return length > 2 or not any(char in language.NEGATIONS for char in copy)

    def _is_wrong_character(self, char: str, before: str, after: str, copies: int) -> bool:
        if copies > 2:
            return False
        if char == language.KANA_VERB.character:
            verb = len(before) > 1 and _HAN.match(before[-1]) is not None and _HIRAGANA.match(before[-2]) is not None
            return verb and before[-2] not in language.KANA_VERB.before and after[:1] == language.KANA_VERB.after
        if char in language.KANA_PARTICLES:
            neighbours = (before[-1:], after[:1])
            return char == language.KANA_PARTICLES[0] or (
                before != "" and not any(_HIRAGANA.match(neighbour) for neighbour in neighbours)
            )
        pair_follows = len(after) == 2 and after[0] == after[1]  # \u5bb6\u5bb6\u6237\u6237
        return not pair_follows and any(
            doubled.character == char and before[-1:] not in {*doubled.before} and after[:1] not in {*doubled.after}
            for doubled in language.HAN_ERRORS
        )

    def _count(self, token: int) -> int:
        """Return how often a token stands in the text."""
        if self.sorted is None:
            self.sorted = np.sort(self.hashes)
        low, high = (np.searchsorted(self.sorted, self.hashes[token], side) for side in ("left", "right"))
        return int(high - low)

    def _has_company(self, first: int, end: int) -> bool:
        """Return whether the block has two more words, without digits, near: in "644 root root" nothing is wrong."""
        low, high = self.surface.tokens(self.surface.block(first))
        near = (token for token in range(max(first - 8, low), min(end + 8, high)) if not first <= token < end)
        return sum(int(self.weights[token]) for token in near if not self._has_digit(token, 1)) >= 2 * _WORD

    def _begins_line(self, token: int) -> bool:
        gap = self.surface.gap(token)
        return BREAK in gap or "\n" in gap

    def _is_glued(self, token: int) -> bool:
        """Return whether a token and the one before are parts of one name, such as an identifier or a compound."""
        gap = self.surface.gap(token)
        return bool(gap) and BREAK not in gap and not any(map(str.isspace, gap)) and not _GLUE_OF_PROSE.issuperset(gap)

    def _is_quoted(self, first: int, end: int) -> bool:
        """Return whether the tokens end a short quotation, or are all of it: a text speaks of them."""
        before, after = self.surface.before(first), self.surface.gap(end)[:1]
        return after in _QUOTES and (before[-1:] in _QUOTES or f" {before}".count(f" {after}") == 1)

    def _is_command(self, token: int) -> bool:
        """Return whether the line of a token begins with the prompt of a shell."""
        return self.surface.before(token).rpartition("\n")[2].lstrip().startswith("$ ")

    def _is_code(self, first: int, length: int) -> bool:
        """Return whether the copies are code, have other letters in code, or are in one span of code."""
        spans = [self.surface.code_span(token) for token in range(first, first + 2 * length)]
        if length == 1:
            return spans != [-1, -1]
        for token, span in zip(range(first, first + length), spans, strict=False):
            if span >= 0 and self.surface.letters(token) != self.surface.letters(token + length):
                return True  # Type or type
        return -1 not in spans[:length] or -1 < spans[length - 1] == spans[length]

    def _has_digit(self, first: int, length: int) -> bool:
        return any(char.isdigit() for token in range(first, first + length) for char in self.surface.letters(token))

    def _copy(self, first: int, length: int) -> str:
        return "".join(self.surface.word(token) for token in range(first, first + length))
