"""Tokens, written for clarity: one character at a time, in plain Python, from the rules alone."""

from dataclasses import dataclass, field

from xxhash import xxh64_intdigest

from dedup.kernels import alphabet
from dedup.text import fold

SPACED = (alphabet.LETTER, alphabet.DIGIT, alphabet.SUPERSCRIPT, alphabet.SUBSCRIPT)
HALVES, QUARTERS = (alphabet.IDEOGRAPH,), (alphabet.SYLLABIC, alphabet.SPLIT)


@dataclass
class Token:
    start: int
    end: int
    kind: int
    fold: str = ""
    last: int = 0
    """Class of the last character that is no mark."""

    @property
    def hash(self) -> int:
        return xxh64_intdigest(self.fold.encode())

    @property
    def weight(self) -> int:
        return 2 if self.kind in HALVES else 1 if self.kind in QUARTERS else 4


@dataclass
class Character:
    place: int
    kind: int
    fold: str = field(default="")


def look_up(code: int) -> tuple[int, str]:
    """Class and fold of a code point or sentinel that stands for one character."""
    (found,) = pieces(code)
    return found


def pieces(code: int) -> list[tuple[int, str]]:
    """Class and fold of each of the characters that a code point or sentinel stands for."""
    table = fold.load()
    record = int(table.records[code])
    kind = int(table.classes[record])
    if kind == alphabet.COMPOUND:
        return [of_record(int(part)) for part in points_of(record)]
    return [(kind, chr(code)) if kind >= alphabet.MARK and record < alphabet.IDENTITIES else of_record(record)]


def of_record(record: int) -> tuple[int, str]:
    kind = int(fold.load().classes[record])
    if kind < alphabet.MARK:
        return kind, ""
    return kind, "".join(chr(point) for point in points_of(record))


def points_of(record: int) -> list[int]:
    table = fold.load()
    start = int(table.offsets[record])
    return table.points[start : start + int(table.counts[record])].tolist()


def tokens(codes: list[int]) -> list[Token]:
    """Tokens of code points and sentinels."""
    characters = [Character(place, *piece) for place, code in enumerate(codes) for piece in pieces(code)]
    characters = [it for it in characters if it.kind not in (alphabet.TRANSPARENT, alphabet.TAIL)]
    characters = [it for place, it in enumerate(characters) if not between_letters(characters, place)]

    found: list[Token] = []
    token: Token | None = None
    for character in characters:
        kind, text = character.kind, character.fold
        if kind < alphabet.MARK:
            token = None
        elif kind == alphabet.MARK:
            if token:
                token.fold += text
                token.end = character.place + 1
        elif token and runs_on(token.last, kind):
            token.fold += text
            token.end = character.place + 1
            token.last = kind
        else:
            if kind == alphabet.SPLIT:
                if token:
                    token.fold += text[0]
                text = text[1:]
            token = Token(character.place, character.place + 1, kind, text, kind)
            found.append(token)
    for token in found:
        while token.end < len(codes) and codes[token.end] == alphabet.CONTINUE:
            token.end += 1
    return found


def runs_on(last: int, kind: int) -> bool:
    """Whether a word that ends with one class of character goes on with another."""
    if last not in SPACED or kind not in SPACED:
        return False
    return alphabet.LETTER in (last, kind) or last == kind


def between_letters(characters: list[Character], place: int) -> bool:
    """Whether an apostrophe stands there, a letter and its marks before it, a letter after it."""
    if characters[place].kind != alphabet.APOSTROPHE or place + 1 == len(characters):
        return False
    before = place - 1
    while before >= 0 and characters[before].kind == alphabet.MARK:
        before -= 1
    return before >= 0 and characters[before].kind == characters[place + 1].kind == alphabet.LETTER
